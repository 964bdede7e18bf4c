//! A notification and how it is shown. What is said, and when, stands in `notices`.

use tauri::{AppHandle, Runtime};

use crate::system;

/// What is shown. All three may hold a server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub summary: String,
    pub body: String,
    /// The account whose screen a click opens; none for the window as it is.
    pub account: Option<String>,
}

/// Shows it. A desktop that shows none gets a line in the log. May block.
pub fn show<R: Runtime>(app: &AppHandle<R>, toast: &Toast) {
    if let Err(error) = system::notify(app, toast) {
        tracing::warn!(%error, "a notification was not shown");
    }
}
