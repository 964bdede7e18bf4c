//! Faults that a test in the same process asks for: which are due, and what each looks like on the wire. A fault replaces
//! the answer, and the endpoint is not called, except for `Slow`, `Deny` and `ExpiredCode`.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};

use crate::clock;

/// A way to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Authorize: whatever button is pressed, it counts as Deny (also on GoToSocial, which has none). Waits for the form,
    /// so that the page itself is shown. Elsewhere: nothing.
    Deny,
    /// The right answer, after a delay.
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
    /// GoToSocial's own 429, which only has `X-RateLimit-Reset`, or not even that.
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
pub struct NoResetTime;

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
                None => drop(response.extensions_mut().insert(NoResetTime)),
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
