//! X's refusals, one a shape (docs/facts/x.md). Statuses and words that no source confirms are [M].

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::message::Shape;
use crate::faults::Wording;

/// A refusal.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// `{"error":…,"error_description":…}`
    OAuth2 { status: u16, error: String, description: String },
    /// `{"errors":[{"code":…,"message":…}]}`
    V1 { status: u16, code: u32 },
    /// `{"title":…,"detail":…,"type":…,"status":…}`, and what else it says.
    Problem {
        status: u16,
        title: &'static str,
        detail: String,
        kind: &'static str,
        more: Value,
    },
    /// Plain words.
    Text { status: u16, text: &'static str },
    /// 415 as XML (docs/facts/x.md#callbacks).
    CallbackXml,
}

/// The words of 415 (docs/facts/x.md#callbacks).
const NOT_APPROVED: &str = "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your \
                            application settings.";

impl Refusal {
    pub fn oauth2(status: u16, error: &str, description: impl Into<String>) -> Refusal {
        Refusal::OAuth2 {
            status,
            error: error.to_owned(),
            description: description.into(),
        }
    }

    /// 400 `invalid_request`, which X says for most (docs/facts/x.md#callbacks, docs/facts/x.md#token).
    pub fn invalid(description: impl Into<String>) -> Refusal {
        Refusal::oauth2(400, "invalid_request", description)
    }

    /// A parameter is not there [3P]: `Missing required parameter [code_verifier].`
    pub fn missing(name: &str) -> Refusal {
        Refusal::invalid(format!("Missing required parameter [{name}]."))
    }

    /// The client did not say who it is, as its type must (docs/facts/x.md#token; status [M]).
    pub fn client() -> Refusal {
        Refusal::oauth2(401, "unauthorized_client", "Missing valid authorization header")
    }

    /// An error of v1's kind, with its usual status [M] (docs/facts/x.md#errors).
    pub fn v1(code: u32) -> Refusal {
        let status = match code {
            88 => 429,
            99 | 220 | 348 | 415 | 453 => 403,
            131 => 500,
            34 => 404,
            215 => 400,
            _ => 401,
        };
        Refusal::V1 { status, code }
    }

    pub fn problem(status: u16, title: &'static str, detail: impl Into<String>, kind: &'static str) -> Refusal {
        Refusal::Problem {
            status,
            title,
            detail: detail.into(),
            kind,
            more: json!({}),
        }
    }

    /// The token is dead, or there is none (docs/facts/x.md#errors: 401).
    pub fn unauthorized() -> Refusal {
        Refusal::problem(401, "Unauthorized", "Unauthorized", "about:blank")
    }

    /// A scope is missing (docs/facts/x.md#errors: 403).
    pub fn forbidden() -> Refusal {
        Refusal::problem(403, "Forbidden", "Forbidden", "about:blank")
    }

    /// An app-only token where a person's is needed [M].
    pub fn app_only() -> Refusal {
        let detail = "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication types are \
                      [OAuth 1.0a User Context, OAuth 2.0 User Context].";
        Refusal::problem(
            403,
            "Unsupported Authentication",
            detail,
            "https://api.x.com/2/problems/unsupported-authentication",
        )
    }

    /// The app is in no package, or in the wrong environment (docs/facts/x.md#package; which of the two says what is [?]).
    pub fn enrolment(reason: &'static str, client_id: &str) -> Refusal {
        let detail = "When authenticating requests to the X API v2 endpoints, you must use keys and tokens from a developer App that is \
                      attached to a Project. You can create a project via the developer portal.";
        Refusal::Problem {
            status: 403,
            title: "Client Forbidden",
            detail: detail.to_owned(),
            kind: "https://api.x.com/2/problems/client-forbidden",
            more: json!({
                "client_id": client_id, "reason": reason, "registration_url": "https://console.x.com",
                "required_enrollment": "Appropriate Level of API Access",
            }),
        }
    }

    /// No credits are left [?] (docs/facts/x.md#errors).
    pub fn credits() -> Refusal {
        let detail = "Your enrolled account does not have any credits to fulfill this request.";
        Refusal::problem(402, "CreditsDepleted", detail, "https://api.x.com/2/problems/credits")
    }

    /// A cap on spending is reached [3P] (docs/facts/x.md#errors).
    pub fn usage_capped() -> Refusal {
        let detail = "Usage cap exceeded: Monthly product cap";
        Refusal::problem(429, "UsageCapExceeded", detail, "https://api.x.com/2/problems/usage-capped")
    }

    /// Too many requests, in that shape.
    pub fn too_many(shape: Shape) -> Refusal {
        match shape {
            Shape::OAuth2 => Refusal::oauth2(429, "too_many_requests", "Too Many Requests"),
            Shape::V1 => Refusal::v1(88),
            Shape::Problem => {
                let kind = "https://api.x.com/2/problems/rate-limit-exceeded";
                Refusal::problem(429, "Too Many Requests", "Too Many Requests", kind)
            }
        }
    }

    /// A status that nothing in the request explains, in that shape.
    pub fn of_status(shape: Shape, status: u16) -> Refusal {
        match shape {
            Shape::OAuth2 => Refusal::oauth2(status, "server_error", "Something is broken."),
            Shape::V1 => Refusal::V1 { status, code: 131 },
            Shape::Problem => Refusal::Problem {
                status,
                title: "Internal Server Error",
                detail: "Something is broken.".to_owned(),
                kind: "about:blank",
                more: json!({}),
            },
        }
    }

    /// The answer. `errors_array`: OAuth 2.0 errors are repeated in an array (docs/facts/x.md#token [3P]; its content is [M]).
    pub fn response(&self, errors_array: bool) -> Response {
        let (status, kind, body) = match self {
            Refusal::OAuth2 {
                status,
                error,
                description,
            } => {
                let mut body = json!({ "error": error, "error_description": description });
                if errors_array {
                    body["errors"] = json!([{ "message": description, "code": 131 }]);
                }
                (*status, "application/json;charset=utf-8", body.to_string())
            }
            Refusal::V1 { status, code } => {
                let mut error = json!({ "code": code, "message": message(*code) });
                if *code == 99 {
                    error["label"] = json!("authenticity_token_error");
                }
                (*status, "application/json; charset=utf-8", json!({ "errors": [error] }).to_string())
            }
            Refusal::Problem {
                status,
                title,
                detail,
                kind,
                more,
            } => {
                let mut body = more.clone();
                for (name, value) in [
                    ("title", json!(title)),
                    ("detail", json!(detail)),
                    ("type", json!(kind)),
                    ("status", json!(status)),
                ] {
                    body[name] = value;
                }
                (*status, "application/problem+json", body.to_string())
            }
            Refusal::Text { status, text } => (*status, "text/html;charset=utf-8", (*text).to_owned()),
            Refusal::CallbackXml => {
                let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
                let text = format!("{head}<hash><error>{NOT_APPROVED}</error><request>/oauth/request_token</request></hash>");
                (403, "application/xml;charset=utf-8", text)
            }
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
    }
}

/// The words of a code. 89, 99, 220 and 415 are confirmed (docs/facts/x.md#errors), the others [M].
fn message(code: u32) -> &'static str {
    match code {
        32 => "Could not authenticate you.",
        34 => "Sorry, that page does not exist.",
        88 => "Rate limit exceeded",
        89 => "Invalid or expired token.",
        99 => "Unable to verify your credentials",
        135 => "Timestamp out of bounds.",
        215 => "Bad Authentication data.",
        220 => "Your credentials do not allow access to this resource.",
        348 => "Client application is not permitted to to invalidate this token.",
        415 => NOT_APPROVED,
        453 => "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints.",
        _ => "Internal error",
    }
}

/// Words for the crate's faults, by the message's shape.
pub struct Words(pub Shape, pub bool);

impl Wording for Words {
    fn too_many(&self) -> Response {
        Refusal::too_many(self.0).response(self.1)
    }

    fn status(&self, status: StatusCode) -> Response {
        Refusal::of_status(self.0, status.as_u16()).response(self.1)
    }

    fn wrong_types(&self) -> Value {
        match self.0 {
            Shape::OAuth2 => json!({
                "token_type": [], "expires_in": "soon", "access_token": { "value": "x" }, "scope": 7, "refresh_token": ["y"],
                "revoked": "perhaps",
            }),
            Shape::Problem => json!({ "data": { "id": {}, "name": 7, "username": ["ada"] } }),
            Shape::V1 => json!({ "token_type": 7, "access_token": [], "id": {}, "screen_name": false }),
        }
    }
}
