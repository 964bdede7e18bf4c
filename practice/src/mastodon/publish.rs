//! Publishes, reads and deletes a status.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;
use serde_json::Value;

use crate::body::Params;
use crate::mastodon::accounts::{Account, account, bearer, may};
use crate::mastodon::people::Person;
use crate::mastodon::posting::{Published, Silent};
use crate::mastodon::refusal::Refusal;
use crate::mastodon::state::Shared;
use crate::{clock, page, random};

/// A status, in the order of fields in which GoToSocial's was recorded; what does not matter to a client of ours is left out.
#[derive(Serialize)]
pub struct Status {
    id: String,
    created_at: String,
    edited_at: Option<String>,
    sensitive: bool,
    spoiler_text: &'static str,
    visibility: String,
    uri: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<&'static str>,
    content: String,
    reblog: Option<Value>,
    account: Account,
    media_attachments: [Value; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Published {
    fn status(&self, shared: &Shared) -> Status {
        let gotosocial = shared.flavor.is_gotosocial();
        let (silent, rewritten) = {
            let posting = &shared.lock().posting;
            (posting.silent, posting.rewritten.clone())
        };
        let shown = rewritten.unwrap_or_else(|| self.text.clone());
        let name = self.person.username;
        let page = if gotosocial {
            format!("@{name}/statuses")
        } else {
            format!("@{name}")
        };
        let local_only = self.local_only || silent == Some(Silent::LocalOnly);
        let paragraphs: Vec<String> = shown.split('\n').map(page::escape).collect();
        Status {
            created_at: clock::rfc3339(self.at),
            edited_at: None,
            sensitive: false,
            spoiler_text: "",
            visibility: self.visibility.clone(),
            uri: format!("{}/users/{name}/statuses/{}", shared.origin, self.id),
            url: format!("{}/{page}/{}", shared.origin, self.id),
            local_only: local_only.then_some(true),
            withheld: (silent == Some(Silent::WithoutPermission)).then_some("permission"),
            content: format!("<p>{}</p>", paragraphs.join("<br />")),
            reblog: None,
            account: account(shared, self.person, false),
            media_attachments: [],
            text: gotosocial.then_some(shown),
            id: self.id.clone(),
        }
    }

    /// Whether a stranger sees it.
    fn is_public(&self, shared: &Shared) -> bool {
        let listed = match self.visibility.as_str() {
            "public" => true,
            "unlisted" => !shared.flavor.is_gotosocial(),
            _ => false,
        };
        listed && !self.local_only && shared.lock().posting.silent.is_none()
    }
}

/// The posts of a person that were published here, newest first.
pub fn of(shared: &Shared, person: &Person) -> Vec<Status> {
    let published = shared.lock().posting.published.clone();
    let own = published
        .iter()
        .rev()
        .filter(|p| p.person.username == person.username && !p.deleted);
    own.map(|p| p.status(shared)).collect()
}

/// `POST /api/v1/statuses`
pub async fn publish(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let headers = request.headers().clone();
    let taken = match Params::read(request).await {
        Ok(params) => take(&shared, &headers, &params),
        Err(_) => Err(Refusal::BadRequest("the body can't be read".into())),
    };
    let late = shared.lock().posting.late;
    if let Some(late) = late {
        tokio::time::sleep(late).await;
    }
    match taken {
        Ok(published) => Json(published.status(&shared)).into_response(),
        Err(refusal) => refusal.response(shared.flavor),
    }
}

fn take(shared: &Shared, headers: &HeaderMap, params: &Params) -> Result<Published, Refusal> {
    const MAX: usize = 500;
    let token = bearer(shared, headers)?.ok_or(Refusal::NoToken)?;
    let person = may(&token, &["write:statuses"])?;
    let text = params
        .get("status")
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| Refusal::Invalid("Text can't be blank".into()))?;
    if text.chars().count() > MAX {
        return Err(Refusal::Invalid(format!("Text character limit of {MAX} exceeded")));
    }
    let visibility = params.get("visibility").unwrap_or_else(|| "public".to_owned());
    let known = ["public", "unlisted", "private", "direct", "mutuals_only"];
    if !known.contains(&visibility.as_str()) {
        return Err(Refusal::Invalid("Visibility is not included in the list".into()));
    }
    let local_only = match params {
        Params::Json(map) => map.get("local_only") == Some(&Value::Bool(true)),
        Params::Form(_) => params.get("local_only").as_deref() == Some("true"),
    };
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let now = SystemTime::now();
    let mut state = shared.lock();
    let posting = &mut state.posting;
    let same = |p: &&Published| p.person.username == person.username && !p.deleted;
    // docs/facts/mastodon.md#posting. Whether GoToSocial does so was not seen.
    let repeated = key.as_ref().filter(|_| !shared.flavor.is_gotosocial());
    if let Some(known) = posting.published.iter().filter(same).find(|p| repeated.is_some() && p.key == key) {
        return Ok(known.clone());
    }
    if posting.silent == Some(Silent::Duplicate) {
        let earlier = posting.published.iter().filter(same).find(|p| p.text == text);
        let earlier = earlier.cloned().unwrap_or_else(|| Published {
            id: "1".into(),
            person,
            text: text.clone(),
            visibility: "public".into(),
            local_only: false,
            at: now.checked_sub(Duration::from_secs(3 * 86_400)).unwrap_or(UNIX_EPOCH),
            key: None,
            deleted: false,
        });
        if !posting.published.iter().any(|p| p.id == earlier.id) {
            posting.published.push(earlier.clone());
        }
        return Ok(earlier);
    }
    let narrowed = posting.silent == Some(Silent::Narrowed);
    let published = Published {
        id: if shared.flavor.is_gotosocial() {
            random::ulid(now)
        } else {
            random::decimal(now)
        },
        person,
        text,
        visibility: if narrowed { "private".into() } else { visibility },
        local_only,
        at: now,
        key,
        deleted: false,
    };
    posting.published.push(published.clone());
    Ok(published)
}

/// `GET /api/v1/statuses/{id}`
pub async fn read(State(shared): State<Arc<Shared>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    match readable(&shared, &id, &headers) {
        Ok(published) => Json(published.status(&shared)).into_response(),
        Err(refusal) => refusal.response(shared.flavor),
    }
}

fn readable(shared: &Shared, id: &str, headers: &HeaderMap) -> Result<Published, Refusal> {
    let reader = match bearer(shared, headers)? {
        Some(token) => Some(may(&token, &["read:statuses"])?),
        None => None,
    };
    let found = find(shared, id);
    match reader {
        Some(reader) => found
            .filter(|p| p.person.username == reader.username || p.is_public(shared))
            .ok_or(Refusal::NotFound),
        None if !shared.behaviour().public_statuses || shared.lock().posting.closed => Err(Refusal::NoToken),
        None if is_early(shared) => Err(Refusal::NotFound),
        None => found.filter(|p| p.is_public(shared)).ok_or(Refusal::NotFound),
    }
}

/// `DELETE /api/v1/statuses/{id}`: the status once more.
pub async fn delete(State(shared): State<Arc<Shared>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let owner = bearer(&shared, &headers)
        .and_then(|token| token.ok_or(Refusal::NoToken))
        .and_then(|token| may(&token, &["write:statuses"]));
    let deleted = owner.and_then(|owner| {
        let found = find(&shared, &id).filter(|p| p.person.username == owner.username);
        found.ok_or(Refusal::NotFound)
    });
    match deleted {
        Ok(published) => {
            for p in shared.lock().posting.published.iter_mut().filter(|p| p.id == id) {
                p.deleted = true;
            }
            Json(published.status(&shared)).into_response()
        }
        Err(refusal) => refusal.response(shared.flavor),
    }
}

/// `/@NAME/ID` and GoToSocial's `/@NAME/statuses/ID`: the page of a post.
pub async fn shown(State(shared): State<Arc<Shared>>, Path((_, id)): Path<(String, String)>) -> Response {
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    if is_early(&shared) {
        return (StatusCode::NOT_FOUND, html, "<!doctype html><title>404</title>").into_response();
    }
    match find(&shared, &id).filter(|p| p.is_public(&shared)) {
        Some(p) => {
            let text = page::escape(&p.text);
            (StatusCode::OK, html, format!("<!doctype html><title>{id}</title><p>{text}</p>")).into_response()
        }
        None => (StatusCode::NOT_FOUND, html, "<!doctype html><title>404</title>").into_response(),
    }
}

fn find(shared: &Shared, id: &str) -> Option<Published> {
    let state = shared.lock();
    state.posting.published.iter().find(|p| p.id == id && !p.deleted).cloned()
}

/// Whether this question of a stranger comes too early.
fn is_early(shared: &Shared) -> bool {
    let mut state = shared.lock();
    let early = state.posting.early > 0;
    state.posting.early = state.posting.early.saturating_sub(1);
    early
}
