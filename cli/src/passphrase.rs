//! The sealed files' passphrase: from a file descriptor or the terminal, never from an argument. Where a login finds no
//! keychain, the files are made.

mod descriptor;

use std::io::IsTerminal as _;

use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{AccountView, StoreKind, StoreState};

use crate::arguments::Command;
use crate::failure::Failure;
use crate::find::account;
use crate::system;
use crate::terminal::Terminal;

/// Opens the sealed files where the command reads what lies in them, and makes them where it is a login and nothing else
/// could keep the token.
///
/// # Errors
/// The keeper's for a wrong one, and where a login could not be kept; [`Failure::NoAccount`] and [`Failure::Ambiguous`]:
/// who is not here needs no passphrase; [`Failure::System`] where the descriptor cannot be read.
pub async fn open_store(keeper: &Keeper, terminal: &Terminal, command: &Command, number: Option<u32>) -> Result<(), Failure> {
    if let Some(number) = number {
        system::close_on_exec(number);
    }
    let (waits, logs_in) = (keeper.waits_for_passphrase(), logs_in(keeper, command));
    if !command.wants_secrets() || !(waits || logs_in) {
        return Ok(());
    }
    let named = command.names().iter().map(|name| account(keeper, name));
    let named: Vec<AccountView> = named.collect::<Result<_, _>>()?;
    let is_sealed = |a: &AccountView| a.store == StoreKind::SealedFile;
    // Where anything lies in a keychain there is one, and only this shell has not found it.
    let view = keeper.view();
    let sealed = view.accounts.iter().any(is_sealed) || !view.clients.iter().any(|c| c.has_secret);
    let makes = logs_in && sealed && view.accounts.iter().all(is_sealed) && is_without(keeper).await;
    if !waits && !makes {
        return Ok(());
    }
    let lies_there = if named.is_empty() { &view.accounts } else { &named }.iter().any(is_sealed);
    let is_used = makes || view.store.kind == StoreKind::SealedFile;
    let given = number.map(descriptor::open).transpose()?;
    let is_attended = given.as_ref().map_or_else(|| terminal.is_attended(), |file| file.is_terminal());
    if makes && (given.is_some() || is_attended) {
        if view.store.kind == StoreKind::Keychain {
            terminal.say(&terminal.words("error-keychain-missing", &[]));
        }
        terminal.say(&terminal.words("cli-sealing", &[]));
    }
    let passphrase = match given {
        Some(file) if !is_attended => descriptor::line(file).await?,
        None if !is_used && !lies_there => return Ok(()),
        None if !is_attended && makes && !waits => return Err(Error::KeychainMissing.into()),
        None if !is_attended && logs_in && is_used => return Err(Error::PassphraseNeeded.into()),
        // Whoever needs a secret is told so.
        None if !is_attended => return Ok(()),
        _ if waits => ask(terminal, "cli-passphrase").await?,
        _ => ask_twice(terminal).await?,
    };
    if makes {
        keeper.use_sealed_file(passphrase).await?;
    } else {
        keeper.open_sealed_file(passphrase).await?;
    }
    Ok(())
}

/// Whether it wins a token in any case; a login at a platform that is not here is refused before that.
fn logs_in(keeper: &Keeper, command: &Command) -> bool {
    match command {
        Command::Login(wanted) => keeper.provider(&wanted.provider).is_ok_and(|p| !p.practice),
        _ => false,
    }
}

/// Whether there is nothing that takes a token; looked at, and not only remembered.
async fn is_without(keeper: &Keeper) -> bool {
    let _ = keeper.check_store().await;
    keeper.store_state().state == StoreState::Missing
}

/// Asks at the terminal; an end there is no passphrase.
async fn ask(terminal: &Terminal, question: &str) -> Result<Secret, Failure> {
    match terminal.ask_secret(&terminal.words(question, &[])).await {
        Err(Failure::System(_)) => Err(Error::PassphraseNeeded.into()),
        answer => answer,
    }
}

/// Asks for a new one until it was typed twice alike.
async fn ask_twice(terminal: &Terminal) -> Result<Secret, Failure> {
    loop {
        let passphrase = ask(terminal, "cli-passphrase-new").await?;
        if ask(terminal, "cli-passphrase-again").await? == passphrase {
            return Ok(passphrase);
        }
        terminal.say(&terminal.words("passphrase-differs", &[]));
    }
}
