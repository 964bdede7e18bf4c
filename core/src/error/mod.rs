//! Everything that can go wrong, named for what the person sees. The locales turn [`Error::code`] and the parameters into sentences; the
//! provider's or system's own words are kept with them. No variant may contain a secret.

mod category;
mod code;
mod intermediary;
mod meaning;
mod view;

use std::path::PathBuf;

use crate::text::Text;

pub use self::category::Category;
pub use self::code::Code;
pub use self::intermediary::Intermediary;
pub use self::view::ErrorView;

/// The result type of core.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that a person may see.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // each variant's message says what it is
pub enum Error {
    #[error("“{typed}” is not a server's name")]
    ServerNameInvalid { typed: String, sign: Option<String> },
    #[error("“{typed}” is http, and only this computer may be reached so")]
    ServerNotHttps { typed: String },
    #[error("there is no server called {host}")]
    ServerNotFound { host: String },
    #[error("{host} does not answer")]
    ServerUnreachable { host: String, detail: String, sent: bool },
    #[error("the certificate of {host} is not trusted")]
    ServerTls { host: String, detail: String },
    #[error("{host} answers, but speaks no API that is known here")]
    ServerUnknown { host: String },
    #[error("{host} runs {software}, which has another API")]
    OtherSoftware {
        host: String,
        software: String,
        /// The platform whose file is for that software: its id and its name.
        fits: Option<Box<(String, Text)>>,
    },
    #[error("{host} does not answer by https")]
    ServerWithoutHttps { host: String },
    #[error("{} has many servers, and none was named", provider.en)]
    ServerMissing { provider: Box<Text> },
    #[error("the server is at {host}{path}, under a path")]
    ServerUnderPath { host: String, path: String },
    #[error("this computer has no network")]
    Offline { detail: String },
    #[error("{variable} is no proxy's address")]
    ProxyInvalid { variable: &'static str },
    #[error("the proxy {proxy} does not answer")]
    ProxyUnreachable { proxy: String, detail: String },
    #[error("the proxy {proxy} wants another name or password")]
    ProxyDenied { proxy: String },
    #[error("the proxy {proxy} does not connect to {host}")]
    ProxyRefused { proxy: String, host: String, detail: String },

    #[error("{host} does not register clients (HTTP {status})")]
    RegistrationRefused { host: String, status: u16, words: Option<String> },
    #[error("port {port} is taken")]
    PortTaken { port: u16, owner: Option<String> },
    #[error("the redirect “{redirect}” cannot be opened here")]
    RedirectUnavailable { redirect: &'static str, detail: String },
    #[error("the browser could not be opened")]
    BrowserNotOpened { detail: String },

    #[error("the person said no")]
    Denied { words: Option<String> },
    #[error("cancelled")]
    Cancelled,
    #[error("no answer came within {minutes} minutes")]
    TimedOut { minutes: u64 },
    #[error("no login waits for this address")]
    NoLoginWaiting,
    #[error("a refusal came without a state")]
    DeniedWithoutState { words: Option<String> },
    #[error("an answer came without a state")]
    AnswerWithoutState,
    #[error("the answer came from {got}, not from {expected}")]
    IssuerMismatch { expected: String, got: String },
    #[error("{expected} promised to name itself in its answer and did not")]
    IssuerMissing { expected: String },

    #[error("nothing was pasted")]
    PasteEmpty,
    #[error("that is the address of the consent page")]
    PasteAuthorizePage,
    #[error("that looks like a token, not like a code")]
    PasteToken,
    #[error("that is another address than {expected}")]
    PasteOtherAddress { expected: String },
    #[error("that belongs to another login")]
    PasteWrongState,
    #[error("the address has a code and no state")]
    PasteNoState,
    #[error("there is no code in it")]
    PasteNoCode,

    #[error("{shown} is not {expected}: {difference}")]
    RedirectDiffers {
        difference: &'static str,
        expected: String,
        shown: String,
    },
    #[error("“{typed}” is not an https address of a page")]
    RelayNotHttps { typed: String },
    #[error("{url} is not the relay page of this version")]
    RelayDiffers { url: String },
    #[error("there is no relay page yet")]
    RelayMissing,
    #[error("without a secret and without PKCE a code may not travel that way")]
    RelayExposed,
    #[error("the certificate store of this person cannot be changed")]
    CertificateStore { detail: String },

    #[error("{} sends to other hosts now", provider.en)]
    HostsChanged { provider: Box<Text> },
    #[error("no platform knows this token")]
    TokenUnknown { words: Option<String> },
    #[error("there is more than one token in what was pasted")]
    SeveralTokens,
    #[error("the token has ended")]
    TokenExpired,
    #[error("the token cannot be renewed without a person")]
    NotRenewable,
    #[error("{} would renew the token, and it is not needed yet", provider.en)]
    RenewalNotNeeded { provider: Box<Text>, rotates: bool },
    #[error("the platform did not extend the token")]
    NotExtended,
    #[error("a renewal was cut off, and what it won is lost")]
    Interrupted,
    #[error("another computer keeps this token alive")]
    Paused,
    #[error("its person has paused this account")]
    OnHold,
    #[error("the clock of this computer is {minutes} minutes {direction}")]
    ClockWrong { minutes: u64, direction: &'static str },
    #[error("refused by the provider: {category:?} (HTTP {status})")]
    Refused {
        category: Category,
        status: u16,
        words: Option<String>,
        retry_after: Option<u64>,
        action: Option<Box<Text>>,
    },
    #[error("{host} did not answer by its API (HTTP {status}): {kind:?}")]
    Intermediary {
        host: String,
        kind: Intermediary,
        status: u16,
        retry_after: Option<u64>,
    },
    #[error("{host} has refused for a day and does not say why")]
    SilentRefusals { host: String },
    #[error("the redirect URI {redirect_uri} is not accepted")]
    RedirectRefused {
        registered: bool,
        redirect_uri: String,
        words: Option<String>,
        action: Option<Box<Text>>,
    },
    #[error("the answer to “{what}” cannot be read")]
    AnswerUnreadable { what: &'static str, detail: String },
    #[error("the answer to “{what}” is too large")]
    AnswerTooLarge { what: &'static str },
    #[error("the provider sent us elsewhere, to {host}")]
    Redirected { host: String },

    #[error("there is no keychain on this machine")]
    KeychainMissing,
    #[error("the keychain is locked")]
    KeychainLocked,
    #[error("the keychain does not answer")]
    KeychainSilent,
    #[error("the keychain refused")]
    KeychainRefused { detail: String },
    #[error("the passphrase does not open the sealed file")]
    PassphraseWrong,
    #[error("the sealed file needs its passphrase")]
    PassphraseNeeded,
    #[error("the passphrase is too short")]
    PassphraseShort,
    #[error("the store has no secret for this")]
    SecretMissing,
    #[error("this is no file of Keybearer's")]
    FileForeign,
    #[error("the file is not whole")]
    FileDamaged,
    #[error("the file was written by a newer Keybearer")]
    FileNewer,

    #[error("no such delivery")]
    DeliveryUnknown,
    #[error("the delivery is not confirmed")]
    DeliveryUnconfirmed,
    #[error("programs read line {line} of the .env file differently: {why}")]
    EnvLineUnclear { line: usize, why: &'static str },
    #[error("the file is sealed by another program: {by}")]
    FileSealed { by: &'static str },
    #[error("the file is not a .env file: {kind}")]
    EnvFileForeign { kind: &'static str },
    #[error("no file can be written at {path}: {why}")]
    FileNowhere { path: PathBuf, why: &'static str },
    #[error("{target} does not show what was sent")]
    DeliveryUnseen { target: String },
    #[error("{host} does not take the credential (HTTP {status})")]
    DeliveryDenied { host: String, status: u16, words: Option<String> },
    #[error("{host} knows no such place")]
    DeliveryNowhere { host: String, words: Option<String> },
    #[error("{host} refused (HTTP {status})")]
    DeliveryRefused { host: String, status: u16, words: Option<String> },
    #[error("{host}: another writer changes it")]
    DeliveryConflict { host: String },
    #[error("{place} is called {now} today")]
    DeliveryMoved { place: String, now: String },
    #[error("{place} is another repository than before")]
    DeliveryReplaced { place: String },
    #[error("{host} wants the credential authorized for single sign-on")]
    DeliverySso { host: String, url: Option<String> },
    #[error("{host}: the secret cannot be read, and writing it whole would delete its other keys")]
    DeliveryBlind { host: String },
    #[error("{host} hands on to {node}")]
    DeliveryStandby { host: String, node: String },
    #[error("{program} cannot be started")]
    CommandMissing { program: String, detail: String },
    #[error("{program} ended with {status}")]
    CommandFailed {
        program: String,
        status: String,
        words: Option<String>,
    },
    #[error("{program} did not end within {seconds} seconds")]
    CommandSlow { program: String, seconds: u64 },

    #[error("{path} was written by a newer Keybearer")]
    BookNewer { path: PathBuf },
    #[error("{path} cannot be read")]
    BookUnreadable { path: PathBuf, detail: String },
    #[error("{path} cannot be written")]
    Disk { path: PathBuf, source: std::io::Error },
    #[error("{path} cannot be locked")]
    NoLocks { path: PathBuf },
    #[error("{path} knows no locks, and is another computer's")]
    FolderElsewhere { path: PathBuf },
    #[error("the text has {length} characters, and {max} are allowed")]
    PostTooLong { length: usize, max: u32 },
    #[error("there is no post that could be deleted")]
    PostMissing,
    #[error("an earlier post may have been posted, and was not found")]
    PostUnclear,
    #[error("a post of this account is under way")]
    PostUnderWay,
    #[error("no such account")]
    AccountUnknown,
    #[error("no such client")]
    ClientUnknown,
    #[error("the client still has accounts")]
    ClientInUse,
    #[error("no such login")]
    LoginUnknown,
    #[error("no provider “{id}”")]
    ProviderUnknown { id: String },
    #[error("the practice platform is not running")]
    PracticeOver,
    #[error("{file}: {detail}")]
    ProviderFile { file: String, detail: String },
    #[error("“{field}” is not as it should be")]
    InputInvalid { field: String },
    #[error("Keybearer is running already")]
    AlreadyRunning,
    #[error("the app runs from a temporary folder")]
    NotInApplications,
    #[error("the clipboard does not answer")]
    Clipboard { detail: String },
    #[error("this should not have happened")]
    Internal { detail: String },
}

impl Error {
    /// The error for a token that is known to be invalid, without a refusal to quote.
    pub fn dead_token() -> Error {
        Error::of_category(Category::TokenDead)
    }

    /// The error for a code that is known to have expired, without a refusal to quote.
    pub fn expired_code() -> Error {
        Error::of_category(Category::CodeSpent)
    }

    fn of_category(category: Category) -> Error {
        Error::Refused {
            category,
            status: 200,
            words: None,
            retry_after: None,
            action: None,
        }
    }

    /// Wraps an IO error with the path that it was about.
    pub fn disk(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Disk { path, source }
    }
}
