//! The practice platform in a process of its own: the other commands and the window use it until it ends.

use keybearer_core::view::Standing;
use keybearer_practice::{Flavor, Practice};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

use crate::browser::{Landing, Visit, visit};
use crate::here::{ENVIRONMENT, echo};
use crate::rig::{Home, Login, PATIENCE, Start as _};

/// `keybearer practice`, once it has printed its address.
pub async fn started(home: &Home) -> (Child, String) {
    let mut child = home.command(&["practice"]).start();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(PATIENCE, lines.next_line()).await.expect("no address");
    (child, line.unwrap().expect("it ended"))
}

async fn log_in(home: &Home) {
    let login = Login::start(home, &["login", "practice"]).await;
    let landing = visit(&login.link, &Visit::allow("ada"), &home.keeper()).await;
    assert!(matches!(landing, Landing::Home(..)), "{landing:?}");
    let said = login.end().await;
    assert!(said.code == 0 && said.err.contains("Saved as practice/ada"), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn other_commands_use_it_until_it_ends() {
    let home = Home::new();
    let none = home.run(&["login", "practice"]).await;
    assert!(
        none.code == 1 && none.err.contains("Run `keybearer practice` in another terminal"),
        "{none:?}"
    );
    let (mut child, address) = started(&home).await;
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    log_in(&home).await;
    let token = home.run(&["token", "practice"]).await;
    assert!(token.code == 0 && token.err.is_empty() && token.out.trim().len() > 20, "{token:?}");
    let token = token.out.trim();
    let who = home.run(&["whoami", "ada"]).await;
    assert!(who.code == 0 && who.out.starts_with("practice/ada\t"), "{who:?}");
    let list = home.run(&["list"]).await;
    assert!(list.out.contains("doesn’t expire"), "{list:?}");
    assert_eq!(home.run(&["refresh"]).await.code, 0);
    let bot = home.run(&["exec", "ada", "--", &echo(home.0.path())]).await;
    assert!(bot.code == 9 && bot.out.contains(token), "{bot:?}");
    let window = home.keeper();
    assert!(window.practice_is_used(), "the window uses it, too");

    let second = home.run(&["practice"]).await;
    assert!(second.code == 5 && second.out.is_empty(), "{second:?}");
    assert!(second.err.contains(&format!("already runs at {address}")), "{second:?}");
    let erased = home.run(&["forget", "--everything", "--yes"]).await;
    assert_eq!(erased.code, 5, "{erased:?}");

    // A killed one has said nothing of its end.
    child.kill().await.unwrap();
    assert!(home.data().join("locks/practice").exists());
    let over = home.run(&["token", "ada"]).await;
    assert!(
        over.code == 1 && over.out.is_empty() && over.err.contains("practice platform has ended"),
        "{over:?}"
    );
    assert!(over.err.contains("keybearer login practice"), "{over:?}");
    let list = home.run(&["list"]).await;
    assert!(list.out.contains("practice has ended"), "{list:?}");
    assert_eq!(home.run(&["login", "practice"]).await.code, 1);
    assert!(window.view().accounts.iter().all(|a| a.standing == Standing::PracticeOver));

    let (_child, anew) = started(&home).await;
    log_in(&home).await;
    let host = |address: &str| address.trim_start_matches("http://").to_owned();
    let token = async |address: &str| home.run(&["token", &format!("practice/ada@{}", host(address))]).await;
    let (old, new) = (token(&address).await, token(&anew).await);
    assert!(old.code == 1 && old.out.is_empty() && new.code == 0, "{old:?} {new:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_windows_platform_is_used_by_commands() {
    let (home, practice) = (Home::new(), Practice::start(Flavor::Practice).await.unwrap());
    let window = home.keeper();
    assert!(window.announce_practice(practice.origin()).unwrap());
    log_in(&home).await;
    assert_eq!(home.run(&["token", "ada"]).await.out.trim(), practice.tokens().pop().unwrap());
    let bot = home.run(&[&["exec", "ada", "--"], ENVIRONMENT].concat()).await;
    assert!(bot.code == 0 && bot.out.contains("ACCESS_TOKEN="), "{bot:?}");
    let second = home.run(&["practice"]).await;
    assert!(second.code == 5 && second.err.contains(practice.origin()), "{second:?}");
    window.end_practice();
    assert_eq!(home.run(&["token", "ada"]).await.code, 1);
}
