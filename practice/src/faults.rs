//! Faults that tests (and only they, in process) ask for: which are due, and what each looks like on the wire.
//! A fault replaces the answer; what the endpoint would have done is not done, but for `Slow`, `Deny` and `ExpiredCode`.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::json;

use crate::clock;
use crate::mastodon::behaviour::Flavor;
use crate::mastodon::refusal;

/// A part of the platform that can be told to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/.well-known/nodeinfo` and `/nodeinfo/…`: two requests for a client that reads both.
    NodeInfo,
    /// `/.well-known/oauth-authorization-server`
    Metadata,
    /// `/api/v1/instance` and `/api/v2/instance`
    Instance,
    /// `POST /api/v1/apps`
    Apps,
    /// `/oauth/authorize`: the page and its form.
    Authorize,
    /// `/oauth/token`
    Token,
    /// `/api/v1/accounts/verify_credentials`
    VerifyCredentials,
    /// `/oauth/revoke`
    Revoke,
    /// `/api/v1/accounts/:id/statuses`
    Statuses,
}

/// A way to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Authorize: whatever button is pressed, it counts as Deny (also on GoToSocial, which has none). Waits for the form,
    /// so that the page itself is shown. Elsewhere: nothing.
    Deny,
    /// The right answer, after this time.
    Slow(Duration),
    /// The connection is closed without an answer.
    Drop,
    /// Token: as if the code's lifetime were over. Authorize: the code that is given has expired already. Elsewhere: nothing.
    ExpiredCode,
    /// 429, with a Retry-After header where given (the real servers send none).
    TooMany {
        /// The header's value: seconds, an HTTP date, or nonsense.
        retry_after: Option<String>,
    },
    /// 429 as GoToSocial's own, which says when by `X-RateLimit-Reset` only: in so many seconds; or nothing at all.
    Limited {
        /// Seconds until the window ends.
        reset: Option<u64>,
    },
    /// This status, with the flavor's JSON error.
    Status(u16),
    /// 200 with an HTML page, as a captive portal answers.
    Html,
    /// 200 and application/json, but no JSON and not even UTF-8.
    Garbage,
    /// 200 and JSON with the right names, but every value of a wrong type.
    WrongTypes,
    /// 200 and a JSON document of [`HUGE`] bytes, streamed without a Content-Length.
    Huge,
    /// 302 to this address.
    RedirectTo(String),
}

/// Bytes in the body of [`Fault::Huge`]: 20 MB.
pub const HUGE: usize = 20_000_000;

/// Marks a response that the server must not send: it closes the connection instead.
#[derive(Clone, Copy)]
pub struct HangUp;

/// Marks a refusal that does not say when its limit ends.
#[derive(Clone, Copy)]
pub struct Untold;

/// The faults that are due, by what they are for.
pub struct Faults<E, F> {
    queue: HashMap<E, VecDeque<F>>,
    always: HashMap<E, F>,
}

impl<E, F> Default for Faults<E, F> {
    fn default() -> Self {
        Faults {
            queue: HashMap::new(),
            always: HashMap::new(),
        }
    }
}

impl<E: Eq + Hash + Copy, F: Clone> Faults<E, F> {
    /// Queues one.
    pub fn next(&mut self, endpoint: E, fault: F) {
        self.queue.entry(endpoint).or_default().push_back(fault);
    }

    /// Sets or clears the standing one.
    pub fn always(&mut self, endpoint: E, fault: Option<F>) {
        match fault {
            Some(fault) => self.always.insert(endpoint, fault),
            None => self.always.remove(&endpoint),
        };
    }

    /// Takes the fault for this request, if one is due that does not wait for another request.
    pub fn take(&mut self, endpoint: E, waits: impl Fn(&F) -> bool) -> Option<F> {
        if let Some(queue) = self.queue.get_mut(&endpoint)
            && let Some(first) = queue.front()
        {
            return if waits(first) { None } else { queue.pop_front() };
        }
        self.always.get(&endpoint).filter(|fault| !waits(fault)).cloned()
    }
}

impl Fault {
    /// Whether it changes a decision: the page before it is not the request that it is meant for.
    pub fn is_of_decision(&self) -> bool {
        matches!(self, Fault::Deny | Fault::ExpiredCode)
    }
}

/// How a platform words the faults that it has words for.
pub trait Wording {
    /// 429.
    fn too_many(&self) -> Response;
    /// A status that nothing in the request explains.
    fn status(&self, status: StatusCode) -> Response;
    /// The right names, every value of a wrong type.
    fn wrong_types(&self) -> serde_json::Value;
}

impl Wording for (Flavor, Endpoint) {
    fn too_many(&self) -> Response {
        refusal::too_many(self.0)
    }

    fn status(&self, status: StatusCode) -> Response {
        refusal::status(self.0, status)
    }

    fn wrong_types(&self) -> serde_json::Value {
        wrong_types(self.1)
    }
}

/// The endpoint that a request is for.
pub fn endpoint(method: &Method, path: &str) -> Option<Endpoint> {
    let post = method == Method::POST;
    match path {
        "/.well-known/nodeinfo" | "/nodeinfo/2.0" | "/nodeinfo/2.1" => Some(Endpoint::NodeInfo),
        "/.well-known/oauth-authorization-server" => Some(Endpoint::Metadata),
        "/api/v1/instance" | "/api/v2/instance" => Some(Endpoint::Instance),
        "/api/v1/apps" if post => Some(Endpoint::Apps),
        "/oauth/authorize" => Some(Endpoint::Authorize),
        "/oauth/token" if post => Some(Endpoint::Token),
        "/oauth/revoke" if post => Some(Endpoint::Revoke),
        "/api/v1/accounts/verify_credentials" => Some(Endpoint::VerifyCredentials),
        _ if path.starts_with("/api/v1/accounts/") && path.ends_with("/statuses") => Some(Endpoint::Statuses),
        _ => None,
    }
}

/// The answer a fault gives; `None` for those that let the endpoint answer.
pub fn response(fault: &Fault, words: &impl Wording) -> Option<Response> {
    Some(match fault {
        Fault::Deny | Fault::Slow(_) | Fault::ExpiredCode => return None,
        Fault::Drop => {
            let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
            response.extensions_mut().insert(HangUp);
            response
        }
        Fault::TooMany { retry_after } => {
            let mut response = words.too_many();
            if let Some(value) = retry_after.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            response
        }
        Fault::Limited { reset } => {
            let mut response = words.too_many();
            let reset = reset.map(|seconds| clock::rfc3339(SystemTime::now() + Duration::from_secs(seconds)));
            match reset.and_then(|at| HeaderValue::from_str(&at).ok()) {
                Some(at) => drop(response.headers_mut().insert("x-ratelimit-reset", at)),
                None => drop(response.extensions_mut().insert(Untold)),
            }
            response
        }
        Fault::Status(code) => {
            let status = StatusCode::from_u16(*code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            words.status(status)
        }
        Fault::Html => {
            let html =
                "<!doctype html><html><head><title>Welcome</title></head><body><p>Please sign in to use this network.</p></body></html>";
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
        }
        Fault::Garbage => (
            [(header::CONTENT_TYPE, "application/json")],
            &b"{\"access_token\": \xff\xfe\x00\x80 \"half"[..],
        )
            .into_response(),
        Fault::WrongTypes => Json(words.wrong_types()).into_response(),
        Fault::Huge => ([(header::CONTENT_TYPE, "application/json")], Body::new(Huge { sent: 0 })).into_response(),
        Fault::RedirectTo(target) => match HeaderValue::from_str(target) {
            Ok(target) => (StatusCode::FOUND, [(header::LOCATION, target)]).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
    })
}

fn wrong_types(endpoint: Endpoint) -> serde_json::Value {
    match endpoint {
        Endpoint::NodeInfo => json!({ "links": "none", "software": ["mastodon"], "version": 2 }),
        Endpoint::Metadata => {
            json!({ "issuer": 7, "authorization_endpoint": [], "token_endpoint": {}, "scopes_supported": "read" })
        }
        Endpoint::Instance => json!({ "domain": 7, "uri": [], "title": {}, "version": false }),
        Endpoint::Apps => {
            json!({ "id": {}, "client_id": ["01"], "client_secret": { "value": 1 }, "redirect_uris": 3 })
        }
        Endpoint::Token => {
            json!({ "access_token": { "value": "x" }, "created_at": "yesterday", "scope": 7, "token_type": [] })
        }
        Endpoint::VerifyCredentials => {
            json!({ "id": {}, "username": ["ada"], "acct": 7, "display_name": false })
        }
        Endpoint::Statuses => json!({ "id": [], "content": 7 }),
        Endpoint::Authorize | Endpoint::Revoke => json!([7, "seven", null]),
    }
}

/// `{"padding":"aaa…"}`, made as it is sent: 20 MB need not be in memory.
struct Huge {
    sent: usize,
}

impl hyper::body::Body for Huge {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        const HEAD: &[u8] = b"{\"padding\":\"";
        const TAIL: &[u8] = b"\"}";
        static PADDING: [u8; 16_384] = [b'a'; 16_384];
        let filled = HUGE - TAIL.len();
        let chunk = if self.sent == 0 {
            Bytes::from_static(HEAD)
        } else if self.sent < filled {
            Bytes::from_static(&PADDING[..PADDING.len().min(filled - self.sent)])
        } else if self.sent < HUGE {
            Bytes::from_static(TAIL)
        } else {
            return Poll::Ready(None);
        };
        self.sent += chunk.len();
        Poll::Ready(Some(Ok(hyper::body::Frame::data(chunk))))
    }
}
