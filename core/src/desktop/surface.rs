//! What a desktop has to offer, so that [`super::Desktop`] can show something there.

use super::{Toast, TrayText};
use crate::view::AppView;
use crate::words::Language;

/// A desktop: a tray, notifications and the window.
pub trait Surface: Clone + Send + Sync + 'static {
    /// The session's language.
    fn language(&self) -> Language;

    /// Shows a view that may have changed: draws the tray.
    fn draw(&self, view: &AppView, text: TrayText);

    /// Whether a notification would be shown now. May block.
    fn can_notify(&self) -> bool;

    /// Shows a notification. May block.
    ///
    /// # Errors
    /// A message for the log.
    fn notify(&self, toast: &Toast) -> Result<(), String>;

    /// Brings the window to the front, with an account's screen if one is given.
    fn open(&self, account: Option<String>);

    /// Whether there is a window, which says itself what it shows. May block.
    fn has_window(&self) -> bool;

    /// Copies an account's token, or notifies why it cannot be copied.
    fn copy(&self, account: String);

    /// The results of a renewal that a person started here are there.
    fn refreshed(&self);

    /// Ends the program.
    fn quit(&self);
}
