//! What a person fills in and does before the first login: fields, client types, and steps in the developer console.

use std::fmt;

use regex_lite::Regex;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

use super::pattern::Pattern;
use super::redirects::RedirectKind;
use super::template::Template;
use crate::error::{Category, Error, Result};
use crate::text::Text;

/// A kind of token, for the list in which a person chooses.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its name, in the platform's words.
    pub name: Text,
    /// What it is for.
    pub purpose: Text,
    /// Who acts with the token.
    pub behalf: Text,
    /// How long it lives.
    pub lives: Text,
    /// Which fields of the console it needs.
    pub needs: Text,
    /// The kind to propose, one of a tile.
    #[serde(default)]
    pub recommended: bool,
}

/// A field.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// What it asks for.
    pub kind: QuestionKind,
    /// Its label.
    pub label: Text,
    /// A sentence of help.
    #[serde(default)]
    pub help: Option<Text>,
    /// An example.
    #[serde(default)]
    pub placeholder: String,
    /// The answer where nothing is typed.
    #[serde(default)]
    pub default: Option<String>,
    /// What a right answer matches.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Answers that look like the wrong thing.
    #[serde(default)]
    pub wrong: Vec<Wrong>,
    /// Where the person's id is in a right answer: a pattern with one group (X: `UID-…`).
    #[serde(default)]
    pub user_id: Option<Pattern>,
}

impl Question {
    /// What was typed, without white space at its ends; none if it is empty or missing.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] with the question's id if the answer does not match `pattern`.
    pub fn answer<'a>(&self, typed: Option<&'a str>) -> Result<Option<&'a str>> {
        match typed.map(str::trim).filter(|answer| !answer.is_empty()) {
            Some(answer) if !matches_whole(self.pattern.as_deref(), answer) => Err(Error::InputInvalid { field: self.id.clone() }),
            answer => Ok(answer),
        }
    }
}

/// Whether a whole answer matches a question's `pattern`. Every answer matches a pattern that does not compile (`check` refuses those).
pub fn matches_whole(pattern: Option<&str>, answer: &str) -> bool {
    let whole = |pattern: &str| Regex::new(&format!("^(?:{pattern})$"));
    pattern
        .and_then(|pattern| whole(pattern).ok())
        .is_none_or(|pattern| pattern.is_match(answer))
}

/// An answer that looks like the wrong thing.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// What it matches.
    pub pattern: String,
    /// What to say about it.
    pub text: Text,
}

/// A kind of client, by how it authenticates.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientType {
    /// Its id.
    pub id: String,
    /// What it is for.
    #[serde(default)]
    pub meaning: Option<Text>,
    /// How it does.
    pub authentication: Authentication,
}

/// How a client authenticates at the token endpoint (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// A public client: its id only.
    None,
    /// Id and secret in the body.
    Post,
    /// HTTP Basic.
    Basic,
}

/// One step in the console.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ConsoleStep {
    /// What to do.
    pub text: Text,
    /// Where.
    #[serde(default)]
    pub link: Option<String>,
    /// What to copy into it.
    #[serde(default)]
    #[ts(type = "Array<string>")]
    pub copy: Vec<Template>,
    /// The questions that are answered at this step.
    #[serde(default)]
    pub fields: Vec<QuestionKind>,
    /// The permissions that the person ticked are added here, and so are named here.
    #[serde(default)]
    pub permissions: bool,
    /// The redirect address is registered here, and so is shown here.
    #[serde(default)]
    pub redirect: bool,
    /// Only for these redirects; empty for all.
    #[serde(default)]
    pub for_redirects: Vec<RedirectKind>,
    /// Refusals that this step puts right: it is shown beside them.
    #[serde(default)]
    #[ts(type = "Array<Code>")]
    pub solves: Vec<Category>,
    /// When it is to be done.
    #[serde(default)]
    pub when: StepTime,
    /// No source confirms it (facts marked [?] or [M]).
    #[serde(default)]
    pub unproven: bool,
}

/// When a step in the console is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum StepTime {
    /// Before the first login.
    #[default]
    Before,
    /// After the token is there.
    After,
    /// Before each later login with the same app.
    Again,
    /// Instead of the other steps.
    Instead,
}

/// What to read before the first login. In a file it is a plain string, or a table of the three languages and `unproven`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Warning {
    /// English.
    pub en: String,
    /// 简体中文.
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    /// 繁體中文.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
    /// No source confirms it (facts marked [?] or [M]).
    pub unproven: bool,
}

impl<'de> Deserialize<'de> for Warning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Warning, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            en: String,
            #[serde(rename = "zh-Hans")]
            zh_hans: String,
            #[serde(rename = "zh-Hant")]
            zh_hant: String,
            #[serde(default)]
            unproven: bool,
        }

        struct Words;

        impl<'de> Visitor<'de> for Words {
            type Value = Table;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table of en, zh-Hans, zh-Hant and unproven")
            }

            fn visit_str<E: serde::de::Error>(self, words: &str) -> std::result::Result<Table, E> {
                Ok(Table {
                    en: words.to_owned(),
                    zh_hans: words.to_owned(),
                    zh_hant: words.to_owned(),
                    unproven: false,
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Table, A::Error> {
                Table::deserialize(MapAccessDeserializer::new(map))
            }
        }

        let words = deserializer.deserialize_any(Words)?;
        Ok(Warning {
            en: words.en,
            zh_hans: words.zh_hans,
            zh_hant: words.zh_hant,
            unproven: words.unproven,
        })
    }
}

impl Warning {
    /// The sentence.
    pub fn text(&self) -> Text {
        Text {
            en: self.en.clone(),
            zh_hans: self.zh_hans.clone(),
            zh_hant: self.zh_hant.clone(),
        }
    }
}

/// What a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// A server's name, in any spelling.
    Server,
    /// The client id.
    ClientId,
    /// The client secret: never shown again.
    ClientSecret,
    /// One of the client types.
    ClientType,
    /// An access token from the console.
    AccessToken,
    /// The secret that belongs to it (RFC 5849).
    TokenSecret,
    /// Any other text.
    Text,
}
