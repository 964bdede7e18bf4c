//! What scripts rely on: two processes and a window at once, older books, completion, the manual.

use keybearer_core::ledger::Purpose;
use std::path::Path;

use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::x::Message;

use crate::rig::{Home, Start as _, ended, with_threads, with_x};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_window_and_five_scripts_at_once() {
    let home = Home::new();
    let x = with_x(&home).await;
    let window = home.keeper();
    let account = window.view().accounts[0].id.clone();
    let scripts: Vec<_> = (0..5).map(|_| home.command(&["token", "x-here/ada"]).start()).collect();
    let copied = window.access_token(&account, Purpose::Token).await.unwrap();
    for script in scripts {
        let said = ended(script).await;
        assert_eq!((said.code, said.out.trim()), (0, copied.expose()), "{said:?}");
    }
    assert!(x.token(copied.expose()).unwrap().alive);
    assert_eq!((x.count(Message::Refresh), x.reuses()), (1, 0), "one flight");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn books_of_each_version_are_read() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/fixtures");
    for version in 1..=4 {
        let home = Home::new();
        std::fs::create_dir_all(home.data()).unwrap();
        std::fs::copy(fixtures.join(format!("book-v{version}.json")), home.data().join("book.json")).unwrap();
        let said = home.run(&["list", "--json"]).await;
        let list: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let first = &list.as_array().unwrap()[0];
        assert!(said.code == 0 && first["name"].as_str().unwrap().contains('/'), "{said:?}");
        // Its secret is on another machine.
        let token = home.run(&["token", first["id"].as_str().unwrap()]).await;
        assert!(token.out.is_empty() && [4, 6].contains(&token.code), "{token:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn completion_knows_the_accounts() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = ended(home.command(&[]).env("COMPLETE", shell).start()).await;
        assert!(script.code == 0 && script.out.contains("keybearer"), "{shell}: {script:?}");
    }
    let mut command = home.command(&["--", "keybearer", "token", "thr"]);
    let said = ended(command.env("COMPLETE", "fish").start()).await;
    assert!(said.out.starts_with("threads-here/ada"), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_page_for_each_command() {
    let home = Home::new();
    let folder = home.0.path().join("man");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(home.run(&["man", folder.to_str().unwrap()]).await.code, 0);
    let page = std::fs::read_to_string(folder.join("keybearer.1")).unwrap();
    assert!(page.contains(".SH \"EXIT STATUS\"") && folder.join("keybearer-token.1").exists());
    // Words of two parts have pages, too.
    for page in [
        "account-show",
        "account-transfer",
        "client-replace-secret",
        "settings-set",
        "store-files",
        "redirect-test",
    ] {
        assert!(folder.join(format!("keybearer-{page}.1")).exists(), "{page}");
    }
}
