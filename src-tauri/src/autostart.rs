//! Start with the session, hidden in the tray: off until chosen. The desktop's entry is only written when the setting changes, so that
//! someone who turns it off in the desktop's own settings keeps it off.

use std::sync::{Mutex, PoisonError};

use keybearer_core::desktop::autostart as entry;
use keybearer_core::error::Result;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::Settings;
use tauri::{AppHandle, Manager, Runtime};

use crate::system;

/// The setting that was applied last.
#[derive(Default)]
pub struct Applied(Mutex<Option<bool>>);

/// Refuses settings that would turn it on where the system could not find the app again.
///
/// # Errors
/// As [`stays_in_place`].
pub fn check(keeper: &Keeper, wanted: &Settings) -> Result<()> {
    let turns_on = wanted.autostart && !keeper.view().settings.autostart;
    if turns_on { stays_in_place() } else { Ok(()) }
}

/// Refuses where this program runs from a temporary folder.
///
/// # Errors
/// As core's [`entry::stays_in_place`].
pub fn stays_in_place() -> Result<()> {
    // A program without a path has no temporary one.
    std::env::current_exe().map_or(Ok(()), |program| entry::stays_in_place(&program))
}

/// Applies the setting, if it has changed.
pub fn apply<R: Runtime>(app: &AppHandle<R>, wanted: bool) {
    let state = app.state::<Applied>();
    let before = state.0.lock().unwrap_or_else(PoisonError::into_inner).replace(wanted);
    if before.is_none_or(|before| before == wanted) {
        return;
    }
    match system::start_with_session(app, wanted) {
        Ok(()) => tracing::info!(wanted, "start with the session"),
        Err(error) => tracing::warn!(%error, wanted, "start with the session"),
    }
}
