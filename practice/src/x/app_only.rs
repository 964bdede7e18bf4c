//! App-only: the app's own bearer token, by API key and secret, not by client id and secret (docs/facts/x.md#app-only).

use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

use super::app::letters;
use super::message::ParsedRequest;
use super::oauth1;
use super::people;
use super::refusal::Refusal;
use super::state::{Bearer, State};
use super::switches::InvalidateBy;

fn is_app(state: &State, call: &ParsedRequest) -> bool {
    let keys = &state.app.keys;
    call.basic()
        .is_some_and(|(key, secret)| key == keys.api_key && secret == keys.api_secret)
}

/// The token: the same each time until it is invalidated. Its percent signs are part of it.
pub fn token(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    // That a missing grant type is refused as wrong credentials are is [M].
    if !is_app(state, call) || call.of_form("grant_type").as_deref() != Some("client_credentials") {
        return Err(Refusal::v1(99));
    }
    let living = state.bearers.iter().find(|bearer| !bearer.dead).map(|bearer| bearer.text.clone());
    let text = living.unwrap_or_else(|| {
        let text = format!("AAAAAAAAAAAAAAAAAAAAA{}%2F{}%3D{}", letters(14), letters(12), letters(50));
        state.bearers.push(Bearer {
            text: text.clone(),
            issued: state.now(),
            dead: false,
        });
        text
    });
    Ok(Json(json!({ "token_type": "bearer", "access_token": text })).into_response())
}

/// Ends it. The documents disagree on how one asks: signed with the owner's token, or with Basic.
pub fn invalidate(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    let by = state.switches.invalidate_by;
    if call.is_signed() {
        let owner = oauth1::caller(state, call)?.person.id == people::owner().id;
        if by == InvalidateBy::Basic || !owner {
            return Err(Refusal::v1(99));
        }
    } else if by == InvalidateBy::OAuth1 || !is_app(state, call) {
        return Err(Refusal::v1(99));
    }
    let given = call.of_form("access_token").unwrap_or_default();
    // The documents' samples put the token into the form as it is, so that its escapes are undone once too often.
    let fits = |bearer: &&mut Bearer| bearer.text == given || bearer.text.replace("%2F", "/").replace("%3D", "=") == given;
    // The code for an unknown one is [M].
    let found = state.bearers.iter_mut().filter(|bearer| !bearer.dead).find(fits);
    let bearer = found.ok_or_else(|| Refusal::v1(348))?;
    bearer.dead = true;
    Ok(Json(json!({ "access_token": bearer.text })).into_response())
}
