//! `/2/oauth2/token` and `/2/oauth2/revoke`: a code becomes tokens, a refresh token is rotated, a grant is taken back
//! (docs/facts/x.md#token).

use axum::response::{IntoResponse, Json, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::app::AppType;
use super::message::ParsedRequest;
use super::people::Person;
use super::refusal::Refusal;
use super::state::{Grant, State, Token};
use crate::faults::Fault;
use crate::random;

/// Text in the shape of X's codes and OAuth 2.0 tokens [M]: base64url of random letters, the time, and which it is: `ac`,
/// `at`, `rt`.
pub fn text(state: &State, kind: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}000:1:1:{kind}:1", random::url43(), state.now()))
}

fn wrong_code() -> Refusal {
    Refusal::invalid("Value passed for the authorization code was invalid.")
}

/// [M] (docs/facts/x.md#token)
fn wrong_token() -> Refusal {
    Refusal::invalid("Value passed for the token was invalid.")
}

fn needed(call: &ParsedRequest, name: &str) -> Result<String, Refusal> {
    call.of_form(name).ok_or_else(|| Refusal::missing(name))
}

/// Who asks. A public app says its id in the body and nothing else; a confidential one uses Basic and nothing else
/// (docs/facts/x.md#token). What is said of a wrong id or secret, of Basic from a public app, and of a secret in the body next to
/// Basic is [M].
fn client(state: &State, call: &ParsedRequest) -> Result<(), Refusal> {
    let app = &state.app;
    let wrong_id = || Refusal::invalid("Value passed for the client id was invalid.");
    if !app.oauth2 || call.of_form("client_secret").is_some() {
        return Err(Refusal::client());
    }
    let id = call.of_form("client_id");
    match app.kind {
        AppType::Public if call.authorization.is_some() => Err(Refusal::client()),
        AppType::Public => match id {
            Some(id) if id == app.keys.client_id => Ok(()),
            Some(_) => Err(wrong_id()),
            None => Err(Refusal::missing("client_id")),
        },
        AppType::Confidential => {
            let (name, secret) = call.basic().ok_or_else(Refusal::client)?;
            if name != app.keys.client_id || secret != app.keys.client_secret {
                return Err(Refusal::client());
            }
            if id.is_some_and(|id| id != app.keys.client_id) {
                Err(wrong_id())
            } else {
                Ok(())
            }
        }
    }
}

/// The code becomes tokens.
pub fn exchange(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    client(state, call)?;
    if needed(call, "grant_type")? != "authorization_code" {
        // [M]
        return Err(Refusal::oauth2(
            400,
            "unsupported_grant_type",
            "Value passed for the grant type was invalid.",
        ));
    }
    let (text, redirect_uri) = (needed(call, "code")?, needed(call, "redirect_uri")?);
    let verifier = needed(call, "code_verifier")?;
    let now = state.now();
    let code = state.codes.get(&text).filter(|code| !code.used && now < code.ends);
    // That a second use does not end what the first one gave is [M].
    let code = code
        .filter(|_| call.fault != Some(Fault::ExpiredCode))
        .cloned()
        .ok_or_else(wrong_code)?;
    // That a code outlives these two mistakes is [M].
    if code.asked.redirect_uri != redirect_uri {
        return Err(Refusal::invalid(
            "Value passed for the redirect uri did not match the uri of the authorization code.",
        ));
    }
    let (challenge, hashed) = &code.asked.challenge;
    let proof = if *hashed {
        URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
    } else {
        verifier
    };
    if proof != *challenge {
        // [3P]: xdevplatform/twitter-api-typescript-sdk#26
        return Err(Refusal::invalid(
            "Value passed for the code verifier did not match the code challenge.",
        ));
    }
    if let Some(code) = state.codes.get_mut(&text) {
        code.used = true;
    }
    Ok(answer(begin(state, code.person, code.asked.scopes)))
}

/// A new grant, which ends the person's earlier ones (docs/facts/x.md#rotation: one live grant per app and user). That it does so
/// now and not with the consent is [M].
pub fn begin(state: &mut State, person: &'static Person, scopes: Vec<String>) -> Value {
    for earlier in state.grants.iter_mut().filter(|grant| grant.person.id == person.id) {
        earlier.dead = true;
    }
    state.grants.push(Grant {
        person,
        scopes,
        dead: false,
    });
    issue(state, state.grants.len() - 1)
}

/// New tokens for a grant; a refresh token only with `offline.access`.
fn issue(state: &mut State, grant: usize) -> Value {
    let scopes = state.grants.get(grant).map(|grant| grant.scopes.clone()).unwrap_or_default();
    let access = mint(state, grant, false);
    let mut body = json!({
        "token_type": "bearer", "expires_in": state.switches.access_lifetime.as_secs(), "access_token": access, "scope": scopes.join(" "),
    });
    if scopes.iter().any(|scope| scope == "offline.access") {
        body["refresh_token"] = json!(mint(state, grant, true));
    }
    body
}

fn mint(state: &mut State, grant: usize, refresh: bool) -> String {
    let text = text(state, if refresh { "rt" } else { "at" });
    let issued = state.now();
    let lasts = if refresh {
        state.switches.refresh_lifetime
    } else {
        state.switches.access_lifetime
    };
    state.tokens.push(Token {
        text: text.clone(),
        refresh,
        grant,
        issued,
        expires: issued + lasts.as_secs(),
        dead: false,
        used: false,
    });
    text
}

fn answer(body: Value) -> Response {
    let mut response = Json(body).into_response();
    super::set(&mut response, "content-type", "application/json;charset=utf-8");
    super::set(&mut response, "cache-control", "no-cache, no-store, max-age=0");
    response
}

/// The refresh token is rotated. One that was used before ends the whole chain [3P].
pub fn refresh(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    client(state, call)?;
    let text = needed(call, "refresh_token")?;
    let found = state.tokens.iter().position(|token| token.refresh && token.text == text);
    let (at, token) = found
        .and_then(|at| state.tokens.get(at).map(|token| (at, token)))
        .ok_or_else(wrong_token)?;
    let grant = token.grant;
    if token.used {
        state.reuses += 1;
        if let Some(grant) = state.grants.get_mut(grant).filter(|_| state.switches.reuse_ends_chain) {
            grant.dead = true;
        }
        return Err(wrong_token());
    }
    if !state.is_alive(token) {
        return Err(wrong_token());
    }
    if let Some(token) = state.tokens.get_mut(at) {
        token.used = true;
    }
    if state.switches.refresh_ends_access {
        let old = state.tokens.iter_mut().filter(|token| token.grant == grant && !token.refresh);
        old.for_each(|token| token.dead = true);
    }
    Ok(answer(issue(state, grant)))
}

/// Revokes a token. The answer for an unknown one is the same by RFC 7009 §2.2, and [M] here.
pub fn revoke(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    client(state, call)?;
    let text = needed(call, "token")?;
    let whole = state.switches.revoke_ends_grant;
    if let Some(token) = state.tokens.iter_mut().find(|token| token.text == text) {
        token.dead = true;
        let grant = token.grant;
        if let Some(grant) = state.grants.get_mut(grant).filter(|_| whole) {
            grant.dead = true;
        }
    }
    Ok(answer(json!({ "revoked": true })))
}
