//! Tokens that were made elsewhere, by standard input.

use std::process::Stdio;

use keybearer_practice::{Flavor, Practice};
use tokio::io::AsyncWriteExt as _;

use crate::rig::{Home, Said, Start as _, ended, log_in};

async fn import(home: &Home, arguments: &[&str], text: &str) -> Said {
    let mut program = home.command(&[&["import"][..], arguments].concat()).stdin(Stdio::piped()).start();
    let mut input = program.stdin.take().unwrap();
    // One that refuses its arguments reads nothing.
    let _ = input.write_all(text.as_bytes()).await;
    drop(input);
    ended(program).await
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_token_of_one_of_many_servers() {
    let (elsewhere, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&elsewhere, &p).await;
    let token = p.tokens().pop().unwrap();
    let home = Home::new();
    let line = format!("export GOTOSOCIAL_ACCESS_TOKEN={token}\n");
    let said = import(&home, &["mastodon"], &line).await;
    assert!(said.code == 1 && said.err.contains("--server"), "{said:?}");
    let said = import(&home, &["mastodon", "--server", p.origin()], &line).await;
    assert!(said.code == 0 && said.err.contains("Saved as gotosocial/ada@"), "{said:?}");
    let said = home.run(&["token", "gotosocial"]).await;
    assert_eq!((said.code, said.out), (0, format!("{token}\n")));
    let said = import(&home, &["mastodon", "--server", p.origin()], "nonsense").await;
    assert!(said.code == 1 && !said.err.contains("nonsense"), "{said:?}");
    for wrong in [&["nowhere"][..], &["mastodon", "--client", "no such app"]] {
        assert_eq!(import(&home, wrong, &line).await.code, 2, "{wrong:?}");
    }
    let said = import(&home, &["other", "--name", "deploy"], "any-text-at-all").await;
    assert!(said.code == 0 && said.err.contains("Saved as other/deploy"), "{said:?}");
}
