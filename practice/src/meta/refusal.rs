//! Meta's refusals in their shapes, and the failures that tests set. Codes and texts are those of docs/facts/threads.md#token,
//! docs/facts/meta.md#errors, docs/facts/instagram.md#token and docs/facts/facebook.md#token; the HTTP statuses of Graph errors
//! are [M], but for 400 (docs/facts/facebook.md#token).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

use super::message::Message;
use super::platform::Platform;
use crate::faults::{Fault, Wording};
use crate::random;

/// A refusal.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub code: u32,
    pub subcode: Option<u32>,
    pub text: String,
    /// To be tried again.
    pub transient: bool,
}

/// The shapes of an error's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{"error_type":"OAuthException","code":400,"error_message":…}`, of Threads' and Instagram's token endpoints.
    Flat,
    /// `{"error":{"message":…,"type":…,"code":…,"fbtrace_id":…}}`
    Graph,
    /// `{"error_message":…,"error_code":…}`, raw in the browser, where Threads' dialog does not go on
    /// (docs/facts/threads.md#dialog).
    Raw,
}

impl Refusal {
    pub fn new(code: u32, text: impl Into<String>) -> Refusal {
        Refusal {
            code,
            subcode: None,
            text: text.into(),
            transient: false,
        }
    }

    pub fn with(code: u32, subcode: u32, text: impl Into<String>) -> Refusal {
        Refusal {
            subcode: Some(subcode),
            ..Refusal::new(code, text)
        }
    }

    /// The secret is wrong, or missing [M] (docs/facts/facebook.md#token).
    pub fn secret() -> Refusal {
        Refusal::new(1, "Error validating client secret.")
    }

    /// The address of the token request is not that of the dialog (docs/facts/threads.md#token, docs/facts/instagram.md#token;
    /// subcode 36008 [3P], docs/facts/facebook.md#token).
    pub fn redirect_differs() -> Refusal {
        let text = "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the \
                    OAuth dialog request";
        Refusal::with(100, 36008, text)
    }

    /// A permission was not granted. 10 and 200 to 299 (docs/facts/meta.md#errors); the texts are [M].
    pub fn permission(code: u32, name: &str) -> Refusal {
        Refusal::new(code, format!("(#{code}) This action requires the {name} permission"))
    }

    /// A token that is dead, and how (docs/facts/meta.md#errors; the texts are [M]).
    pub fn dead(subcode: u32, app_id: &str) -> Refusal {
        let why = match subcode {
            458 => format!("The user has not authorized application {app_id}."),
            459 => "You cannot access the app till you log in to www.facebook.com and follow the instructions given.".to_owned(),
            460 => "The session has been invalidated because the user changed their password or Facebook has changed the session for \
                    security reasons."
                .to_owned(),
            463 => "Session has expired. The current time is later.".to_owned(),
            464 => "Sessions for the user are not allowed because the user is not a confirmed user.".to_owned(),
            467 => "The session is invalid because the user logged out.".to_owned(),
            492 => "The session is invalid: the user's role on the Page was taken away.".to_owned(),
            _ => "The session is invalid.".to_owned(),
        };
        Refusal::with(190, subcode, format!("Error validating access token: {why}"))
    }

    /// There is no such thing, or it is not shown (code 100, subcode 33: docs/facts/meta.md#errors).
    pub fn no_object(id: &str) -> Refusal {
        let text = format!(
            "Unsupported get request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, or does not \
             support this operation"
        );
        Refusal::with(100, 33, text)
    }

    /// There is no such path [M].
    pub fn no_path(path: &str) -> Refusal {
        Refusal::new(2500, format!("Unknown path components: {path}"))
    }

    fn status(&self) -> StatusCode {
        match self.code {
            1 | 2 if self.transient => StatusCode::INTERNAL_SERVER_ERROR,
            4 | 10 | 200..=299 => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The answer.
    pub fn response(&self, platform: Platform, shape: Shape) -> Response {
        if shape == Shape::Raw {
            let body = json!({ "error_message": self.text, "error_code": self.code });
            return (StatusCode::BAD_REQUEST, Json(body)).into_response();
        }
        let status = self.status();
        if shape == Shape::Flat {
            let body = json!({ "error_type": "OAuthException", "code": status.as_u16(), "error_message": self.text });
            return (status, Json(body)).into_response();
        }
        let mut response = (status, Json(self.graph(platform))).into_response();
        if self.code == 190 {
            // [M]
            let challenge = "OAuth \"Facebook Platform\" \"invalid_token\" \"The access token is not valid.\"";
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }

    fn graph(&self, platform: Platform) -> Value {
        let of_login =
            matches!(self.code, 1 | 2 | 4 | 17 | 101 | 102 | 104 | 190 | 191 | 2500) || matches!(self.subcode, Some(36007..=36009));
        let mut error = json!({ "message": self.text, "type": if of_login { "OAuthException" } else { platform.error_type() } });
        error["code"] = json!(self.code);
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        if self.transient {
            error["is_transient"] = json!(true);
        }
        if self.code == 190 && self.subcode == Some(459) {
            // Field names: docs/facts/meta.md#errors.
            error["error_user_title"] = json!("Security check");
            error["error_user_msg"] = json!("Log in to www.facebook.com and follow the instructions given.");
        }
        error["fbtrace_id"] = json!(format!("A{}", &random::url43()[..22]));
        json!({ "error": error })
    }
}

/// A way for a message to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// As every practice platform fails: slow, dropped, 500, HTML, …
    Wire(Fault),
    /// An error of Meta's, by code and subcode: 4 and 17 are limits, 1 and 2 transient, 10 and 200 permissions, 190 the
    /// token (docs/facts/meta.md#errors). It comes in the shape that the message's errors have.
    Graph(u32, Option<u32>),
    /// 190 with the token that was sent in its words, as Graph says it of one that it cannot read [3P].
    Echo,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Wire(fault)
    }
}

impl Failure {
    /// Whether it changes a decision, and so is not for the page before it.
    pub(crate) fn is_of_decision(&self) -> bool {
        matches!(self, Failure::Wire(fault) if fault.is_of_decision())
    }

    /// The refusal. Texts are [M].
    pub(crate) fn refusal(&self, platform: Platform) -> Refusal {
        let Failure::Graph(code, subcode) = *self else {
            return Refusal::new(1, "An unknown error has occurred.");
        };
        let text = match code {
            1 => "An unknown error has occurred.",
            2 => "An unexpected error has occurred. Please retry your request later.",
            4 => "(#4) Application request limit reached",
            10 => "(#10) Application does not have permission for this action",
            17 => "(#17) User request limit reached",
            32 => "(#32) Page request limit reached",
            102 => "Session key invalid or no longer valid",
            190 => {
                return subcode.map_or_else(
                    || Refusal::new(190, "Invalid OAuth access token."),
                    |subcode| Refusal::dead(subcode, platform.app_id()),
                );
            }
            200..=299 => {
                return Refusal {
                    subcode,
                    ..Refusal::new(code, format!("(#{code}) Permissions error"))
                };
            }
            341 => "(#341) Feed action request limit reached",
            368 => "The action attempted has been deemed abusive or is otherwise disallowed",
            506 => "(#506) Duplicate status message",
            613 => "(#613) Calls to this api have exceeded the rate limit.",
            _ => "Invalid parameter",
        };
        // What is to be tried again (docs/facts/meta.md#errors); that 4 says so is [M].
        Refusal {
            subcode,
            transient: matches!(code, 1 | 2 | 4),
            ..Refusal::new(code, text)
        }
    }
}

/// Which shape a refusal of that message has.
pub fn shape(platform: Platform, message: Option<Message>, flat_everywhere: bool) -> Shape {
    let flat = match (platform, message) {
        (Platform::Facebook, _) => false,
        (Platform::Threads, Some(Message::Authorize)) => return Shape::Raw,
        (_, Some(Message::Token | Message::AppToken)) => true,
        (_, Some(Message::Exchange | Message::Refresh)) => flat_everywhere,
        _ => false,
    };
    if flat { Shape::Flat } else { Shape::Graph }
}

/// Words for the crate's faults.
pub struct Words {
    pub platform: Platform,
    pub message: Message,
    pub shape: Shape,
}

impl Wording for Words {
    fn too_many(&self) -> Response {
        let mut response = Failure::Graph(4, None).refusal(self.platform).response(self.platform, self.shape);
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response
    }

    fn status(&self, status: StatusCode) -> Response {
        let mut response = Failure::Graph(2, None).refusal(self.platform).response(self.platform, self.shape);
        *response.status_mut() = status;
        response
    }

    fn wrong_types(&self) -> Value {
        match self.message {
            Message::Token | Message::Redeem | Message::Exchange | Message::Refresh | Message::AppToken => {
                json!({ "access_token": { "value": "x" }, "token_type": [], "expires_in": "soon", "user_id": {}, "permissions": 7 })
            }
            Message::ClientCode => json!({ "code": 7 }),
            Message::Me => json!({ "id": {}, "user_id": [], "username": ["ada"], "name": 7 }),
            Message::Inspect => {
                json!({ "data": { "is_valid": "yes", "expires_at": "soon", "issued_at": [], "scopes": "all", "user_id": {} } })
            }
            Message::Revoke => json!({ "success": "perhaps" }),
            Message::Authorize => json!([7, "seven", null]),
            _ => json!({ "data": { "0": {} }, "paging": "none" }),
        }
    }
}
