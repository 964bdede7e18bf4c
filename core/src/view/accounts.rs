//! Accounts and clients as a screen shows them, without secrets.

use serde::Serialize;
use ts_rs::TS;

use super::{NextDate, Standing, StoreKind, UnrecordedView};
use crate::error::ErrorView;
use crate::provider::RedirectKind;

/// An account's names: enough to find the account that a person means.
#[derive(Clone, Debug)]
pub struct AccountName {
    /// Our id.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// As in [`AccountView`].
    pub name: String,
    /// The server's host, if the provider has many.
    pub server: Option<String>,
    /// The address of the person's profile.
    pub url: Option<String>,
}

impl From<&AccountView> for AccountName {
    fn from(account: &AccountView) -> AccountName {
        AccountName {
            id: account.id.clone(),
            provider: account.provider.clone(),
            name: account.name.clone(),
            server: account.server.clone(),
            url: account.url.clone(),
        }
    }
}

/// An account: whose token it is.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AccountView {
    /// Our id.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// The client's id.
    pub client: String,
    /// `@name@host`, or the platform's name of the person; the server's name while unverified.
    pub name: String,
    /// The display name.
    pub display_name: Option<String>,
    /// The platform's id of the person.
    pub user_id: Option<String>,
    /// The first characters of its token, if the console shows them.
    pub hint: Option<String>,
    /// Its token has a secret of its own (OAuth 1.0a).
    pub has_token_secret: bool,
    /// The server's host, if the provider has many.
    pub server: Option<String>,
    /// The address of the person's profile.
    pub url: Option<String>,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// Scopes that were requested and not granted.
    pub declined: Vec<String>,
    /// When the token was obtained.
    pub obtained: i64,
    /// When it was issued, according to the provider, otherwise when it was obtained.
    pub issued: i64,
    /// When it expires; none if it does not, or if that is unknown.
    pub expires: Option<i64>,
    /// False if the platform has not said when it expires: `expires` is then assumed, or unknown.
    pub life_known: bool,
    /// When it ends for good: its refresh token where it renews on demand, else the token. None if it does not, or if that is unknown.
    pub ends: Option<i64>,
    /// The next date of a token that works: every screen, menu and line names this one.
    pub next: Option<NextDate>,
    /// From when it may be renewed without a person; none if it cannot.
    pub renews_from: Option<i64>,
    /// When Keybearer renews it next; none if it does not.
    pub renews_next: Option<i64>,
    /// When it stops working unless a person does something, or, for a token that Keybearer renews, if all renewals fail. The end of
    /// its access to the person's data counts, too, if no renewal comes before. None if it does not end, or if that is unknown.
    pub breaks: Option<i64>,
    /// Only a person can renew it, or its access to the person's data.
    pub needs_login: bool,
    /// A renewal failed and is retried.
    pub later: Option<LaterView>,
    /// Another computer renews it, or may do so. It is not renewed here.
    pub paused: bool,
    /// Its person has paused it: it is neither renewed nor delivered nor handed out. `paused` is true then, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub on_hold: bool,
    /// Until when the token before the last renewal can be restored.
    pub step_back_until: Option<i64>,
    /// It is renewed whenever its token is used; `expires` is only the end of the present token then.
    pub renews_on_demand: bool,
    /// When its refresh token expires if the token is not used until then.
    pub renews_until: Option<i64>,
    /// When access to the person's data ends although the token stays valid.
    pub data_access_expires: Option<i64>,
    /// The account that it is a sub-account of. That account may be gone.
    pub parent: Option<String>,
    /// What the person may do with it (a Page's tasks).
    pub tasks: Vec<String>,
    /// The kind of redirect that brought it.
    pub redirect: RedirectKind,
    /// Its state: what a person needs to know first.
    pub standing: Standing,
    /// The store that has its token.
    pub store: StoreKind,
    /// When the identity request last succeeded.
    pub verified: Option<i64>,
    /// What went wrong last and is not resolved yet.
    pub trouble: Option<ErrorView>,
    /// The last use of its token that is not in the ledger.
    pub unrecorded: Option<UnrecordedView>,
    /// The token is in memory only, because the store has not taken it yet.
    pub unstored: bool,
    /// It belongs to the practice platform.
    pub practice: bool,
    /// It belongs to a practice platform that no longer runs.
    pub practice_over: bool,
}

impl AccountView {
    /// Whether `ends` is only assumed: the provider's file says how long such tokens live, and the platform has not said it of this one.
    pub fn is_assumed(&self) -> bool {
        self.ends.is_some() && !self.life_known && !self.renews_on_demand
    }
}

/// The tokens that a server has for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ServerTokensView {
    /// Each of them, as the server orders them.
    pub tokens: Vec<ServerTokenView>,
    /// The server has more of them than are listed.
    pub more: bool,
}

/// A token that a server has for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ServerTokenView {
    /// The server's id of it.
    pub id: String,
    /// Which app it was made for.
    pub origin: TokenOrigin,
    /// That app's name.
    pub app: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub issued: Option<i64>,
    /// When it was last used, as exactly as the server says.
    pub last_used: Option<i64>,
}

/// For which app a token was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TokenOrigin {
    /// It is the one that is kept here.
    Present,
    /// For the same app: an earlier sign-in, or one on another computer.
    SameApp,
    /// For another app.
    Other,
}

/// When a failed renewal or delivery is retried, and why it failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LaterView {
    /// The time of the retry.
    pub until: i64,
    /// Why it failed.
    pub why: ErrorView,
}

/// A client: the person's own app at a provider.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ClientView {
    /// Our id.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// The name it was registered under.
    pub name: String,
    /// The server that it is registered at, if the provider has many.
    pub server: Option<String>,
    /// The public client id.
    pub client_id: String,
    /// Its first characters, if the console shows them.
    pub hint: Option<String>,
    /// One of the provider's client types, if it has several.
    pub client_type: Option<String>,
    /// Ids of the other clients of the same app: the same tile and name, other keys.
    pub siblings: Vec<String>,
    /// Whether the store has a secret for it.
    pub has_secret: bool,
    /// The redirect URIs it was registered with.
    pub redirect_uris: Vec<String>,
    /// The scopes it was registered with.
    pub scopes: Vec<String>,
    /// When it was added.
    pub created: i64,
    /// Whether Keybearer registered it.
    pub registered: bool,
    /// Ids of its accounts.
    pub accounts: Vec<String>,
}
