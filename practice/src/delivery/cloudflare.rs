//! Cloudflare's REST API for the secrets of a Worker.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::{Router, routing::get};
use serde_json::{Value, json};

use super::{Shared, is_bearer, no};

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/accounts/{account}/workers/scripts/{script}/secrets", get(list).put(put))
}

fn envelope(result: Value) -> Response {
    Json(json!({ "success": true, "errors": [], "messages": [], "result": result })).into_response()
}

fn refused(status: StatusCode, code: u32, text: &str) -> Response {
    no(
        status,
        json!({ "success": false, "errors": [{ "code": code, "message": text }], "messages": [], "result": null }),
    )
}

fn refusal(headers: &HeaderMap, script: &str) -> Option<Response> {
    if !is_bearer(headers) {
        return Some(refused(StatusCode::FORBIDDEN, 10000, "Authentication error"));
    }
    (script == "nothing").then(|| refused(StatusCode::NOT_FOUND, 10007, "This Worker does not exist on your account."))
}

async fn put(
    State(shared): State<Arc<Shared>>,
    Path((account, script)): Path<(String, String)>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if let Some(refusal) = refusal(&headers, &script) {
        return refusal;
    }
    let (Some(name), Some(text), "secret_text") = (
        body["name"].as_str(),
        body["text"].as_str(),
        body["type"].as_str().unwrap_or_default(),
    ) else {
        return refused(StatusCode::BAD_REQUEST, 10021, "The request body is invalid.");
    };
    let mut state = shared.lock();
    if !state.forgetful {
        state.cloudflare.insert(format!("{account}/{script}/{name}"), text.to_owned());
    }
    envelope(json!({ "name": name, "type": "secret_text" }))
}

async fn list(State(shared): State<Arc<Shared>>, Path((account, script)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if let Some(refusal) = refusal(&headers, &script) {
        return refusal;
    }
    let state = shared.lock();
    let of_script = format!("{account}/{script}/");
    let names = state.cloudflare.keys().filter_map(|key| key.strip_prefix(&of_script));
    envelope(names.map(|name| json!({ "name": name, "type": "secret_text" })).collect())
}
