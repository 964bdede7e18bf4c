//! One key of a secret in HashiCorp Vault's or OpenBao's KV store, version 2: read, changed, and written only if nobody else has
//! written since (check-and-set), so that two writers cannot overwrite each other. The secret's other keys stay, digit by digit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::Desk;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::token::Secret;
use crate::view::Proof;

/// What a secret holds, as its writers wrote it.
type Keys = BTreeMap<String, Box<RawValue>>;

/// What is read of an answer.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Read {
    data: Inner,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    data: Option<Keys>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    version: u64,
}

#[derive(Serialize)]
struct Write<'a> {
    options: Options,
    data: &'a Keys,
}

#[derive(Serialize)]
struct Options {
    cas: u64,
}

/// So often another writer may come between before it is a quarrel.
const TRIES: usize = 4;

pub(super) async fn deliver(desk: &Desk<'_>, mount: &str, path: &str, key: &str) -> Result<Proof> {
    let place = format!("v1/{mount}/data/{path}");
    let unwritten = |e: serde_json::Error| Error::Internal { detail: e.to_string() };
    for _ in 0..TRIES {
        let (number, mut keys) = read(desk, &place).await?;
        if holds(&keys, key, desk) {
            return Ok(Proof::Version { number });
        }
        if number == 0 {
            is_version_2(desk, mount).await?;
        }
        keys.insert(key.to_owned(), to_raw_value(desk.token.expose()).map_err(unwritten)?);
        let mut put = at(desk, "POST", &place)?;
        let body = Write {
            options: Options { cas: number },
            data: &keys,
        };
        let body = serde_json::to_string(&body).map_err(unwritten)?;
        put.body = Some(("application/json", Secret::new(body)));
        let answer = desk.send(&put).await?;
        // It has no status of its own.
        if answer.status == 400 && answer.body.expose().contains("check-and-set") {
            continue;
        }
        let written = desk.json(&put, &answer)?["data"]["version"].as_u64();
        let (number, keys) = read(desk, &place).await?;
        return match holds(&keys, key, desk) && written.is_some_and(|written| number >= written) {
            true => Ok(Proof::Version { number }),
            false => Err(desk.unseen(&put)),
        };
    }
    Err(Error::DeliveryConflict {
        host: at(desk, "GET", &place)?.host(),
    })
}

/// Whether the token stands there already.
fn holds(keys: &Keys, key: &str, desk: &Desk<'_>) -> bool {
    let text = keys.get(key).and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    text.as_deref() == Some(desk.token.expose())
}

fn at(desk: &Desk<'_>, method: &'static str, place: &str) -> Result<Request> {
    let mut request = desk.request("the secret in the vault", method, place)?;
    request.headers = vec![("x-vault-token".into(), desk.credential.clone())];
    Ok(request)
}

/// The present version and what it holds. One that was deleted holds nothing and has a number all the same; where there never
/// was any it is 0.
async fn read(desk: &Desk<'_>, place: &str) -> Result<(u64, Keys)> {
    let get = at(desk, "GET", place)?;
    let answer = desk.send(&get).await?;
    if !answer.is_success() && answer.status != 404 {
        return Err(desk.refused(&get, &answer));
    }
    let Inner { data, metadata } = serde_json::from_str::<Read>(answer.body.expose()).unwrap_or_default().data;
    match (metadata, data) {
        (Some(metadata), Some(keys)) => Ok((metadata.version, keys)),
        (metadata, _) if answer.status == 404 => Ok((metadata.map_or(0, |m| m.version), Keys::new())),
        _ => Err(other_kind(&get)),
    }
}

/// Where nothing was ever written, a store of version 1 answers like one of version 2, and would take the envelope for a secret.
/// This is where the clients of both programs look, and any token that may use the mount may ask it.
async fn is_version_2(desk: &Desk<'_>, mount: &str) -> Result<()> {
    let get = at(desk, "GET", &format!("v1/sys/internal/ui/mounts/{mount}"))?;
    let answer = desk.json(&get, &desk.send(&get).await?)?;
    match answer["data"]["options"]["version"] == "2" {
        true => Ok(()),
        false => Err(other_kind(&get)),
    }
}

fn other_kind(get: &Request) -> Error {
    Error::AnswerUnreadable {
        what: get.what,
        detail: "no KV store of version 2".into(),
    }
}
