//! The refusals of each flavor: status, headers and wording. GoToSocial's are recorded from a real server (which does not follow RFC
//! 6749: `sql: no rows in result set` is one of its error codes); the others' are Mastodon's.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;

use crate::mastodon::behaviour::Flavor;

/// What GoToSocial adds to most errors of a login.
pub const GTS_HINT: &str = "If you arrived at this error during a sign in/oauth flow, please try clearing your session cookies \
and signing in again; if problems persist, make sure you're using the correct credentials";

const GTS_GRANTS: &str = "If you arrived at this error during a sign in/oauth flow, your client is trying to use an unsupported \
OAuth grant type. Supported grant types are: authorization_code, client_credentials; please reach out to developer of your client";

const MASTODON_GRANT: &str = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI \
used in the authorization request, or was issued to another client.";

const MASTODON_CLIENT: &str = "Client authentication failed due to unknown client, no client authentication included, or \
unsupported authentication method.";

/// A refusal of the token endpoint, of revocation or of the API.
pub enum Refusal {
    /// Token endpoint: nothing is known of this client_id.
    UnknownClient,
    /// Token endpoint: the secret is wrong.
    WrongSecret,
    /// Token endpoint: the code is unknown or was used.
    UnknownCode,
    /// Token endpoint: the code is expired, another client's, for another redirect URI, or its verifier is wrong.
    BadGrant,
    /// Token endpoint: the client has not registered the redirect URI.
    ForeignRedirect(String),
    /// Token endpoint: what is missing, in the flavor's own words.
    Incomplete(String),
    /// Token endpoint: an unknown grant_type.
    Grant,
    /// Token endpoint: a scope that the client does not have.
    Scope,
    /// Revocation: the token is not this client's, or the client does not authenticate.
    NotYours,
    /// API: no token, or one that was never given out.
    NoToken,
    /// API: a token that was revoked.
    DeadToken,
    /// API: an app's token where a person's is needed.
    NoPerson,
    /// API: the token's scopes do not suffice.
    TooLittle,
    /// API or anything else: there is no such thing.
    NotFound,
    /// API: a parameter that cannot be read.
    BadRequest(String),
    /// Registration: the app is not valid.
    Invalid(String),
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<&'a str>,
}

impl Refusal {
    /// The answer as the flavor writes it.
    pub fn response(self, flavor: Flavor) -> Response {
        if flavor.is_gotosocial() {
            self.gotosocial()
        } else {
            self.mastodon()
        }
    }

    fn gotosocial(self) -> Response {
        let could_not = |code: &str| (400, code.to_owned(), format!("could not get access token: {code}: {GTS_HINT}"));
        let (status, error, description) = match self {
            Refusal::UnknownClient | Refusal::UnknownCode => could_not("sql: no rows in result set"),
            Refusal::WrongSecret => could_not("invalid_client"),
            Refusal::BadGrant => could_not("invalid_grant"),
            Refusal::Scope => could_not("invalid_scope"),
            Refusal::ForeignRedirect(uri) => {
                let detail = format!("requested redirect URI {uri} was not covered by client redirect URIs: {GTS_HINT}");
                (403, "invalid redirect uri".to_owned(), detail)
            }
            Refusal::Incomplete(detail) => (400, "invalid_request".to_owned(), detail),
            Refusal::Grant => {
                let detail = format!("could not validate token request: unsupported_grant_type: {GTS_GRANTS}");
                (400, "unsupported_grant_type".to_owned(), detail)
            }
            Refusal::NotYours => (
                403,
                "unauthorized_client".to_owned(),
                "You are not authorized to revoke this token".to_owned(),
            ),
            Refusal::NoToken | Refusal::DeadToken => {
                return gts_error(401, Some("token not supplied"));
            }
            Refusal::NoPerson => {
                return gts_error(401, Some("user not supplied or not authorized"));
            }
            Refusal::TooLittle => {
                return gts_error(403, Some("token has insufficient scope permission"));
            }
            Refusal::NotFound => return gts_error(404, None),
            Refusal::BadRequest(detail) | Refusal::Invalid(detail) => {
                return gts_error(400, Some(&detail));
            }
        };
        let status = code(status);
        let description = format!("{}: {description}", status.canonical_reason().unwrap_or_default());
        (
            status,
            Json(Body {
                error: &error,
                error_description: Some(&description),
            }),
        )
            .into_response()
    }

    fn mastodon(self) -> Response {
        let (status, error, description) = match self {
            Refusal::UnknownClient | Refusal::WrongSecret => (401, "invalid_client", MASTODON_CLIENT.to_owned()),
            Refusal::UnknownCode | Refusal::BadGrant | Refusal::ForeignRedirect(_) => (400, "invalid_grant", MASTODON_GRANT.to_owned()),
            Refusal::Incomplete(detail) => (400, "invalid_request", detail),
            Refusal::Grant => {
                let detail = "The authorization grant type is not supported by the authorization server.";
                (400, "unsupported_grant_type", detail.to_owned())
            }
            Refusal::Scope => (
                400,
                "invalid_scope",
                "The requested scope is invalid, unknown, or malformed.".to_owned(),
            ),
            Refusal::NotYours => {
                let body = Body {
                    error: "unauthorized_client",
                    error_description: Some("You are not authorized to revoke this token"),
                };
                return (StatusCode::FORBIDDEN, Json(body)).into_response();
            }
            Refusal::NoToken => return unauthorized("The access token is invalid"),
            Refusal::DeadToken => return unauthorized("The access token was revoked"),
            Refusal::NoPerson => return plain(422, "This method requires an authenticated user"),
            Refusal::TooLittle => {
                return plain(403, "This action is outside the authorized scopes");
            }
            Refusal::NotFound => return plain(404, "Record not found"),
            Refusal::BadRequest(detail) => return plain(400, &detail),
            Refusal::Invalid(detail) => return plain(422, &format!("Validation failed: {detail}")),
        };
        let mut response = (
            code(status),
            Json(Body {
                error,
                error_description: Some(&description),
            }),
        )
            .into_response();
        let challenge = format!("Bearer realm=\"Doorkeeper\", error=\"{error}\", error_description=\"{description}\"");
        set(&mut response, header::WWW_AUTHENTICATE, &challenge);
        set(&mut response, header::CACHE_CONTROL, "no-store");
        set(&mut response, header::PRAGMA, "no-cache");
        response
    }
}

/// GoToSocial's `{"error":"Bad Request: …"}`.
pub fn gts_error(status: u16, detail: Option<&str>) -> Response {
    let text = gts_text(status, detail);
    (
        code(status),
        Json(Body {
            error: &text,
            error_description: None,
        }),
    )
        .into_response()
}

/// `Bad Request: …`
pub fn gts_text(status: u16, detail: Option<&str>) -> String {
    let reason = code(status).canonical_reason().unwrap_or("Error");
    detail.map_or_else(|| reason.to_owned(), |detail| format!("{reason}: {detail}"))
}

/// A status that nothing in the request explains, in the flavor's JSON.
pub fn status(flavor: Flavor, status: StatusCode) -> Response {
    if flavor.is_gotosocial() {
        return gts_error(status.as_u16(), None);
    }
    let text = match status.as_u16() {
        404 => "Record not found",
        429 => "Too many requests",
        500 => "We're sorry, but something went wrong on our end.",
        503 => "Remote data could not be fetched",
        _ => status.canonical_reason().unwrap_or("Error"),
    };
    plain(status.as_u16(), text)
}

/// 429. Neither sends Retry-After.
pub fn too_many(flavor: Flavor) -> Response {
    let text = if flavor.is_gotosocial() {
        "rate limit reached"
    } else {
        "Too many requests"
    };
    plain(429, text)
}

/// 418 of GoToSocial, which wants a User-Agent.
pub fn teapot() -> Response {
    gts_error(418, Some("no user-agent sent with request"))
}

fn unauthorized(text: &str) -> Response {
    let mut response = plain(401, text);
    let challenge = format!("Bearer realm=\"Doorkeeper\", error=\"invalid_token\", error_description=\"{text}\"");
    set(&mut response, header::WWW_AUTHENTICATE, &challenge);
    response
}

fn plain(status: u16, text: &str) -> Response {
    (
        code(status),
        Json(Body {
            error: text,
            error_description: None,
        }),
    )
        .into_response()
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
