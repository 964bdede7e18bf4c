//! Calls of the API: who a token is, at `/2/` and at `/1.1/`, with what X asks first: a living token, an enrolled app,
//! credits, the limit, the scopes (docs/facts/x.md; the order is [M]).

use std::time::{Duration, UNIX_EPOCH};

use axum::http::HeaderValue;
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::app::{Environment, Package, Permissions};
use super::message::{Message, ParsedRequest, of_posts};
use super::people::{self, Person};
use super::refusal::Refusal;
use super::state::State;
use super::{APP_ID, oauth1, set};
use crate::clock::rfc3339;

/// The app's project.
const PROJECT: &str = "1369785403853424";

/// Who calls.
enum Caller {
    OAuth2(&'static Person, Vec<String>),
    OAuth1(&'static Person, Permissions),
    App,
}

fn caller(state: &mut State, call: &ParsedRequest) -> Result<Caller, Refusal> {
    let v2 = call.message != Message::VerifyCredentials;
    if call.is_signed() {
        let problems = v2 && state.switches.signed_problems;
        return match oauth1::caller(state, call) {
            Ok(token) => Ok(Caller::OAuth1(token.person, token.permissions)),
            Err(_) if problems => Err(Refusal::unauthorized()),
            Err(refusal) => Err(refusal),
        };
    }
    let text = call
        .bearer()
        .ok_or_else(|| if v2 { Refusal::unauthorized() } else { Refusal::v1(215) })?;
    if state.bearers.iter().any(|bearer| bearer.text == text && !bearer.dead) {
        return Ok(Caller::App);
    }
    let token = state
        .tokens
        .iter()
        .find(|token| token.text == text && !token.refresh && state.is_alive(token));
    let grant = token.and_then(|token| state.grants.get(token.grant));
    let grant = grant.ok_or_else(|| if v2 { Refusal::unauthorized() } else { Refusal::v1(89) })?;
    Ok(Caller::OAuth2(grant.person, grant.scopes.clone()))
}

/// What `/2/` asks of the app. Which mistake has which reason is [?] (docs/facts/x.md#package).
fn enrolled(state: &State) -> Result<(), Refusal> {
    let app = &state.app;
    if app.package == Package::None {
        return Err(Refusal::enrolment("client-not-enrolled", APP_ID));
    }
    if app.environment != Environment::Production {
        return Err(Refusal::enrolment("client-forbidden", APP_ID));
    }
    if app.credits { Ok(()) } else { Err(Refusal::credits()) }
}

/// The answer, with the headers of limit and access level.
pub fn answer(state: &mut State, call: &ParsedRequest) -> Result<Response, Refusal> {
    let caller = caller(state, call)?;
    if call.message != Message::VerifyCredentials {
        enrolled(state)?;
    }
    let who = match &caller {
        Caller::OAuth2(person, _) | Caller::OAuth1(person, _) => person.username,
        Caller::App => "",
    };
    let (limit, left, reset) = meter(state, call.message, who);
    let answered = match left {
        None => Err(Refusal::too_many(call.message.shape())),
        Some(_) => body(state, call, &caller).map(|body| Json(body).into_response()),
    };
    let mut response = match answered {
        Ok(response) => response,
        Err(refusal) => refusal.response(false),
    };
    rate(&mut response, limit, left.unwrap_or(0), reset);
    if let (Caller::OAuth1(_, permissions), true) = (&caller, state.switches.access_level) {
        set(&mut response, "x-access-level", permissions.level());
    }
    Ok(response)
}

/// One more call in the window: its limit, what is left of it (nothing: over), and when it ends. 75 in 15 minutes for
/// `/2/users/me` (docs/facts/x.md#rate-limits), 50 for the usage (docs/facts/x.md#usage); the other limits are [M].
fn meter(state: &mut State, message: Message, who: &str) -> (u32, Option<u32>, u64) {
    let now = state.now();
    let limit = match message {
        Message::Lookup => 300,
        Message::Usage => 50,
        _ => 75,
    };
    let window = state.windows.entry((message, who.to_owned())).or_insert((now + 900, 0));
    if now >= window.0 {
        *window = (now + 900, 0);
    }
    window.1 += 1;
    (limit, limit.checked_sub(window.1), window.0)
}

/// The headers of a limit (docs/facts/x.md#rate-limits).
pub fn rate(response: &mut Response, limit: u32, left: u32, reset: u64) {
    for (name, value) in [
        ("x-rate-limit-limit", u64::from(limit)),
        ("x-rate-limit-remaining", u64::from(left)),
        ("x-rate-limit-reset", reset),
    ] {
        response.headers_mut().insert(name, HeaderValue::from(value));
    }
}

fn body(state: &mut State, call: &ParsedRequest, caller: &Caller) -> Result<Value, Refusal> {
    if let Caller::OAuth2(_, scopes) = caller {
        let may = |name: &str| scopes.iter().any(|scope| scope == name);
        // Whether verify_credentials takes OAuth 2.0 is [M]: it does not here.
        if call.message == Message::VerifyCredentials {
            return Err(Refusal::v1(220));
        }
        if !may("tweet.read") || !may("users.read") {
            return Err(Refusal::forbidden());
        }
    }
    match (call.message, caller) {
        (Message::Me, Caller::OAuth2(person, _) | Caller::OAuth1(person, _)) => Ok(user(state, call, person)),
        (Message::Me, Caller::App) => Err(Refusal::app_only()),
        (Message::Posts, _) => posts(call),
        (Message::Usage, Caller::App) => usage(state, call),
        (Message::Usage, _) => Err(Refusal::forbidden()),
        (Message::Lookup, _) => {
            let name = call.path.rsplit('/').next().unwrap_or_default();
            let detail = format!("Could not find user with username: [{name}].");
            let kind = "https://api.x.com/2/problems/resource-not-found";
            // An error with status 200, in a list [M].
            let missing = json!({ "errors": [{ "title": "Not Found Error", "detail": detail, "type": kind, "value": name }] });
            Ok(people::named(name).map_or(missing, |person| user(state, call, person)))
        }
        (_, Caller::OAuth1(person, _)) if state.switches.v1_available => Ok(json!({
            "id": person.id, "id_str": person.id.to_string(), "name": person.name, "screen_name": person.username, "protected": false,
            "profile_image_url_https": picture(state, person),
        })),
        (_, Caller::OAuth1(..)) => Err(Refusal::v1(453)),
        (_, _) => Err(Refusal::v1(220)),
    }
}

/// A person's posts, newest first; the next page is a token in the body. From 5 to 100 at once.
fn posts(call: &ParsedRequest) -> Result<Value, Refusal> {
    let wanted = call.of_query("max_results").map_or(Some(10), |text| text.parse().ok());
    let wanted = wanted.filter(|number| (5..=100).contains(number)).ok_or_else(Refusal::forbidden)?;
    let id: Option<u64> = of_posts(&call.path).and_then(|id| id.parse().ok());
    if !people::everybody().iter().any(|person| Some(person.id) == id) {
        return Ok(json!({ "meta": { "result_count": 0 } }));
    }
    let data: Vec<Value> = (0..wanted)
        .map(|at: u64| json!({ "id": (1_990_000_000_000_000_101 - 2 * at).to_string(), "text": format!("Practice post {at}") }))
        .collect();
    Ok(json!({ "data": data, "meta": { "result_count": data.len(), "next_token": "7140dibdnow9c7btw3w29n4v5v6k3" } }))
}

/// How many posts the app's project has read, in all and on each of the last days: from 1 to 90, the last first.
fn usage(state: &State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let days = call.of_query("days").map_or(Some(7), |text| text.parse().ok());
    let days: u64 = days.filter(|days| (1..=90).contains(days)).ok_or_else(Refusal::forbidden)?;
    let midnight = |ago: u64| UNIX_EPOCH + Duration::from_secs((state.now() / 86_400).saturating_sub(ago) * 86_400);
    let daily: Vec<Value> = (0..days)
        .map(|ago| json!({ "date": rfc3339(midnight(ago)), "usage": "21" }))
        .collect();
    Ok(json!({ "data": {
        "cap_reset_day": 10, "project_cap": "2000000", "project_id": PROJECT, "project_usage": "2007",
        "daily_project_usage": { "project_id": PROJECT, "usage": daily },
    } }))
}

/// A user, which is billed once a UTC day (docs/facts/x.md#prices; that `me` is billed is inferred).
fn user(state: &mut State, call: &ParsedRequest, person: &'static Person) -> Value {
    let day = state.now() / 86_400;
    state.billed.insert((person.id, day));
    let mut data = json!({ "id": person.id.to_string(), "name": person.name, "username": person.username });
    let asked = call.of_query("user.fields").unwrap_or_default();
    for field in asked.split(',') {
        match field {
            "profile_image_url" => data[field] = json!(picture(state, person)),
            "description" => data[field] = json!("Invented."),
            "protected" | "verified" => data[field] = json!(false),
            _ => {}
        }
    }
    json!({ "data": data })
}

fn picture(state: &State, person: &Person) -> String {
    format!("{}/avatars/{}.svg", state.origin, person.username)
}
