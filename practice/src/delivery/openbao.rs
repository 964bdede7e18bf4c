//! The KV store of Vault and OpenBao, behind a listener that wants the request header. Version 2: versions, a write that names
//! the version it has read, and a merge patch. The mount `kv1` is one of version 1, which takes whatever it is given at whatever
//! path; `team` is a namespace. The answers are those of OpenBao 2.7.2.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State as Of};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Json, Response};
use axum::{Router, routing::get};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::{CREDENTIAL, Shared, header, no};

/// What a secret holds, digit by digit.
pub(super) type Keys = BTreeMap<String, Box<RawValue>>;

const VERSION_1: &str = "kv1";
const NAMESPACE: &str = "team";

/// How it is set.
#[derive(Default)]
pub(super) struct State {
    /// The credential's capabilities; all of them by default.
    pub(super) allowed: Option<&'static [&'static str]>,
    /// The address that a standby redirects to, and the leader that it names.
    pub(super) standby: Option<(String, String)>,
}

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/{mount}/data/{*path}", get(read).post(write).put(write).patch(patch))
        .route("/v1/sys/internal/ui/mounts/{*mount}", get(look))
        .route("/v1/sys/leader", get(leader))
}

pub(super) fn text(keys: &Keys) -> String {
    serde_json::to_string(keys).unwrap_or_default()
}

/// What kind of store is mounted there.
async fn look(Of(shared): Of<Arc<Shared>>, Path(mount): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &uri) {
        return refusal;
    }
    let options = match mount.as_str() {
        // As one that was made before there were two.
        VERSION_1 => Value::Null,
        _ => json!({ "version": "2" }),
    };
    Json(json!({ "data": { "type": "kv", "path": format!("{mount}/"), "options": options } })).into_response()
}

fn refused(status: StatusCode, text: &str) -> Response {
    no(status, json!({ "errors": [text] }))
}

/// The leader. The request needs no token, and a token makes no difference.
async fn leader(Of(shared): Of<Arc<Shared>>, headers: HeaderMap) -> Response {
    if headers.contains_key("x-vault-token") {
        return refused(StatusCode::BAD_REQUEST, "the token was sent where nobody wants it");
    }
    let state = shared.lock();
    let leader = state
        .bao
        .standby
        .as_ref()
        .map_or(shared.origin.as_str(), |(_, leader)| leader.as_str());
    Json(json!({ "ha_enabled": true, "is_self": state.bao.standby.is_none(), "leader_address": leader })).into_response()
}

fn refusal(shared: &Shared, headers: &HeaderMap, uri: &Uri) -> Option<Response> {
    if header(headers, "x-vault-request") != "true" {
        return Some(refused(StatusCode::PRECONDITION_FAILED, "missing required header: X-Vault-Request"));
    }
    if let Some((to, _)) = &shared.lock().bao.standby {
        let to = format!("{to}{}", uri.path());
        return Some((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response());
    }
    if !["", NAMESPACE].contains(&header(headers, "x-vault-namespace")) {
        return Some(refused(StatusCode::NOT_FOUND, "namespace not found"));
    }
    let known = header(headers, "x-vault-token") == CREDENTIAL;
    (!known).then(|| refused(StatusCode::FORBIDDEN, "permission denied"))
}

/// Whether the credential's policy has one of these.
fn may(shared: &Shared, capability: &str) -> Option<Response> {
    let allowed = shared.lock().bao.allowed;
    let may = allowed.is_none_or(|all| all.contains(&capability));
    (!may).then(|| refused(StatusCode::FORBIDDEN, "1 error occurred:\n\t* permission denied\n\n"))
}

/// By namespace, mount and path.
fn place(headers: &HeaderMap, mount: &str, path: &str) -> String {
    match header(headers, "x-vault-namespace") {
        "" => format!("{mount}/{path}"),
        namespace => format!("{namespace}/{mount}/{path}"),
    }
}

async fn read(Of(shared): Of<Arc<Shared>>, Path((mount, path)): Path<(String, String)>, uri: Uri, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &uri).or_else(|| may(&shared, "read")) {
        return refusal;
    }
    let mut state = shared.lock();
    let place = place(&headers, &mount, &path);
    let versions = state.vault.get(&place).cloned().unwrap_or_default();
    if let Some((key, left @ 1..)) = state.intruder.clone() {
        let mut data = versions.last().cloned().flatten().unwrap_or_default();
        let theirs = to_raw_value(&format!("theirs {left}"));
        data.extend(theirs.ok().map(|theirs| (key.clone(), theirs)));
        state.intruder = Some((key, left - 1));
        state.vault.entry(place).or_default().push(Some(data));
    }
    let metadata = json!({ "version": versions.len(), "destroyed": false });
    match versions.last() {
        None => no(StatusCode::NOT_FOUND, json!({ "errors": [] })),
        Some(None) => no(StatusCode::NOT_FOUND, json!({ "data": { "data": null, "metadata": metadata } })),
        Some(Some(keys)) if mount == VERSION_1 => answer(format!(r#"{{"data":{}}}"#, text(keys))),
        Some(Some(keys)) => answer(format!(r#"{{"data":{{"data":{},"metadata":{metadata}}}}}"#, text(keys))),
    }
}

fn answer(json: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], json).into_response()
}

#[derive(Deserialize)]
struct Written {
    data: Keys,
    #[serde(default)]
    options: Value,
}

async fn write(
    Of(shared): Of<Arc<Shared>>,
    Path((mount, path)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let place = place(&headers, &mount, &path);
    // Who may create and not update is let go by where nothing is there yet.
    let is_new = !shared.lock().vault.contains_key(&place);
    let capability = if is_new { "create" } else { "update" };
    if let Some(refusal) = refusal(&shared, &headers, &uri).or_else(|| may(&shared, capability)) {
        return refusal;
    }
    let mut state = shared.lock();
    let versions = state.vault.entry(place).or_default();
    if mount == VERSION_1 {
        versions.push(serde_json::from_str(&body).ok());
        return StatusCode::NO_CONTENT.into_response();
    }
    let Ok(body) = serde_json::from_str::<Written>(&body) else {
        return refused(StatusCode::BAD_REQUEST, "no data provided");
    };
    // This store is set to want it (`cas_required`).
    match body.options["cas"].as_u64() {
        None => refused(StatusCode::BAD_REQUEST, "check-and-set parameter required for this call"),
        Some(cas) if cas != versions.len() as u64 => {
            refused(StatusCode::BAD_REQUEST, "check-and-set parameter did not match the current version")
        }
        Some(_) => {
            versions.push(Some(body.data));
            Json(json!({ "data": { "version": versions.len(), "destroyed": false } })).into_response()
        }
    }
}

async fn patch(
    Of(shared): Of<Arc<Shared>>,
    Path((mount, path)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Some(refusal) = refusal(&shared, &headers, &uri).or_else(|| may(&shared, "patch")) {
        return refusal;
    }
    if mount == VERSION_1 {
        return refused(StatusCode::METHOD_NOT_ALLOWED, "1 error occurred:\n\t* unsupported operation\n\n");
    }
    if header(&headers, "content-type") != "application/merge-patch+json" {
        return refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "PATCH requires Content-Type of application/merge-patch+json",
        );
    }
    let Ok(body) = serde_json::from_str::<Written>(&body) else {
        return refused(StatusCode::BAD_REQUEST, "no data provided");
    };
    let mut state = shared.lock();
    let versions = state.vault.entry(place(&headers, &mount, &path)).or_default();
    let number = versions.len();
    match (versions.last().cloned(), body.options["cas"].as_u64()) {
        // Nothing to be changed: no words at all.
        (None, _) => StatusCode::NOT_FOUND.into_response(),
        (Some(None), _) => no(StatusCode::NOT_FOUND, json!({ "data": { "version": number, "destroyed": false } })),
        (_, Some(cas)) if cas != number as u64 => {
            refused(StatusCode::BAD_REQUEST, "check-and-set parameter did not match the current version")
        }
        (Some(Some(mut keys)), _) => {
            keys.extend(body.data);
            versions.push(Some(keys));
            Json(json!({ "data": { "version": number + 1, "destroyed": false } })).into_response()
        }
    }
}
