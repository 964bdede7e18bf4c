//! From a server's name, as people type it, to the server: a named step that any provider may ask for.
//!
//! The host of an address need not be the server (`example.org` for `social.example.org`): the well-known lookups
//! (nodeinfo; host-meta and webfinger to find it) follow a few https redirects. Token and registration calls never do.

use serde_json::Value;
use url::Url;

use crate::error::{Error, Result};
use crate::http::client::Client;
use crate::http::{Request, Response, host_of, is_loopback, may_be_reached};
use crate::oauth2::body;
use crate::token::Secret;

/// More hops than this are a maze, not a forwarding.
const MAX_REDIRECTS: usize = 3;

/// A server that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its origin.
    pub origin: Url,
    /// `software.name` of its nodeinfo, in lower case.
    pub software: Option<String>,
    /// `software.version`, for people only (Mastodon's documentation warns not to read features from it).
    pub version: Option<String>,
}

/// What a server says of its OAuth (RFC 8414), as far as it is believed: endpoints at the issuer's own origin only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `issuer`.
    pub issuer: Option<String>,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Option<Url>,
    /// `token_endpoint`.
    pub token_endpoint: Option<Url>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207 §3).
    pub sends_iss: bool,
}

/// Reads what a person typed: `@me@host`, `me@host`, `https://host/@me`, `host`, `host:port`.
///
/// # Errors
/// [`Error::ServerNameInvalid`]; [`Error::ServerNotHttps`] for http to anywhere but this computer.
pub fn origin(typed: &str) -> Result<Url> {
    let invalid = || Error::ServerNameInvalid {
        typed: typed.trim().to_owned(),
    };
    let text = typed.trim().trim_end_matches(['.', ',']);
    let address = match text.split_once("://") {
        Some(("http" | "https" | "HTTP" | "HTTPS", _)) => text.to_owned(),
        Some(_) => return Err(invalid()),
        None => {
            // A path after the host may hold an @ of its own: `host/@me`.
            let host = text.trim_start_matches('@').split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            let bare = Url::parse(&format!("http://{host}")).map_err(|_| invalid())?;
            format!("{}://{host}", if is_loopback(&bare) { "http" } else { "https" })
        }
    };
    let url = Url::parse(&address).map_err(|_| invalid())?;
    // A name without a dot is a slip of the hand; nothing but this computer is called so.
    let named = url
        .domain()
        .is_none_or(|d| d == "localhost" || (d.contains('.') && !d.ends_with('.')));
    if !named || url.host().is_none() || url.password().is_some() || !url.username().is_empty() {
        return Err(invalid());
    }
    if !may_be_reached(&url) {
        return Err(Error::ServerNotHttps {
            typed: typed.trim().to_owned(),
        });
    }
    Url::parse(&url.origin().ascii_serialization()).map_err(|_| invalid())
}

/// Finds the server behind a typed name.
///
/// # Errors
/// As [`origin`], network errors by their kind, and [`Error::ServerUnknown`] where something answers that has no nodeinfo.
pub async fn find(client: &Client, typed: &str) -> Result<Server> {
    let named = origin(typed)?;
    match nodeinfo(client, &named).await {
        Ok(server) => Ok(server),
        Err(
            first
            @ (Error::ServerUnknown { .. } | Error::ServerNotFound { .. } | Error::ServerUnreachable { .. } | Error::ServerTls { .. }),
        ) => {
            // The host may only forward: its host-meta or its webfinger name the server.
            match forwarded(client, &named).await {
                Some(real) if real != named => nodeinfo(client, &real).await,
                _ => Err(first),
            }
        }
        Err(other) => Err(other),
    }
}

/// nodeinfo: /.well-known/nodeinfo → the newest schema → software.
async fn nodeinfo(client: &Client, origin: &Url) -> Result<Server> {
    let unknown = || Error::ServerUnknown { host: host_of(origin) };
    let (at, response) = follow(client, well_known(origin, "nodeinfo")).await?;
    let links = body::read(&response).ok().filter(|_| response.is_success()).ok_or_else(unknown)?;
    let links = links.get("links").and_then(Value::as_array).ok_or_else(unknown)?;
    let schema = |link: &Value| link.get("rel").and_then(Value::as_str).unwrap_or_default().to_owned();
    let newest = links
        .iter()
        .filter(|l| schema(l).contains("nodeinfo.diaspora.software"))
        .max_by_key(|l| schema(l));
    let href = newest.and_then(|l| l.get("href")).and_then(Value::as_str).ok_or_else(unknown)?;
    let href = at.join(href).ok().filter(|href| may_lead(&at, href)).ok_or_else(unknown)?;
    // The document lies at the server itself: an `example.org` that forwards to `social.example.org` shows here.
    let server = Url::parse(&href.origin().ascii_serialization()).map_err(|_| unknown())?;
    let (_, response) = follow(client, href).await?;
    let info = body::read(&response).ok().filter(|_| response.is_success()).ok_or_else(unknown)?;
    let text = |pointer: &str| info.pointer(pointer).and_then(body::text);
    let software = text("/software/name").map(|n| n.to_lowercase());
    Ok(Server {
        origin: server,
        software,
        version: text("/software/version"),
    })
}

/// The server that host-meta's template or webfinger's own address points to.
async fn forwarded(client: &Client, origin: &Url) -> Option<Url> {
    let template = |text: &str| {
        let start = text.find("template=\"")? + "template=\"".len();
        let address = text.get(start..)?.split(['"', '{', '?']).next()?;
        Url::parse(address).ok()
    };
    let mut found = None;
    if let Ok((_, response)) = follow(client, well_known(origin, "host-meta")).await {
        found = template(response.body.expose());
    }
    if found.is_none() {
        let mut webfinger = well_known(origin, "webfinger");
        let host = origin.host_str().unwrap_or_default();
        webfinger.query_pairs_mut().append_pair("resource", &format!("acct:{host}@{host}"));
        found = follow(client, webfinger).await.ok().map(|(at, _)| at);
    }
    let real = found.filter(|real| may_lead(origin, real))?;
    Url::parse(&real.origin().ascii_serialization()).ok()
}

/// RFC 8414 metadata, where there are any that are believed (§3.3: the issuer must be the one that was asked).
pub async fn metadata(client: &Client, origin: &Url) -> Metadata {
    let request = Request::get("metadata", well_known(origin, "oauth-authorization-server"));
    let Ok(response) = client.send(&request).await else {
        return Metadata::default();
    };
    let Some(json) = body::read(&response).ok().filter(|_| response.is_success()) else {
        return Metadata::default();
    };
    let text = |name: &str| json.get(name).and_then(Value::as_str);
    let issuer = text("issuer").filter(|i| Url::parse(i).is_ok_and(|u| u.origin() == origin.origin() && u.path() == "/"));
    if issuer.is_none() {
        return Metadata::default();
    }
    let endpoint = |name: &str| {
        text(name)
            .and_then(|u| Url::parse(u).ok())
            .filter(|u| u.origin() == origin.origin())
    };
    Metadata {
        issuer: issuer.map(str::to_owned),
        authorization_endpoint: endpoint("authorization_endpoint"),
        token_endpoint: endpoint("token_endpoint"),
        sends_iss: json.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
    }
}

fn well_known(origin: &Url, name: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(&format!("/.well-known/{name}"));
    url
}

/// Whether one address may name another as the server: no server elsewhere leads to an http service of this computer.
fn may_lead(from: &Url, to: &Url) -> bool {
    may_be_reached(to) && (from.scheme() == "http" || to.scheme() == "https")
}

/// A GET that follows a few redirects, never from https to http and never to an address that may not be reached.
async fn follow(client: &Client, mut url: Url) -> Result<(Url, Response)> {
    for _ in 0..=MAX_REDIRECTS {
        let mut request = Request::get("server", url.clone());
        request
            .headers
            .push(("accept".into(), Secret::new("application/json, application/xrd+xml, */*;q=0.5")));
        let response = client.send(&request).await?;
        let next = response.location.as_deref().filter(|_| (300..400).contains(&response.status));
        let Some(next) = next else { return Ok((url, response)) };
        let next = url.join(next).ok().filter(|next| may_lead(&url, next));
        url = next.ok_or_else(|| Error::ServerUnknown { host: host_of(&url) })?;
    }
    Err(Error::ServerUnknown { host: host_of(&url) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_as_people_type_them() {
        for (typed, expected) in [
            ("mastodon.social", "https://mastodon.social/"),
            (" @me@mastodon.social ", "https://mastodon.social/"),
            ("me@mastodon.social", "https://mastodon.social/"),
            ("https://mastodon.social/@me/1234?x=y#z", "https://mastodon.social/"),
            ("HTTPS://Mastodon.Social", "https://mastodon.social/"),
            ("social.example.org:8443", "https://social.example.org:8443/"),
            ("bücher.example", "https://xn--bcher-kva.example/"),
            ("127.0.0.1:4000", "http://127.0.0.1:4000/"),
            ("localhost:4000", "http://localhost:4000/"),
            ("http://[::1]:4000/", "http://[::1]:4000/"),
            ("mastodon.social/@me", "https://mastodon.social/"),
        ] {
            assert_eq!(origin(typed).unwrap().as_str(), expected, "{typed}");
        }
    }

    #[test]
    fn a_server_elsewhere_does_not_lead_to_this_computer() {
        let may = |from: &str, to: &str| may_lead(&Url::parse(from).unwrap(), &Url::parse(to).unwrap());
        assert!(may("https://a.example", "https://b.example"));
        assert!(may("http://127.0.0.1:1", "http://127.0.0.1:2"));
        assert!(!may("https://a.example", "http://127.0.0.1:2"));
        assert!(!may("https://a.example", "http://b.example"));
        assert!(!may("http://127.0.0.1:1", "ftp://127.0.0.1"));
    }

    #[test]
    fn what_is_no_server() {
        for typed in [
            "",
            "@",
            "me",
            "ftp://host.example",
            "a b.example",
            "https://",
            "javascript://x.y",
            "https://user:pw@host.example",
            "host.example:99999",
        ] {
            assert_eq!(origin(typed).unwrap_err().code(), "server-name-invalid", "{typed}");
        }
        assert_eq!(origin("http://mastodon.social").unwrap_err().code(), "server-not-https");
    }
}
