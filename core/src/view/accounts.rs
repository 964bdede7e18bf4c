//! What is kept, as a screen sees it: accounts and clients, without a secret.

use serde::Serialize;
use ts_rs::TS;

use super::{Standing, StoreKind};
use crate::error::ErrorView;
use crate::provider::RedirectKind;

/// What an account is called: enough to find the one that a person means.
#[derive(Clone, Debug)]
pub struct AccountName {
    /// Our id.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// As in [`AccountView`].
    pub name: String,
    /// The server's host, where the provider has many.
    pub server: Option<String>,
    /// The person's page.
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
    /// `@name@host`, or what else the platform calls the person; the server's name while unverified.
    pub name: String,
    /// The name people read.
    pub display_name: Option<String>,
    /// The platform's own id of the person.
    pub user_id: Option<String>,
    /// The first characters of its token, where the console shows them.
    pub hint: Option<String>,
    /// Its token has a secret of its own (OAuth 1.0a).
    pub has_token_secret: bool,
    /// The server's host, where the provider has many.
    pub server: Option<String>,
    /// The person's page.
    pub url: Option<String>,
    /// What the token may do, as granted.
    pub scopes: Vec<String>,
    /// What was asked for and not granted.
    pub declined: Vec<String>,
    /// When the token was won.
    pub obtained: i64,
    /// When it was issued, by the provider's word where it says so.
    pub issued: i64,
    /// When it ends, if it does.
    pub expires: Option<i64>,
    /// False where nobody said when it ends.
    pub life_known: bool,
    /// From when on it may be renewed without a person; none where it cannot.
    pub renews_from: Option<i64>,
    /// When it is renewed by itself next; none where it is not.
    pub renews_next: Option<i64>,
    /// When it stops working unless a person does something; a token that renews by itself has such a moment, too, should
    /// its renewals keep failing. The end of its access to the person's data counts as well, where no renewal comes before. None
    /// where that is unknown, or it does not end.
    pub breaks: Option<i64>,
    /// Only a person can renew it.
    pub needs_login: bool,
    /// A renewal did not work and is tried again.
    pub later: Option<LaterView>,
    /// Another computer keeps it alive, or may: it is not renewed here.
    pub paused: bool,
    /// Until when the token before the last renewal can be put back.
    pub step_back_until: Option<i64>,
    /// It renews whenever its token is wanted; `expires` is then the end of the token of now, and no end of the account.
    pub renews_on_demand: bool,
    /// When its refresh token ages out if nobody wants the token until then.
    pub renews_until: Option<i64>,
    /// When access to the person's data ends although the token lives on.
    pub data_access_expires: Option<i64>,
    /// The account that it is a sub-account of.
    pub parent: Option<String>,
    /// What the person may do with it (a Page's tasks).
    pub tasks: Vec<String>,
    /// The redirect by which it came.
    pub redirect: RedirectKind,
    /// How it stands: what a person needs to know of it first.
    pub standing: Standing,
    /// Which store holds it.
    pub store: StoreKind,
    /// When the identity call last succeeded.
    pub verified: Option<i64>,
    /// What went wrong with it last, and was not put right yet.
    pub trouble: Option<ErrorView>,
    /// The store did not take the token yet; it is in memory only.
    pub unstored: bool,
    /// It belongs to the practice platform.
    pub practice: bool,
    /// It belongs to a practice platform that no longer runs.
    pub practice_over: bool,
}

/// When a renewal that did not work is tried again, and why it did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LaterView {
    /// Then.
    pub until: i64,
    /// Why it did not work.
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
    /// The server it is registered at, where the provider has many.
    pub server: Option<String>,
    /// The public client id.
    pub client_id: String,
    /// Its first characters as the console shows them; none where it shows none.
    pub hint: Option<String>,
    /// One of the provider's client types, where it has several.
    pub client_type: Option<String>,
    /// Ids of the other clients of the same app: the same tile and name, other keys.
    pub siblings: Vec<String>,
    /// Whether there is a secret (in the store).
    pub has_secret: bool,
    /// The redirect URIs it was registered with.
    pub redirect_uris: Vec<String>,
    /// The scopes it was registered with.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: i64,
    /// Whether Keybearer registered it by itself.
    pub registered: bool,
    /// Ids of its accounts.
    pub accounts: Vec<String>,
}
