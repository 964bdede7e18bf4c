//! What starts a program at login is a file on Linux and macOS.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use crate::system::here::autostart::{place, text};

/// An entry as it was before a change: the file's content.
pub type Entry = Vec<u8>;

/// Writes the entry that starts this program, hidden, at each login.
pub fn write(program: &Path) -> io::Result<()> {
    let program = program.to_str().filter(|path| !path.contains(char::is_control));
    let program = program.ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the app's path is not plain text"))?;
    restore(text(program).as_bytes())
}

/// Writes an entry again.
pub fn restore(entry: &[u8]) -> io::Result<()> {
    let file = place()?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = file.with_extension("new");
    let write = || {
        let mut written = OpenOptions::new().write(true).create(true).truncate(true).open(&new)?;
        written.write_all(entry)?;
        // A loss of power must not leave an empty entry.
        written.sync_all()?;
        fs::rename(&new, &file)
    };
    write().inspect_err(|_| drop(fs::remove_file(&new)))
}

/// The entry, if there is one.
pub fn read() -> io::Result<Option<Entry>> {
    match fs::read(place()?) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        read => read.map(Some),
    }
}

/// Removes the entry. A missing one is no error.
pub fn remove() -> io::Result<()> {
    remove_file(&place()?)
}

/// Removes a file. A missing one is no error.
pub fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Err(error),
        _ => Ok(()),
    }
}
