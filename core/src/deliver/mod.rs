//! Writes a token to where a bot reads it, and checks that it arrived. The keeper decides what is delivered and when; this room does not
//! use the book.
//!
//! `check` what can be confirmed · `file`, `env_file`, `env_line`, `env_shell`, `env_unclear` and `foreign` the person's files ·
//! `command` a program · `github`, `cloudflare` and `openbao` by REST.

mod check;
mod cloudflare;
pub mod command;
pub mod env_file;
mod env_line;
mod env_shell;
mod env_unclear;
pub mod file;
mod foreign;
mod github;
mod openbao;

use std::time::Duration;

use serde_json::Value;
use url::Url;

pub use check::check;

use crate::error::{Category, Error, Intermediary, Result};
use crate::http::client::Client;
use crate::http::intermediary::intermediary;
use crate::http::scrub::Echoes;
use crate::http::{Request, Response};
use crate::text::is_unseen;
use crate::token::Secret;
use crate::view::{Proof, Target};

/// The pauses between the looks at what was written, less than eight seconds in all: the end of the program waits for ten.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_millis(1000),
    Duration::from_millis(2000),
    Duration::from_millis(4000),
];
/// The looks at what was written, each with the pause after it; the last one has none. An answer may come from a replica that lags
/// behind.
fn looks() -> impl Iterator<Item = Option<Duration>> {
    PAUSES.into_iter().map(Some).chain([None])
}

/// The most characters of the other side's words that are kept.
const MAX_WORDS: usize = 600;

/// Writes a token to its target and checks that it arrived. `before` is the proof of the last delivery.
///
/// # Errors
/// The target's: [`Error::DeliveryDenied`] and the other delivery errors, those of files and programs, network errors.
pub async fn deliver(http: &Client, target: &Target, credential: Option<&Secret>, token: &Secret, before: Option<&Proof>) -> Result<Proof> {
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
            let remote = Remote::new(http, api, opened()?, token);
            github::to_repository(&remote, repository, name, before).await
        }
        Target::GithubEnvironment {
            api,
            repository,
            environment,
            name,
        } => {
            let remote = Remote::new(http, api, opened()?, token);
            github::to_environment(&remote, repository, environment, name, before).await
        }
        Target::GithubOrganization {
            api,
            organization,
            visibility,
            name,
        } => {
            let remote = Remote::new(http, api, opened()?, token);
            github::to_organization(&remote, organization, *visibility, name).await
        }
        Target::Cloudflare {
            api,
            account,
            script,
            name,
        } => {
            let remote = Remote::new(http, api, opened()?, token);
            cloudflare::deliver(&remote, account, script, name).await
        }
        Target::Openbao {
            url,
            namespace,
            mount,
            path,
            key,
        } => {
            let remote = Remote::new(http, url, opened()?, token);
            openbao::deliver(&remote, namespace.as_deref(), mount, path, key, before).await
        }
    }
}

async fn written(work: impl FnOnce() -> Result<Proof> + Send + 'static) -> Result<Proof> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
}

/// A target that is a server, and its credential.
struct Remote<'a> {
    http: &'a Client,
    base: &'a str,
    credential: &'a Secret,
    token: &'a Secret,
}

impl<'a> Remote<'a> {
    fn new(http: &'a Client, base: &'a str, credential: &'a Secret, token: &'a Secret) -> Remote<'a> {
        Remote {
            http,
            base,
            credential,
            token,
        }
    }

    /// Makes a request to a path below the base.
    fn request(&self, what: &'static str, method: &'static str, path: &str) -> Result<Request> {
        self.request_to(what, method, path.split('/'))
    }

    /// Makes a request to a path of segments, which are encoded.
    fn request_to<'s>(&self, what: &'static str, method: &'static str, path: impl IntoIterator<Item = &'s str>) -> Result<Request> {
        let invalid = || Error::InputInvalid { field: "url".into() };
        let mut url = Url::parse(self.base).map_err(|_| invalid())?;
        url.path_segments_mut().map_err(|()| invalid())?.pop_if_empty().extend(path);
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

    /// The meaning of a refusal.
    fn refused(&self, request: &Request, response: &Response) -> Error {
        let (host, status) = (request.host(), response.status);
        // A refusal without JSON says nothing about the credential: something in front of the server may have answered.
        let without_json = || matches!(status, 401 | 403) && serde_json::from_str::<Value>(response.body.expose()).is_err();
        if let Some(kind) = intermediary(response).or_else(|| without_json().then_some(Intermediary::Silent)) {
            return Error::Intermediary {
                host,
                kind,
                status,
                retry_after: response.retry_after,
            };
        }
        let words = hidden(&own_words(response), &[self.token, self.credential]);
        let used_up = response.header("x-ratelimit-remaining") == Some("0");
        // By the server's own clock.
        let reset = || {
            response
                .header("x-ratelimit-reset")?
                .trim()
                .parse::<i64>()
                .ok()?
                .checked_sub(response.date?)
        };
        let until_reset = || u64::try_from(reset().filter(|_| used_up)?).ok();
        let limited = status == 429 || (status == 403 && (response.retry_after.is_some() || used_up || is_limit(words.as_deref())));
        let passing = |category| Error::Refused {
            category,
            status,
            words: words.clone(),
            retry_after: response.retry_after.or_else(until_reset),
            action: None,
        };
        match status {
            _ if limited => passing(Category::RateLimited),
            // A vault that is behind its primary, or misses a header (412), or a standby node (472, 473).
            408 | 412 | 472 | 473 | 500.. => passing(Category::Transient),
            300..=399 => Error::Redirected {
                host: response
                    .location
                    .as_deref()
                    .and_then(|l| Url::parse(l).ok())
                    .and_then(|u| hidden(&[crate::http::host_of(&u)], &[self.token, self.credential]))
                    .unwrap_or(host),
            },
            401 | 403 => Error::DeliveryDenied { host, status, words },
            404 => Error::DeliveryNowhere { host, words },
            _ => Error::DeliveryRefused { host, status, words },
        }
    }

    /// The JSON of a success.
    fn json(&self, request: &Request, response: &Response) -> Result<Value> {
        if !response.is_success() || intermediary(response).is_some() {
            return Err(self.refused(request, response));
        }
        serde_json::from_str(response.body.expose()).map_err(|_| Error::AnswerUnreadable {
            what: request.what,
            // A parser's message quotes what it read.
            detail: "no JSON".into(),
        })
    }

    fn unseen(&self, request: &Request) -> Error {
        Error::DeliveryUnseen { target: request.host() }
    }
}

/// Whether a 403 is GitHub's secondary rate limit, which has no header.
fn is_limit(words: Option<&str>) -> bool {
    words.is_some_and(|w| w.to_lowercase().contains("rate limit"))
}

/// A server's own words, from the places in the JSON where the three services have them.
fn own_words(response: &Response) -> Vec<String> {
    let Ok(body) = serde_json::from_str::<Value>(response.body.expose()) else {
        return Vec::new();
    };
    let errors = body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_errors = errors.iter().filter_map(|e| e.as_str().or_else(|| e["message"].as_str()));
    body["message"].as_str().into_iter().chain(of_errors).map(str::to_owned).collect()
}

/// Joins texts, scrubs the secrets that were sent and truncates the result. Each text may itself be truncated.
fn hidden(texts: &[String], secrets: &[&Secret]) -> Option<String> {
    let echoes = Echoes::of(secrets.iter().map(|s| s.expose()));
    let seen = |text: &String| {
        // Remove them first, because one may be in the middle of a secret.
        let text: String = text.chars().filter(|c| *c == '\n' || !is_unseen(*c)).collect();
        echoes.hidden_cut(&text, "…").trim().to_owned()
    };
    let words = texts.iter().map(seen).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n");
    Some(words.chars().take(MAX_WORDS).collect()).filter(|w: &String| !w.is_empty())
}
