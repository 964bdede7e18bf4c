//! The authorization request and response, as a provider wants and gives them.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    /// The most characters of state that the platform takes; the reader refuses what is less than the program sends.
    #[serde(default)]
    pub state_max: Option<u16>,
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
    /// What to do, where the general sentence is not enough.
    #[serde(default)]
    pub action: Option<Text>,
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
    /// Never asked for: the platform's word for what was granted.
    #[serde(default)]
    pub granted_only: bool,
    /// It was not confirmed (facts marked [?] or [M]).
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

fn space() -> String {
    " ".into()
}

fn yes() -> bool {
    true
}
