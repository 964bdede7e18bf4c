//! The form of a transfer file, and the careful reading of one that anybody may have written. Pure.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

use crate::book::{Account, Client};
use crate::error::{Code, Error, Result};
use crate::http::{is_loopback, may_be_reached, site_of};
use crate::token::{Secret, Token, client_secret_from_stored};

/// The name of the format.
const FORMAT: &str = "keybearer";
/// The version of the format.
const VERSION: u32 = 1;
/// Longer texts are cut, as those of servers are.
const MAX_WORDS: usize = 4096;
/// The longest secret in bytes.
const MAX_SECRET: usize = 16 * 1024;
/// The last second of the year 9999. Larger numbers are cut to it.
const MAX_NUMBER: i64 = 253_402_300_799;

/// The file; `C` and `A` are the book's records, or JSON that has not been checked yet.
#[derive(Serialize, Deserialize)]
pub(in crate::keeper) struct Bundle<'a, C, A> {
    format: String,
    v: u32,
    #[serde(borrow)]
    clients: Vec<Packed<'a, C>>,
    #[serde(borrow)]
    accounts: Vec<Packed<'a, A>>,
}

/// A record and its secret, in the form of the store.
#[derive(Serialize, Deserialize)]
pub(in crate::keeper) struct Packed<'a, T> {
    record: T,
    #[serde(borrow)]
    secret: Option<&'a RawValue>,
}

/// The checked content of a file: clients and accounts, with the ids of the other computer.
pub(in crate::keeper) struct Contents {
    pub clients: Vec<(Client, Option<Secret>)>,
    pub accounts: Vec<(Account, Token)>,
}

impl<'a> Bundle<'a, Client, Account> {
    /// A file with these.
    pub fn of(
        clients: impl Iterator<Item = Result<Packed<'a, Client>>>,
        accounts: impl Iterator<Item = Result<Packed<'a, Account>>>,
    ) -> Result<Self> {
        Ok(Bundle {
            format: FORMAT.to_owned(),
            v: VERSION,
            clients: clients.collect::<Result<_>>()?,
            accounts: accounts.collect::<Result<_>>()?,
        })
    }
}

/// A record with its secret, which is not copied.
pub(in crate::keeper) fn packed<T>(record: T, secret: Option<&Secret>) -> Result<Packed<'_, T>> {
    let raw = secret.map(|s| serde_json::from_str::<&RawValue>(s.expose()));
    let secret = raw.transpose().map_err(|_| Error::SecretMissing)?;
    Ok(Packed { record, secret })
}

/// What is read first. Later versions keep it.
#[derive(Deserialize)]
struct Head {
    format: String,
    v: u32,
}

/// Reads and checks all of a file before anything in it is used.
pub(in crate::keeper) fn contents(plain: &Secret) -> Result<Contents> {
    let head: Head = serde_json::from_str(plain.expose()).map_err(|_| Error::FileForeign)?;
    if head.format != FORMAT {
        return Err(Error::FileForeign);
    }
    if head.v > VERSION {
        return Err(Error::FileNewer);
    }
    let bundle: Bundle<'_, Value, Value> = serde_json::from_str(plain.expose()).map_err(|_| Error::FileForeign)?;
    let client = |packed: &Packed<'_, Value>| {
        let record: Client = cleaned(&packed.record)?;
        let secret = packed.secret.map(secret).transpose()?;
        if let Some(secret) = &secret {
            check_secret(&client_secret_from_stored(secret).map_err(|_| Error::FileForeign)?)?;
        }
        // The provider's name for the other computer is not for this one.
        let record = Client {
            machine_id: None,
            ..record
        };
        Ok((record, secret))
    };
    let account = |packed: &Packed<'_, Value>| {
        let token = Token::from_stored(&secret(packed.secret.ok_or(Error::FileForeign)?)?).map_err(|_| Error::FileForeign)?;
        for part in [Some(&token.access_token), token.token_secret.as_ref(), token.refresh_token.as_ref()] {
            part.map(check_secret).transpose()?;
        }
        let token = Token {
            issued: token.issued.clamp(0, MAX_NUMBER),
            expires: token.expires.map(|t| t.clamp(0, MAX_NUMBER)),
            generation: token.generation.min(MAX_NUMBER.unsigned_abs()),
            ..token
        };
        Ok((checked(cleaned(&packed.record)?, &token)?, token))
    };
    Ok(Contents {
        clients: bundle.clients.iter().map(client).collect::<Result<_>>()?,
        accounts: bundle.accounts.iter().map(account).collect::<Result<_>>()?,
    })
}

/// An account as it may enter the book, without what concerns only the other computer.
fn checked(record: Account, token: &Token) -> Result<Account> {
    if let Some(server) = &record.server {
        let url = Url::parse(server).ok().filter(may_be_reached);
        if url.is_none_or(|url| site_of(&url) != *server) {
            return Err(Error::FileForeign);
        }
    }
    let trouble = match record.trouble.as_ref().map(|t| t.code) {
        Some(Code::TokenDead) => Some(Error::dead_token().view()),
        Some(Code::Interrupted) => Some(Error::Interrupted.view()),
        _ => None,
    };
    let is_page = |url: &String| Url::parse(url).is_ok_and(|u| u.scheme() == "https" || is_loopback(&u));
    Ok(Account {
        url: record.url.filter(is_page),
        refreshes: token.refresh_token.is_some(),
        has_token_secret: token.token_secret.is_some(),
        generation: token.generation,
        later: None,
        renewed: None,
        told: None,
        trouble,
        ..record
    })
}

fn secret(raw: &RawValue) -> Result<Secret> {
    match raw.get().len() {
        0..=MAX_SECRET => Ok(Secret::new(raw.get())),
        _ => Err(Error::FileForeign),
    }
}

/// Checks that a secret can be part of a request.
fn check_secret(secret: &Secret) -> Result<()> {
    match secret.expose().is_empty() || secret.expose().contains(char::is_control) {
        true => Err(Error::FileForeign),
        false => Ok(()),
    }
}

/// A record without what the book could not contain: control characters, endless texts, times beyond all calendars.
fn cleaned<T: DeserializeOwned>(record: &Value) -> Result<T> {
    fn clean(value: &Value) -> Value {
        match value {
            Value::String(text) => text.chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect::<String>().into(),
            Value::Number(number) => number.as_i64().unwrap_or(i64::MAX).clamp(0, MAX_NUMBER).into(),
            Value::Array(all) => all.iter().map(clean).collect(),
            Value::Object(all) => Value::Object(all.iter().map(|(name, value)| (name.clone(), clean(value))).collect()),
            other => other.clone(),
        }
    }
    serde_json::from_value(clean(record)).map_err(|_| Error::FileForeign)
}
