//! What scripts of 0.1.0 type and read, and that docs/use.md names each field that is printed as JSON.

use std::collections::BTreeSet;
use std::process::Command;

use keybearer_practice::{Flavor, Practice};
use serde_json::Value;

use crate::rig::{Home, log_in};

#[test]
fn the_words_of_0_1_0_are_understood() {
    for (words, options) in [
        (&["list"][..], &["--json"][..]),
        (&["token"], &["<NAME>", "--login"]),
        (
            &["login"],
            &[
                "<PROVIDER>",
                "--answer",
                "--client",
                "--client-name",
                "--scope",
                "--redirect",
                "--no-browser",
                "--another",
                "--expect",
            ],
        ),
        (&["import"], &["PROVIDER", "--server", "--client", "--name"]),
        (&["refresh"], &["[NAMES]", "--due", "--anyway"]),
        (&["whoami"], &["<NAME>"]),
        (&["exec"], &["<NAME>", "--as", "--env", "<COMMAND>"]),
        (
            &["export"],
            &["<NAME>", "--output", "--format", "--filter", "--private-mentions", "--limit"],
        ),
        (&["deliver"], &["<NAMES>"]),
        (&["doctor"], &[]),
        (&["forget"], &["--everything", "--yes"]),
        (&["provider", "check"], &["<FILE>"]),
        (&["provider", "new"], &["<ID>"]),
        (&["man"], &["<FOLDER>"]),
    ] {
        let help = Command::new(env!("CARGO_BIN_EXE_keybearer"))
            .args(words)
            .arg("--help")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&help.stdout).into_owned();
        assert!(help.status.success(), "{words:?}");
        for option in options.iter().chain(&["--passphrase-fd"]) {
            assert!(text.contains(option), "{words:?} {option}: {text}");
        }
    }
}

/// The fields that the row of a command names.
fn documented(command: &str) -> BTreeSet<String> {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/use.md")).unwrap();
    let table = docs.split("### JSON").nth(1).unwrap().split("\n### ").next().unwrap().to_owned();
    let row = table
        .lines()
        .find(|row| row.split('|').nth(1).unwrap_or_default().contains(&format!("`{command}`")));
    let row = row.unwrap_or_else(|| panic!("docs/use.md has no row for {command}"));
    row.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn each_field_is_documented() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let mut of_list = documented("list");
    for (command, arguments) in [
        ("list", &["list"][..]),
        ("account show", &["account", "show", "ada"]),
        ("account call", &["account", "call", "ada"]),
        ("account call", &["account", "call", "ada", "me"]),
        ("account call", &["account", "call", "ada", "me", "--dry-run"]),
        ("account copies", &["account", "copies", "ada"]),
        ("client list", &["client", "list"]),
        ("client show", &["client", "show", "keybearer"]),
        ("store", &["store"]),
        ("provider list", &["provider", "list"]),
        ("redirect list", &["redirect", "list", "threads"]),
    ] {
        let said = home.run(&[arguments, &["--json"]].concat()).await;
        assert_eq!(said.code, 0, "{said:?}");
        let printed: Value = serde_json::from_str(&said.out).unwrap();
        let one = printed.as_array().map_or(&printed, |all| &all[0]);
        let mut known = documented(command);
        if command == "account show" {
            known.append(&mut of_list.clone());
        }
        for key in one.as_object().unwrap().keys() {
            assert!(known.contains(key), "docs/use.md does not name `{key}` of {command}");
            if command == "list" {
                of_list.remove(key);
            }
        }
        if command == "list" {
            of_list.remove("list");
            of_list.remove("kind");
            assert!(of_list.is_empty(), "list --json has no {of_list:?}");
            of_list = documented("list");
        }
    }
}
