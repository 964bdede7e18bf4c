//! Asks for files in the system's own dialog. The page never names a path.

use std::path::PathBuf;

use keybearer_core::words::say;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::window::WINDOW;
use crate::wording;

/// Asks where to save a file, and proposes this name. None if the person cancels.
pub async fn save_as<R: Runtime>(app: &AppHandle<R>, title: &str, name: &str) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    let dialog = dialog(app, title).set_file_name(name);
    dialog.save_file(move |path| _ = answer.send(path));
    chosen(answered).await
}

/// Asks for an existing file. None if the person cancels.
pub async fn open<R: Runtime>(app: &AppHandle<R>, title: &str) -> Option<PathBuf> {
    let (answer, answered) = oneshot::channel();
    dialog(app, title).pick_file(move |path| _ = answer.send(path));
    chosen(answered).await
}

fn dialog<R: Runtime>(app: &AppHandle<R>, title: &str) -> FileDialogBuilder<R> {
    let dialog = app.dialog().file().set_title(say(wording::language(app), title));
    match app.get_webview_window(WINDOW) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

async fn chosen(answered: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    answered.await.ok()??.into_path().ok()
}
