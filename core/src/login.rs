//! One login, read from top to bottom: find the server, open the door, have a client, let the person consent, redeem
//! the code, ask whose token it is. Nothing here knows where things are kept: the keeper hands in and takes away.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use crate::discovery::{self, Metadata, Server};
use crate::error::{Category, Error, Result};
use crate::http::client::Client as HttpClient;
use crate::http::is_loopback;
use crate::oauth2::authorization::AuthorizationRequest;
use crate::oauth2::{self, pkce};
use crate::provider::message::{Answer, Message};
use crate::provider::registry::Registry;
use crate::provider::request::{Values, request};
use crate::provider::{DoorKind, Pkce, Port, Provider, QuestionKind, answer};
use crate::redirect::loopback::{Doors, OpenDoor};
use crate::redirect::waiting::{Arrival, Expected, Waiting};
use crate::redirect::{OOB, SCHEME};
use crate::token::{Secret, Token};
use crate::view::{LoginEvent, LoginPlan, StepKind};

/// How long a person may take at the consent page. Mastodon's and GoToSocial's codes live as long.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// The public face and the secret of a client, for one login.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// RFC 6749 §2.2.
    pub client_id: String,
    /// RFC 6749 §2.3.1.
    pub client_secret: Option<Secret>,
    /// One of the provider's client types.
    pub client_type: Option<String>,
}

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
    /// Finds out where the errand goes. `practice` is where the practice platform runs, if it does.
    ///
    /// # Errors
    /// Those of [`find_server`], [`Error::PracticeOver`], [`Error::InputInvalid`] for a door or scope the file has not.
    pub async fn new(http: &HttpClient, registry: &Registry, plan: &LoginPlan, practice: Option<&Url>) -> Result<Errand> {
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
            Some(kind) => provider.doors.iter().find(|d| d.kind == kind),
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
        })
    }

    /// The scopes as the provider wants them joined.
    pub fn scope(&self) -> String {
        let separator = self.provider.authorize.as_ref().map_or(" ", |a| a.scope_separator.as_str());
        self.scopes.join(separator)
    }

    fn values(&self) -> Values<'_> {
        let mut values = Values::of(&self.provider, self.server.as_ref());
        values.put("scope", self.scope());
        values
    }

    /// The redirect URI of a door of this provider; `port` where the door has a choice of ports.
    fn redirect_uri(&self, kind: DoorKind, port: u16) -> Option<String> {
        let door = self.provider.doors.iter().find(|d| d.kind == kind)?;
        let path = match &door.path {
            Some(path) => self.values().fill(path)?,
            None => "/callback".to_owned(),
        };
        Some(match kind {
            DoorKind::Loopback | DoorKind::Paste => {
                let port = if let Port::Fixed(fixed) = door.port { fixed } else { port };
                format!("http://{}:{port}{path}", door.host.as_deref().unwrap_or("127.0.0.1"))
            }
            DoorKind::DeepLink => format!("{SCHEME}://callback{path}"),
            DoorKind::Oob => door.uri.clone().unwrap_or_else(|| OOB.to_owned()),
            // Doors of later platforms; the reader knows them, no shipped file has them.
            DoorKind::HttpsLoopback | DoorKind::Relay => return None,
        })
    }

    /// Which of these registered redirect URIs this login can come home by.
    pub fn registered<'a>(&self, redirect_uris: &'a [String]) -> Option<&'a str> {
        let fits = |uri: &&String| {
            let port = Url::parse(uri).ok().and_then(|u| u.port()).unwrap_or_default();
            self.redirect_uri(self.door, port).as_deref() == Some(uri.as_str())
        };
        redirect_uris.iter().find(fits).map(String::as_str)
    }

    /// Opens the door, before anything else is told to anybody: a taken port is said before the browser opens.
    /// `registered` is the redirect URI of a known client.
    ///
    /// # Errors
    /// [`Error::PortTaken`], [`Error::DoorUnavailable`].
    pub async fn open_door(&self, doors: &Doors, registered: Option<&str>) -> Result<Way> {
        let policy = self
            .provider
            .doors
            .iter()
            .find(|d| d.kind == self.door)
            .map(|d| d.port)
            .unwrap_or_default();
        let unavailable = || Error::DoorUnavailable {
            door: "door",
            detail: format!("{:?}", self.door),
        };
        let mut open = None;
        let mut port = 0;
        if self.door == DoorKind::Loopback {
            let wanted = match (policy, registered.and_then(|uri| Url::parse(uri).ok()?.port())) {
                (Port::Fixed(fixed), _) => Some(fixed),
                (_, known) => known,
            };
            let opened = match doors.open(wanted).await {
                // A server that is known not to compare ports takes any other one (RFC 8252 §7.3).
                Err(Error::PortTaken { .. }) if policy == Port::Any && self.named => doors.open(None).await?,
                // A server of the family that is not known may compare them: the client is registered anew.
                Err(Error::PortTaken { .. }) if policy == Port::Any => {
                    let opened = doors.open(None).await?;
                    let uri = self.redirect_uri(self.door, opened.port).ok_or_else(unavailable)?;
                    return Ok(Way {
                        redirect_uri: uri,
                        stale: true,
                        _door: Some(opened),
                    });
                }
                other => other?,
            };
            port = opened.port;
            open = Some(opened);
        }
        let redirect_uri = self.redirect_uri(self.door, port).ok_or_else(unavailable)?;
        Ok(Way {
            redirect_uri,
            stale: false,
            _door: open,
        })
    }

    /// The redirect URIs to register a client with. A server whose software is known gets all of them, so that one
    /// client serves every door; any other gets the one in use (Pixelfed splits the list wrongly).
    pub fn redirect_uris(&self, way: &Way) -> Vec<String> {
        let mut uris = vec![way.redirect_uri.clone()];
        if self.named {
            let others = self
                .provider
                .doors
                .iter()
                .filter(|d| d.kind != self.door && d.kind != DoorKind::Loopback);
            uris.extend(others.filter_map(|d| self.redirect_uri(d.kind, 0)).filter(|u| !u.contains(":0/")));
        }
        uris.dedup();
        uris
    }

    /// Whether the server still knows a client. Only a clear no counts: what else goes wrong will be met again.
    ///
    /// # Errors
    /// Network errors.
    pub async fn is_forgotten(&self, http: &HttpClient, client: &Credentials, way: &Way) -> Result<bool> {
        let Some(message) = &self.provider.messages.client_check else {
            return Ok(false);
        };
        let mut values = self.values();
        put_client(&mut values, client);
        values.put("redirect_uri", way.redirect_uri.clone());
        let sent = request(
            "client_check",
            message,
            self.provider.authentication(client.client_type.as_deref()),
            &values,
        )?;
        let response = http.send(&sent).await?;
        match answer::read("client_check", message, &self.provider, &response) {
            Err(Error::Refused {
                category: Category::ClientAuth,
                ..
            }) => Ok(true),
            _ => Ok(false),
        }
    }

    /// Registers a client (the Mastodon family's POST /api/v1/apps).
    ///
    /// # Errors
    /// [`Error::RegistrationRefused`], rate limits and network errors as themselves.
    pub async fn register(&self, http: &HttpClient, name: &str, redirect_uris: &[String]) -> Result<Credentials> {
        let message = self.provider.messages.registration.as_ref().ok_or(Error::ClientUnknown)?;
        let mut values = self.values();
        values.put("client_name", name);
        values.put("redirect_uris", redirect_uris.join("\n"));
        let sent = request("registration", message, crate::provider::Authentication::None, &values)?;
        let response = http.send(&sent).await?;
        let host = sent.host();
        let refused = |e| match e {
            Error::Refused {
                category: Category::Refused | Category::RedirectNotRegistered,
                status,
                words,
                ..
            } => Error::RegistrationRefused { host, status, words },
            other => other,
        };
        let answers = answer::read("registration", message, &self.provider, &response).map_err(|e| values.hide(refused(e)))?;
        Ok(Credentials {
            client_id: answers.need("registration", Answer::ClientId)?,
            client_secret: answers.text(Answer::ClientSecret).map(Secret::new),
            client_type: None,
        })
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
        let state = oauth2::random();
        let verifier = (authorize.pkce == Pkce::S256).then(pkce::code_verifier);
        let mut extra: Vec<(&str, &str)> = authorize.params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        if self.force_login {
            extra.extend(authorize.force_login.iter().map(|(k, v)| (k.as_str(), v.as_str())));
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
            authorize: endpoint.clone(),
            issuer,
            issuer_required: self.metadata.sends_iss,
            callback: self.provider.callback.clone(),
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
                        let door = if door == DoorKind::Paste && self.door == DoorKind::Oob { DoorKind::Oob } else { door };
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
        put_client(&mut values, client);
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
        let issued = answers.seconds(Answer::IssuedAt).unwrap_or(now);
        let token = Token {
            access_token: Secret::new(answers.need("token", Answer::AccessToken)?),
            refresh_token: answers.text(Answer::RefreshToken).map(Secret::new),
            issued,
            expires: answers.seconds(Answer::ExpiresIn).map(|lives| now + lives),
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

/// An open way home.
pub struct Way {
    /// Character by character what is registered and sent.
    pub redirect_uri: String,
    /// The known client was registered with another one.
    pub stale: bool,
    _door: Option<OpenDoor>,
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

/// Whose token it is, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What the list shows.
    pub name: String,
    /// What people read.
    pub display_name: Option<String>,
    /// The provider's id of the person.
    pub user_id: Option<String>,
    /// The person's page, https only (http for this computer).
    pub url: Option<String>,
}

/// Asks the provider whose token it is.
///
/// # Errors
/// Refusals ([`Category::TokenDead`], [`Category::MissingPermission`], …) and network errors.
pub async fn identify(http: &HttpClient, provider: &Provider, server: Option<&Url>, token: &Secret) -> Result<Identity> {
    let Some(message) = &provider.messages.identity else {
        return Err(Error::InputInvalid { field: "identity".into() });
    };
    let mut values = Values::of(provider, server);
    values.put_secret("access_token", Some(token));
    let answers = exchange(http, provider, "identity", message, None, &values).await?;
    let user_id = answers.text(Answer::UserId);
    let username = answers.need("identity", Answer::Username).or_else(|e| user_id.clone().ok_or(e))?;
    values.put("username", username.clone());
    let name = provider.account_name.as_ref().and_then(|t| values.fill(t)).unwrap_or(username);
    let url = answers
        .text(Answer::Url)
        .and_then(|u| Url::parse(&u).ok())
        .filter(|u| u.scheme() == "https" || is_loopback(u));
    Ok(Identity {
        name,
        display_name: answers.text(Answer::DisplayName),
        user_id,
        url: url.map(String::from),
    })
}

/// Revokes a token at the provider (RFC 7009).
///
/// # Errors
/// Refusals and network errors: then nothing was revoked.
pub async fn revoke(http: &HttpClient, provider: &Provider, server: Option<&Url>, client: &Credentials, token: &Secret) -> Result<()> {
    let Some(message) = &provider.messages.revocation else {
        return Err(Error::InputInvalid {
            field: "revocation".into(),
        });
    };
    let mut values = Values::of(provider, server);
    put_client(&mut values, client);
    values.put_secret("access_token", Some(token));
    exchange(http, provider, "revocation", message, client.client_type.as_deref(), &values)
        .await
        .map(drop)
}

async fn exchange<'m>(
    http: &HttpClient,
    provider: &Provider,
    what: &'static str,
    message: &'m Message,
    client_type: Option<&str>,
    values: &Values<'_>,
) -> Result<answer::Answers<'m>> {
    let sent = request(what, message, provider.authentication(client_type), values)?;
    let response = http.send(&sent).await?;
    answer::read(what, message, provider, &response).map_err(|e| values.hide(e))
}

fn put_client<'a>(values: &mut Values<'a>, client: &Credentials) {
    values.put("client_id", client.client_id.clone());
    values.put_secret("client_secret", client.client_secret.as_ref());
}
