//! Unlocks the encrypted files before a command that needs them. A login on a machine without a keychain creates the files.

use std::io::IsTerminal as _;

use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{AccountView, StoreKind, StoreState};

use crate::arguments::Command;
use crate::delivery::run::wanted;
use crate::failure::Failure;
use crate::passphrase::{ask, ask_twice, given, read_line};
use crate::system;
use crate::terminal::Terminal;

/// Unlocks the encrypted files if the command reads secrets in them, and creates them for a login if no other store could take the token.
/// Returns whether they stay closed because `refresh --due` has nothing to do: a timer runs it often, and unlocking takes much memory.
///
/// # Errors
/// The keeper's for a wrong passphrase, and if a login's token could not be stored; [`Failure::NoAccount`] and [`Failure::Ambiguous`]
/// before anything is asked; [`Failure::System`] if the descriptor cannot be read.
pub async fn open_store(keeper: &Keeper, terminal: &Terminal, command: &Command, number: Option<u32>) -> Result<bool, Failure> {
    if let Some(number) = number {
        system::close_on_exec(number);
    }
    let (waits, logs_in) = (keeper.waits_for_passphrase(), logs_in(keeper, command));
    let is_given = || Ok::<_, Failure>(command.takes_passphrase() && given(number)?.is_some());
    if !(command.wants_secrets() || is_given()?) || !(waits || logs_in) {
        return Ok(false);
    }
    let named = command.names().iter().map(|name| wanted(keeper, name).map(|(account, _)| account));
    let named: Vec<AccountView> = named.collect::<Result<_, _>>()?;
    let is_sealed = |a: &AccountView| a.store == StoreKind::SealedFile;
    // If anything is stored in a keychain, there is one, and only this session does not find it.
    let view = keeper.view();
    let sealed = view.accounts.iter().any(is_sealed) || !view.clients.iter().any(|c| c.has_secret);
    let makes = logs_in && sealed && view.accounts.iter().all(is_sealed) && is_without(keeper).await;
    if !waits && !makes {
        return Ok(false);
    }
    let lies_there = if named.is_empty() { &view.accounts } else { &named }.iter().any(is_sealed);
    let is_used = makes || view.store.kind == StoreKind::SealedFile;
    let given = given(number)?;
    let is_attended = given.as_ref().map_or_else(|| terminal.is_attended(), |file| file.is_terminal());
    if makes && (given.is_some() || is_attended) {
        if view.store.kind == StoreKind::Keychain {
            terminal.say(&terminal.words("error-keychain-missing", &[]));
        }
        terminal.say(&terminal.words("cli-sealing", &[]));
    }
    let is_idle = matches!(command, Command::Refresh { due: true, .. }) && !keeper.has_due();
    if is_idle && (given.is_some() || is_attended) {
        return Ok(true);
    }
    let passphrase = match given {
        Some(file) if !is_attended => read_line(file).await?,
        None if !is_used && !lies_there => return Ok(false),
        None if !is_attended && makes && !waits => return Err(Error::KeychainMissing.into()),
        None if !is_attended && logs_in && is_used => return Err(Error::PassphraseNeeded.into()),
        // A command that needs a secret reports that itself.
        None if !is_attended => return Ok(false),
        _ if waits => ask(terminal, "cli-passphrase").await?,
        _ => ask_twice(terminal, "cli-passphrase-new").await?,
    };
    if makes {
        keeper.use_sealed_file(passphrase).await?;
    } else {
        keeper.open_sealed_file(passphrase).await?;
    }
    Ok(false)
}

/// Whether the command obtains or imports a token. A login at an unknown platform, or at a practice platform that doesn't run, is refused.
fn logs_in(keeper: &Keeper, command: &Command) -> bool {
    match command {
        Command::Login(wanted) => keeper
            .provider(&wanted.provider)
            .is_ok_and(|p| !p.practice || keeper.practice().is_some()),
        Command::Import(wanted) => wanted
            .provider
            .as_ref()
            .is_none_or(|id| keeper.provider(id).is_ok_and(|p| p.can_import)),
        Command::Account(wanted) => wanted.stores(),
        Command::Client(wanted) => wanted.stores(),
        _ => false,
    }
}

/// Checks whether no store would take a token.
async fn is_without(keeper: &Keeper) -> bool {
    let _ = keeper.check_store().await;
    keeper.store_state().state == StoreState::Missing
}
