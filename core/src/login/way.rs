//! The way home of one login: its redirect URI, character by character, and the redirect that is opened for it.

use url::Url;

use super::Errand;
use crate::error::{Error, Result};
use crate::provider::request::Values;
use crate::provider::{Port, Provider, RedirectKind};
use crate::redirect::certificate::Certificate;
use crate::redirect::loopback::{Listeners, OpenRedirect};
use crate::redirect::{OOB, SCHEME};

/// An open way home.
pub struct Way {
    /// Character by character what is registered and sent.
    pub redirect_uri: String,
    /// The known client was registered with another one.
    pub stale: bool,
    _redirect: Option<OpenRedirect>,
}

impl Way {
    /// One that nothing listens at.
    pub(super) fn unopened(redirect_uri: String) -> Way {
        Way {
            redirect_uri,
            stale: false,
            _redirect: None,
        }
    }
}

/// The redirect URI of a redirect, spelled as the provider's file says. `port` is for a redirect that has a choice of ports;
/// `relay` is the person's relay page.
fn spell(provider: &Provider, values: &Values<'_>, kind: RedirectKind, port: u16, relay: &str) -> Option<String> {
    let redirect = provider.redirect(kind)?;
    let path = match &redirect.path {
        Some(path) => values.fill(path)?,
        None => "/callback".to_owned(),
    };
    let here = |scheme: &str| {
        let port = if let Port::Fixed(fixed) = redirect.port { fixed } else { port };
        let usual = if kind == RedirectKind::Localhost {
            "localhost"
        } else {
            "127.0.0.1"
        };
        format!("{scheme}://{}:{port}{path}", redirect.host.as_deref().unwrap_or(usual))
    };
    Some(match kind {
        RedirectKind::Loopback | RedirectKind::Localhost => here("http"),
        RedirectKind::HttpsLoopback => here("https"),
        // Nothing has to answer there: where the https redirect has an address, that is the one to register for both.
        RedirectKind::Paste if provider.redirect(RedirectKind::HttpsLoopback).is_some() => here("https"),
        RedirectKind::Paste => here("http"),
        RedirectKind::PrivateUseScheme => format!("{SCHEME}://callback{path}"),
        RedirectKind::Relay => Some(relay).filter(|r| !r.is_empty())?.to_owned(),
        RedirectKind::OutOfBand => redirect.uri.clone().unwrap_or_else(|| OOB.to_owned()),
    })
}

/// The one string to register for a redirect, where it is known before a login: no server and no free port stands in it.
pub fn fixed_redirect_uri(provider: &Provider, kind: RedirectKind, relay: &str) -> Option<String> {
    let uri = spell(provider, &Values::of(provider, None), kind, 0, relay)?;
    (!uri.contains(":0/")).then_some(uri)
}

impl Errand {
    pub(super) fn redirect_uri(&self, kind: RedirectKind, port: u16) -> Option<String> {
        spell(&self.provider, &self.values(), kind, port, &self.relay)
    }

    /// Which of these registered redirect URIs this login can come home by.
    pub fn registered<'a>(&self, redirect_uris: &'a [String]) -> Option<&'a str> {
        let fits = |uri: &&String| {
            let port = Url::parse(uri).ok().and_then(|u| u.port()).unwrap_or_default();
            self.redirect_uri(self.redirect, port).as_deref() == Some(uri.as_str())
        };
        redirect_uris.iter().find(fits).map(String::as_str)
    }

    /// Opens the redirect, before anything else is told to anybody: a taken port is said before the browser opens.
    /// `registered` is the redirect URI of a known client, `certificate` that of the https redirect.
    ///
    /// # Errors
    /// [`Error::PortTaken`], [`Error::RedirectUnavailable`].
    pub async fn open_redirect(&self, redirects: &Listeners, registered: Option<&str>, certificate: Option<&Certificate>) -> Result<Way> {
        if self.redirect == RedirectKind::Relay && self.relay.is_empty() {
            return Err(Error::RelayMissing);
        }
        let policy = self.provider.redirect(self.redirect).map(|d| d.port).unwrap_or_default();
        let unavailable = || Error::RedirectUnavailable {
            redirect: "redirect",
            detail: format!("{:?}", self.redirect),
        };
        let mut open = None;
        let mut port = 0;
        if self.redirect == RedirectKind::HttpsLoopback {
            let (Port::Fixed(fixed), Some(certificate)) = (policy, certificate) else {
                return Err(unavailable());
            };
            open = Some(redirects.open_https(Some(fixed), certificate).await?);
            port = fixed;
        } else if matches!(self.redirect, RedirectKind::Loopback | RedirectKind::Localhost) {
            let wanted = match (policy, registered.and_then(|uri| Url::parse(uri).ok()?.port())) {
                (Port::Fixed(fixed), _) => Some(fixed),
                (_, known) => known,
            };
            let opened = match redirects.open(wanted).await {
                // A server that is known not to compare ports takes any other one (RFC 8252 §7.3).
                Err(Error::PortTaken { .. }) if policy == Port::Any && self.named => redirects.open(None).await?,
                // A server of the family that is not known may compare them: the client is registered anew.
                Err(Error::PortTaken { .. }) if policy == Port::Any => {
                    let opened = redirects.open(None).await?;
                    let uri = self.redirect_uri(self.redirect, opened.port).ok_or_else(unavailable)?;
                    return Ok(Way {
                        redirect_uri: uri,
                        stale: true,
                        _redirect: Some(opened),
                    });
                }
                other => other?,
            };
            port = opened.port;
            open = Some(opened);
        }
        let redirect_uri = self.redirect_uri(self.redirect, port).ok_or_else(unavailable)?;
        Ok(Way {
            redirect_uri,
            stale: false,
            _redirect: open,
        })
    }

    /// Whether no other server's answer arrives at this redirect URI: the server's name stands in its path, and the client is
    /// registered with that path. Ports do not count (RFC 8252 §7.3).
    pub fn is_own(&self, way: &Way, registered: &[String]) -> bool {
        let path = self.provider.redirect(self.redirect).and_then(|d| d.path.as_ref());
        let named = path.is_some_and(|path| path.names().any(|name| name == "server_host"));
        let place = |uri: &str| {
            let url = Url::parse(uri).ok()?;
            Some((url.scheme().to_owned(), url.host_str().map(str::to_owned), url.path().to_owned()))
        };
        let this = place(&way.redirect_uri);
        let shared = matches!(self.redirect, RedirectKind::Relay | RedirectKind::OutOfBand);
        named && !shared && this.is_some() && registered.iter().any(|uri| place(uri) == this)
    }

    /// The redirect URIs to register a client with. A server whose software is known gets all of them, so that one
    /// client serves every redirect; any other gets the one in use (Pixelfed splits the list wrongly).
    pub fn redirect_uris(&self, way: &Way) -> Vec<String> {
        let mut uris = vec![way.redirect_uri.clone()];
        if self.named {
            let others = self
                .provider
                .redirects
                .iter()
                .filter(|d| d.kind != self.redirect && d.kind != RedirectKind::Loopback);
            uris.extend(others.filter_map(|d| self.redirect_uri(d.kind, 0)).filter(|u| !u.contains(":0/")));
        }
        uris.dedup();
        uris
    }
}
