//! The shapes of a token response that real servers send, so that tests try a client against each.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

/// What a successful token answer looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// As the flavor does: JSON with access_token, created_at, scope, token_type. Neither expires_in nor refresh_token.
    #[default]
    Standard,
    /// With `expires_in` as a number of seconds, as RFC 6749 §5.1 has it.
    ExpiresIn(u64),
    /// With `expires_in` as text: `"7200"`.
    ExpiresInText,
    /// With `expires_in` as a float: `7200.0`.
    ExpiresInFloat,
    /// Without `token_type`.
    NoTokenType,
    /// `token_type` is `bearer`.
    LowerCaseType,
    /// Without `scope`: RFC 6749 §5.1 then means the scope that was asked for.
    NoScope,
    /// With `user_id` as an integer that no float holds: [`Answer::BIG`].
    BigUserId,
    /// `access_token=…&token_type=…`, form-encoded, as text/plain.
    FormEncoded,
    /// Status 200, but an `error` inside, and no token is made.
    ErrorInOk,
    /// With `refresh_token` and `expires_in` 7200. The refresh token itself is not redeemed here.
    RefreshToken,
}

impl Answer {
    /// The `user_id` of [`Answer::BigUserId`]: over 2^53 and odd, so that a float would change it.
    pub const BIG: u64 = 17_841_400_000_000_001;

    /// The answer for a token, as the flavor's own body would be, changed into this shape.
    pub(crate) fn shape(&self, token: &str, created_at: u64, scope: &str, expires_in: Option<u64>) -> Response {
        // Alphabetical, as recorded.
        let mut body = json!({ "access_token": token, "created_at": created_at });
        match self {
            Answer::ExpiresIn(seconds) => body["expires_in"] = json!(seconds),
            Answer::ExpiresInText => body["expires_in"] = json!("7200"),
            Answer::ExpiresInFloat => body["expires_in"] = json!(7200.0),
            Answer::RefreshToken => {
                body["expires_in"] = json!(7200);
                body["refresh_token"] = json!(crate::random::url43());
            }
            _ => {
                if let Some(seconds) = expires_in {
                    body["expires_in"] = json!(seconds);
                }
            }
        }
        if *self != Answer::NoScope {
            body["scope"] = json!(scope);
        }
        match self {
            Answer::NoTokenType => {}
            Answer::LowerCaseType => body["token_type"] = json!("bearer"),
            _ => body["token_type"] = json!("Bearer"),
        }
        if *self == Answer::BigUserId {
            body["user_id"] = json!(Answer::BIG);
        }
        // RFC 6749 §5.1.
        let caching = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
        if *self == Answer::FormEncoded {
            return (caching, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], form(&body)).into_response();
        }
        (StatusCode::OK, caching, Json(body)).into_response()
    }
}

fn form(body: &Value) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for (name, value) in body.as_object().into_iter().flatten() {
        match value {
            Value::String(text) => out.append_pair(name, text),
            other => out.append_pair(name, &other.to_string()),
        };
    }
    out.finish()
}
