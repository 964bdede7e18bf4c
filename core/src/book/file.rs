//! Files that are whole or absent: written beside, synced, renamed. Folders for the owner's eyes only.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::{NamedTempFile, PersistError};

use crate::error::{Error, Result};

/// What lies beside a file for so long was left by a writer that was killed.
const LEFT: Duration = Duration::from_secs(3600);

/// Makes a folder that only its owner may enter (0700).
///
/// # Errors
/// [`Error::Disk`].
pub fn private_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(Error::disk(path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(Error::disk(path))?;
    }
    Ok(())
}

/// Opens a file of our own to lock it; makes it (0600) where it is not there.
///
/// # Errors
/// [`Error::Disk`].
pub fn private_file(path: &Path) -> Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map_err(Error::disk(path))
}

/// Writes a file whole (0600): whoever reads it meanwhile, or after a loss of power, finds the old or the new content.
///
/// # Errors
/// [`Error::Disk`]; the old file is then untouched.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<()> {
    write_as(path, content, |file| file.persist(path)).map_err(Error::disk(path))
}

/// The same for a new file: false, and nothing written, where one of this name is there.
///
/// # Errors
/// [`Error::Disk`].
pub fn write_new(path: &Path, content: &[u8]) -> Result<bool> {
    match write_as(path, content, |file| file.persist_noclobber(path)) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(Error::disk(path)(e)),
    }
}

/// Who may read a file that is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Whoever could before; a new file its owner only.
    Kept,
    /// Its owner only.
    Private,
}

/// Writes a file of the person's own whole, somewhere else: as [`write_atomically`]. One that may not be written is not
/// replaced either.
///
/// # Errors
/// [`Error::Disk`]; the old file is then untouched.
pub fn write_theirs(path: &Path, content: &[u8], mode: Mode) -> Result<()> {
    let written = || {
        let before = match fs::OpenOptions::new().write(true).open(path) {
            Ok(file) => Some(file.metadata()?.permissions()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
            Err(e) => return Err(e),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        write_beside(path, content, &format!(".{name}.keybearer-"), |file| {
            if let Some(before) = before.filter(|_| mode == Mode::Kept)
                && let Err(error) = file.as_file().set_permissions(before)
            {
                return Err(PersistError { error, file });
            }
            file.persist(path)
        })
    };
    written().map_err(Error::disk(path))
}

fn write_as(path: &Path, content: &[u8], name: impl FnOnce(NamedTempFile) -> Result<fs::File, PersistError>) -> std::io::Result<()> {
    let beside = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    write_beside(path, content, &beside, name)
}

/// `beside` is how the names begin of what is written first: whatever has lain there for long is removed.
fn write_beside(
    path: &Path,
    content: &[u8],
    beside: &str,
    name: impl FnOnce(NamedTempFile) -> Result<fs::File, PersistError>,
) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // tempfile makes it 0600.
    let mut file = tempfile::Builder::new().prefix(beside).tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    name(file).map_err(|e| e.error)?;
    // The rename itself lasts once the folder is synced; not every file system can, and then it need not.
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    sweep(folder, beside);
    Ok(())
}

/// Removes what killed writers of a file left beside it.
fn sweep(folder: &Path, beside: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let written = entry.metadata().and_then(|m| m.modified());
        let old = written.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|since| since > LEFT));
        if old && entry.file_name().to_string_lossy().starts_with(beside) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
