//! Recognises and records each request, applies the failure that is due, calls the endpoint, and adds the headers that
//! all answers have. No OAuth here.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::failure::Failure;
use super::message::{self, Message, ParsedRequest};
use super::refusal::{Refusal, Words};
use super::state::{Shared, State as Memory};
use super::{api, app_only, browser, oauth1, people, set, token};
use crate::faults::{self, Fault, HangUp};
use crate::picture;
use crate::recorded::{self, Recorded};

/// All paths: their table is in `message`.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(handle).with_state(shared)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let response = answer(&shared, request).await;
    finish(&shared, response)
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
    let message = message::recognise(&parts.method, &path, &body);
    let (failure, errors_array, now) = {
        let mut state = shared.lock();
        let recorded = Recorded::new(&parts.method, &path, parts.uri.query(), &parts.headers, &body);
        state.record(message, recorded);
        let before = message.is_some_and(Message::is_page) && parts.method == Method::GET;
        let failure = message.and_then(|message| state.faults.take(message, |failure| before && failure.is_of_decision()));
        (failure, state.switches.errors_array, state.now())
    };
    let Some(message) = message else {
        // [M]
        return Refusal::v1(34).response(false);
    };
    if let Some(failure) = &failure
        && let Some(response) = instead(failure, message, errors_array, now)
    {
        return response;
    }
    let fault = match &failure {
        Some(Failure::Wire(Fault::Slow(time))) => {
            tokio::time::sleep(*time).await;
            None
        }
        Some(Failure::Wire(fault)) => Some(fault.clone()),
        _ => None,
    };
    let call = ParsedRequest::new(message, &parts, &body, fault);
    let mut response = endpoint(&mut shared.lock(), &call, &parts.headers, errors_array);
    match failure {
        Some(Failure::Lost) => {
            response.extensions_mut().insert(HangUp);
        }
        Some(Failure::Late(time)) => tokio::time::sleep(time).await,
        _ => {}
    }
    response
}

/// The answer of a failure that replaces the endpoint's.
fn instead(failure: &Failure, message: Message, errors_array: bool, now: u64) -> Option<Response> {
    let shape = message.shape();
    if let Failure::Wire(fault) = failure {
        return faults::response(fault, &Words(shape, errors_array));
    }
    let mut response = failure.refusal(shape)?.response(errors_array);
    if let Failure::RateLimited(seconds) = failure {
        api::rate(&mut response, 75, 0, now + seconds);
    }
    Some(response)
}

/// Calls the endpoint of the message.
fn endpoint(state: &mut Memory, call: &ParsedRequest, headers: &HeaderMap, errors_array: bool) -> Response {
    let answered = match call.message {
        Message::Authorize | Message::SignedAuthorize => Ok(browser::answer(state, call, headers)),
        Message::Token => token::exchange(state, call),
        Message::Refresh => token::refresh(state, call),
        Message::Revoke => token::revoke(state, call),
        Message::Me | Message::Lookup | Message::Posts | Message::Usage | Message::VerifyCredentials => api::answer(state, call),
        Message::RequestToken => oauth1::request_token(state, call),
        Message::AccessToken => oauth1::access_token(state, call),
        Message::Invalidate => oauth1::invalidate(state, call),
        Message::AppToken => app_only::token(state, call),
        Message::InvalidateAppToken => app_only::invalidate(state, call),
    };
    answered.unwrap_or_else(|refusal| refusal.response(errors_array))
}

/// `/avatars/ada.svg`, which the answers name.
fn picture(method: &Method, path: &str) -> Option<Response> {
    let name = path.strip_prefix("/avatars/")?.strip_suffix(".svg")?;
    let person = people::named(name).filter(|_| method == Method::GET)?;
    Some(picture::disc(person.name, person.hue))
}

/// `Date` is the platform's clock, so that a client can tell its own is wrong (docs/facts/x.md#signatures).
fn finish(shared: &Shared, mut response: Response) -> Response {
    let date = httpdate::fmt_http_date(shared.lock().clock());
    set(&mut response, "date", &date);
    let headers = response.headers_mut();
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    response
}
