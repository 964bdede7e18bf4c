//! `keybearer store`: where secrets are stored, and where new ones go.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Subcommand;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{StoreKind, StoreState};
use serde_json::json;

use crate::failure::{Failure, ignore_closed_output};
use crate::passphrase;
use crate::terminal::{Terminal, output};

/// The store.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Wanted {
    /// Prints a JSON object instead
    #[arg(long)]
    pub json: bool,
    /// What to do; by default, says where secrets are stored
    #[command(subcommand)]
    pub to: Option<To>,
}

/// Where new secrets go from now on, or a lock.
#[derive(Debug, Subcommand)]
pub enum To {
    /// Stores new secrets in the system's keychain from now on; those in encrypted files stay there
    Keychain,
    /// Stores new secrets in encrypted files that only your passphrase unlocks; those in the keychain stay there
    ///
    /// The terminal asks for the passphrase, or --passphrase-fd reads it. A forgotten passphrase can't be recovered.
    Files,
    /// Locks the encrypted files in the window, the tray, `serve` and `exec --watch`, which forget the passphrase
    ///
    /// Programs get no token from them any more. A renewal or an export that has begun is finished first.
    Lock,
}

/// Says where new secrets go and how that store is, or changes it and says so: `keychain` or `files`, and `ready`, `locked`, `missing`
/// or `silent`, separated by a tab. Of the files that it locks it says the same.
///
/// # Errors
/// [`Failure::NothingToLock`]; the keeper's.
pub async fn store(keeper: &Keeper, terminal: &Terminal, wanted: Wanted, descriptor: Option<u32>) -> Result<ExitCode, Failure> {
    match wanted.to {
        Some(To::Keychain) => keeper.use_keychain().await?,
        Some(To::Files) => {
            let passphrase = passphrase::of_store(keeper, terminal, descriptor).await?;
            keeper.use_sealed_file(passphrase).await?;
        }
        Some(To::Lock) if !keeper.waits_for_passphrase() => return Err(Failure::NothingToLock),
        Some(To::Lock) => {
            keeper.lock_everywhere().await?;
            print(&format!("files\t{}", word(StoreState::Locked)))?;
            terminal.say(&terminal.words("cli-store-locked", &[]));
            return Ok(ExitCode::SUCCESS);
        }
        None => {
            // A store that is locked or missing is an answer, not a failure.
            let _ = keeper.check_store().await;
        }
    }
    let store = keeper.store_state();
    let kind = match store.kind {
        StoreKind::Keychain => "keychain",
        StoreKind::SealedFile => "files",
    };
    let text = match wanted.json {
        true => {
            let view = keeper.view();
            let stored = |kind: StoreKind| view.accounts.iter().filter(|a| a.store == kind).count();
            let object = json!({
                "store": kind,
                "state": word(store.state),
                "keychain": word(store.keychain),
                "folder": store.path,
                "accounts_in_keychain": stored(StoreKind::Keychain),
                "accounts_in_files": stored(StoreKind::SealedFile),
            });
            format!("{object:#}")
        }
        false => format!("{kind}\t{}", word(store.state)),
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn print(line: &str) -> Result<(), Failure> {
    ignore_closed_output(writeln!(output(), "{line}").map_err(Failure::print))
}

fn word(state: StoreState) -> &'static str {
    match state {
        StoreState::Ready => "ready",
        StoreState::Locked => "locked",
        StoreState::Missing => "missing",
        StoreState::Silent => "silent",
    }
}
