//! The tokens that an account has given out, as GoToSocial lists and ends them; other servers have no such paths. What the
//! answers have is from its source (internal/api/client/tokens); that nothing in them is secret is the point.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use crate::mastodon::accounts::{bearer, may};
use crate::mastodon::people::Person;
use crate::mastodon::refusal::Refusal;
use crate::mastodon::state::{self, Shared, Token};

/// `GET /api/v1/tokens`: the living ones, newest first.
pub async fn list(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    answered(
        &shared,
        owner(&shared, &headers, "read:accounts").map(|person| {
            let state = shared.lock();
            let own = state.tokens.iter().enumerate().filter(|(_, token)| is_of(token, person));
            json!(own.map(|(at, token)| described(at, token, &state)).rev().collect::<Vec<_>>())
        }),
    )
}

/// `POST /api/v1/tokens/{id}/invalidate`: ends one, and describes it once more.
pub async fn invalidate(State(shared): State<Arc<Shared>>, Path(wanted): Path<String>, headers: HeaderMap) -> Response {
    answered(
        &shared,
        owner(&shared, &headers, "write:accounts").and_then(|person| {
            let mut state = shared.lock();
            let mut tokens = state.tokens.iter_mut().enumerate();
            let (at, token) = tokens
                .find(|(at, token)| id(*at) == wanted && is_of(token, person))
                .ok_or(Refusal::NotFound)?;
            token.dead = true;
            let token = token.clone();
            Ok(described(at, &token, &state))
        }),
    )
}

fn owner(shared: &Shared, headers: &HeaderMap, scope: &str) -> Result<&'static Person, Refusal> {
    if !shared.flavor.is_gotosocial() {
        return Err(Refusal::NotFound);
    }
    may(&bearer(shared, headers)?.ok_or(Refusal::NoToken)?, &[scope])
}

fn is_of(token: &Token, person: &Person) -> bool {
    !token.dead && token.person.is_some_and(|owner| owner.username == person.username)
}

fn id(at: usize) -> String {
    format!("01K9XJ4T3N8W2QEZ6V5R{at:06}")
}

/// Of use there is no record until it was used, and then only the hour.
fn described(at: usize, token: &Token, state: &state::State) -> Value {
    let moment = |seconds| crate::clock::rfc3339(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds));
    let app = state.apps.get(&token.client_id).map(|app| app.name.clone());
    let created = moment(token.created_at);
    let used = moment(token.created_at - token.created_at % 3600);
    json!({ "id": id(at), "created_at": created, "last_used": used, "scope": token.scopes.join(" "), "application": { "name": app } })
}

fn answered(shared: &Shared, answer: Result<Value, Refusal>) -> Response {
    answer.map_or_else(|refusal| refusal.response(shared.flavor), |body| Json(body).into_response())
}
