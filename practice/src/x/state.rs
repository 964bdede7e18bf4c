//! The state of a running practice X: the app, people's grants, open consent pages, codes, tokens of all kinds, and the
//! failures that a test set. One lock around all of it, never held across an await. Nothing is written to disk.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::app::{App, Permissions};
use super::failure::Failure;
use super::message::Message;
use super::people::{self, Person};
use super::switches::Switches;
use crate::clock;
use crate::faults::Faults;
use crate::recorded::{self, Recorded};
use crate::tickets::Tickets;

/// What all requests share.
pub struct Shared {
    pub origin: String,
    state: Mutex<State>,
}

impl Shared {
    pub fn new(origin: String) -> Shared {
        Shared {
            state: Mutex::new(State::new(origin.clone())),
            origin,
        }
    }

    /// The state; a panic of another request does not make it unusable.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An OAuth 2.0 authorization request, as far as it matters later.
#[derive(Clone)]
pub struct Authorization {
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub state: String,
    /// The PKCE challenge, and whether it is hashed.
    pub challenge: (String, bool),
}

/// What an open consent page is for.
#[derive(Clone)]
pub enum Purpose {
    OAuth2(Authorization),
    /// The text of the request token.
    OAuth1(String),
}

/// What became of it: pressing its button twice gives the same again, not two codes.
#[derive(Clone)]
pub enum Outcome {
    Sent(String),
    /// The PIN.
    Shown(String),
    /// Denied, and there is nowhere to go back to.
    Refused,
}

/// An authorization code.
#[derive(Clone)]
pub struct Code {
    pub asked: Authorization,
    pub person: &'static Person,
    /// Seconds since 1970.
    pub ends: u64,
    pub used: bool,
}

/// A login by OAuth 2.0: one chain of tokens.
pub struct Grant {
    pub person: &'static Person,
    pub scopes: Vec<String>,
    pub dead: bool,
}

/// A token of OAuth 2.0.
pub struct Token {
    pub text: String,
    pub refresh: bool,
    /// Its place in `grants`.
    pub grant: usize,
    pub issued: u64,
    pub expires: u64,
    /// Revoked, or rotated away.
    pub dead: bool,
    /// A refresh token that was redeemed.
    pub used: bool,
}

/// Temporary credentials of OAuth 1.0a.
#[derive(Clone)]
pub struct RequestToken {
    pub text: String,
    pub secret: String,
    /// Nothing for `oob`.
    pub callback: Option<String>,
    pub permissions: Permissions,
    pub ends: u64,
    /// Who allowed it, and the verifier.
    pub allowed: Option<(&'static Person, String)>,
    /// Redeemed, or denied.
    pub over: bool,
}

/// Token credentials of OAuth 1.0a.
#[derive(Clone)]
pub struct AccessToken {
    pub text: String,
    pub secret: String,
    pub person: &'static Person,
    pub permissions: Permissions,
    pub issued: u64,
    pub dead: bool,
}

/// An app's bearer token.
pub struct Bearer {
    pub text: String,
    pub issued: u64,
    pub dead: bool,
}

/// Everything behind the lock.
pub struct State {
    pub origin: String,
    pub app: App,
    pub at_browser: Option<&'static Person>,
    pub tickets: Tickets<Purpose, Outcome>,
    pub codes: HashMap<String, Code>,
    pub grants: Vec<Grant>,
    pub tokens: Vec<Token>,
    pub request_tokens: Vec<RequestToken>,
    pub access_tokens: Vec<AccessToken>,
    pub bearers: Vec<Bearer>,
    /// Timestamp, token and nonce of what was signed (RFC 5849 §3.3).
    pub nonces: BTreeSet<(u64, String, String)>,
    /// Calls in this window of 15 minutes: when it ends and how many, by message and caller.
    pub windows: HashMap<(Message, String), (u64, u32)>,
    /// What was read and is billed: the person, the UTC day.
    pub billed: BTreeSet<(u64, u64)>,
    /// How often a used refresh token was sent again.
    pub reuses: usize,
    pub counts: HashMap<Message, usize>,
    pub requests: VecDeque<(Option<Message>, Recorded)>,
    pub faults: Faults<Message, Failure>,
    pub switches: Switches,
    /// How far the clock was moved forward, and back.
    pub ahead: Duration,
    pub behind: Duration,
}

impl State {
    fn new(origin: String) -> State {
        let mut state = State {
            origin,
            app: App::new(),
            at_browser: people::named("ada"),
            tickets: Tickets::new(),
            codes: HashMap::new(),
            grants: Vec::new(),
            tokens: Vec::new(),
            request_tokens: Vec::new(),
            access_tokens: Vec::new(),
            bearers: Vec::new(),
            nonces: BTreeSet::new(),
            windows: HashMap::new(),
            billed: BTreeSet::new(),
            reuses: 0,
            counts: HashMap::new(),
            requests: VecDeque::new(),
            faults: Faults::default(),
            switches: Switches::new(),
            ahead: Duration::ZERO,
            behind: Duration::ZERO,
        };
        state.seat_owner();
        state
    }

    /// The owner's token of the console counts as any other.
    pub fn seat_owner(&mut self) {
        let token = AccessToken {
            text: self.app.keys.access_token.clone(),
            secret: self.app.keys.access_token_secret.clone(),
            person: people::owner(),
            permissions: self.app.permissions,
            issued: self.now(),
            dead: false,
        };
        self.access_tokens.push(token);
    }

    /// The platform's clock.
    pub fn clock(&self) -> SystemTime {
        SystemTime::now() + self.ahead - self.behind
    }

    /// Seconds since 1970, by the platform's clock.
    pub fn now(&self) -> u64 {
        clock::unix(self.clock())
    }

    /// Counts all requests, and remembers the last thousand.
    pub fn record(&mut self, message: Option<Message>, request: Recorded) {
        if let Some(message) = message {
            *self.counts.entry(message).or_default() += 1;
        }
        recorded::keep(&mut self.requests, (message, request));
    }

    /// Whether a token of OAuth 2.0 is good for anything.
    pub fn is_alive(&self, token: &Token) -> bool {
        let grant_lives = self.grants.get(token.grant).is_some_and(|grant| !grant.dead);
        grant_lives && !token.dead && !token.used && self.now() < token.expires
    }

    /// Ends all grants and OAuth 1.0a tokens of a person: what "Revoke app permissions" does.
    pub fn revoke_app(&mut self, person: &Person) {
        for grant in self.grants.iter_mut().filter(|grant| grant.person.id == person.id) {
            grant.dead = true;
        }
        for token in self.access_tokens.iter_mut().filter(|token| token.person.id == person.id) {
            token.dead = true;
        }
    }

    /// Ends all OAuth 1.0a tokens (docs/facts/x.md#oauth-10a: key regeneration, permission change).
    pub fn end_signed(&mut self) {
        self.access_tokens.iter_mut().for_each(|token| token.dead = true);
        self.request_tokens.iter_mut().for_each(|token| token.over = true);
    }
}
