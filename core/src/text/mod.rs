//! A text in the three supported languages, and the characters that no displayed text may contain.
//!
//! `typed` cleans what a person typed or pasted · `handle` the spellings of one account's name · `shown` foreign texts as a person reads
//! them · `length` how long platforms find a text · `plain` a page's text without its tags · `qr` a text as a QR code.

pub mod handle;
pub mod length;
pub mod plain;
pub mod qr;
pub mod shown;
pub mod time;
pub mod typed;

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// One text in every language. In a file it is a table of the three, or a plain string that is the same in all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
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
    /// A text that is the same in all languages.
    pub fn same(word: &str) -> Text {
        Text {
            en: word.to_owned(),
            zh_hans: word.to_owned(),
            zh_hant: word.to_owned(),
        }
    }

    /// The text in this language; English for an unknown one.
    pub fn of(&self, tag: &str) -> &str {
        let known = self.all().into_iter().find(|(language, _)| *language == tag);
        known.map_or(&self.en, |(_, words)| words)
    }

    /// All three, each with its language's tag.
    pub fn all(&self) -> [(&'static str, &str); 3] {
        [("en", &self.en), ("zh-Hans", &self.zh_hans), ("zh-Hant", &self.zh_hant)]
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            en: String,
            #[serde(rename = "zh-Hans")]
            zh_hans: String,
            #[serde(rename = "zh-Hant")]
            zh_hant: String,
        }

        struct Words;

        impl<'de> Visitor<'de> for Words {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table of en, zh-Hans and zh-Hant")
            }

            fn visit_str<E: serde::de::Error>(self, words: &str) -> Result<Text, E> {
                Ok(Text::same(words))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                let Table { en, zh_hans, zh_hant } = Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Text { en, zh_hans, zh_hant })
            }
        }

        deserializer.deserialize_any(Words)
    }
}

/// A text with its unseen characters written out, as in `\u{202e}`, so that they do nothing.
pub fn escape_unseen(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_unseen(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// Characters that move or hide the text around them: control characters, direction marks and zero-width characters.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
