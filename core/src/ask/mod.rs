//! Questions to a provider with a token or a client: one message is sent, one answer is read. Nothing is kept here; `login`,
//! `refresh` and the keeper decide what is asked when.
//!
//! `identity` whose token it is, and its revocation · `life` longer-lived tokens, and what the provider knows of a token ·
//! `sub_accounts` a person's Pages · `server_tokens` what the server has for an account · `calls` requests that a person tries · `post` a first post ·
//! `statuses` what a person has posted · `list` lists in pages.

mod calls;
mod identity;
mod life;
mod list;
mod post;
mod server_tokens;
mod statuses;
mod sub_accounts;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use url::Url;

pub use self::calls::{Filled, Tried};
pub use self::identity::{Identity, identity_in};
pub use self::life::Inspection;
pub use self::post::{Heard, NotHeard, Posting};
pub use self::server_tokens::{ServerToken, ServerTokens};
pub use self::statuses::{Next, Page, Statuses, fingerprint};
pub use self::sub_accounts::SubAccount;
use crate::error::{Category, Error, Result};
use crate::http::Response;
use crate::http::client::Client as HttpClient;
use crate::oauth1::{ClientCredentials, TokenCredentials};
use crate::provider::answer::{self, Answers};
use crate::provider::answers::TextAnswers;
use crate::provider::messages::{Authenticate, Message};
use crate::provider::request::{Signing, Values, request};
use crate::provider::{Authentication, Provider};
use crate::token::{Secret, Token};

/// What identifies and authenticates a client.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// RFC 6749 §2.2.
    pub client_id: String,
    /// RFC 6749 §2.3.1.
    pub client_secret: Option<Secret>,
    /// One of the provider's client types.
    pub client_type: Option<String>,
}

impl Credentials {
    /// The same for signing requests (RFC 5849); none without a secret.
    pub fn signing(&self) -> Option<ClientCredentials> {
        Some(ClientCredentials {
            identifier: self.client_id.clone(),
            secret: self.client_secret.clone()?,
        })
    }

    /// Makes them available to the templates of a message.
    pub fn put(&self, values: &mut Values<'_>) {
        values.put("client_id", self.client_id.clone());
        values.put_secret("client_secret", self.client_secret.as_ref());
    }
}

/// A provider that can be asked: by which client, at which server.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// Sends the requests.
    pub http: &'a HttpClient,
    /// The provider's file.
    pub provider: &'a Provider,
    /// The server, where the provider has many.
    pub server: Option<&'a Url>,
    /// The account's answers to the provider's text questions.
    pub answers: &'a TextAnswers,
    /// The client, where one is known.
    pub client: Option<&'a Credentials>,
    /// The login name with which the token is used, where it has one.
    pub login_name: Option<&'a str>,
    /// Unix seconds. Signatures contain the time.
    pub now: i64,
}

impl<'a> Asking<'a> {
    /// The values for a message that is not about a token.
    fn of_client(&self) -> Values<'a> {
        let mut values = Values::of(self.provider, self.server, self.answers);
        if let Some(client) = self.client {
            client.put(&mut values);
        }
        values
    }

    /// The values for a message about this token.
    fn values(&self, token: &Token) -> Values<'a> {
        let mut values = self.of_client();
        if let Some(secret) = self.client.and_then(|c| c.client_secret.as_ref()) {
            values.put_secret("appsecret_proof", Some(&appsecret_proof(secret, &token.access_token)));
        }
        values.put_secret("access_token", Some(&token.access_token));
        values.put_secret("refresh_token", token.refresh_token.as_ref());
        if let Some(login_name) = self.login_name {
            values.put("login_name", login_name);
        }
        self.sign_for(&mut values, token);
        values
    }

    /// Has requests signed with this token, if it has a secret.
    fn sign_for(&self, values: &mut Values<'_>, token: &Token) {
        let client = self.client.and_then(Credentials::signing);
        if let (Some(client), Some(secret)) = (client, &token.token_secret) {
            values.sign_with(Signing {
                client,
                token: Some(TokenCredentials {
                    identifier: token.access_token.clone(),
                    secret: secret.clone(),
                }),
                extra: Vec::new(),
                timestamp: self.now,
            });
        }
    }

    async fn ask<'m>(&self, what: &'static str, message: &'m Message, values: &Values<'_>) -> Result<Answers<'m>> {
        let sent = request(what, message, self.authentication(), values)?;
        let response = self.http.send(&sent).await?;
        let answers = answer::answer_to(&sent, message, self.provider, values, &response);
        answers.map_err(|e| clock_or(e, message, &response, self.now))
    }

    fn authentication(&self) -> Authentication {
        self.provider.authentication(self.client.and_then(|c| c.client_type.as_deref()))
    }
}

/// Servers accept timestamps that are a few minutes off [M]; a smaller difference is not the cause of a refusal.
const CLOCK: i64 = 240;

/// A signed request that is refused while the clocks differ is refused for that (RFC 5849 §3.3). The server's `Date` shows the
/// difference, unless the answer came from a cache. `now` is the signed time, in Unix seconds.
pub fn clock_or(error: Error, message: &Message, response: &Response, now: i64) -> Error {
    let wrong = response.clock().and_then(|date| clock_wrong(now, date));
    match (&error, wrong) {
        (Error::Refused { category, status, .. }, Some(wrong))
            if message.authenticate == Authenticate::Oauth1
                && (*status == 401 || matches!(category, Category::ClientAuth | Category::TokenDead)) =>
        {
            wrong
        }
        _ => error,
    }
}

/// By how much this computer's clock differs from a server's; none where that is little. Both in Unix seconds.
pub fn clock_wrong(here: i64, server: i64) -> Option<Error> {
    let apart = here.saturating_sub(server);
    (apart.saturating_abs() > CLOCK).then(|| Error::ClockWrong {
        minutes: apart.unsigned_abs().div_ceil(60),
        direction: if apart > 0 { "ahead" } else { "behind" },
    })
}

/// The provider's file has no such message.
fn no_message(name: &str) -> Error {
    Error::InputInvalid { field: name.to_owned() }
}

/// Graph's proof that the caller knows the app's secret (docs/facts/facebook.md#app-secret-proof): the hex HMAC-SHA256 of the
/// token. It is sent wherever a secret is known; apps that do not require it ignore it [M].
fn appsecret_proof(secret: &Secret, token: &Secret) -> Secret {
    // HMAC accepts keys of any length.
    let proof = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).map(|mut mac| {
        mac.update(token.expose().as_bytes());
        mac.finalize().into_bytes()
    });
    let hex = proof.map(|bytes| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>());
    Secret::new(hex.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_rfc_4231_test_case_2() {
        let proof = appsecret_proof(&Secret::new("Jefe"), &Secret::new("what do ya want for nothing?"));
        assert_eq!(proof.expose(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
