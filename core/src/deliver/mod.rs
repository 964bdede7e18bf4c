//! A token on its way to where a bot reads it, and the look whether it has arrived. This room knows no book and asks nobody:
//! who delivers what, and when, is the keeper's.
//!
//! `file` and `env_file` files of the person's own · `command` a program · `github`, `cloudflare`, `openbao` by their REST.

mod cloudflare;
pub mod command;
pub mod env_file;
pub mod file;
mod github;
mod openbao;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;
use url::Url;

use crate::error::{Category, Error, Result};
use crate::http::client::Client;
use crate::http::{Request, Response, may_be_reached};
use crate::token::Secret;
use crate::view::{Proof, Target};

/// The other side's words are a sentence or two.
const MAX_WORDS: usize = 600;

/// What a person can read before saying yes to it, in characters.
const MAX_COMMAND: usize = 1200;

/// Brings a token to its target and looks whether it is there.
///
/// # Errors
/// The target's: [`Error::DeliveryDenied`] and its like, those of files and programs, network errors.
pub async fn deliver(http: &Client, target: &Target, credential: Option<&Secret>, token: &Secret) -> Result<Proof> {
    check(target)?;
    let opened = || credential.ok_or(Error::SecretMissing);
    match target {
        Target::EnvFile { place, key } => {
            let (place, key, token) = (place.clone(), key.clone(), token.clone());
            written(move || file::set_key(&place, &key, &token)).await
        }
        Target::File { place } => {
            let (place, token) = (place.clone(), token.clone());
            written(move || file::set_whole(&place, &token)).await
        }
        Target::Program { words } => command::run(words, token).await,
        Target::Github { api, repository, name } => {
            let desk = Desk::new(http, api, opened()?, token);
            github::deliver(&desk, repository, name).await
        }
        Target::Cloudflare {
            api,
            account,
            script,
            name,
        } => {
            let desk = Desk::new(http, api, opened()?, token);
            cloudflare::deliver(&desk, account, script, name).await
        }
        Target::Openbao { url, mount, path, key } => {
            let desk = Desk::new(http, url, opened()?, token);
            openbao::deliver(&desk, mount, path, key).await
        }
    }
}

async fn written(work: impl FnOnce() -> Result<Proof> + Send + 'static) -> Result<Proof> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
}

/// Whether a definition can be delivered to at all.
///
/// # Errors
/// [`Error::InputInvalid`] names the field.
pub fn check(target: &Target) -> Result<()> {
    let need = |field: &str, right: bool| match right {
        true => Ok(()),
        false => Err(Error::InputInvalid { field: field.to_owned() }),
    };
    match target {
        Target::EnvFile { key, .. } => need("key", env_file::is_key(key)),
        Target::File { .. } => Ok(()),
        Target::Program { words } => {
            let clean = words.iter().all(|w| !w.contains(['\0', '\n', '\r']));
            // A dialog has to show it whole.
            let short = words.iter().map(|w| w.chars().count() + 1).sum::<usize>() <= MAX_COMMAND;
            need("words", short && clean && words.first().is_some_and(|program| !program.is_empty()))
        }
        Target::Github { api, repository, name } => {
            need("api", is_base(api))?;
            need("repository", repository.split('/').count() == 2 && is_path(repository))?;
            need("name", env_file::is_key(name) && !name.to_uppercase().starts_with("GITHUB_"))
        }
        Target::Cloudflare {
            api,
            account,
            script,
            name,
        } => {
            need("api", is_base(api))?;
            need("account", is_segment(account))?;
            need("script", is_segment(script))?;
            need("name", env_file::is_key(name))
        }
        Target::Openbao { url, mount, path, key } => {
            need("url", is_base(url))?;
            need("mount", is_path(mount))?;
            need("path", is_path(path))?;
            need("key", !key.is_empty() && !key.chars().any(char::is_control))
        }
    }
}

/// https, or this computer; without anything that a path could be put behind.
fn is_base(text: &str) -> bool {
    let plain =
        |u: &Url| may_be_reached(u) && u.query().is_none() && u.fragment().is_none() && u.username().is_empty() && u.password().is_none();
    Url::parse(text).as_ref().is_ok_and(plain)
}

fn is_path(text: &str) -> bool {
    text.split('/').all(is_segment)
}

fn is_segment(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !text.is_empty() && text.chars().all(allowed) && text.chars().any(|c| c != '.')
}

/// A server, and what may be said to it.
struct Desk<'a> {
    http: &'a Client,
    base: &'a str,
    credential: &'a Secret,
    token: &'a Secret,
}

impl<'a> Desk<'a> {
    fn new(http: &'a Client, base: &'a str, credential: &'a Secret, token: &'a Secret) -> Desk<'a> {
        Desk {
            http,
            base,
            credential,
            token,
        }
    }

    /// A request to a path below the base.
    fn request(&self, what: &'static str, method: &'static str, path: &str) -> Result<Request> {
        let invalid = || Error::InputInvalid { field: "url".into() };
        let mut url = Url::parse(self.base).map_err(|_| invalid())?;
        url.path_segments_mut()
            .map_err(|()| invalid())?
            .pop_if_empty()
            .extend(path.split('/'));
        Ok(Request {
            method,
            ..Request::get(what, url)
        })
    }

    fn bearer(&self) -> (String, Secret) {
        ("authorization".into(), Secret::new(format!("Bearer {}", self.credential.expose())))
    }

    async fn send(&self, request: &Request) -> Result<Response> {
        self.http.send(request).await
    }

    /// What a refusal means.
    fn refused(&self, request: &Request, response: &Response) -> Error {
        let (host, status) = (request.host(), response.status);
        let words = Some(hidden(&said(response), &[self.token, self.credential])).filter(|w| !w.is_empty());
        let limited =
            status == 429 || (status == 403 && (response.retry_after.is_some() || response.header("x-ratelimit-remaining") == Some("0")));
        let passing = |category| Error::Refused {
            category,
            status,
            words: words.clone(),
            retry_after: response.retry_after,
            action: None,
        };
        match status {
            _ if limited => passing(Category::RateLimited),
            408 | 500.. => passing(Category::Transient),
            300..=399 => Error::Redirected {
                host: response
                    .location
                    .as_deref()
                    .and_then(|l| Url::parse(l).ok())
                    .map_or(host, |u| crate::http::host_of(&u)),
            },
            401 | 403 => Error::DeliveryDenied { host, status, words },
            404 => Error::DeliveryNowhere { host, words },
            _ => Error::DeliveryRefused { host, status, words },
        }
    }

    /// The answer as JSON, where it is a success.
    fn json(&self, request: &Request, response: &Response) -> Result<Value> {
        if !response.is_success() {
            return Err(self.refused(request, response));
        }
        serde_json::from_str(response.body.expose()).map_err(|_| Error::AnswerUnreadable {
            what: request.what,
            // A parser's words quote what it read.
            detail: "no JSON".into(),
        })
    }

    fn unseen(&self, request: &Request) -> Error {
        Error::DeliveryUnseen { target: request.host() }
    }
}

/// A server's own words: the sentence in its JSON, wherever these three have it.
fn said(response: &Response) -> String {
    let Ok(body) = serde_json::from_str::<Value>(response.body.expose()) else {
        return String::new();
    };
    let errors = body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_errors = errors.iter().filter_map(|e| e.as_str().or_else(|| e["message"].as_str()));
    let all: Vec<&str> = body["message"].as_str().into_iter().chain(of_errors).collect();
    all.join("\n")
}

/// Words without the secrets that were sent, in the ways in which they may come back; no more than are read.
fn hidden(words: &str, secrets: &[&Secret]) -> String {
    let mut words = words.to_owned();
    for secret in secrets.iter().map(|s| s.expose()).filter(|s| !s.is_empty()) {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for form in [secret.to_owned(), encoded, STANDARD_NO_PAD.encode(secret)] {
            words = words.replace(&form, "…");
        }
        // What was cut off may end in the middle of it.
        let starts = (4..secret.len()).rev().filter_map(|long| secret.get(..long));
        if let Some(start) = starts.into_iter().find(|start| words.ends_with(start)) {
            words.truncate(words.len() - start.len());
        }
    }
    words.chars().filter(|c| !c.is_control() || *c == '\n').take(MAX_WORDS).collect()
}
