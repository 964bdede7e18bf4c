//! The certificate of the https redirect: one self-signed leaf for each machine, stored in the vault and replaced before it expires. It
//! is valid for this computer's loopback names only and is no CA, so a thief could impersonate this redirect and nothing else.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::error::{Error, Result};
use crate::text::time::utc;
use crate::token::{DAY, Secret};

/// Its subject, by which certificate stores name it.
pub const SUBJECT: &str = "Keybearer on this computer";
/// Browsers refuse a leaf that lives longer than 398 days (CA/Browser Forum, Apple). One day less allows for clocks.
const DAYS: i64 = 397;
/// It is replaced a month before it expires, so that no login meets an expired certificate.
const LEAD_DAYS: i64 = 30;

/// A certificate with its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    key: Secret,
    /// When it expires, Unix seconds.
    pub until: i64,
}

/// Its JSON form in the vault, version 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    v: u8,
    certificate: String,
    key: String,
    until: i64,
}

impl Certificate {
    /// Makes a certificate that is valid from the day before `now`, Unix seconds.
    ///
    /// # Errors
    /// [`Error::Internal`] if no key can be generated.
    pub fn make(now: i64) -> Result<Certificate> {
        let internal = |e: rcgen::Error| Error::Internal { detail: e.to_string() };
        let names = ["127.0.0.1", "::1", "localhost"].map(str::to_owned);
        let mut params = CertificateParams::new(names).map_err(internal)?;
        params.distinguished_name.push(DnType::CommonName, SUBJECT);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let (from, until) = (now - DAY, now - DAY + DAYS * DAY);
        params.not_before = utc(from);
        params.not_after = utc(until);
        let key = KeyPair::generate().map_err(internal)?;
        let certificate = params.self_signed(&key).map_err(internal)?;
        Ok(Certificate {
            der: certificate.der().to_vec(),
            key: Secret::new(STANDARD.encode(key.serialize_der())),
            until,
        })
    }

    /// Whether more than [`LEAD_DAYS`] are left.
    pub fn is_fresh(&self, now: i64) -> bool {
        now < self.until - LEAD_DAYS * DAY
    }

    /// Its form in the vault.
    pub fn to_stored(&self) -> Secret {
        let stored = Stored {
            v: 1,
            certificate: STANDARD.encode(&self.der),
            key: self.key.expose().to_owned(),
            until: self.until,
        };
        Secret::new(serde_json::to_string(&stored).unwrap_or_default())
    }

    /// Reads what [`Certificate::to_stored`] wrote; none for another version or damaged data.
    pub fn from_stored(stored: &Secret) -> Option<Certificate> {
        let s: Stored = serde_json::from_str(stored.expose()).ok().filter(|s: &Stored| s.v == 1)?;
        Some(Certificate {
            der: STANDARD.decode(s.certificate).ok()?,
            key: Secret::new(s.key),
            until: s.until,
        })
    }

    /// The private half: PKCS #8 as base64.
    pub fn key(&self) -> Secret {
        self.key.clone()
    }

    /// The public half as PEM, for a certificate store (RFC 7468).
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// Makes the acceptor of TLS connections.
    ///
    /// # Errors
    /// [`Error::Internal`] if certificate and key do not match.
    pub fn acceptor(&self) -> Result<TlsAcceptor> {
        let internal = |detail: String| Error::Internal { detail };
        let key = STANDARD.decode(self.key.expose()).map_err(|e| internal(e.to_string()))?;
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|b| {
                b.with_no_client_auth().with_single_cert(
                    vec![CertificateDer::from(self.der.clone())],
                    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key)),
                )
            })
            .map_err(|e| internal(e.to_string()))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_comes_back_from_the_vault_and_ages() {
        let made = Certificate::make(1_800_000_000).unwrap();
        let back = Certificate::from_stored(&made.to_stored()).unwrap();
        assert_eq!(back.pem(), made.pem());
        back.acceptor().unwrap();
        assert!(back.is_fresh(1_800_000_000 + 366 * DAY - 1));
        assert!(!back.is_fresh(1_800_000_000 + 367 * DAY));
        assert!(Certificate::from_stored(&Secret::new("{\"v\":2}")).is_none());
        assert!(!format!("{made:?}").contains(made.key.expose()));
    }
}
