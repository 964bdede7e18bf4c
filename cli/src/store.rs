//! `keybearer store`: where secrets are stored, and where new ones go.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Subcommand;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{StoreKind, StoreState};
use serde_json::json;

use crate::failure::{Failure, ignore_closed_output};
use crate::passphrase;
use crate::terminal::Terminal;

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

/// Where new secrets go from now on.
#[derive(Debug, Subcommand)]
pub enum To {
    /// Stores new secrets in the system's keychain from now on; those in encrypted files stay there
    Keychain,
    /// Stores new secrets in encrypted files that only your passphrase unlocks; those in the keychain stay there
    ///
    /// The terminal asks for the passphrase, or --passphrase-fd reads it. A forgotten passphrase can't be recovered.
    Files,
}

/// Says where new secrets go and how that store is, or changes it and says so: `keychain` or `files`, and `ready`, `locked`, `missing`
/// or `silent`, separated by a tab.
///
/// # Errors
/// The keeper's.
pub async fn store(keeper: &Keeper, terminal: &Terminal, wanted: Wanted, descriptor: Option<u32>) -> Result<ExitCode, Failure> {
    match wanted.to {
        Some(To::Keychain) => keeper.use_keychain().await?,
        Some(To::Files) => {
            let passphrase = passphrase::of_store(keeper, terminal, descriptor).await?;
            keeper.use_sealed_file(passphrase).await?;
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
    ignore_closed_output(writeln!(std::io::stdout(), "{text}").map_err(Failure::print))?;
    Ok(ExitCode::SUCCESS)
}

fn word(state: StoreState) -> &'static str {
    match state {
        StoreState::Ready => "ready",
        StoreState::Locked => "locked",
        StoreState::Missing => "missing",
        StoreState::Silent => "silent",
    }
}
