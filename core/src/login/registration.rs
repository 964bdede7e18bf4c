//! A client that the server registers by itself: made, and asked after.

use super::{Errand, Way};
use crate::ask::Credentials;
use crate::error::{Category, Error, Intermediary, Result};
use crate::http::client::Client as HttpClient;
use crate::provider::messages::Answer;
use crate::provider::request::request;
use crate::provider::{Authentication, answer};
use crate::token::Secret;

impl Errand {
    /// Whether the server still knows a client. Only a clear no counts: what else goes wrong will be met again.
    ///
    /// # Errors
    /// Network errors.
    pub async fn is_forgotten(&self, http: &HttpClient, client: &Credentials, way: &Way) -> Result<bool> {
        let Some(message) = &self.provider.messages.client_check else {
            return Ok(false);
        };
        let mut values = self.values();
        client.put(&mut values);
        values.put("redirect_uri", way.redirect_uri.clone());
        let sent = request("client_check", message, self.authentication(client), &values)?;
        let response = http.send(&sent).await?;
        match answer::read("client_check", message, &self.provider, &response) {
            Err(Error::Refused {
                category: Category::ClientAuth,
                ..
            }) => Ok(true),
            _ => Ok(false),
        }
    }

    /// Registers a client (the Mastodon family's POST /api/v1/apps).
    ///
    /// # Errors
    /// [`Error::RegistrationRefused`], rate limits and network errors as themselves.
    pub async fn register(&self, http: &HttpClient, name: &str, redirect_uris: &[String]) -> Result<Credentials> {
        let message = self.provider.messages.registration.as_ref().ok_or(Error::ClientUnknown)?;
        let mut values = self.values();
        values.put("client_name", name);
        values.put("redirect_uris", redirect_uris.join("\n"));
        let sent = request("registration", message, Authentication::None, &values)?;
        let response = http.send(&sent).await?;
        let host = sent.host();
        let refused = |e| match e {
            Error::Refused {
                category: Category::Refused | Category::RedirectNotRegistered,
                status,
                words,
                ..
            } => Error::RegistrationRefused { host, status, words },
            // A page that says so, or a refusal without a word, is what a server without registration answers.
            Error::Intermediary {
                kind: Intermediary::Page | Intermediary::Silent,
                status: status @ (401 | 403 | 404 | 405 | 410 | 501),
                ..
            } => Error::RegistrationRefused { host, status, words: None },
            other => other,
        };
        let answers = answer::answer_to(&sent, message, &self.provider, &values, &response).map_err(refused)?;
        Ok(Credentials {
            client_id: answers.need("registration", Answer::ClientId)?,
            client_secret: answers.text(Answer::ClientSecret).map(Secret::new),
            client_type: None,
        })
    }
}
