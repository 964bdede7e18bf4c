//! A practice Meta: Threads, Instagram (with Instagram Login), and Facebook Login with Pages, each a server of its own on
//! loopback. One origin plays all the hosts of its platform (web, api, graph), for their paths do not collide.
//!
//! A request's way: `server` (sockets, the crate's) → `router` → `message` (which message is it?) → one of `browser`,
//! `short_token`, `long_token`, `facebook`, `me`, `media`, `inspect`, `pages`, `permissions`. `state` holds the state, `refusal` the shapes of
//! errors and the failures that tests set, what is unproven or differs in `switches`. Facts are those of docs/facts; what it marks [?] or [M] is
//! marked so here too, and is no proof of anything.

mod browser;
mod consent;
mod facebook;
mod fields;
mod inspect;
mod lists;
mod long_token;
mod me;
mod media;
mod message;
mod pages;
mod people;
mod permissions;
mod platform;
mod posting;
mod redirect_rules;
mod refusal;
mod router;
mod scopes;
mod short_token;
mod state;
mod switches;
mod token;

use std::sync::Arc;
use std::time::Duration;

pub use message::Message;
pub use platform::Platform;
pub use refusal::Failure;
pub use switches::Switches;

use state::{Life, Shared};

use crate::recorded::Recorded;
use crate::server;

/// The name of the app that is registered there.
pub const APP_NAME: &str = "Practice app";

/// The secret of the app that is registered there: 32 hex digits, as all of Meta's, and plainly invented.
pub const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The app's Facebook id. At Threads and Instagram it is the wrong one, which people paste (docs/facts/threads.md#console,
/// docs/facts/instagram.md#console).
pub const FACEBOOK_APP_ID: &str = "1618033988749894";

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// The owner.
    pub username: &'static str,
    /// The Page's id, where it is a Page's.
    pub page: Option<u64>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// Seconds since 1970, by the platform's clock.
    pub issued: u64,
    /// Seconds since 1970; never where there is none.
    pub expires: Option<u64>,
    /// Neither short nor of a short one.
    pub long: bool,
    /// Neither killed nor expired.
    pub alive: bool,
}

/// A running practice Meta. It stops when it is dropped: the port is closed and open connections end.
pub struct Meta {
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl Meta {
    /// Starts one on 127.0.0.1 and a free port. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When no socket can be had.
    pub async fn start(platform: Platform) -> std::io::Result<Meta> {
        Meta::start_at(platform, 0).await
    }

    /// Starts one on 127.0.0.1 and the given port (0: a free one).
    ///
    /// # Errors
    /// When the port is taken, or no socket can be had.
    pub async fn start_at(platform: Platform, port: u16) -> std::io::Result<Meta> {
        let (listener, origin) = server::listen(port).await?;
        let shared = Arc::new(Shared::new(origin, platform));
        let task = server::run(listener, router::router(Arc::clone(&shared)));
        Ok(Meta { shared, task })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// Which platform it is.
    pub fn platform(&self) -> Platform {
        self.shared.platform
    }

    /// Enters a redirect URI in the console, which refuses what the real one does (docs/facts/threads.md#redirects,
    /// docs/facts/instagram.md#redirects, docs/facts/facebook.md#redirects). Gives the address as it was saved.
    ///
    /// # Errors
    /// The console's words, where it refuses.
    pub fn register_redirect(&self, uri: &str) -> Result<String, String> {
        let mut state = self.shared.lock();
        let saved = redirect_rules::register(&state, uri)?;
        state.redirect_uris.push(saved.clone());
        Ok(saved)
    }

    /// The redirect URIs from now on, whatever a console would say of them.
    pub fn set_redirects(&self, uris: &[&str]) {
        self.shared.lock().redirect_uris = uris.iter().map(|&uri| uri.to_owned()).collect();
    }

    /// Whether a person accepted the invite to test the app, or at Facebook has a role on it. `ada` and `grace` did; `joan`
    /// did not. An unknown name changes nothing.
    pub fn set_tester(&self, username: &str, accepted: bool) {
        let Some(person) = people::named(username) else { return };
        let mut state = self.shared.lock();
        if accepted {
            state.testers.insert(person.username);
        } else {
            state.testers.remove(person.username);
        }
    }

    /// Whether a person's Threads profile is private: then their grant lapses after 90 days (docs/facts/threads.md#renewal).
    pub fn set_private(&self, username: &str, private: bool) {
        let Some(person) = people::named(username) else { return };
        let mut state = self.shared.lock();
        if private {
            state.private.insert(person.username);
        } else {
            state.private.remove(person.username);
        }
    }

    /// Sets the person who is signed in to the browser and preselected on the page: `ada` at first, no one for `None` or an unknown
    /// name.
    pub fn log_in_browser(&self, username: Option<&str>) {
        self.shared.lock().at_browser = username.and_then(people::named);
    }

    /// The person's id as the token answer of the platform has it: over 2^53.
    pub fn user_id(&self, username: &str) -> Option<u64> {
        people::named(username).map(|person| self.shared.platform.id_of(person))
    }

    /// Changes switches.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.shared.lock().switches);
    }

    /// Moves the platform's clock forward.
    pub fn advance(&self, by: Duration) {
        let mut state = self.shared.lock();
        state.ahead = state.ahead.saturating_add(by);
    }

    /// The texts of the posts that are there, oldest first.
    pub fn published(&self) -> Vec<String> {
        posting::texts(&self.shared.lock())
    }

    /// Seconds since 1970, by the platform's clock.
    pub fn now(&self) -> u64 {
        self.shared.lock().now()
    }

    /// Queues a failure for one such message; several are used up in order.
    pub fn fail_next(&self, message: Message, failure: impl Into<Failure>) {
        self.shared.lock().faults.next(message, failure.into());
    }

    /// Every such message fails so (once the queue of [`Meta::fail_next`] is empty), until `None` is set.
    pub fn fail_always(&self, message: Message, failure: Option<Failure>) {
        self.shared.lock().faults.always(message, failure);
    }

    /// A token as the dashboard's "Generate token" button makes it, or (for ever) a system user's (docs/facts/threads.md#console,
    /// docs/facts/instagram.md#console, docs/facts/facebook.md#system-users): long, and without a login. `None` for an unknown name.
    pub fn generate_token(&self, username: &str, scopes: &[&str], lasts: Option<Duration>) -> Option<String> {
        let person = people::named(username)?;
        let mut state = self.shared.lock();
        let life = Life {
            long: true,
            lasts: lasts.map(|lasts| lasts.as_secs()),
            granted: None,
        };
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        if state.platform == Platform::Facebook {
            let grant = state.grants.entry(person.username).or_default();
            grant.granted.extend(scopes.iter().cloned());
        }
        Some(state.mint(person, None, scopes, life).text)
    }

    /// Kills one token: from now on it is refused with 190 and this subcode (458, 459, 460, 463, 464, 467, 492:
    /// docs/facts/meta.md#errors). Whether there is such a token.
    pub fn kill_token(&self, token: &str, subcode: u32) -> bool {
        let mut state = self.shared.lock();
        let found = state.tokens.iter_mut().find(|known| known.text == token);
        found.map(|known| known.dead = Some(subcode)).is_some()
    }

    /// Kills every token of a person, Pages' too, as a new password (460) or the app's removal (458) does. A new login
    /// gets a living one.
    pub fn kill_tokens_of(&self, username: &str, subcode: u32) {
        self.shared.lock().kill_of(username, subcode);
    }

    /// What is known of a token.
    pub fn token(&self, token: &str) -> Option<TokenInfo> {
        let state = self.shared.lock();
        state.token(token).map(|token| token.known(&state))
    }

    /// Every token that a person ever had, oldest first; not those of their Pages.
    pub fn history(&self, username: &str) -> Vec<TokenInfo> {
        let state = self.shared.lock();
        let own = state.tokens.iter().filter(|t| t.person.username == username && t.page.is_none());
        own.map(|token| token.known(&state)).collect()
    }

    /// The tokens that are alive, newest last; Pages' too.
    pub fn tokens(&self) -> Vec<String> {
        let state = self.shared.lock();
        let alive = state.tokens.iter().filter(|token| token.health(&state).is_ok());
        alive.map(|token| token.text.clone()).collect()
    }

    /// The requests so far (the last thousand), oldest first, and which message each was; none where there is no such thing.
    pub fn requests(&self) -> Vec<(Option<Message>, Recorded)> {
        self.shared.lock().requests.iter().cloned().collect()
    }

    /// How many of the requests so far were that message.
    pub fn count(&self, message: Message) -> usize {
        let state = self.shared.lock();
        state.requests.iter().filter(|(known, _)| *known == Some(message)).count()
    }
}

/// The `appsecret_proof` of a token: hex HMAC-SHA256 under [`APP_SECRET`] ([M]: docs/facts/facebook.md#app-secret-proof).
pub fn appsecret_proof(token: &str) -> String {
    token::proof(token)
}

impl Drop for Meta {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Meta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meta")
            .field("platform", &self.shared.platform)
            .field("origin", &self.shared.origin)
            .finish_non_exhaustive()
    }
}
