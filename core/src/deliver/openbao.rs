//! One key of a secret in HashiCorp Vault's or OpenBao's KV store, version 2: read, changed, and written only if nobody else has
//! written since (check-and-set), so that two writers cannot overwrite each other. The secret's other keys stay.

use serde_json::{Map, Value, json};

use super::Desk;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::token::Secret;
use crate::view::Proof;

/// So often another writer may come between before it is a quarrel.
const TRIES: usize = 4;

pub(super) async fn deliver(desk: &Desk<'_>, mount: &str, path: &str, key: &str) -> Result<Proof> {
    let place = format!("v1/{mount}/data/{path}");
    let token = Value::from(desk.token.expose());
    for _ in 0..TRIES {
        let (number, mut data) = read(desk, &place).await?;
        if data.get(key) == Some(&token) {
            return Ok(Proof::Version { number });
        }
        data.insert(key.to_owned(), token.clone());
        let mut put = at(desk, "POST", &place)?;
        let body = json!({ "options": { "cas": number }, "data": data });
        put.body = Some(("application/json", Secret::new(body.to_string())));
        let answer = desk.send(&put).await?;
        // It has no status of its own.
        if answer.status == 400 && answer.body.expose().contains("check-and-set") {
            continue;
        }
        let written = desk.json(&put, &answer)?["data"]["version"].as_u64();
        let (number, data) = read(desk, &place).await?;
        return match data.get(key) == Some(&token) && written.is_some_and(|written| number >= written) {
            true => Ok(Proof::Version { number }),
            false => Err(desk.unseen(&put)),
        };
    }
    Err(Error::DeliveryConflict {
        host: at(desk, "GET", &place)?.host(),
    })
}

fn at(desk: &Desk<'_>, method: &'static str, place: &str) -> Result<Request> {
    let mut request = desk.request("the secret in the vault", method, place)?;
    request.headers = vec![("x-vault-token".into(), desk.credential.clone())];
    Ok(request)
}

/// The present version and what it holds. One that was deleted holds nothing and has a number all the same; where there never
/// was any it is 0.
async fn read(desk: &Desk<'_>, place: &str) -> Result<(u64, Map<String, Value>)> {
    let get = at(desk, "GET", place)?;
    let answer = desk.send(&get).await?;
    let body = match answer.status {
        404 => serde_json::from_str(answer.body.expose()).unwrap_or_default(),
        _ => desk.json(&get, &answer)?,
    };
    let body = &body["data"];
    let number = body["metadata"]["version"].as_u64();
    match (number, &body["data"]) {
        (Some(number), Value::Object(data)) => Ok((number, data.clone())),
        (number, _) if answer.status == 404 => Ok((number.unwrap_or_default(), Map::new())),
        _ => Err(Error::AnswerUnreadable {
            what: get.what,
            detail: "no KV store of version 2".into(),
        }),
    }
}
