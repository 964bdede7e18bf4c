//! macOS and Windows have no folder in memory that only one person may enter, so no file has a token while a command runs; and they take
//! unneeded memory back by themselves.

use std::path::Path;

use keybearer_core::token::Secret;

use super::NoFile;

/// Does nothing.
pub fn release_code_pages() {}

/// The message if the app is not installed.
pub const NO_APP: &str = "cli-autostart-app-missing";

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
