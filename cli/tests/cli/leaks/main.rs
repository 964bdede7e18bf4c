//! `keybearer leaks`: secrets that a Python script has written in its own ways, and repositories that git itself has made.

mod encodings;
mod hostile;
mod names;
mod repositories;
mod unread;

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::rig::{Home, Said, Start as _, ended};

/// A token with all that encoders escape.
const ODD: &str = "AAAA%2Fb'c\"d\\e/f+g=h|i&j<k>l$m`n~o!p";
/// A token of the usual characters, longer than a line of base64.
const USUAL: &str = "EAAGm0PX4ZCpsBAKZCqm7n2vJ9wT1uQeXlYd3fGhRzKp8sVbNcMaWoEiLtUyHjDkFgSxQzPvB5nC6mA7rT2yU1iO0pLkJhGfDsAqWeRtYuIoPzXcVbNm";

/// Imports a token under a name.
async fn import(home: &Home, name: &str, token: &str) {
    let arguments = ["import", "other", "--name", name];
    let mut program = home.command(&arguments).stdin(Stdio::piped()).start();
    let mut input = program.stdin.take().unwrap();
    input.write_all(token.as_bytes()).await.unwrap();
    drop(input);
    let said = ended(program).await;
    assert_eq!(said.code, 0, "{said:?}");
}

/// Searches, and sees that no part of a secret is printed.
async fn leaks(home: &Home, folders: &[&Path]) -> (Said, Value) {
    let mut arguments = vec!["leaks", "--json"];
    arguments.extend(folders.iter().map(|folder| folder.to_str().unwrap()));
    let said = home.run(&arguments).await;
    for secret in [ODD, USUAL] {
        for part in secret.as_bytes().windows(12) {
            let part = std::str::from_utf8(part).unwrap();
            assert!(!said.out.contains(part) && !said.err.contains(part), "{said:?}");
        }
    }
    let object = serde_json::from_str(&said.out).unwrap_or(Value::Null);
    (said, object)
}

/// A field of everything that was found.
fn found<'a>(object: &'a Value, field: &str) -> Vec<&'a Value> {
    object["found"].as_array().unwrap().iter().map(|one| &one[field]).collect()
}
