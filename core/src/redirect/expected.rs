//! The response that a login expects: its address, its state and its parameter names.

use url::Url;

use crate::oauth2::authorization::Names;
use crate::provider::Callback;

/// The response that a login waits for. It has no Debug, because the state is a secret.
#[derive(Clone)]
pub struct Expected {
    /// The state that was sent.
    pub state: String,
    /// The redirect URI that was sent.
    pub redirect_uri: String,
    /// The address that a relay page forwards the response to, if there is one.
    pub forwarded: Option<String>,
    /// The address that the browser opened, to recognise it when someone pastes it by mistake.
    pub authorize: Url,
    /// The authorization server's issuer (RFC 9207, RFC 8414); its origin if it has no metadata.
    pub issuer: String,
    /// Its metadata announces an `iss` in every response.
    pub issuer_required: bool,
    /// No other issuer uses this redirect URI, because of its path, and the client is registered with it. Responses that arrive there
    /// need no `iss` (RFC 9700 §4.4.2.2).
    pub own_address: bool,
    /// The names of the parameters.
    pub callback: Callback,
    /// Prefixes of the platform's tokens. A text with one of them is no code.
    pub tokens: Vec<String>,
}

impl Expected {
    /// The address at which the response arrives without being pasted.
    pub(super) fn home(&self) -> &str {
        self.forwarded.as_deref().unwrap_or(&self.redirect_uri)
    }

    /// Whether a response at this address can only come from this issuer.
    pub(super) fn is_own(&self, address: &Url) -> bool {
        self.own_address && same_address(address, &self.redirect_uri)
    }
}

/// A provider's names for the parameters of its response.
pub(super) fn names(callback: &Callback) -> Names<'_> {
    Names {
        code: callback.code_or_token(),
        username: callback.username.as_deref(),
        state: &callback.state,
        denied: &callback.denied,
        denied_values: &callback.denied_values,
        strip: &callback.strip,
    }
}

/// Whether scheme, host, port and path are the same. The parser has lowered the case of schemes and hosts. Userinfo and fragments are
/// refused.
pub(super) fn same_address(url: &Url, redirect_uri: &str) -> bool {
    let Ok(expected) = Url::parse(redirect_uri) else { return false };
    url.scheme() == expected.scheme()
        && url.host_str() == expected.host_str()
        && url.port_or_known_default() == expected.port_or_known_default()
        && url.path() == expected.path()
        && url.username().is_empty()
        && url.password().is_none()
}
