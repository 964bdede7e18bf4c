//! Starting with the session, hidden in the tray: off until chosen. Written where the desktop keeps such things when the
//! setting changes, and never otherwise: whoever switches it off there has switched it off.

use std::sync::{Mutex, PoisonError};

use keybearer_core::keeper::Keeper;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_autostart::ManagerExt as _;

/// The setting as it was applied last.
#[derive(Default)]
pub struct Applied(Mutex<Option<bool>>);

/// The plugin that knows each desktop's way.
pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    tauri_plugin_autostart::Builder::new()
        .app_name("io.github.keybearer")
        .arg("--hidden")
        .build()
}

/// Applies the setting, if it has changed since the last time.
pub fn apply<R: Runtime>(app: &AppHandle<R>) {
    let wanted = app.state::<Keeper>().view().settings.autostart;
    let state = app.state::<Applied>();
    let before = state.0.lock().unwrap_or_else(PoisonError::into_inner).replace(wanted);
    if before.is_none_or(|before| before == wanted) {
        return;
    }
    let launch = app.autolaunch();
    let done = if wanted { launch.enable() } else { launch.disable() };
    match done {
        Ok(()) => tracing::info!(wanted, "start with the session"),
        Err(error) => tracing::warn!(%error, wanted, "start with the session"),
    }
}
