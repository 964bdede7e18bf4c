//! Whose token it is, and its revocation.

use url::Url;

use super::{Asking, no_message};
use crate::error::{Error, Result};
use crate::http::is_loopback;
use crate::provider::Provider;
use crate::provider::answer::Answers;
use crate::provider::messages::{Answer, Authenticate, Message};
use crate::provider::request::Values;
use crate::token::{End, Token};

/// Whose token it is, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name that the list of accounts shows.
    pub name: String,
    /// The name that the person chose.
    pub display_name: Option<String>,
    /// The provider's id of the person.
    pub user_id: Option<String>,
    /// The person's page, https only (http for this computer).
    pub url: Option<String>,
    /// What the token may do, where the answer says so (X: `x-access-level`, a hint that may be absent [M]).
    pub scopes: Option<Vec<String>>,
    /// When the token ends, if the answer says so.
    pub end: Option<End>,
}

/// Whose token it is by an answer; none if it contains neither a name nor an id. `values` fill the provider's template of
/// names.
pub fn identity_in(provider: &Provider, answers: &Answers<'_>, values: &mut Values<'_>) -> Option<Identity> {
    // A server's text goes to menus, terminals and files: control characters and what the server was sent are taken out.
    let echoes = values.echoes();
    let text = |answer| {
        let plain: String = answers.text(answer)?.chars().filter(|c| !c.is_control()).collect();
        Some(echoes.hidden(&plain, "…"))
    };
    let user_id = text(Answer::UserId);
    let username = text(Answer::Username).or_else(|| user_id.clone())?;
    values.put("username", username.clone());
    if let Some(display_name) = text(Answer::DisplayName) {
        values.put("display_name", display_name);
    }
    let name = provider.account_name.as_ref().and_then(|t| values.fill(t)).unwrap_or(username);
    let url = text(Answer::Url)
        .and_then(|u| Url::parse(&u).ok())
        .filter(|u| u.scheme() == "https" || is_loopback(u));
    Some(Identity {
        name,
        display_name: text(Answer::DisplayName),
        user_id,
        url: url.map(String::from),
        scopes: answers
            .words(Answer::Scope)
            .map(|words| words.iter().map(|word| echoes.hidden(word, "…")).collect()),
        end: None,
    })
}

impl Asking<'_> {
    /// Asks the provider whose token it is.
    ///
    /// # Errors
    /// Refusals ([`crate::error::Category::TokenDead`] and others) and network errors.
    pub async fn identify(&self, token: &Token) -> Result<Identity> {
        let message = self.provider.messages.identity.as_ref().ok_or_else(|| no_message("identity"))?;
        self.identify_by("identity", message, token).await
    }

    /// The same for a sub-account.
    ///
    /// # Errors
    /// As [`Asking::identify`].
    pub async fn identify_sub_account(&self, token: &Token) -> Result<Identity> {
        match &self.provider.messages.sub_identity {
            Some(message) => self.identify_by("sub_identity", message, token).await,
            None => self.identify(token).await,
        }
    }

    async fn identify_by(&self, what: &'static str, message: &Message, token: &Token) -> Result<Identity> {
        let mut values = self.values(token);
        let answers = self.ask(what, message, &values).await?;
        // An answer without a name and an id is none.
        let unnamed = || answers.need(what, Answer::Username);
        match identity_in(self.provider, &answers, &mut values) {
            // Only a moment: a number of seconds may be about something else here.
            Some(identity) => Ok(Identity {
                end: answers.moment(Answer::ExpiresAt).map(|moment| End::at(moment, self.now)),
                ..identity
            }),
            None => Err(unnamed().err().unwrap_or_else(Error::dead_token)),
        }
    }

    /// Revokes a token at the provider (RFC 7009), its refresh token first where the message takes either. Where the documents
    /// disagree and the first request is refused, the other one is sent, signed for each of `owners`.
    ///
    /// # Errors
    /// [`Error::ClientUnknown`], refusals and network errors. Of two tokens the first may be revoked then.
    pub async fn revoke(&self, token: &Token, owners: &[Token]) -> Result<()> {
        let messages = &self.provider.messages;
        let message = messages.revocation.as_ref().ok_or_else(|| no_message("revocation"))?;
        // An imported token may be of an app that is not known here.
        if message.authenticate == Authenticate::Client && self.client.is_none() && self.provider.needs_app() {
            return Err(Error::ClientUnknown);
        }
        let mut values = self.values(token);
        let first = token.refresh_token.as_ref().unwrap_or(&token.access_token);
        values.put_secret("token", Some(first));
        if message.names().any(|name| name == "token_id") {
            values.put("token_id", self.token_id(token).await?);
        }
        let mut result = self.ask("revocation", message, &values).await.map(drop);
        for owner in owners {
            let (Err(Error::Refused { .. }), Some(otherwise)) = (&result, &messages.revocation_otherwise) else {
                break;
            };
            self.sign_for(&mut values, owner);
            result = self.ask("revocation_otherwise", otherwise, &values).await.map(drop);
        }
        let both = message.form.values().flat_map(|t| t.names()).any(|name| name == "token");
        if result.is_ok() && both && token.refresh_token.is_some() {
            values.put_secret("token", Some(&token.access_token));
            // It may have ended with the other one, and cannot be revoked then.
            match self.ask("revocation", message, &values).await {
                Ok(_) | Err(Error::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        result
    }

    /// The platform's own id of a token, by the `inspect` message: its revocation names it so.
    async fn token_id(&self, token: &Token) -> Result<String> {
        let id = self.inspect(token).await?.and_then(|known| known.token_id);
        // It becomes part of an address.
        let is_plain = |id: &String| id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        id.filter(is_plain).ok_or_else(|| Error::AnswerUnreadable {
            what: "inspect",
            detail: "no plain TokenId in the answer".into(),
        })
    }
}
