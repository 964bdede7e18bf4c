//! Copies texts. A secret is kept out of clipboard histories and cleared after a while, if the clipboard still contains it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keybearer_core::error::{Error, Result};
use keybearer_core::token::Secret;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use crate::system;

/// Enough time to switch to another window and paste, and little enough to leave the secret unattended.
const CLEARED_AFTER: Duration = Duration::from_secs(45);

/// What we copied last. On some desktops the clipboard's content is lost with this process.
#[derive(Default)]
pub struct Ours {
    copied: Mutex<Option<Copied>>,
    /// Held by those who are going to copy something.
    awaited: Arc<()>,
}

enum Copied {
    Secret(Secret),
    Text(String),
}

impl Ours {
    fn lock(&self) -> MutexGuard<'_, Option<Copied>> {
        self.copied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that something is going to be copied, as long as the result is kept.
pub fn await_copy<R: Runtime>(app: &AppHandle<R>) -> Arc<()> {
    Arc::clone(&app.state::<Ours>().awaited)
}

/// Copies a text that is no secret.
///
/// # Errors
/// [`Error::Clipboard`].
pub fn copy<R: Runtime>(app: &AppHandle<R>, text: &str) -> Result<()> {
    app.clipboard().write_text(text).map_err(silent)?;
    *app.state::<Ours>().lock() = Some(Copied::Text(text.to_owned()));
    Ok(())
}

/// Copies a secret. Returns the seconds until it is cleared.
///
/// # Errors
/// [`Error::Clipboard`].
pub fn copy_secret<R: Runtime>(app: &AppHandle<R>, secret: Secret) -> Result<u64> {
    app.clipboard().write_secret(secret.expose()).map_err(silent)?;
    *app.state::<Ours>().lock() = Some(Copied::Secret(secret.clone()));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(CLEARED_AFTER).await;
        let latest = matches!(app.state::<Ours>().lock().as_ref(), Some(Copied::Secret(last)) if *last == secret);
        if latest {
            clear_ours(&app);
        }
    });
    Ok(CLEARED_AFTER.as_secs())
}

/// Clears the clipboard if it still contains our secret. Copies of other programs stay.
pub fn clear_ours<R: Runtime>(app: &AppHandle<R>) {
    let Some(Copied::Secret(secret)) = app.state::<Ours>().lock().take() else {
        return;
    };
    if holds(app, secret.expose())
        && let Err(error) = app.clipboard().clear()
    {
        tracing::warn!(%error, "the clipboard was not cleared");
    }
}

/// Clears it at an exit that was not requested first.
pub fn clear_at_exit<R: Runtime>(app: &AppHandle<R>) {
    if let Some(Copied::Secret(secret)) = app.state::<Ours>().lock().take() {
        system::clear_clipboard(secret.expose());
    }
}

/// Whether the clipboard has something of ours that would be lost with this process, or a secret that would outlive it; or is about to.
pub fn holds_ours<R: Runtime>(app: &AppHandle<R>) -> bool {
    let ours = app.state::<Ours>();
    let is_held = match ours.lock().as_ref() {
        // Where it cannot be read, the secret may still be there.
        Some(Copied::Secret(secret)) => app.clipboard().read_text().map_or(true, |held| held == secret.expose()),
        Some(Copied::Text(text)) => holds(app, text),
        None => false,
    };
    is_held || Arc::strong_count(&ours.awaited) > 1
}

fn holds<R: Runtime>(app: &AppHandle<R>, text: &str) -> bool {
    app.clipboard().read_text().is_ok_and(|held| held == text)
}

fn silent(error: tauri_plugin_clipboard_manager::Error) -> Error {
    Error::Clipboard { detail: error.to_string() }
}
