//! Sends requests. Only this file and `probe` open outgoing connections. It follows no HTTP redirect (a token request must not carry its
//! secret to another host), keeps no cookies, sends a User-Agent with every request (GoToSocial answers 418 without one), and reads no
//! answer beyond its limit.

use std::error::Error as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::AGE;

use super::proxy::{Failure, Proxies, Route};
use super::server_clocks::ServerClocks;
use super::{Request, Response, host_of};
use crate::error::{Error, Result};
use crate::text::time::from_rfc3339;
use crate::token::Secret;

/// The most bytes of an answer. The longest token answers have a few KB, an account with its fields less than 100 KB.
const MAX_BODY: usize = 1 << 20;
/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request may take, from the first byte sent to the last byte read.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends requests. Each inner client is made at first use, because it reads all the system's certificates.
#[derive(Clone, Debug, Default)]
pub struct Client {
    proxies: Arc<OnceLock<Proxies>>,
    /// For https, through the proxy if there is one.
    https: Arc<OnceLock<reqwest::Client>>,
    /// For http, through the proxy if there is one.
    http: Arc<OnceLock<reqwest::Client>>,
    /// Without a proxy: for this computer and what `no_proxy` names.
    direct: Arc<OnceLock<reqwest::Client>>,
    clocks: Arc<ServerClocks>,
}

impl Client {
    /// A client with these proxies instead of the environment's.
    pub fn with_proxies(proxies: Proxies) -> Client {
        let client = Client::default();
        let _ = client.proxies.set(proxies);
        client
    }

    /// The environment's proxies, read at first use.
    pub fn proxies(&self) -> &Proxies {
        self.proxies.get_or_init(Proxies::from_env)
    }

    /// The inner client for this address, with its proxy and the platform's certificate verifier.
    pub(super) fn to(&self, url: &url::Url) -> Result<&reqwest::Client> {
        let route = self.proxies().route(url)?;
        let kept = match (route, url.scheme()) {
            (Route::Direct, _) => &self.direct,
            (_, "https") => &self.https,
            _ => &self.http,
        };
        if let Some(made) = kept.get() {
            return Ok(made);
        }
        let made = builder(route)?.build().map_err(|e| Error::Internal { detail: e.to_string() })?;
        Ok(kept.get_or_init(|| made))
    }

    /// The meaning of a failure: at the proxy, otherwise at the server.
    pub(super) fn failed(&self, request: &Request, error: &reqwest::Error) -> Error {
        let mut causes = Vec::new();
        let mut cause = error.source();
        while let Some(e) = cause {
            causes.push(e.to_string());
            cause = e.source();
        }
        let described = Failure {
            is_connect: error.is_connect(),
            is_timeout: error.is_timeout(),
            causes,
        };
        let at_proxy = self.proxies().trouble(&request.url, &described);
        at_proxy
            .inspect(|trouble| tracing::warn!(?request, code = %trouble.code(), "not sent"))
            .unwrap_or_else(|| failure(request, error))
    }

    /// Opens a connection and leaves it idle, by a harmless request. Only the server's time is read from its answer. Caches are asked to forward
    /// it (RFC 9111 §5.2.1.4).
    pub async fn warm(&self, origin: &url::Url) {
        let Ok(client) = self.to(origin) else { return };
        if let Ok(response) = client.head(origin.clone()).header("cache-control", "no-cache").send().await {
            tracing::debug!(host = %host_of(origin), status = response.status().as_u16(), "warm");
            self.note_time(origin, clock_of(&response));
        }
    }

    /// Forgets the measures of servers' clocks, because this computer's clock was set.
    pub fn forget_time(&self) {
        self.clocks.forget();
    }

    pub(super) fn note_time(&self, asked: &url::Url, server: Option<i64>) {
        if let Some((server, here)) = server.zip(system_time()) {
            self.clocks.note(&host_of(asked), server.saturating_sub(here));
        }
    }

    /// The time by the clocks of the servers that have answered, Unix seconds ([`ServerClocks::ahead`]); none before the first answer.
    pub fn server_time(&self) -> Option<i64> {
        Some(system_time()?.saturating_add(self.clocks.ahead()?))
    }

    /// Sends a request and reads the answer whole.
    ///
    /// # Errors
    /// Network errors by their kind ([`Error::ServerNotFound`], [`Error::ServerTls`], [`Error::ServerUnreachable`],
    /// [`Error::Offline`]) and [`Error::AnswerTooLarge`]. A refusal by the server is no error here: it has a status.
    pub async fn send(&self, request: &Request) -> Result<Response> {
        self.send_up_to(request, MAX_BODY).await
    }

    /// Like [`Client::send`], for an answer of at most `most` bytes.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send_up_to(&self, request: &Request, most: usize) -> Result<Response> {
        let (mut response, bytes) = self.send_for_bytes(request, most).await?;
        response.body = Secret::new(String::from_utf8_lossy(&bytes).into_owned());
        Ok(response)
    }

    /// Like [`Client::send_up_to`], with the body as bytes beside the response.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send_for_bytes(&self, request: &Request, most: usize) -> Result<(Response, Vec<u8>)> {
        let method = match request.method {
            "GET" => reqwest::Method::GET,
            "PUT" => reqwest::Method::PUT,
            "PATCH" => reqwest::Method::PATCH,
            "DELETE" => reqwest::Method::DELETE,
            _ => reqwest::Method::POST,
        };
        let mut builder = self.to(&request.url)?.request(method, request.url.clone());
        for (name, value) in request.fields() {
            builder = builder.header(name, value);
        }
        if let Some((_, body)) = &request.body {
            builder = match &request.file {
                None => builder.body(body.expose().to_owned()),
                Some(file) => builder.body([body.expose().as_bytes(), &file.bytes, file.end.as_bytes()].concat()),
            };
            // An empty body is sent without a length, which some servers refuse (RFC 9110 §8.6).
            if body.expose().is_empty() {
                builder = builder.header(reqwest::header::CONTENT_LENGTH, 0);
            }
        }
        let started = std::time::Instant::now();
        let sent = builder.send().await.map_err(|e| self.failed(request, &e))?;
        let (response, bytes) = read(request, sent, most).await?;
        self.note_time(&request.url, response.clock());
        tracing::debug!(
            ?request,
            status = response.status,
            ms = started.elapsed().as_millis() as u64,
            "answered"
        );
        Ok((response, bytes))
    }
}

/// The settings of all requests.
///
/// # Errors
/// [`Error::ProxyInvalid`].
pub(super) fn builder(route: Route<'_>) -> Result<reqwest::ClientBuilder> {
    let builder = reqwest::Client::builder()
        .user_agent(super::USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .tls_info(true)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT);
    Ok(match route {
        Route::Direct => builder.no_proxy().dns_resolver(Arc::new(super::resolve::Names)),
        Route::System => builder,
        Route::Proxy(proxy) => {
            let invalid = |_| Error::ProxyInvalid { variable: proxy.variable };
            builder.no_proxy().proxy(reqwest::Proxy::all(proxy.address()).map_err(invalid)?)
        }
    })
}

fn system_time() -> Option<i64> {
    unix(std::time::SystemTime::now())
}

/// The server's clock by the head of an answer, Unix seconds; none if a cache answered.
pub(super) fn clock_of(response: &reqwest::Response) -> Option<i64> {
    let all = |name: &str| {
        let values = response.headers().get_all(name).iter();
        values.filter_map(|value| Some(value.to_str().ok()?.to_owned())).collect()
    };
    if is_from_cache(all) {
        return None;
    }
    http_date(response.headers().get("date")?.to_str().ok()?)
}

/// Whether an answer comes from a cache, by its header fields: `Age` (RFC 9111 §5.1), `Cache-Status` (RFC 9211) and older ones.
pub(super) fn is_from_cache(all: impl Fn(&str) -> Vec<String>) -> bool {
    let any = |name: &str, is: fn(&str) -> bool| all(name).iter().any(|value| is(&value.to_ascii_lowercase()));
    let names = [
        "x-cache",
        "x-cache-status",
        "x-proxy-cache",
        "x-litespeed-cache",
        "x-drupal-cache",
        "cf-cache-status",
        "x-nginx-cache",
    ];
    let kept = |value: &str| ["hit", "stale", "updating", "revalidated"].iter().any(|word| value.contains(word));
    any(AGE.as_str(), |value| value.trim() != "0")
        || any("cache-status", |value| value.split([';', ',']).any(|part| part.trim() == "hit"))
        // Varnish adds the id of the request that filled the cache.
        || any("x-varnish", |value| value.split_whitespace().count() > 1)
        || names.iter().any(|name| any(name, kept))
}

/// A date as HTTP writes it (RFC 9110 §5.6.7), in Unix seconds.
fn http_date(text: &str) -> Option<i64> {
    unix(httpdate::parse_http_date(text).ok()?)
}

fn unix(time: std::time::SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// The head of a response, and the bytes of its body.
async fn read(request: &Request, mut sent: reqwest::Response, most: usize) -> Result<(Response, Vec<u8>)> {
    // Servers write the words of a challenge in their own language, in UTF-8.
    let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers: Vec<(String, String)> = sent.headers().iter().map(text).collect();
    let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
    let content_type = header("content-type").unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // It may be relative (RFC 9110 §10.2.2).
    let location = header("location").map(|to| sent.url().join(&to).map_or(to, String::from));
    let kept_for = header(AGE.as_str()).and_then(|v| v.trim().parse::<u32>().ok()).unwrap_or_default();
    let date = header("date").and_then(|v| http_date(&v)?.checked_add(kept_for.into()));
    // By the server's own clock.
    let until = |at: Option<i64>| u64::try_from(at?.checked_sub(date?)?).ok();
    let status = sent.status().as_u16();
    // X sends it with every answer, also a success, which asks for no wait.
    let waits = status == 429 || status >= 500;
    let window = || until(header("x-rate-limit-reset").filter(|_| waits)?.trim().parse().ok());
    // Seconds, or a date (RFC 9110 §10.2.3).
    let asked = |v: String| v.trim().parse().ok().or_else(|| until(http_date(v.trim())));
    // The Mastodon family sends an RFC 3339 date, with every answer.
    let dated = || until(Some(from_rfc3339(header("x-ratelimit-reset").filter(|_| status == 429)?.trim())?));
    let retry_after = header("retry-after").and_then(asked).or_else(window).or_else(dated);
    let mut bytes = Vec::new();
    while let Some(chunk) = sent.chunk().await.map_err(|e| failure(request, &e))? {
        if bytes.len() + chunk.len() > most {
            return Err(Error::AnswerTooLarge { what: request.what });
        }
        bytes.extend_from_slice(&chunk);
    }
    let head = Response {
        status,
        content_type,
        location,
        retry_after,
        date,
        headers,
        body: Secret::new(""),
    };
    Ok((head, bytes))
}

/// The kind of a network failure. reqwest has its cause as a chain of sources, and only their texts tell DNS from TLS. The URL is
/// removed from the text, because its query may contain secrets.
pub(super) fn failure(request: &Request, error: &reqwest::Error) -> Error {
    let host = request.host();
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(e) = cause {
        causes.push(e.to_string());
        cause = e.source();
    }
    let detail = causes.last().cloned().unwrap_or_else(|| "the connection was lost".to_owned());
    let chain = causes.join(": ").to_lowercase();
    tracing::warn!(?request, cause = %detail, "not answered");
    // After a connection was open, a failure says nothing about names and certificates.
    if !error.is_connect() {
        let detail = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            detail
        };
        return Error::ServerUnreachable { host, detail, sent: true };
    }
    if chain.contains("temporary failure in name resolution") || chain.contains("network is unreachable") {
        Error::Offline { detail }
    } else if chain.contains("dns error") || chain.contains("failed to lookup address") {
        Error::ServerNotFound { host }
    } else if chain.contains("certificate") || chain.contains("tls") || chain.contains("handshake") {
        Error::ServerTls { host, detail }
    } else {
        let detail = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            detail
        };
        Error::ServerUnreachable { host, detail, sent: false }
    }
}
