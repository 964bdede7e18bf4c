//! A pattern of a provider file, compiled when the file is read. The patterns that the window tries while a person types stay texts.

use std::fmt;

use regex_lite::Regex;
use serde::{Deserialize, Deserializer};

/// A regular expression, in linear time for any text.
#[derive(Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Whether it is found in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// What its one group holds.
    pub fn group(&self, text: &str) -> Option<String> {
        Some(self.0.captures(text)?.get(1)?.as_str().to_owned())
    }

    /// How many groups it has.
    pub fn groups(&self) -> usize {
        self.0.captures_len() - 1
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let source = String::deserialize(d)?;
        let pattern = Regex::new(&source).map_err(|e| serde::de::Error::custom(format!("“{source}” isn't a valid pattern: {e}")))?;
        Ok(Pattern(pattern))
    }
}
