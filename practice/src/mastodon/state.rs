//! The state of a running server: apps, open consent pages, codes, tokens, and the faults that a test set.
//! One lock around all of it, never held across an await. Nothing is written to disk.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::faults::{Fault, Faults};
use crate::mastodon::behaviour::{Behaviour, Flavor, Paging};
use crate::mastodon::endpoint::Endpoint;
use crate::mastodon::people::{POSTS, Person};
use crate::mastodon::posting::Posting;
use crate::mastodon::token_answer::Answer;
use crate::random;
use crate::recorded::{self, Recorded};
use crate::tickets::Tickets;

/// What all requests share.
pub struct Shared {
    pub origin: String,
    pub flavor: Flavor,
    pub vapid: String,
    state: Mutex<State>,
}

impl Shared {
    pub fn new(origin: String, flavor: Flavor) -> Shared {
        Shared {
            origin,
            flavor,
            vapid: random::vapid(),
            state: Mutex::new(State::new(flavor)),
        }
    }

    /// The state; a panic of another request does not make it unusable.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn behaviour(&self) -> &'static Behaviour {
        self.flavor.behaviour()
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> &str {
        self.origin.strip_prefix("http://").unwrap_or(&self.origin)
    }
}

/// A registered client.
#[derive(Clone)]
pub struct App {
    pub client_id: String,
    pub client_secret: String,
    pub name: String,
    pub redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
}

/// An authorization request, as far as it matters later.
#[derive(Clone)]
pub struct Authorization {
    pub client_id: String,
    pub redirect_uri: String,
    pub response_type: String,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub challenge: Option<String>,
    pub force_login: bool,
}

/// An authorization code that was given out and not yet redeemed.
#[derive(Clone)]
pub struct Code {
    pub client_id: String,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub challenge: Option<String>,
    pub person: &'static Person,
    pub born: Instant,
    /// Expired whatever its age.
    pub stale: bool,
}

/// An access token.
#[derive(Clone)]
pub struct Token {
    pub token: String,
    pub client_id: String,
    /// None: the app's own token (client_credentials).
    pub person: Option<&'static Person>,
    pub scopes: Vec<String>,
    /// Seconds since 1970.
    pub created_at: u64,
    pub dead: bool,
}

impl Token {
    /// Whether it may do what needs that scope.
    pub fn may(&self, wanted: &str) -> bool {
        self.scopes.iter().any(|granted| crate::mastodon::scopes::covers(granted, wanted))
    }
}

/// Everything behind the lock.
pub struct State {
    pub apps: HashMap<String, App>,
    pub tickets: Tickets<Authorization>,
    pub codes: HashMap<String, Code>,
    pub tokens: Vec<Token>,
    pub requests: VecDeque<Recorded>,
    pub faults: Faults<Endpoint, Fault>,
    pub code_lifetime: Duration,
    pub metadata: bool,
    pub iss: Option<String>,
    pub well_known: Option<String>,
    pub answer: Answer,
    pub posts: u64,
    pub paging: Paging,
    pub posting: Posting,
}

impl State {
    fn new(flavor: Flavor) -> State {
        State {
            apps: HashMap::new(),
            tickets: Tickets::new(),
            codes: HashMap::new(),
            tokens: Vec::new(),
            requests: VecDeque::new(),
            faults: Faults::default(),
            // Doorkeeper's default on Mastodon, and GoToSocial's.
            code_lifetime: Duration::from_secs(600),
            metadata: flavor.behaviour().metadata,
            iss: None,
            well_known: None,
            answer: Answer::default(),
            posts: POSTS,
            paging: Paging::default(),
            posting: Posting::default(),
        }
    }

    pub fn record(&mut self, request: Recorded) {
        recorded::keep(&mut self.requests, request);
    }

    pub fn expired(&self, code: &Code) -> bool {
        code.stale || code.born.elapsed() >= self.code_lifetime
    }

    pub fn forget_apps(&mut self) {
        self.apps.clear();
        self.codes.clear();
        self.tickets.clear();
    }

    pub fn kill_tokens(&mut self) {
        for token in &mut self.tokens {
            token.dead = true;
        }
    }

    pub fn live_tokens(&self) -> Vec<String> {
        self.tokens
            .iter()
            .filter(|token| !token.dead)
            .map(|token| token.token.clone())
            .collect()
    }

    pub fn token(&self, text: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.token == text)
    }
}
