//! Finds a server by the name that a person typed. Any provider may use it.
//!
//! `name` reads what was typed · `sign` finds characters that no name can have · `well_known` how a host names its server · `instance` a
//! server's own API · `handle` whether a handle's domain confirms an account · `metadata` RFC 8414.
//!
//! The host of an address need not be the server (`example.org` for `social.example.org`): the well-known lookups
//! (nodeinfo; host-meta and webfinger to find it) follow a few https redirects. Token and registration calls never do.

pub mod handle;
mod instance;
mod metadata;
pub mod name;
mod sign;
mod well_known;

use url::Url;

pub use self::metadata::{Metadata, metadata};
use self::name::Name;
use self::well_known::NodeInfo;
use crate::error::{Error, Result};
use crate::http::client::Client;
use crate::http::{Request, Response, as_asked, host_of, may_be_reached};
use crate::text::is_unseen;
use crate::token::Secret;

/// The most redirects of one lookup.
const MAX_REDIRECTS: usize = 3;

/// A server that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its origin.
    pub origin: Url,
    /// `software.name` of its nodeinfo, or its API's name for it, in lower case.
    pub software: Option<String>,
    /// `software.version`, for display only (Mastodon's documentation warns against deriving features from it).
    pub version: Option<String>,
}

/// A family's means of finding a server, from its provider file.
#[derive(Clone, Copy)]
pub struct Api<'a> {
    /// Paths at which a server describes itself, best first.
    pub instance: &'a [String],
    /// Whether a file of the family names this software. Other software may be another kind of site at the same host.
    pub known: &'a (dyn Fn(&str) -> bool + Sync),
    /// The address at which a server registers clients.
    pub registration: &'a (dyn Fn(&Url) -> Option<Url> + Sync),
}

/// Reads what a person typed: `@me@host`, `me@host`, `https://host/@me`, `host`, `host:port`; see [`name::read`].
///
/// # Errors
/// [`Error::ServerNameInvalid`]; [`Error::ServerNotHttps`] for http to anywhere but this computer.
pub fn origin(typed: &str) -> Result<Url> {
    Ok(name::read(typed)?.origin)
}

/// Finds the server behind a typed name: by nodeinfo, by the host's own reference to its server, by the server's API, and finally by
/// whether it registers clients.
///
/// # Errors
/// As [`origin`], network errors by their kind, [`Error::ServerUnderPath`] for a server below a path, [`Error::Intermediary`] if
/// something else answers instead of the server, [`Error::OtherSoftware`] for a server without the family's API, and
/// [`Error::ServerUnknown`] if the answer comes from no known server.
pub async fn find(client: &Client, typed: &str, api: Api<'_>) -> Result<Server> {
    let name = name::read(typed)?;
    match search(client, &name, api).await {
        Err(unknown @ Error::ServerUnknown { .. }) => Err(instance::in_its_place(client, &name.origin, api).await.unwrap_or(unknown)),
        found => found,
    }
}

async fn search(client: &Client, name: &Name, api: Api<'_>) -> Result<Server> {
    for path in name.paths() {
        instance::not_under(client, &name.origin, &path, api).await?;
    }
    let unknown = || Error::ServerUnknown {
        host: host_of(&name.origin),
    };
    let mut other = None;
    let first = match well_known::nodeinfo(client, &name.origin).await {
        Ok(NodeInfo::Server(server)) => {
            if is_of_family(client, &server, api).await {
                return Ok(server);
            }
            other = Some(server);
            Some(unknown())
        }
        Ok(NodeInfo::At(origin)) => match nameless(client, &origin, api).await {
            Some(server) => return Ok(server),
            None => (origin == name.origin).then(unknown),
        },
        Ok(NodeInfo::LedAstray) => Some(unknown()),
        Err(Error::ServerUnknown { .. }) => None,
        Err(
            first @ (Error::ServerNotFound { .. }
            | Error::ServerUnreachable { .. }
            | Error::ServerTls { .. }
            | Error::AnswerTooLarge { .. }),
        ) => Some(first),
        Err(other) => return Err(other),
    };
    let mut there = None;
    // The host may only refer to its server, by host-meta or webfinger.
    if let Some((real, path)) = well_known::forwarded(client, name).await {
        instance::not_under(client, &real, &path, api).await?;
        if real != name.origin {
            match at(client, &real, api).await {
                Ok(server) => return Ok(server),
                Err(error) => there = Some(error),
            }
        }
    }
    // Only nodeinfo may hang or be endless.
    let is_there = matches!(first, None | Some(Error::ServerUnreachable { .. } | Error::AnswerTooLarge { .. }));
    if is_there && let Some(server) = nameless(client, &name.origin, api).await {
        return Ok(server);
    }
    match other {
        // It hides its description.
        Some(server) if instance::registers(client, &server.origin, api).await => Ok(server),
        Some(server) => Err(there.unwrap_or_else(|| other_software(server))),
        None => Err(there.or(first).unwrap_or_else(unknown)),
    }
}

/// Whether a server has the family's API: by its software, or because it describes itself.
async fn is_of_family(client: &Client, server: &Server, api: Api<'_>) -> bool {
    server.software.as_deref().is_some_and(api.known) || instance::ask(client, &server.origin, api).await.is_some()
}

/// The error for a server of another family. Its words come from the server.
fn other_software(server: Server) -> Error {
    const LONGEST: usize = 40;
    let host = host_of(&server.origin);
    let software = server.software.unwrap_or_default();
    let software: String = software.chars().filter(|c| !is_unseen(*c)).take(LONGEST).collect();
    match software.trim() {
        "" => Error::ServerUnknown { host },
        software => Error::OtherSoftware {
            host,
            software: software.to_owned(),
            fits: None,
        },
    }
}

/// The error for a server whose nodeinfo names software that is not of these; none if it names none.
pub async fn other_than(client: &Client, origin: &Url, own: &[String]) -> Option<Error> {
    match well_known::nodeinfo(client, origin).await.ok()? {
        NodeInfo::Server(server) if !server.software.as_ref().is_some_and(|name| own.contains(name)) => Some(other_software(server)),
        _ => None,
    }
}

/// The server at an origin that another host named.
async fn at(client: &Client, origin: &Url, api: Api<'_>) -> Result<Server> {
    let unknown = || Error::ServerUnknown { host: host_of(origin) };
    match well_known::nodeinfo(client, origin).await {
        Ok(NodeInfo::Server(server)) if is_of_family(client, &server, api).await => Ok(server),
        Ok(NodeInfo::Server(server)) if instance::registers(client, &server.origin, api).await => Ok(server),
        Ok(NodeInfo::Server(server)) => Err(other_software(server)),
        Ok(NodeInfo::At(origin)) => nameless(client, &origin, api).await.ok_or_else(unknown),
        Err(Error::ServerUnknown { .. }) => nameless(client, origin, api).await.ok_or_else(unknown),
        Ok(NodeInfo::LedAstray) => Err(unknown()),
        Err(error) => Err(error),
    }
}

/// The server at this origin if nodeinfo does not work: some servers block it (403), some have none. A server that does not describe
/// itself may still register clients.
async fn nameless(client: &Client, origin: &Url, api: Api<'_>) -> Option<Server> {
    if let Some(server) = instance::ask(client, origin, api).await {
        return Some(server);
    }
    instance::registers(client, origin, api).await.then(|| Server {
        origin: origin.clone(),
        software: None,
        version: None,
    })
}

/// An address's origin.
pub fn origin_of(url: &Url) -> Option<Url> {
    Url::parse(&url.origin().ascii_serialization()).ok()
}

fn well_known_url(origin: &Url, name: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(&format!("/.well-known/{name}"));
    url
}

/// Resolves an address that a server gave. A remote server may not refer to an http service on this computer.
fn led(from: &Url, to: &str) -> Option<Url> {
    let to = as_asked(from, from.join(to).ok()?);
    (may_be_reached(&to) && (from.scheme() == "http" || to.scheme() == "https")).then_some(to)
}

async fn follow(client: &Client, url: Url) -> Result<(Url, Response)> {
    let mut request = Request::get("server", url);
    let accept = "application/json, application/jrd+json, application/xrd+xml, */*;q=0.5";
    request.headers.push(("accept".into(), Secret::new(accept)));
    get(client, request).await
}

/// Sends a GET without secrets and follows a few redirects, never from https to http and never to a forbidden address. The address is
/// the last one.
///
/// # Errors
/// [`Error::ServerUnknown`] where the redirects lead nowhere, network errors.
pub async fn get(client: &Client, mut request: Request) -> Result<(Url, Response)> {
    for _ in 0..=MAX_REDIRECTS {
        let response = client.send(&request).await?;
        let next = response.location.as_deref().filter(|_| (300..400).contains(&response.status));
        let Some(next) = next else { return Ok((request.url, response)) };
        request.url = led(&request.url, next).ok_or_else(|| Error::ServerUnknown {
            host: host_of(&request.url),
        })?;
    }
    Err(Error::ServerUnknown {
        host: host_of(&request.url),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_server_elsewhere_does_not_lead_to_this_computer() {
        let may = |from: &str, to: &str| led(&Url::parse(from).unwrap(), to).is_some();
        assert!(may("https://a.example", "https://b.example"));
        assert!(may("http://127.0.0.1:1", "http://127.0.0.1:2"));
        assert!(!may("https://a.example", "http://127.0.0.1:2"));
        assert!(!may("https://a.example", "http://gts.localhost:2"));
        assert!(!may("https://a.example", "http://b.example"));
        assert!(!may("http://127.0.0.1:1", "ftp://127.0.0.1"));
        // A server behind a TLS proxy may give http addresses.
        let led = led(
            &Url::parse("https://a.example/.well-known/nodeinfo").unwrap(),
            "http://a.example:80/nodeinfo/2.0",
        );
        assert_eq!(led.unwrap().as_str(), "https://a.example/nodeinfo/2.0");
    }
}
