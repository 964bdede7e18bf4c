//! What a provider asks of a person before a login: fields, client types, and steps in its console.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::pattern::Pattern;
use super::template::Template;
use crate::text::Text;

/// What a kind of token is: a row of the table in which a person chooses.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// How the platform calls it, in its own words.
    pub name: String,
    /// What it is for.
    pub purpose: Text,
    /// On whose behalf.
    pub behalf: Text,
    /// How long it lives.
    pub lives: Text,
    /// Which fields of the console it needs.
    pub needs: Text,
}

/// A field that is asked for.
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
    /// What right answers match.
    #[serde(default)]
    pub pattern: Option<String>,
    /// What wrong ones look like.
    #[serde(default)]
    pub wrong: Vec<Wrong>,
    /// Where the person's id stands in a right answer: a pattern with one group (X: `UID-…`).
    #[serde(default)]
    pub user_id: Option<Pattern>,
}

/// "This looks like the wrong one."
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// What the wrong answer matches.
    pub pattern: String,
    /// What to say.
    pub text: Text,
}

/// A way for a client to sign.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientType {
    /// Its id.
    pub id: String,
    /// What it is for.
    #[serde(default)]
    pub meaning: Option<Text>,
    /// How the secret travels.
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
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsoleStep {
    /// What to do.
    pub text: Text,
    /// Where.
    #[serde(default)]
    pub link: Option<String>,
    /// What to copy into it.
    #[serde(default)]
    pub copy: Vec<Template>,
    /// When it is to be done.
    #[serde(default)]
    pub when: StepTime,
    /// It was not confirmed (facts marked [?] or [M]).
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
    /// Once the token is there.
    After,
    /// Before each later login with the same app.
    Again,
    /// Another way, in place of these steps.
    Instead,
}

/// A sentence worth reading before one starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// English.
    pub en: String,
    /// 简体中文.
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    /// 繁體中文.
    #[serde(rename = "zh-Hant")]
    pub zh_hant: String,
    /// It was not confirmed (facts marked [?] or [M]).
    #[serde(default)]
    pub unproven: bool,
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
    /// A server's name, as people type it.
    Server,
    /// The client id.
    ClientId,
    /// The client secret: never shown again.
    ClientSecret,
    /// One of the client types.
    ClientType,
    /// An access token that the console made.
    AccessToken,
    /// The secret that belongs to it (RFC 5849).
    TokenSecret,
    /// Any other text.
    Text,
}
