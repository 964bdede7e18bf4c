//! The loopback redirects, http (RFC 8252 §7.3) and https: hyper reads HTTP, and one policy of ours applies to both. Connections are
//! served concurrently. A request has 16 KiB and five seconds, and only a GET by a browser's own navigation, to the exact host and path,
//! can deliver a response. A listener stays open for a while after its login, to answer a reload.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{HOST, HeaderMap};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinHandle};
use tokio_rustls::TlsAcceptor;
use url::Url;

use super::certificate::Certificate;
use super::page::{Page, csp};
use super::waiting::{Verdict, Waiting};
use crate::error::{Error, Result};
use crate::provider::RedirectKind;
use crate::system;
use crate::system::ports::owner;
use crate::words::Language;

/// The most bytes of a request's head. The longest real responses have a JWT of a few KB as their code.
const MAX_REQUEST: usize = 16 * 1024;
/// How long a request's head may take. A browser on the same machine sends it within milliseconds.
const HEADER_TIME: Duration = Duration::from_secs(5);
/// The most open connections. A browser opens a handful; beyond this number the oldest is closed, so that idle connections cannot block
/// the redirect.
const MAX_CONNECTIONS: usize = 256;
/// How long the listener stays open after its login, so that a reload finds "already done".
const AJAR: Duration = Duration::from_secs(30);
/// How many free ports to try: one that is free on IPv4 may be taken on IPv6.
const PORT_TRIES: usize = 32;

/// All loopback redirects of this process: one listener for each port, which several logins may share.
#[derive(Clone)]
pub struct Listeners {
    waiting: Waiting,
    open: Arc<Mutex<HashMap<u16, Open>>>,
    /// Two logins may want the same port at the same time: one opens it, and the other finds it open.
    opening: Arc<tokio::sync::Mutex<()>>,
}

struct Open {
    users: usize,
    https: bool,
    /// Counts uses, so that a delayed close does not close a listener that is in use again.
    turn: u64,
    tasks: Vec<JoinHandle<()>>,
}

/// An open redirect. When it is dropped, its listener stays open for [`AJAR`] and then closes.
pub struct OpenRedirect {
    /// The port on 127.0.0.1 and ::1.
    pub port: u16,
    redirects: Listeners,
}

impl Listeners {
    /// Makes an empty set; no port is opened yet.
    pub fn new(waiting: Waiting) -> Listeners {
        Listeners {
            waiting,
            open: Arc::default(),
            opening: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u16, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens this port, or any free one, on both address families. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::PortTaken`], with the owner if it is known; [`Error::RedirectUnavailable`] if there is no loopback interface.
    pub async fn open(&self, port: Option<u16>) -> Result<OpenRedirect> {
        self.open_with(port, None).await
    }

    /// Opens this port, or any free one, for https, on both address families. Needs a tokio runtime.
    ///
    /// # Errors
    /// As [`Listeners::open`], and [`Error::Internal`] for a certificate that does not fit its key.
    pub async fn open_https(&self, port: Option<u16>, certificate: &Certificate) -> Result<OpenRedirect> {
        self.open_with(port, Some(certificate.acceptor()?)).await
    }

    async fn open_with(&self, port: Option<u16>, tls: Option<TlsAcceptor>) -> Result<OpenRedirect> {
        let _alone = self.opening.lock().await;
        if let Some(port) = port
            && let Some(open) = self.lock().get_mut(&port)
            && open.https == tls.is_some()
        {
            open.users += 1;
            open.turn += 1;
            return Ok(OpenRedirect {
                port,
                redirects: self.clone(),
            });
        }
        let (port, listeners) = match port {
            Some(port) => (port, bind(port).await.map_err(|e| taken(port, &e))?),
            None => bind_any().await?,
        };
        let tasks = listeners
            .into_iter()
            .map(|l| tokio::spawn(listen(l, port, self.waiting.clone(), tls.clone())))
            .collect();
        let open = Open {
            users: 1,
            https: tls.is_some(),
            turn: 0,
            tasks,
        };
        self.lock().insert(port, open);
        tracing::debug!(port, "redirect open");
        Ok(OpenRedirect {
            port,
            redirects: self.clone(),
        })
    }

    fn close(&self, port: u16, turn: u64) {
        let mut open = self.lock();
        if open.get(&port).is_some_and(|o| o.users == 0 && o.turn == turn)
            && let Some(redirect) = open.remove(&port)
        {
            redirect.tasks.iter().for_each(JoinHandle::abort);
            tracing::debug!(port, "redirect closed");
        }
    }
}

impl Drop for OpenRedirect {
    fn drop(&mut self) {
        let turn = {
            let mut open = self.redirects.lock();
            let Some(redirect) = open.get_mut(&self.port) else { return };
            redirect.users = redirect.users.saturating_sub(1);
            if redirect.users > 0 {
                return;
            }
            redirect.turn
        };
        let (redirects, port) = (self.redirects.clone(), self.port);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                tokio::time::sleep(AJAR).await;
                redirects.close(port, turn);
            })),
            Err(_) => redirects.close(port, turn),
        }
    }
}

/// Binds both address families. Without IPv6 on the machine IPv4 is enough. A port that another program holds on ::1 counts as taken,
/// because a browser may try ::1 first.
async fn bind(port: u16) -> io::Result<Vec<TcpListener>> {
    let v4 = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let port = v4.local_addr()?.port();
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        Ok(v6) => Ok(vec![v4, v6]),
        Err(e) if system::is_port_taken(&e) => Err(e),
        Err(_) => Ok(vec![v4]),
    }
}

async fn bind_any() -> Result<(u16, Vec<TcpListener>)> {
    let mut last = None;
    for _ in 0..PORT_TRIES {
        match bind(0).await {
            Ok(listeners) => {
                let port = listeners.first().and_then(|l| l.local_addr().ok()).map(|a| a.port());
                if let Some(port) = port {
                    return Ok((port, listeners));
                }
            }
            Err(e) => last = Some(e),
        }
    }
    let detail = last.map(|e| e.to_string()).unwrap_or_default();
    Err(Error::RedirectUnavailable {
        redirect: "loopback",
        detail,
    })
}

fn taken(port: u16, error: &io::Error) -> Error {
    match system::is_port_taken(error) {
        true => Error::PortTaken { port, owner: owner(port) },
        false => Error::RedirectUnavailable {
            redirect: "loopback",
            detail: error.to_string(),
        },
    }
}

async fn listen(listener: TcpListener, port: u16, waiting: Waiting, tls: Option<TlsAcceptor>) {
    let mut connections: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => {
                system::keep_from_children(&stream);
                stream
            }
            // Out of file descriptors, or the peer is gone. Neither ends the listener.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        connections.retain(|c| !c.is_finished());
        if connections.len() >= MAX_CONNECTIONS
            && let Some(oldest) = connections.pop_front()
        {
            oldest.abort();
        }
        let (waiting, tls) = (waiting.clone(), tls.clone());
        let connection = tokio::spawn(async move {
            match tls {
                None => serve(stream, port, RedirectKind::Loopback, &waiting).await,
                // A browser that does not trust the certificate hangs up here. Only the person can change that.
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HEADER_TIME, tls.accept(stream)).await {
                        serve(stream, port, RedirectKind::HttpsLoopback, &waiting).await;
                    }
                }
            }
        });
        connections.push_back(connection.abort_handle());
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, port: u16, redirect: RedirectKind, waiting: &Waiting) {
    let service = service_fn(|request| {
        let response = answer(&request, port, redirect, waiting);
        async move { Ok::<_, Infallible>(response) }
    });
    // A peer can only break its own connection, so its errors are ignored.
    let _ = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(MAX_REQUEST)
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The policy. A request that is refused here does not change any waiting login.
fn answer(request: &Request<Incoming>, port: u16, redirect: RedirectKind, waiting: &Waiting) -> Response<Full<Bytes>> {
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let language = Language::negotiate(header("accept-language"));
    let page = |status, page: Page| reply(status, page.html(language), &[]);

    if request.method() != Method::GET {
        return reply(StatusCode::METHOD_NOT_ALLOWED, String::new(), &[("allow", "GET")]);
    }
    let Some(host) = own_host(headers, request, port) else {
        return page(StatusCode::MISDIRECTED_REQUEST, Page::Bad);
    };
    let path = request.uri().path();
    if let Some(end) = Page::at(path) {
        return page(StatusCode::OK, end);
    }
    let Some(query) = request.uri().query() else {
        return page(StatusCode::NOT_FOUND, Page::NotExpected);
    };
    // A redirect is a navigation. An image, a script or a fetch of some web page is not, nor is a prefetch, which would spend the code
    // before the person sees anything. Browsers that do not know these headers send none of them.
    let dest = header("sec-fetch-dest");
    let prefetch = header("sec-purpose").contains("prefetch") || header("purpose").contains("prefetch");
    if (!dest.is_empty() && dest != "document") || prefetch {
        return page(StatusCode::FORBIDDEN, Page::Bad);
    }
    let scheme = if redirect == RedirectKind::HttpsLoopback { "https" } else { "http" };
    let Ok(url) = Url::parse(&format!("{scheme}://{host}{path}?{query}")) else {
        return page(StatusCode::BAD_REQUEST, Page::Bad);
    };
    let verdict = waiting.accept(&url, redirect);
    tracing::info!(port, ?verdict, "redirect");
    // A token must not stay in the address bar or the history, even if nothing waits for it.
    let page = |status, refusal: Page| match waiting.may_bring_token(&url) {
        true => onwards(refusal),
        false => page(status, refusal),
    };
    match verdict {
        Verdict::Accepted => onwards(Page::Done),
        Verdict::Denied => onwards(Page::Denied),
        Verdict::Failed => onwards(Page::Failed),
        Verdict::Already => onwards(Page::Already),
        Verdict::WithoutState => page(StatusCode::NOT_FOUND, Page::WithoutState),
        Verdict::NotExpected => page(StatusCode::NOT_FOUND, Page::NotExpected),
        Verdict::Malformed => page(StatusCode::BAD_REQUEST, Page::Bad),
    }
}

/// The Host header of a request in origin form, if there is exactly one and it names this listener (against DNS rebinding).
fn own_host(headers: &HeaderMap, request: &Request<Incoming>, port: u16) -> Option<String> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?.to_ascii_lowercase();
    let ours = ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|name| host == format!("{name}:{port}"));
    let origin_form = request.uri().authority().is_none() && request.version() >= Version::HTTP_11;
    (hosts.next().is_none() && ours && origin_form).then_some(host)
}

fn onwards(page: Page) -> Response<Full<Bytes>> {
    reply(StatusCode::SEE_OTHER, String::new(), &[("location", page.path())])
}

fn reply(status: StatusCode, body: String, more: &[(&str, &str)]) -> Response<Full<Bytes>> {
    let mut builder = Response::builder()
        .status(status)
        .header("content-type", "text/html; charset=utf-8")
        .header("cache-control", "no-store")
        .header("referrer-policy", "no-referrer")
        .header("x-content-type-options", "nosniff")
        .header("cross-origin-resource-policy", "same-origin")
        .header("content-security-policy", csp());
    for (name, value) in more {
        builder = builder.header(*name, *value);
    }
    // Every part is a constant or our own page, so the builder does not fail.
    builder.body(Full::new(Bytes::from(body))).unwrap_or_default()
}
