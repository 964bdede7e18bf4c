//! Whether a host can be reached, and who vouches for it: where somebody listens in between, it is seen here.

use reqwest::tls::{Certificate, TlsInfo};
use url::Url;

use super::Request;
use super::client::{Client, builder, clock_of};
use crate::error::{Error, Result};

/// Who signed a host's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// By that certificate's own word.
    pub name: String,
    /// One of the authorities that everybody trusts (Mozilla's list, as this program was built with it); else one that was
    /// added to this computer: by the company whose server it is, or by somebody who listens in.
    pub public: bool,
}

impl Client {
    /// A harmless request; who signed the host's certificate, where it has one.
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

    /// Whether a host is who it says for somebody who trusts the public authorities alone. A host that was reached and is not
    /// reached now has not failed for its certificate.
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

/// The organisation, else the name, of who signed a certificate (DER).
fn issuer_of(certificate: &[u8]) -> Option<String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let issuer = parsed.issuer();
    let name = issuer.iter_organization().chain(issuer.iter_common_name()).next()?;
    name.as_str().ok().map(str::to_owned)
}
