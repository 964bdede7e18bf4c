//! What the browser is sent with: an authorization request, or temporary credentials that were asked for first. And what
//! proves afterwards, when the code is redeemed, that it was us who sent it.

use url::Url;

use super::{Errand, Way};
use crate::ask::{Credentials, clock_or};
use crate::error::{Category, Error, Result};
use crate::http::client::Client as HttpClient;
use crate::oauth1::{self, TokenCredentials};
use crate::oauth2::authorization::AuthorizationRequest;
use crate::oauth2::{self, pkce};
use crate::provider::messages::Answer;
use crate::provider::request::{Signing, request};
use crate::provider::{Authorize, Grant, Pkce, RedirectKind, answer};
use crate::token::Secret;

/// A question to the person, ready for the browser.
pub struct Asked {
    /// The consent page.
    pub(super) address: Url,
    /// The same without parameters.
    pub(super) endpoint: Url,
    /// By what the answer is known: the state, or the temporary token.
    pub(super) state: String,
    pub(super) proof: Proof,
}

/// What belongs to the code when it is redeemed.
pub(super) enum Proof {
    /// Nothing: the platform documents no PKCE.
    Nothing,
    /// The code verifier (RFC 7636 §4.1).
    Verifier(Secret),
    /// The temporary credentials (RFC 5849 §2.1).
    Temporary(TokenCredentials),
}

impl Errand {
    /// Makes the question. OAuth 1.0a asks the server for temporary credentials first; `now` in Unix seconds.
    ///
    /// # Errors
    /// [`Error::RelayExposed`], [`Error::InputInvalid`] for a redirect that is not for such a client; for OAuth 1.0a refusals,
    /// [`Error::ClockWrong`] and network errors.
    pub async fn ask(&self, http: &HttpClient, client: &Credentials, way: &Way, now: i64) -> Result<Asked> {
        let authorize = self.provider.authorize.as_ref();
        let authorize = authorize.ok_or(Error::InputInvalid { field: "authorize".into() })?;
        let redirect = self.provider.redirect(self.redirect);
        let types = redirect.map(|d| d.client_types.as_slice()).unwrap_or_default();
        if !types.is_empty() && !client.client_type.as_ref().is_some_and(|t| types.contains(t)) {
            return Err(Error::InputInvalid { field: "redirect".into() });
        }
        // A code that passes through other programs' hands needs something that they do not have (RFC 8252 §8.1).
        let exposed = matches!(self.redirect, RedirectKind::Relay | RedirectKind::PrivateUseScheme);
        if exposed && authorize.pkce == Pkce::None && client.client_secret.is_none() {
            return Err(Error::RelayExposed);
        }
        let endpoint = match &self.metadata.authorization_endpoint {
            Some(url) => url.clone(),
            None => self.values().url(&authorize.url)?,
        };
        match self.provider.grant {
            Grant::Oauth1 => self.ask_signed(http, client, way, authorize, endpoint, now).await,
            _ => Ok(self.ask_by_redirect(client, way, authorize, endpoint)),
        }
    }

    /// Parameters besides the protocol's own.
    pub(super) fn extra<'a>(&self, authorize: &'a Authorize) -> Vec<(&'a str, &'a str)> {
        let forced = authorize.force_login.iter().filter(|_| self.force_login);
        let again = authorize.rerequest.iter().filter(|_| self.rerequest);
        let all = authorize.params.iter().chain(forced).chain(again);
        all.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// RFC 6749 §4.1.1.
    pub(super) fn ask_by_redirect(&self, client: &Credentials, way: &Way, authorize: &Authorize, endpoint: Url) -> Asked {
        let state = oauth2::random();
        let verifier = (authorize.pkce == Pkce::S256).then(pkce::code_verifier);
        let address = AuthorizationRequest {
            endpoint: endpoint.clone(),
            client_id: &client.client_id,
            redirect_uri: &way.redirect_uri,
            scope: (!self.scopes.is_empty()).then(|| self.scope()),
            state: &state,
            code_challenge: verifier.as_ref().map(pkce::code_challenge),
            extra: self.extra(authorize),
        }
        .url();
        Asked {
            address,
            endpoint,
            state,
            proof: verifier.map_or(Proof::Nothing, Proof::Verifier),
        }
    }

    /// RFC 5849 §2.1 and §2.2. The callback is among what is signed.
    async fn ask_signed(
        &self,
        http: &HttpClient,
        client: &Credentials,
        way: &Way,
        authorize: &Authorize,
        endpoint: Url,
        now: i64,
    ) -> Result<Asked> {
        let what = "temporary_credentials";
        let message = self.provider.messages.temporary_credentials.as_ref();
        let message = message.ok_or(Error::InputInvalid { field: what.into() })?;
        let mut values = self.values();
        client.put(&mut values);
        let secret_missing = || Error::InputInvalid {
            field: "client_secret".into(),
        };
        values.sign_with(Signing {
            client: client.signing().ok_or_else(secret_missing)?,
            token: None,
            extra: vec![(oauth1::CALLBACK, Secret::new(way.redirect_uri.clone()))],
            timestamp: now,
        });
        let sent = request(what, message, self.authentication(client), &values)?;
        let response = http.send(&sent).await?;
        let answers = answer::answer_to(&sent, message, &self.provider, &values, &response);
        let answers = answers.map_err(|e| self.explain(clock_or(e, message, &response, now), way))?;
        let identifier = answers.need(what, Answer::AccessToken)?;
        let mut address = endpoint.clone();
        // §2.2: the temporary token alone; it is what the answer is known by.
        address.query_pairs_mut().append_pair("oauth_token", &identifier);
        address.query_pairs_mut().extend_pairs(self.extra(authorize));
        Ok(Asked {
            address,
            endpoint,
            state: identifier.clone(),
            proof: Proof::Temporary(TokenCredentials {
                identifier: Secret::new(identifier),
                secret: Secret::new(answers.need(what, Answer::TokenSecret)?),
            }),
        })
    }

    /// A refusal over the redirect URI names the URI.
    pub(super) fn explain(&self, error: Error, way: &Way) -> Error {
        match error {
            Error::Refused {
                category: category @ (Category::RedirectMismatch | Category::RedirectNotRegistered),
                words,
                action,
                ..
            } => Error::RedirectRefused {
                registered: category == Category::RedirectMismatch,
                redirect_uri: way.redirect_uri.clone(),
                words,
                action,
            },
            other => other,
        }
    }
}
