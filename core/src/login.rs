//! One login, read from top to bottom: find the server, open the redirect, have a client, let the person consent, redeem
//! the code. Nothing here knows where things are kept: the keeper hands in and takes away.

mod asked;
pub mod handle;
mod registration;
mod sample;
mod way;
mod won;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use crate::discovery::{self, Metadata, Server};
use crate::error::{Error, Result};
use crate::http::client::Client as HttpClient;
use crate::provider::registry::Registry;
use crate::provider::request::Values;
use crate::provider::{Provider, QuestionKind, RedirectKind};
use crate::redirect::RELAYED;
use crate::redirect::waiting::{Arrival, Expected, Waiting};
use crate::token::Secret;
use crate::view::{LoginEvent, LoginPlan, StepKind};

pub use self::asked::Asked;
use self::asked::Proof;
pub use self::sample::first_address;
pub use self::way::{Way, fixed_redirect_uri};
pub use self::won::Won;

/// How long a person may take at the consent page. Mastodon's and GoToSocial's codes live as long.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// What a login wants, once the server behind it is known.
#[derive(Clone, Debug)]
pub struct Errand {
    /// The file that fits the server.
    pub provider: Arc<Provider>,
    /// The server's origin, where the provider has many.
    pub server: Option<Url>,
    /// The file names this software; else it is a fallback, and nothing lenient is assumed of the server.
    named: bool,
    metadata: Metadata,
    /// The scopes to ask for: the chosen and the locked ones.
    pub scopes: Vec<String>,
    /// The way home.
    pub redirect: RedirectKind,
    /// Ask for another account.
    force_login: bool,
    /// Ask again for declined permissions.
    rerequest: bool,
    /// The person's relay page.
    relay: String,
}

/// A server, and the provider file that fits its software.
///
/// # Errors
/// Those of [`discovery::find`]; [`Error::ServerUnknown`] where no file of the family fits.
pub async fn find_server(
    http: &HttpClient,
    registry: &Registry,
    provider: &Provider,
    typed: &str,
) -> Result<(Server, Arc<Provider>, bool)> {
    let registration = |server: &Url| {
        let message = provider.messages.registration.as_ref()?;
        Values::of(provider, Some(server)).url(&message.url).ok()
    };
    let known = |software: &str| registry.for_software(provider, software).is_some_and(|(_, named)| named);
    let api = discovery::Api {
        known: &known,
        instance: provider.discovery.as_ref().map(|d| d.instance.as_slice()).unwrap_or_default(),
        registration: &registration,
    };
    let server = discovery::find(http, typed, api).await?;
    let software = server.software.clone().unwrap_or_default();
    let unknown = || Error::ServerUnknown {
        host: crate::http::host_of(&server.origin),
    };
    let (provider, named) = registry.for_software(provider, &software).ok_or_else(unknown)?;
    Ok((server, provider, named))
}

impl Errand {
    /// Finds out where the errand goes. `practice` is where the practice platform runs, if it does; `relay` is the address
    /// of the person's relay page, or empty.
    ///
    /// # Errors
    /// Those of [`find_server`], [`Error::PracticeOver`], [`Error::InputInvalid`] for a redirect or scope the file has not.
    pub async fn new(http: &HttpClient, registry: &Registry, plan: &LoginPlan, practice: Option<&Url>, relay: &str) -> Result<Errand> {
        let chosen = registry.require(&plan.provider)?;
        let (provider, server, named) = if chosen.practice {
            (chosen, Some(practice.cloned().ok_or(Error::PracticeOver)?), true)
        } else if let Some(question) = chosen.question(QuestionKind::Server) {
            let typed = plan.answers.get(&question.id).map(String::as_str).unwrap_or_default();
            let (server, provider, named) = find_server(http, registry, &chosen, typed).await?;
            (provider, Some(server.origin), named)
        } else {
            (chosen, None, true)
        };
        let metadata = match &server {
            Some(origin) => discovery::metadata(http, origin).await,
            None => Metadata::default(),
        };
        let redirect = match plan.redirect {
            // Nobody goes anywhere: what is needed was typed in.
            _ if !provider.needs_consent() => Some(RedirectKind::Paste),
            Some(kind) => provider.redirect(kind).map(|d| d.kind),
            None => provider.redirects.first().map(|d| d.kind),
        };
        let redirect = redirect.ok_or_else(|| Error::InputInvalid { field: "redirect".into() })?;
        let locked = provider.scopes.iter().filter(|s| s.locked).map(|s| s.id.clone());
        let mut scopes: Vec<String> = plan.scopes.iter().cloned().chain(locked).collect();
        scopes.sort();
        scopes.dedup();
        if scopes.iter().any(|s| s.is_empty() || s.contains(char::is_whitespace)) {
            return Err(Error::InputInvalid { field: "scopes".into() });
        }
        Ok(Errand {
            provider,
            server,
            named,
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
        let mut values = Values::of(&self.provider, self.server.as_ref());
        values.put("scope", self.scope());
        values
    }

    /// Sends the person to the consent page and waits: for the answer, for the end of patience, or for Cancel.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::TimedOut`], [`Error::Cancelled`], [`Error::IssuerMismatch`], [`Error::IssuerMissing`],
    /// refusals.
    pub async fn consent(&self, asked: Asked, way: &Way, visit: Visit<'_>) -> Result<Consent> {
        let Asked {
            address,
            endpoint,
            state,
            proof,
        } = asked;
        let issuer = self
            .metadata
            .issuer
            .clone()
            .unwrap_or_else(|| endpoint.origin().ascii_serialization());
        let expected = Expected {
            state,
            redirect_uri: way.redirect_uri.clone(),
            forwarded: (self.redirect == RedirectKind::Relay).then(|| RELAYED.to_owned()),
            authorize: endpoint.clone(),
            issuer,
            issuer_required: self.metadata.sends_iss,
            own_address: visit.own_address,
            callback: self.provider.callback.clone(),
            tokens: self.provider.token_prefixes().map(str::to_owned).collect(),
        };
        // The place is taken before the browser opens: an answer may be faster than this task.
        let mut place = visit.waiting.expect(visit.login, expected);
        (visit.report)(LoginEvent::Waiting {
            redirect: self.redirect,
            redirect_uri: way.redirect_uri.clone(),
            host: crate::http::host_of(&endpoint),
            until: visit.now + PATIENCE.as_secs() as i64,
        });
        (visit.announce)(&address);
        match (visit.browser)(address.as_str()) {
            Ok(()) => (visit.report)(LoginEvent::Step {
                step: StepKind::BrowserOpened,
            }),
            // The link can still be copied: the login waits on.
            Err(e) => (visit.report)(LoginEvent::Hint { error: e.view() }),
        }
        let mut cancelled = visit.cancelled.clone();
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            tokio::select! {
                biased;
                arrival = place.arrivals.recv() => match arrival {
                    Some(Arrival::Answer(answer)) => {
                        let (code, redirect) = answer?;
                        (visit.report)(LoginEvent::Step { step: StepKind::AnswerReceived });
                        let redirect = match (redirect, self.redirect) {
                            (RedirectKind::Paste, RedirectKind::OutOfBand) => RedirectKind::OutOfBand,
                            (RedirectKind::PrivateUseScheme, RedirectKind::Relay) => RedirectKind::Relay,
                            (RedirectKind::Loopback, RedirectKind::Localhost) => RedirectKind::Localhost,
                            (came_by, _) => came_by,
                        };
                        return Ok(Consent { code, proof, redirect });
                    }
                    Some(Arrival::Hint(error)) => (visit.report)(LoginEvent::Hint { error: error.view() }),
                    None => return Err(Error::Cancelled),
                },
                _ = cancelled.wait_for(|c| *c) => return Err(Error::Cancelled),
                () = &mut patience => return Err(Error::TimedOut { minutes: PATIENCE.as_secs() / 60 }),
            }
        }
    }
}

/// What a visit to the consent page needs from outside.
pub struct Visit<'a> {
    /// The login's id.
    pub login: &'a str,
    /// The waiting room.
    pub waiting: &'a Waiting,
    /// Opens an address in the person's own browser.
    pub browser: &'a (dyn Fn(&str) -> Result<()> + Send + Sync),
    /// Hears the address, for "open again" and "copy the link".
    pub announce: &'a (dyn Fn(&Url) + Send + Sync),
    /// Hears each step.
    pub report: &'a (dyn Fn(LoginEvent) + Send + Sync),
    /// No other server's answer arrives at the redirect URI ([`Errand::is_own`]).
    pub own_address: bool,
    /// Turns true on Cancel.
    pub cancelled: watch::Receiver<bool>,
    /// Unix seconds.
    pub now: i64,
}

/// The person said yes.
pub struct Consent {
    code: Secret,
    proof: Proof,
    /// The redirect by which it came.
    pub redirect: RedirectKind,
}
