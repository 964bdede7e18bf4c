//! What the keeper shows to a shell: plain values that cross the IPC, exported to the UI as TypeScript. No type that goes to the UI
//! contains a secret. Times are Unix seconds; ids and large numbers are text.

mod accounts;
mod delivery;
mod ledger;
mod login;
pub mod names;
mod next;
mod post;
mod posts;
mod programs;
mod standing;
mod transfer;
mod update;
mod uses;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::accounts::{AccountName, AccountView, ClientView, LaterView, ServerTokenView, ServerTokensView, TokenOrigin};
pub use self::delivery::{ChosenFile, DeliveredView, DeliveryView, Proof, Target, Visibility};
pub use self::ledger::{LedgerView, Purpose, UnrecordedView, UseView};
pub use self::login::{
    LoginEvent, LoginPlan, NoticeView, QrView, RedirectTest, RenewalOutcome, RenewalView, ServerView, StepKind, StuckView, SubAccountView,
};
pub use self::next::{NextDate, NextKind};
pub use self::post::{
    DarkCode, DarkReason, Draft, Lamp, PostImage, PostNoDelete, PostPlace, PostPlanView, PostState, PostView, PostVisibility,
};
pub use self::posts::{ExportEvent, ExportFormat, ExportPlan, ExportView, FilterView, MissingView, SkippedView};
pub use self::programs::{ProgramAnswer, ProgramQuestion, ProgramView};
pub(crate) use self::standing::Facts;
pub use self::standing::{LoginReason, Standing};
pub use self::transfer::{BundleView, ImportOutcome, ImportedView};
pub use self::update::UpdateView;
pub use self::uses::{CallView, CopyView, InputView, RateView, RequestView, TriedView, UsesView};
pub use crate::error::ErrorView;
use crate::provider::questions::matches_whole;
use crate::provider::sources::Source;
use crate::provider::{ConsoleStep, GrantType, Kind, MarkView, QuestionKind, RedirectKind, Scope, TileInfo, Warning, Wrong};
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
    /// Where tokens are delivered, oldest first.
    pub deliveries: Vec<DeliveryView>,
    /// The store of secrets, and its state.
    pub store: StoreView,
    /// The person's choices.
    pub settings: Settings,
    /// Programs that the person was asked about, oldest first.
    pub programs: Vec<ProgramView>,
    /// Programs that wait for the person's decision.
    pub program_questions: Vec<ProgramQuestion>,
    /// Problems that belong to no account: a refused provider file, a book newer than the program.
    pub problems: Vec<ErrorView>,
    /// The certificate of the https redirect is in the person's certificate store.
    pub certificate_trusted: bool,
    /// A newer version, if the person asked for that.
    pub update: Option<UpdateView>,
}

/// A platform, as far as a screen needs it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ProviderView {
    /// Its id, as in the file's name.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its mark: an icon the UI knows by this name, else one or two letters.
    pub mark: MarkView,
    /// One line for its tile.
    pub summary: Text,
    /// Its group of tiles, its cost and its other names; none for files that do not say so.
    pub tile_info: Option<TileInfo>,
    /// What to read before starting.
    pub warnings: Vec<Warning>,
    /// The day on which its facts were last read, `YYYY-MM-DD`.
    pub checked: Option<String>,
    /// That day is more than half a year ago.
    pub facts_old: bool,
    /// The sources of its facts.
    pub sources: Vec<Source>,
    /// Its documentation.
    pub docs: Option<String>,
    /// The id of the tile it belongs to: its own, or that of the provider it is another kind of.
    pub tile: String,
    /// What this kind of token is, if one tile offers several.
    pub kind: Option<Kind>,
    /// How a token is obtained.
    pub grant: GrantType,
    /// The client family: providers of one family share clients, because the app has the same keys.
    pub client_family: String,
    /// True for the person's own provider file; its hosts are shown then.
    pub custom: bool,
    /// The hosts that its messages go to.
    pub hosts: Vec<String>,
    /// True for the practice platform.
    pub practice: bool,
    /// True if Keybearer registers the client: no console is needed.
    pub registers: bool,
    /// False if a login uses no app of the person's: the file names a client, or the platform knows none.
    pub needs_app: bool,
    /// What is entered as an app's keys is the account's own: its name and a password for programs.
    pub keys_of_account: bool,
    /// Its access token is a password that goes with a login name (RFC 7617).
    pub gives_password: bool,
    /// What is asked before a login.
    pub questions: Vec<QuestionView>,
    /// Steps in the platform's console, if there is one.
    pub console: Vec<ConsoleStep>,
    /// Permissions that can be asked for.
    pub scopes: Vec<Scope>,
    /// Redirects in order of preference.
    pub redirects: Vec<RedirectView>,
    /// True if the consent page has a button to decline.
    pub can_deny: bool,
    /// True if the consent page can be made to ask for another account.
    pub can_force_login: bool,
    /// True if the platform says whose a token is.
    pub can_verify: bool,
    /// True if that question costs money.
    pub identity_costs: bool,
    /// True if a second login of a person with one client ends the first.
    pub one_login: bool,
    /// True if tokens can be revoked by a request.
    pub can_revoke: bool,
    /// True if a second login gets the same token, so that a revocation ends every copy.
    pub reuses_token: bool,
    /// True if a short-lived token is exchanged for a long-lived one at once.
    pub exchanges: bool,
    /// True if sub-accounts (Pages) have tokens of their own.
    pub has_sub_accounts: bool,
    /// True if the app itself has a token.
    pub has_app_token: bool,
    /// True if the platform shows the details of a token.
    pub can_inspect: bool,
    /// True if the server lists all tokens that it has for an account.
    pub lists_tokens: bool,
    /// True if a code can give another device a token of its own.
    pub has_device_codes: bool,
    /// The filters of its list of statuses; none if it has no such list.
    pub lists: Option<Vec<FilterView>>,
    /// True if a token made elsewhere can be imported.
    pub can_import: bool,
    /// Pages at which a login gets stuck. Only the person sees them.
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
    /// The answer where nothing is typed.
    pub default: Option<String>,
    /// What it asks for.
    pub kind: QuestionKind,
    /// A regular expression that right answers match.
    pub pattern: Option<String>,
    /// Patterns of wrong answers.
    pub wrong: Vec<Wrong>,
    /// The options; empty if the answer is typed.
    pub options: Vec<OptionView>,
}

impl QuestionView {
    /// Whether an answer matches [`QuestionView::pattern`].
    pub fn accepts(&self, answer: &str) -> bool {
        matches_whole(self.pattern.as_deref(), answer)
    }

    /// What a wrong answer looks like, in the provider file's words.
    pub fn looks_like(&self, answer: &str) -> Option<&Text> {
        let fits = |wrong: &&Wrong| Regex::new(&wrong.pattern).is_ok_and(|pattern| pattern.is_match(answer));
        self.wrong.iter().find(fits).map(|wrong| &wrong.text)
    }
}

/// One answer to choose.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OptionView {
    /// The answer.
    pub id: String,
    /// What it is for.
    pub meaning: Text,
    /// With this answer a secret is required.
    pub secret: bool,
}

/// One of a platform's redirects.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectView {
    /// Which.
    pub kind: RedirectKind,
    /// Not confirmed that the platform accepts it.
    pub unproven: bool,
    /// What to know about it.
    pub note: Option<Text>,
    /// The address to register, exactly as it is sent; none if it is only known at the login.
    pub redirect_uri: Option<String>,
    /// Only for clients of these types; empty for all.
    pub client_types: Vec<String>,
    /// The platform's rules for such an address.
    pub rules: Vec<RuleView>,
}

/// A platform's rule about addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RuleView {
    /// The rule, in a sentence.
    pub text: Text,
    /// The address breaks it.
    pub broken: bool,
    /// The platform documents the rule but accepts such an address.
    pub doubtful: bool,
}

/// The comparison of an address with what the console shows.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectCheck {
    /// What differs; none if they are the same.
    pub error: Option<ErrorView>,
    /// The platform's rules that the shown address breaks.
    pub broken: Vec<RuleView>,
}

/// A kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum StoreKind {
    /// The operating system's keychain.
    Keychain,
    /// age files, with their identity sealed by a passphrase or stored in the keychain.
    SealedFile,
}

/// How long a passphrase that the person typed in the window is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum UnlockedFor {
    /// Until the window is closed. No program gets a token that the passphrase unlocks.
    Window,
    /// Until no program has asked for a token for an hour.
    Hour,
    /// Until the app is quit, or the person signs out.
    Session,
}

/// The state of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum StoreState {
    /// It can be used, possibly after a prompt of its own.
    Ready,
    /// It exists and is locked.
    Locked,
    /// This machine has none.
    Missing,
    /// It exists and does not respond.
    Silent,
}

/// Whether a host can be reached.
#[derive(Clone, Debug)]
pub struct ReachView {
    /// Its name.
    pub host: String,
    /// The issuer of its certificate, as the certificate names it.
    pub issuer: Option<String>,
    /// The issuer is an authority that was added to this computer, by its company or by an eavesdropper.
    pub added: bool,
    /// Why not.
    pub error: Option<ErrorView>,
}

/// The proxy that the environment names for the platforms.
#[derive(Clone, Debug)]
pub struct ProxyView {
    /// Its scheme, host and port, and the variable's name; none if it cannot be parsed.
    pub proxy: Option<(String, String)>,
    /// What `no_proxy` excludes.
    pub except: Option<String>,
    /// Why it cannot be used.
    pub error: Option<ErrorView>,
}

/// The store of secrets.
#[derive(Clone, Debug, Serialize, TS)]
pub struct StoreView {
    /// The one in use.
    pub kind: StoreKind,
    /// Its state.
    pub state: StoreState,
    /// The keychain's state, whichever store is in use.
    pub keychain: StoreState,
    /// Where the sealed files are.
    pub path: String,
    /// How many tokens are in memory because the store has not taken them.
    pub unstored: u32,
    /// A passphrase has opened the sealed files, whichever store is in use.
    pub unlocked: bool,
}

/// The person's choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// `system`, `en`, `zh-Hans` or `zh-Hant`.
    pub language: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// The address of the person's relay page; empty if there is none.
    pub relay: String,
    /// What closing the window does: `ask`, `keep` (go on in the tray) or `quit`.
    pub on_close: String,
    /// Start with the session, hidden in the tray.
    pub autostart: bool,
    /// Ask once a day whether a newer version is out. Written only if true, because older books do not have it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub check_updates: bool,
    /// Ask before a program that is not known gets a token by the socket. Written only if true, because older books do not have it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub ask_programs: bool,
    /// Ids of accounts in the person's own order; the others follow by name. Written only where there is one: older books do not
    /// have it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub order: Vec<String>,
    /// Platforms whose accounts are folded away in the list, by their tiles. Written only where there is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub folded: Vec<String>,
    /// Record which program used which token. Written only if false, because older books do not have it.
    #[serde(skip_serializing_if = "is_true")]
    #[ts(as = "Option<bool>", optional)]
    pub ledger: bool,
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
            ask_programs: false,
            order: Vec::new(),
            folded: Vec::new(),
            ledger: true,
        }
    }
}

/// For settings that are on unless the person turned them off.
#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so.
fn is_true(on: &bool) -> bool {
    *on
}
