//! `POST /oauth/token`: a code becomes an access token (RFC 6749 §4.1.3), or an app gets its own (§4.4).

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::body::Params;
use crate::faults::Fault;
use crate::mastodon::endpoint::DueFault;
use crate::mastodon::people::Person;
use crate::mastodon::redirect_rules;
use crate::mastodon::refusal::Refusal;
use crate::mastodon::scopes::covers;
use crate::mastodon::state::{App, Shared, State as Memory, Token};
use crate::mastodon::token_answer::Answer;
use crate::{clock, random};

/// Hands out a token.
pub async fn token(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let stale = matches!(request.extensions().get::<DueFault>(), Some(DueFault(Fault::ExpiredCode)));
    let basic = if shared.behaviour().basic { basic(request.headers()) } else { None };
    let Ok(params) = Params::read(request).await else {
        return Refusal::Incomplete("could not read the request".to_owned()).response(shared.flavor);
    };
    let asked = TokenRequest {
        grant: params.get("grant_type"),
        client_id: basic.as_ref().map(|(id, _)| id.clone()).or_else(|| params.get("client_id")),
        secret: basic.map(|(_, secret)| secret).or_else(|| params.get("client_secret")),
        redirect_uri: params.get("redirect_uri"),
        code: params.get("code"),
        scope: params.get("scope"),
        verifier: params.get("code_verifier"),
        stale,
    };
    let mut state = shared.lock();
    if state.answer == Answer::ErrorInOk {
        let body = json!({ "error": "invalid_grant", "error_description": "This answer has status 200 and is an error all the same." });
        return (StatusCode::OK, Json(body)).into_response();
    }
    let granted = if shared.flavor.is_gotosocial() {
        gts(&shared, &mut state, &asked)
    } else {
        mastodon(&shared, &mut state, &asked)
    };
    match granted {
        Ok(token) => {
            let lifetime = shared.behaviour().app_token_lifetime.filter(|_| token.person.is_none());
            state
                .answer
                .shape(&token.token, token.created_at, &token.scopes.join(" "), lifetime)
        }
        Err(refusal) => refusal.response(shared.flavor),
    }
}

struct TokenRequest {
    grant: Option<String>,
    client_id: Option<String>,
    secret: Option<String>,
    redirect_uri: Option<String>,
    code: Option<String>,
    scope: Option<String>,
    verifier: Option<String>,
    stale: bool,
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
pub fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn decode(text: &str) -> String {
    let pair = url::form_urlencoded::parse(text.as_bytes()).next();
    pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// GoToSocial's order of checks, as far as the recorded answers show it.
fn gts(shared: &Shared, state: &mut Memory, asked: &TokenRequest) -> Result<Token, Refusal> {
    let mut missing = Vec::new();
    if asked.grant.is_none() {
        missing.push("grant_type was not set in the token request form, but must be set to authorization_code or client_credentials");
    }
    if asked.client_id.is_none() {
        missing.push("client_id was not set in the token request form");
    }
    if asked.secret.is_none() {
        missing.push("client_secret was not set in the token request form");
    }
    if asked.redirect_uri.is_none() {
        missing.push("redirect_uri was not set in the token request form");
    }
    let grant = asked.grant.as_deref().unwrap_or_default();
    if asked.code.is_some() && grant != "authorization_code" {
        missing.push("a code was provided in the token request form, but grant_type was not set to authorization_code");
    }
    if asked.code.is_none() && grant == "authorization_code" {
        missing.push("code was not set in the token request form, but must be set since grant_type is authorization_code");
    }
    if !missing.is_empty() {
        return Err(Refusal::Incomplete(missing.join(": ")));
    }
    if grant != "authorization_code" && grant != "client_credentials" {
        return Err(Refusal::Grant);
    }
    let app = client(state, asked).ok_or(Refusal::UnknownClient)?;
    let uri = asked.redirect_uri.clone().unwrap_or_default();
    if !covered(shared, &app, &uri) {
        return Err(Refusal::ForeignRedirect(uri));
    }
    if asked.secret.as_deref() != Some(app.client_secret.as_str()) {
        return Err(Refusal::WrongSecret);
    }
    if grant == "client_credentials" {
        return Ok(issue(shared, state, &app, None, scopes(shared, &app, asked)?));
    }
    redeem(shared, state, &app, asked)
}

/// Doorkeeper's order of checks.
fn mastodon(shared: &Shared, state: &mut Memory, asked: &TokenRequest) -> Result<Token, Refusal> {
    let missing = |name: &str| Refusal::Incomplete(format!("Missing required parameter: {name}."));
    let grant = asked.grant.as_deref().ok_or_else(|| missing("grant_type"))?;
    if grant != "authorization_code" && grant != "client_credentials" {
        return Err(Refusal::Grant);
    }
    if grant == "authorization_code" {
        let code = asked.code.as_deref().ok_or_else(|| missing("code"))?;
        let challenged = state.codes.get(code).is_some_and(|code| code.challenge.is_some());
        if challenged && asked.verifier.is_none() {
            return Err(missing("code_verifier"));
        }
        if asked.redirect_uri.is_none() {
            return Err(missing("redirect_uri"));
        }
    }
    let app = client(state, asked).ok_or(Refusal::UnknownClient)?;
    if asked.secret.as_deref() != Some(app.client_secret.as_str()) {
        return Err(Refusal::WrongSecret);
    }
    if grant == "client_credentials" {
        return Ok(issue(shared, state, &app, None, scopes(shared, &app, asked)?));
    }
    redeem(shared, state, &app, asked)
}

fn client(state: &Memory, asked: &TokenRequest) -> Option<App> {
    asked.client_id.as_ref().and_then(|id| state.apps.get(id)).cloned()
}

fn covered(shared: &Shared, app: &App, uri: &str) -> bool {
    app.redirect_uris
        .iter()
        .any(|registered| redirect_rules::matches(shared.behaviour().ports, registered, uri))
}

/// The scopes of an app's own token: those asked for, `read` where none are.
fn scopes(shared: &Shared, app: &App, asked: &TokenRequest) -> Result<Vec<String>, Refusal> {
    let wanted: Vec<String> = asked
        .scope
        .as_deref()
        .unwrap_or("read")
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let loose = shared.behaviour().scope_covers;
    let fits = |scope: &String| {
        app.scopes
            .iter()
            .any(|granted| granted == scope || (loose && covers(granted, scope)))
    };
    if wanted.iter().all(fits) { Ok(wanted) } else { Err(Refusal::Scope) }
}

/// The code's own checks; only a code that passes them is used up (a wrong secret before leaves it alive too).
fn redeem(shared: &Shared, state: &mut Memory, app: &App, asked: &TokenRequest) -> Result<Token, Refusal> {
    let text = asked.code.clone().unwrap_or_default();
    let code = state.codes.get(&text).cloned().ok_or(Refusal::UnknownCode)?;
    let uri = asked.redirect_uri.as_deref().unwrap_or_default();
    // RFC 6749 §4.1.3: the same client, and the same redirect URI as in the authorization request.
    let same = code.client_id == app.client_id && redirect_rules::matches(shared.behaviour().ports, &code.redirect_uri, uri);
    if asked.stale || state.expired(&code) || !same || !verified(code.challenge.as_deref(), asked.verifier.as_deref()) {
        return Err(Refusal::BadGrant);
    }
    state.codes.remove(&text);
    Ok(issue(shared, state, app, Some(code.person), code.scopes))
}

/// RFC 7636 §4.6, S256. Without a challenge (or where PKCE is dropped) any verifier will do.
fn verified(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    challenge
        .is_none_or(|challenge| verifier.is_some_and(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == challenge))
}

fn issue(shared: &Shared, state: &mut Memory, app: &App, person: Option<&'static Person>, scopes: Vec<String>) -> Token {
    if shared.behaviour().reuses_token {
        let name = person.map(|person| person.username);
        let same = |token: &&Token| {
            !token.dead && token.client_id == app.client_id && token.person.map(|p| p.username) == name && token.scopes == scopes
        };
        if let Some(token) = state.tokens.iter().find(same) {
            return token.clone();
        }
    }
    let token = Token {
        token: if shared.flavor.is_gotosocial() {
            random::upper48()
        } else {
            random::url43()
        },
        client_id: app.client_id.clone(),
        person,
        scopes,
        created_at: clock::unix(SystemTime::now()),
        dead: false,
    };
    state.tokens.push(token.clone());
    token
}
