//! Writes GitHub Actions secrets of a repository, an environment or an organization by REST. Each is a sealed box (libsodium) for the
//! place's public key, which only GitHub can open. GitHub never shows a secret again; it says when it was last changed. `repository`
//! identifies the repository.

mod repository;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_box::PublicKey;
use crypto_box::aead::OsRng;
use serde_json::{Value, json};
use url::Url;

use super::{Remote, hidden, looks};
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::text::time::rfc3339;
use crate::token::Secret;
use crate::view::{Proof, Visibility};

/// The API version that this code is written for.
const VERSION: &str = "2022-11-28";
/// How far the clocks of GitHub's machines may differ, in seconds: at the last look, and at earlier looks.
const APART: i64 = 60;
const CLOSE: i64 = 2;
/// The most pages of an organization's list of repositories, which has a hundred a page.
const MOST_PAGES: usize = 100;

pub(super) async fn to_repository(remote: &Remote<'_>, repository: &str, name: &str, before: Option<&Proof>) -> Result<Proof> {
    let github = Github { remote, repository };
    let id = github.identity(before).await?;
    let secrets: Vec<&str> = github.below(&["actions", "secrets"]);
    let at = github.put(&secrets, name, json!({})).await?;
    Ok(Proof::Updated {
        at,
        repository: id,
        environments: github.environments_with(name).await,
    })
}

pub(super) async fn to_environment(
    remote: &Remote<'_>,
    repository: &str,
    environment: &str,
    name: &str,
    before: Option<&Proof>,
) -> Result<Proof> {
    let github = Github { remote, repository };
    let id = github.identity(before).await?;
    let secrets = github.below(&["environments", environment, "secrets"]);
    Ok(Proof::Updated {
        at: github.put(&secrets, name, json!({})).await?,
        repository: id,
        environments: Vec::new(),
    })
}

pub(super) async fn to_organization(remote: &Remote<'_>, organization: &str, visibility: Visibility, name: &str) -> Result<Proof> {
    let github = Github { remote, repository: "" };
    let secrets = ["orgs", organization, "actions", "secrets"];
    let who = github.who_reads(&secrets, name, visibility).await?;
    Ok(Proof::Updated {
        at: github.put(&secrets, name, who).await?,
        repository: None,
        environments: Vec::new(),
    })
}

struct Github<'a> {
    remote: &'a Remote<'a>,
    /// `owner/name`; empty for an organization.
    repository: &'a str,
}

impl<'a> Github<'a> {
    /// A path below the repository.
    fn below(&self, path: &[&'a str]) -> Vec<&'a str> {
        std::iter::once("repos")
            .chain(self.repository.split('/'))
            .chain(path.iter().copied())
            .collect()
    }

    fn request(&self, what: &'static str, method: &'static str, path: &[&str]) -> Result<Request> {
        Ok(self.dressed(self.remote.request_to(what, method, path.iter().copied())?))
    }

    fn dressed(&self, mut request: Request) -> Request {
        request.headers = vec![
            self.remote.bearer(),
            ("accept".into(), Secret::new("application/vnd.github+json")),
            ("x-github-api-version".into(), Secret::new(VERSION)),
        ];
        request
    }

    /// Sends a request and reads the JSON of a success.
    async fn json(&self, request: &Request) -> Result<Value> {
        let answer = self.remote.send(request).await?;
        match answer.is_success() {
            true => self.remote.json(request, &answer),
            false => Err(self.refused(request, &answer).await),
        }
    }

    /// The meaning of a refusal, including GitHub's own ways of saying it.
    async fn refused(&self, request: &Request, answer: &Response) -> Error {
        if let Some(sso) = answer.header("x-github-sso").filter(|_| answer.status == 403) {
            let url = sso.split("url=").nth(1).map(str::trim).and_then(|url| Url::parse(url).ok());
            return Error::DeliverySso {
                host: request.host(),
                url: url
                    .filter(|u| u.scheme() == "https" && u.host().is_some())
                    .map(String::from)
                    // Do not show an address that echoes a secret.
                    .filter(|url| {
                        !hidden(std::slice::from_ref(url), &[self.remote.token, self.remote.credential]).is_some_and(|h| h.contains('…'))
                    }),
            };
        }
        if matches!(answer.status, 301 | 302 | 307 | 308) {
            return match self.moved_to(request, answer).await {
                Ok(now) => self.moved(now),
                Err(error) => error,
            };
        }
        let needs = answer.header("x-accepted-github-permissions").filter(|_| answer.status == 403);
        match (self.remote.refused(request, answer), needs) {
            (Error::DeliveryDenied { host, status, words }, Some(needs)) => {
                let texts = [words.unwrap_or_default(), format!("X-Accepted-GitHub-Permissions: {needs}")];
                let words = hidden(&texts, &[self.remote.token, self.remote.credential]);
                Error::DeliveryDenied { host, status, words }
            }
            (error, _) => error,
        }
    }

    /// Encrypts and writes the secret, and reads back when it was changed.
    async fn put(&self, secrets: &[&str], name: &str, more: Value) -> Result<String> {
        let remote = self.remote;
        let at = |what, method, last: &str| self.request(what, method, &[secrets, &[last]].concat());
        let (mut began, mut put_at) = (None, None);
        for last in [false, true] {
            let ask = at("GitHub’s public key", "GET", "public-key")?;
            let answer = remote.send(&ask).await?;
            if !answer.is_success() {
                return Err(self.refused(&ask, &answer).await);
            }
            let unreadable = || Error::AnswerUnreadable {
                what: ask.what,
                detail: "no public key".into(),
            };
            began = began.or(answer.date);
            let key = remote.json(&ask, &answer)?;
            let (id, public) = key["key_id"].as_str().zip(key["key"].as_str()).ok_or_else(unreadable)?;
            let public = STANDARD.decode(public).ok().and_then(|k| PublicKey::from_slice(&k).ok());
            let sealed = public.and_then(|k| k.seal(&mut OsRng, remote.token.expose().as_bytes()).ok());
            let sealed = STANDARD.encode(sealed.ok_or_else(unreadable)?);

            let mut put = at("the secret at GitHub", "PUT", name)?;
            let mut body = more.clone();
            body["encrypted_value"] = sealed.into();
            body["key_id"] = id.into();
            put.body = Some(("application/json", Secret::new(body.to_string())));
            let answer = remote.send(&put).await?;
            if answer.is_success() {
                put_at = answer.date;
                break;
            }
            // The place may get another key between the two requests; then ask for the key again.
            if answer.status != 422 || last {
                return Err(self.refused(&put, &answer).await);
            }
        }

        let look = at("the secret at GitHub", "GET", name)?;
        for pause in looks() {
            // Both times are RFC 3339 and compare as text: the secret was changed after this run began, by GitHub's clock.
            let since = match pause {
                None => began.map(|at| stamp(at - APART)),
                Some(_) => put_at.map(|at| stamp(at - CLOSE)),
            };
            match self.updated(&look).await {
                Ok(Some(at)) if at >= since.unwrap_or_default() => {
                    return Ok(at.chars().filter(|c| c.is_ascii_graphic()).take(40).collect());
                }
                // A replica may lag behind or still have the old state.
                Ok(_) => {}
                Err(Error::Refused { .. } | Error::ServerUnreachable { .. }) if pause.is_some() => {}
                Err(error) => return Err(error),
            }
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
            }
        }
        Err(remote.unseen(&look))
    }

    /// When a secret was last changed; none if it does not exist.
    async fn updated(&self, look: &Request) -> Result<Option<String>> {
        let answer = self.remote.send(look).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        if !answer.is_success() {
            return Err(self.refused(look, &answer).await);
        }
        let found = self.remote.json(look, &answer)?;
        let at = found["updated_at"].as_str().ok_or_else(|| self.remote.unseen(look))?;
        Ok(Some(at.to_owned()))
    }

    /// The repositories that may read an organization's secret. An existing secret keeps its own; a new one gets the person's choice.
    async fn who_reads(&self, secrets: &[&str], name: &str, new: Visibility) -> Result<Value> {
        let look = self.request("the secret at GitHub", "GET", &[secrets, &[name]].concat())?;
        let answer = self.remote.send(&look).await?;
        let now = match answer.status {
            404 => new.as_str().to_owned(),
            _ if !answer.is_success() => return Err(self.refused(&look, &answer).await),
            _ => {
                let found = self.remote.json(&look, &answer)?;
                let visibility = found["visibility"].as_str().ok_or(Error::AnswerUnreadable {
                    what: look.what,
                    detail: "no visibility".into(),
                })?;
                visibility.to_owned()
            }
        };
        if now != Visibility::Selected.as_str() {
            return Ok(json!({ "visibility": now }));
        }
        let mut chosen: Vec<Value> = Vec::new();
        for page in 1..=MOST_PAGES {
            if answer.status == 404 {
                break;
            }
            let mut ask = self.request(
                "the readers of the secret at GitHub",
                "GET",
                &[secrets, &[name, "repositories"]].concat(),
            )?;
            ask.url.set_query(Some(&format!("per_page=100&page={page}")));
            let listed = self.json(&ask).await?;
            let found = listed["repositories"].as_array().ok_or(Error::AnswerUnreadable {
                what: ask.what,
                detail: "no list".into(),
            })?;
            chosen.extend(found.iter().map(|one| one["id"].clone()).filter(Value::is_u64));
            if found.len() < 100 {
                break;
            }
        }
        Ok(json!({ "visibility": now, "selected_repository_ids": chosen }))
    }
}

/// Unix seconds as text of RFC 3339 without the `Z`: it is less than the same moment with it or with parts of a second.
fn stamp(at: i64) -> String {
    rfc3339(at).trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_compared_as_text() {
        assert_eq!(super::stamp(1_795_312_669), "2026-11-22T01:57:49");
        for same in ["2026-11-22T01:57:49Z", "2026-11-22T01:57:49.001Z"] {
            assert!(super::stamp(1_795_312_669).as_str() < same);
        }
    }
}
