//! Calls that a person can try with a token, and the form of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::messages::{Message, Method, Test};
use crate::error::{Error, Result};
use crate::text::Text;

/// Longer ones are no input of a form.
const MAX_INPUT: usize = 2000;

/// A named call.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
    /// What the platform charges for it, in a sentence.
    #[serde(default)]
    pub costs: Option<Text>,
    /// Whose tokens can do it.
    #[serde(default)]
    pub of: Of,
    /// Fields of its form; their ids are names in the request's templates.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// What is sent.
    pub request: Message,
}

/// Whose tokens can do something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Of {
    /// Every account's.
    #[default]
    All,
    /// A person's, not a sub-account's.
    Person,
    /// A sub-account's.
    #[serde(alias = "beneath")]
    SubAccount,
}

/// One field of a call's form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub meaning: Text,
    /// How it is filled in.
    #[serde(default)]
    pub kind: InputKind,
    /// Its first value; an empty one is left out of the request.
    #[serde(default)]
    pub default: String,
    /// The least number.
    #[serde(default)]
    pub min: Option<u32>,
    /// The greatest number.
    #[serde(default)]
    pub max: Option<u32>,
    /// What to choose from.
    #[serde(default)]
    pub options: Vec<String>,
    /// If it is filled in, only the items of a list that pass this test are shown, for a server that has no parameter for it.
    #[serde(default)]
    pub only: Option<Test>,
}

/// How a field is filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum InputKind {
    /// Typed.
    #[default]
    Text,
    /// A whole number within bounds.
    Number,
    /// `true`, or left out.
    Switch,
    /// One of the options.
    Choice,
}

impl Input {
    /// Whether this may be its value.
    pub fn takes(&self, value: &str) -> bool {
        let within = |number: u32| self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max);
        value.is_empty()
            || match self.kind {
                InputKind::Text => value.len() <= MAX_INPUT && !value.chars().any(char::is_control),
                InputKind::Number => value.bytes().all(|b| b.is_ascii_digit()) && value.parse().is_ok_and(within),
                InputKind::Switch => value == "true",
                InputKind::Choice => self.options.iter().any(|option| option == value),
            }
    }
}

impl Call {
    /// Whether it changes something at the platform.
    pub fn writes(&self) -> bool {
        self.request.method != Method::Get
    }

    /// The values of the form by the fields' ids: what was typed, else the default. Empty ones are left out.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] with the field that cannot be sent.
    pub fn filled<'a>(&'a self, typed: &BTreeMap<String, String>) -> Result<Vec<(&'a str, String)>> {
        let mut filled = Vec::new();
        for input in &self.inputs {
            let value = typed.get(&input.id).unwrap_or(&input.default).trim();
            // An address that lacks a step of its path is another address.
            let step = value.is_empty() && self.request.url.names().any(|name| name == input.id);
            if step || !input.takes(value) {
                return Err(Error::InputInvalid { field: input.id.clone() });
            }
            if !value.is_empty() {
                filled.push((input.id.as_str(), value.to_owned()));
            }
        }
        Ok(filled)
    }

    /// Every name in its request.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.request.names()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn input(toml: &str) -> Input {
        let words = "id = \"x\"\nmeaning = { en = \"x\", zh-Hans = \"x\", zh-Hant = \"x\" }\n";
        toml::from_str(&format!("{words}{toml}")).unwrap()
    }

    #[test]
    fn each_kind_takes_what_it_is_for() {
        let text = input("");
        assert!(text.takes("id,name") && text.takes("") && !text.takes("a\r\nb") && !text.takes(&"a".repeat(2001)));
        let number = input("kind = \"number\"\nmin = 1\nmax = 40");
        assert!(number.takes("1") && number.takes("40"));
        for wrong in ["0", "41", "-1", "+1", "4e1", "99999999999", "４"] {
            assert!(!number.takes(wrong), "{wrong}");
        }
        let switch = input("kind = \"switch\"");
        assert!(switch.takes("true") && switch.takes("") && !switch.takes("false"));
        let choice = input("kind = \"choice\"\noptions = [\"v1\", \"v2\"]");
        assert!(choice.takes("v2") && !choice.takes("v3"));
    }
}
