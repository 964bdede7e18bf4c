//! What the keeper shows to a shell: plain values that cross the IPC, written out for the UI as TypeScript.
//! No type in this room can hold a secret. Times are Unix seconds; ids and large numbers are text.

mod login;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::login::{DoorTest, LoginEvent, LoginPlan, ServerView, StepKind, StuckView, SubAccountView};
pub use crate::error::ErrorView;
use crate::provider::text::Text;
use crate::provider::{DoorKind, MarkView, QuestionKind};

/// Everything a window needs to draw itself, in one answer.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AppView {
    /// The program's version.
    pub version: String,
    /// Every platform that can be chosen, shipped ones first.
    pub providers: Vec<ProviderView>,
    /// Every client, newest first.
    pub clients: Vec<ClientView>,
    /// Every account, by name.
    pub accounts: Vec<AccountView>,
    /// Where secrets are kept, and how that store is.
    pub store: StoreView,
    /// The person's choices.
    pub settings: Settings,
    /// What is wrong at large: a provider file that was refused, a book newer than the program.
    pub problems: Vec<ErrorView>,
    /// The certificate of the https door stands in the person's own certificate store.
    pub certificate_trusted: bool,
}

/// A platform, as far as a screen needs it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ProviderView {
    /// Its id, as in the file's name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its mark: an icon the UI knows by this name, else one or two letters.
    pub mark: MarkView,
    /// One line for its tile.
    pub summary: Text,
    /// Sentences worth reading before one starts.
    pub warnings: Vec<Text>,
    /// Its documentation.
    pub docs: Option<String>,
    /// The id of the tile it belongs to: its own, or that of the provider it is another kind of.
    pub tile: String,
    /// True for a file of the person's own; its hosts are then shown.
    pub custom: bool,
    /// The hosts that its messages go to.
    pub hosts: Vec<String>,
    /// True for the practice platform.
    pub practice: bool,
    /// True where the client is registered by itself: no console.
    pub registers: bool,
    /// What is asked before a login.
    pub questions: Vec<QuestionView>,
    /// Steps in the platform's console, where there is one.
    pub console: Vec<ConsoleStepView>,
    /// Permissions that can be asked for.
    pub scopes: Vec<ScopeView>,
    /// Doors in order of preference.
    pub doors: Vec<DoorView>,
    /// True where the consent page has a button to say no.
    pub can_deny: bool,
    /// True where another account can be forced at the consent page.
    pub can_force_login: bool,
    /// True where tokens can be revoked by a call.
    pub can_revoke: bool,
    /// True where a second login gets the same token, so that a revocation kills every copy.
    pub reuses_token: bool,
    /// True where a short-lived token is exchanged for a long-lived one at once.
    pub exchanges: bool,
    /// True where accounts beneath the person (Pages) have tokens of their own.
    pub has_sub_accounts: bool,
    /// True where the app itself has a token.
    pub has_app_token: bool,
    /// True where the platform tells what it knows of a token.
    pub can_inspect: bool,
    /// True where another device can be given a token of its own by a code.
    pub has_device_codes: bool,
    /// True where a token made elsewhere can be adopted.
    pub adopts: bool,
    /// Pages that a login gets stuck at: only the person sees them.
    pub stuck: Vec<StuckView>,
    /// The API version in its addresses.
    pub version: Option<String>,
    /// The day that version ends, `YYYY-MM-DD`.
    pub sunset: Option<String>,
}

/// One field of a form.
#[derive(Clone, Debug, Serialize, TS)]
pub struct QuestionView {
    /// Key of the answer in [`LoginPlan::answers`].
    pub id: String,
    /// Its label.
    pub label: Text,
    /// A sentence of help.
    pub help: Option<Text>,
    /// An example.
    pub placeholder: String,
    /// What it asks for.
    pub kind: QuestionKind,
    /// A regular expression that right answers match.
    pub pattern: Option<String>,
    /// What wrong ones look like.
    pub wrong: Vec<WrongView>,
}

/// "This looks like the wrong one."
#[derive(Clone, Debug, Serialize, TS)]
pub struct WrongView {
    /// A regular expression that the wrong answer matches.
    pub pattern: String,
    /// What to say then.
    pub text: Text,
}

/// One step in a platform's console.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConsoleStepView {
    /// What to do.
    pub text: Text,
    /// Where.
    pub link: Option<String>,
    /// Values to copy into it.
    pub copy: Vec<String>,
}

/// One permission.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScopeView {
    /// The provider's word for it.
    pub id: String,
    /// One line of meaning.
    pub meaning: Text,
    /// Proposed.
    pub default: bool,
    /// Cannot be left out.
    pub locked: bool,
}

/// One way home.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DoorView {
    /// Which.
    pub kind: DoorKind,
    /// Nobody has proved that the platform accepts it.
    pub unproven: bool,
    /// What to know about it.
    pub note: Option<Text>,
    /// The one string to register, character by character the one that is sent; none where it is known at the login only.
    pub redirect_uri: Option<String>,
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
    /// When access to the person's data ends although the token lives on.
    pub data_access_expires: Option<i64>,
    /// The account that it stands beneath.
    pub parent: Option<String>,
    /// What the person may do with it (a Page's tasks).
    pub tasks: Vec<String>,
    /// The door by which it came.
    pub door: DoorKind,
    /// Which store holds it.
    pub store: StoreKind,
    /// When the identity call last succeeded.
    pub verified: Option<i64>,
    /// Why the last identity call failed.
    pub trouble: Option<ErrorView>,
    /// The store did not take the token yet; it is in memory only.
    pub unstored: bool,
    /// It belongs to the practice platform.
    pub practice: bool,
    /// It belongs to a practice platform that no longer runs.
    pub practice_over: bool,
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

/// Which store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum StoreKind {
    /// The operating system's keychain.
    Keychain,
    /// age files, their identity sealed by a passphrase or kept in the keychain.
    SealedFile,
}

/// How a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum StoreState {
    /// It can be used (perhaps after a prompt of its own).
    Ready,
    /// It is there and locked.
    Locked,
    /// There is none on this machine.
    Missing,
}

/// Where secrets are kept.
#[derive(Clone, Debug, Serialize, TS)]
pub struct StoreView {
    /// Which one is in use.
    pub kind: StoreKind,
    /// How it is.
    pub state: StoreState,
    /// How the keychain is, whichever is in use.
    pub keychain: StoreState,
    /// Where the sealed files are.
    pub path: String,
    /// How many tokens wait in memory for the store.
    pub unstored: u32,
}

/// The person's choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// `system`, `en`, `zh-Hans` or `zh-Hant`.
    pub language: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Address of the person's own hosted relay page; empty where there is none.
    pub relay: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            language: "system".into(),
            theme: "system".into(),
            relay: String::new(),
        }
    }
}
