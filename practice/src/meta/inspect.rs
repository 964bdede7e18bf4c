//! `debug_token`: what a token is (docs/facts/threads.md#inspection, docs/facts/facebook.md#inspection).

use serde_json::{Value, json};

use super::message::ParsedRequest;
use super::platform::Platform;
use super::refusal::Refusal;
use super::state::{State, Token};
use super::token;
use super::{APP_NAME, FACEBOOK_APP_ID};

/// Answers it. A token that is dead or unknown is no error, but `is_valid` false.
pub fn inspect(state: &State, call: &ParsedRequest) -> Result<Value, Refusal> {
    may_ask(state, call)?;
    let Some(input) = call.get("input_token") else {
        return Err(Refusal::new(100, "(#100) The parameter input_token is required"));
    };
    if state.platform == Platform::Facebook && token::is_of_app(state.platform, input) {
        let app_id = id(state, FACEBOOK_APP_ID);
        let body = json!({ "app_id": app_id, "type": "APP", "application": APP_NAME, "is_valid": true, "scopes": [] });
        return Ok(json!({ "data": body }));
    }
    let Some(token) = state.token(input) else {
        let error = json!({ "code": 190, "message": "Invalid OAuth access token - Cannot parse access token" });
        return Ok(json!({ "data": { "error": error, "is_valid": false, "scopes": [] } }));
    };
    Ok(json!({ "data": describe(state, token) }))
}

/// Threads: a token of a tester of the app; the app's own is not listed as allowed (docs/facts/threads.md#inspection). Facebook:
/// the app's own, or the token of a person with a role (docs/facts/facebook.md#inspection). The codes of the refusals are [M].
fn may_ask(state: &State, call: &ParsedRequest) -> Result<(), Refusal> {
    let Some(text) = call.access_token() else {
        return Err(Refusal::new(104, "An access token is required to request this resource."));
    };
    if token::is_of_app(state.platform, text) {
        return match state.platform {
            Platform::Facebook => Ok(()),
            _ => Err(Refusal::new(10, "(#10) A user access token of a tester of this app is required")),
        };
    }
    let token = token::living(state, text)?;
    if token.page.is_some() || !state.testers.contains(token.person.username) {
        let text = "(#100) You must provide an app access token, or a user access token that is an owner or developer of the app";
        return Err(Refusal::new(100, text));
    }
    Ok(())
}

fn describe(state: &State, token: &Token) -> Value {
    let health = token.health(state);
    let mut body = json!({
        "type": if token.page.is_some() { "PAGE" } else { "USER" },
        "application": APP_NAME,
        // Never, for a system user's [M].
        "data_access_expires_at": if token.expires.is_none() && token.page.is_none() { 0 } else { token.granted + state.switches.grant_lifetime.as_secs() },
        "expires_at": token.expires.unwrap_or(0),
        "is_valid": health.is_ok(),
        "issued_at": token.issued,
        "scopes": token.scopes,
        "user_id": id(state, &state.platform.id_of(token.person).to_string()),
    });
    if state.platform == Platform::Facebook {
        body["app_id"] = id(state, FACEBOOK_APP_ID);
        let granular = token.scopes.iter().filter(|scope| scope.starts_with("pages_"));
        body["granular_scopes"] = granular.map(|scope| json!({ "scope": scope })).collect();
    }
    if let Some(page) = token.page {
        body["profile_id"] = id(state, &page.id.to_string());
    }
    if let Err(refusal) = health {
        body["error"] = json!({ "code": refusal.code, "message": refusal.text, "subcode": refusal.subcode });
    }
    body
}

/// An id as text, or at Facebook as a number by a switch (docs/facts/facebook.md#inspection).
fn id(state: &State, digits: &str) -> Value {
    match digits.parse::<u64>() {
        Ok(number) if state.switches.ids_as_numbers && state.platform == Platform::Facebook => json!(number),
        _ => json!(digits),
    }
}
