//! GitHub's REST API for Actions secrets: the public key, the sealed secret, and what is told of one.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::{Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Inside, Shared, header, is_bearer, message};
use crate::clock;

const KEY_ID: u64 = 568_250_167_242_549_743;

/// The media type and the version of the API that its documents ask for in each request.
const ACCEPT: &str = "application/vnd.github+json";
const VERSION: &str = "2022-11-28";

pub(super) fn router() -> Router<Arc<Shared>> {
    let secrets = "/repos/{owner}/{repository}/actions/secrets";
    Router::new()
        .route(&format!("{secrets}/public-key"), get(public_key))
        .route(&format!("{secrets}/{{name}}"), get(look).put(put))
}

/// A wrong token is 401; a repository that the token does not reach is 404, as one that is not there.
fn refusal(headers: &HeaderMap, repository: &str) -> Option<Response> {
    if header(headers, "user-agent").is_empty() {
        return Some(message(StatusCode::FORBIDDEN, "Request forbidden by administrative rules."));
    }
    if header(headers, "accept") != ACCEPT || header(headers, "x-github-api-version") != VERSION {
        return Some(message(StatusCode::BAD_REQUEST, "Must accept the media type and name the version."));
    }
    if !is_bearer(headers) {
        return Some(message(StatusCode::UNAUTHORIZED, "Bad credentials"));
    }
    (repository == "nothing").then(|| message(StatusCode::NOT_FOUND, "Not Found"))
}

fn key_id(state: &Inside) -> String {
    (KEY_ID + state.key_id).to_string()
}

async fn public_key(State(shared): State<Arc<Shared>>, Path((_, repository)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&headers, &repository) {
        return refusal;
    }
    let key = STANDARD.encode(shared.key.public_key().as_bytes());
    let mut state = shared.lock();
    let id = key_id(&state);
    if state.rotations > 0 {
        state.rotations -= 1;
        state.key_id += 1;
    }
    Json(json!({ "key_id": id, "key": key })).into_response()
}

async fn put(
    State(shared): State<Arc<Shared>>,
    Path((owner, repository, name)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Some(refusal) = refusal(&headers, &repository) {
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
        body["key_id"] == key_id(&state).as_str(),
    ) else {
        return message(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Bad request - encrypted_value was not encrypted with the key",
        );
    };
    if state.forgetful {
        return StatusCode::NO_CONTENT.into_response();
    }
    // To the second, as there.
    let now = clock::rfc3339(SystemTime::now());
    let now = format!("{}Z", now.split('.').next().unwrap_or_default());
    match state.github.insert(format!("{owner}/{repository}/{name}"), (opened, now)) {
        None => (StatusCode::CREATED, Json(json!({}))).into_response(),
        Some(_) => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn look(
    State(shared): State<Arc<Shared>>,
    Path((owner, repository, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = refusal(&headers, &repository) {
        return refusal;
    }
    match shared.lock().github.get(&format!("{owner}/{repository}/{name}")) {
        Some((_, at)) => Json(json!({ "name": name, "created_at": at, "updated_at": at })).into_response(),
        None => message(StatusCode::NOT_FOUND, "Not Found"),
    }
}
