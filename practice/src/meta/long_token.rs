//! A short token becomes long, and a long one is renewed: Threads and Instagram (docs/facts/threads.md#long-token,
//! docs/facts/threads.md#renewal, docs/facts/instagram.md#long-token, docs/facts/instagram.md#renewal).

use serde_json::Value;

use super::APP_SECRET;
use super::message::ParsedRequest;
use super::refusal::Refusal;
use super::state::{Life, State, Token};
use super::token;

/// A long token cannot be renewed before it is that old, in seconds (docs/facts/threads.md#renewal).
const DAY: u64 = 86_400;

/// Short → long.
pub fn exchange(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    grant(call, state.platform.exchange_grant())?;
    // No client_id is asked for (docs/facts/threads.md#long-token); one that is sent is harmless
    // (docs/facts/instagram.md#long-token).
    if call.get("client_secret") != Some(APP_SECRET) {
        return Err(Refusal::secret());
    }
    let old = given(state, call)?;
    if old.long {
        // [M]: that a long one is refused, and how.
        let text = "Session key invalid. This could be because the session key has an incorrect format, or because the user has revoked \
                    this session";
        return Err(Refusal::new(452, text));
    }
    Ok(renewed(state, &old).answer(state.now()))
}

/// Long → the next long. Neither id nor secret is asked for.
pub fn refresh(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    grant(call, state.platform.refresh_grant().unwrap_or_default())?;
    let old = given(state, call)?;
    if !old.long {
        // [M]
        return Err(Refusal::new(100, "(#100) Only a long-lived token can be refreshed"));
    }
    if state.now() < old.issued + DAY {
        // No code or text is documented for it [?] (docs/facts/instagram.md#renewal).
        return Err(Refusal::new(100, "(#100) The token must be at least 24 hours old to be refreshed"));
    }
    let new = renewed(state, &old);
    if state.switches.refresh_keeps_string {
        // The old one is found no more; the new one has its name.
        state.tokens.retain(|token| token.text != old.text);
        if let Some(last) = state.tokens.last_mut() {
            last.text.clone_from(&old.text);
        }
        return Ok(Token { text: old.text, ..new }.answer(state.now()));
    }
    if state.switches.refresh_ends_old
        && let Some(known) = state.tokens.iter_mut().find(|token| token.text == old.text)
    {
        known.dead = Some(467);
    }
    Ok(new.answer(state.now()))
}

fn grant(call: &ParsedRequest, wanted: &str) -> Result<(), Refusal> {
    // [M]
    match call.get("grant_type") {
        None => Err(Refusal::new(100, "(#100) The parameter grant_type is required")),
        Some(given) if given != wanted => Err(Refusal::new(100, format!("(#100) Param grant_type must be {wanted}"))),
        Some(_) => Ok(()),
    }
}

/// The token that is to be replaced: alive, and with the basic scope, which is enough (docs/facts/threads.md#scopes,
/// docs/facts/threads.md#renewal).
fn given(state: &State, call: &ParsedRequest) -> Result<Token, Refusal> {
    token::caller(state, call)
}

fn renewed(state: &mut State, old: &Token) -> Token {
    let life = Life {
        long: true,
        lasts: Some(state.switches.long_lifetime.as_secs()),
        granted: Some(old.granted),
    };
    state.mint(old.person, None, old.scopes.clone(), life)
}
