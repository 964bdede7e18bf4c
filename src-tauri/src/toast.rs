//! A notification, and how it is shown. `notices` decides what is shown and when.

use tauri::{AppHandle, Runtime};

use crate::system;

/// A notification. All three texts may contain a server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub summary: String,
    pub body: String,
    /// The account whose screen a click opens; none for just the window.
    pub account: Option<String>,
}

/// Shows it, or logs a line if the desktop shows no notifications. May block.
pub fn show<R: Runtime>(app: &AppHandle<R>, toast: &Toast) {
    if let Err(error) = system::notify(app, toast) {
        tracing::warn!(%error, "a notification was not shown");
    }
}
