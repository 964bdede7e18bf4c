//! The handle of an account. Its domain may differ from its server's host, if that domain's webfinger confirms it.

use url::Url;

use crate::ask::Identity;
use crate::discovery::handle::{Actor, Vouched, domain, vouches};
use crate::http::client::Client as HttpClient;
use crate::http::host_of;
use crate::provider::Provider;
use crate::text::handle::Handle;

/// What is known of the domain of an account's handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is the server's host.
    AtServer,
    /// The handle at another domain, which confirms the account.
    At(String),
    /// The handle at another domain, by the server's word alone: the domain did not answer.
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
    // A server that does not say which domain it uses shows it in the addresses of its pages.
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

/// Whether the domain of the handle that a person named confirms this account.
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

/// The name before the server's host; none where the provider's names have another form.
fn user_of<'a>(server: &Url, identity: &'a Identity) -> Option<&'a str> {
    let name = identity.name.strip_suffix(&host_of(server))?.strip_suffix('@')?;
    Some(name.strip_prefix('@').unwrap_or(name)).filter(|user| !user.is_empty())
}
