//! The uses of a token as a screen shows them: requests to try, their answers, and copies.

use serde::Serialize;
use ts_rs::TS;

use crate::provider::calls::InputKind;
use crate::provider::copies::CopyKind;
use crate::text::Text;

/// The uses of an account's token.
#[derive(Clone, Debug, Serialize, TS)]
pub struct UsesView {
    /// Requests to try.
    pub calls: Vec<CallView>,
    /// What it can be copied as.
    pub copies: Vec<CopyView>,
    /// A first post can be made with it.
    pub can_post: bool,
    /// A first post can be made by the account's Pages, and not by itself.
    pub pages_can_post: bool,
}

/// A named call.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CallView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
    /// What the platform charges for it.
    pub costs: Option<Text>,
    /// It changes something at the platform, so it is only sent after the person has confirmed it.
    pub writes: bool,
    /// The fields of its form.
    pub inputs: Vec<InputView>,
}

/// One field of a call's form.
#[derive(Clone, Debug, Serialize, TS)]
pub struct InputView {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub meaning: Text,
    /// How it is filled in.
    pub kind: InputKind,
    /// Its initial value.
    pub default: String,
    /// The least number.
    pub min: Option<u32>,
    /// The greatest number.
    pub max: Option<u32>,
    /// What to choose from.
    pub options: Vec<String>,
}

/// A request as it would be sent, its secrets as dots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RequestView {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// The address, whole.
    pub url: String,
    /// Header fields: name and value.
    pub headers: Vec<(String, String)>,
    /// The body, if it has one.
    pub body: Option<String>,
}

/// What a platform answered, without its secrets.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TriedView {
    /// HTTP status.
    pub status: u16,
    /// Milliseconds until the last byte arrived.
    pub ms: u32,
    /// Content type, without parameters.
    pub content_type: String,
    /// What is left of the platform's rate limit, if it says so.
    pub rate: Option<RateView>,
    /// After how many seconds to retry, if the platform says so.
    pub retry_after: Option<u64>,
    /// The body as text. JSON is indented, with its numbers digit by digit.
    pub text: String,
    /// It is JSON.
    pub is_json: bool,
}

/// What is left of a rate limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RateView {
    /// The remaining requests.
    pub left: Option<u64>,
    /// The limit.
    pub limit: Option<u64>,
    /// When the limit resets.
    pub resets: Option<i64>,
    /// The used share in per cent, if the platform counts so.
    pub used: Option<u64>,
}

/// Something to copy.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CopyView {
    /// Its id.
    pub id: String,
    /// What kind of text it is.
    pub kind: CopyKind,
    /// It contains a secret: it is copied without being shown, and cleared from the clipboard after a while.
    pub secret: bool,
    /// The text, its secrets as dots.
    pub shown: String,
    /// The file name to save it under; none if it contains a secret.
    pub file: Option<String>,
}
