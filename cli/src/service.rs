//! Renews tokens on a machine without a screen, by units of systemd: a timer that runs `refresh --due`, and a socket that starts `serve`.
//! Other systems have no systemd, so the command isn't offered there.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use keybearer_core::keeper::Keeper;

use crate::failure::Failure;
use crate::system;
use crate::terminal::Terminal;

/// What is done with the units. Systems without systemd read nothing of it.
#[allow(dead_code)]
#[derive(Debug, Subcommand)]
pub enum Service {
    /// Writes the units and starts them; safe to run again
    ///
    /// Prints each file that it writes. Asks for the passphrase of encrypted files, or reads it with --passphrase-fd, and keeps it where
    /// only the units can read it. Run again, it takes the passphrase from where the units read it. If systemd doesn't run, prints the
    /// commands that are still to run. The units use the proxy that this shell names.
    Install(Install),
    /// Shows what is installed and enabled, when it ran last, and what is missing
    ///
    /// Exits with 1 if anything is missing.
    Status(Scope),
    /// Stops and deletes the units, and deletes the passphrase that they read; accounts and tokens stay
    Uninstall(Uninstall),
    /// Unlocks the encrypted files, or creates them if nothing is stored yet; `install --system` runs it as the units' user
    #[command(hide = true)]
    Seal,
}

impl Service {
    /// Whether accounts that cannot be read don't prevent it: what their timer fails at has to be seen and stopped, and system units have
    /// others.
    pub fn copes_without_accounts(&self) -> bool {
        match self {
            Service::Status(_) | Service::Uninstall(_) => true,
            Service::Install(wanted) => wanted.scope.system,
            Service::Seal => false,
        }
    }
}

/// Whose units: your own, or the system's.
#[allow(dead_code)]
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Scope {
    /// System units, which run as the user `keybearer` with accounts of their own; needs root
    #[arg(long, conflicts_with = "user")]
    pub system: bool,
    /// Units of your own, for your own accounts; the default, except for root
    #[arg(long)]
    pub user: bool,
}

/// How units are installed.
#[allow(dead_code)]
#[derive(Debug, clap::Args)]
pub struct Install {
    /// Whose units.
    #[command(flatten)]
    pub scope: Scope,
    /// Lets the units read the passphrase of encrypted files from this file, one line, instead of keeping a copy; only its owner may
    /// be able to read it. A copy that was kept is deleted
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// How units are removed.
#[allow(dead_code)]
#[derive(Debug, clap::Args)]
pub struct Uninstall {
    /// Whose units.
    #[command(flatten)]
    pub scope: Scope,
    /// Doesn't ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

/// Installs, shows or removes the units.
///
/// # Errors
/// [`Failure::Service`] where there is no systemd, or the scope is not clear or not allowed; the keeper's for a passphrase;
/// [`Failure::System`].
pub async fn service(keeper: &Keeper, terminal: &Terminal, wanted: Service, passphrase: Option<u32>) -> Result<ExitCode, Failure> {
    system::service::service(keeper, terminal, wanted, passphrase).await
}
