//! A client that the server registers by itself (the Mastodon family), and whether the server still knows one.

use super::{LoginRedirect, LoginRequest};
use crate::ask::Credentials;
use crate::error::{Category, Error, Intermediary, Result};
use crate::http::client::Client as HttpClient;
use crate::provider::messages::Answer;
use crate::provider::request::request;
use crate::provider::{Authentication, answer};
use crate::token::Secret;

impl LoginRequest {
    /// Whether the server has forgotten a client. Only a clear refusal counts: any other failure shows up again later.
    ///
    /// # Errors
    /// Network errors.
    pub async fn is_forgotten(&self, http: &HttpClient, client: &Credentials, redirect: &LoginRedirect) -> Result<bool> {
        let Some(message) = &self.provider.messages.client_check else {
            return Ok(false);
        };
        let mut values = self.values();
        client.put(&mut values);
        if !redirect.redirect_uri.is_empty() {
            values.put("redirect_uri", redirect.redirect_uri.clone());
        }
        let sent = request("client_check", message, self.authentication(Some(client)), &values)?;
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
        if let [uri] = redirect_uris {
            values.put("redirect_uri", uri);
        }
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
            // Servers without registration answer with a page, or refuse without a reason.
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
