//! The form of a provider file: what it may say, and nothing that is done with it.
//!
//! `questions` and steps before a login · `redirects` and `authorize` its two ways through the browser · `messages` its requests,
//! `statuses` its list of statuses · `template` and `pattern` its two kinds of computation · `lifetime` of a token · `errors` its
//! wordings · `calls` and `copies` what a token is used for · `sources` of its facts.

pub mod authorize;
pub mod calls;
pub mod copies;
pub mod errors;
pub mod lifetime;
pub mod messages;
pub mod pattern;
pub mod questions;
pub mod redirects;
pub mod sources;
pub mod statuses;
pub mod template;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::authorize::{Authorize, Callback, Pkce, Scope, Stuck};
use self::calls::Call;
use self::copies::Copy;
use self::errors::Wording;
pub use self::lifetime::{Deadline, Expiry, Lifetime, Predecessor, Renewal};
use self::messages::Messages;
pub use self::questions::{Authentication, ClientType, ConsoleStep, Kind, Question, QuestionKind, StepTime, Warning, Wrong};
pub use self::redirects::{Port, Redirect, RedirectKind, RedirectRule};
use self::sources::Source;
use self::statuses::Listing;
use self::template::Template;
use crate::text::Text;

/// A provider file, `format = 1`. An absent key is what the RFC says; an unknown one is refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Version of this form; 1.
    pub format: u8,
    /// Its id: the file's name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The tile it belongs to, where one tile offers several kinds; its own id otherwise.
    #[serde(default)]
    pub tile: Option<String>,
    /// What this kind of token is, where one tile offers several.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Providers of one family have the same clients: the same keys of the same app, used in several ways. Its own id
    /// otherwise.
    #[serde(default)]
    pub client_family: Option<String>,
    /// How many first characters of a key the console shows, so that an app can be found again.
    #[serde(default)]
    pub hint: u8,
    /// How a token is got.
    #[serde(default)]
    pub grant: Grant,
    /// How it is drawn.
    pub mark: MarkView,
    /// One line.
    pub summary: Text,
    /// Its documentation.
    #[serde(default)]
    pub docs: Option<String>,
    /// The day on which its facts were last read, `YYYY-MM-DD`.
    #[serde(default)]
    pub checked: Option<String>,
    /// From where.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Sentences worth reading (cost, approval, one grant per user).
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Its tokens belong to the practice platform.
    #[serde(default)]
    pub practice: bool,
    /// The API version in its addresses, and when that ends.
    #[serde(default)]
    pub version: Option<ApiVersion>,
    /// Name → origin, or a template of one. Every address is built from here.
    pub hosts: BTreeMap<String, Template>,
    /// How the server behind a name is found.
    #[serde(default)]
    pub discovery: Option<Discovery>,
    /// What is asked.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// How clients sign.
    #[serde(default)]
    pub client_types: Vec<ClientType>,
    /// Steps in the console.
    #[serde(default)]
    pub console: Vec<ConsoleStep>,
    /// Redirect addresses, best first. Files of format 1 written for 0.1.0 call them `doors`.
    #[serde(default, alias = "doors")]
    pub redirects: Vec<Redirect>,
    /// What the platform asks of a redirect URI.
    #[serde(default)]
    pub redirect_rules: Vec<RedirectRule>,
    /// The authorization request.
    #[serde(default)]
    pub authorize: Option<Authorize>,
    /// Permissions.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// The authorization response.
    #[serde(default)]
    pub callback: Callback,
    /// How the account is called: a template over the identity's answers.
    #[serde(default)]
    pub account_name: Option<Template>,
    /// The messages.
    #[serde(default)]
    pub messages: Messages,
    /// Tokens made elsewhere can be adopted.
    #[serde(default)]
    pub adopt: Option<Adopt>,
    /// Ready-to-run calls.
    #[serde(default)]
    pub calls: Vec<Call>,
    /// What else than the bare token can be copied.
    #[serde(default)]
    pub copies: Vec<Copy>,
    /// How an account's statuses are listed.
    #[serde(default)]
    pub statuses: Option<Listing>,
    /// How long a token lives and how it renews.
    #[serde(default)]
    pub lifetime: Lifetime,
    /// Its wordings, in order.
    #[serde(default)]
    pub errors: Vec<Wording>,
}

/// How a token is got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum Grant {
    /// RFC 6749 §4.1.
    #[default]
    AuthorizationCode,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 5849.
    Oauth1,
    /// The console shows it; the person brings it.
    Import,
}

/// A dated API version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiVersion {
    /// As it stands in addresses.
    pub value: String,
    /// The day it ends, `YYYY-MM-DD`.
    #[serde(default)]
    pub sunset: Option<String>,
}

/// How the server behind a name is found: a named step in Rust that any provider may ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// Files of one family stand in for each other, by the server's software.
    pub family: String,
    /// `software.name` of nodeinfo that this file is for.
    pub software: Vec<String>,
    /// Paths at which a server tells about itself, best first: where nodeinfo is closed off, they find it.
    #[serde(default)]
    pub instance: Vec<String>,
    /// Where the answer has the domain of the server's handles: JSON pointers, best first.
    #[serde(default)]
    pub domain: Vec<String>,
    /// Other software of the family is taken too.
    #[serde(default)]
    pub fallback: bool,
}

/// How a token that was made elsewhere is known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Adopt {
    /// Its tokens begin so; such a token is asked about here first. Empty: any may be one.
    pub prefixes: Vec<String>,
    /// Any token at all is kept, under a name that the person gives: nobody is asked.
    pub anything: bool,
}

/// How a platform is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MarkView {
    /// One or two letters for a plain monogram.
    pub letters: String,
    /// Background, `#rrggbb`.
    pub color: String,
    /// Name of an icon in the UI's own set, if it has one.
    #[serde(default)]
    pub icon: Option<String>,
}

impl Provider {
    /// The client type that a client is of; without any in the file, id and secret travel in the body.
    pub fn authentication(&self, client_type: Option<&str>) -> Authentication {
        self.client_types
            .iter()
            .find(|t| client_type.is_none_or(|id| id == t.id))
            .map_or(Authentication::Post, |t| t.authentication)
    }

    /// The question of this kind, if it is asked.
    pub fn question(&self, kind: QuestionKind) -> Option<&Question> {
        self.questions.iter().find(|q| q.kind == kind)
    }

    /// The redirect of this kind, if it has one.
    pub fn redirect(&self, kind: RedirectKind) -> Option<&Redirect> {
        self.redirects.iter().find(|d| d.kind == kind)
    }

    /// Its tokens are inspected by the app's own token, which knows those of its app only.
    pub fn inspects_by_app(&self) -> bool {
        let templates = self.messages.inspect.iter().flat_map(|m| m.query.values().chain(m.form.values()));
        templates.flat_map(|t| t.names()).any(|name| name == "app_token")
    }

    /// The family whose clients are its own.
    pub fn client_family(&self) -> &str {
        self.client_family.as_deref().unwrap_or(&self.id)
    }

    /// The rules for redirect URIs, and whether this one breaks them.
    pub fn redirect_rules(&self, uri: Option<&str>) -> impl Iterator<Item = (&RedirectRule, bool)> {
        let uri = uri.map(str::to_owned);
        self.redirect_rules
            .iter()
            .map(move |rule| (rule, uri.as_deref().is_some_and(|uri| rule.is_broken_by(uri))))
    }

    /// The first characters of a key, as the console shows them; none where it shows none, or the key is as short.
    pub fn hint_of(&self, key: &str) -> Option<String> {
        let hint: String = key.chars().take(usize::from(self.hint)).collect();
        (!hint.is_empty() && hint.len() < key.len()).then_some(hint)
    }

    /// A token is got by a person's consent in the browser.
    pub fn needs_consent(&self) -> bool {
        matches!(self.grant, Grant::AuthorizationCode | Grant::Oauth1)
    }

    /// Registers clients by itself.
    pub fn registers(&self) -> bool {
        self.messages.registration.is_some()
    }
}
