//! A practice X: OAuth 2.0 with PKCE, OAuth 1.0a and app-only, on loopback. One origin plays x.com and api.x.com, for their
//! paths do not collide.
//!
//! A request's way: `server` (sockets, the crate's) → `router` → `message` (which message is it?) → one of `browser`
//! (both consent pages), `token` (OAuth 2.0), `oauth1`, `app_only` (app-only), `api` (who am I). Signatures are checked in
//! `signature`, which shares nothing with any client. `state` holds the state, what the console knows in `app`,
//! the shapes of errors in `refusal`, what is unproven or differs in `switches`. Facts are those of docs/facts/x.md; what it
//! marks [?] or [M] is marked so here too, and is no proof of anything.

mod api;
mod app;
mod app_only;
mod browser;
mod consent;
mod control;
mod failure;
mod message;
mod oauth1;
mod people;
mod redirect_rules;
mod refusal;
mod router;
mod scopes;
mod signature;
mod state;
mod switches;
mod token;

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

pub use app::{
    ACCESS_TOKEN, ACCESS_TOKEN_SECRET, API_KEY, API_SECRET, APP_ID, APP_NAME, AppType, CLIENT_ID, CLIENT_SECRET, Environment, Key, Keys,
    Package, Permissions,
};
pub use failure::Failure;
pub use message::Message;
pub use redirect_rules::FORBIDDEN as FORBIDDEN_SCHEMES;
pub use signature::SignedRequest;
pub use switches::{InvalidateBy, Switches};

use state::Shared;

use crate::server;

/// What kind a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OAuth 2.0, two hours.
    Access,
    /// OAuth 2.0, six months or once.
    Refresh,
    /// OAuth 1.0a token credentials.
    OAuth1,
    /// The app's own.
    AppOnly,
}

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// What kind it is.
    pub kind: Kind,
    /// The owner; none for the app's own token.
    pub username: Option<&'static str>,
    /// What was granted by OAuth 2.0.
    pub scopes: Vec<String>,
    /// What an OAuth 1.0a token may.
    pub permissions: Option<Permissions>,
    /// The secret of an OAuth 1.0a token.
    pub secret: Option<String>,
    /// Seconds since 1970, by the platform's clock.
    pub issued: u64,
    /// Seconds since 1970; never where there is none.
    pub expires: Option<u64>,
    /// Neither killed, nor expired, nor (a refresh token) redeemed.
    pub alive: bool,
}

/// A running practice X. It stops when it is dropped: the port is closed and open connections end.
pub struct X {
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl X {
    /// Starts one on 127.0.0.1 and a free port. Must be called within a tokio runtime. The app there is public, with Read and
    /// write, in Pay-per-use and Production, with credits, and without a callback; `ada` owns it.
    ///
    /// # Errors
    /// When no socket can be had.
    pub async fn start() -> std::io::Result<X> {
        X::start_at(0).await
    }

    /// Starts one on 127.0.0.1 and the given port (0: a free one).
    ///
    /// # Errors
    /// When the port is taken, or no socket can be had.
    pub async fn start_at(port: u16) -> std::io::Result<X> {
        let (listener, origin) = server::listen(port).await?;
        let shared = Arc::new(Shared::new(origin));
        let task = server::run(listener, router::router(Arc::clone(&shared)));
        Ok(X { shared, task })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }
}

impl Drop for X {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for X {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("X").field("origin", &self.shared.origin).finish_non_exhaustive()
    }
}

/// Sets a header.
fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
