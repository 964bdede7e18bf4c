//! Longer-lived tokens, and what the provider knows of a token: the exchange of a short-lived one, renewal, inspection, and the
//! scopes that were granted.

use super::{Asking, no_message};
use crate::error::{Error, Result};
use crate::provider::Renewal;
use crate::provider::messages::{Answer, Message};
use crate::token::{End, Secret, Token};

/// What the provider knows of a token. Times are Unix seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// When it was issued.
    pub issued: Option<i64>,
    /// When it ends, if the provider says that.
    pub end: Option<End>,
    /// When access to the person's data ends.
    pub data_access_expires: Option<i64>,
    /// Its scopes, if the provider says them.
    pub scopes: Option<Vec<String>>,
    /// The provider's own id of it, if it has one.
    pub token_id: Option<String>,
}

/// A token that was asked for by the client's keys.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The token.
    pub token: Token,
    /// The provider's id of the person, if the answer has it.
    pub owner: Option<String>,
}

impl Asking<'_> {
    /// Exchanges a token for a longer-lived one (Threads, Instagram, Facebook: docs/facts/threads.md#long-token,
    /// docs/facts/instagram.md#long-token, docs/facts/facebook.md#long-token).
    ///
    /// # Errors
    /// Refusals and network errors: the token that was sent is as good as before.
    pub async fn exchange(&self, token: &Token) -> Result<Token> {
        let message = self.provider.messages.exchange.as_ref().ok_or_else(|| no_message("exchange"))?;
        self.longer("exchange", message, token).await
    }

    /// Renews a token with the token itself (docs/facts/threads.md#renewal, docs/facts/instagram.md#renewal), or with its refresh token
    /// (RFC 6749 §6).
    ///
    /// # Errors
    /// As [`Asking::exchange`].
    pub async fn refresh(&self, token: &Token) -> Result<Token> {
        let message = self.provider.messages.refresh.as_ref().ok_or_else(|| no_message("refresh"))?;
        self.longer("refresh", message, token).await
    }

    async fn longer(&self, what: &'static str, message: &Message, token: &Token) -> Result<Token> {
        let answers = self.ask(what, message, &self.values(token)).await?;
        let lifetime = &self.provider.lifetime;
        let access_token = Secret::new(answers.need(what, Answer::AccessToken)?);
        // A server that sends no new refresh token leaves the old one valid (RFC 6749 §6), unless each works once.
        let refresh_token = answers
            .text(Answer::RefreshToken)
            .map(Secret::new)
            .or_else(|| token.refresh_token.clone().filter(|_| !lifetime.rotates));
        let is_kept = refresh_token == token.refresh_token;
        let refresh_expires = match answers.refresh_end(self.now) {
            Some(end) => end.expires(),
            None => token.refresh_expires.filter(|_| is_kept),
        };
        Ok(Token {
            expires: lifetime.assumed_end(&answers, &access_token, self.now),
            refresh_expires: refresh_expires.filter(|_| refresh_token.is_some()),
            refresh_token,
            generation: token.generation + 1,
            ..Token::new(access_token, self.now)
        })
    }

    /// Asks for the client's own token once more (RFC 6749 §4.4), with a refresh token where the file's tokens renew by one.
    ///
    /// # Errors
    /// As [`Asking::exchange`]; [`Error::ClientUnknown`].
    pub async fn issue(&self, token: &Token, scope: &str) -> Result<Issued> {
        let message = self.provider.messages.token.as_ref().ok_or_else(|| no_message("token"))?;
        if self.client.is_none() {
            return Err(Error::ClientUnknown);
        }
        let mut values = self.of_client();
        values.put("scope", scope);
        let answers = self.ask("token", message, &values).await?;
        let access_token = Secret::new(answers.need("token", Answer::AccessToken)?);
        let lifetime = &self.provider.lifetime;
        let refreshes = lifetime.renewal == Renewal::RefreshToken;
        let refresh_token = answers.text(Answer::RefreshToken).filter(|_| refreshes).map(Secret::new);
        let refresh_expires = answers.refresh_end(self.now).and_then(End::expires);
        Ok(Issued {
            owner: answers.text(Answer::UserId),
            token: Token {
                expires: lifetime.assumed_end(&answers, &access_token, self.now),
                refresh_expires: refresh_expires.filter(|_| refresh_token.is_some()),
                refresh_token,
                generation: token.generation + 1,
                ..Token::new(access_token, answers.time(Answer::IssuedAt).unwrap_or(self.now))
            },
        })
    }

    /// What the provider knows of a token; none where its file has no such message.
    ///
    /// # Errors
    /// Refusals and network errors; "token dead" where the answer says that it is not valid.
    pub async fn inspect(&self, token: &Token) -> Result<Option<Inspection>> {
        let Some(message) = &self.provider.messages.inspect else {
            return Ok(None);
        };
        let mut values = self.values(token);
        if self.provider.inspects_by_app() {
            values.put_secret("app_token", Some(&self.app_token().await?));
        }
        let answers = self.ask("inspect", message, &values).await?;
        if answers.text(Answer::Valid).as_deref() == Some("false") {
            return Err(Error::dead_token());
        }
        Ok(Some(Inspection {
            issued: answers.time(Answer::IssuedAt),
            end: answers.end(self.now),
            data_access_expires: answers.time(Answer::DataAccessExpiresAt),
            scopes: answers.words(Answer::Scope),
            token_id: answers.text(Answer::TokenId),
        }))
    }

    /// The scopes that were really granted; none where the file has no such message.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn granted(&self, token: &Token) -> Result<Option<Vec<String>>> {
        let Some(message) = &self.provider.messages.granted else {
            return Ok(None);
        };
        let list = self.list("granted", message, &self.values(token)).await?;
        Ok(Some(list.items.iter().filter_map(|item| item.text(Answer::Scope)).collect()))
    }

    /// A code with which another device gets a token of its own (docs/facts/facebook.md#another-device).
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn device_code(&self, token: &Token, redirect_uri: &str) -> Result<Secret> {
        let message = self
            .provider
            .messages
            .device_code
            .as_ref()
            .ok_or_else(|| no_message("device_code"))?;
        let mut values = self.values(token);
        values.put("redirect_uri", redirect_uri);
        let answers = self.ask("device_code", message, &values).await?;
        answers.need("device_code", Answer::Code).map(Secret::new)
    }

    /// Redeems a code from another device: the token, and the name that the provider gives this machine.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn device_token(&self, code: &Secret, redirect_uri: &str, machine: Option<&str>) -> Result<(Token, Option<String>)> {
        let message = self
            .provider
            .messages
            .device_token
            .as_ref()
            .ok_or_else(|| no_message("device_token"))?;
        let mut values = self.of_client();
        values.put_secret("code", Some(code));
        values.put("redirect_uri", redirect_uri);
        if let Some(machine) = machine {
            values.put("machine_id", machine);
        }
        let answers = self.ask("device_token", message, &values).await?;
        let access_token = Secret::new(answers.need("device_token", Answer::AccessToken)?);
        let end = self.provider.lifetime.end(&answers, &access_token, self.now);
        let token = Token {
            expires: end.and_then(End::expires),
            ..Token::new(access_token, self.now)
        };
        Ok((token, answers.text(Answer::MachineId)))
    }

    /// The app's own token.
    ///
    /// # Errors
    /// Refusals and network errors; [`crate::error::Error::InputInvalid`] where the platform has none.
    pub async fn app_token(&self) -> Result<Secret> {
        let message = self.provider.messages.app_token.as_ref().ok_or_else(|| no_message("app_token"))?;
        let values = self.of_client();
        let answers = self.ask("app_token", message, &values).await?;
        answers.need("app_token", Answer::AccessToken).map(Secret::new)
    }
}
