//! Verifies a handle whose domain is not its server's (`@ada@example.org` at `social.example.org`): the server claims it, and that
//! domain's webfinger must name this server's actor (RFC 7033).

use url::Url;

use super::name::origin_of;
use super::well_known::{links, webfinger};
use super::{instance, led};
use crate::error::Error;
use crate::http::client::Client;
use crate::http::host_of;

/// An account at its server.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// The server's origin.
    pub server: &'a Url,
    /// The user name there.
    pub user: &'a str,
    /// Its other names: the provider's id, its profile's address.
    pub others: [Option<&'a str>; 2],
}

/// A domain's answer about a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// It belongs to this account.
    Yes,
    /// It belongs to another account, or does not exist.
    No,
    /// The domain did not answer.
    Unreached,
}

/// The domain that a server claims for its handles. `paths` and `pointers` come from the provider file.
pub async fn domain(client: &Client, server: &Url, paths: &[String], pointers: &[String]) -> Option<String> {
    let claimed = instance::domain(client, server, paths, pointers).await?;
    // Some servers give an address.
    let host = claimed
        .split_once("://")
        .map_or(claimed.as_str(), |(_, host)| host)
        .trim_end_matches('/');
    origin_of(None, host).map(|url| host_of(&url))
}

/// Asks a domain whether its `user` is this account.
pub async fn vouches(client: &Client, domain: &str, user: &str, actor: Actor<'_>) -> Vouched {
    let place = origin_of(None, domain).and_then(|url| led(actor.server, url.as_str()));
    let Some(place) = place else { return Vouched::No };
    let (at, document) = match webfinger(client, &place, user).await {
        Ok((_, status, _)) if status == 429 || status >= 500 => return Vouched::Unreached,
        Ok((at, _, document)) => (at, document),
        Err(Error::ServerUnknown { .. }) => return Vouched::No,
        Err(_) => return Vouched::Unreached,
    };
    let rels = ["self", "http://webfinger.net/rel/profile-page"];
    let named = rels.into_iter().flat_map(|rel| links(&document, rel)).any(|address| {
        let url = led(&at, address);
        url.is_some_and(|url| is_of(&url, actor))
    });
    if named { Vouched::Yes } else { Vouched::No }
}

/// Whether an address belongs to this account at its own server: a known address, or one that ends with its name or id.
fn is_of(url: &Url, actor: Actor<'_>) -> bool {
    let here = url.origin() == actor.server.origin();
    let last = url
        .path_segments()
        .and_then(|mut steps| steps.rfind(|step| !step.is_empty()))
        .unwrap_or_default();
    let last = last.trim_start_matches('@');
    let known = last.eq_ignore_ascii_case(actor.user) || actor.others.into_iter().flatten().any(|o| o == last || o == url.as_str());
    here && known
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_actor_is_known_at_its_own_server_only() {
        let server = Url::parse("https://social.example.org").unwrap();
        let actor = Actor {
            server: &server,
            user: "ada",
            others: [Some("7"), None],
        };
        let is = |url: &str| is_of(&Url::parse(url).unwrap(), actor);
        for url in ["users/ada", "@Ada", "users/ada/", "ap/users/7"] {
            assert!(is(&format!("https://social.example.org/{url}")), "{url}");
        }
        for url in [
            "https://social.example.org/users/bob",
            "https://social.example.org/",
            "https://evil.example/users/ada",
            "https://social.example.org:8443/users/ada",
        ] {
            assert!(!is(url), "{url}");
        }
    }
}
