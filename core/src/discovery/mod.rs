//! From a server's name, as people type it, to the server: a named step that any provider may ask for.
//!
//! `name` what was typed · `sign` what stands in no name · `well_known` how a host says where its server is ·
//! `instance` what a server's own API says of it · `handle` whether a handle's domain vouches for an account · `metadata` RFC 8414.
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
use crate::token::Secret;

/// More hops than this are a maze, not a forwarding.
const MAX_REDIRECTS: usize = 3;

/// A server that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its origin.
    pub origin: Url,
    /// `software.name` of its nodeinfo, or what its API calls it, in lower case.
    pub software: Option<String>,
    /// `software.version`, for people only (Mastodon's documentation warns not to read features from it).
    pub version: Option<String>,
}

/// What a family's API has for finding a server, as its provider file says.
#[derive(Clone, Copy)]
pub struct Api<'a> {
    /// Paths at which a server tells about itself, best first.
    pub instance: &'a [String],
    /// Whether a file of the family names this software. What no file names may be another kind of site at the same host.
    pub known: &'a (dyn Fn(&str) -> bool + Sync),
    /// Where a server registers clients.
    pub registration: &'a (dyn Fn(&Url) -> Option<Url> + Sync),
}

/// Reads what a person typed: `@me@host`, `me@host`, `https://host/@me`, `host`, `host:port`; see [`name::read`].
///
/// # Errors
/// [`Error::ServerNameInvalid`]; [`Error::ServerNotHttps`] for http to anywhere but this computer.
pub fn origin(typed: &str) -> Result<Url> {
    Ok(name::read(typed)?.origin)
}

/// Finds the server behind a typed name: by nodeinfo, by what the host says of where its server is, by the server's own API, and
/// in the end by whether it registers clients.
///
/// # Errors
/// As [`origin`], network errors by their kind, [`Error::ServerUnderPath`] for one that is no origin of its own,
/// [`Error::Intermediary`] where something else answers in the server's place, and [`Error::ServerUnknown`] where something
/// answers that is none.
pub async fn find(client: &Client, typed: &str, api: Api<'_>) -> Result<Server> {
    let name = name::read(typed)?;
    match search(client, &name, api).await {
        Err(unknown @ Error::ServerUnknown { .. }) => Err(instance::in_its_place(client, &name.origin, api).await.unwrap_or(unknown)),
        found => found,
    }
}

async fn search(client: &Client, name: &Name, api: Api<'_>) -> Result<Server> {
    let paths = (1..=name.path.len()).map(|depth| name.path.iter().take(depth).map(|step| format!("/{step}")).collect::<String>());
    for path in paths {
        instance::not_under(client, &name.origin, &path, api).await?;
    }
    let unknown = || Error::ServerUnknown {
        host: host_of(&name.origin),
    };
    let mut other = None;
    let first = match well_known::nodeinfo(client, &name.origin).await {
        Ok(NodeInfo::Server(server)) => {
            let known = server.software.as_deref().is_some_and(api.known);
            if known || instance::ask(client, &server.origin, api).await.is_some() {
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
    // The host may only forward: its host-meta or its webfinger name the server.
    if let Some((real, path)) = well_known::forwarded(client, name).await {
        instance::not_under(client, &real, &path, api).await?;
        if real != name.origin {
            match at(client, &real, api).await {
                Ok(server) => return Ok(server),
                Err(error) => there = Some(error),
            }
        }
    }
    // A path that hangs, or has no end, may be nodeinfo's alone.
    let is_there = matches!(first, None | Some(Error::ServerUnreachable { .. } | Error::AnswerTooLarge { .. }));
    if is_there && let Some(server) = nameless(client, &name.origin, api).await {
        return Ok(server);
    }
    other.ok_or_else(|| there.or(first).unwrap_or_else(unknown))
}

/// The server at an origin that another host has named.
async fn at(client: &Client, origin: &Url, api: Api<'_>) -> Result<Server> {
    let unknown = || Error::ServerUnknown { host: host_of(origin) };
    match well_known::nodeinfo(client, origin).await {
        Ok(NodeInfo::Server(server)) => Ok(server),
        Ok(NodeInfo::At(origin)) => nameless(client, &origin, api).await.ok_or_else(unknown),
        Err(Error::ServerUnknown { .. }) => nameless(client, origin, api).await.ok_or_else(unknown),
        Ok(NodeInfo::LedAstray) => Err(unknown()),
        Err(error) => Err(error),
    }
}

/// The server at this origin without nodeinfo, which names its software and is no condition: some close it off (403), some have
/// none. What tells nothing of itself may register clients all the same.
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

/// The origin of an address.
fn origin_of(url: &Url) -> Option<Url> {
    Url::parse(&url.origin().ascii_serialization()).ok()
}

fn well_known_url(origin: &Url, name: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(&format!("/.well-known/{name}"));
    url
}

/// The address that another one names, as far as that may lead there: no server elsewhere leads to an http service of this
/// computer.
fn led(from: &Url, to: &str) -> Option<Url> {
    let to = as_asked(from, from.join(to).ok()?);
    (may_be_reached(&to) && (from.scheme() == "http" || to.scheme() == "https")).then_some(to)
}

/// A GET that follows a few redirects, never from https to http and never to an address that may not be reached.
async fn follow(client: &Client, mut url: Url) -> Result<(Url, Response)> {
    for _ in 0..=MAX_REDIRECTS {
        let mut request = Request::get("server", url.clone());
        let accept = "application/json, application/jrd+json, application/xrd+xml, */*;q=0.5";
        request.headers.push(("accept".into(), Secret::new(accept)));
        let response = client.send(&request).await?;
        let next = response.location.as_deref().filter(|_| (300..400).contains(&response.status));
        let Some(next) = next else { return Ok((url, response)) };
        url = led(&url, next).ok_or_else(|| Error::ServerUnknown { host: host_of(&url) })?;
    }
    Err(Error::ServerUnknown { host: host_of(&url) })
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
        // Behind a TLS proxy.
        let led = led(
            &Url::parse("https://a.example/.well-known/nodeinfo").unwrap(),
            "http://a.example:80/nodeinfo/2.0",
        );
        assert_eq!(led.unwrap().as_str(), "https://a.example/nodeinfo/2.0");
    }
}
