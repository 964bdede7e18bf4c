//! Recognises and records each request, applies the failure that is due, calls the endpoint, and adds the headers that
//! all of Meta's answers have. No OAuth here.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::message::{self, Message, Parameters, ParsedRequest};
use super::platform::Platform;
use super::refusal::Failure;
use super::refusal::{self, Refusal, Words};
use super::state::{Shared, State as Memory};
use super::{browser, facebook, inspect, long_token, me, media, pages, people, permissions, posting, short_token};
use crate::body::Params;
use crate::faults::{self, Fault};
use crate::picture;
use crate::random;
use crate::recorded::{self, Recorded};

/// All paths: their table is in `message`.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

/// `Date` is the platform's clock.
async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let mut response = answer(&shared, request).await;
    let date = UNIX_EPOCH + Duration::from_secs(shared.lock().now());
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(date)) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

async fn answer(shared: &Shared, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, recorded::BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let path = parts.uri.path().to_owned();
    if let Some(picture) = picture(&parts.method, &path) {
        return picture;
    }
    let params = parameters(&parts, &body).await;
    let place = message::recognise(shared.platform, &parts.method, &path, &params);
    let message = place.as_ref().map(|place| place.message);
    let (failure, shape) = {
        let mut state = shared.lock();
        let recorded = Recorded::new(&parts.method, &path, parts.uri.query(), &parts.headers, &body);
        state.record(message, recorded);
        let is_page = message == Some(Message::Authorize) && parts.method == Method::GET;
        let failure = message.and_then(|message| state.faults.take(message, |failure| is_page && failure.is_of_decision()));
        (failure, refusal::shape(shared.platform, message, state.switches.flat_everywhere))
    };
    let Some(place) = place else {
        return finish(shared.platform, None, Refusal::no_path(&path).response(shared.platform, shape));
    };
    let message = place.message;
    let fault = match failure {
        None => None,
        Some(Failure::Wire(Fault::Slow(time))) => {
            tokio::time::sleep(time).await;
            None
        }
        Some(Failure::Wire(fault)) => {
            let words = Words {
                platform: shared.platform,
                message,
                shape,
            };
            if let Some(response) = faults::response(&fault, &words) {
                return finish(shared.platform, Some(message), response);
            }
            Some(fault)
        }
        Some(Failure::Echo) => {
            let token = params.get("access_token").unwrap_or_default();
            let response = Refusal::new(190, format!("Malformed access token {token}")).response(shared.platform, shape);
            return finish(shared.platform, Some(message), response);
        }
        Some(graph) => {
            let response = graph.refusal(shared.platform).response(shared.platform, shape);
            return finish(shared.platform, Some(message), response);
        }
    };
    let call = ParsedRequest {
        message,
        node: place.node,
        tail: place.tail,
        method: parts.method.clone(),
        path,
        params,
        bearer: bearer(&parts),
        fault,
    };
    let mut state = shared.lock();
    let response = if message == Message::Authorize {
        let headers = &parts.headers;
        if call.method == Method::POST {
            browser::decide(&mut state, &call, headers)
        } else {
            browser::open(&mut state, &call, headers)
        }
    } else {
        match endpoint(&mut state, &call) {
            Ok(body) => Json(body).into_response(),
            Err(refusal) => refusal.response(shared.platform, shape),
        }
    };
    drop(state);
    finish(shared.platform, Some(message), response)
}

/// Calls the endpoint of the message.
fn endpoint(state: &mut Memory, call: &ParsedRequest) -> Result<Value, Refusal> {
    let facebook = state.platform == Platform::Facebook;
    match call.message {
        Message::Token | Message::Redeem if facebook => facebook::code(state, call),
        Message::AppToken if facebook => facebook::app_token(state, call),
        Message::Exchange if facebook => facebook::exchange(state, call),
        Message::Token | Message::Redeem | Message::AppToken => short_token::answer(state, call),
        Message::Exchange => long_token::exchange(state, call),
        Message::Refresh => long_token::refresh(state, call),
        Message::ClientCode => facebook::client_code(state, call),
        Message::Me => me::me(state, call),
        Message::Inspect => inspect::inspect(state, call),
        Message::PublishingLimit => me::publishing_limit(state, call),
        Message::Posts => me::posts(state, call),
        Message::Container if facebook => posting::picture(state, call),
        Message::Container => posting::container(state, call),
        Message::Publish => posting::publish(state, call),
        Message::Feed => posting::feed(state, call),
        Message::FeedList => me::feed(state, call),
        Message::Item => posting::item(state, call),
        Message::Delete => posting::delete(state, call),
        Message::Embed => posting::embed(state, call),
        Message::Media if facebook => posting::pictures(state, call),
        Message::Media => media::media(state, call),
        Message::Permissions => permissions::list(state, call),
        Message::Revoke => permissions::revoke(state, call),
        Message::Accounts => pages::accounts(state, call),
        Message::Businesses => pages::businesses(state, call),
        Message::OwnedPages | Message::ClientPages => pages::of_business(state, call),
        Message::Authorize => Err(Refusal::no_path(&call.path)),
    }
}

async fn parameters(parts: &Parts, body: &Bytes) -> Parameters {
    let query = parts.uri.query().unwrap_or_default();
    let copy = Request::from_parts(parts.clone(), Body::from(body.clone()));
    let body = match Params::read(copy).await {
        Ok(Params::Form(pairs)) => pairs,
        // That Meta reads JSON bodies too is [M].
        Ok(Params::Json(map)) => map
            .into_iter()
            .filter_map(|(name, value)| match value {
                Value::String(text) => Some((name, text)),
                Value::Number(number) => Some((name, number.to_string())),
                _ => None,
            })
            .collect(),
        Err(_) => Vec::new(),
    };
    Parameters {
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        body,
    }
}

fn bearer(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth")).then(|| token.trim().to_owned())
}

/// `/avatars/ada.svg`, which the answers name.
fn picture(method: &Method, path: &str) -> Option<Response> {
    let name = path.strip_prefix("/avatars/")?.strip_suffix(".svg")?;
    let person = people::named(name).filter(|_| method == Method::GET)?;
    Some(picture::disc(person.name, person.hue))
}

/// Headers that each answer has. Facebook reports usage (docs/facts/facebook.md#usage); the other names are [M].
fn finish(platform: Platform, message: Option<Message>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut add = |name: &'static str, value: &str| {
        if let (false, Ok(value)) = (headers.contains_key(name), HeaderValue::from_str(value)) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    add("x-fb-trace-id", &random::url43()[..11]);
    if message == Some(Message::Authorize) {
        return response;
    }
    add("cache-control", "private, no-cache, no-store, must-revalidate");
    add("pragma", "no-cache");
    add("access-control-allow-origin", "*");
    if platform == Platform::Facebook {
        add("x-app-usage", "{\"call_count\":1,\"total_cputime\":1,\"total_time\":1}");
    }
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
    }
    response
}
