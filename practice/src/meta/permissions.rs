//! Facebook's `me/permissions`: what was granted and declined, and taking it back (docs/facts/facebook.md#callback,
//! docs/facts/facebook.md#revocation).

use serde_json::{Value, json};

use super::message::ParsedRequest;
use super::refusal::Refusal;
use super::state::{State, Token};
use super::{lists, token};

/// What was granted and what declined.
pub fn list(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    token::is_own(&token, call, &[token.person.facebook])?;
    let grant = state.grants.get(token.person.username).cloned().unwrap_or_default();
    let item = |name: &String, status: &str| json!({ "permission": name, "status": status });
    let wanted = |status: &str| call.get("status").is_none_or(|wanted| wanted == status);
    let mut items = Vec::new();
    if wanted("granted") {
        items.extend(grant.granted.iter().map(|name| item(name, "granted")));
    }
    if wanted("declined") {
        items.extend(grant.declined.iter().map(|name| item(name, "declined")));
    }
    lists::paged(state, call, items)
}

/// One permission is dropped, or the app as a whole: then every token of the person is dead with 458 (docs/facts/meta.md#errors).
pub fn revoke(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let person = who(state, call)?.person.username;
    let Some(name) = call.tail.as_deref().or_else(|| call.get("permission")) else {
        state.grants.remove(person);
        state.kill_of(person, 458);
        return Ok(json!({ "success": true }));
    };
    let grant = state.grants.entry(person).or_default();
    if !grant.granted.remove(name) {
        return Err(Refusal::new(100, format!("(#100) Permission {name} was not granted")));
    }
    grant.declined.insert(name.to_owned());
    for token in state.tokens.iter_mut().filter(|token| token.person.username == person) {
        token.scopes.retain(|scope| scope != name);
    }
    Ok(json!({ "success": true }))
}

/// By the person's own token, or by the app's with the person's id in the path (docs/facts/facebook.md#revocation).
fn who(state: &State, call: &ParsedRequest) -> Result<Token, Refusal> {
    let app = call.access_token().is_some_and(|text| token::is_of_app(state.platform, text));
    if !app {
        let token = token::caller(state, call)?;
        return token::is_own(&token, call, &[token.person.facebook]).map(|()| token);
    }
    let of_node = |token: &&Token| token.person.facebook.to_string() == call.node && token.health(state).is_ok();
    state
        .tokens
        .iter()
        .find(of_node)
        .cloned()
        .ok_or_else(|| Refusal::no_object(&call.node))
}
