//! The requests that arrived, as tests read them.

use std::collections::VecDeque;

use axum::http::{HeaderMap, HeaderValue, Method};
use url::form_urlencoded;

/// The longest body that is read; real ones are below 4 KiB.
pub const BODY: usize = 64 * 1024;

/// How many requests are kept: the app may run for weeks.
const KEPT: usize = 1000;

/// Adds a request to a log and drops the oldest one of a full log.
pub fn keep<T>(log: &mut VecDeque<T>, request: T) {
    if log.len() == KEPT {
        log.pop_front();
    }
    log.push_back(request);
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, not decoded.
    pub path: String,
    /// The query, not decoded; empty if there was none.
    pub query: String,
    /// Names in lower case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body as text; bytes that are no UTF-8 are replaced.
    pub body: String,
}

impl Recorded {
    /// The request as it arrived.
    pub(crate) fn new(method: &Method, path: &str, query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Recorded {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Recorded {
            method: method.to_string(),
            path: path.to_owned(),
            query: query.unwrap_or_default().to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }

    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A decoded parameter of the query.
    pub fn query_param(&self, name: &str) -> Option<String> {
        param(&self.query, name)
    }

    /// A decoded parameter of a form-encoded body.
    pub fn form_param(&self, name: &str) -> Option<String> {
        param(&self.body, name)
    }
}

fn param(encoded: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(encoded.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
