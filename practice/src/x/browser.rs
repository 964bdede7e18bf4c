//! What happens in the browser, for both protocols: the request is checked, the page shown, the answer sent to the redirect URI
//! (docs/facts/x.md). A bad request ends on a page of X, without a redirect.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::app::AppType;
use super::consent::{self, Consent};
use super::message::{Message, ParsedRequest};
use super::people::{self, Person};
use super::scopes;
use super::state::{Authorization, Code, Outcome, Purpose, State};
use super::{APP_NAME, redirect_rules, token};
use crate::faults::Fault;
use crate::page;
use crate::scope::Scope;

/// The most characters of a state (docs/facts/x.md#callbacks).
const STATE: usize = 500;

/// The page, or its form's answer.
pub fn answer(state: &mut State, call: &ParsedRequest, headers: &HeaderMap) -> Response {
    match (call.method == Method::POST, call.message) {
        (true, _) => decide(state, call, headers),
        (false, Message::Authorize) => open(state, call, headers),
        (false, _) => open_signed(state, call, headers),
    }
}

/// What X answers to each bad OAuth 2.0 request (docs/facts/x.md#callbacks). The status is [M].
fn stuck(headers: &HeaderMap) -> Response {
    page::problem(headers, 400, "Something went wrong\nYou weren't able to give access to the App")
}

fn open(state: &mut State, call: &ParsedRequest, headers: &HeaderMap) -> Response {
    let Some(asked) = read(state, call) else {
        return stuck(headers);
    };
    let wanted: Vec<&'static Scope> = asked.scopes.iter().filter_map(|name| scopes::named(name)).collect();
    let ticket = state.tickets.open(Purpose::OAuth2(asked.clone()));
    let page = Consent {
        scopes: &wanted,
        action: &call.path,
        ticket: &ticket,
        chosen: state.at_browser,
        back_to: Some(&asked.redirect_uri),
    };
    consent::page(headers, &page)
}

/// All parameters are required (docs/facts/x.md#dialog). That an unknown scope is stuck too is [M].
fn read(state: &State, call: &ParsedRequest) -> Option<Authorization> {
    let app = &state.app;
    let redirect_uri = call.of_query("redirect_uri").filter(|uri| app.callbacks.contains(uri))?;
    let known = app.oauth2 && call.of_query("client_id")? == app.keys.client_id && call.of_query("response_type")? == "code";
    let mut wanted: Vec<String> = Vec::new();
    for name in call.of_query("scope")?.split_whitespace() {
        scopes::named(name)?;
        if !wanted.iter().any(|known| known == name) {
            wanted.push(name.to_owned());
        }
    }
    let hashed = match call.of_query("code_challenge_method")?.as_str() {
        // node-twitter-api-v2 sends it in lower case, and it works (docs/facts/x.md#dialog).
        "S256" | "s256" => true,
        "plain" => false,
        _ => return None,
    };
    let asked = Authorization {
        redirect_uri,
        scopes: wanted,
        state: call.of_query("state").filter(|state| state.chars().count() <= STATE)?,
        challenge: (call.of_query("code_challenge")?, hashed),
    };
    (known && !asked.scopes.is_empty()).then_some(asked)
}

/// OAuth 1.0a: always asks (docs/facts/x.md#oauth-10a). The words for a token that is no good, and their status, are [M].
fn open_signed(state: &mut State, call: &ParsedRequest, headers: &HeaderMap) -> Response {
    let now = state.now();
    let text = call.of_query("oauth_token").unwrap_or_default();
    let fits = |token: &&super::state::RequestToken| token.text == text && !token.over && token.allowed.is_none() && now < token.ends;
    let Some(token) = state.request_tokens.iter().find(fits).cloned() else {
        let words = "Whoa there! The request token for this page is invalid. It may have already been used, or expired because it is too \
                     old. Please go back to the site or application that sent you here and try again; it was probably just a mistake.";
        return page::problem(headers, 403, words);
    };
    let force = call.of_query("force_login").is_some_and(|force| force == "true");
    let named = call.of_query("screen_name").and_then(|name| people::named(&name));
    let ticket = state.tickets.open(Purpose::OAuth1(text));
    let page = Consent {
        scopes: &scopes::of(token.permissions),
        action: &call.path,
        ticket: &ticket,
        chosen: if force { named } else { state.at_browser.or(named) },
        back_to: token.callback.as_deref(),
    };
    consent::page(headers, &page)
}

/// The button was pressed.
fn decide(state: &mut State, call: &ParsedRequest, headers: &HeaderMap) -> Response {
    let id = call.of_form("ticket").unwrap_or_default();
    let Some(open) = state
        .tickets
        .find(&id)
        .filter(|open| matches!(open.request, Purpose::OAuth2(_)) == (call.message == Message::Authorize))
    else {
        return page::problem(headers, 422, "The page was too old or not from here.");
    };
    if let Some(outcome) = open.answer.clone() {
        return show(&outcome, headers);
    }
    let purpose = open.request.clone();
    let allowed = call.fault != Some(Fault::Deny) && call.of_form("decision").as_deref() == Some("allow");
    let person = call.of_form("person").and_then(|name| people::named(&name));
    let person = match (allowed, person) {
        (true, None) => return page::problem(headers, 400, "Choose who to be."),
        (true, person) => person,
        (false, _) => None,
    };
    let outcome = match purpose {
        Purpose::OAuth2(asked) => {
            let custom = redirect_rules::is_custom(&asked.redirect_uri) && state.app.kind == AppType::Confidential;
            if custom && !state.switches.confidential_custom_scheme {
                return stuck(headers);
            }
            Outcome::Sent(home(state, call, asked, person))
        }
        Purpose::OAuth1(text) => match home_signed(state, &text, person) {
            Some(outcome) => outcome,
            None => return page::problem(headers, 403, "Whoa there! The request token for this page is invalid."),
        },
    };
    if let Some(open) = state.tickets.find(&id) {
        open.answer = Some(outcome.clone());
    }
    show(&outcome, headers)
}

/// Where an OAuth 2.0 request ends: with a code, or denied [M] (docs/facts/x.md#dialog).
fn home(state: &mut State, call: &ParsedRequest, asked: Authorization, person: Option<&'static Person>) -> String {
    let (uri, given) = (asked.redirect_uri.clone(), asked.state.clone());
    let Some(person) = person else {
        let mut answer = vec![("error", "access_denied")];
        if !state.switches.deny_without_state {
            answer.push(("state", &given));
        }
        return redirect_rules::with_params(&uri, &answer);
    };
    let now = state.now();
    let lasts = if call.fault == Some(Fault::ExpiredCode) {
        0
    } else {
        state.switches.code_lifetime.as_secs()
    };
    let text = token::text(state, "ac");
    let code = Code {
        asked,
        person,
        ends: now + lasts,
        used: false,
    };
    state.codes.insert(text.clone(), code);
    redirect_rules::with_params(&uri, &[("state", &given), ("code", &text)])
}

/// Where an OAuth 1.0a request ends: with a verifier, a PIN, or denied ([M]: `?denied=`, docs/facts/x.md#oauth-10a).
fn home_signed(state: &mut State, text: &str, person: Option<&'static Person>) -> Option<Outcome> {
    let token = state
        .request_tokens
        .iter_mut()
        .find(|token| token.text == text && !token.over && token.allowed.is_none())?;
    let Some(person) = person else {
        token.over = true;
        let denied = |uri: &String| Outcome::Sent(redirect_rules::with_params(uri, &[("denied", text)]));
        return Some(token.callback.as_ref().map_or(Outcome::Refused, denied));
    };
    let verifier = match token.callback {
        Some(_) => super::app::letters(32),
        None => format!("{:07}", rand::random::<u32>() % 10_000_000),
    };
    token.allowed = Some((person, verifier.clone()));
    Some(match &token.callback {
        Some(uri) => Outcome::Sent(redirect_rules::with_params(
            uri,
            &[("oauth_token", text), ("oauth_verifier", &verifier)],
        )),
        None => Outcome::Shown(verifier),
    })
}

fn show(outcome: &Outcome, headers: &HeaderMap) -> Response {
    match outcome {
        Outcome::Sent(location) => match HeaderValue::from_str(location) {
            Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        },
        Outcome::Shown(pin) => page::code(headers, pin),
        // [M]
        Outcome::Refused => page::problem(
            headers,
            200,
            &format!("OK, you've denied {APP_NAME} access to interact with your account."),
        ),
    }
}
