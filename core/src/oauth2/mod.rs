//! OAuth 2.0 messages, built and read without IO.
//!
//! `authorization` request and response (RFC 6749 §4.1.1, §4.1.2) · `body` the lenient reading of answers (§5) · `jwt` when a JSON
//! Web Token ends · here Proof Key for Code Exchange (RFC 7636), method S256 only. Which parameters a platform wants is in its
//! provider file.

pub mod authorization;
pub mod body;
pub mod jwt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::token::Secret;

/// 256 random bits as 43 characters of [A-Za-z0-9_-]: a `state` (RFC 6749 §10.12) or a code verifier (RFC 7636 §4.1).
/// Nothing in it is ever percent-encoded, so a provider that re-encodes the state cannot spoil it.
pub fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A code verifier: 43 characters, 256 random bits (RFC 7636 §4.1, §7.1).
pub fn code_verifier() -> Secret {
    Secret::new(random())
}

/// Its S256 challenge (RFC 7636 §4.2): BASE64URL(SHA256(ASCII(code_verifier))).
pub fn code_challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appendix_b() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(code_challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_is_long_enough_and_needs_no_encoding() {
        let verifier = code_verifier();
        assert!((43..=128).contains(&verifier.expose().len()));
        assert!(
            verifier
                .expose()
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        assert_ne!(verifier, code_verifier());
    }
}
