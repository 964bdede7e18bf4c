//! GitHub's REST API for Actions secrets of repositories, environments and organizations: the public key, the sealed secret, and
//! its metadata. A read may be answered by a stale replica, and a repository has a number that outlives its name.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Path, State as Of};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::{Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Shared, header, is_bearer, message};
use crate::clock;

const KEY_ID: u64 = 568_250_167_242_549_743;

/// The media type and the version of the API that its documents ask for in each request.
const ACCEPT: &str = "application/vnd.github+json";
const VERSION: &str = "2022-11-28";

/// What GitHub has.
#[derive(Default)]
pub(super) struct State {
    /// By `owner/repository/NAME`, `owner/repository@environment/NAME` or `organization//NAME`.
    secrets: BTreeMap<String, Kept>,
    environments: BTreeMap<String, Vec<String>>,
    /// The number of each repository, by its name of now.
    numbers: BTreeMap<String, u64>,
    /// The number that an old name leads to.
    old_names: BTreeMap<String, u64>,
    /// The key's present id, and how many times the key changes right after it was returned.
    key_id: u64,
    pub(super) rotations: u32,
    /// How many reads after a write return the state before it.
    pub(super) lag: u32,
}

#[derive(Clone, Default)]
struct Kept {
    opened: String,
    at: String,
    visibility: String,
    selected: Vec<u64>,
    /// Since when, before the last write; and how many looks still see that.
    before: Option<String>,
    behind: u32,
}

impl State {
    pub(super) fn opened(&self, place: &str) -> Option<String> {
        self.secrets.get(place).map(|kept| kept.opened.clone())
    }

    pub(super) fn of_organization(&self, organization: &str, name: &str) -> Option<(String, String, Vec<u64>)> {
        let kept = self.secrets.get(&format!("{organization}//{name}"))?;
        Some((kept.opened.clone(), kept.visibility.clone(), kept.selected.clone()))
    }

    pub(super) fn select(&mut self, organization: &str, name: &str, visibility: &str, repositories: &[u64]) {
        if let Some(kept) = self.secrets.get_mut(&format!("{organization}//{name}")) {
            (kept.visibility, kept.selected) = (visibility.to_owned(), repositories.to_vec());
        }
    }

    pub(super) fn add_environment(&mut self, repository: &str, environment: &str) {
        self.environments
            .entry(repository.to_owned())
            .or_default()
            .push(environment.to_owned());
    }

    pub(super) fn rename(&mut self, repository: &str, now: &str) {
        let number = self.number(repository);
        self.numbers.remove(repository);
        self.numbers.insert(now.to_owned(), number);
        self.old_names.insert(repository.to_owned(), number);
    }

    pub(super) fn replace(&mut self, repository: &str) {
        self.old_names.remove(repository);
        self.numbers.remove(repository);
        self.number(repository);
    }

    fn number(&mut self, repository: &str) -> u64 {
        let next = 1_296_269 + self.numbers.len() as u64 + 1000 * self.old_names.len() as u64 + rand::random::<u16>() as u64;
        *self.numbers.entry(repository.to_owned()).or_insert(next)
    }

    fn key_name(&self) -> String {
        (KEY_ID + self.key_id).to_string()
    }
}

pub(super) fn router() -> Router<Arc<Shared>> {
    let repository = "/repos/{owner}/{repository}";
    let mut router = Router::new()
        .route(repository, get(repository_by_name))
        .route("/repositories/{number}", get(repository_by_number))
        .route(&format!("{repository}/environments"), get(environments))
        .route("/orgs/{organization}/actions/secrets/{name}/repositories", get(selected));
    for secrets in [
        format!("{repository}/actions/secrets"),
        format!("{repository}/environments/{{environment}}/secrets"),
        "/orgs/{organization}/actions/secrets".to_owned(),
    ] {
        router = router
            .route(&format!("{secrets}/public-key"), get(public_key))
            .route(&format!("{secrets}/{{name}}"), get(look).put(put));
    }
    router
}

/// The parts of an address, by their names.
type Parts = Path<BTreeMap<String, String>>;

fn name_of(parts: &BTreeMap<String, String>) -> String {
    let part = |name: &str| parts.get(name).map(String::as_str).unwrap_or_default();
    format!("{}/{}", part("owner"), part("repository"))
}

/// Where its secrets are.
fn place(parts: &BTreeMap<String, String>) -> String {
    match (parts.get("organization"), parts.get("environment")) {
        (Some(organization), _) => format!("{organization}/"),
        (_, Some(environment)) => format!("{}@{environment}", name_of(parts)),
        _ => name_of(parts),
    }
}

/// A wrong token is 401; a repository that the token cannot see is 404, like a missing one. An old name redirects to the address by
/// number.
fn refusal(shared: &Shared, headers: &HeaderMap, parts: &BTreeMap<String, String>) -> Option<Response> {
    if header(headers, "user-agent").is_empty() {
        return Some(message(StatusCode::FORBIDDEN, "Request forbidden by administrative rules."));
    }
    if header(headers, "accept") != ACCEPT || header(headers, "x-github-api-version") != VERSION {
        return Some(message(StatusCode::BAD_REQUEST, "Must accept the media type and name the version."));
    }
    if !is_bearer(headers) {
        return Some(message(StatusCode::UNAUTHORIZED, "Bad credentials"));
    }
    let state = shared.lock();
    if let Some(number) = state.github.old_names.get(&name_of(parts)) {
        let to = format!("{}/github/repositories/{number}", shared.origin);
        let body = json!({ "message": "Moved Permanently", "url": to });
        return Some((StatusCode::MOVED_PERMANENTLY, [(LOCATION, to)], Json(body)).into_response());
    }
    let known = |environment: &String| {
        let all = state.github.environments.get(&name_of(parts));
        all.is_some_and(|all| all.contains(environment))
    };
    let nowhere = parts.values().any(|part| part == "nothing") || parts.get("environment").is_some_and(|e| !known(e));
    nowhere.then(|| message(StatusCode::NOT_FOUND, "Not Found"))
}

async fn repository_by_name(Of(shared): Of<Arc<Shared>>, Path(parts): Parts, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &parts) {
        return refusal;
    }
    let name = name_of(&parts);
    let number = shared.lock().github.number(&name);
    Json(json!({ "id": number, "full_name": name })).into_response()
}

async fn repository_by_number(Of(shared): Of<Arc<Shared>>, Path(parts): Parts, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &parts) {
        return refusal;
    }
    let state = shared.lock();
    let mut known = state.github.numbers.iter();
    match known.find(|(_, number)| parts.get("number") == Some(&number.to_string())) {
        Some((name, number)) => Json(json!({ "id": number, "full_name": name })).into_response(),
        None => message(StatusCode::NOT_FOUND, "Not Found"),
    }
}

async fn environments(Of(shared): Of<Arc<Shared>>, Path(parts): Parts, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &parts) {
        return refusal;
    }
    let all = shared.lock().github.environments.get(&name_of(&parts)).cloned().unwrap_or_default();
    let named: Vec<Value> = all.iter().map(|name| json!({ "name": name })).collect();
    Json(json!({ "total_count": named.len(), "environments": named })).into_response()
}

async fn selected(Of(shared): Of<Arc<Shared>>, Path(parts): Parts, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &parts) {
        return refusal;
    }
    let state = shared.lock();
    let name = parts.get("name").cloned().unwrap_or_default();
    let Some(kept) = state.github.secrets.get(&format!("{}/{name}", place(&parts))) else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let all: Vec<Value> = kept.selected.iter().map(|id| json!({ "id": id })).collect();
    Json(json!({ "total_count": all.len(), "repositories": all })).into_response()
}

async fn public_key(Of(shared): Of<Arc<Shared>>, Path(parts): Parts, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &parts) {
        return refusal;
    }
    let key = STANDARD.encode(shared.key.public_key().as_bytes());
    let mut state = shared.lock();
    let id = state.github.key_name();
    if state.github.rotations > 0 {
        state.github.rotations -= 1;
        state.github.key_id += 1;
    }
    Json(json!({ "key_id": id, "key": key })).into_response()
}

async fn put(Of(shared): Of<Arc<Shared>>, Path(parts): Parts, headers: HeaderMap, body: String) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &parts) {
        return refusal;
    }
    if header(&headers, "content-type") != "application/json" {
        return message(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Must send JSON.");
    }
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let mut state = shared.lock();
    let sealed = body["encrypted_value"].as_str().and_then(|value| STANDARD.decode(value).ok());
    let opened = sealed.and_then(|sealed| shared.key.unseal(&sealed).ok());
    let (Some(opened), true) = (
        opened.and_then(|o| String::from_utf8(o).ok()),
        body["key_id"] == state.github.key_name().as_str(),
    ) else {
        return message(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Bad request - encrypted_value was not encrypted with the key",
        );
    };
    let visibility = body["visibility"].as_str().unwrap_or_default();
    let ids = body["selected_repository_ids"].as_array();
    let right = match parts.contains_key("organization") {
        true => ["all", "private", "selected"].contains(&visibility) && (visibility == "selected" || ids.is_none()),
        false => visibility.is_empty(),
    };
    if !right {
        return message(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed: visibility");
    }
    if state.forgetful {
        return StatusCode::NO_CONTENT.into_response();
    }
    // To the second, as there.
    let now = clock::rfc3339(SystemTime::now());
    let name = parts.get("name").cloned().unwrap_or_default();
    let behind = state.github.lag;
    let kept = state.github.secrets.entry(format!("{}/{name}", place(&parts))).or_default();
    let before = (!kept.at.is_empty()).then(|| kept.at.clone());
    let is_new = before.is_none();
    *kept = Kept {
        opened,
        at: format!("{}Z", now.split('.').next().unwrap_or_default()),
        visibility: visibility.to_owned(),
        selected: ids.into_iter().flatten().filter_map(Value::as_u64).collect(),
        before,
        behind,
    };
    match is_new {
        true => (StatusCode::CREATED, Json(json!({}))).into_response(),
        false => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn look(Of(shared): Of<Arc<Shared>>, Path(parts): Parts, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &parts) {
        return refusal;
    }
    let mut state = shared.lock();
    let name = parts.get("name").cloned().unwrap_or_default();
    let kept = state.github.secrets.get_mut(&format!("{}/{name}", place(&parts)));
    let at = kept.and_then(|kept| {
        if kept.behind == 0 {
            return Some((kept.at.clone(), kept.visibility.clone()));
        }
        kept.behind -= 1;
        // An earlier secret was written long ago, whatever the test's clock says.
        kept.before
            .clone()
            .map(|_| ("2026-01-01T00:00:00Z".to_owned(), kept.visibility.clone()))
    });
    match at {
        Some((at, visibility)) => {
            let mut secret = json!({ "name": name, "created_at": at, "updated_at": at });
            if parts.contains_key("organization") {
                secret["visibility"] = visibility.into();
            }
            Json(secret).into_response()
        }
        None => message(StatusCode::NOT_FOUND, "Not Found"),
    }
}
