//! What a platform's refusals mean: its wordings, each with a category of `error::Category`.

use serde::Deserialize;
use serde_json::Value;

use crate::error::Category;
use crate::text::Text;

/// A wording. Everything in it must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Only in answers to this message (`token`, `client_check`, …).
    #[serde(default)]
    pub message: Option<String>,
    /// The HTTP status.
    #[serde(default)]
    pub status: Option<u16>,
    /// Where to look; without it, in the whole body.
    #[serde(default)]
    pub pointer: Option<String>,
    /// It is this, or one of these.
    #[serde(default)]
    pub equals: Option<OneOf>,
    /// It contains this, in any case of letters.
    #[serde(default)]
    pub contains: Option<String>,
    /// What it means.
    pub category: Category,
    /// What to do, if the category's own sentence is not enough.
    #[serde(default)]
    pub action: Option<Text>,
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "it is a text, or a list of texts")]
pub enum OneOf {
    /// This.
    One(String),
    /// One of these.
    Many(Vec<String>),
}

impl OneOf {
    fn is(&self, found: &str) -> bool {
        match self {
            OneOf::One(text) => text == found,
            OneOf::Many(texts) => texts.iter().any(|text| text == found),
        }
    }
}

impl Wording {
    /// Whether it goes by words, and not by the status alone.
    pub fn reads_words(&self) -> bool {
        self.pointer.is_some() || self.contains.is_some()
    }

    /// Whether an answer to `message` is of this wording. `json` is the body where it is JSON.
    pub fn matches(&self, message: &str, status: u16, body: &str, json: Option<&Value>) -> bool {
        if self.message.as_deref().is_some_and(|m| m != message) || self.status.is_some_and(|s| s != status) {
            return false;
        }
        let found = match &self.pointer {
            Some(pointer) => match json.and_then(|v| v.pointer(pointer)) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => return false,
            },
            None => body.to_owned(),
        };
        self.equals.as_ref().is_none_or(|e| e.is(&found))
            && self
                .contains
                .as_deref()
                .is_none_or(|c| found.to_lowercase().contains(&c.to_lowercase()))
    }
}
