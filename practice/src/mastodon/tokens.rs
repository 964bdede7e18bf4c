//! The tokens of an account, as GoToSocial lists and ends them; other servers have no such paths. The answers are those of its
//! source (internal/api/client/tokens, internal/paging), and have no tokens in them.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::mastodon::accounts::{bearer, may};
use crate::mastodon::people::{self, Person};
use crate::mastodon::refusal::Refusal;
use crate::mastodon::state::{self, Shared, Token};

/// How many tokens a page has without a `limit`.
const USUAL: usize = 25;
/// How many it has at most.
const MOST: usize = 100;

/// `GET /api/v1/tokens`: the living ones, newest first. Each page that is not empty links to the next one, even where that is empty.
pub async fn list(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    match page(&shared, query.as_deref().unwrap_or_default(), &headers) {
        Ok((tokens, link)) => (link.map(|link| [(header::LINK, link)]), Json(tokens)).into_response(),
        Err(refusal) => refusal.response(shared.flavor),
    }
}

/// The page's tokens, and its Link header.
fn page(shared: &Shared, query: &str, headers: &HeaderMap) -> Result<(Vec<Value>, Option<HeaderValue>), Refusal> {
    let person = owner(shared, headers, "read:accounts")?;
    let (mut limit, mut older_than) = (USUAL, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "limit" => {
                let bad = |_| {
                    Refusal::BadRequest(format!(
                        "error parsing limit: strconv.ParseInt: parsing \"{value}\": invalid syntax"
                    ))
                };
                limit = value.parse::<usize>().map_err(bad)?.min(MOST);
            }
            "max_id" => older_than = Some(value.into_owned()),
            _ => {}
        }
    }
    let state = shared.lock();
    let own = state.tokens.iter().enumerate().rev().filter(|(_, token)| is_of(token, person));
    let older = own.filter(|(at, _)| older_than.as_ref().is_none_or(|max| id(*at) < *max));
    let listed: Vec<_> = older.take(limit).collect();
    let link = listed.first().zip(listed.last()).map(|((first, _), (last, _))| {
        let base = format!("{}/api/v1/tokens?limit={limit}", shared.origin);
        format!(
            "<{base}&max_id={}>; rel=\"next\", <{base}&min_id={}>; rel=\"prev\"",
            id(*last),
            id(*first)
        )
    });
    let tokens = listed.into_iter().map(|(at, token)| described(at, token, &state)).collect();
    Ok((tokens, link.and_then(|link| HeaderValue::from_str(&link).ok())))
}

/// Tokens of a person for an app that Keybearer does not know.
pub fn issued(shared: &Shared, username: &str, count: usize) {
    let mut state = shared.lock();
    for _ in 0..count {
        state.tokens.push(Token {
            token: crate::random::upper48(),
            client_id: "another-app".into(),
            person: people::named(username),
            scopes: vec!["read".into()],
            created_at: crate::clock::unix(std::time::SystemTime::now()),
            dead: false,
        });
    }
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
