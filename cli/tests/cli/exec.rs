//! A command with the token in its environment: found, run and ended as the system does it.

use keybearer_core::keeper::TokenImport;
use keybearer_core::provider::registry::whole;
use keybearer_core::token::Secret;
use keybearer_practice::meta::{Meta, Platform};

use crate::here::{ENVIRONMENT, echo, echoed};
use crate::rig::{Home, Start as _, ended, with_threads};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn arguments_and_exit_code_arrive() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let program = echo(home.0.path());
    let odd = ["a", "b c", "x&y", "c:\\d e\\", "(z)", "p^q", "k=v"];
    let said = home.run(&[&["exec", "ada", "--", &program], &odd[..]].concat()).await;
    let lines: Vec<String> = said.out.lines().map(str::to_owned).collect();
    let expected: Vec<String> = [token].into_iter().chain(odd.iter().map(|a| echoed(a))).collect();
    assert_eq!((said.code, lines, said.err.as_str()), (9, expected, ""));
    // Of all languages; what echoes a batch file's has a code page.
    let named = home
        .run(&["exec", "ada", "--", env!("CARGO_BIN_EXE_keybearer"), "token", "世界 ✓"])
        .await;
    assert!(named.code == 3 && named.err.contains("世界 ✓"), "{named:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_token_is_in_the_environment_of_the_command() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let environment = home.run(&[&["exec", "ada", "--as", "BOT", "--"], ENVIRONMENT].concat()).await;
    let line = format!("BOT={token}");
    assert!(
        environment.out.lines().any(|l| l == line) && environment.err.is_empty(),
        "{environment:?}"
    );
    assert!(!environment.out.contains("ACCESS_TOKEN="), "{environment:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_provider_file_sets_no_variable_that_chooses_programs() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let (origin, folder) = (format!("\"{}\"", meta.origin()), home.0.path().join("config/providers"));
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/providers/threads.toml");
    let shipped = whole(&std::fs::read_to_string(shipped).unwrap());
    let own = shipped
        .replace("id = \"threads\"", "id = \"bash-bot\"")
        .replace("\"https://graph.threads.net\"", &origin)
        .replace("THREADS_API_URL={graph}", "BASH_ENV={graph}");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("bash-bot.toml"), own).unwrap();
    let token = meta.generate_token("ada", &["threads_basic"], None).unwrap();
    let import = TokenImport {
        provider: Some("bash-bot".into()),
        ..TokenImport::default()
    };
    home.keeper().import_token(&Secret::new(token), &import).await.unwrap();
    let bare = home.run(&[&["exec", "ada", "--"], ENVIRONMENT].concat()).await;
    assert_eq!(bare.code, 0, "{bare:?}");
    let refused = home.run(&[&["exec", "ada", "--env", "--"], ENVIRONMENT].concat()).await;
    assert!(refused.code == 2 && refused.out.is_empty(), "{refused:?}");
    assert!(refused.err.contains("BASH_ENV") && refused.err.contains("bash-bot"), "{refused:?}");
    let uses = home.run(&["log"]).await;
    assert_eq!(uses.out.lines().count(), 1, "nothing was handed out: {uses:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_is_not_there_is_not_found() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let folder = home.0.path().to_str().unwrap();
    for program in ["/no/such/command", "no-such-command", &format!("{folder}/none.bat")] {
        let said = home.run(&["exec", "ada", "--", program]).await;
        assert!(said.code == 127 && said.out.is_empty() && said.err.contains(program), "{said:?}");
    }
    // A folder is there, and cannot be run.
    let said = home.run(&["exec", "ada", "--", folder]).await;
    assert!([126, 127].contains(&said.code) && !said.err.is_empty(), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn words_come_in_the_persons_language() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    for (language, word) in [
        ("zh_CN.UTF-8", "没有名为"),
        ("zh_TW.UTF-8", "沒有名為"),
        ("en_GB.UTF-8", "No account"),
    ] {
        let said = ended(home.command(&["token", "nobody"]).env("LC_ALL", language).start()).await;
        assert!(said.code == 3 && said.err.contains(word), "{language}: {said:?}");
    }
}
