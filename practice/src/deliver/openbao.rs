//! The KV store of Vault and OpenBao. Version 2: versions, and a write that names the version it has read. The mount `kv1` is one
//! of version 1, which takes whatever it is given at whatever path.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::{Router, routing::get};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::{CREDENTIAL, Shared, header, no};

/// What a secret holds, digit by digit.
pub(super) type Keys = BTreeMap<String, Box<RawValue>>;

const VERSION_1: &str = "kv1";

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/{mount}/data/{*path}", get(read).post(write).put(write))
        .route("/v1/sys/internal/ui/mounts/{*mount}", get(look))
}

pub(super) fn text(keys: &Keys) -> String {
    serde_json::to_string(keys).unwrap_or_default()
}

/// What kind of store is mounted there.
async fn look(Path(mount): Path<String>, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&headers) {
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

fn refusal(headers: &HeaderMap) -> Option<Response> {
    let known = header(headers, "x-vault-token") == CREDENTIAL;
    (!known).then(|| refused(StatusCode::FORBIDDEN, "permission denied"))
}

async fn read(State(shared): State<Arc<Shared>>, Path((mount, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&headers) {
        return refusal;
    }
    let mut state = shared.lock();
    let place = format!("{mount}/{path}");
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
    State(shared): State<Arc<Shared>>,
    Path((mount, path)): Path<(String, String)>,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Some(refusal) = refusal(&headers) {
        return refusal;
    }
    let mut state = shared.lock();
    let versions = state.vault.entry(format!("{mount}/{path}")).or_default();
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
