//! What an account's token can be copied as: a header, a command, lines of a file. Prints one, or the list.

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::keeper::Keeper;
use keybearer_core::view::CopyView;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::find::account;
use crate::terminal::output;

/// The copy of a token's own secret (RFC 5849), beside those of the provider's file.
const TOKEN_SECRET: &str = "token-secret";

/// Prints a line for each copy: its id, its kind and `secret` or `plain`, separated by tabs; or a JSON array, with the text of each as the
/// window shows it, its secrets as dots.
///
/// # Errors
/// The keeper's.
pub fn list(keeper: &Keeper, name: &str, as_json: bool) -> Result<ExitCode, Failure> {
    let found = account(keeper, name)?;
    let mut all: Vec<Value> = keeper.uses(&found.id)?.copies.iter().map(object).collect();
    if found.has_token_secret {
        all.push(json!({"id": TOKEN_SECRET, "kind": "plain", "secret": true, "shown": null, "file": null}));
    }
    let mut out = output();
    let written = match as_json {
        true => writeln!(out, "{:#}", json!(all)),
        false => all.iter().try_for_each(|copy| {
            let kind = if copy["secret"] == true { "secret" } else { "plain" };
            let text = |key: &str| copy[key].as_str().unwrap_or_default().to_owned();
            writeln!(out, "{}\t{}\t{kind}", text("id"), text("kind"))
        }),
    };
    written.map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

fn object(copy: &CopyView) -> Value {
    json!({"id": copy.id, "kind": copy.kind, "secret": copy.secret, "shown": copy.shown, "file": copy.file})
}

/// Prints one copy with its secrets. A token in it is valid, and renewed first if that is due.
///
/// # Errors
/// [`Failure::Unknown`] for an unknown copy; the keeper's.
pub async fn print(keeper: &Keeper, name: &str, copy: &str) -> Result<ExitCode, Failure> {
    let found = account(keeper, name)?;
    let mut known: Vec<String> = keeper.uses(&found.id)?.copies.into_iter().map(|c| c.id).collect();
    let text = if known.iter().any(|id| id == copy) {
        keeper.copied(&found.id, copy).await?.text
    } else if found.has_token_secret && copy == TOKEN_SECRET {
        keeper.token_secret(&found.id).await?
    } else {
        known.extend(found.has_token_secret.then(|| TOKEN_SECRET.to_owned()));
        return Err(Failure::Unknown(copy.to_owned(), known));
    };
    let end = if text.expose().ends_with('\n') { "" } else { "\n" };
    write!(output(), "{}{end}", text.expose()).map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}
