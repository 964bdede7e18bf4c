//! The one place of the core that opens outgoing connections. Redirects are never followed (a token request must not
//! carry its secret to another host), there are no cookies, every request has a User-Agent (GoToSocial answers 418
//! without one), and no answer is read beyond its limit.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::{Request, Response, is_loopback};
use crate::error::{Error, Result};
use crate::token::Secret;

/// The largest answer that is read: the longest token answers are a few KB, an account with its fields below 100 KB.
const MAX_BODY: usize = 1 << 20;
/// A server that takes longer to be reached is down for a person who waits.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// From the first byte sent to the last byte read.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends requests.
#[derive(Clone, Debug)]
pub struct Client {
    inner: reqwest::Client,
    /// For this computer: a proxy elsewhere does not know our loopback.
    direct: reqwest::Client,
    /// By how many seconds the last server's clock was ahead of this computer's; [`i64::MIN`] before any has answered.
    ahead: Arc<AtomicI64>,
}

impl Client {
    /// A client with the platform's certificate verifier and the system's proxy.
    ///
    /// # Errors
    /// [`Error::Internal`] where TLS cannot be set up.
    pub fn new() -> Result<Client> {
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("Keybearer/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .tls_info(true)
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
        };
        let built = |builder: reqwest::ClientBuilder| builder.build().map_err(|e| Error::Internal { detail: e.to_string() });
        Ok(Client {
            inner: built(builder())?,
            direct: built(builder().no_proxy())?,
            ahead: Arc::new(AtomicI64::new(i64::MIN)),
        })
    }

    /// Opens a connection and leaves it idle: a harmless request, of whose answer only the server's time is read.
    pub async fn warm(&self, origin: &url::Url) {
        let client = if is_loopback(origin) { &self.direct } else { &self.inner };
        if let Ok(response) = client.head(origin.clone()).send().await {
            tracing::debug!(host = %super::host_of(origin), status = response.status().as_u16(), "warm");
            self.note_time(response.headers().get("date").and_then(|v| http_date(v.to_str().ok()?)));
        }
    }

    /// Forgets what is known of servers' clocks: this computer's was set.
    pub fn forget_time(&self) {
        self.ahead.store(i64::MIN, Ordering::Relaxed);
    }

    fn note_time(&self, server: Option<i64>) {
        if let Some((server, here)) = server.zip(system_time()) {
            self.ahead.store(server.saturating_sub(here), Ordering::Relaxed);
        }
    }

    /// A harmless request to see whether a host can be reached; who signed its certificate, where it has one.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn knock(&self, origin: &url::Url) -> Result<Option<String>> {
        let request = Request::get("knock", origin.clone());
        let client = if is_loopback(origin) { &self.direct } else { &self.inner };
        let sent = client.get(origin.clone()).send().await.map_err(|e| failure(&request, &e))?;
        let info = sent.extensions().get::<reqwest::tls::TlsInfo>();
        let issuer = info.and_then(|i| issuer_of(i.peer_certificate()?));
        let date = sent
            .headers()
            .get("date")
            .and_then(|v| httpdate::parse_http_date(v.to_str().ok()?).ok());
        let date = date.and_then(|d| i64::try_from(d.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok());
        if let Some((server, here)) = date.zip(system_time()) {
            self.ahead.store(server.saturating_sub(here), Ordering::Relaxed);
        }
        Ok(issuer)
    }

    /// The time by the clock of the server that answered last, Unix seconds; none before any has.
    pub fn server_time(&self) -> Option<i64> {
        let ahead = self.ahead.load(Ordering::Relaxed);
        Some(system_time()?.saturating_add(ahead)).filter(|_| ahead != i64::MIN)
    }

    /// Sends a request and reads the answer whole.
    ///
    /// # Errors
    /// Network errors by their kind ([`Error::ServerNotFound`], [`Error::ServerTls`], [`Error::ServerUnreachable`],
    /// [`Error::Offline`]) and [`Error::AnswerTooLarge`]. A refusal by the server is no error here: it has a status.
    pub async fn send(&self, request: &Request) -> Result<Response> {
        let method = match request.method {
            "GET" => reqwest::Method::GET,
            "PUT" => reqwest::Method::PUT,
            "DELETE" => reqwest::Method::DELETE,
            _ => reqwest::Method::POST,
        };
        let client = if is_loopback(&request.url) { &self.direct } else { &self.inner };
        let mut builder = client.request(method, request.url.clone());
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
            builder = builder.header("accept", "application/json");
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value.expose());
        }
        if let Some((content_type, body)) = &request.body {
            builder = builder.header("content-type", *content_type).body(body.expose().to_owned());
        }
        let started = std::time::Instant::now();
        let sent = builder.send().await.map_err(|e| failure(request, &e))?;
        let response = read(request, sent).await?;
        self.note_time(response.date);
        tracing::debug!(
            ?request,
            status = response.status,
            ms = started.elapsed().as_millis() as u64,
            "answered"
        );
        Ok(response)
    }
}

/// The organisation, else the name, of who signed a certificate (DER).
fn issuer_of(certificate: &[u8]) -> Option<String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let issuer = parsed.issuer();
    let name = issuer.iter_organization().chain(issuer.iter_common_name()).next()?;
    name.as_str().ok().map(str::to_owned)
}

fn system_time() -> Option<i64> {
    unix(std::time::SystemTime::now())
}

/// A date as HTTP writes it (RFC 9110 §5.6.7), in Unix seconds.
fn http_date(text: &str) -> Option<i64> {
    unix(httpdate::parse_http_date(text).ok()?)
}

fn unix(time: std::time::SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

async fn read(request: &Request, mut sent: reqwest::Response) -> Result<Response> {
    let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers: Vec<(String, String)> = sent.headers().iter().filter_map(text).collect();
    let header = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
    let content_type = header("content-type").unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // It may be relative (RFC 9110 §10.2.2).
    let location = header("location").map(|to| sent.url().join(&to).map_or(to, String::from));
    let date = header("date").and_then(|v| http_date(&v));
    // By the server's own clock, whatever ours says.
    let until = |at: Option<i64>| u64::try_from(at?.checked_sub(date?)?).ok();
    let window = || until(header("x-rate-limit-reset")?.trim().parse().ok());
    // Seconds, or a date (RFC 9110 §10.2.3).
    let asked = |v: String| v.trim().parse().ok().or_else(|| until(http_date(v.trim())));
    let retry_after = header("retry-after").and_then(asked).or_else(window);
    let status = sent.status().as_u16();
    let mut bytes = Vec::new();
    while let Some(chunk) = sent.chunk().await.map_err(|e| failure(request, &e))? {
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(Error::AnswerTooLarge { what: request.what });
        }
        bytes.extend_from_slice(&chunk);
    }
    let body = Secret::new(String::from_utf8_lossy(&bytes).into_owned());
    Ok(Response {
        status,
        content_type,
        location,
        retry_after,
        date,
        headers,
        body,
    })
}

/// Names a network failure by its kind. reqwest keeps the cause as a chain of sources; only their texts tell DNS from
/// TLS. The URL is dropped from the text: its query may hold secrets.
fn failure(request: &Request, error: &reqwest::Error) -> Error {
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
    // Once a connection stood, its end says nothing of names and certificates.
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
