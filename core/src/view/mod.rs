//! What the keeper shows to a shell: plain values that cross the IPC, written out for the UI as TypeScript.
//! No type in this room can hold a secret. Times are Unix seconds; ids and large numbers are text.

mod accounts;
mod delivery;
mod login;
mod posts;
mod standing;
mod transfer;
mod update;
mod uses;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::accounts::{AccountName, AccountView, ClientView, LaterView};
pub use self::delivery::{DeliveredView, DeliveryView, Place, Proof, Target, Visibility};
pub use self::login::{
    LoginEvent, LoginPlan, NoticeView, RedirectTest, RenewalOutcome, RenewalView, ServerView, StepKind, StuckView, SubAccountView,
};
pub use self::posts::{ExportEvent, ExportFormat, ExportPlan, ExportView, FilterView, MissingView, SkippedView};
pub(crate) use self::standing::Facts;
pub use self::standing::{LoginReason, Standing};
pub use self::transfer::{BundleView, ImportOutcome, ImportedView};
pub use self::update::UpdateView;
pub use self::uses::{CallView, CopyView, InputView, RateView, RequestView, TriedView, UsesView};
pub use crate::error::ErrorView;
use crate::provider::sources::Source;
use crate::provider::{ConsoleStep, GrantType, Kind, MarkView, QuestionKind, RedirectKind, Scope, Warning, Wrong};
use crate::text::Text;

/// Everything a window needs to draw itself, in one answer.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AppView {
    /// The program's version.
    pub version: String,
    /// The platforms of the accounts and clients. The catalogue has all of them.
    pub providers: Vec<ProviderView>,
    /// Every client, newest first.
    pub clients: Vec<ClientView>,
    /// Every account, by name.
    pub accounts: Vec<AccountView>,
    /// Where tokens go by themselves, oldest first.
    pub deliveries: Vec<DeliveryView>,
    /// Where secrets are kept, and how that store is.
    pub store: StoreView,
    /// The person's choices.
    pub settings: Settings,
    /// What is wrong at large: a provider file that was refused, a book newer than the program.
    pub problems: Vec<ErrorView>,
    /// The certificate of the https redirect stands in the person's own certificate store.
    pub certificate_trusted: bool,
    /// A newer version, where the person wants to hear of it.
    pub update: Option<UpdateView>,
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
    pub warnings: Vec<Warning>,
    /// The day on which its facts were last read, `YYYY-MM-DD`.
    pub checked: Option<String>,
    /// That day is more than half a year ago.
    pub facts_old: bool,
    /// From where its facts are.
    pub sources: Vec<Source>,
    /// Its documentation.
    pub docs: Option<String>,
    /// The id of the tile it belongs to: its own, or that of the provider it is another kind of.
    pub tile: String,
    /// What this kind of token is, where one tile offers several.
    pub kind: Option<Kind>,
    /// How a token is got.
    pub grant: GrantType,
    /// Clients of providers of one family are the same: the same keys of the same app.
    pub client_family: String,
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
    pub console: Vec<ConsoleStep>,
    /// Permissions that can be asked for.
    pub scopes: Vec<Scope>,
    /// Redirects in order of preference.
    pub redirects: Vec<RedirectView>,
    /// True where the consent page has a button to say no.
    pub can_deny: bool,
    /// True where another account can be forced at the consent page.
    pub can_force_login: bool,
    /// True where one can ask whose a token is.
    pub can_verify: bool,
    /// True where asking whose a token is costs money.
    pub identity_costs: bool,
    /// True where a second login of a person at one client ends the first.
    pub one_login: bool,
    /// True where tokens can be revoked by a call.
    pub can_revoke: bool,
    /// True where a second login gets the same token, so that a revocation kills every copy.
    pub reuses_token: bool,
    /// True where a short-lived token is exchanged for a long-lived one at once.
    pub exchanges: bool,
    /// True where sub-accounts (Pages) have tokens of their own.
    pub has_sub_accounts: bool,
    /// True where the app itself has a token.
    pub has_app_token: bool,
    /// True where the platform tells what it knows of a token.
    pub can_inspect: bool,
    /// True where another device can be given a token of its own by a code.
    pub has_device_codes: bool,
    /// The filters of its list of statuses; none where it lists none.
    pub lists: Option<Vec<FilterView>>,
    /// True where a token made elsewhere can be imported.
    pub can_import: bool,
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
    pub wrong: Vec<Wrong>,
    /// What to choose from; empty where it is typed.
    pub options: Vec<OptionView>,
}

/// One answer to choose.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OptionView {
    /// The answer.
    pub id: String,
    /// What it is for.
    pub meaning: Text,
    /// With this answer a secret is asked for.
    pub secret: bool,
}

/// One of a platform's redirects.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectView {
    /// Which.
    pub kind: RedirectKind,
    /// Nobody has proved that the platform accepts it.
    pub unproven: bool,
    /// What to know about it.
    pub note: Option<Text>,
    /// The one string to register, character by character the one that is sent; none where it is known at the login only.
    pub redirect_uri: Option<String>,
    /// Only for clients of these types; empty for all.
    pub client_types: Vec<String>,
    /// What the platform asks of such an address.
    pub rules: Vec<RuleView>,
}

/// A platform's rule about addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RuleView {
    /// The rule, in a sentence.
    pub text: Text,
    /// The address breaks it.
    pub broken: bool,
    /// The platform says so, and takes such an address all the same.
    pub doubtful: bool,
}

/// An address beside what the console shows.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectCheck {
    /// What differs; none where they are the same.
    pub error: Option<ErrorView>,
    /// The platform's rules that the shown address breaks.
    pub broken: Vec<RuleView>,
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
    /// It is there and does not answer.
    Silent,
}

/// Whether a host can be reached.
#[derive(Clone, Debug)]
pub struct ReachView {
    /// Its name.
    pub host: String,
    /// Who signed its certificate, by that certificate's own word.
    pub issuer: Option<String>,
    /// By an authority that was added to this computer: its company's, or that of somebody who listens in.
    pub added: bool,
    /// Why not.
    pub error: Option<ErrorView>,
}

/// The proxy that the environment names for the platforms.
#[derive(Clone, Debug)]
pub struct ProxyView {
    /// Its scheme, host and port, and the variable; nothing where it cannot be read.
    pub proxy: Option<(String, String)>,
    /// What is reached without it, as `no_proxy` says.
    pub except: Option<String>,
    /// Why it cannot be used.
    pub error: Option<ErrorView>,
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
    /// What closing the window does: `ask`, `keep` (running in the tray) or `quit`.
    pub on_close: String,
    /// Start with the session, hidden in the tray.
    pub autostart: bool,
    /// Ask once a day whether a newer version is out. Written only where it is so: older books do not have it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub check_updates: bool,
    /// Ids of accounts in the person's own order; the others follow by name. Written only where there is one: older books do not
    /// have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub order: Vec<String>,
    /// Platforms whose accounts are folded away in the list, by their tiles. Written only where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub folded: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            language: "system".into(),
            theme: "system".into(),
            relay: String::new(),
            on_close: "ask".into(),
            autostart: false,
            check_updates: false,
            order: Vec::new(),
            folded: Vec::new(),
        }
    }
}
