//! What is asked of a provider with a token or a client in hand: one message sent, one answer read. The stories that ask
//! stand in `login` and `refresh`; nothing here is kept.
//!
//! `identity` whose token it is, and its revocation · `life` longer tokens, and what the provider knows of a token ·
//! `beneath` the accounts beneath a person.

mod beneath;
mod identity;
mod life;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use url::Url;

pub use self::beneath::SubAccount;
pub use self::identity::Identity;
pub use self::life::{End, Inspection};
use crate::error::{Error, Result};
use crate::http::client::Client as HttpClient;
use crate::provider::answer::{self, Answers};
use crate::provider::message::Message;
use crate::provider::request::{Values, request};
use crate::provider::{Authentication, Provider};
use crate::token::Secret;

/// The public face and the secret of a client.
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
    /// Puts them where a message's templates find them.
    pub fn put(&self, values: &mut Values<'_>) {
        values.put("client_id", self.client_id.clone());
        values.put_secret("client_secret", self.client_secret.as_ref());
    }
}

/// Who is asked, and by whom.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// Sends.
    pub http: &'a HttpClient,
    /// The protocol.
    pub provider: &'a Provider,
    /// The server, where the provider has many.
    pub server: Option<&'a Url>,
    /// The client, where one is known.
    pub client: Option<&'a Credentials>,
}

impl<'a> Asking<'a> {
    /// What a message about this token may be filled with.
    fn values(&self, token: &Secret) -> Values<'a> {
        let mut values = Values::of(self.provider, self.server);
        if let Some(client) = self.client {
            client.put(&mut values);
            if let Some(secret) = &client.client_secret {
                values.put_secret("appsecret_proof", Some(&appsecret_proof(secret, token)));
            }
        }
        values.put_secret("access_token", Some(token));
        values
    }

    async fn ask<'m>(&self, what: &'static str, message: &'m Message, values: &Values<'_>) -> Result<Answers<'m>> {
        let sent = request(what, message, self.authentication(), values)?;
        let response = self.http.send(&sent).await?;
        answer::read(what, message, self.provider, &response).map_err(|e| values.hide(e))
    }

    fn authentication(&self) -> Authentication {
        self.provider.authentication(self.client.and_then(|c| c.client_type.as_deref()))
    }
}

/// A message that the provider's file has not.
fn no_message(name: &str) -> Error {
    Error::InputInvalid { field: name.to_owned() }
}

/// Graph's proof that whoever uses a token knows the app's secret (providers.md §3.10): hex HMAC-SHA256 over the token.
/// It is sent wherever a secret is known; apps that do not require it ignore it [M].
fn appsecret_proof(secret: &Secret, token: &Secret) -> Secret {
    // HMAC takes keys of any length.
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
