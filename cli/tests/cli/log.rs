//! `keybearer log`: which programs used a token, and what stays out of the ledger.

use keybearer_core::keeper::now;
use keybearer_core::token::DAY;
use keybearer_practice::meta::{Meta, Platform};
use serde_json::Value;

use crate::here::ENVIRONMENT;
use crate::rig::{Home, with_threads};

async fn logged(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let said = home.run(&[&["log", "--json"], arguments].concat()).await;
    assert!(said.code == 0 && said.err.is_empty(), "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn uses_are_listed_until_their_account_is_forgotten() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    assert!(logged(&home, &[]).await.is_empty());
    let empty = home.run(&["log"]).await;
    assert!(empty.code == 0 && empty.out.is_empty() && empty.err.contains("No use"), "{empty:?}");

    assert_eq!(home.run(&["token", "ada"]).await.out.trim(), token);
    let exec = [&["exec", "ada", "--env", "--"], ENVIRONMENT].concat();
    assert_eq!(home.run(&exec).await.code, 0);
    assert_eq!(home.run(&["whoami", "ada"]).await.code, 0);
    let uses = logged(&home, &["threads-here/ada"]).await;
    let purposes: Vec<&str> = uses.iter().map(|one| one["purpose"].as_str().unwrap()).collect();
    assert_eq!(purposes, ["token", "exec"], "--env is no second use, and whoami hands nothing out");
    assert_eq!(
        (uses[0]["name"].as_str(), uses[0]["result"].as_str()),
        (Some("threads-here/ada"), Some("ok"))
    );
    assert_eq!(uses[1]["program"], ENVIRONMENT[0]);
    let table = home.run(&["log", "--since", "1"]).await;
    assert_eq!(table.out.lines().count(), 2, "{table:?}");
    assert!(!table.out.contains(&token));

    assert_eq!(home.run(&["log", "nobody"]).await.code, 3);
    assert_eq!(home.run(&["log", "--since", "91"]).await.code, 2);
    assert_eq!(home.run(&["forget", "ada", "--yes"]).await.code, 0);
    assert!(logged(&home, &[]).await.is_empty() && !home.data().join("ledger.jsonl").exists());
}

/// A shell's scripts, what /proc tells of them, and the time zone by a variable.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_ledger_names_programs() {
    use crate::rig::{Start as _, ended};
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let script = home.0.path().join("bot\u{202e}.sh");
    let line = format!("'{}' token ada\n", env!("CARGO_BIN_EXE_keybearer"));
    std::fs::write(&script, line).unwrap();
    // The shell of the test starts another one, with an argument that may be a secret.
    let run = format!("cd '{}' && sh -u ./bot*.sh a-secret-argument; true", home.0.path().display());
    let said = ended(home.shell(&run).start()).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
    let exec = home.run(&["exec", "ada", "--env", "--", "true", "another-secret"]).await;
    assert_eq!(exec.code, 0, "{exec:?}");

    let uses = logged(&home, &["threads-here/ada"]).await;
    let first = &uses[0];
    assert_eq!(first["program"], "bot\\u{202e}.sh");
    assert!(["sh", "dash", "bash"].contains(&first["interpreter"].as_str().unwrap()), "{first}");
    assert!(["sh", "dash", "bash"].contains(&first["parent"].as_str().unwrap()), "{first}");
    assert_eq!(first["folder"].as_str(), home.0.path().canonicalize().unwrap().to_str());
    assert_eq!(uses[1]["program"], "true");

    let file = std::fs::read_to_string(home.data().join("ledger.jsonl")).unwrap();
    for unwanted in [token.as_str(), "secret", "KEYBEARER", "ada"] {
        assert!(
            !file.replace(home.0.path().to_str().unwrap(), "").contains(unwanted),
            "{unwanted}: {file}"
        );
    }
    let table = home.run(&["log", "--since", "1"]).await;
    let lines: Vec<&str> = table.out.lines().collect();
    assert_eq!(lines.len(), 2, "{table:?}");
    assert!(
        lines[0].contains("threads-here/ada  keybearer token  bot\\u{202e}.sh ("),
        "{table:?}"
    );
    assert!(!table.out.contains('\u{202e}'));
    let utc = ended(home.command(&["log"]).env("TZ", "UTC").start()).await.out;
    let east = ended(home.command(&["log"]).env("TZ", "UTC-8").start()).await.out;
    assert_ne!(utc[..19], east[..19], "in the person's time zone");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn damaged_lines_and_lost_records_are_reported() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let ledger = home.data().join("ledger.jsonl");
    std::fs::create_dir(&ledger).unwrap();
    let said = home.run(&["token", "ada"]).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
    // Each command that shows the account says so, even if the ledger cannot be read.
    for (arguments, code) in [(["log", "ada"].as_slice(), 1), (&["account", "show", "ada"], 0), (&["status"], 0)] {
        let said = home.run(arguments).await;
        assert!(said.code == code && said.err.contains("couldn’t be recorded"), "{said:?}");
    }
    let shown: Value = serde_json::from_str(&home.run(&["account", "show", "ada", "--json"]).await.out).unwrap();
    assert_eq!(shown["unrecorded"]["code"], "disk");
    // What a monitor runs each minute says it in its data, and where a person reads a line for a day only.
    let silent = async |arguments: &[&str]| {
        let said = home.run(arguments).await;
        assert!(said.code == 0 && said.err.is_empty(), "{said:?}");
        said.out
    };
    let metrics = silent(&["status", "--prometheus"]).await;
    let metric = metrics
        .lines()
        .find(|l| l.starts_with("keybearer_use_unrecorded_timestamp_seconds{"));
    assert!(
        metric.is_some_and(|l| l.ends_with(&format!(" {}", shown["unrecorded"]["time"]))),
        "{metrics}"
    );
    let report: Value = serde_json::from_str(&silent(&["status", "--json"]).await).unwrap();
    assert_eq!(report["accounts"][0]["unrecorded"], shown["unrecorded"]);
    let file = home.data().join("book.json");
    let mut book: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    book["accounts"][0]["unrecorded"]["time"] = (now() - DAY - 60).into();
    std::fs::write(&file, book.to_string()).unwrap();
    silent(&["status"]).await;
    let later = home.run(&["account", "show", "ada"]).await;
    assert!(later.err.contains("couldn’t be recorded"), "{later:?}");
    std::fs::remove_dir(&ledger).unwrap();
    assert_eq!(home.run(&["token", "ada"]).await.code, 0);
    let mut text = std::fs::read(&ledger).unwrap();
    let half = text.len() / 2;
    text.extend_from_within(..half);
    std::fs::write(&ledger, text).unwrap();
    let said = home.run(&["log"]).await;
    assert!(said.code == 0 && said.out.lines().count() == 1, "{said:?}");
    assert!(
        said.err.contains("left out: 1") && said.err.contains("couldn’t be recorded"),
        "{said:?}"
    );
}
