//! The command line's errors and their exit codes.

use std::fmt::Display;

use keybearer_core::error::{Code, Error, ErrorView};

/// The exit code of an export that the server could not return in full.
pub const PARTIAL: u8 = 7;

/// The exit code after Ctrl-C, as in shells.
pub const INTERRUPTED: u8 = 130;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// An error of the keeper, with its three sentences.
    Said(ErrorView),
    /// No account has this name; the existing names.
    NoAccount(String, Vec<String>),
    /// Several accounts match this name; their names.
    Ambiguous(String, Vec<String>),
    /// A word that the provider does not have, and those that it has.
    Unknown(String, Vec<String>),
    /// The `--answer`s that a login needs and that no one can be asked for here.
    Unanswered(Vec<String>),
    /// The answer to this question has the wrong form; and what is wrong.
    AnswerInvalid(String, String),
    /// The result has to be pasted, but standard input has ended.
    NobodyPastes,
    /// A secret was given on the command line as the answer to this question.
    SecretTyped(String),
    /// This system cannot read a file descriptor of this number.
    NoDescriptor(u32),
    /// Not a name for an environment variable.
    NoVariable(String),
    /// This provider has no list of statuses.
    ListsNone(String),
    /// Another account signed in than the expected one; both names.
    SomebodyElse(String, String),
    /// A token was stored under this name, but the platform could not be asked whose it is.
    NotProved(String),
    /// A token was stored under this name, but the domain of the expected handle does not confirm it.
    Unvouched(String, String),
    /// The reader of standard output has closed it.
    Unread,
    /// A token was lost, because the store did not take it before the program ended.
    Unstored,
    /// A deletion was not confirmed.
    Unconfirmed,
    /// Keybearer is using the data that was to be deleted.
    AtWork,
    /// Ctrl-C.
    Interrupted,
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
            std::io::ErrorKind::BrokenPipe => Failure::Unread,
            _ => Failure::io("stdout")(error),
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Said(error) => of(error.code),
            Failure::Unread => 0,
            Failure::NoAccount(..) | Failure::Ambiguous(..) => 3,
            Failure::Unknown(..)
            | Failure::Unanswered(_)
            | Failure::AnswerInvalid(..)
            | Failure::NobodyPastes
            | Failure::SecretTyped(_)
            | Failure::Unconfirmed
            | Failure::NoDescriptor(_)
            | Failure::NoVariable(_)
            | Failure::ListsNone(_) => 2,
            Failure::AtWork => 5,
            Failure::Unstored => 6,
            Failure::Interrupted => INTERRUPTED,
            Failure::SomebodyElse(..) | Failure::NotProved(_) | Failure::Unvouched(..) | Failure::System(_) => 1,
        }
    }

    /// Whether only a login helps.
    pub fn wants_login(&self) -> bool {
        self.exit_code() == 4
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Said(error.view())
    }
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Failure {
        Failure::Said(error)
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
pub fn unless_unread(told: Result<(), Failure>) -> Result<(), Failure> {
    match told {
        Err(Failure::Unread) => Ok(()),
        told => told,
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
        | Code::AccountPending => 5,
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
