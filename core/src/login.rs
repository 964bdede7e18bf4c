//! The steps of a login: what each one sends, reads and waits for. Their order is in `keeper::login`. Nothing here reads or
//! writes the book or the store.
//!
//! This file resolves a plan into a [`LoginRequest`] and waits for the person's consent · `server` the server behind a typed name · `redirect` the redirect URI, and what
//! listens at it · `registration` a client that the server registers · `prepare` the address that the browser opens · `redeem`
//! the token · `device` a code that the person enters on another device, and `polling` the wait for the token then · `handle` the
//! name of the account.

mod device;
pub mod handle;
mod polling;
mod prepare;
mod redeem;
mod redirect;
mod registration;
mod sample;
mod server;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use crate::discovery::{self, Metadata};
use crate::error::{Error, Result};
use crate::http::client::Client as HttpClient;
use crate::provider::answers::TextAnswers;
use crate::provider::registry::Registry;
use crate::provider::request::Values;
use crate::provider::{ClientUse, Provider, QuestionKind, RedirectKind};
use crate::redirect::RELAYED;
use crate::redirect::expected::Expected;
use crate::redirect::waiting::{Answer, Arrival, Waiting};
use crate::token::Secret;
use crate::view::{LoginEvent, LoginPlan, StepKind};

pub use self::device::DeviceAuthorization;
pub use self::polling::{NoToken, Polling};
pub use self::prepare::PreparedAuthorization;
use self::prepare::Proof;
pub use self::redeem::Grant;
pub use self::redirect::{LoginRedirect, fixed_redirect_uri};
pub use self::sample::first_address;
pub use self::server::{FoundServer, find_server};

/// How long the person may take at the consent page. Mastodon's and GoToSocial's codes are valid as long.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// The resolved plan of a login: which server, by which file, for which scopes, by which redirect.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// The file that fits the server.
    pub provider: Arc<Provider>,
    /// The server's origin, where the provider has many.
    pub server: Option<Url>,
    /// The answers to the provider's text questions.
    pub answers: TextAnswers,
    /// The file names the server's software. Where it is a fallback instead, the server is held to the strict reading.
    software_named: bool,
    metadata: Metadata,
    /// The scopes to ask for: the chosen and the locked ones.
    pub scopes: Vec<String>,
    /// How the answer returns.
    pub redirect: RedirectKind,
    /// Has the platform offer another account.
    force_login: bool,
    /// Asks again for declined permissions.
    rerequest: bool,
    /// The address of the person's relay page, or empty.
    relay: String,
}

impl LoginRequest {
    /// Resolves a plan. `practice` is the origin of the running practice platform; `relay` is the address of the person's relay
    /// page, or empty.
    ///
    /// # Errors
    /// Those of [`find_server`], [`Error::PracticeOver`], [`Error::InputInvalid`] for a redirect or scope that the file does not
    /// have.
    pub async fn resolve(
        http: &HttpClient,
        registry: &Registry,
        plan: &LoginPlan,
        practice: Option<&Url>,
        relay: &str,
    ) -> Result<LoginRequest> {
        let chosen = registry.require(&plan.provider)?;
        let mut endpoint = None;
        let (provider, server, software_named) = if chosen.practice {
            (chosen, Some(practice.cloned().ok_or(Error::PracticeOver)?), true)
        } else if let Some(question) = chosen.question(QuestionKind::Server) {
            let typed = plan.answers.get(&question.id).map(Secret::expose).unwrap_or_default();
            let found = find_server(http, registry, &chosen, typed).await?;
            endpoint = found.authorization_endpoint;
            (found.provider, Some(found.server.origin), found.software_named)
        } else {
            (chosen, None, true)
        };
        let metadata = match (&server, endpoint) {
            (Some(_), Some(endpoint)) => Metadata {
                authorization_endpoint: Some(endpoint),
                ..Metadata::default()
            },
            // The metadata describe OAuth, which is for clients. A server may have another consent page for programs without one
            // (docs/facts/misskey.md#consent).
            (Some(origin), None) if provider.client != ClientUse::None => discovery::metadata(http, origin).await,
            _ => Metadata::default(),
        };
        let redirect = match plan.redirect {
            // The browser brings no answer.
            _ if !provider.uses_redirect() => Some(RedirectKind::Paste),
            Some(kind) => provider.redirect(kind).map(|r| r.kind),
            None => provider.redirects.first().map(|r| r.kind),
        };
        let redirect = redirect.ok_or_else(|| Error::InputInvalid { field: "redirect".into() })?;
        let locked = provider.scopes.iter().filter(|s| s.locked).map(|s| s.id.clone());
        let mut scopes: Vec<String> = plan.scopes.iter().cloned().chain(locked).collect();
        scopes.sort();
        scopes.dedup();
        if scopes.iter().any(|s| s.is_empty() || s.contains(char::is_whitespace)) {
            return Err(Error::InputInvalid { field: "scopes".into() });
        }
        Ok(LoginRequest {
            answers: provider.text_answers(|id| plan.answers.get(id).map(Secret::expose))?,
            provider,
            server,
            software_named,
            metadata,
            scopes,
            redirect,
            force_login: plan.force_login,
            rerequest: plan.rerequest,
            relay: relay.to_owned(),
        })
    }

    /// The scopes as the provider wants them joined.
    pub fn scope(&self) -> String {
        let separator = self.provider.authorize.as_ref().map_or(" ", |a| a.scope_separator.as_str());
        self.scopes.join(separator)
    }

    /// The origins that the code and the token will be sent to.
    pub fn token_origins(&self) -> Vec<Url> {
        let messages = &self.provider.messages;
        let urls = [&messages.token, &messages.exchange, &messages.identity];
        let mut origins: Vec<Url> = Vec::new();
        for message in urls.into_iter().flatten() {
            let url = self.values().origin(&message.url).and_then(|o| Url::parse(&o).ok());
            origins.extend(url.filter(|url| !origins.contains(url)));
        }
        origins
    }

    fn values(&self) -> Values<'_> {
        let mut values = Values::of(&self.provider, self.server.as_ref(), &self.answers);
        values.put("scope", self.scope());
        values
    }

    /// Sends the person to the consent page and waits for the answer, for Cancel, or until [`PATIENCE`] ends.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::TimedOut`], [`Error::Cancelled`], [`Error::IssuerMismatch`], [`Error::IssuerMissing`],
    /// refusals.
    pub async fn consent(&self, prepared: PreparedAuthorization, redirect: &LoginRedirect, context: ConsentContext<'_>) -> Result<Consent> {
        let PreparedAuthorization {
            address,
            redirect_uri,
            state,
            proof,
        } = prepared;
        let issuer = self
            .metadata
            .issuer
            .clone()
            .unwrap_or_else(|| address.origin().ascii_serialization());
        let expected = Expected {
            state,
            redirect_uri: redirect.redirect_uri.clone(),
            forwarded: (self.redirect == RedirectKind::Relay).then(|| RELAYED.to_owned()),
            authorize: address.clone(),
            issuer,
            issuer_required: self.metadata.sends_iss,
            own_address: context.own_address,
            callback: self.provider.callback.clone(),
            tokens: self.provider.token_prefixes().map(str::to_owned).collect(),
        };
        // Expected before the browser opens: an answer may be faster than this task.
        let mut waiting = context.waiting.expect(context.login, expected);
        (context.report)(LoginEvent::Waiting {
            redirect: self.redirect,
            redirect_uri: redirect.redirect_uri.clone(),
            host: crate::http::host_of(&address),
            until: context.now + PATIENCE.as_secs() as i64,
        });
        (context.announce)(&address);
        match (context.browser)(address.as_str()) {
            Ok(()) => (context.report)(LoginEvent::Step {
                step: StepKind::BrowserOpened,
            }),
            // The person can still copy the link: the login waits on.
            Err(e) => (context.report)(LoginEvent::Hint { error: e.view() }),
        }
        let mut cancelled = context.cancelled.clone();
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            tokio::select! {
                biased;
                arrival = waiting.arrivals.recv() => match arrival {
                    Some(Arrival::Answer(answer)) => {
                        let answer = answer?;
                        (context.report)(LoginEvent::Step { step: StepKind::AnswerReceived });
                        let redirect = match (answer.redirect, self.redirect) {
                            (RedirectKind::Paste, RedirectKind::OutOfBand) => RedirectKind::OutOfBand,
                            (RedirectKind::PrivateUseScheme, RedirectKind::Relay) => RedirectKind::Relay,
                            (RedirectKind::Loopback, RedirectKind::Localhost) => RedirectKind::Localhost,
                            (arrived_by, _) => arrived_by,
                        };
                        return Ok(Consent {
                            answer: Answer { redirect, ..answer },
                            redirect_uri,
                            proof,
                        });
                    }
                    Some(Arrival::Hint(error)) => (context.report)(LoginEvent::Hint { error: error.view() }),
                    None => return Err(Error::Cancelled),
                },
                _ = cancelled.wait_for(|c| *c) => return Err(Error::Cancelled),
                () = &mut patience => return Err(Error::TimedOut { minutes: PATIENCE.as_secs() / 60 }),
            }
        }
    }
}

/// What the wait for consent needs from outside.
pub struct ConsentContext<'a> {
    /// The login's id.
    pub login: &'a str,
    /// Which logins wait, and for which answers.
    pub waiting: &'a Waiting,
    /// Opens an address in the person's browser.
    pub browser: &'a (dyn Fn(&str) -> Result<()> + Send + Sync),
    /// Hears the address, for "open again" and "copy the link".
    pub announce: &'a (dyn Fn(&Url) + Send + Sync),
    /// Hears each step.
    pub report: &'a (dyn Fn(LoginEvent) + Send + Sync),
    /// Only this server's answers arrive at the redirect URI ([`LoginRequest::is_own`]).
    pub own_address: bool,
    /// Turns true on Cancel.
    pub cancelled: watch::Receiver<bool>,
    /// Unix seconds.
    pub now: i64,
}

/// The person's consent: what it has brought, and the proof that this login asked for it.
pub struct Consent {
    /// A code, or the access token itself.
    pub answer: Answer,
    /// The redirect URI as it was sent, if it was.
    redirect_uri: Option<String>,
    proof: Proof,
}
