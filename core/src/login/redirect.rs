//! The redirect of one login: its URI, character by character, and the listener at it.

use url::Url;

use super::LoginRequest;
use crate::error::{Error, Result};
use crate::provider::answers::NO_ANSWERS;
use crate::provider::request::Values;
use crate::provider::{Port, Provider, RedirectKind};
use crate::redirect::certificate::Certificate;
use crate::redirect::loopback::{Listeners, OpenRedirect};
use crate::redirect::{OOB, SCHEME};

/// The redirect of a login, opened.
pub struct LoginRedirect {
    /// What is registered and sent, character by character.
    pub redirect_uri: String,
    /// The known client was registered with another redirect URI.
    pub stale: bool,
    _listener: Option<OpenRedirect>,
}

impl LoginRedirect {
    /// One that nothing listens at.
    pub(super) fn unopened(redirect_uri: String) -> LoginRedirect {
        LoginRedirect {
            redirect_uri,
            stale: false,
            _listener: None,
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
        // Nothing listens there. Where the https redirect has an address, that one is registered for both.
        RedirectKind::Paste if provider.redirect(RedirectKind::HttpsLoopback).is_some() => here("https"),
        RedirectKind::Paste => here("http"),
        RedirectKind::PrivateUseScheme => format!("{SCHEME}://callback{path}"),
        RedirectKind::Relay => Some(relay).filter(|r| !r.is_empty())?.to_owned(),
        RedirectKind::OutOfBand => redirect.uri.clone().unwrap_or_else(|| OOB.to_owned()),
    })
}

/// The redirect URI to register, where it is known before a login: it contains neither a server nor a free port.
pub fn fixed_redirect_uri(provider: &Provider, kind: RedirectKind, relay: &str) -> Option<String> {
    let uri = spell(provider, &Values::of(provider, None, &NO_ANSWERS), kind, 0, relay)?;
    (!uri.is_empty() && !uri.contains(":0/")).then_some(uri)
}

impl LoginRequest {
    pub(super) fn redirect_uri(&self, kind: RedirectKind, port: u16) -> Option<String> {
        spell(&self.provider, &self.values(), kind, port, &self.relay)
    }

    /// Which of these registered redirect URIs this login can use.
    pub fn registered<'a>(&self, redirect_uris: &'a [String]) -> Option<&'a str> {
        let fits = |uri: &&String| {
            let port = Url::parse(uri).ok().and_then(|u| u.port()).unwrap_or_default();
            self.redirect_uri(self.redirect, port).as_deref() == Some(uri.as_str())
        };
        redirect_uris.iter().find(fits).map(String::as_str)
    }

    /// Opens the redirect, before anything is sent: a taken port is reported before the browser opens. `registered` is the
    /// redirect URI of a known client, `certificate` that of the https redirect.
    ///
    /// # Errors
    /// [`Error::PortTaken`], [`Error::RedirectUnavailable`].
    pub async fn open_redirect(
        &self,
        redirects: &Listeners,
        registered: Option<&str>,
        certificate: Option<&Certificate>,
    ) -> Result<LoginRedirect> {
        if self.redirect == RedirectKind::Relay && self.relay.is_empty() {
            return Err(Error::RelayMissing);
        }
        let policy = self.provider.redirect(self.redirect).map(|r| r.port).unwrap_or_default();
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
                // Known software that does not compare ports accepts any port (RFC 8252 §7.3).
                Err(Error::PortTaken { .. }) if policy == Port::Any && self.software_named => redirects.open(None).await?,
                // Unknown software of the family may compare them: the client is registered again.
                Err(Error::PortTaken { .. }) if policy == Port::Any => {
                    let opened = redirects.open(None).await?;
                    let uri = self.redirect_uri(self.redirect, opened.port).ok_or_else(unavailable)?;
                    return Ok(LoginRedirect {
                        redirect_uri: uri,
                        stale: true,
                        _listener: Some(opened),
                    });
                }
                other => other?,
            };
            port = opened.port;
            open = Some(opened);
        }
        let redirect_uri = self.redirect_uri(self.redirect, port).ok_or_else(unavailable)?;
        Ok(LoginRedirect {
            redirect_uri,
            stale: false,
            _listener: open,
        })
    }

    /// Whether only this server's answers arrive at the redirect URI: its path contains the server's name, and the client is
    /// registered with that path. Ports do not count (RFC 8252 §7.3).
    pub fn is_own(&self, redirect: &LoginRedirect, registered: &[String]) -> bool {
        let path = self.provider.redirect(self.redirect).and_then(|r| r.path.as_ref());
        let names_server = path.is_some_and(|path| path.names().any(|name| name == "server_host"));
        let without_port = |uri: &str| {
            let url = Url::parse(uri).ok()?;
            Some((url.scheme().to_owned(), url.host_str().map(str::to_owned), url.path().to_owned()))
        };
        let this = without_port(&redirect.redirect_uri);
        let shared = matches!(self.redirect, RedirectKind::Relay | RedirectKind::OutOfBand);
        names_server && !shared && this.is_some() && registered.iter().any(|uri| without_port(uri) == this)
    }

    /// The redirect URIs to register a client with. Known software gets all of them, so that one client serves every
    /// redirect. Any other gets the one in use, because it may read a list wrongly; so does software whose file says that it
    /// takes one.
    pub fn redirect_uris(&self, redirect: &LoginRedirect) -> Vec<String> {
        let mut uris = vec![redirect.redirect_uri.clone()];
        let registration = self.provider.messages.registration.as_ref();
        let takes_one = registration.is_some_and(|message| message.names().any(|name| name == "redirect_uri"));
        if self.software_named && !takes_one {
            let others = self
                .provider
                .redirects
                .iter()
                .filter(|r| r.kind != self.redirect && r.kind != RedirectKind::Loopback);
            uris.extend(others.filter_map(|r| self.redirect_uri(r.kind, 0)).filter(|u| !u.contains(":0/")));
        }
        uris.dedup();
        uris.retain(|uri| !uri.is_empty());
        uris
    }
}
