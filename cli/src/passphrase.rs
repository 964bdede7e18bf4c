//! The sealed store's passphrase: from a file descriptor or the terminal, never from an argument.

use std::io::Read as _;

use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{StoreKind, StoreState};

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Nobody types more.
const LONGEST: u64 = 4096;

/// Opens the sealed store where secrets lie in one that a passphrase seals.
///
/// # Errors
/// The keeper's for a wrong one; [`Failure::System`] where the descriptor cannot be read.
pub async fn open_store(keeper: &Keeper, terminal: &Terminal, descriptor: Option<u32>) -> Result<(), Failure> {
    let store = keeper.view().store;
    let sealed = store.kind == StoreKind::SealedFile && store.state == StoreState::Locked;
    let passphrase = match descriptor {
        Some(descriptor) => read(descriptor)?,
        None if sealed && terminal.is_attended() => terminal.ask_secret(&terminal.words("cli-passphrase", &[]))?,
        // Whoever needs a secret is told so.
        None => return Ok(()),
    };
    if sealed {
        keeper.use_sealed_file(passphrase).await?;
    }
    Ok(())
}

fn read(descriptor: u32) -> Result<Secret, Failure> {
    let path = format!("/dev/fd/{descriptor}");
    let mut text = String::new();
    let file = std::fs::File::open(&path).map_err(Failure::io(&path))?;
    file.take(LONGEST).read_to_string(&mut text).map_err(Failure::io(&path))?;
    let secret = Secret::new(text.trim_end_matches(['\r', '\n']));
    Ok(secret)
}
