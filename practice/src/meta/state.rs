//! The state of a running practice Meta: the app, people's grants, open consent pages, codes, tokens, and the failures that a
//! test set.
//! One lock around all of it, never held across an await. Nothing is written to disk.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::message::Message;
use super::people::{Page, Person};
use super::platform::Platform;
use super::refusal::Failure;
use super::switches::Switches;
use crate::faults::Faults;
use crate::recorded::{self, Recorded};
use crate::tickets::Tickets;
use crate::{clock, random};

/// What all requests share.
pub struct Shared {
    pub origin: String,
    pub platform: Platform,
    state: Mutex<State>,
}

impl Shared {
    pub fn new(origin: String, platform: Platform) -> Shared {
        Shared {
            state: Mutex::new(State::new(platform, origin.clone())),
            origin,
            platform,
        }
    }

    /// The state; a panic of another request does not make it unusable.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A person's or a Page's token.
#[derive(Clone)]
pub struct Token {
    pub text: String,
    pub person: &'static Person,
    pub page: Option<&'static Page>,
    pub scopes: Vec<String>,
    /// Seconds since 1970.
    pub issued: u64,
    /// When the person last logged in for it.
    pub granted: u64,
    /// Seconds since 1970; never where there is none.
    pub expires: Option<u64>,
    pub long: bool,
    /// The subcode with which it is refused.
    pub dead: Option<u32>,
}

/// An authorization request, as far as it matters later.
#[derive(Clone)]
pub struct Authorization {
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    /// The PKCE challenge, and whether it is S256; Facebook only [M] (docs/facts/facebook.md#dialog).
    pub challenge: Option<(String, bool)>,
    pub rerequest: bool,
}

/// An authorization code. Used codes are kept, because Facebook tells used from unknown ones.
#[derive(Clone)]
pub struct Code {
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub challenge: Option<(String, bool)>,
    pub person: &'static Person,
    pub born: u64,
    pub used: bool,
    /// Expired whatever its age.
    pub stale: bool,
    /// Made by `client_code`: redeemed without the secret, for a long token.
    pub for_device: bool,
}

/// What a person allowed the app.
#[derive(Clone, Default)]
pub struct Grant {
    pub granted: BTreeSet<String>,
    pub declined: BTreeSet<String>,
}

/// A container, or a post.
#[derive(Clone)]
pub struct Item {
    pub id: String,
    pub person: &'static Person,
    /// The Page that it is of.
    pub page: Option<u64>,
    /// It is the Page's Instagram account's.
    pub instagram: bool,
    pub text: String,
    pub image: Option<String>,
    pub at: u64,
    /// How often it is not ready yet.
    pub polls: u32,
    pub published: bool,
    pub deleted: bool,
    /// Posted while the app was in Development mode: strangers never see it.
    pub in_development: bool,
}

/// Everything behind the lock.
pub struct State {
    pub platform: Platform,
    pub origin: String,
    pub redirect_uris: Vec<String>,
    pub testers: BTreeSet<&'static str>,
    pub private: BTreeSet<&'static str>,
    /// Who is logged in at the browser.
    pub at_browser: Option<&'static Person>,
    pub tickets: Tickets<Authorization>,
    pub codes: HashMap<String, Code>,
    pub grants: BTreeMap<&'static str, Grant>,
    pub tokens: Vec<Token>,
    /// Page tokens that were given out, by the user token and the Page.
    pub page_tokens: HashMap<(String, u64), String>,
    pub requests: VecDeque<(Option<Message>, Recorded)>,
    pub faults: Faults<Message, Failure>,
    pub switches: Switches,
    pub items: Vec<Item>,
    /// How far the clock was moved.
    pub ahead: Duration,
}

impl State {
    fn new(platform: Platform, origin: String) -> State {
        State {
            platform,
            origin,
            redirect_uris: Vec::new(),
            testers: BTreeSet::from(["ada", "grace"]),
            private: BTreeSet::new(),
            at_browser: super::people::named("ada"),
            tickets: Tickets::new(),
            codes: HashMap::new(),
            grants: BTreeMap::new(),
            tokens: Vec::new(),
            page_tokens: HashMap::new(),
            requests: VecDeque::new(),
            faults: Faults::default(),
            switches: Switches::of(platform),
            items: Vec::new(),
            ahead: Duration::ZERO,
        }
    }

    /// Seconds since 1970, by the platform's clock.
    pub fn now(&self) -> u64 {
        clock::unix(SystemTime::now() + self.ahead)
    }

    pub fn record(&mut self, message: Option<Message>, request: Recorded) {
        recorded::keep(&mut self.requests, (message, request));
    }

    pub fn expired(&self, code: &Code) -> bool {
        code.stale || self.now() >= code.born + self.switches.code_lifetime.as_secs()
    }

    pub fn token(&self, text: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| token.text == text)
    }

    /// Makes a token for a person, or for a Page of theirs.
    pub fn mint(&mut self, person: &'static Person, page: Option<&'static Page>, scopes: Vec<String>, kind: Life) -> Token {
        let token = Token {
            text: format!("{}{}{}", self.platform.token_prefix(), random::upper48(), random::upper48()),
            person,
            page,
            scopes,
            issued: self.now(),
            granted: kind.granted.unwrap_or_else(|| self.now()),
            expires: kind.lasts.map(|seconds| self.now() + seconds),
            long: kind.long,
            dead: None,
        };
        self.tokens.push(token.clone());
        token
    }

    /// Kills every token of the person, with that subcode.
    pub fn kill_of(&mut self, person: &str, subcode: u32) {
        for token in self.tokens.iter_mut().filter(|token| token.person.username == person) {
            token.dead.get_or_insert(subcode);
        }
    }
}

/// How long a new token lives.
#[derive(Clone, Copy)]
pub struct Life {
    pub long: bool,
    /// In seconds; for ever where there is none.
    pub lasts: Option<u64>,
    /// When the person last logged in; now where there is none.
    pub granted: Option<u64>,
}
