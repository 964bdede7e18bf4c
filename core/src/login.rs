//! One login, read from top to bottom: find the server, open the door, have a client, let the person consent, redeem
//! the code. Nothing here knows where things are kept: the keeper hands in and takes away.

mod registration;
mod way;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use crate::ask::Credentials;
use crate::discovery::{self, Metadata, Server};
use crate::error::{Category, Error, Result};
use crate::http::client::Client as HttpClient;
use crate::oauth2::authorization::AuthorizationRequest;
use crate::oauth2::{self, pkce};
use crate::provider::message::Answer;
use crate::provider::registry::Registry;
use crate::provider::request::{Values, request};
use crate::provider::{DoorKind, Pkce, Provider, QuestionKind, answer};
use crate::redirect::RELAYED;
use crate::redirect::waiting::{Arrival, Expected, Waiting};
use crate::token::{Secret, Token};
use crate::view::{LoginEvent, LoginPlan, StepKind};

pub use self::way::{Way, fixed_redirect_uri};

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
    pub door: DoorKind,
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
    let server = discovery::find(http, typed).await?;
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
    /// Those of [`find_server`], [`Error::PracticeOver`], [`Error::InputInvalid`] for a door or scope the file has not.
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
        let door = match plan.door {
            Some(kind) => provider.door(kind),
            None => provider.doors.first(),
        };
        let door = door.ok_or_else(|| Error::InputInvalid { field: "door".into() })?.kind;
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
            door,
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
    /// [`Error::Denied`], [`Error::TimedOut`], [`Error::Cancelled`], [`Error::IssuerMismatch`], refusals.
    pub async fn consent(&self, client: &Credentials, way: &Way, visit: Visit<'_>) -> Result<Consent> {
        let authorize = self
            .provider
            .authorize
            .as_ref()
            .ok_or(Error::InputInvalid { field: "authorize".into() })?;
        let endpoint = match &self.metadata.authorization_endpoint {
            Some(url) => url.clone(),
            None => self.values().url(&authorize.url)?,
        };
        // A code that passes through other programs' hands needs something that they do not have (RFC 8252 §8.1).
        let exposed = matches!(self.door, DoorKind::Relay | DoorKind::DeepLink);
        if exposed && authorize.pkce == Pkce::None && client.client_secret.is_none() {
            return Err(Error::RelayExposed);
        }
        let state = oauth2::random();
        let verifier = (authorize.pkce == Pkce::S256).then(pkce::code_verifier);
        let mut extra: Vec<(&str, &str)> = authorize.params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        if self.force_login {
            extra.extend(authorize.force_login.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        }
        if self.rerequest {
            extra.extend(authorize.rerequest.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        }
        let address = AuthorizationRequest {
            endpoint: endpoint.clone(),
            client_id: &client.client_id,
            redirect_uri: &way.redirect_uri,
            scope: (!self.scopes.is_empty()).then(|| self.scope()),
            state: &state,
            code_challenge: verifier.as_ref().map(pkce::code_challenge),
            extra,
        }
        .url();
        let issuer = self
            .metadata
            .issuer
            .clone()
            .unwrap_or_else(|| endpoint.origin().ascii_serialization());
        let expected = Expected {
            state,
            redirect_uri: way.redirect_uri.clone(),
            forwarded: (self.door == DoorKind::Relay).then(|| RELAYED.to_owned()),
            authorize: endpoint.clone(),
            issuer,
            issuer_required: self.metadata.sends_iss,
            callback: self.provider.callback.clone(),
            tokens: self.provider.adopt.iter().flat_map(|a| a.prefixes.clone()).collect(),
        };
        // The place is taken before the browser opens: an answer may be faster than this task.
        let mut place = visit.waiting.expect(visit.login, expected);
        (visit.report)(LoginEvent::Waiting {
            door: self.door,
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
                        let (code, door) = answer?;
                        (visit.report)(LoginEvent::Step { step: StepKind::AnswerReceived });
                        let door = match (door, self.door) {
                            (DoorKind::Paste, DoorKind::Oob) => DoorKind::Oob,
                            (DoorKind::DeepLink, DoorKind::Relay) => DoorKind::Relay,
                            (came_by, _) => came_by,
                        };
                        return Ok(Consent { code, verifier, door });
                    }
                    Some(Arrival::Hint(error)) => (visit.report)(LoginEvent::Hint { error: error.view() }),
                    None => return Err(Error::Cancelled),
                },
                _ = cancelled.wait_for(|c| *c) => return Err(Error::Cancelled),
                () = &mut patience => return Err(Error::TimedOut { minutes: PATIENCE.as_secs() / 60 }),
            }
        }
    }

    /// Redeems the code at the token endpoint (RFC 6749 §4.1.3).
    ///
    /// # Errors
    /// Refusals in the shared vocabulary, network errors, [`Error::AnswerUnreadable`].
    pub async fn redeem(&self, http: &HttpClient, client: &Credentials, way: &Way, consent: &Consent, now: i64) -> Result<Won> {
        let message = self
            .provider
            .messages
            .token
            .as_ref()
            .ok_or(Error::InputInvalid { field: "token".into() })?;
        let mut values = self.values();
        client.put(&mut values);
        values.put("redirect_uri", way.redirect_uri.clone());
        values.put_secret("code", Some(&consent.code));
        values.put_secret("code_verifier", consent.verifier.as_ref());
        let mut sent = request(
            "token",
            message,
            self.provider.authentication(client.client_type.as_deref()),
            &values,
        )?;
        if let Some(endpoint) = &self.metadata.token_endpoint {
            sent.url = endpoint.clone();
        }
        let response = http.send(&sent).await?;
        let explain = |e| values.hide(self.explain(e, way));
        let answers = answer::read("token", message, &self.provider, &response).map_err(explain)?;
        let short = self.provider.lifetime.short_minutes.map(|minutes| i64::from(minutes) * 60);
        let issued = answers.time(Answer::IssuedAt).unwrap_or(now);
        let token = Token {
            access_token: Secret::new(answers.need("token", Answer::AccessToken)?),
            refresh_token: answers.text(Answer::RefreshToken).map(Secret::new),
            issued,
            expires: answers.seconds(Answer::ExpiresIn).or(short).map(|lives| now + lives),
        };
        // RFC 6749 §5.1: no scope in the answer means the scope that was asked for.
        let scopes = answers.words(Answer::Scope).unwrap_or_else(|| self.scopes.clone());
        let declined = self.scopes.iter().filter(|s| !scopes.contains(s)).cloned().collect();
        Ok(Won { token, scopes, declined })
    }

    /// A refusal over the redirect URI names the URI.
    fn explain(&self, error: Error, way: &Way) -> Error {
        match error {
            Error::Refused {
                category: category @ (Category::RedirectMismatch | Category::RedirectNotRegistered),
                words,
                ..
            } => {
                let registered = category == Category::RedirectMismatch;
                Error::RedirectRefused {
                    registered,
                    redirect_uri: way.redirect_uri.clone(),
                    words,
                }
            }
            other => other,
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
    /// Turns true on Cancel.
    pub cancelled: watch::Receiver<bool>,
    /// Unix seconds.
    pub now: i64,
}

/// The person said yes.
pub struct Consent {
    code: Secret,
    verifier: Option<Secret>,
    /// The door by which it came.
    pub door: DoorKind,
}

/// What the code was worth.
pub struct Won {
    /// The token.
    pub token: Token,
    /// As granted.
    pub scopes: Vec<String>,
    /// Asked for and not granted.
    pub declined: Vec<String>,
}
