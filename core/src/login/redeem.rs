//! What a login obtains: a token for a code, a token for the client alone, or the token that the person typed in.

use super::{Consent, LoginRedirect, LoginRequest, Proof};
use crate::ask::{Credentials, Identity, clock_or, identity_in};
use crate::error::{Error, Result};
use crate::http::client::Client as HttpClient;
use crate::http::{Request, Response};
use crate::oauth1;
use crate::provider::answer::{self, Answers};
use crate::provider::messages::{Answer, Message};
use crate::provider::request::{Signing, Values, request};
use crate::provider::{Authentication, QuestionKind};
use crate::redirect::waiting::Answer as Arrived;
use crate::token::{End, Secret, Token};
use crate::view::LoginPlan;

/// What a login obtained.
#[derive(Clone)]
pub struct Grant {
    /// The token.
    pub token: Token,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// Scopes that were asked for and not granted.
    pub declined: Vec<String>,
    /// Whose token it is, where the token's own answer says so.
    pub owner: Option<Identity>,
    /// The login name with which the token is used.
    pub login_name: Option<String>,
}

impl LoginRequest {
    /// Redeems the code at the token endpoint (RFC 6749 §4.1.3, RFC 5849 §2.3), unless the token itself has come.
    ///
    /// # Errors
    /// Refusals in the shared vocabulary, network errors, [`Error::AnswerUnreadable`].
    pub async fn redeem(
        &self,
        http: &HttpClient,
        client: Option<&Credentials>,
        redirect: &LoginRedirect,
        consent: &Consent,
        now: i64,
    ) -> Result<Grant> {
        if self.provider.callback.access_token.is_some() {
            return Ok(self.received(&consent.answer, now));
        }
        self.obtain(http, client, Some((redirect, consent)), now).await
    }

    /// Asks for the client's own token (RFC 6749 §4.4).
    ///
    /// # Errors
    /// As [`LoginRequest::redeem`].
    pub async fn redeem_for_client(&self, http: &HttpClient, client: &Credentials, now: i64) -> Result<Grant> {
        self.obtain(http, Some(client), None, now).await
    }

    /// The access token of an authorization response. Until the platform has said whose it is, it is shown by its login name.
    fn received(&self, answer: &Arrived, now: i64) -> Grant {
        let owner = answer.username.as_ref().map(|username| {
            let mut values = self.values();
            values.put("username", username.clone());
            let name = self.provider.account_name.as_ref().and_then(|t| values.fill(t));
            Identity {
                name: name.unwrap_or_else(|| username.clone()),
                display_name: None,
                user_id: None,
                url: None,
                scopes: None,
                end: None,
            }
        });
        let lifetime = &self.provider.lifetime;
        let end = lifetime.own_end(&answer.code, now);
        let end = end.or_else(|| lifetime.assumed().map(|lives| End::after(lives, now)));
        Grant {
            token: Token {
                expires: end.and_then(End::expires),
                ..Token::new(answer.code.clone(), now)
            },
            scopes: self.scopes.clone(),
            declined: Vec::new(),
            owner,
            login_name: answer.username.clone(),
        }
    }

    async fn obtain(
        &self,
        http: &HttpClient,
        client: Option<&Credentials>,
        consented: Option<(&LoginRedirect, &Consent)>,
        now: i64,
    ) -> Result<Grant> {
        let message = self.token_message()?;
        let mut values = self.values();
        if let Some(client) = client {
            client.put(&mut values);
        }
        if let Some((_, consent)) = consented {
            let code = &consent.answer.code;
            if let Some(sent) = &consent.redirect_uri {
                values.put("redirect_uri", sent.clone());
            }
            values.put_secret("code", Some(code));
            match (&consent.proof, client.and_then(Credentials::signing)) {
                (Proof::Verifier(verifier), _) => values.put_secret("code_verifier", Some(verifier)),
                (Proof::Temporary(temporary), Some(signing)) => values.sign_with(Signing {
                    client: signing,
                    token: Some(temporary.clone()),
                    extra: vec![(oauth1::VERIFIER, code.clone())],
                    timestamp: now,
                }),
                _ => {}
            }
        }
        let (sent, response) = self.ask_for_token(http, client, message, &values).await?;
        let answers = answer::answer_to(&sent, message, &self.provider, &values, &response);
        let answers = answers.map_err(|e| {
            let error = clock_or(e, message, &response, now);
            match consented {
                Some((redirect, _)) => self.explain(error, redirect),
                None => error,
            }
        })?;
        self.grant_in(&answers, values, now)
    }

    pub(super) fn token_message(&self) -> Result<&Message> {
        let message = self.provider.messages.token.as_ref();
        message.ok_or(Error::InputInvalid { field: "token".into() })
    }

    /// Sends the token message.
    pub(super) async fn ask_for_token(
        &self,
        http: &HttpClient,
        client: Option<&Credentials>,
        message: &Message,
        values: &Values<'_>,
    ) -> Result<(Request, Response)> {
        let mut sent = request("token", message, self.authentication(client), values)?;
        if let Some(endpoint) = &self.metadata.token_endpoint {
            sent.url = endpoint.clone();
        }
        let response = http.send(&sent).await?;
        Ok((sent, response))
    }

    /// The token in an answer, and what the answer says about it.
    pub(super) fn grant_in(&self, answers: &Answers<'_>, mut values: Values<'_>, now: i64) -> Result<Grant> {
        let access_token = Secret::new(answers.need("token", Answer::AccessToken)?);
        let lifetime = &self.provider.lifetime;
        let short = lifetime.short_minutes.map(|minutes| now + i64::from(minutes) * 60);
        let expires = match lifetime.end(answers, &access_token, now) {
            Some(end) => end.expires(),
            // What is assumed of a longer-lived token is not true of this one.
            None if short.is_some() || self.provider.messages.exchange.is_some() => short,
            None => lifetime.assumed_end(answers, &access_token, now),
        };
        let refresh_token = answers.text(Answer::RefreshToken).map(Secret::new);
        let refresh_end = answers.refresh_end(now).and_then(End::expires);
        let token = Token {
            token_secret: answers.text(Answer::TokenSecret).map(Secret::new),
            expires,
            refresh_expires: refresh_end.filter(|_| refresh_token.is_some()),
            refresh_token,
            ..Token::new(access_token, answers.time(Answer::IssuedAt).unwrap_or(now))
        };
        // RFC 6749 §5.1: no scope in the answer means the scope that was asked for.
        let scopes = answers.words(Answer::Scope).unwrap_or_else(|| self.scopes.clone());
        // OpenID Connect Core §11: the refresh token is what this scope is for, whether or not the answer names it
        // (docs/facts/microsoft.md#tokens).
        let is_granted = |scope: &String| scopes.contains(scope) || (scope == "offline_access" && token.refresh_token.is_some());
        let declined = self.scopes.iter().filter(|scope| !is_granted(scope)).cloned().collect();
        let owner = answers
            .text(Answer::Username)
            .and(identity_in(&self.provider, answers, &mut values));
        Ok(Grant {
            token,
            scopes,
            declined,
            owner,
            login_name: None,
        })
    }

    /// The token that the person typed in: a console made it.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] with the question's id where an answer is missing or does not match the question's pattern.
    pub fn typed_token(&self, plan: &LoginPlan, now: i64) -> Result<Grant> {
        let needed = |kind, field: &str| {
            let question = self.provider.question(kind);
            let question = question.ok_or_else(|| Error::InputInvalid { field: field.into() })?;
            let missing = || Error::InputInvalid {
                field: question.id.clone(),
            };
            Ok((
                question,
                question
                    .answer(plan.answers.get(&question.id).map(Secret::expose))?
                    .ok_or_else(missing)?,
            ))
        };
        let (question, access_token) = needed(QuestionKind::AccessToken, "access_token")?;
        let token_secret = match self.provider.question(QuestionKind::TokenSecret) {
            Some(_) => Some(Secret::new(needed(QuestionKind::TokenSecret, "token_secret")?.1)),
            None => None,
        };
        let user_id = question.user_id.as_ref().and_then(|pattern| pattern.group(access_token));
        let owner = user_id.map(|id| Identity {
            // The platform's, until the platform has told another.
            name: String::new(),
            display_name: None,
            user_id: Some(id),
            url: None,
            scopes: None,
            end: None,
        });
        let access_token = Secret::new(access_token);
        let end = self.provider.lifetime.own_end(&access_token, now);
        Ok(Grant {
            token: Token {
                token_secret,
                expires: end.and_then(End::expires),
                ..Token::new(access_token, now)
            },
            scopes: Vec::new(),
            declined: Vec::new(),
            owner,
            login_name: None,
        })
    }

    pub(super) fn authentication(&self, client: Option<&Credentials>) -> Authentication {
        self.provider.authentication(client.and_then(|c| c.client_type.as_deref()))
    }
}
