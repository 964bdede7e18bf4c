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
    /// Constant parameters besides the RFC's own.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// What separates scopes.
    #[serde(default = "space")]
    pub scope_separator: String,
    /// Whether a code challenge is sent (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
    /// Parameters that make the platform offer another account.
    #[serde(default)]
    pub force_login: BTreeMap<String, String>,
    /// Parameters that make it offer declined permissions again.
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
            state: "state".into(),
            denied: vec![],
            denied_values: vec![],
            strip: vec![],
        }
    }
}

fn space() -> String {
    " ".into()
}

fn yes() -> bool {
    true
}
