//! The command line's errors and their exit codes.

use std::fmt::Display;

use keybearer_core::error::{Code, Error, ErrorView};
use keybearer_core::serve::Fault;

use crate::system::NoFile;

/// The exit code of an export that the server could not return in full, and of a search for leaks that could not read everything.
pub const PARTIAL: u8 = 7;

/// The exit code after Ctrl-C, as in shells.
pub const INTERRUPTED: u8 = 130;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// An error of the keeper, with its three sentences.
    Core(ErrorView),
    /// No account has this name; the existing names.
    NoAccount(String, Vec<String>),
    /// No app has this name; the existing names.
    NoClient(String, Vec<String>),
    /// Several accounts or apps match this name; their names.
    Ambiguous(String, Vec<String>),
    /// A word that the provider does not have, and those that it has.
    Unknown(String, Vec<String>),
    /// The `--answer`s that a login needs and that no one can be asked for here.
    Unanswered(Vec<String>),
    /// The answer to this question has the wrong form; and what is wrong.
    AnswerInvalid(String, String),
    /// The result has to be pasted, but standard input has ended.
    InputEnded,
    /// A secret was given on the command line as the answer to this question.
    SecretTyped(String),
    /// This system cannot read a file descriptor of this number.
    NoDescriptor(u32),
    /// A path was typed in whose place no file can be.
    Mistyped(ErrorView),
    /// Not a name for an environment variable.
    NoVariable(String),
    /// A variable of this provider's file that could choose what the command runs.
    VariableRefused(String, String),
    /// A signal without a place from which the command could read the new token.
    SignalAlone,
    /// An interpreter without a script, or another program with one.
    Script(String),
    /// Not a program, or a script in the place of one.
    NoProgram(String),
    /// No file may have the token.
    NoFile(NoFile),
    /// This provider has no list of statuses.
    NoStatuses(String),
    /// Another account signed in than the expected one; both names.
    OtherAccount(String, String),
    /// A token was stored under this name, but the platform could not be asked whose it is.
    OwnerUnknown(String),
    /// A token was stored under this name, but the domain of the expected handle does not confirm it.
    HandleUnconfirmed(String, String),
    /// The reader of standard output has closed it.
    OutputClosed,
    /// A token was lost, because the store did not take it before the program ended.
    TokenLost,
    /// No sync target has an ID that begins like this, or several have; their IDs.
    NoTarget(String, Vec<String>),
    /// A step was not confirmed; the message that says so.
    Unconfirmed(&'static str),
    /// A deletion was not confirmed.
    NotConfirmed,
    /// The platform of this account or app does not offer this.
    NotOffered(String),
    /// The platform offers this to the Pages of this account alone.
    PagesPost(String),
    /// There is no token from before the last renewal of this account.
    NoPrevious(String),
    /// Nothing was posted by this account that could be looked for or deleted.
    NoPost(String),
    /// No export of this account was interrupted that could be discarded.
    NoExport(String),
    /// Keybearer is using the data that was to be deleted.
    InUse,
    /// No secret is stored that could be looked for.
    NoSecrets,
    /// There are no encrypted files with a passphrase that could be locked.
    NothingToLock,
    /// Units of systemd cannot be installed so: the message, and what it is about.
    Service(&'static str, String),
    /// Nothing can stay in the tray: the message, and what it is about.
    Tray(&'static str, String),
    /// The session cannot be told whether to start the app: the message, and what it is about.
    Autostart(&'static str, String),
    /// Ctrl-C.
    Interrupted,
    /// The practice platform doesn't run.
    NoPractice,
    /// The system tells of no program that asks for a token.
    ProgramsUntold,
    /// Another process runs the practice platform, at this address.
    PracticeRuns(String),
    /// Tokens cannot be served here.
    Serve(Fault),
    /// What systemd passed on is not one listening Unix stream socket.
    SocketGiven,
    /// The system's error about a file, a command or a terminal.
    System(String),
}

impl Failure {
    /// For `map_err`: an IO error about `what`.
    pub fn io(what: impl Display) -> impl FnOnce(std::io::Error) -> Failure {
        move |error| Failure::System(format!("{what}: {error}"))
    }

    /// For `map_err`: an error of printing to standard output.
    pub fn print(error: std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::OutputClosed,
            _ => Failure::io("stdout")(error),
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Core(error) => of(error.code),
            Failure::OutputClosed => 0,
            Failure::NoAccount(..) | Failure::NoClient(..) | Failure::Ambiguous(..) | Failure::NoTarget(..) | Failure::NoSecrets => 3,
            Failure::Unknown(..)
            | Failure::Unanswered(_)
            | Failure::AnswerInvalid(..)
            | Failure::InputEnded
            | Failure::SecretTyped(_)
            | Failure::NotConfirmed
            | Failure::NotOffered(_)
            | Failure::PagesPost(_)
            | Failure::Service(..)
            | Failure::Autostart(..)
            | Failure::Unconfirmed(_)
            | Failure::NoDescriptor(_)
            | Failure::Mistyped(_)
            | Failure::NoVariable(_)
            | Failure::VariableRefused(..)
            | Failure::SignalAlone
            | Failure::Script(_)
            | Failure::NoProgram(_)
            | Failure::NoStatuses(_) => 2,
            Failure::InUse | Failure::PracticeRuns(_) | Failure::Serve(Fault::Taken { .. }) => 5,
            Failure::Serve(_) | Failure::SocketGiven => 1,
            Failure::TokenLost | Failure::NothingToLock => 6,
            Failure::Interrupted => INTERRUPTED,
            Failure::OtherAccount(..)
            | Failure::OwnerUnknown(_)
            | Failure::HandleUnconfirmed(..)
            | Failure::NoPrevious(_)
            | Failure::NoPost(_)
            | Failure::NoExport(_)
            | Failure::NoFile(_)
            | Failure::NoPractice
            | Failure::ProgramsUntold
            | Failure::Tray(..)
            | Failure::System(_) => 1,
        }
    }

    /// Whether only a login helps.
    pub fn wants_login(&self) -> bool {
        self.exit_code() == 4
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Core(error.view())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        match fault {
            Fault::Keeper(error) => error.into(),
            other => Failure::Serve(other),
        }
    }
}

impl From<NoFile> for Failure {
    fn from(why: NoFile) -> Failure {
        Failure::NoFile(why)
    }
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Failure {
        Failure::Core(error)
    }
}

/// The worse of two exit codes: what needs a person is worse than what may pass by itself.
pub fn worse(one: u8, other: u8) -> u8 {
    match (one, other) {
        (0, other) => other,
        (5 | 6, other) if !matches!(other, 0 | 5 | 6) => other,
        _ => one,
    }
}

/// Ignores that the reader has closed standard output, for work that goes on.
///
/// # Errors
/// Any other error.
pub fn ignore_closed_output(result: Result<(), Failure>) -> Result<(), Failure> {
    match result {
        Err(Failure::OutputClosed) => Ok(()),
        other => other,
    }
}

/// The exit code for an error's code.
pub fn of(code: Code) -> u8 {
    match code {
        Code::AccountUnknown => 3,
        code if code.needs_login() => 4,
        code if code.is_of_network() => 5,
        Code::ServerTls
        | Code::Transient
        | Code::RateLimited
        | Code::TooYoung
        | Code::RenewalNotNeeded
        | Code::AnswerUnreadable
        | Code::AnswerTooLarge
        | Code::Redirected
        | Code::ProxyPassword
        | Code::BotCheck
        | Code::CaptivePortal
        | Code::WebPage
        | Code::SilentRefusal
        | Code::SilentRefusals
        | Code::FileNowhere
        | Code::PostUnderWay
        | Code::AccountPending => 5,
        Code::InputInvalid | Code::PostTooLong | Code::PostUnclear => 2,
        Code::KeychainMissing
        | Code::KeychainLocked
        | Code::KeychainSilent
        | Code::KeychainRefused
        | Code::PassphraseWrong
        | Code::PassphraseNeeded
        | Code::PassphraseShort => 6,
        _ => 1,
    }
}
