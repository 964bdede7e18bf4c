//! `POST /oauth/revoke` (RFC 7009). An unknown token is as good as revoked: 200.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

use crate::body::Params;
use crate::mastodon::refusal::Refusal;
use crate::mastodon::state::Shared;
use crate::mastodon::token;

/// Ends a token.
pub async fn revoke(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let behaviour = shared.behaviour();
    let basic = if behaviour.basic { token::basic(request.headers()) } else { None };
    let mut params = Params::read(request).await.unwrap_or(Params::Form(Vec::new()));
    if matches!(params, Params::Json(_)) && !behaviour.json_revoke {
        params = Params::Form(Vec::new());
    }
    let client_id = basic.as_ref().map(|(id, _)| id.clone()).or_else(|| params.get("client_id"));
    let secret = basic.map(|(_, secret)| secret).or_else(|| params.get("client_secret"));
    let token = params.get("token");
    if shared.flavor.is_gotosocial() {
        let fields = [("client_id", &client_id), ("client_secret", &secret), ("token", &token)];
        if let Some((name, _)) = fields.iter().find(|(_, value)| value.is_none()) {
            return Refusal::Incomplete(format!("{name} not set")).response(shared.flavor);
        }
    }
    let mut state = shared.lock();
    let is_client = client_id
        .as_ref()
        .and_then(|id| state.apps.get(id))
        .is_some_and(|app| Some(&app.client_secret) == secret.as_ref());
    if !is_client {
        return Refusal::NotYours.response(shared.flavor);
    }
    if let Some(known) = state.tokens.iter_mut().find(|known| Some(&known.token) == token.as_ref()) {
        if Some(&known.client_id) != client_id.as_ref() {
            return Refusal::NotYours.response(shared.flavor);
        }
        known.dead = true;
    }
    Json(json!({})).into_response()
}
