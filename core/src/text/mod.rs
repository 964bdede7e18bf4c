//! A sentence in the three languages of the house. Which sentences there are, provider files and errors know. And what no
//! sentence may hold.
//!
//! `typed` what a person typed or pasted, without what came along with it · `handle` the spellings of one account's name.

pub mod handle;
pub mod typed;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One text, complete in every language: a provider file that leaves one out is refused by the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// 简体中文.
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    /// 繁體中文.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
}

impl Text {
    /// A word that is the same in all of them.
    pub fn same(word: &str) -> Text {
        Text {
            en: word.to_owned(),
            zh_hans: word.to_owned(),
            zh_hant: word.to_owned(),
        }
    }

    /// The one in this language; English for what is not known.
    pub fn of(&self, tag: &str) -> &str {
        let known = self.all().into_iter().find(|(language, _)| *language == tag);
        known.map_or(&self.en, |(_, words)| words)
    }

    /// The three, with the language's tag.
    pub fn all(&self) -> [(&'static str, &str); 3] {
        [("en", &self.en), ("zh-Hans", &self.zh_hans), ("zh-Hant", &self.zh_hant)]
    }
}

/// What moves or hides the text around it: control characters, marks of direction, marks without width.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
