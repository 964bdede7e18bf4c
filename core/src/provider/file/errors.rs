//! Where a platform's refusals have their words, and what they mean: its wordings, each with a category of `error::Category`.

use serde::Deserialize;
use serde_json::Value;

use super::messages::Pointers;
use crate::error::Category;
use crate::text::Text;

/// Where refusals have their code and words, besides the usual places.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Refusal {
    /// Where the code is.
    pub code: Option<Pointers>,
    /// Where the words are.
    pub message: Option<Pointers>,
}

/// A form with the keys of [`Looks`] beside its own. With serde's `flatten` a fault would not say where it is.
macro_rules! with_looks {
    ($(#[$of_form:meta])* pub struct $name:ident { $($own:tt)* }) => {
        $(#[$of_form])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// The HTTP status.
            #[serde(default)]
            pub status: Option<u16>,
            /// Where to look; without it, in the whole body.
            #[serde(default)]
            pub pointer: Option<String>,
            /// It is this, or one of these.
            #[serde(default)]
            pub equals: Option<$crate::provider::errors::OneOf>,
            /// It contains this, in any case of letters.
            #[serde(default)]
            pub contains: Option<String>,
            /// Nothing is at the pointer, or null.
            #[serde(default)]
            pub absent: bool,
            /// Something is at the pointer.
            #[serde(default)]
            pub present: bool,
        }

        impl $name {
            /// What the answer looks like.
            pub fn looks(&self) -> $crate::provider::errors::Looks<'_> {
                $crate::provider::errors::Looks {
                    status: self.status,
                    pointer: self.pointer.as_deref(),
                    equals: self.equals.as_ref(),
                    contains: self.contains.as_deref(),
                    absent: self.absent,
                    present: self.present,
                }
            }
        }
    };
}
pub(super) use with_looks;

with_looks! {
    /// A wording. Everything in it must hold.
    pub struct Wording {
        /// Only in answers to this message (`token`, `client_check`, …).
        #[serde(default)]
        pub message: Option<String>,
        /// What it means.
        pub category: Category,
        /// What to do, if the category's own sentence is not enough.
        #[serde(default)]
        pub action: Option<Text>,
    }
}

/// What an answer looks like. Everything in it must hold.
#[derive(Clone, Copy, Debug)]
pub struct Looks<'a> {
    /// The HTTP status.
    pub status: Option<u16>,
    /// Where to look; without it, in the whole body.
    pub pointer: Option<&'a str>,
    /// It is this, or one of these.
    pub equals: Option<&'a OneOf>,
    /// It contains this, in any case of letters.
    pub contains: Option<&'a str>,
    /// Nothing is at the pointer, or null.
    pub absent: bool,
    /// Something is at the pointer.
    pub present: bool,
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
    /// Whether an answer to `message` is of this wording. `json` is the body where it is JSON.
    pub fn matches(&self, message: &str, status: u16, body: &str, json: Option<&Value>) -> bool {
        self.message.as_deref().is_none_or(|m| m == message) && self.looks().fits(status, body, json)
    }
}

impl Looks<'_> {
    /// Whether it goes by words, and not by the status alone.
    pub fn reads_words(self) -> bool {
        self.pointer.is_some() || self.contains.is_some()
    }

    /// Whether it says what a text must be.
    pub fn reads_a_text(self) -> bool {
        self.equals.is_some() || self.contains.is_some()
    }

    /// Whether it says anything of an answer.
    pub fn says_something(self) -> bool {
        self.status.is_some() || self.reads_a_text() || self.absent || self.present
    }

    /// Whether an answer looks so. `json` is the body where it is JSON.
    pub fn fits(self, status: u16, body: &str, json: Option<&Value>) -> bool {
        if self.status.is_some_and(|s| s != status) {
            return false;
        }
        let at_pointer = self
            .pointer
            .map(|pointer| json.and_then(|v| v.pointer(pointer)).filter(|v| !v.is_null()));
        let found = match at_pointer {
            Some(Some(Value::String(text))) => text.clone(),
            Some(Some(other)) => other.to_string(),
            Some(None) => return self.absent,
            None => body.to_owned(),
        };
        if self.absent {
            return false;
        }
        let has = |wanted: &str| found.to_lowercase().contains(&wanted.to_lowercase());
        self.equals.is_none_or(|e| e.is(&found)) && self.contains.is_none_or(has)
    }
}
