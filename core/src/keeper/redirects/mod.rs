//! Redirects before a login: the https redirect's certificate, the relay page, and whether a console kept the redirect URI as it
//! was typed. `probe` tests whether a redirect works on this computer.

pub(super) mod probe;

use url::Url;

use crate::error::{Error, Result};
use crate::http::{Request, may_be_reached};
use crate::keeper::{Keeper, lock};
use crate::provider::{Provider, RedirectRule};
use crate::redirect::certificate::Certificate;
use crate::vault::CERTIFICATE_KEY;
use crate::view::{RedirectCheck, RuleView};

/// The relay page, as it is hosted.
const RELAY_PAGE: &str = include_str!("../../../../docs/callback/index.html");

impl Keeper {
    /// The https redirect's certificate: the one in the store, or a new one. Where the store cannot be read, the new one is used
    /// once and not kept.
    ///
    /// # Errors
    /// [`Error::Internal`] where none can be made.
    pub async fn certificate(&self) -> Result<Certificate> {
        let now = self.now();
        self.blocking(move |keeper| {
            // Two logins at once make one certificate.
            let _making = lock(&keeper.shared.certificate);
            let kind = keeper.shared.store.kind();
            let kept = keeper.read_secret(kind, CERTIFICATE_KEY);
            let is_fresh = |c: &Certificate| c.is_fresh(now);
            if let Some(certificate) = kept.as_ref().ok().and_then(Certificate::from_stored).filter(is_fresh) {
                return Ok(certificate);
            }
            let made = Certificate::make(now)?;
            if matches!(kept, Ok(_) | Err(Error::SecretMissing)) {
                keeper.keep_secret(CERTIFICATE_KEY, &made.to_stored())?;
                // No browser trusts a new one yet.
                keeper.shared.book.change(|book| {
                    book.certificate_trusted = false;
                    Ok(())
                })?;
            }
            Ok(made)
        })
        .await
    }

    /// The certificate in the store, for the person to trust. One that is used only once is not worth that.
    ///
    /// # Errors
    /// The store's.
    pub async fn kept_certificate(&self) -> Result<Certificate> {
        let made = self.certificate().await?;
        self.blocking(move |keeper| {
            let kept = keeper.shared.store.read(keeper.shared.store.kind(), CERTIFICATE_KEY)?;
            let kept = kept.and_then(|s| Certificate::from_stored(&s)).ok_or(Error::SecretMissing)?;
            if kept.pem() == made.pem() {
                Ok(kept)
            } else {
                Err(Error::SecretMissing)
            }
        })
        .await
    }

    /// Notes whether the person's certificate store has the certificate.
    ///
    /// # Errors
    /// The book's.
    pub async fn set_certificate_trusted(&self, trusted: bool) -> Result<()> {
        self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
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

    /// Checks a hosted relay page: reachable, https, the same bytes. From then on its address is the relay redirect's.
    ///
    /// # Errors
    /// [`Error::RelayNotHttps`], [`Error::RelayDiffers`], [`Error::Redirected`], network errors.
    pub async fn check_relay_page(&self, typed: &str) -> Result<()> {
        let not_https = || Error::RelayNotHttps { typed: typed.to_owned() };
        let url = Url::parse(typed.trim()).ok().filter(may_be_reached).ok_or_else(not_https)?;
        // A redirect URI has no fragment (RFC 6749 §3.1.2), and the relay adds the query; userinfo would be a password.
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(not_https());
        }
        let response = self.shared.http.send(&Request::get("relay page", url.clone())).await?;
        if (300..400).contains(&response.status) {
            let to = response.location.and_then(|l| Url::parse(&l).ok());
            return Err(Error::Redirected {
                host: to.map(|u| crate::http::host_of(&u)).unwrap_or_default(),
            });
        }
        // A host may change the ends of lines; nothing else may differ.
        let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        if !response.is_success() || lines(response.body.expose()) != lines(RELAY_PAGE) {
            return Err(Error::RelayDiffers {
                url: typed.trim().to_owned(),
            });
        }
        // As typed, character by character: the console has it so.
        let address = typed.trim().to_owned();
        self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
                book.settings.relay = address;
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(())
    }

    /// Compares the redirect URI that is sent with what the console shows, and says which of the platform's rules the shown one
    /// breaks.
    ///
    /// # Errors
    /// [`Error::ProviderUnknown`].
    pub fn check_redirect(&self, provider: &str, expected: &str, shown: &str) -> Result<RedirectCheck> {
        let provider = self.shared.registry.require(provider)?;
        let shown = shown.trim().trim_matches(['"', '\'']);
        // Behind the question mark there may be an access token, which is not said again.
        let ends = |c| provider.callback.access_token.is_some() && matches!(c, '?' | '#');
        let shown = shown.split(ends).next().unwrap_or_default();
        let rules = rules(&provider, Some(shown));
        Ok(RedirectCheck {
            error: difference(expected, shown).map(|e| e.view()),
            broken: rules.into_iter().filter(|rule| rule.broken).collect(),
        })
    }
}

/// The platform's rules for a redirect URI, the broken ones marked.
pub(in crate::keeper) fn rules(provider: &Provider, uri: Option<&str>) -> Vec<RuleView> {
    let view = |(rule, broken): (&RedirectRule, bool)| RuleView {
        text: rule.text.clone(),
        broken,
        doubtful: rule.doubtful,
    };
    provider.redirect_rules(uri).map(view).collect()
}

/// How a redirect URI differs from the one that is sent; none where it is the same, character by character.
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
