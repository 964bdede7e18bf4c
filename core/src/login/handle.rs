//! How an account is called: by its handle, whose domain may be another than its server's, if that domain says so too.

use url::Url;

use crate::ask::Identity;
use crate::discovery::handle::{Actor, Vouched, domain, vouches};
use crate::http::client::Client as HttpClient;
use crate::http::host_of;
use crate::provider::Provider;
use crate::text::handle::Handle;

/// An account's handle, as far as it could be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By its server's host.
    AtServer,
    /// At this domain, which names the account.
    At(String),
    /// At this domain by the server's word; the domain did not answer.
    Claimed(String),
}

/// Asks the server which domain its handles have, and that domain whether it knows this account.
pub async fn named(http: &HttpClient, provider: &Provider, server: &Url, identity: &Identity) -> Named {
    let (Some(discovery), Some(user)) = (&provider.discovery, user_of(server, identity)) else {
        return Named::AtServer;
    };
    if discovery.domain.is_empty() {
        return Named::AtServer;
    }
    // A server that tells nothing of itself writes addresses of its pages all the same.
    let page = || Some(host_of(&Url::parse(identity.url.as_deref()?).ok()?));
    let claimed = domain(http, server, &discovery.instance, &discovery.domain).await.or_else(page);
    match claimed {
        Some(domain) if domain != host_of(server) => {
            let sign = if identity.name.starts_with('@') { "@" } else { "" };
            let name = format!("{sign}{user}@{domain}");
            match vouches(http, &domain, user, actor(server, user, identity)).await {
                Vouched::Yes => Named::At(name),
                Vouched::Unreached => Named::Claimed(name),
                Vouched::No => Named::AtServer,
            }
        }
        _ => Named::AtServer,
    }
}

/// Whether the domain of a handle that a person meant says that it is this account's.
pub async fn is_vouched(http: &HttpClient, server: &Url, identity: &Identity, meant: &str) -> bool {
    let wanted = Handle::read(meant);
    let own = user_of(server, identity).map_or_else(|| Handle::read(&identity.name).user, str::to_owned);
    match wanted.domain {
        Some(domain) if domain != host_of(server) => {
            vouches(http, &domain, &wanted.user, actor(server, &own, identity)).await == Vouched::Yes
        }
        _ => false,
    }
}

fn actor<'a>(server: &'a Url, user: &'a str, identity: &'a Identity) -> Actor<'a> {
    Actor {
        server,
        user,
        others: [identity.user_id.as_deref(), identity.url.as_deref()],
    }
}

/// The name before the server's host; none where the provider calls its accounts otherwise.
fn user_of<'a>(server: &Url, identity: &'a Identity) -> Option<&'a str> {
    let name = identity.name.strip_suffix(&host_of(server))?.strip_suffix('@')?;
    Some(name.strip_prefix('@').unwrap_or(name)).filter(|user| !user.is_empty())
}
