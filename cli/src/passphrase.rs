//! The sealed files' passphrase: from a file descriptor or the terminal, never from an argument.

use std::io::Read as _;

use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::StoreKind;

use crate::arguments::Command;
use crate::failure::Failure;
use crate::find::account;
use crate::terminal::Terminal;

/// Nobody types more.
const LONGEST: u64 = 4096;

/// Opens the sealed files where the command reads what lies in them.
///
/// # Errors
/// The keeper's for a wrong one; [`Failure::System`] where the descriptor cannot be read.
pub async fn open_store(keeper: &Keeper, terminal: &Terminal, command: &Command, descriptor: Option<u32>) -> Result<(), Failure> {
    let given = descriptor.map(read).transpose()?;
    if !keeper.waits_for_passphrase() {
        return Ok(());
    }
    let passphrase = match given {
        Some(passphrase) => passphrase,
        None if terminal.is_attended() && reads_sealed(keeper, command) => {
            terminal.ask_secret(&terminal.words("cli-passphrase", &[])).await?
        }
        // Whoever needs a secret is told so.
        None => return Ok(()),
    };
    keeper.open_sealed_file(passphrase).await?;
    Ok(())
}

/// Whether new secrets go there, or one that the command wants lies there from before.
fn reads_sealed(keeper: &Keeper, command: &Command) -> bool {
    let view = keeper.view();
    let mut wanted: Vec<_> = command.names().iter().filter_map(|name| account(keeper, name).ok()).collect();
    if command.names().is_empty() {
        wanted = view.accounts;
    }
    let lies_there = wanted.iter().any(|a| a.store == StoreKind::SealedFile);
    command.wants_secrets() && (view.store.kind == StoreKind::SealedFile || lies_there)
}

fn read(descriptor: u32) -> Result<Secret, Failure> {
    let path = format!("/dev/fd/{descriptor}");
    let mut text = String::new();
    let file = std::fs::File::open(&path).map_err(Failure::io(&path))?;
    file.take(LONGEST).read_to_string(&mut text).map_err(Failure::io(&path))?;
    close_on_exec(descriptor);
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

/// A command that takes this process's place could read a file a second time. Standard input is that command's own affair.
#[cfg(unix)]
#[allow(unsafe_code)]
fn close_on_exec(descriptor: u32) {
    use std::os::fd::{BorrowedFd, RawFd};
    if let Ok(number @ 3..) = RawFd::try_from(descriptor) {
        // SAFETY: borrowed for this one call, which closes nothing; a number that is not open is refused.
        let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
        let _ = rustix::io::fcntl_setfd(descriptor, rustix::io::FdFlags::CLOEXEC);
    }
}

#[cfg(not(unix))]
fn close_on_exec(_: u32) {}
