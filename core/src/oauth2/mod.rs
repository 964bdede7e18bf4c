//! OAuth 2.0 messages, built and read without IO.
//!
//! `authorization` request and response (RFC 6749 §4.1.1, §4.1.2) · `body` the lenient reading of answers (§5) ·
//! `pkce` (RFC 7636). Which parameters a platform wants is provider data, not here.

pub mod authorization;
pub mod body;
pub mod pkce;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 256 random bits as 43 characters of [A-Za-z0-9_-]: a `state` (RFC 6749 §10.12) or a code verifier (RFC 7636 §4.1).
/// Nothing in it is ever percent-encoded, so a provider that re-encodes the state cannot spoil it.
pub fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
