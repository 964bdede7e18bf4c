//! A provider: a platform's protocol, written as data. This room reads and checks provider files; it sends nothing.
//!
//! `mod` the file's form · `message` its requests · `template` its one kind of computation · `errors` its wordings ·
//! `check` what the reader refuses · `registry` which files there are · `request` and `answer` a message on its way ·
//! `text` sentences in three languages.
//! docs/providers.md explains each field to people who write a file.

pub mod answer;
pub mod check;
pub mod errors;
pub mod message;
pub mod registry;
pub mod request;
pub mod template;
pub mod text;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use self::errors::Wording;
use self::message::{Call, Messages};
use self::template::Template;
use self::text::Text;
use crate::error::Category;

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
    /// Sentences worth reading (cost, approval, one grant per user).
    #[serde(default)]
    pub warnings: Vec<Text>,
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
    /// Ways home, best first.
    #[serde(default)]
    pub doors: Vec<Door>,
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
    /// Ready-to-run calls.
    #[serde(default)]
    pub calls: Vec<Call>,
    /// How long a token lives and how it renews.
    #[serde(default)]
    pub lifetime: Lifetime,
    /// Its wordings, in order.
    #[serde(default)]
    pub errors: Vec<Wording>,
}

/// How a token is got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Other software of the family is taken too.
    #[serde(default)]
    pub fallback: bool,
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
}

/// A way home, with its exact spelling.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// Which.
    pub kind: DoorKind,
    /// The loopback host as the console wants it: `127.0.0.1` or `localhost`.
    #[serde(default)]
    pub host: Option<String>,
    /// Its port.
    #[serde(default)]
    pub port: Port,
    /// Its path, slashes and all. A server of one's own choosing stands in it (`{server_host}`), so that each
    /// authorization server has a redirect URI of its own (RFC 9700 §4.4.2.2, mix-up defence).
    #[serde(default)]
    pub path: Option<Template>,
    /// The redirect URI itself, for an out-of-band door where the platform has a word of its own (X: `oob`).
    #[serde(default)]
    pub uri: Option<String>,
    /// Only for these client types.
    #[serde(default)]
    pub client_types: Vec<String>,
    /// Nobody has proved it (facts marked [?] or [M]).
    #[serde(default)]
    pub unproven: bool,
    /// What to know about it.
    #[serde(default)]
    pub note: Option<Text>,
}

/// Which port a loopback door takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "PortInFile")]
pub enum Port {
    /// Any free one at each login: the server does not compare ports (RFC 8252 §7.3).
    #[default]
    Any,
    /// Any free one when the client is registered, and that one ever after.
    Registered,
    /// This one.
    Fixed(u16),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PortInFile {
    Number(u16),
    Word(PortWord),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PortWord {
    Any,
    Registered,
}

impl From<PortInFile> for Port {
    fn from(port: PortInFile) -> Port {
        match port {
            PortInFile::Number(number) => Port::Fixed(number),
            PortInFile::Word(PortWord::Any) => Port::Any,
            PortInFile::Word(PortWord::Registered) => Port::Registered,
        }
    }
}

/// The authorization request (RFC 6749 §4.1.1).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorize {
    /// The endpoint.
    pub url: Template,
    /// Constant parameters besides the RFC's own.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Between scopes.
    #[serde(default = "space")]
    pub scope_separator: String,
    /// Whether a code challenge is sent.
    #[serde(default)]
    pub pkce: Pkce,
    /// Parameters that make the platform ask for another account.
    #[serde(default)]
    pub force_login: BTreeMap<String, String>,
    /// Parameters that make it ask again for declined permissions.
    #[serde(default)]
    pub rerequest: BTreeMap<String, String>,
    /// The consent page has a button to say no.
    #[serde(default = "yes")]
    pub can_deny: bool,
    /// Pages of the platform's that never come home: to be explained beside the wait, because only the person sees them.
    #[serde(default)]
    pub stuck: Vec<Stuck>,
}

/// A page that a login gets stuck at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stuck {
    /// What it shows.
    pub shows: String,
    /// What that means.
    pub category: Category,
}

/// Proof Key for Code Exchange (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Pkce {
    /// SHA-256: the default, harmless where it is ignored.
    #[default]
    S256,
    /// The platform documents none.
    #[serde(rename = "none")]
    None,
}

/// One permission.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The provider's word.
    pub id: String,
    /// One line.
    pub meaning: Text,
    /// Proposed.
    #[serde(default)]
    pub default: bool,
    /// Cannot be left out.
    #[serde(default)]
    pub locked: bool,
}

/// The authorization response (RFC 6749 §4.1.2).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Callback {
    /// The parameter with the code.
    pub code: String,
    /// The parameter with the state; for OAuth 1.0a the temporary token.
    pub state: String,
    /// Parameters whose presence is a denial, besides `error=access_denied`.
    pub denied: Vec<String>,
    /// Tails that are not part of the code, such as `#_`.
    pub strip: Vec<String>,
    /// How long a code lives, in seconds.
    pub code_lifetime: u32,
}

impl Default for Callback {
    fn default() -> Self {
        // RFC 6749 §4.1.2 recommends at most ten minutes.
        Callback {
            code: "code".into(),
            state: "state".into(),
            denied: vec![],
            strip: vec![],
            code_lifetime: 600,
        }
    }
}

/// How long a token lives and how it renews.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetime {
    /// Where its end is read.
    pub expiry: Expiry,
    /// What to assume where the provider does not say.
    pub assume_days: Option<u32>,
    /// How it renews.
    pub renewal: Renewal,
    /// Each refresh token works once.
    pub rotates: bool,
    /// Not before this age.
    pub not_before_hours: u32,
    /// Best this long before its end.
    pub lead_days: u32,
    /// How long a refresh token lives unused.
    pub refresh_token_days: Option<u32>,
    /// What becomes of the predecessor.
    pub predecessor: Predecessor,
    /// Asking whose it is costs money.
    pub identity_costs: bool,
    /// One login per app and user: a second one kills the first.
    pub one_login: bool,
    /// A second login hands out the same token.
    pub reuses_token: bool,
    /// Other deadlines.
    pub deadlines: Vec<Deadline>,
}

/// Where a token's end is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// From `expires_in` of the answer; none given means none known.
    #[default]
    Reply,
    /// From the inspect message.
    Inspect,
    /// It does not end.
    Never,
}

/// How a token renews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// By its refresh token, where it has one (RFC 6749 §6).
    #[default]
    RefreshToken,
    /// By itself.
    Itself,
    /// By the exchange message once more.
    Exchange,
    /// By a person.
    LogInAgain,
    /// It need not.
    None,
}

/// What becomes of a token when its successor is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Predecessor {
    /// It dies.
    #[default]
    Dies,
    /// It lives on.
    Lives,
}

/// Another deadline than the token's own end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Its id.
    pub id: String,
    /// Days after the login.
    pub days: u32,
    /// What ends then.
    pub meaning: Text,
}

fn space() -> String {
    " ".into()
}

fn yes() -> bool {
    true
}

/// Which way a redirect comes home (design: "Door").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum DoorKind {
    /// `http://127.0.0.1:PORT/…` (RFC 8252 §7.3).
    Loopback,
    /// `https://127.0.0.1:PORT/…` with a certificate of this installation.
    HttpsLoopback,
    /// A private-use scheme (RFC 8252 §7.1).
    DeepLink,
    /// A static page of the person's own that hands the query to the deep link.
    Relay,
    /// The address bar's text, pasted.
    Paste,
    /// A code the platform shows on a page (`urn:ietf:wg:oauth:2.0:oob`).
    Oob,
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
    /// Any other text.
    Text,
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

    /// Registers clients by itself.
    pub fn registers(&self) -> bool {
        self.messages.registration.is_some()
    }
}
