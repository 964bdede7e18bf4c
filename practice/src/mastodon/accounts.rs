//! Who am I: the account behind a token, and who may ask what with which token. Also the picture and the page that an
//! account points to. Statuses are in `statuses`.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;
use serde_json::{Value, json};

use crate::mastodon::pages;
use crate::mastodon::people::{self, POSTS, Person, Post};
use crate::mastodon::posting;
use crate::mastodon::refusal::Refusal;
use crate::mastodon::state::{Shared, Token};
use crate::{clock, page, picture};

/// Field order as recorded.
#[derive(Serialize)]
pub struct Account {
    id: &'static str,
    username: &'static str,
    acct: &'static str,
    display_name: &'static str,
    locked: bool,
    discoverable: bool,
    bot: bool,
    created_at: String,
    note: String,
    url: String,
    avatar: String,
    avatar_static: String,
    header: String,
    header_static: String,
    followers_count: u64,
    following_count: u64,
    statuses_count: u64,
    last_status_at: String,
    emojis: [Value; 0],
    fields: [Value; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Value>,
    group: bool,
    #[serde(flatten)]
    hidden: Value,
}

/// An account as the API shows it; to its owner with a few more fields.
pub fn account(shared: &Shared, person: &'static Person, own: bool) -> Account {
    let origin = &shared.origin;
    let picture = format!("{origin}/avatars/{}.svg", person.username);
    let last = clock::rfc3339(UNIX_EPOCH + Duration::from_secs(Post(POSTS).at()));
    let source = json!({
        "privacy": "public", "sensitive": false, "language": "en", "note": person.note, "fields": [], "follow_requests_count": 0,
    });
    let (posts, silent) = {
        let state = shared.lock();
        (state.posts, state.posting.silent)
    };
    let uncounted = if shared.behaviour().counts_direct {
        0
    } else {
        Post::direct_among(posts)
    };
    let role = json!({ "id": "user", "name": "user", "color": "", "permissions": "0", "highlighted": false });
    Account {
        id: person.id(shared.flavor),
        username: person.username,
        acct: person.username,
        display_name: person.name,
        locked: false,
        discoverable: false,
        bot: false,
        created_at: clock::rfc3339(UNIX_EPOCH + Duration::from_secs(Post(0).at())),
        note: format!("<p>{}</p>", page::escape(person.note)),
        url: format!("{origin}/@{}", person.username),
        avatar: picture.clone(),
        avatar_static: picture.clone(),
        header: picture.clone(),
        header_static: picture,
        followers_count: 1,
        following_count: 1,
        statuses_count: posts - uncounted,
        last_status_at: last.chars().take(10).collect(),
        emojis: [],
        fields: [],
        source: own.then_some(source),
        role: own.then_some(role),
        group: false,
        hidden: if own { posting::of_account(silent) } else { json!({}) },
    }
}

/// The token of a request. Only the Authorization header counts (RFC 6750 §2.1), not a query parameter.
pub fn bearer(shared: &Shared, headers: &HeaderMap) -> Result<Option<Token>, Refusal> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value.to_str().ok().and_then(|value| value.split_once(' '));
    let text = text
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let token = text.and_then(|text| shared.lock().token(text).cloned()).ok_or(Refusal::NoToken)?;
    if token.dead { Err(Refusal::DeadToken) } else { Ok(Some(token)) }
}

/// The owner of a token that has one of the scopes.
pub fn may(token: &Token, scopes: &[&str]) -> Result<&'static Person, Refusal> {
    let person = token.person.ok_or(Refusal::NoPerson)?;
    if scopes.iter().any(|scope| token.may(scope)) {
        Ok(person)
    } else {
        Err(Refusal::TooLittle)
    }
}

/// Who am I.
pub async fn verify_credentials(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let person = bearer(&shared, &headers)
        .and_then(|token| token.ok_or(Refusal::NoToken))
        .and_then(|token| may(&token, &["profile", "read:accounts"]));
    match person {
        Ok(person) => Json(account(&shared, person, true)).into_response(),
        Err(refusal) => refusal.response(shared.flavor),
    }
}

/// `/avatars/ada.svg`: a letter on a disc.
pub async fn avatar(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Response {
    let Some(person) = file.strip_suffix(".svg").and_then(people::named) else {
        return Refusal::NotFound.response(shared.flavor);
    };
    picture::disc(person.name, person.hue)
}

/// `/@ada`: the page that an account's `url` points to.
pub async fn profile(State(shared): State<Arc<Shared>>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match people::named(&name) {
        Some(person) => pages::profile(&headers, person),
        None => Refusal::NotFound.response(shared.flavor),
    }
}
