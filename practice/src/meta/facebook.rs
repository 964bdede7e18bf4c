//! Facebook's token endpoint: a code, an exchange, the app's own token, and a code for another device
//! (docs/facts/facebook.md#token, docs/facts/facebook.md#long-token, docs/facts/facebook.md#another-device,
//! docs/facts/facebook.md#inspection). GET and POST are the same to it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::APP_SECRET;
use super::message::{Message, ParsedRequest};
use super::redirect_rules;
use super::refusal::Refusal;
use super::state::{Code, Life, State, Token};
use super::token;
use crate::faults::Fault;
use crate::random;

/// A code becomes a token, with the secret or (a device's code) without it.
pub fn code(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    client(state, call)?;
    let redirect_uri = known_redirect(state, call)?.to_owned();
    // Text [M].
    let Some(text) = call.get("code").map(str::to_owned) else {
        return Err(Refusal::new(1, "Missing authorization code"));
    };
    let Some(code) = state.codes.get(&text).cloned() else {
        return Err(Refusal::new(100, "Invalid verification code format."));
    };
    // A device's code goes without the secret; a wrong one is wrong anyway.
    if call.message == Message::Token || !code.for_device {
        secret(call)?;
    }
    // The texts are confirmed, the subcodes are not [M] (docs/facts/facebook.md#token).
    if code.used {
        return Err(Refusal::with(100, 36009, "This authorization code has been used."));
    }
    if state.expired(&code) || call.fault == Some(Fault::ExpiredCode) {
        return Err(Refusal::with(100, 36007, "This authorization code has expired."));
    }
    if code.redirect_uri != redirect_uri {
        return Err(Refusal::redirect_differs());
    }
    if !verified(&code, call.get("code_verifier")) {
        return Err(Refusal::new(100, "Invalid code_verifier parameter"));
    }
    if let Some(code) = state.codes.get_mut(&text) {
        code.used = true;
    }
    let long = code.for_device || state.switches.code_gives_long;
    let lasts = if long {
        state.switches.long_lifetime
    } else {
        state.switches.short_lifetime
    };
    let life = Life {
        long,
        lasts: Some(lasts.as_secs()),
        granted: None,
    };
    let token = state.mint(code.person, None, code.scopes.clone(), life);
    let mut body = token.answer(state.now());
    if code.for_device {
        // `{"access_token","expires_in","machine_id"}` (docs/facts/facebook.md#another-device); a machine without a name gets one.
        let machine = call.get("machine_id").map_or_else(random::url43, str::to_owned);
        body = json!({ "access_token": token.text, "expires_in": lasts.as_secs(), "machine_id": machine });
    }
    Ok(body)
}

/// Short → long; and a long one again, with either outcome (docs/facts/facebook.md#long-token [?]).
pub fn exchange(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    client(state, call)?;
    secret(call)?;
    if call.get("grant_type") != Some("fb_exchange_token") {
        return Err(Refusal::new(100, "(#100) The parameter grant_type is required"));
    }
    let Some(text) = call.get("fb_exchange_token") else {
        return Err(Refusal::new(100, "(#100) The parameter fb_exchange_token is required"));
    };
    let old = of_person(state, text)?;
    let lasts = if old.long && !state.switches.reexchange_extends {
        old.expires.map(|expires| expires.saturating_sub(state.now()))
    } else {
        // One that never ends stays so: then `expires_in` is absent [M] (docs/facts/facebook.md#long-token).
        old.expires.map(|_| state.switches.long_lifetime.as_secs())
    };
    let life = Life {
        long: true,
        lasts,
        granted: Some(old.granted),
    };
    Ok(state.mint(old.person, None, old.scopes.clone(), life).answer(state.now()))
}

/// The app's token ([M]: docs/facts/facebook.md#inspection).
pub fn app_token(state: &State, call: &ParsedRequest) -> Result<Value, Refusal> {
    client(state, call)?;
    secret(call)?;
    Ok(json!({ "access_token": token::of_app(state.platform), "token_type": "bearer" }))
}

/// A code for another device, from a long token (docs/facts/facebook.md#another-device).
pub fn client_code(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    client(state, call)?;
    secret(call)?;
    let redirect_uri = known_redirect(state, call)?.to_owned();
    let Some(text) = call.access_token() else {
        return Err(Refusal::new(104, "An access token is required to request this resource."));
    };
    let token = of_person(state, text)?;
    if !token.long {
        // [M]
        return Err(Refusal::new(100, "(#100) A long-lived token is required"));
    }
    let code = Code {
        redirect_uri,
        scopes: token.scopes.clone(),
        challenge: None,
        person: token.person,
        born: state.now(),
        used: false,
        stale: false,
        for_device: true,
    };
    let text = format!("AQ{}{}", random::url43(), random::url43());
    state.codes.insert(text.clone(), code);
    Ok(json!({ "code": text }))
}

/// A living token of a person; a Page's is not exchanged [M].
fn of_person(state: &State, text: &str) -> Result<Token, Refusal> {
    let token = token::living(state, text)?;
    if token.page.is_some() {
        return Err(Refusal::new(100, "(#100) A user access token is required"));
    }
    Ok(token)
}

/// 101 (docs/facts/facebook.md#token).
fn client(state: &State, call: &ParsedRequest) -> Result<(), Refusal> {
    match call.get("client_id") {
        None => Err(Refusal::new(101, "Missing client_id parameter.")),
        Some(id) if id == state.platform.app_id() => Ok(()),
        Some(_) => {
            let text = "Error validating application. Cannot get application info due to a system error.";
            Err(Refusal::new(101, text))
        }
    }
}

fn secret(call: &ParsedRequest) -> Result<(), Refusal> {
    if call.get("client_secret") == Some(APP_SECRET) {
        Ok(())
    } else {
        Err(Refusal::secret())
    }
}

/// 191 [3P] (docs/facts/facebook.md#token).
fn known_redirect<'a>(state: &State, call: &'a ParsedRequest) -> Result<&'a str, Refusal> {
    match call.get("redirect_uri") {
        None => Err(Refusal::new(191, "Missing redirect_uri parameter.")),
        Some(uri) if redirect_rules::allowed(state, uri) => Ok(uri),
        Some(_) => {
            let text = "Given URL is not allowed by the Application configuration: One or more of the given URLs is not allowed by the \
                        App's settings.";
            Err(Refusal::new(191, text))
        }
    }
}

/// PKCE, where the dialog was given a challenge ([M]: docs/facts/facebook.md#dialog). Without a challenge any verifier will do.
fn verified(code: &Code, verifier: Option<&str>) -> bool {
    let Some((challenge, hashed)) = &code.challenge else {
        return true;
    };
    verifier.is_some_and(|verifier| {
        if *hashed {
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
        } else {
            verifier == challenge
        }
    })
}
