//! Start with the session: the entry by which the system starts the app at each login, hidden. The window's process and the command line
//! write the same one.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::system::autostart as system;

pub use crate::system::autostart::Entry;

/// Writes the entry: this program is started at each login.
///
/// # Errors
/// [`Error::NotInApplications`]; [`Error::Disk`] with the entry's place, also for a path that no entry can have; [`Error::Internal`] where
/// the machine has no home folder.
pub fn write(program: &Path) -> Result<()> {
    stays_in_place(program)?;
    system::write(program).map_err(failed)
}

/// Refuses a program that the system runs from a temporary folder: what names its path would soon lead nowhere.
///
/// # Errors
/// [`Error::NotInApplications`].
pub fn stays_in_place(program: &Path) -> Result<()> {
    match system::is_temporary(program) {
        true => Err(Error::NotInApplications),
        false => Ok(()),
    }
}

/// Removes the entry. A missing one is no error.
///
/// # Errors
/// As [`write()`].
pub fn remove() -> Result<()> {
    system::remove().map_err(failed)
}

/// The entry as it is, if there is one.
///
/// # Errors
/// As [`write()`].
pub fn read() -> Result<Option<Entry>> {
    system::read().map_err(failed)
}

/// Makes the entry what [`read()`] returned before a change.
///
/// # Errors
/// As [`write()`].
pub fn restore(before: Option<&Entry>) -> Result<()> {
    match before {
        Some(entry) => system::restore(entry).map_err(failed),
        None => remove(),
    }
}

/// Gives an entry of version 0.1.0 its name of today.
///
/// # Errors
/// As [`write()`].
pub fn rename(program: &Path) -> Result<()> {
    system::rename(program).map_err(failed)
}

/// The program that an entry starts in place of a program of ours: the AppImage that it belongs to.
pub fn image(program: &Path) -> Option<PathBuf> {
    image_by(program, |name| std::env::var_os(name))
}

/// The same for a program of another process, by that one's variables.
pub fn image_by(program: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    system::image(program, variable)
}

fn failed(error: io::Error) -> Error {
    match system::place() {
        Ok(place) => Error::disk(place)(error),
        Err(error) => Error::Internal { detail: error.to_string() },
    }
}
