//! Reads a passphrase from a file descriptor, a service manager's credentials or the terminal, never from an argument.

mod descriptor;

use std::fs::File;
use std::io::IsTerminal as _;

use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;

use crate::failure::Failure;
use crate::system;
use crate::terminal::Terminal;

pub use self::descriptor::line as read_line;

/// The descriptor of this number; without a number the credential that a service manager gave, if it did.
///
/// # Errors
/// [`Failure::NoDescriptor`], [`Failure::System`]; [`Failure::Service`] for a credential that others can read.
pub fn given(number: Option<u32>) -> Result<Option<File>, Failure> {
    match number {
        Some(number) => descriptor::open(number).map(Some),
        None => system::credential("passphrase"),
    }
}

/// Asks at the terminal. End of input counts as no passphrase.
pub async fn ask(terminal: &Terminal, question: &str) -> Result<Secret, Failure> {
    match terminal.ask_secret(&terminal.words(question, &[])).await {
        Err(Failure::System(_)) => Err(Error::PassphraseNeeded.into()),
        answer => answer,
    }
}

/// The passphrase of the encrypted files that the person switches to: theirs if there are some, otherwise a new one.
///
/// # Errors
/// [`Error::PassphraseNeeded`], or [`Failure::Unanswered`] for a new one, if it cannot be asked for; [`Failure::System`] if the descriptor
/// cannot be read.
pub async fn of_store(keeper: &Keeper, terminal: &Terminal, number: Option<u32>) -> Result<Secret, Failure> {
    let (question, is_new) = match keeper.waits_for_passphrase() {
        true => ("cli-passphrase", false),
        false => ("cli-passphrase-new", true),
    };
    let given = given(number)?;
    read(terminal, given, question, is_new).await?.ok_or_else(|| match is_new {
        true => Failure::Unanswered(vec!["--passphrase-fd N".to_owned()]),
        false => Error::PassphraseNeeded.into(),
    })
}

/// The passphrase for a new file for another computer.
///
/// # Errors
/// [`Failure::Unanswered`] if it cannot be asked for; [`Failure::System`] if the descriptor cannot be read.
pub async fn of_new_file(terminal: &Terminal, number: Option<u32>) -> Result<Secret, Failure> {
    let given = number.map(descriptor::open).transpose()?;
    read(terminal, given, "cli-file-passphrase-new", true).await?.ok_or_else(unanswered)
}

/// The passphrase of a file from another computer.
///
/// # Errors
/// As [`of_new_file`].
pub async fn of_file(terminal: &Terminal, number: Option<u32>) -> Result<Secret, Failure> {
    let given = number.map(descriptor::open).transpose()?;
    read(terminal, given, "cli-file-passphrase", false).await?.ok_or_else(unanswered)
}

fn unanswered() -> Failure {
    Failure::Unanswered(vec!["--file-passphrase-fd N".to_owned()])
}

/// Reads a passphrase from a descriptor, or asks for it, twice if it is new; none if there is no terminal.
async fn read(terminal: &Terminal, given: Option<File>, question: &str, is_new: bool) -> Result<Option<Secret>, Failure> {
    let is_attended = given.as_ref().map_or_else(|| terminal.is_attended(), |file| file.is_terminal());
    match given {
        Some(file) if !is_attended => read_line(file).await.map(Some),
        _ if !is_attended => Ok(None),
        _ if is_new => ask_twice(terminal, question).await.map(Some),
        _ => ask(terminal, question).await.map(Some),
    }
}

/// Asks for a new passphrase until it was typed twice the same.
pub async fn ask_twice(terminal: &Terminal, question: &str) -> Result<Secret, Failure> {
    loop {
        let passphrase = ask(terminal, question).await?;
        if ask(terminal, "cli-passphrase-again").await? == passphrase {
            return Ok(passphrase);
        }
        terminal.say(&terminal.words("passphrase-differs", &[]));
    }
}
