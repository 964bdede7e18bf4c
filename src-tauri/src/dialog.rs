//! Where a file goes is asked in the system's own dialog, and never said by the page.

use std::path::PathBuf;

use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::DialogExt as _;
use tokio::sync::oneshot;

use crate::window::WINDOW;

/// Asks where to save a file, with this name proposed; none where the person has changed their mind.
pub async fn save_as<R: Runtime>(app: &AppHandle<R>, name: &str, ending: &str) -> Option<PathBuf> {
    if let Some(answer) = injected() {
        return Some(answer);
    }
    let (answer, answered) = oneshot::channel();
    let mut dialog = app.dialog().file().set_file_name(name).add_filter(ending.to_uppercase(), &[ending]);
    if let Some(window) = app.get_webview_window(WINDOW) {
        dialog = dialog.set_parent(&window);
    }
    dialog.save_file(move |path| _ = answer.send(path));
    answered.await.ok()??.into_path().ok()
}

/// The answer that a test gives; never in a release.
#[cfg(feature = "automation")]
fn injected() -> Option<PathBuf> {
    std::env::var_os("KEYBEARER_DIALOG_ANSWER").map(PathBuf::from)
}

#[cfg(not(feature = "automation"))]
fn injected() -> Option<PathBuf> {
    None
}
