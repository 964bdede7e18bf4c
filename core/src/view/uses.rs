//! What a token is put to use for, as a screen sees it: calls, their answers, and what it is copied as.

use serde::Serialize;
use ts_rs::TS;

use crate::provider::calls::InputKind;
use crate::provider::copies::CopyKind;
use crate::text::Text;

/// What can be done with an account's token.
#[derive(Clone, Debug, Serialize, TS)]
pub struct UsesView {
    /// Calls to try.
    pub calls: Vec<CallView>,
    /// What it can be copied as.
    pub copies: Vec<CopyView>,
}

/// A named call.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CallView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
    /// What the platform takes for it.
    pub costs: Option<Text>,
    /// It changes something at the platform: it is sent only when the person has confirmed it.
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
    /// What stands in it at first.
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
    /// The body, where it has one.
    pub body: Option<String>,
}

/// What a platform answered, without its secrets.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TriedView {
    /// HTTP status.
    pub status: u16,
    /// Milliseconds until the last byte was there.
    pub ms: u32,
    /// Content type, without parameters.
    pub content_type: String,
    /// What is left of the platform's limit, where it says so.
    pub rate: Option<RateView>,
    /// In how many seconds to come again, where it says so.
    pub retry_after: Option<u64>,
    /// The body as text: laid out, each number digit by digit, where it is JSON.
    pub text: String,
    /// It is JSON.
    pub is_json: bool,
}

/// What is left of a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RateView {
    /// Requests that are left.
    pub left: Option<u64>,
    /// Of so many.
    pub limit: Option<u64>,
    /// When all of them are there again.
    pub resets: Option<i64>,
    /// How much is used, in per cent, where the platform counts so.
    pub used: Option<u64>,
}

/// Something to copy.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CopyView {
    /// Its id.
    pub id: String,
    /// What kind of text it is.
    pub kind: CopyKind,
    /// It holds a secret: it is copied without being shown, and cleared from the clipboard after a while.
    pub secret: bool,
    /// The text, its secrets as dots.
    pub shown: String,
    /// The name under which it can be saved; none where it holds a secret.
    pub file: Option<String>,
}
