//! What a running platform remembers: apps, tickets of open consent pages, codes, tokens, and what it was told to do.
//! One lock around all of it, never held across an await. Nothing is written to disk.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use url::form_urlencoded;

use crate::faults::{Endpoint, Fault, Faults};
use crate::mastodon::behaviour::{Flavor, Manners};
use crate::mastodon::people::{POSTS, Person};
use crate::mastodon::statuses::Paging;
use crate::mastodon::token_answer::Answer;
use crate::random;

/// The requests that are remembered; older ones go, because the app may run for weeks.
pub const REMEMBERED: usize = 1000;

/// Open consent pages that are remembered; the oldest go.
pub const TICKETS: usize = 256;

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, not decoded.
    pub path: String,
    /// What stood behind the `?`, not decoded; empty where there was none.
    pub query: String,
    /// Names in lower case, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body as text; bytes that are no UTF-8 are replaced.
    pub body: String,
}

impl Recorded {
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

    pub fn manners(&self) -> &'static Manners {
        self.flavor.manners()
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
pub struct Asked {
    pub client_id: String,
    pub redirect_uri: String,
    pub response_type: String,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub challenge: Option<String>,
    pub force_login: bool,
}

/// An open consent page. Pressing its button twice gives the same redirect twice, not two codes.
pub struct Ticket {
    id: String,
    pub asked: Asked,
    pub location: Option<String>,
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
        self.scopes
            .iter()
            .any(|granted| crate::mastodon::behaviour::covers(granted, wanted))
    }
}

/// Everything behind the lock.
pub struct State {
    pub apps: HashMap<String, App>,
    tickets: VecDeque<Ticket>,
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
}

impl State {
    fn new(flavor: Flavor) -> State {
        State {
            apps: HashMap::new(),
            tickets: VecDeque::new(),
            codes: HashMap::new(),
            tokens: Vec::new(),
            requests: VecDeque::new(),
            faults: Faults::default(),
            // Doorkeeper's default on Mastodon, and GoToSocial's.
            code_lifetime: Duration::from_secs(600),
            metadata: flavor.manners().metadata,
            iss: None,
            well_known: None,
            answer: Answer::default(),
            posts: POSTS,
            paging: Paging::default(),
        }
    }

    pub fn record(&mut self, request: Recorded) {
        if self.requests.len() == REMEMBERED {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// Opens a ticket for a consent page: a random value that only this page knows.
    pub fn open_ticket(&mut self, asked: Asked) -> String {
        if self.tickets.len() == TICKETS {
            self.tickets.pop_front();
        }
        let id = random::url43();
        self.tickets.push_back(Ticket {
            id: id.clone(),
            asked,
            location: None,
        });
        id
    }

    pub fn ticket(&mut self, id: &str) -> Option<&mut Ticket> {
        self.tickets.iter_mut().find(|ticket| ticket.id == id)
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
