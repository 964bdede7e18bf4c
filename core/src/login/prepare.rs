//! The address of the consent page: an authorization request (RFC 6749 §4.1.1), or one with temporary credentials (RFC 5849
//! §2.1). And the proof that goes with the code when it is redeemed.

use url::Url;

use super::{LoginRedirect, LoginRequest};
use crate::ask::{Credentials, clock_or};
use crate::error::{Category, Error, Result};
use crate::http::client::Client as HttpClient;
use crate::oauth1::{self, TokenCredentials};
use crate::oauth2;
use crate::oauth2::authorization::AuthorizationRequest;
use crate::provider::messages::Answer;
use crate::provider::request::{Signing, request};
use crate::provider::{Authorize, GrantType, Pkce, RedirectKind, answer};
use crate::token::Secret;

/// An authorization that the person can be asked for.
pub struct PreparedAuthorization {
    /// What the browser opens.
    pub(super) address: Url,
    /// The redirect URI in it, if it has one.
    pub(super) redirect_uri: Option<String>,
    /// What identifies the answer: the state, or the temporary token.
    pub(super) state: String,
    pub(super) proof: Proof,
}

/// What is sent with the code when it is redeemed.
pub(super) enum Proof {
    /// Nothing: the platform documents no PKCE.
    Nothing,
    /// The code verifier (RFC 7636 §4.1).
    Verifier(Secret),
    /// The temporary credentials (RFC 5849 §2.1).
    Temporary(TokenCredentials),
}

impl LoginRequest {
    /// Prepares the authorization. OAuth 1.0a first asks the server for temporary credentials. `now` is in Unix seconds.
    ///
    /// # Errors
    /// [`Error::RelayExposed`], [`Error::InputInvalid`] for a redirect that is not for such a client; for OAuth 1.0a refusals,
    /// [`Error::ClockWrong`] and network errors.
    pub async fn prepare(
        &self,
        http: &HttpClient,
        client: Option<&Credentials>,
        redirect: &LoginRedirect,
        now: i64,
    ) -> Result<PreparedAuthorization> {
        let authorize = self.provider.authorize.as_ref();
        let authorize = authorize.ok_or(Error::InputInvalid { field: "authorize".into() })?;
        let types = self
            .provider
            .redirect(self.redirect)
            .map(|r| r.client_types.as_slice())
            .unwrap_or_default();
        let client_type = client.and_then(|c| c.client_type.as_ref());
        if !types.is_empty() && !client_type.is_some_and(|t| types.contains(t)) {
            return Err(Error::InputInvalid { field: "redirect".into() });
        }
        // Other programs may see the code here: it must be worthless without something that they do not have (RFC 8252 §8.1).
        let exposed = matches!(self.redirect, RedirectKind::Relay | RedirectKind::PrivateUseScheme);
        if exposed && authorize.pkce == Pkce::None && client.is_none_or(|c| c.client_secret.is_none()) {
            return Err(Error::RelayExposed);
        }
        match (self.provider.grant, client) {
            (GrantType::Oauth1, Some(client)) => self.with_temporary_credentials(http, client, redirect, authorize, now).await,
            (GrantType::Oauth1, None) => Err(Error::ClientUnknown),
            _ => self.by_redirect(client, redirect, authorize),
        }
    }

    /// The page that the person is sent to, without its parameters. `{state}` in it has a value if there is a state.
    pub(super) fn endpoint(&self, authorize: &Authorize, state: Option<&str>) -> Result<Url> {
        let mut values = self.values();
        if let Some(state) = state {
            values.put("state", state);
        }
        match &self.metadata.authorization_endpoint {
            Some(url) => Ok(url.clone()),
            None => values.url(&authorize.url),
        }
    }

    /// Parameters besides the protocol's own, each once: what a login asks for replaces what is always sent.
    pub(super) fn extra<'a>(&self, authorize: &'a Authorize) -> Vec<(&'a str, &'a str)> {
        let mut all: Vec<(&str, &str)> = Vec::new();
        let forced = authorize.force_login.iter().filter(|_| self.force_login);
        let again = authorize.rerequest.iter().filter(|_| self.rerequest);
        for (name, value) in authorize.params.iter().chain(forced).chain(again) {
            match all.iter_mut().find(|(known, _)| known == name) {
                Some((_, replaced)) => *replaced = value,
                None => all.push((name, value)),
            }
        }
        all
    }

    /// The redirect URI as it is sent: with the state in it where the platform sends back nothing else; none for a platform that shows
    /// a code because it got none.
    fn sent_redirect_uri(&self, redirect: &LoginRedirect, authorize: &Authorize, state: &str) -> Option<String> {
        let uri = redirect.redirect_uri.as_str();
        match authorize.state_in_redirect.then(|| Url::parse(uri)) {
            Some(Ok(mut url)) if uri.contains("://") => {
                url.query_pairs_mut().append_pair(&self.provider.callback.state, state);
                // The rest stays as it is, character by character.
                Some(format!("{uri}?{}", url.query().unwrap_or_default()))
            }
            _ => Some(uri.to_owned()).filter(|uri| !uri.is_empty()),
        }
    }

    /// RFC 6749 §4.1.1.
    pub(super) fn by_redirect(
        &self,
        client: Option<&Credentials>,
        redirect: &LoginRedirect,
        authorize: &Authorize,
    ) -> Result<PreparedAuthorization> {
        let state = oauth2::random();
        let verifier = (authorize.pkce == Pkce::S256).then(oauth2::code_verifier);
        let redirect_uri = self.sent_redirect_uri(redirect, authorize, &state);
        let named = client.map(|c| c.client_id.as_str()).or(self.provider.client_id.as_deref());
        let address = AuthorizationRequest {
            endpoint: self.endpoint(authorize, Some(&state))?,
            names: authorize.names.iter().map(|(p, name)| (p.name(), name.as_str())).collect(),
            client_id: named,
            redirect_uri: redirect_uri.as_deref(),
            scope: (!self.scopes.is_empty()).then(|| self.scope()),
            state: &state,
            code_challenge: verifier.as_ref().map(oauth2::code_challenge),
            extra: self.extra(authorize),
        }
        .url();
        Ok(PreparedAuthorization {
            address,
            redirect_uri,
            state,
            proof: verifier.map_or(Proof::Nothing, Proof::Verifier),
        })
    }

    /// RFC 5849 §2.1 and §2.2. The signature covers the callback.
    async fn with_temporary_credentials(
        &self,
        http: &HttpClient,
        client: &Credentials,
        redirect: &LoginRedirect,
        authorize: &Authorize,
        now: i64,
    ) -> Result<PreparedAuthorization> {
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
            extra: vec![(oauth1::CALLBACK, Secret::new(redirect.redirect_uri.clone()))],
            timestamp: now,
        });
        let sent = request(what, message, self.authentication(Some(client)), &values)?;
        let response = http.send(&sent).await?;
        let answers = answer::answer_to(&sent, message, &self.provider, &values, &response);
        let answers = answers.map_err(|e| self.explain(clock_or(e, message, &response, now), redirect))?;
        let identifier = answers.need(what, Answer::AccessToken)?;
        let mut address = self.endpoint(authorize, None)?;
        // §2.2: only the temporary token, which identifies the answer.
        address.query_pairs_mut().append_pair("oauth_token", &identifier);
        address.query_pairs_mut().extend_pairs(self.extra(authorize));
        Ok(PreparedAuthorization {
            address,
            redirect_uri: Some(redirect.redirect_uri.clone()),
            state: identifier.clone(),
            proof: Proof::Temporary(TokenCredentials {
                identifier: Secret::new(identifier),
                secret: Secret::new(answers.need(what, Answer::TokenSecret)?),
            }),
        })
    }

    /// A refusal over the redirect URI names the URI.
    pub(super) fn explain(&self, error: Error, redirect: &LoginRedirect) -> Error {
        match error {
            Error::Refused {
                category: category @ (Category::RedirectMismatch | Category::RedirectNotRegistered),
                words,
                action,
                ..
            } => Error::RedirectRefused {
                registered: category == Category::RedirectMismatch,
                redirect_uri: redirect.redirect_uri.clone(),
                words,
                action,
            },
            other => other,
        }
    }
}
