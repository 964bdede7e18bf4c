//! A code becomes a short token at Threads and Instagram (docs/facts/threads.md#token, docs/facts/instagram.md#token), and
//! Threads' token of the app (docs/facts/threads.md#inspection).

use serde_json::{Value, json};

use super::APP_SECRET;
use super::message::{Message, ParsedRequest};
use super::platform::Platform;
use super::refusal::Refusal;
use super::state::{Life, State};
use super::token;
use crate::faults::Fault;

/// Answers either message.
pub fn answer(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let threads = state.platform == Platform::Threads;
    // Threads takes query parameters too (docs/facts/threads.md#token); that Instagram does not is [M].
    let get = |name: &str| if threads { call.get(name) } else { call.params.of_body(name) };
    // The texts for what is missing or unknown are [M], but "Invalid platform app" (docs/facts/instagram.md#token).
    let missing = |name: &str| Refusal::new(100, format!("Missing required field {name}"));
    let client_id = get("client_id").ok_or_else(|| missing("client_id"))?;
    if client_id != state.platform.app_id() {
        let threads_text = "Error validating application. Cannot get application info due to a system error.";
        return Err(Refusal::new(101, if threads { threads_text } else { "Invalid platform app" }));
    }
    if get("client_secret").ok_or_else(|| missing("client_secret"))? != APP_SECRET {
        return Err(Refusal::secret());
    }
    if call.message == Message::AppToken {
        return Ok(json!({ "access_token": token::of_app(state.platform), "token_type": "bearer" }));
    }
    if get("grant_type").ok_or_else(|| missing("grant_type"))? != "authorization_code" {
        return Err(Refusal::new(100, "Invalid grant_type"));
    }
    let redirect_uri = get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?.to_owned();
    let text = get("code").ok_or_else(|| missing("code"))?.to_owned();
    if !state.redirect_uris.contains(&redirect_uri) {
        return Err(Refusal::new(191, "Invalid redirect_uri"));
    }
    let code = state.codes.get(&text).filter(|code| !code.used && !state.expired(code));
    let Some(code) = code.filter(|_| call.fault != Some(Fault::ExpiredCode)).cloned() else {
        return Err(Refusal::new(100, "Matching code was not found or was already used"));
    };
    // A query string inside the address breaks Instagram's exchange [3P] (docs/facts/instagram.md#redirects).
    if code.redirect_uri != redirect_uri || (!threads && redirect_uri.contains('?')) {
        return Err(Refusal::redirect_differs());
    }
    if let Some(code) = state.codes.get_mut(&text) {
        code.used = true;
    }
    let life = Life {
        long: false,
        lasts: Some(state.switches.short_lifetime.as_secs()),
        granted: None,
    };
    let token = state.mint(code.person, None, code.scopes.clone(), life);
    let switches = &state.switches;
    let id = state.platform.id_of(code.person);
    let mut body = json!({ "access_token": token.text, "user_id": id });
    if switches.user_id_as_text {
        body["user_id"] = json!(id.to_string());
    }
    if switches.short_tells_expiry {
        body["token_type"] = json!("bearer");
        body["expires_in"] = json!(switches.short_lifetime.as_secs());
    }
    if threads {
        return Ok(body);
    }
    body["permissions"] = if switches.permissions_as_text {
        json!(code.scopes.join(","))
    } else {
        json!(code.scopes)
    };
    Ok(if switches.wrapped { json!({ "data": [body] }) } else { body })
}
