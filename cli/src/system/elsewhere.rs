//! macOS and Windows have no folder in memory that only one person may enter, so no file has a token while a command runs; they take
//! unneeded memory back by themselves; and only the app writes what starts it at login.

use std::path::Path;

use keybearer_core::error::Error;
use keybearer_core::token::Secret;

use super::NoFile;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Does nothing.
pub fn release_code_pages() {}

/// Refuses: the app writes it when the setting changes while it runs, and at no other time.
///
/// # Errors
/// [`Failure::Autostart`], always.
pub fn start_with_session(_wanted: bool, _keep: impl FnOnce() -> Result<(), Error>) -> Result<(), Failure> {
    Err(Failure::Autostart("cli-autostart-by-app", String::new()))
}

/// Says that what starts the app at each login is still there, if the person chose it.
///
/// # Errors
/// None.
pub fn forget_session(terminal: &Terminal, was_on: bool) -> Result<usize, Failure> {
    if was_on {
        terminal.say(&terminal.words("cli-forget-autostart", &[]));
    }
    Ok(0)
}

/// A token's file: there is none.
pub enum TokenFile {}

impl TokenFile {
    /// Refuses.
    ///
    /// # Errors
    /// [`NoFile::NotOffered`].
    pub fn create() -> Result<TokenFile, NoFile> {
        Err(NoFile::NotOffered)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        match *self {}
    }

    /// Writes a token.
    ///
    /// # Errors
    /// None.
    pub fn write(&self, _: &Secret) -> Result<(), NoFile> {
        match *self {}
    }
}
