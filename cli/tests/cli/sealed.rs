//! The sealed store where the passphrase comes by standard input, as on every system; `stores` has Linux' terminals and numbers.

use keybearer_core::deliver::file::place;
use keybearer_core::keeper::now;
use keybearer_core::token::{DAY, Secret};
use keybearer_core::view::{StoreKind, Target};
use keybearer_core::words::{Language, say};
use keybearer_practice::meta::{Meta, Platform};
use serde_json::Value;

use crate::doctor::PORTS;
use crate::here::ENVIRONMENT;
use crate::rig::{Home, Said, Start as _, ended, with_threads};

const WORDS: &str = "correct horse battery";

async fn with_input(home: &Home, input: &[u8], arguments: &[&str]) -> Said {
    let file = home.0.path().join("input");
    std::fs::write(&file, input).unwrap();
    let mut command = home.command(arguments);
    command.stdin(std::fs::File::open(&file).unwrap());
    ended(command.start()).await
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn one_line_of_standard_input_opens_it() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    for input in [format!("{WORDS}\n"), format!("{WORDS}\r\nand more"), WORDS.to_owned()] {
        let right = with_input(&home, input.as_bytes(), &["token", "ada", "--passphrase-fd", "0"]).await;
        assert_eq!((right.code, right.out.trim()), (0, token.as_str()), "{right:?}");
    }
    let wrong = with_input(&home, b"wrong words\n", &["token", "ada", "--passphrase-fd", "0"]).await;
    assert!(wrong.code == 6 && wrong.err.contains("doesn’t unlock"), "{wrong:?}");
    let none = home.run(&["token", "ada"]).await;
    assert!(
        none.code == 6 && none.out.is_empty() && none.err.contains("--passphrase-fd"),
        "{none:?}"
    );
    // What needs no secret needs no passphrase.
    assert_eq!(home.run(&["list", "--passphrase-fd", "77"]).await.code, 0);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_looks_at_the_store_takes_a_passphrase_that_is_given() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some(WORDS), &meta).await;
    let none = home.run(&["store"]).await;
    assert_eq!((none.code, none.out.as_str()), (0, "files\tlocked\n"), "{none:?}");
    let given = with_input(&home, WORDS.as_bytes(), &["store", "--passphrase-fd", "0"]).await;
    assert_eq!((given.code, given.out.as_str()), (0, "files\tready\n"), "{given:?}");
    let _alone = PORTS.lock().await;
    let said = with_input(&home, WORDS.as_bytes(), &["doctor", "--passphrase-fd", "0"]).await;
    let store = said.out.lines().find(|line| line.contains(&say(Language::En, "store-sealed-file")));
    assert!(store.is_some_and(|line| line.starts_with("ok  ")), "{said:?}");
    for command in ["store", "doctor"] {
        let wrong = with_input(&home, b"wrong words\n", &[command, "--passphrase-fd", "0"]).await;
        assert!(wrong.code == 6 && wrong.err.contains("doesn’t unlock"), "{wrong:?}");
    }
}

/// A wrong passphrase shows whether they were unlocked.
#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_timer_unlocks_them_only_where_something_is_due() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some(WORDS), &meta).await;
    let due = ["refresh", "--due", "--passphrase-fd", "0"];
    let change = |change: &dyn Fn(&mut Value)| {
        let file = home.data().join("book.json");
        let mut book: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        change(&mut book);
        std::fs::write(&file, book.to_string()).unwrap();
    };
    let idle = async || {
        let said = with_input(&home, b"wrong words\n", &due).await;
        assert!(
            said.code == 0 && said.out.is_empty() && said.err.contains("Nothing is due."),
            "{said:?}"
        );
    };
    let works = async |what: &str| {
        let said = with_input(&home, b"wrong words\n", &due).await;
        assert!(said.code == 6 && said.err.contains("doesn’t unlock"), "{what}: {said:?}");
    };
    idle().await;
    // Without any passphrase it says so before it is too late.
    let none = home.run(&["refresh", "--due"]).await;
    assert!(none.code == 6 && none.err.contains("--passphrase-fd"), "{none:?}");
    // What a person names or means as a whole is tried.
    for other in ["refresh", "token"] {
        let arguments = [other, "threads-here/ada", "--passphrase-fd", "0"];
        assert_eq!(with_input(&home, b"wrong words\n", &arguments).await.code, 6, "{other}");
    }
    let file = home.0.path().join("token");
    let target = Target::File {
        place: place(&file).unwrap(),
    };
    let window = home.keeper();
    window.open_sealed_file(Secret::new(WORDS)).await.unwrap();
    let account = window.view().accounts[0].id.clone();
    window.add_delivery(&account, target, None).await.unwrap();
    window.rest(std::time::Duration::from_secs(20)).await;
    idle().await;
    change(&|book| book["deliveries"][0]["stamp"] = Value::Null);
    works("a sync").await;
    let right = with_input(&home, WORDS.as_bytes(), &due).await;
    assert!(right.code == 0 && right.out.ends_with("\tdelivered\n"), "{right:?}");
    idle().await;
    change(&|book| {
        book["accounts"][0]["issued"] = (now() - 54 * DAY).into();
        book["accounts"][0]["expires"] = (now() + 6 * DAY).into();
    });
    works("a renewal").await;
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_was_sealed_before_the_keychain_was_chosen() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    home.keeper().use_keychain().await.unwrap();
    let said = with_input(&home, WORDS.as_bytes(), &["token", "ada", "--passphrase-fd", "0"]).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
    let kind = home.keeper().view().store.kind;
    assert_eq!(kind, StoreKind::Keychain, "new secrets go where they went");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_command_gets_no_passphrase() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    let arguments = [&["exec", "ada", "--passphrase-fd", "0", "--"], ENVIRONMENT].concat();
    let said = with_input(&home, format!("{WORDS}\n").as_bytes(), &arguments).await;
    assert!(said.code == 0 && said.out.contains(&format!("ACCESS_TOKEN={token}")), "{said:?}");
    assert!(!said.out.contains(WORDS), "{said:?}");
}
