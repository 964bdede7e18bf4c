//! Calls of a provider file: the request as it would be sent, and the answer without secrets.

use std::time::Instant;

use serde_json::value::RawValue;

use super::Asking;
use crate::error::Result;
use crate::http::Request;
use crate::http::rate::{Rate, rate};
use crate::provider::calls::Call;
use crate::provider::redact::Redaction;
use crate::provider::request::{Values, request};
use crate::provider::sieve;
use crate::token::{Secret, Token};

/// The largest answer: a thousand statuses with their authors take some megabytes.
const MAX_ANSWER: usize = 8 << 20;

/// The answer to a call. Its text contains no secret that is known, marked as one, or named like one.
pub struct Tried {
    /// HTTP status.
    pub status: u16,
    /// Milliseconds from the first byte sent to the last one read.
    pub ms: u128,
    /// Content type, without parameters.
    pub content_type: String,
    /// What is left of the rate limit.
    pub rate: Option<Rate>,
    /// After how many seconds to ask again.
    pub retry_after: Option<u64>,
    /// The body, indented if it is JSON.
    pub text: String,
    /// It is JSON.
    pub is_json: bool,
}

/// A call with its inputs.
pub struct Filled<'a> {
    /// The call.
    pub call: &'a Call,
    /// The inputs of its form.
    pub inputs: Vec<(&'a str, String)>,
    /// The platform's id of the token's owner.
    pub user_id: Option<String>,
}

impl<'a> Asking<'a> {
    /// The request of a call. `stand_in` takes the place of the secrets that are computed.
    ///
    /// # Errors
    /// [`crate::error::Error::InputInvalid`] where it must be signed and cannot be, or for an input that no path may contain.
    pub fn request_of(&self, filled: &Filled<'a>, token: &Token, stand_in: Option<&Secret>) -> Result<Request> {
        let mut values = self.filled(filled, token, stand_in);
        let proves = self.client.is_some_and(|client| client.client_secret.is_some());
        values.put_secret("appsecret_proof", stand_in.filter(|_| proves));
        request("call", &filled.call.request, self.authentication(), &values)
    }

    /// Runs a call. Any answer is a result. The app's own token is asked for if the call needs it.
    ///
    /// # Errors
    /// Network errors, those of asking for the app's token, and those of [`Asking::request_of`].
    pub async fn run(&self, filled: &Filled<'a>, token: &Token) -> Result<Tried> {
        let app_token = match filled.call.names().any(|name| name == "app_token") {
            true => Some(self.app_token().await?),
            false => None,
        };
        let values = self.filled(filled, token, app_token.as_ref());
        let sent = request("call", &filled.call.request, self.authentication(), &values)?;
        let begun = Instant::now();
        let response = self.http.send_up_to(&sent, MAX_ANSWER).await?;
        let ms = begun.elapsed().as_millis();
        // The value of a header is secret as a whole, and after its scheme.
        let carried = sent.headers.iter().flat_map(|(_, value)| {
            let value = value.expose();
            [Some(value), value.split_once(' ').map(|(_, credentials)| credentials)]
        });
        let known = values.secrets().map(Secret::expose).chain(carried.flatten());
        let own = [&token.token_secret, &token.refresh_token]
            .into_iter()
            .flatten()
            .map(Secret::expose);
        let redaction = Redaction::new(&filled.call.request.secret, known.chain(own));
        let only = only(filled, response.body.expose());
        let body = only.as_deref().unwrap_or(response.body.expose());
        let json = redaction.json(body);
        Ok(Tried {
            status: response.status,
            ms,
            rate: rate(&response),
            retry_after: response.retry_after,
            is_json: json.is_some(),
            text: json.unwrap_or_else(|| redaction.text(body)),
            content_type: response.content_type,
        })
    }

    fn filled(&self, filled: &Filled<'a>, token: &Token, app_token: Option<&Secret>) -> Values<'a> {
        let mut values = self.values(token);
        values.put_secret("app_token", app_token);
        if let Some(id) = &filled.user_id {
            values.put("user_id", id.clone());
        }
        for (name, value) in &filled.inputs {
            values.put(name, value.clone());
        }
        values
    }
}

/// A list without what the form leaves out and the server has no parameter for; none where nothing is left out.
fn only(filled: &Filled<'_>, body: &str) -> Option<String> {
    let is_on = |id: &str| filled.inputs.iter().any(|(name, _)| *name == id);
    let inputs = filled.call.inputs.iter().filter(|input| is_on(&input.id));
    let tests: Vec<_> = inputs.filter_map(|input| input.only.as_ref()).collect();
    let items: Vec<&RawValue> = serde_json::from_str(body).ok().filter(|_| !tests.is_empty())?;
    let stay: Vec<&str> = items
        .iter()
        .map(|item| item.get())
        .filter(|item| sieve::stays(item, &tests))
        .collect();
    Some(format!("[{}]", stay.join(",")))
}
