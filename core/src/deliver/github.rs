//! A secret of GitHub Actions: sealed for the repository's public key, so that only GitHub can open it (libsodium's sealed
//! box), and put there by REST. GitHub shows no secret again; it says when it was last changed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_box::PublicKey;
use crypto_box::aead::OsRng;
use serde_json::json;

use super::Desk;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::token::Secret;
use crate::view::Proof;

/// The version of the API that this was written for.
const VERSION: &str = "2022-11-28";
/// By so much GitHub's own machines may disagree, in seconds.
const APART: i64 = 60;

pub(super) async fn deliver(desk: &Desk<'_>, repository: &str, name: &str) -> Result<Proof> {
    let at = |what, method, path: &str| -> Result<Request> {
        let mut request = desk.request(what, method, &format!("repos/{repository}/actions/secrets/{path}"))?;
        request.headers = vec![
            desk.bearer(),
            ("accept".into(), Secret::new("application/vnd.github+json")),
            ("x-github-api-version".into(), Secret::new(VERSION)),
        ];
        Ok(request)
    };
    let mut began = None;
    for last in [false, true] {
        let ask = at("GitHub’s public key", "GET", "public-key")?;
        let answer = desk.send(&ask).await?;
        let unreadable = || Error::AnswerUnreadable {
            what: ask.what,
            detail: "no public key".into(),
        };
        began = began.or(answer.date);
        let key = desk.json(&ask, &answer)?;
        let (id, public) = key["key_id"].as_str().zip(key["key"].as_str()).ok_or_else(unreadable)?;
        let public = STANDARD.decode(public).ok().and_then(|k| PublicKey::from_slice(&k).ok());
        let sealed = public.and_then(|k| k.seal(&mut OsRng, desk.token.expose().as_bytes()).ok());
        let sealed = STANDARD.encode(sealed.ok_or_else(unreadable)?);

        let mut put = at("the secret at GitHub", "PUT", name)?;
        let body = json!({ "encrypted_value": sealed, "key_id": id });
        put.body = Some(("application/json", Secret::new(body.to_string())));
        let answer = desk.send(&put).await?;
        if answer.is_success() {
            break;
        }
        // Between the two the repository may get another key; then it is asked once more.
        if answer.status != 422 || last {
            return Err(desk.refused(&put, &answer));
        }
    }

    let look = at("the secret at GitHub", "GET", name)?;
    let seen = desk.json(&look, &desk.send(&look).await?)?;
    let updated = seen["updated_at"].as_str().ok_or_else(|| desk.unseen(&look))?;
    // Times of one form are compared as text: it must have been changed since this began, by GitHub's own clock.
    let since = began.map(|at| stamp(at - APART)).unwrap_or_default();
    if updated < since.as_str() {
        return Err(desk.unseen(&look));
    }
    let at = updated.chars().filter(|c| c.is_ascii_graphic()).take(40).collect();
    Ok(Proof::Updated { at })
}

/// Unix seconds as RFC 3339 writes them, in UTC and without the `Z`.
fn stamp(at: i64) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp(at).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let (date, time) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_compared_as_text() {
        assert_eq!(super::stamp(1_795_312_669), "2026-11-22T01:57:49");
        assert!(super::stamp(1_795_312_669).as_str() < "2026-11-22T01:57:49Z");
    }
}
