//! The authorization request and response, as the platform differs from RFC 6749.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::template::Template;
use crate::error::Category;
use crate::text::Text;

/// The authorization request (RFC 6749 §4.1.1).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorize {
    /// The endpoint.
    pub url: Template,
    /// Other names of the parameters that Keybearer sets. One with an empty name is not sent.
    #[serde(default)]
    pub names: BTreeMap<Parameter, String>,
    /// The state is a parameter of the redirect URI that is sent: the platform keeps that one and knows no `state`.
    #[serde(default)]
    pub state_in_redirect: bool,
    /// Constant parameters besides the RFC's own.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// What separates scopes.
    #[serde(default = "space")]
    pub scope_separator: String,
    /// Whether a code challenge is sent (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
    /// Parameters that make the platform offer another account. They replace those of `params` that have the same name.
    #[serde(default)]
    pub force_login: BTreeMap<String, String>,
    /// Parameters that make it offer declined permissions again. They replace others in the same way.
    #[serde(default)]
    pub rerequest: BTreeMap<String, String>,
    /// The most characters of `state` that the platform accepts. `check` refuses less than the program sends.
    #[serde(default)]
    pub state_max: Option<u16>,
    /// The consent page has a button to refuse.
    #[serde(default = "yes")]
    pub can_deny: bool,
    /// Pages from which the browser never returns. The window explains them, because only the person sees them.
    #[serde(default)]
    pub stuck: Vec<Stuck>,
}

impl Authorize {
    /// What a parameter that Keybearer sets is called here; none if it is not sent.
    pub fn name(&self, parameter: Parameter) -> Option<&str> {
        let name = self.names.get(&parameter).map_or(parameter.name(), String::as_str);
        Some(name).filter(|name| !name.is_empty())
    }
}

/// A parameter of the authorization request that Keybearer sets (RFC 6749 §4.1.1, RFC 7636 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Parameter {
    ResponseType,
    ClientId,
    RedirectUri,
    Scope,
    State,
    CodeChallenge,
    CodeChallengeMethod,
}

impl Parameter {
    /// All of them, in the order in which they are sent.
    pub const ALL: [Parameter; 7] = [
        Parameter::ResponseType,
        Parameter::ClientId,
        Parameter::RedirectUri,
        Parameter::Scope,
        Parameter::State,
        Parameter::CodeChallenge,
        Parameter::CodeChallengeMethod,
    ];

    /// Its name in the RFCs.
    pub fn name(self) -> &'static str {
        match self {
            Parameter::ResponseType => "response_type",
            Parameter::ClientId => "client_id",
            Parameter::RedirectUri => "redirect_uri",
            Parameter::Scope => "scope",
            Parameter::State => "state",
            Parameter::CodeChallenge => "code_challenge",
            Parameter::CodeChallengeMethod => "code_challenge_method",
        }
    }
}

/// A page at which a login gets stuck.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stuck {
    /// What it shows.
    pub shows: String,
    /// What that means.
    pub category: Category,
    /// What to do, if the category's own sentence is not enough.
    #[serde(default)]
    pub action: Option<Text>,
}

/// Proof Key for Code Exchange (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Pkce {
    /// SHA-256: harmless if the platform ignores it.
    #[default]
    S256,
    /// The platform documents none.
    #[serde(rename = "none")]
    None,
}

/// One permission.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The platform's word.
    pub id: String,
    /// One line.
    pub meaning: Text,
    /// Ticked at first.
    #[serde(default)]
    pub default: bool,
    /// Always asked for, and so ticked as well.
    #[serde(default)]
    pub locked: bool,
    /// Never asked for: the platform's word for what it granted.
    #[serde(default)]
    pub granted_only: bool,
    /// No source confirms it (facts marked [?] or [M]).
    #[serde(default)]
    pub unproven: bool,
}

/// The authorization response (RFC 6749 §4.1.2).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Callback {
    /// The parameter with the code.
    pub code: String,
    /// The parameter with the access token, on a platform that sends the token itself instead of a code.
    pub access_token: Option<String>,
    /// The parameter with the login name that belongs to that token.
    pub username: Option<String>,
    /// The parameter with the state; for OAuth 1.0a the temporary token.
    pub state: String,
    /// Parameters whose presence is a refusal by the person.
    pub denied: Vec<String>,
    /// Values of `error` that are one, besides `access_denied`.
    pub denied_values: Vec<String>,
    /// Tails that are not part of the code, such as `#_`.
    pub strip: Vec<String>,
}

impl Default for Callback {
    fn default() -> Self {
        Callback {
            code: "code".into(),
            access_token: None,
            username: None,
            state: "state".into(),
            denied: vec![],
            denied_values: vec![],
            strip: vec![],
        }
    }
}

impl Callback {
    /// The parameter with the code, or with the access token itself.
    pub fn code_or_token(&self) -> &str {
        self.access_token.as_deref().unwrap_or(&self.code)
    }
}

fn space() -> String {
    " ".into()
}

fn yes() -> bool {
    true
}
