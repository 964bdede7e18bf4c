//! Whose token it is; and its revocation.

use url::Url;

use super::{Asking, no_message};
use crate::error::Result;
use crate::http::is_loopback;
use crate::provider::message::{Answer, Message};
use crate::token::Secret;

/// Whose token it is, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What the list shows.
    pub name: String,
    /// What people read.
    pub display_name: Option<String>,
    /// The provider's id of the person.
    pub user_id: Option<String>,
    /// The person's page, https only (http for this computer).
    pub url: Option<String>,
}

impl Identity {
    /// Whether this is the account that a person means by a name or an id. `@`, case and the host do not matter where
    /// the person left them out.
    pub fn is(&self, meant: &str) -> bool {
        let plain = |s: &str| s.trim().trim_start_matches('@').to_lowercase();
        let (meant, name) = (plain(meant), plain(&self.name));
        let of_person = [self.user_id.as_deref(), self.display_name.as_deref(), self.url.as_deref()];
        name == meant || name.split('@').next() == Some(meant.as_str()) || of_person.into_iter().flatten().any(|s| plain(s) == meant)
    }
}

impl Asking<'_> {
    /// Asks the provider whose token it is.
    ///
    /// # Errors
    /// Refusals ([`crate::error::Category::TokenDead`] and others) and network errors.
    pub async fn identify(&self, token: &Secret) -> Result<Identity> {
        let message = self.provider.messages.identity.as_ref().ok_or_else(|| no_message("identity"))?;
        self.identify_by("identity", message, token).await
    }

    /// The same for an account beneath a person.
    ///
    /// # Errors
    /// As [`Asking::identify`].
    pub async fn identify_beneath(&self, token: &Secret) -> Result<Identity> {
        match &self.provider.messages.sub_identity {
            Some(message) => self.identify_by("sub_identity", message, token).await,
            None => self.identify(token).await,
        }
    }

    async fn identify_by(&self, what: &'static str, message: &Message, token: &Secret) -> Result<Identity> {
        let mut values = self.values(token);
        let answers = self.ask(what, message, &values).await?;
        let user_id = answers.text(Answer::UserId);
        let username = answers.need(what, Answer::Username).or_else(|e| user_id.clone().ok_or(e))?;
        values.put("username", username.clone());
        let name = self.provider.account_name.as_ref().and_then(|t| values.fill(t)).unwrap_or(username);
        let url = answers
            .text(Answer::Url)
            .and_then(|u| Url::parse(&u).ok())
            .filter(|u| u.scheme() == "https" || is_loopback(u));
        Ok(Identity {
            name,
            display_name: answers.text(Answer::DisplayName),
            user_id,
            url: url.map(String::from),
        })
    }

    /// Revokes a token at the provider (RFC 7009).
    ///
    /// # Errors
    /// Refusals and network errors: then nothing was revoked.
    pub async fn revoke(&self, token: &Secret) -> Result<()> {
        let message = self.provider.messages.revocation.as_ref().ok_or_else(|| no_message("revocation"))?;
        self.ask("revocation", message, &self.values(token)).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_may_be_meant_in_many_ways() {
        let ada = Identity {
            name: "@ada@social.example".into(),
            display_name: Some("Ada L.".into()),
            user_id: Some("17841400000000001".into()),
            url: Some("https://social.example/@ada".into()),
        };
        for meant in [
            "ada",
            "@Ada",
            " @ada@social.example ",
            "17841400000000001",
            "ada l.",
            "https://social.example/@ada",
        ] {
            assert!(ada.is(meant), "{meant}");
        }
        for other in ["grace", "@ada@elsewhere.example", "ad", ""] {
            assert!(!ada.is(other), "{other}");
        }
    }
}
