//! Requests and responses as plain values, without IO; `client` sends them, through the `proxy` of the environment; `probe` checks hosts
//! and their certificates, `resolve` resolves the names of this computer, `link` and `rate` read headers, `server_clocks` compares
//! clocks, `intermediary` recognises answers that do not come from the API, `scrub` removes secrets from answers.

pub mod client;
pub mod intermediary;
pub mod link;
pub mod probe;
pub mod proxy;
pub mod rate;
mod resolve;
pub mod scrub;
mod server_clocks;

use std::fmt;
use std::sync::Arc;

use url::{Host, Url};

use crate::token::Secret;

/// The User-Agent of every request.
pub const USER_AGENT: &str = concat!("Keybearer/", env!("CARGO_PKG_VERSION"));

/// A request, ready to send. Parts of it are secret: Debug shows method and host, and the path if that is none.
#[derive(Clone)]
pub struct Request {
    /// The message's name, for errors and logs.
    pub what: &'static str,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The address with its query.
    pub url: Url,
    /// The path is secret, too.
    pub secret_path: bool,
    /// Header fields other than User-Agent and the usual Accept.
    pub headers: Vec<(String, Secret)>,
    /// Content type and body.
    pub body: Option<(&'static str, Secret)>,
    /// What follows the body.
    pub file: Option<File>,
}

/// A file that a request carries, behind the other parts of its body.
#[derive(Clone)]
pub struct File {
    /// The file.
    pub bytes: Arc<[u8]>,
    /// What ends the body.
    pub end: &'static str,
}

impl Request {
    /// A plain GET.
    pub fn get(what: &'static str, url: Url) -> Request {
        Request {
            what,
            method: "GET",
            url,
            secret_path: false,
            headers: Vec::new(),
            body: None,
            file: None,
        }
    }

    /// Its header fields as they are sent, except User-Agent.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let mut fields: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
            fields.insert(0, ("accept", "application/json"));
        }
        fields.extend(self.body.iter().map(|(content_type, _)| ("content-type", *content_type)));
        fields
    }

    /// Its host, with a port that is not the scheme's default.
    pub fn host(&self) -> String {
        host_of(&self.url)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.secret_path { "/…" } else { self.url.path() };
        write!(f, "{} {}{path}", self.method, self.host())
    }
}

/// A response, read whole. Its body may hold secrets: Debug shows the status only.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Content type without parameters, in lower case.
    pub content_type: String,
    /// `Location`, if it is a redirect.
    pub location: Option<String>,
    /// After how many seconds to retry, if the server says so: `Retry-After`; with a 429 or a 5xx also what is left of the window that
    /// `x-rate-limit-reset` names (docs/facts/x.md#rate-limits), and with a 429 `x-ratelimit-reset`
    /// (docs/facts/mastodon.md#rate-limits).
    pub retry_after: Option<u64>,
    /// The server's clock, in Unix seconds: `Date`, plus `Age` if a cache kept the answer (RFC 9111 §4.2.3).
    pub date: Option<i64>,
    /// All header fields, with names in lower case and invalid UTF-8 replaced.
    pub headers: Vec<(String, String)>,
    /// The body, with invalid UTF-8 replaced.
    pub body: Secret,
}

impl Response {
    /// A header field, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every field of this name in lower case.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The server's clock, for comparing it with ours; none for an answer from a cache.
    pub fn clock(&self) -> Option<i64> {
        let is_fresh = !client::is_from_cache(|name| self.headers(name).map(str::to_owned).collect());
        self.date.filter(|_| is_fresh)
    }

    /// 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {} {}", self.status, self.content_type)
    }
}

/// The host, with a port that is not the scheme's default.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// A server's address: its origin, and its path if it is a site below one.
pub fn site_of(server: &Url) -> String {
    server.origin().ascii_serialization() + server.path().trim_end_matches('/')
}

/// Whether an address may be used: https anywhere, http on this computer only.
pub fn may_be_reached(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// The address to request: a server behind a TLS proxy gives its own addresses as http, which become https. This applies to the same
/// host only, at the default port or that of `from`.
pub fn as_asked(from: &Url, to: Url) -> Url {
    let same_port = to.port().is_none() || to.port() == from.port();
    let itself = from.scheme() == "https" && to.scheme() == "http" && from.host() == to.host() && same_port;
    let mut secure = to.clone();
    if itself && secure.set_scheme("https").is_ok() { secure } else { to }
}

/// Whether an address is on this computer: `localhost` and names below it (RFC 6761 §6.3), 127.0.0.0/8 or ::1.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_this_computer(name),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether a name is this computer's, whatever DNS says: `localhost` and every name below it (RFC 6761 §6.3).
fn is_this_computer(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_of_this_computer() {
        let loopback = |url: &str| is_loopback(&Url::parse(url).unwrap());
        for url in [
            "http://localhost",
            "http://gts.localhost:8080",
            "http://a.b.LOCALHOST.",
            "http://127.8.8.8",
            "http://[::1]",
        ] {
            assert!(loopback(url), "{url}");
        }
        for url in [
            "http://localhost.example",
            "http://mylocalhost",
            "http://0.0.0.0",
            "http://[::ffff:127.0.0.1]",
            "http://x.localhost.y",
        ] {
            assert!(!loopback(url), "{url}");
        }
    }

    #[test]
    fn a_server_behind_a_proxy_is_asked_by_https() {
        for (from, to, expected) in [
            ("https://a.example/x", "http://a.example/y", "https://a.example/y"),
            ("https://a.example/x", "http://A.example:80/y", "https://a.example/y"),
            ("https://a.example:8443/x", "http://a.example:8443/y", "https://a.example:8443/y"),
            ("https://a.example:8443/x", "http://a.example/y", "https://a.example/y"),
            // Another service, another host, or a request by http.
            ("https://a.example/x", "http://a.example:3000/y", "http://a.example:3000/y"),
            ("https://a.example/x", "http://b.example/y", "http://b.example/y"),
            ("http://127.0.0.1:1/x", "http://127.0.0.1:1/y", "http://127.0.0.1:1/y"),
        ] {
            let url = |text: &str| Url::parse(text).unwrap();
            assert_eq!(as_asked(&url(from), url(to)).as_str(), expected, "{from} {to}");
        }
    }
}
