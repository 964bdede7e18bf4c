//! The server behind a typed name, and the provider file that fits it: by the server's software, or by the answer to the file's own
//! `server` message.

use std::sync::Arc;

use url::Url;

use crate::discovery::{self, Server, name};
use crate::error::{Category, Error, Intermediary, Result};
use crate::http::client::Client as HttpClient;
use crate::http::{as_asked, host_of, may_be_reached};
use crate::provider::answers::NO_ANSWERS;
use crate::provider::messages::{Answer, Message};
use crate::provider::registry::Registry;
use crate::provider::request::{Values, request};
use crate::provider::{Authentication, FoundBy, Provider, answer};

/// A server that was found, and how to sign in there.
#[derive(Clone, Debug)]
pub struct FoundServer {
    /// The server.
    pub server: Server,
    /// The file that fits it.
    pub provider: Arc<Provider>,
    /// The file is meant for this server's software, and no fallback.
    pub software_named: bool,
    /// Where its `server` message says that people are asked for consent.
    pub authorization_endpoint: Option<Url>,
}

/// Finds the server behind a typed name.
///
/// # Errors
/// Those of [`discovery::find`], with the platform that fits in [`Error::OtherSoftware`]; [`Error::ServerUnknown`] where no file of the
/// family fits, or the `server` message is not answered as the file says; [`Error::ServerWithoutHttps`]; a refusal of the `server` message that the file explains.
pub async fn find_server(http: &HttpClient, registry: &Registry, provider: &Provider, typed: &str) -> Result<FoundServer> {
    let by_message = provider.discovery.as_ref().is_some_and(|d| d.by == FoundBy::Message);
    if by_message && let Some(message) = &provider.messages.server {
        let found = by_address(http, provider, message, typed).await;
        let (origin, authorization_endpoint) = match found {
            Err(Error::ServerUnknown { host }) => Err(other_software(http, registry, provider, typed)
                .await
                .unwrap_or(Error::ServerUnknown { host })),
            found => found,
        }?;
        return Ok(FoundServer {
            server: Server {
                origin,
                software: None,
                version: None,
            },
            provider: registry.require(&provider.id)?,
            software_named: true,
            authorization_endpoint,
        });
    }
    let registration = |server: &Url| {
        let message = provider.messages.registration.as_ref()?;
        Values::of(provider, Some(server), &NO_ANSWERS).url(&message.url).ok()
    };
    let known = |software: &str| registry.for_software(provider, software).is_some_and(|(_, named)| named);
    let api = discovery::Api {
        known: &known,
        instance: provider.discovery.as_ref().map(|d| d.instance.as_slice()).unwrap_or_default(),
        registration: &registration,
    };
    let server = discovery::find(http, typed, api)
        .await
        .map_err(|error| with_platform(registry, error))?;
    let software = server.software.clone().unwrap_or_default();
    let unknown = || Error::ServerUnknown {
        host: host_of(&server.origin),
    };
    let (provider, software_named) = registry.for_software(provider, &software).ok_or_else(unknown)?;
    Ok(FoundServer {
        server,
        provider,
        software_named,
        authorization_endpoint: None,
    })
}

/// The error for a site that is known to run other software.
async fn other_software(http: &HttpClient, registry: &Registry, provider: &Provider, typed: &str) -> Option<Error> {
    let own = provider.discovery.as_ref().map(|d| d.software.as_slice()).unwrap_or_default();
    let origin = name::address(typed).ok()?.origin;
    discovery::other_than(http, &origin, own)
        .await
        .map(|error| with_platform(registry, error))
}

/// Adds the platform that fits to [`Error::OtherSoftware`].
fn with_platform(registry: &Registry, error: Error) -> Error {
    match error {
        Error::OtherSoftware { host, software, .. } => Error::OtherSoftware {
            fits: registry.of_software(&software).map(|p| Box::new((p.id.clone(), p.name.clone()))),
            host,
            software,
        },
        other => other,
    }
}

/// The server at a typed address, and its authorization endpoint.
async fn by_address(http: &HttpClient, provider: &Provider, message: &Message, typed: &str) -> Result<(Url, Option<Url>)> {
    let address = name::address(typed)?;
    let asking = AskingServer { http, provider, message };
    let mut found = asking.found(&address.origin).await;
    // A page's path is not the server's: a server below the path has another authorization endpoint.
    for path in address.paths() {
        let Ok((at, endpoint)) = asking.ask(&address.origin, &path).await else {
            continue;
        };
        if found.as_ref().is_ok_and(|(_, known)| endpoint.is_none() || endpoint == *known) {
            continue;
        }
        // It must be below the path itself, at the origin that was typed: nothing is sent elsewhere.
        let is_below = |endpoint: &Url| endpoint.origin() == at.origin() && endpoint.path().starts_with(&format!("{path}/"));
        if at.origin() != address.origin.origin() || !endpoint.as_ref().is_some_and(is_below) {
            return Err(Error::ServerUnderPath { host: host_of(&at), path });
        }
        let mut site = at;
        site.set_path(&path);
        found = Ok((site, endpoint));
    }
    found.map_err(|error| match error {
        Error::ServerUnreachable { host, .. } | Error::ServerTls { host, .. } if address.secured => Error::ServerWithoutHttps { host },
        other => other,
    })
}

/// A file's `server` message.
struct AskingServer<'a> {
    http: &'a HttpClient,
    provider: &'a Provider,
    message: &'a Message,
}

impl AskingServer<'_> {
    /// The server at this origin. A site may be known by another of its names (`www.`): if the endpoint that it gives is there, that
    /// origin is asked, and must give an endpoint of its own.
    async fn found(&self, origin: &Url) -> Result<(Url, Option<Url>)> {
        let (at, endpoint) = self.ask(origin, "").await?;
        match endpoint.as_ref().and_then(discovery::origin_of) {
            Some(real) if real != at => {
                let (at, endpoint) = self.ask(&real, "").await?;
                match endpoint.as_ref().and_then(discovery::origin_of) {
                    Some(own) if own == at => Ok((at, endpoint)),
                    _ => Err(Error::ServerUnknown { host: host_of(origin) }),
                }
            }
            _ => Ok((at, endpoint)),
        }
    }

    /// The origin at which the message was answered, and the endpoint in the answer.
    async fn ask(&self, origin: &Url, below: &str) -> Result<(Url, Option<Url>)> {
        let values = Values::of(self.provider, Some(origin), &NO_ANSWERS);
        let mut sent = request("server", self.message, Authentication::None, &values)?;
        let path = format!("{below}{}", sent.url.path());
        sent.url.set_path(&path);
        let (at, response) = discovery::get(self.http, sent.clone()).await?;
        let unknown = || Error::ServerUnknown { host: host_of(&at) };
        let answers = answer::answer_to(&sent, self.message, self.provider, &values, &response).map_err(|error| match error {
            // What the file explains, what passes, and what came from in between.
            Error::Refused { action: Some(_), .. }
            | Error::Refused {
                category: Category::RateLimited | Category::Transient,
                ..
            }
            | Error::Intermediary {
                kind: Intermediary::Password | Intermediary::BotCheck | Intermediary::Portal,
                ..
            } => error,
            _ => unknown(),
        })?;
        let endpoint = match answers.text(Answer::AuthorizationEndpoint) {
            Some(address) => {
                let url = Url::parse(&address).map(|url| as_asked(&at, url)).ok();
                Some(url.filter(may_be_reached).ok_or_else(unknown)?)
            }
            None => None,
        };
        Ok((discovery::origin_of(&at).ok_or_else(unknown)?, endpoint))
    }
}
