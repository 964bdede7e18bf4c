//! OAuth 1.0a: who signed, temporary credentials, token credentials, and their end (docs/facts/x.md#oauth-10a; RFC 5849).

use axum::response::{IntoResponse, Json, Response};
use serde_json::json;
use url::form_urlencoded;

use super::app::{Permissions, letters};
use super::message::{Message, ParsedRequest};
use super::refusal::Refusal;
use super::signature::SignedRequest;
use super::state::{AccessToken, RequestToken, State};

/// The parameters of a request that was rightly signed.
struct Signed(Vec<(String, String)>);

impl Signed {
    fn get(&self, name: &str) -> Option<&str> {
        let mut of_name = self.0.iter().filter(|(key, value)| key == name && !value.is_empty());
        of_name.next().map(|(_, value)| value.as_str())
    }
}

/// Checks a signature and the rest of its header. Codes 89, 135 and 215: docs/facts/x.md#errors; 32 for a nonce that was used is
/// [M], and so is the order of the checks.
fn check(state: &mut State, call: &ParsedRequest) -> Result<Signed, Refusal> {
    let query = if call.query.is_empty() {
        String::new()
    } else {
        format!("?{}", call.query)
    };
    // Under X's own host a proxy in front has ended TLS.
    let scheme = if call.host.ends_with(".com") { "https" } else { "http" };
    let request = SignedRequest {
        method: call.method.as_str(),
        url: &format!("{scheme}://{}{}{query}", call.host, call.path),
        authorization: call.authorization.as_deref().unwrap_or_default(),
        form: call.form.as_deref(),
    };
    let bad = || Refusal::v1(215);
    let header = Signed(request.header().ok_or_else(bad)?);
    let needed = |name| header.get(name).ok_or_else(bad);
    let (key, nonce) = (needed("oauth_consumer_key")?, needed("oauth_nonce")?);
    let timestamp: u64 = needed("oauth_timestamp")?.parse().map_err(|_| bad())?;
    needed("oauth_signature")?;
    if needed("oauth_signature_method")? != "HMAC-SHA1" || header.get("oauth_version").is_some_and(|version| version != "1.0") {
        return Err(bad());
    }
    if key != state.app.keys.api_key {
        return Err(Refusal::v1(32));
    }
    let (now, skew) = (state.now(), state.switches.skew.as_secs());
    if timestamp.abs_diff(now) > skew {
        return Err(Refusal::v1(135));
    }
    let token = header.get("oauth_token").unwrap_or_default();
    let token_secret = secret_of(state, call.message, token)?;
    if !request.is_right(&state.app.keys.api_secret, &token_secret) || !nonce.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Refusal::v1(32));
    }
    // What is too old is refused for its age.
    state.nonces = state.nonces.split_off(&(now.saturating_sub(skew), String::new(), String::new()));
    if !state.nonces.insert((timestamp, token.to_owned(), nonce.to_owned())) {
        return Err(Refusal::v1(32));
    }
    Ok(Signed(request.parameters().ok_or_else(bad)?))
}

/// The secret next to the app's. The words for a request token that is no good are [M].
fn secret_of(state: &State, message: Message, text: &str) -> Result<String, Refusal> {
    match message {
        Message::RequestToken => Ok(String::new()),
        Message::AccessToken => {
            let found = state
                .request_tokens
                .iter()
                .find(|token| token.text == text && !token.over && state.now() < token.ends);
            let invalid = Refusal::Text {
                status: 401,
                text: "Invalid request token.",
            };
            found.map(|token| token.secret.clone()).ok_or(invalid)
        }
        _ if text.is_empty() => Err(Refusal::v1(215)),
        _ => {
            let found = state.access_tokens.iter().find(|token| token.text == text && !token.dead);
            found.map(|token| token.secret.clone()).ok_or_else(|| Refusal::v1(89))
        }
    }
}

/// The token that a call of the API is signed with.
pub fn caller(state: &mut State, call: &ParsedRequest) -> Result<AccessToken, Refusal> {
    let signed = check(state, call)?;
    let text = signed.get("oauth_token").unwrap_or_default();
    let found = state.access_tokens.iter().find(|token| token.text == text && !token.dead);
    found.cloned().ok_or_else(|| Refusal::v1(89))
}

/// Form-encoded, whatever its type says (docs/facts/x.md#oauth-10a).
fn form(state: &State, pairs: &[(&str, &str)]) -> Response {
    let kind = if state.switches.form_as_html {
        "text/html;charset=utf-8"
    } else {
        "application/x-www-form-urlencoded"
    };
    let mut text = form_urlencoded::Serializer::new(String::new());
    let mut response = text.extend_pairs(pairs).finish().into_response();
    super::set(&mut response, "content-type", kind);
    super::set(&mut response, "cache-control", "no-cache, no-store, max-age=0");
    response
}

/// Temporary credentials. `oauth_callback` may stand in the header or in the form. An absent one is 215 [M].
pub fn request_token(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    let signed = check(state, call)?;
    let callback = signed.get("oauth_callback").ok_or_else(|| Refusal::v1(215))?.to_owned();
    // For `oob` too, a callback must be saved in the app (docs/facts/x.md#oauth-10a); what it says otherwise is [M].
    let saved = &state.app.callbacks;
    if !saved.contains(&callback) && (callback != "oob" || saved.is_empty()) {
        return Err(if state.switches.callback_error_xml {
            Refusal::CallbackXml
        } else {
            Refusal::v1(415)
        });
    }
    let all = state.app.permissions;
    let token = RequestToken {
        text: letters(27),
        secret: letters(32),
        callback: Some(callback).filter(|callback| callback != "oob"),
        permissions: match signed.get("x_auth_access_type") {
            Some("read") => Permissions::Read,
            Some("write") => all.min(Permissions::ReadWrite),
            _ => all,
        },
        ends: state.now() + state.switches.request_token_lifetime.as_secs(),
        allowed: None,
        over: false,
    };
    state.request_tokens.push(token.clone());
    let confirmed = if state.switches.callback_confirmed { "true" } else { "false" };
    let pairs = [
        ("oauth_token", token.text.as_str()),
        ("oauth_token_secret", &token.secret),
        ("oauth_callback_confirmed", confirmed),
    ];
    Ok(form(state, &pairs))
}

/// Token credentials. A person who has allowed the app before, with the same permissions, gets the same ones [M].
pub fn access_token(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    let signed = check(state, call)?;
    let text = signed.get("oauth_token").unwrap_or_default();
    let found = state.request_tokens.iter_mut().find(|token| token.text == text);
    // [3P]: abraham/twitteroauth#794, there as text; the status is [M].
    let wrong = || Refusal::Text {
        status: 401,
        text: "Error processing your OAuth request: Invalid oauth_verifier parameter",
    };
    let asked = found.ok_or_else(wrong)?;
    let allowed = asked
        .allowed
        .as_ref()
        .filter(|(_, verifier)| signed.get("oauth_verifier") == Some(verifier.as_str()));
    let (person, permissions) = (allowed.ok_or_else(wrong)?.0, asked.permissions);
    asked.over = true;
    let earlier = state.access_tokens.iter().find(|token| {
        token.person.id == person.id && token.permissions == permissions && !token.dead && token.text != state.app.keys.access_token
    });
    let token = earlier.cloned().unwrap_or_else(|| AccessToken {
        text: format!("{}-{}", person.id, letters(30)),
        secret: letters(45),
        person,
        permissions,
        issued: state.now(),
        dead: false,
    });
    if !state.access_tokens.iter().any(|known| known.text == token.text) {
        state.access_tokens.push(token.clone());
    }
    let id = person.id.to_string();
    let mut pairs = vec![("oauth_token", token.text.as_str()), ("oauth_token_secret", &token.secret)];
    if state.switches.tells_user {
        pairs.extend([("user_id", id.as_str()), ("screen_name", person.username)]);
    }
    Ok(form(state, &pairs))
}

/// The token that signs is ended.
pub fn invalidate(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    let token = caller(state, call)?;
    for known in state.access_tokens.iter_mut().filter(|known| known.text == token.text) {
        known.dead = true;
    }
    Ok(Json(json!({ "access_token": token.text })).into_response())
}
