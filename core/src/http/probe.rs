//! Checks whether a host can be reached, and who issued its certificate, which shows an eavesdropper with a certificate of his own.

use reqwest::tls::{Certificate, TlsInfo};
use url::Url;

use super::Request;
use super::client::{Client, builder, clock_of};
use crate::error::{Error, Result};

/// The issuer of a host's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// Its name in the certificate.
    pub name: String,
    /// It is a public authority (of Mozilla's list, as built into this program). Otherwise it was added to this computer, by a company
    /// or by an eavesdropper.
    pub public: bool,
}

impl Client {
    /// Sends a harmless request, and returns the issuer of the host's certificate, if it has one.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn probe(&self, origin: &Url) -> Result<Option<Issuer>> {
        let request = Request::get("probe", origin.clone());
        let sent = self.to(origin)?.get(origin.clone()).send().await;
        let sent = sent.map_err(|e| self.failed(&request, &e))?;
        self.note_time(origin, clock_of(&sent));
        let info = sent.extensions().get::<TlsInfo>();
        let Some(name) = info.and_then(|i| issuer_of(i.peer_certificate()?)) else {
            return Ok(None);
        };
        let public = self.is_public(origin, &request).await;
        Ok(Some(Issuer { name, public }))
    }

    /// Whether the public authorities alone vouch for a host. A host that cannot be reached now has not failed because of its
    /// certificate.
    async fn is_public(&self, origin: &Url, request: &Request) -> bool {
        let authorities = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        let authorities = authorities.filter_map(|one| Certificate::from_der(one).ok());
        let builder = self.proxies().route(origin).and_then(builder);
        let Some(stranger) = builder.ok().and_then(|b| b.tls_certs_only(authorities).build().ok()) else {
            return true;
        };
        let sent = stranger.get(origin.clone()).send().await;
        !sent.is_err_and(|e| matches!(self.failed(request, &e), Error::ServerTls { .. }))
    }
}

/// The organisation, otherwise the common name, of a certificate's issuer (DER).
fn issuer_of(certificate: &[u8]) -> Option<String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let issuer = parsed.issuer();
    let name = issuer.iter_organization().chain(issuer.iter_common_name()).next()?;
    name.as_str().ok().map(str::to_owned)
}
