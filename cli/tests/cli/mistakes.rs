//! Mistakes of a person's and limits of a machine: each is named, and nothing is done or lost by them.

use keybearer_practice::Practice;
use serde_json::Value;
use tokio::process::Command;

use crate::post::with_account;
use crate::rig::{Home, Said, Start as _, ended, with_file};
use crate::strict::with_accounts;

const PROGRAM: &str = env!("CARGO_BIN_EXE_keybearer");

fn posts(practice: &Practice) -> usize {
    practice.published().len()
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn options_of_a_post_do_not_change_what_deleting_means() {
    let (home, practice) = with_account().await;
    assert_eq!(home.run(&["post", "ada", "keep me", "--yes"]).await.code, 0);
    for more in [
        &["--dry-run"][..],
        &["--again"],
        &["--image", "https://example.com/a.png"],
        &["--visibility", "public"],
        &["--to", "x"],
    ] {
        for what in ["--delete", "--check"] {
            let said = home.run(&[&["post", "ada", what, "--yes"], more].concat()).await;
            assert!(said.code == 2 && posts(&practice) == 1, "{what} {more:?}: {said:?}");
        }
    }
}

/// What a line of a shell's said, whose reader is gone before it prints.
async fn unread(home: &Home, arguments: &str) -> Said {
    let line = format!("{{ sleep 0.2; '{PROGRAM}' {arguments}; echo \"code $?\" >&2; }} | :");
    let mut said = ended(home.shell(&line).start()).await;
    let (_, code) = said.err.rsplit_once("code ").unwrap();
    said.code = code.trim().parse().unwrap();
    said
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_closed_output_makes_nothing_well() {
    let home = with_accounts(&["ada"]);
    let book = home.data().join("book.json");
    // It has to be logged in again, and its keychain has no token.
    let mut text: Value = serde_json::from_str(&std::fs::read_to_string(&book).unwrap()).unwrap();
    text["accounts"][0]["expires"] = 2.into();
    text["accounts"][0]["state"] = "dead".into();
    std::fs::write(&book, text.to_string()).unwrap();
    let faulty = home.0.path().join("faulty.toml");
    std::fs::write(&faulty, "format = 1\n").unwrap();
    let check = format!("provider check '{}'", faulty.display());
    for arguments in ["status", check.as_str()] {
        let read = ended(home.shell(&format!("'{PROGRAM}' {arguments}")).start()).await;
        let unread = unread(&home, arguments).await;
        assert!(read.code != 0 && read.code == unread.code, "{arguments}: {read:?} {unread:?}");
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_book_that_is_no_file_is_not_waited_for() {
    let home = with_accounts(&[]);
    let book = home.data().join("book.json");
    std::fs::remove_file(&book).unwrap();
    assert!(Command::new("mkfifo").arg(&book).status().await.unwrap().success());
    for arguments in [&["list"][..], &["status"]] {
        let said = home.run(arguments).await;
        assert!(said.code == 1 && said.err.contains("read or write"), "{said:?}");
    }
}

/// Without room for the account, a token would be obtained and lost. The limit of a file's size stands for a full disk.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn no_consent_is_asked_for_without_room_for_its_token() {
    let home = Home::new();
    let practice = Practice::start(keybearer_practice::Flavor::Mastodon).await.unwrap();
    let line = format!(
        "ulimit -f 16; exec '{PROGRAM}' login mastodon -a server={} --redirect loopback --no-browser",
        practice.origin()
    );
    let said = ended(home.shell(&line).start()).await;
    assert!(said.code == 1 && said.err.contains("read or write"), "{said:?}");
    assert!(!said.err.contains("/oauth/authorize"), "{said:?}");
    let left = std::fs::read_dir(home.data()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn values_that_cannot_be_used() {
    let home = Home::new();
    let relay = home.run(&["settings", "set", "relay", "javascript:1"]).await;
    assert!(relay.code == 2 && !relay.err.contains("press"), "{relay:?}");
    let name = "n".repeat(201);
    let long = with_file(&home, "a-token\n", &["import", "other", "--name", &name]).await;
    assert!(long.code != 0 && long.err.contains("too long"), "{long:?}");
    // There are no encrypted files that could be locked.
    let files = ended(Home::new().command(&["store", "files"]).start()).await;
    assert!(files.code == 2 && files.err.contains("--passphrase-fd"), "{files:?}");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn practice_accounts_are_no_missing_ones() {
    let home = with_accounts(&["ada"]);
    let book = home.data().join("book.json");
    let text = std::fs::read_to_string(&book).unwrap().replace("\"mastodon\"", "\"practice\"");
    std::fs::write(&book, text).unwrap();
    let said = home.run(&["status"]).await;
    assert!(said.code == 0 && said.out.contains("practice platform"), "{said:?}");
}
