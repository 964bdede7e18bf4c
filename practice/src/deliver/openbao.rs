//! The KV store, version 2, of Vault and OpenBao: versions, and a write that names the version it has read.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::{Router, routing::get};
use serde_json::{Value, json};

use super::{CREDENTIAL, Shared, header, no};

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/v1/{mount}/data/{*path}", get(read).post(write).put(write))
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
        data.insert(key.clone(), json!(format!("theirs {left}")));
        state.intruder = Some((key, left - 1));
        state.vault.entry(place).or_default().push(Some(data));
    }
    let metadata = json!({ "version": versions.len(), "destroyed": false });
    match versions.last() {
        None => no(StatusCode::NOT_FOUND, json!({ "errors": [] })),
        Some(None) => no(StatusCode::NOT_FOUND, json!({ "data": { "data": null, "metadata": metadata } })),
        Some(Some(data)) => Json(json!({ "data": { "data": data, "metadata": metadata } })).into_response(),
    }
}

async fn write(
    State(shared): State<Arc<Shared>>,
    Path((mount, path)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if let Some(refusal) = refusal(&headers) {
        return refusal;
    }
    let Some(data) = body["data"].as_object() else {
        return refused(StatusCode::BAD_REQUEST, "no data provided");
    };
    let mut state = shared.lock();
    let versions = state.vault.entry(format!("{mount}/{path}")).or_default();
    // This store is set to want it (`cas_required`).
    match body["options"]["cas"].as_u64() {
        None => refused(StatusCode::BAD_REQUEST, "check-and-set parameter required for this call"),
        Some(cas) if cas != versions.len() as u64 => {
            refused(StatusCode::BAD_REQUEST, "check-and-set parameter did not match the current version")
        }
        Some(_) => {
            versions.push(Some(data.clone()));
            Json(json!({ "data": { "version": versions.len(), "destroyed": false } })).into_response()
        }
    }
}
