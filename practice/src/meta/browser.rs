//! What happens in the browser: the dialog is checked, shown, and answered (docs/facts/threads.md#dialog,
//! docs/facts/threads.md#callback, docs/facts/instagram.md#dialog, docs/facts/instagram.md#callback,
//! docs/facts/facebook.md#dialog, docs/facts/facebook.md#callback). A bad request ends on a page
//! of Meta, without a redirect.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::consent::{self, Consent};
use super::message::ParsedRequest;
use super::people::{self, Person};
use super::platform::Platform;
use super::redirect_rules;
use super::refusal::{Refusal, Shape};
use super::scopes;
use super::state::{Authorization, Code, Grant, State};
use crate::faults::Fault;
use crate::{page, random};

/// The consent page.
pub fn open(state: &mut State, call: &ParsedRequest, headers: &HeaderMap) -> Response {
    let platform = state.platform;
    if let Err(stuck) = check(state, call) {
        return stuck.response(platform, headers);
    }
    let mut wanted = scopes::split(call.get("scope").unwrap_or_default());
    if platform == Platform::Facebook {
        wanted.push(platform.basic().to_owned());
    }
    wanted.sort_by_key(|name| scopes::all(platform).iter().position(|scope| scope.name == name));
    wanted.dedup();
    let challenge = call.get("code_challenge").filter(|_| platform == Platform::Facebook);
    let hashed = call.get("code_challenge_method") == Some("S256");
    let asked = Authorization {
        redirect_uri: call.get("redirect_uri").unwrap_or_default().to_owned(),
        scopes: wanted,
        state: call.get("state").map(str::to_owned),
        challenge: challenge.map(|challenge| (challenge.to_owned(), hashed)),
        rerequest: call
            .get("auth_type")
            .is_some_and(|types| types.split(',').any(|kind| kind == "rerequest")),
    };
    let chosen = state.at_browser.filter(|_| !asks_again(call));
    let ticket = state.tickets.open(asked.clone());
    let page = Consent {
        platform,
        asked: &asked,
        action: &call.path,
        ticket: &ticket,
        chosen,
        declined: chosen
            .and_then(|person| state.grants.get(person.username))
            .map(|grant| &grant.declined),
    };
    consent::page(headers, &page)
}

/// `force_reauth=true`, the older `force_authentication=1`, and Facebook's `auth_type=reauthenticate`.
fn asks_again(call: &ParsedRequest) -> bool {
    let on = |name: &str| call.get(name).is_some_and(|value| value == "true" || value == "1");
    on("force_reauth") || on("force_authentication") || call.get("auth_type").is_some_and(|types| types.contains("reauthenticate"))
}

/// Why a dialog does not go on.
enum Stuck {
    /// Raw JSON instead of a page (docs/facts/threads.md#dialog).
    Raw { code: u32, text: String },
    /// A page.
    Page(String),
}

impl Stuck {
    fn response(self, platform: Platform, headers: &HeaderMap) -> Response {
        match (self, platform) {
            (Stuck::Raw { code, text }, Platform::Threads) => Refusal::new(code, text).response(platform, Shape::Raw),
            (Stuck::Raw { text, .. } | Stuck::Page(text), _) => page::problem(headers, 400, &text),
        }
    }
}

fn check(state: &State, call: &ParsedRequest) -> Result<(), Stuck> {
    let platform = state.platform;
    // At Threads JSON, elsewhere a page. Instagram's sentence around its words is [M]; so are all codes but 1349026
    // (docs/facts/threads.md#dialog) and 1349168, which is [3P].
    let stuck = |code: u32, threads: String, instagram: &str, facebook: String| match platform {
        Platform::Threads => Err(Stuck::Raw { code, text: threads }),
        Platform::Instagram => Err(Stuck::Page(format!("Invalid Request: Request parameters are invalid: {instagram}"))),
        Platform::Facebook => Err(Stuck::Page(facebook)),
    };
    let client_id = call.get("client_id").unwrap_or_default();
    if client_id != platform.app_id() {
        let threads = format!("No application data was given: {client_id}");
        return stuck(
            1_349_026,
            threads,
            "Invalid platform app",
            "Invalid App ID: The provided app ID does not look like a valid app ID.".to_owned(),
        );
    }
    if !call.get("redirect_uri").is_some_and(|uri| redirect_rules::allowed(state, uri)) {
        let blocked = "URL blocked: This redirect failed because the redirect URI is not white-listed in the app's client OAuth settings.";
        return stuck(
            1_349_168,
            blocked.to_owned(),
            "Invalid redirect_uri",
            format!("{blocked} (1349168)"),
        );
    }
    // Facebook takes `code` for granted (docs/facts/facebook.md#dialog). Its token in the fragment is for windows that an app
    // owns, and not played.
    let response_type = call.get("response_type").or((platform == Platform::Facebook).then_some("code"));
    if response_type != Some("code") {
        let text = "The parameter response_type must be code";
        return stuck(100, text.to_owned(), "Invalid response_type", text.to_owned());
    }
    let wanted = scopes::split(call.get("scope").unwrap_or_default());
    let unknown: Vec<&str> = wanted
        .iter()
        .filter(|name| scopes::named(platform, name).is_none())
        .map(String::as_str)
        .collect();
    if !unknown.is_empty() {
        let text = format!("Invalid Scopes: {}. This message is only shown to developers.", unknown.join(", "));
        return stuck(100, text.clone(), "Invalid scope", text);
    }
    if platform != Platform::Facebook && !wanted.iter().any(|name| name == platform.basic()) {
        let text = format!("The scope must contain {}", platform.basic());
        return stuck(100, text.clone(), "Invalid scope", text);
    }
    Ok(())
}

/// The button was pressed.
pub fn decide(state: &mut State, call: &ParsedRequest, headers: &HeaderMap) -> Response {
    let ticket = call.params.of_body("ticket").unwrap_or_default();
    let Some(open) = state.tickets.find(ticket) else {
        return page::problem(headers, 422, "The page was too old or not from here.");
    };
    if let Some(location) = &open.answer {
        return found(location);
    }
    let asked = open.request.clone();
    let denied = call.fault == Some(Fault::Deny) || call.params.of_body("decision") != Some("allow");
    let mut answer: Vec<(&str, String)> = Vec::new();
    if denied {
        answer.extend(denial(state.platform));
    } else {
        let person = match call.params.of_body("person") {
            Some(name) => people::named(name),
            None => None,
        };
        let Some(person) = person else {
            return page::problem(headers, 400, "Choose who to be.");
        };
        if let Some(text) = no_role(state, person) {
            return page::problem(headers, 400, text);
        }
        answer.push(("code", allow(state, call, &asked, person)));
    }
    if !(denied && state.switches.deny_without_state) {
        answer.extend(asked.state.map(|state| ("state", state)));
    }
    let answer: Vec<(&str, &str)> = answer.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let target = crate::redirect::with_params(&asked.redirect_uri, &answer);
    let location = format!("{target}{}", state.platform.tail());
    if let Some(open) = state.tickets.find(ticket) {
        open.answer = Some(location.clone());
    }
    found(&location)
}

/// docs/facts/threads.md#callback, docs/facts/instagram.md#callback, docs/facts/facebook.md#callback. That the tail comes after a
/// denial too is [M].
fn denial(platform: Platform) -> Vec<(&'static str, String)> {
    let description = match platform {
        Platform::Threads | Platform::Instagram => "The user denied your request",
        Platform::Facebook => "Permissions error",
    };
    let mut answer = vec![
        ("error", "access_denied".to_owned()),
        ("error_reason", "user_denied".to_owned()),
        ("error_description", description.to_owned()),
    ];
    if platform == Platform::Facebook {
        answer.push(("error_code", "200".to_owned()));
    }
    answer
}

/// The page for a person who may not sign in (docs/facts/threads.md#console, docs/facts/instagram.md#token). Facebook's words are [M].
fn no_role(state: &State, person: &Person) -> Option<&'static str> {
    if state.testers.contains(person.username) {
        return None;
    }
    match state.platform {
        Platform::Threads => Some("The user has not accepted the invite to test the app."),
        Platform::Instagram => Some("Insufficient developer role"),
        Platform::Facebook if state.switches.development_mode => {
            Some("App not active: This app is not accessible right now and the app developer is aware of the issue.")
        }
        Platform::Facebook => None,
    }
}

/// The person allows it: the grant is remembered, a code made.
fn allow(state: &mut State, call: &ParsedRequest, asked: &Authorization, person: &'static Person) -> String {
    let mut granted = asked.scopes.clone();
    if state.platform == Platform::Facebook {
        let ticked = call.params.all_of_body("permission");
        let grant = state.grants.entry(person.username).or_default();
        remember(grant, asked, &ticked, state.platform.basic());
        granted = grant.granted.iter().cloned().collect();
    }
    let code = Code {
        redirect_uri: asked.redirect_uri.clone(),
        scopes: granted,
        challenge: asked.challenge.clone(),
        person,
        born: state.now(),
        used: false,
        stale: call.fault == Some(Fault::ExpiredCode),
        for_device: false,
    };
    let text = format!("AQ{}{}", random::url43(), random::url43());
    state.codes.insert(text.clone(), code);
    text
}

/// What was granted earlier stays granted; what was declined is asked again with `rerequest` only
/// (docs/facts/facebook.md#dialog).
fn remember(grant: &mut Grant, asked: &Authorization, ticked: &[&str], basic: &str) {
    for name in &asked.scopes {
        let closed = grant.declined.contains(name) && !asked.rerequest;
        if name == basic || (ticked.contains(&name.as_str()) && !closed) {
            grant.granted.insert(name.clone());
            grant.declined.remove(name);
        } else if !grant.granted.contains(name) {
            grant.declined.insert(name.clone());
        }
    }
}

fn found(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
