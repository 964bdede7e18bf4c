//! A login's plan, and the events that it reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, ErrorView};
use crate::provider::RedirectKind;
use crate::text::Text;
use crate::token::Secret;

/// The plan of a login.
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
    /// The kind of redirect; none for the provider's first.
    pub redirect: Option<RedirectKind>,
    /// Ask the platform for a new sign-in, to use another account.
    pub force_login: bool,
    /// Ask again for permissions that were declined.
    #[serde(default)]
    pub rerequest: bool,
    /// The expected account, as a name or an id; empty for any account. The token of another account waits for the person's decision.
    #[serde(default)]
    pub expect: String,
}

/// A server that was found by what a person typed.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ServerView {
    /// Its origin, `https://host`.
    pub origin: String,
    /// The provider file that fits its software.
    pub provider: String,
    /// Its software and version.
    pub software: Option<String>,
}

/// A finished step of a login.
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
    /// The response has arrived.
    AnswerReceived,
    /// The token is received.
    TokenReceived,
    /// It was exchanged for a long-lived one.
    TokenExchanged,
    /// The platform has said whose token it is.
    IdentityVerified,
    /// The token is stored.
    Stored,
}

/// An event of a login.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum LoginEvent {
    /// A step is finished.
    Step {
        /// The step.
        step: StepKind,
    },
    /// The login waits for the browser.
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
    /// The person enters a code on a page of the platform, on any device (RFC 8628 §3.3).
    UserCode {
        /// What to enter.
        code: String,
        /// Where.
        address: String,
        /// The same with the code in it, if the platform has such an address.
        complete: Option<String>,
        /// The host of both.
        host: String,
        /// When the code expires.
        until: i64,
        /// The QR code of `complete`, or else of `address`.
        qr: QrView,
    },
    /// Something to show that does not end the login.
    Hint {
        /// What happened.
        error: ErrorView,
    },
    /// The login has succeeded.
    Done {
        /// The account's id.
        account: String,
    },
    /// The person signed in to another account than the expected one. Its token is in memory until the person decides; nothing that is
    /// stored has changed.
    Mismatch {
        /// The account that signed in.
        name: String,
        /// The expected account.
        expected: String,
    },
    /// The login has failed.
    Failed {
        /// Why.
        error: ErrorView,
    },
}

/// A QR code, for drawing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct QrView {
    /// How many units a side has, with the quiet zone.
    pub size: u16,
    /// The `d` of one SVG path: the dark modules, each one unit.
    pub path: String,
}

/// A test of a redirect on this machine.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectTest {
    /// The step.
    pub redirect: RedirectKind,
    /// Whether a redirect arrived.
    pub ok: bool,
    /// Why it did not arrive.
    pub error: Option<ErrorView>,
    /// The address that was tried.
    pub address: String,
}

/// A page of the platform that never redirects.
#[derive(Clone, Debug, Serialize, TS)]
pub struct StuckView {
    /// The text that it shows.
    pub shows: String,
    /// What that means: an error code.
    pub code: Code,
    /// What to do, if the error's general sentence is not enough.
    pub action: Option<Text>,
}

/// The outcome of a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum RenewalOutcome {
    /// The account has a new token.
    Renewed,
    /// It failed and is retried automatically.
    Later,
    /// It failed and needs the person.
    NeedsYou,
}

/// The renewal of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RenewalView {
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The outcome.
    pub outcome: RenewalOutcome,
    /// Why it failed.
    pub error: Option<ErrorView>,
    /// When it is retried.
    pub until: Option<i64>,
}

/// A reminder that only a login renews an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct NoticeView {
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The provider's name.
    pub provider: Text,
    /// Days left, rounded up; 14, 7, 3 or 1 at most.
    pub days: u16,
    /// Only access to the person's data ends; the token goes on.
    pub data: bool,
}

/// A sub-account, such as a Page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SubAccountView {
    /// The provider's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What the person may do with it.
    pub tasks: Vec<String>,
    /// It is stored here already.
    pub kept: bool,
}
