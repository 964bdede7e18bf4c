//! macOS and Windows have no tray process: there the app itself stays.

use std::process::ExitCode;

use keybearer_core::desktop::Changes;
use keybearer_core::keeper::Keeper;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// The options of `serve` for the tray: none.
#[derive(Debug, clap::Args)]
pub struct Tray {}

impl Tray {
    /// Whether `serve` is asked for a tray: never.
    pub fn is_wanted(&self) -> bool {
        false
    }
}

/// Refuses.
///
/// # Errors
/// [`Failure::Tray`], always.
pub async fn stay(_: &Keeper, _: &Terminal, _: &Tray, _: &Changes) -> Result<ExitCode, Failure> {
    Err(Failure::Tray("cli-tray-no-window", String::new()))
}
