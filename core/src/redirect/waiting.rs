//! The logins that wait for a response, and the only place that checks what arrives from a listener, a deep link or a paste.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use url::Url;

use super::expected::{Expected, names, same_address};
use super::paste::{self, Pasted};
use crate::error::{Category, Code, Error, Result};
use crate::http::scrub::Echoes;
use crate::oauth2::authorization::{AuthorizationResponse, Outcome};
use crate::provider::RedirectKind;
use crate::token::Secret;

/// Something that arrives at a waiting login.
#[derive(Debug)]
pub enum Arrival {
    /// The end of the wait: what came, or a refusal.
    Answer(Result<Answer>),
    /// Something to show while the login goes on waiting.
    Hint(Error),
}

/// What the person's consent has brought.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The code; on a platform that sends it in the response, the access token itself.
    pub code: Secret,
    /// The login name that belongs to that token.
    pub username: Option<String>,
    /// The kind of redirect by which it came.
    pub redirect: RedirectKind,
}

/// The verdict on a redirect URL, for the page that the browser gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A login waited for it, and it is accepted.
    Accepted,
    /// A login waited for it, and the person declined.
    Denied,
    /// A login waited for it, and it is another refusal, which the app explains.
    Failed,
    /// The same URL was accepted before.
    Already,
    /// It does not say which waiting login it belongs to. It is not accepted, and the app says how to go on.
    WithoutState,
    /// No login waits for it. Logins that wait for something else go on waiting.
    NotExpected,
    /// It cannot be read. Every login goes on waiting.
    Malformed,
}

/// All waiting logins. Clones share them.
#[derive(Clone, Default)]
pub struct Waiting {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    logins: BTreeMap<String, Login>,
    /// Digests of the last redirect URLs that were accepted, to recognise a reload.
    taken: VecDeque<[u8; 32]>,
    /// The redirect URIs of logins whose response brings an access token. They stay when the login has ended: the token may still come.
    with_tokens: Vec<Url>,
}

struct Login {
    expected: Expected,
    arrivals: mpsc::UnboundedSender<Arrival>,
    /// The hints already given for responses without a state, because anyone can send more of them.
    hints: BTreeSet<Code>,
}

/// How many accepted URLs to remember. A reload comes soon or never.
const REMEMBERED: usize = 16;

/// A login that waits for its response until this is dropped.
pub struct WaitingLogin {
    login: String,
    waiting: Waiting,
    /// Receives the response and hints.
    pub arrivals: mpsc::UnboundedReceiver<Arrival>,
}

impl Drop for WaitingLogin {
    fn drop(&mut self) {
        self.waiting.lock().logins.remove(&self.login);
    }
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a login wait for its response.
    pub fn expect(&self, login: &str, expected: Expected) -> WaitingLogin {
        let (sender, arrivals) = mpsc::unbounded_channel();
        let mut inner = self.lock();
        if expected.callback.access_token.is_some()
            && let Ok(address) = Url::parse(&expected.redirect_uri)
            && !inner.with_tokens.contains(&address)
        {
            inner.with_tokens.push(address);
        }
        inner.logins.insert(
            login.to_owned(),
            Login {
                expected,
                arrivals: sender,
                hints: BTreeSet::new(),
            },
        );
        drop(inner);
        WaitingLogin {
            login: login.to_owned(),
            waiting: self.clone(),
            arrivals,
        }
    }

    /// Whether a redirect URL may have an access token in it, so that it must not stay in the browser, whatever becomes of it. Each
    /// name of this computer counts.
    pub fn may_bring_token(&self, url: &Url) -> bool {
        let inner = self.lock();
        let mut addresses = inner.with_tokens.iter();
        addresses.any(|own| own.port_or_known_default() == url.port_or_known_default() && own.path() == url.path())
    }

    /// Checks a redirect URL from outside: a request to a listener, or a deep link. Anyone can send either.
    pub fn accept(&self, url: &Url, redirect: RedirectKind) -> Verdict {
        let mut inner = self.lock();
        if inner.taken.contains(&digest(url)) {
            return Verdict::Already;
        }
        // Providers name their parameters differently; a URL belongs to the login that finds its own state in it.
        let query = url.query().unwrap_or_default();
        let mut verdict = Verdict::NotExpected;
        for login in inner.logins.values_mut() {
            let expected = &login.expected;
            if !same_address(url, expected.home()) {
                continue;
            }
            let response = match AuthorizationResponse::read(query, &names(&expected.callback)) {
                Err(_) => {
                    verdict = Verdict::Malformed;
                    continue;
                }
                Ok(response) => response,
            };
            if response.is_for(&expected.state) {
                let state = expected.state.clone();
                return end(&mut inner, url, response, &state, redirect);
            }
            if response.names().is_some() {
                continue;
            }
            let (hint, of_it) = match response.outcome {
                Outcome::Error { description, .. } => {
                    let words = description.map(|words| without_state(&words, &expected.state));
                    (Error::DeniedWithoutState { words }, Verdict::Denied)
                }
                Outcome::Code(_) => (Error::AnswerWithoutState, Verdict::WithoutState),
                Outcome::Nothing => continue,
            };
            let repeated = !login.hints.insert(hint.code());
            if (repeated || login.arrivals.send(Arrival::Hint(hint)).is_ok()) && verdict != Verdict::Malformed {
                verdict = of_it;
            }
        }
        verdict
    }

    /// Takes what a person pasted for this login.
    ///
    /// # Errors
    /// What is wrong with the text; the login waits on.
    pub fn paste(&self, login: &str, text: &str) -> Result<()> {
        let inner = self.lock();
        let login = inner.logins.get(login).ok_or(Error::NoLoginWaiting)?;
        let expected = &login.expected;
        let arrival = match paste::read(text, expected)? {
            Pasted::Code(code) => Arrival::Answer(Ok(Answer {
                code: Secret::new(code),
                username: None,
                redirect: RedirectKind::Paste,
            })),
            Pasted::Response(response, own) => match judge(response, own, expected, RedirectKind::Paste) {
                // The person can still paste the code alone.
                Err(error @ Error::IssuerMissing { .. }) => return Err(error),
                judged => Arrival::Answer(judged),
            },
        };
        login.arrivals.send(arrival).map_err(|_| Error::NoLoginWaiting)
    }
}

/// Ends the wait of the login with this state and removes it, so that no response can be accepted twice.
fn end(inner: &mut Inner, url: &Url, response: AuthorizationResponse, state: &str, redirect: RedirectKind) -> Verdict {
    if response.outcome == Outcome::Nothing {
        return Verdict::Malformed;
    }
    let Some(id) = inner
        .logins
        .iter()
        .find(|(_, l)| l.expected.state == state)
        .map(|(id, _)| id.clone())
    else {
        return Verdict::NotExpected;
    };
    let Some(login) = inner.logins.remove(&id) else {
        return Verdict::NotExpected;
    };
    inner.taken.push_back(digest(url));
    if inner.taken.len() > REMEMBERED {
        inner.taken.pop_front();
    }
    let answer = judge(response, login.expected.is_own(url), &login.expected, redirect);
    let verdict = match &answer {
        Ok(_) => Verdict::Accepted,
        Err(Error::Denied { .. }) => Verdict::Denied,
        Err(_) => Verdict::Failed,
    };
    let _ = login.arrivals.send(Arrival::Answer(answer));
    verdict
}

/// What is remembered of a redirect URL, which may have a secret in it.
fn digest(url: &Url) -> [u8; 32] {
    Sha256::digest(url.as_str()).into()
}

/// Checks a response with the right state: whether it has a code, and comes from the right server. `own`: it arrived at an address that
/// no other server uses.
fn judge(response: AuthorizationResponse, own: bool, expected: &Expected, redirect: RedirectKind) -> Result<Answer> {
    let words = |words: String| without_state(&words, &expected.state);
    // RFC 9207 §2.4: simple string comparison.
    match response.iss.as_deref() {
        Some(iss) if iss != expected.issuer => {
            return Err(Error::IssuerMismatch {
                expected: expected.issuer.clone(),
                got: words(iss.to_owned()),
            });
        }
        // Sharkey announces an `iss` and sends none.
        None if expected.issuer_required && !own => {
            return Err(Error::IssuerMissing {
                expected: expected.issuer.clone(),
            });
        }
        None if expected.issuer_required => {
            tracing::info!(issuer = %expected.issuer, "promised an iss and sent none; the address is its own");
        }
        _ => {}
    }
    match response.outcome {
        Outcome::Code(code) => Ok(Answer {
            code: Secret::new(code),
            username: response.username,
            redirect,
        }),
        Outcome::Error { error, description } if error == "access_denied" => Err(Error::Denied {
            words: description.map(words),
        }),
        Outcome::Error { error, description } => Err(Error::Refused {
            category: Category::Refused,
            status: 302,
            words: Some(words(description.map_or_else(|| error.clone(), |d| format!("{error}: {d}")))),
            retry_after: None,
            action: None,
        }),
        Outcome::Nothing => Err(Error::PasteNoCode),
    }
}

/// A response's words, without the state that was sent.
fn without_state(words: &str, state: &str) -> String {
    Echoes::of([state]).hidden(words, "…")
}
