//! What a login is told, and what it tells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, ErrorView};
use crate::provider::RedirectKind;
use crate::text::Text;
use crate::token::Secret;

/// What a login is to do.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LoginPlan {
    /// The provider's id.
    pub provider: String,
    /// A known client, or none for a new one.
    pub client: Option<String>,
    /// The name that a new client is registered under.
    pub client_name: String,
    /// Answers to the provider's questions, by their ids. One may be a client secret.
    #[ts(as = "BTreeMap<String, String>")]
    pub answers: BTreeMap<String, Secret>,
    /// The scopes to ask for.
    pub scopes: Vec<String>,
    /// The redirect, or none for the first that works.
    pub redirect: Option<RedirectKind>,
    /// Ask the platform to sign in anew, for another account.
    pub force_login: bool,
    /// Ask again for permissions that were declined.
    #[serde(default)]
    pub rerequest: bool,
    /// Which account is meant, as a name or an id; empty where any will do. Another one is held aside.
    #[serde(default)]
    pub expect: String,
}

/// A server that was found behind what a person typed.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ServerView {
    /// Its origin, `https://host`.
    pub origin: String,
    /// The provider file that fits its software.
    pub provider: String,
    /// What it says it is, with version.
    pub software: Option<String>,
}

/// A step that a login has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum StepKind {
    /// The server answered and its software is known.
    ServerFound,
    /// There is a client to log in with.
    ClientReady,
    /// The redirect is open.
    RedirectOpen,
    /// The browser was asked to open the address.
    BrowserOpened,
    /// The redirect came home.
    AnswerReceived,
    /// The token is won.
    TokenReceived,
    /// It was exchanged for a long-lived one.
    TokenExchanged,
    /// The platform said whose it is.
    IdentityVerified,
    /// The store holds it.
    Stored,
}

/// What happens in a login, as it happens.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum LoginEvent {
    /// A step was taken.
    Step {
        /// Which.
        step: StepKind,
    },
    /// The browser's turn.
    Waiting {
        /// The redirect that is open.
        redirect: RedirectKind,
        /// The redirect URI that is sent, character by character.
        redirect_uri: String,
        /// The host of the consent page.
        host: String,
        /// When the wait ends.
        until: i64,
    },
    /// Something that does not end the login, said beside Cancel.
    Hint {
        /// What happened.
        error: ErrorView,
    },
    /// It is done.
    Done {
        /// The account's id.
        account: String,
    },
    /// Another account than the one that was meant came back. Its token is held in memory until the person decides;
    /// nothing that was kept is touched.
    Mismatch {
        /// Who came back.
        name: String,
        /// Who was meant.
        expected: String,
    },
    /// It failed.
    Failed {
        /// Why.
        error: ErrorView,
    },
}

/// A test of a redirect on this machine.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectTest {
    /// Which.
    pub redirect: RedirectKind,
    /// Whether a redirect came home by it.
    pub ok: bool,
    /// What it was.
    pub error: Option<ErrorView>,
    /// The address that was tried.
    pub address: String,
}

/// A page of the platform's that never redirects.
#[derive(Clone, Debug, Serialize, TS)]
pub struct StuckView {
    /// What it shows.
    pub shows: String,
    /// What that means: an error code.
    pub code: Code,
    /// What to do, where the general sentence is not enough.
    pub action: Option<Text>,
}

/// What became of a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum RenewalOutcome {
    /// It has a new token.
    Renewed,
    /// It did not work, and is tried again by itself.
    Later,
    /// Only the person can mend it.
    NeedsYou,
}

/// What became of one account's renewal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RenewalView {
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// One of three.
    pub outcome: RenewalOutcome,
    /// Why not.
    pub error: Option<ErrorView>,
    /// When it is tried again.
    pub until: Option<i64>,
}

/// Something to tell the person in time: with so many days left only a login renews an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct NoticeView {
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The provider's name.
    pub provider: String,
    /// Days left, rounded up; 14, 7, 3 or 1 at most.
    pub days: u16,
}

/// A sub-account, such as a Page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SubAccountView {
    /// The provider's id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What the person may do with it.
    pub tasks: Vec<String>,
    /// It is kept already.
    pub kept: bool,
}
