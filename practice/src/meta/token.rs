//! Tokens and their callers: whether a token is valid, what it may do, and whether its proof is right.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::message::ParsedRequest;
use super::platform::Platform;
use super::refusal::Refusal;
use super::state::{State, Token};
use super::{APP_SECRET, TokenInfo};

impl Token {
    /// Whether that was granted.
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// What is wrong with it.
    pub fn health(&self, state: &State) -> Result<(), Refusal> {
        let app_id = state.platform.app_id();
        if let Some(subcode) = self.dead {
            return Err(Refusal::dead(subcode, app_id));
        }
        if self.expires.is_some_and(|expires| state.now() >= expires) {
            return Err(Refusal::dead(463, app_id));
        }
        Ok(())
    }

    /// What a test may know of it.
    pub fn known(&self, state: &State) -> TokenInfo {
        TokenInfo {
            username: self.person.username,
            page: self.page.map(|page| page.id),
            scopes: self.scopes.clone(),
            issued: self.issued,
            expires: self.expires,
            long: self.long,
            alive: self.health(state).is_ok(),
        }
    }

    /// The answer that hands it out.
    pub fn answer(&self, now: u64) -> Value {
        let mut body = json!({ "access_token": self.text, "token_type": "bearer" });
        if let Some(expires) = self.expires {
            body["expires_in"] = json!(expires.saturating_sub(now));
        }
        body
    }
}

/// A living token of that text. An unknown one is 190 without a subcode [M].
pub fn living(state: &State, text: &str) -> Result<Token, Refusal> {
    let Some(token) = state.token(text) else {
        return Err(Refusal::new(190, "Invalid OAuth access token - Cannot parse access token"));
    };
    token.health(state).map(|()| token.clone())
}

/// The token that a call of the API is made with: of a person or a Page, alive, with the basic scope, not lapsed.
pub fn caller(state: &State, call: &ParsedRequest) -> Result<Token, Refusal> {
    let Some(text) = call.access_token() else {
        // [M]
        return Err(Refusal::new(104, "An access token is required to request this resource."));
    };
    if is_of_app(state.platform, text) {
        // [M]
        let text = "An active access token must be used to query information about the current user.";
        return Err(Refusal::new(2500, text));
    }
    let token = living(state, text)?;
    check_proof(state, call, text)?;
    let facebook = state.platform == Platform::Facebook;
    if !facebook && !token.may(state.platform.basic()) {
        return Err(Refusal::permission(10, state.platform.basic()));
    }
    // The code of a lapsed grant is unknown; 10 is [M], and so is that a token for ever (a system user's, a Page's) does not.
    let lapses = facebook || state.private.contains(token.person.username);
    if lapses && token.expires.is_some() && state.now() >= token.granted + state.switches.grant_lifetime.as_secs() {
        return Err(Refusal::new(10, "(#10) The person's permission for this app has lapsed"));
    }
    Ok(token)
}

/// Whether the call is about the token's own person.
pub fn is_own(token: &Token, call: &ParsedRequest, ids: &[u64]) -> Result<(), Refusal> {
    let own = token.page.is_none() && (call.node == "me" || ids.iter().any(|id| id.to_string() == call.node));
    if own { Ok(()) } else { Err(Refusal::no_object(&call.node)) }
}

/// `appsecret_proof`: checked where it is given, and asked for where the app requires it
/// (docs/facts/facebook.md#app-secret-proof). Facebook's only. Code 100 and the texts are [M].
fn check_proof(state: &State, call: &ParsedRequest, token: &str) -> Result<(), Refusal> {
    if state.platform != Platform::Facebook {
        return Ok(());
    }
    match call.get("appsecret_proof") {
        Some(given) if given == proof(token) => Ok(()),
        Some(_) => Err(Refusal::new(100, "Invalid appsecret_proof provided in the API argument")),
        None if state.switches.require_app_secret => {
            Err(Refusal::new(100, "API calls from the server require an appsecret_proof argument"))
        }
        None => Ok(()),
    }
}

/// HMAC-SHA256 of the token under the app's secret, in hex ([M]: docs/facts/facebook.md#app-secret-proof).
pub fn proof(token: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()) else {
        return String::new();
    };
    mac.update(token.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether that is a token of the app: `ID|…`, at Threads `TH|ID|…`; the secret itself stands for it
/// (docs/facts/threads.md#inspection, docs/facts/facebook.md#inspection).
pub fn is_of_app(platform: Platform, text: &str) -> bool {
    let rest = match platform {
        Platform::Threads => text.strip_prefix("TH|"),
        Platform::Instagram => None,
        Platform::Facebook => Some(text),
    };
    let given = rest.and_then(|rest| rest.split_once('|'));
    given.is_some_and(|(id, key)| id == platform.app_id() && (key == APP_SECRET || key == app_key()))
}

/// The app's token.
pub fn of_app(platform: Platform) -> String {
    match platform {
        Platform::Threads => format!("TH|{}|{}", platform.app_id(), app_key()),
        _ => format!("{}|{}", platform.app_id(), app_key()),
    }
}

/// The text that represents the secret in the app's token: always the same, and not the secret.
fn app_key() -> String {
    proof("app token").chars().take(27).collect()
}
