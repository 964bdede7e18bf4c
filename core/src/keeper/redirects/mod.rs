//! What a person does about redirects before a login: the https redirect's certificate, the relay page, and a look at what the
//! console made of the address. And the connections that are opened while the person is still at the consent page.

pub(super) mod probe;

use std::time::Duration;

use tokio::task::JoinHandle;
use url::Url;

use crate::error::{Error, Result};
use crate::http::{Request, may_be_reached};
use crate::keeper::view::providers::rules;
use crate::keeper::{Keeper, lock};
use crate::login::Errand;
use crate::redirect::certificate::Certificate;
use crate::vault::CERTIFICATE_KEY;
use crate::view::RedirectCheck;

/// The relay page, as it is hosted.
const RELAY_PAGE: &str = include_str!("../../../../docs/callback/index.html");
/// Idle connections are dropped by many servers after a minute.
const WARM_AGAIN: Duration = Duration::from_secs(45);

/// Connections that are kept open as long as this is.
pub(in crate::keeper) struct Warm(JoinHandle<()>);

impl Drop for Warm {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Keeper {
    /// The https redirect's certificate: the one in the store, or a new one. A store that gives nothing now costs a
    /// certificate for this once.
    ///
    /// # Errors
    /// [`Error::Internal`] where none can be made.
    pub async fn certificate(&self) -> Result<Certificate> {
        let now = self.now();
        self.blocking(move |keeper| {
            // Two logins at once make one certificate.
            let _alone = lock(&keeper.desk.certificate);
            let kind = keeper.desk.store.kind();
            let kept = keeper.read_secret(kind, CERTIFICATE_KEY);
            let fresh = |c: &Certificate| c.is_fresh(now);
            if let Some(certificate) = kept.as_ref().ok().and_then(Certificate::from_stored).filter(fresh) {
                return Ok(certificate);
            }
            let made = Certificate::make(now)?;
            if matches!(kept, Ok(_) | Err(Error::SecretMissing)) {
                keeper.keep_secret(CERTIFICATE_KEY, &made.to_stored())?;
                // A new one is trusted by nobody yet.
                keeper.desk.book.change(|book| {
                    book.certificate_trusted = false;
                    Ok(())
                })?;
            }
            Ok(made)
        })
        .await
    }

    /// The certificate in the store, to be trusted: one that is good for this once only is not worth it.
    ///
    /// # Errors
    /// The store's.
    pub async fn kept_certificate(&self) -> Result<Certificate> {
        let made = self.certificate().await?;
        self.blocking(move |keeper| {
            let kept = keeper.desk.store.read(keeper.desk.store.kind(), CERTIFICATE_KEY)?;
            let kept = kept.and_then(|s| Certificate::from_stored(&s)).ok_or(Error::SecretMissing)?;
            if kept.pem() == made.pem() {
                Ok(kept)
            } else {
                Err(Error::SecretMissing)
            }
        })
        .await
    }

    /// Writes down whether the certificate stands in the person's own certificate store.
    ///
    /// # Errors
    /// The book's.
    pub async fn set_certificate_trusted(&self, trusted: bool) -> Result<()> {
        self.blocking(move |keeper| {
            keeper.desk.book.change(|book| {
                book.certificate_trusted = trusted;
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(())
    }

    /// The relay page, ready to be uploaded.
    pub fn relay_page(&self) -> &'static str {
        RELAY_PAGE
    }

    /// Looks at a hosted relay page: reachable, https, the same bytes. From then on it is the relay redirect's address.
    ///
    /// # Errors
    /// [`Error::RelayNotHttps`], [`Error::RelayDiffers`], [`Error::Redirected`], network errors.
    pub async fn check_relay_page(&self, typed: &str) -> Result<()> {
        let not_https = || Error::RelayNotHttps { typed: typed.to_owned() };
        let url = Url::parse(typed.trim()).ok().filter(may_be_reached).ok_or_else(not_https)?;
        // What is registered has neither (RFC 6749 §3.1.2); userinfo would be somebody's password.
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(not_https());
        }
        let response = self.desk.http.send(&Request::get("relay page", url.clone())).await?;
        if (300..400).contains(&response.status) {
            let to = response.location.and_then(|l| Url::parse(&l).ok());
            return Err(Error::Redirected {
                host: to.map(|u| crate::http::host_of(&u)).unwrap_or_default(),
            });
        }
        // Hosts may end lines their own way; nothing else may differ.
        let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        if !response.is_success() || lines(response.body.expose()) != lines(RELAY_PAGE) {
            return Err(Error::RelayDiffers {
                url: typed.trim().to_owned(),
            });
        }
        // Character by character as typed: that is what stands in the console.
        let address = typed.trim().to_owned();
        self.blocking(move |keeper| {
            keeper.desk.book.change(|book| {
                book.settings.relay = address;
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(())
    }

    /// Compares the address that is sent with what the console shows after saving, and says which of the platform's rules
    /// the shown one breaks.
    ///
    /// # Errors
    /// [`Error::ProviderUnknown`].
    pub fn check_redirect(&self, provider: &str, expected: &str, shown: &str) -> Result<RedirectCheck> {
        let provider = self.desk.registry.require(provider)?;
        let shown = shown.trim().trim_matches(['"', '\'']);
        let rules = rules(&provider, Some(shown));
        Ok(RedirectCheck {
            error: difference(expected, shown).map(|e| e.view()),
            broken: rules.into_iter().filter(|rule| rule.broken).collect(),
        })
    }

    /// Opens connections to the hosts that the code will be redeemed at, while the person is still at the consent page:
    /// what comes home is then one round trip a message. Ends when it is dropped.
    pub(in crate::keeper) fn keep_warm(&self, errand: &Errand) -> Warm {
        let (http, origins) = (self.desk.http.clone(), errand.token_origins());
        Warm(tokio::spawn(async move {
            loop {
                for origin in &origins {
                    http.warm(origin).await;
                }
                tokio::time::sleep(WARM_AGAIN).await;
            }
        }))
    }
}

/// How an address differs from the one that is sent; none where it is the same, character by character.
fn difference(expected: &str, shown: &str) -> Option<Error> {
    if shown == expected {
        return None;
    }
    let difference = match (Url::parse(expected), Url::parse(shown)) {
        _ if shown.trim_end_matches('/') == expected.trim_end_matches('/') => "slash",
        (Ok(e), Ok(s)) if e.scheme() != s.scheme() => "scheme",
        (Ok(e), Ok(s)) if e.host_str() != s.host_str() => "host",
        (Ok(e), Ok(s)) if e.port_or_known_default() != s.port_or_known_default() => "port",
        (Ok(e), Ok(s)) if e.path() != s.path() => "path",
        _ => "text",
    };
    Some(Error::RedirectDiffers {
        difference,
        expected: expected.to_owned(),
        shown: shown.to_owned(),
    })
}
