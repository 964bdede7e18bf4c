//! The answer that a login expects: its address, its state and the names of its parameters.

use url::Url;

use crate::oauth2::authorization::Names;
use crate::provider::Callback;

/// The answer that a login waits for. Without Debug: the state is a secret.
#[derive(Clone)]
pub struct Expected {
    /// The state that was sent.
    pub state: String,
    /// The redirect URI that was sent.
    pub redirect_uri: String,
    /// Where a relay page hands the answer on to: it arrives there instead.
    pub forwarded: Option<String>,
    /// The authorization endpoint, to know its address when it is pasted by mistake.
    pub authorize: Url,
    /// The authorization server's issuer (RFC 9207, RFC 8414): its origin where it has no metadata.
    pub issuer: String,
    /// Its metadata promise an `iss` in every response.
    pub issuer_required: bool,
    /// The redirect URI is this issuer's alone, by its path, and the client is registered with it: what arrives there needs no
    /// `iss` (RFC 9700 §4.4.2.2).
    pub own_address: bool,
    /// How the parameters are called.
    pub callback: Callback,
    /// The platform's tokens begin so: what begins so is no code.
    pub tokens: Vec<String>,
}

impl Expected {
    /// The address at which the answer arrives by itself.
    pub(super) fn home(&self) -> &str {
        self.forwarded.as_deref().unwrap_or(&self.redirect_uri)
    }

    /// Whether an answer at this address can be of no other issuer.
    pub(super) fn is_own(&self, address: &Url) -> bool {
        self.own_address && same_address(address, &self.redirect_uri)
    }
}

/// The names by which a provider calls the parameters of its response.
pub(super) fn names(callback: &Callback) -> Names<'_> {
    Names {
        code: &callback.code,
        state: &callback.state,
        denied: &callback.denied,
        denied_values: &callback.denied_values,
        strip: &callback.strip,
    }
}

/// Same scheme, host, port and path. Schemes and hosts compare without case (the parser has lowered them); userinfo and
/// fragments have no place in an answer.
pub(super) fn same_address(url: &Url, redirect_uri: &str) -> bool {
    let Ok(expected) = Url::parse(redirect_uri) else { return false };
    url.scheme() == expected.scheme()
        && url.host_str() == expected.host_str()
        && url.port_or_known_default() == expected.port_or_known_default()
        && url.path() == expected.path()
        && url.username().is_empty()
        && url.password().is_none()
}
