//! The form of a provider file: what it may say, and nothing that is done with it.
//!
//! `tile` where it is found · `questions` what a person fills in and does in the console, `answers` what of it templates name ·
//! `redirects` and `authorize` the way through the browser · `device` approval on another device · `messages` requests · `statuses`
//! the list of an account's posts · `post` a first one · `lifetime` of a token · `errors` what refusals mean · `calls` and `copies`
//! what a token is used for · `sources` of the facts · `template` and `pattern` the only computations.

pub mod answers;
pub mod authorize;
pub mod calls;
pub mod copies;
pub mod device;
pub mod errors;
pub mod lifetime;
pub mod messages;
pub mod pattern;
pub mod post;
pub mod questions;
pub mod redirects;
pub mod sources;
pub mod statuses;
pub mod template;
pub mod tile;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::authorize::{Authorize, Callback, Parameter, Pkce, Scope, Stuck};
use self::calls::Call;
use self::copies::Copy;
pub use self::device::{Decision, Device};
use self::errors::{Refusal, Wording};
pub use self::lifetime::{Expiry, Lifetime, Predecessor, Renewal};
use self::messages::Messages;
use self::pattern::Pattern;
use self::post::Post;
pub use self::questions::{Authentication, ClientType, ConsoleStep, Kind, Question, QuestionKind, StepTime, Warning, Wrong};
pub use self::redirects::{Port, Redirect, RedirectKind, RedirectRule};
use self::sources::Source;
use self::statuses::Listing;
use self::template::Template;
pub use self::tile::{TileCost, TileGroup, TileInfo};
use crate::text::Text;

/// A provider file, `format = 1`. The default of a key is what the RFC says; an unknown key is refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Version of this form; 1.
    pub format: u8,
    /// Its id. A shipped file is named after it.
    pub id: String,
    /// The platform's name: a product's is the same in all languages.
    pub name: Text,
    /// The tile it belongs to, if one tile has several kinds of token; else its own id.
    #[serde(default)]
    pub tile: Option<String>,
    /// What this kind of token is, if its tile has several.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Providers of one family have the same clients: one app's keys, used in several ways. Without a family, its own id.
    #[serde(default)]
    pub client_family: Option<String>,
    /// Whether a login uses a client at all.
    #[serde(default)]
    pub client: ClientUse,
    /// The id of a public client that the file names, the same for every person.
    #[serde(default)]
    pub client_id: Option<String>,
    /// How many first characters of a key the console shows, so that a person recognises the app.
    #[serde(default)]
    pub hint: u8,
    /// How a token is obtained.
    #[serde(default)]
    pub grant: GrantType,
    /// How it is drawn.
    pub mark: MarkView,
    /// One line for the tile.
    pub summary: Text,
    /// Its group of tiles, its cost and its other names. Files written for 0.1.0 have none.
    #[serde(default)]
    pub tile_info: Option<TileInfo>,
    /// Address of the platform's documentation.
    #[serde(default)]
    pub docs: Option<String>,
    /// The day on which the facts were last read, `YYYY-MM-DD`.
    #[serde(default)]
    pub checked: Option<String>,
    /// Where the facts are from.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What to read before the first login (cost, approval, one login per app).
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Its tokens belong to the practice platform.
    #[serde(default)]
    pub practice: bool,
    /// The API version in its addresses, and when that ends.
    #[serde(default)]
    pub version: Option<ApiVersion>,
    /// Name → origin, or a template of one. Every address begins with one of these.
    pub hosts: BTreeMap<String, Template>,
    /// How the server behind a typed name is found.
    #[serde(default)]
    pub discovery: Option<Discovery>,
    /// Header fields of every message and call. A message's own field of the same name replaces one.
    #[serde(default)]
    pub headers: BTreeMap<String, Template>,
    /// What a person fills in.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// How clients authenticate.
    #[serde(default)]
    pub client_types: Vec<ClientType>,
    /// Steps in the developer console.
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
    /// The codes of the device authorization grant.
    #[serde(default)]
    pub device: Device,
    /// The account's name: a template over the answers of `messages.identity`.
    #[serde(default)]
    pub account_name: Option<Template>,
    /// What its tokens begin with: such a text in the paste box is a token and no code.
    #[serde(default)]
    pub token_prefixes: Vec<String>,
    /// The messages.
    #[serde(default)]
    pub messages: Messages,
    /// Tokens made elsewhere can be imported.
    #[serde(default)]
    pub adopt: Option<Adopt>,
    /// Calls that a person can try with a token.
    #[serde(default)]
    pub calls: Vec<Call>,
    /// What a token can be copied as, besides itself.
    #[serde(default)]
    pub copies: Vec<Copy>,
    /// How a first post is published.
    #[serde(default)]
    pub post: Option<Post>,
    /// How an account's posts are listed.
    #[serde(default)]
    pub statuses: Option<Listing>,
    /// How long a token lives and how it renews.
    #[serde(default)]
    pub lifetime: Lifetime,
    /// Where its refusals have their code and words.
    #[serde(default)]
    pub refusal: Refusal,
    /// What its refusals mean; the first that fits decides.
    #[serde(default)]
    pub errors: Vec<Wording>,
}

/// How a token is obtained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.1.
    #[default]
    AuthorizationCode,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 5849.
    Oauth1,
    /// RFC 8628.
    DeviceCode,
    /// The console shows it, and the person enters it.
    Import,
}

/// Whether a login uses a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum ClientUse {
    /// The person's app, one that the server registers, or the one that the file names.
    #[default]
    #[serde(skip)]
    Needed,
    /// What the file calls a client is the account itself: its name, and a password for programs.
    #[serde(rename = "account")]
    Account,
    /// The platform knows no clients.
    #[serde(rename = "none")]
    None,
}

/// A dated API version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiVersion {
    /// As it is in addresses.
    pub value: String,
    /// The day it ends, `YYYY-MM-DD`.
    #[serde(default)]
    pub sunset: Option<String>,
}

/// How the server behind a typed name is found; the steps are in Rust (`discovery`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// What shows that a server is there.
    #[serde(default)]
    pub by: FoundBy,
    /// Files of one family replace each other, by the server's software.
    #[serde(default)]
    pub family: String,
    /// Each `software.name` of nodeinfo that this file is for.
    #[serde(default)]
    pub software: Vec<String>,
    /// Paths at which a server describes itself, best first, for a server without public nodeinfo.
    #[serde(default)]
    pub instance: Vec<String>,
    /// JSON pointers to the domain of the server's handles in that answer, best first.
    #[serde(default)]
    pub domain: Vec<String>,
    /// The file is used for other software of the family, too.
    #[serde(default)]
    pub fallback: bool,
}

/// What shows that a server is at a typed name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    /// Its nodeinfo, with other means where it has none.
    #[default]
    Nodeinfo,
    /// The answer to `messages.server`: the typed name is the server's address.
    Message,
}

impl Discovery {
    /// Whether this file is for this software.
    pub fn names(&self, software: &str) -> bool {
        self.software.iter().any(|name| name == software)
    }
}

/// How a token that was made elsewhere is recognised.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Adopt {
    /// What its tokens begin with; the platform is asked about such a token.
    pub prefixes: Vec<String>,
    /// What its tokens look like, where they have no beginning of their own.
    pub patterns: Vec<Pattern>,
    /// Any text is kept, under a name that the person gives; no platform is asked.
    pub anything: bool,
}

impl Adopt {
    /// How well a token fits: 0 for not at all, else more for what is more certain. Without prefixes and patterns nothing fits.
    pub fn fit(&self, token: &str) -> usize {
        if self.patterns.iter().any(|pattern| pattern.is_in(token)) {
            return usize::MAX;
        }
        let begins = self.prefixes.iter().filter(|prefix| token.starts_with(prefix.as_str()));
        begins.map(String::len).max().unwrap_or(0)
    }
}

/// How a platform is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MarkView {
    /// One or two letters for a plain monogram.
    pub letters: String,
    /// The ground's color, `#rrggbb`.
    pub color: String,
    /// Name of an icon in the UI's own set, if it has one.
    #[serde(default)]
    pub icon: Option<String>,
    /// An icon of its own: the data of one SVG path (its `d`) in a square of 24 by 24.
    #[serde(default)]
    pub path: Option<String>,
}

impl Provider {
    /// How a client of this type authenticates. A file without client types sends id and secret in the body.
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

    /// Its `inspect` message asks with the app's own token, which is good for tokens of that app only.
    pub fn inspects_by_app(&self) -> bool {
        let templates = self.messages.inspect.iter().flat_map(|m| m.query.values().chain(m.form.values()));
        templates.flat_map(|t| t.names()).any(|name| name == "app_token")
    }

    /// How its tokens live and renew, with what follows from the way in which they are obtained.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime {
            reissues: self.grant == GrantType::ClientCredentials && self.lifetime.renewal == Renewal::RefreshToken,
            ..self.lifetime.clone()
        }
    }

    /// The family that it shares its clients with.
    pub fn client_family(&self) -> &str {
        self.client_family.as_deref().unwrap_or(&self.id)
    }

    /// The rules for redirect URIs, each with whether this one breaks it.
    pub fn redirect_rules(&self, uri: Option<&str>) -> impl Iterator<Item = (&RedirectRule, bool)> {
        let uri = uri.map(str::to_owned);
        self.redirect_rules
            .iter()
            .map(move |rule| (rule, uri.as_deref().is_some_and(|uri| rule.is_broken_by(uri))))
    }

    /// The first characters of a key, as the console shows them; none if it shows none, or the key is no longer than that.
    pub fn hint_of(&self, key: &str) -> Option<String> {
        let hint: String = key.chars().take(usize::from(self.hint)).collect();
        (!hint.is_empty() && hint.len() < key.len()).then_some(hint)
    }

    /// Where a step in the console is done: an address of its own, or one at a host of the file.
    pub fn page(&self, step: &ConsoleStep) -> Option<String> {
        let link = step.link.as_deref()?;
        let at_host = |(name, origin): (&String, &Template)| {
            let rest = link.strip_prefix(&format!("{{{name}}}"))?;
            Some(format!("{}{rest}", origin.source()))
        };
        Some(self.hosts.iter().find_map(at_host).unwrap_or_else(|| link.to_owned()))
    }

    /// How its tokens begin, where that is known.
    pub fn token_prefixes(&self) -> impl Iterator<Item = &str> {
        let of_imported = self.adopt.iter().flat_map(|a| &a.prefixes);
        self.token_prefixes.iter().chain(of_imported).map(String::as_str)
    }

    /// A person approves in the browser.
    pub fn needs_consent(&self) -> bool {
        self.uses_redirect() || self.grant == GrantType::DeviceCode
    }

    /// The browser returns with the answer.
    pub fn uses_redirect(&self) -> bool {
        matches!(self.grant, GrantType::AuthorizationCode | GrantType::Oauth1)
    }

    /// A login uses an app of the person's, or one that the server registers: the file names no other, and the platform knows apps.
    pub fn needs_app(&self) -> bool {
        self.client != ClientUse::None && self.client_id.is_none()
    }

    /// Keybearer registers its client without a person.
    pub fn registers(&self) -> bool {
        self.messages.registration.is_some()
    }
}
