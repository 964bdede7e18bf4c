//! Whose token it is; and its revocation: what is asked of a provider with a token in hand.

use url::Url;

use super::{Credentials, put_client};
use crate::error::{Error, Result};
use crate::http::client::Client as HttpClient;
use crate::http::is_loopback;
use crate::provider::message::{Answer, Message};
use crate::provider::request::{Values, request};
use crate::provider::{Provider, answer};
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

/// Asks the provider whose token it is.
///
/// # Errors
/// Refusals ([`Category::TokenDead`], [`Category::MissingPermission`], …) and network errors.
pub async fn identify(http: &HttpClient, provider: &Provider, server: Option<&Url>, token: &Secret) -> Result<Identity> {
    let Some(message) = &provider.messages.identity else {
        return Err(Error::InputInvalid { field: "identity".into() });
    };
    let mut values = Values::of(provider, server);
    values.put_secret("access_token", Some(token));
    let answers = exchange(http, provider, "identity", message, None, &values).await?;
    let user_id = answers.text(Answer::UserId);
    let username = answers.need("identity", Answer::Username).or_else(|e| user_id.clone().ok_or(e))?;
    values.put("username", username.clone());
    let name = provider.account_name.as_ref().and_then(|t| values.fill(t)).unwrap_or(username);
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
pub async fn revoke(http: &HttpClient, provider: &Provider, server: Option<&Url>, client: &Credentials, token: &Secret) -> Result<()> {
    let Some(message) = &provider.messages.revocation else {
        return Err(Error::InputInvalid {
            field: "revocation".into(),
        });
    };
    let mut values = Values::of(provider, server);
    put_client(&mut values, client);
    values.put_secret("access_token", Some(token));
    exchange(http, provider, "revocation", message, client.client_type.as_deref(), &values)
        .await
        .map(drop)
}

async fn exchange<'m>(
    http: &HttpClient,
    provider: &Provider,
    what: &'static str,
    message: &'m Message,
    client_type: Option<&str>,
    values: &Values<'_>,
) -> Result<answer::Answers<'m>> {
    let sent = request(what, message, provider.authentication(client_type), values)?;
    let response = http.send(&sent).await?;
    answer::read(what, message, provider, &response).map_err(|e| values.hide(e))
}
