//! What can go wrong, and which exit code says so.

use std::fmt::Display;

use keybearer_core::error::{Code, Error, ErrorView};

/// What a server could not give whole is there in part.
pub const PARTIAL: u8 = 7;

/// As shells say it: ended by Ctrl-C.
pub const INTERRUPTED: u8 = 130;

/// Why nothing came of it.
#[derive(Debug)]
pub enum Failure {
    /// The keeper's, with its three sentences.
    Said(ErrorView),
    /// No account has this name; those that there are.
    NoAccount(String, Vec<String>),
    /// More than one has it.
    Ambiguous(String, Vec<String>),
    /// A word of the command line that the provider does not know, and those that it knows.
    Unknown(String, Vec<String>),
    /// The `--answer`s that a login needs and that no one can be asked for here.
    Unanswered(Vec<String>),
    /// The answer to this question has the wrong form; and what is wrong.
    AnswerInvalid(String, String),
    /// An answer that can only be pasted, where nobody can paste any more.
    NobodyPastes,
    /// A secret was typed on the command line, as the answer to this question.
    SecretTyped(String),
    /// No file descriptor of this number can be read on this system.
    NoDescriptor(u32),
    /// No name for an environment variable.
    NoVariable(String),
    /// The provider of this id has no list of statuses.
    ListsNone(String),
    /// Somebody else came back than was meant.
    SomebodyElse(String, String),
    /// A token was kept under this name, and whose it is could not be asked.
    NotProved(String),
    /// A token was kept under this name, and the domain of the handle that was expected does not vouch for it.
    Unvouched(String, String),
    /// Whoever read what was printed has enough.
    Unread,
    /// A token that the store did not take was in this process only.
    Unstored,
    /// What deletes for good was not confirmed.
    Unconfirmed,
    /// Keybearer is at work on what is to be deleted.
    AtWork,
    /// Ctrl-C.
    Interrupted,
    /// What the system says of a file, a command or a terminal.
    System(String),
}

impl Failure {
    /// For `map_err`, where the system says no to something.
    pub fn io(what: impl Display) -> impl FnOnce(std::io::Error) -> Failure {
        move |error| Failure::System(format!("{what}: {error}"))
    }

    /// For `map_err`, where something is printed.
    pub fn print(error: std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::Unread,
            _ => Failure::io("stdout")(error),
        }
    }

    /// The kind of trouble, for a script.
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

/// The worse of two exit codes: someone who must do something matters more than something that mends itself.
pub fn worse(one: u8, other: u8) -> u8 {
    match (one, other) {
        (0, other) => other,
        (5 | 6, other) if !matches!(other, 0 | 5 | 6) => other,
        _ => one,
    }
}

/// For work that goes on although nobody reads of it any more.
///
/// # Errors
/// Whatever else kept it from being told.
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
