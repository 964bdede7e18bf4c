//! Files that are whole or absent: written beside, synced, renamed. Folders for the owner's eyes only.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::system;

/// What lies beside a file for so long was left by a writer that was killed.
const LEFT: Duration = Duration::from_secs(3600);

/// Makes a folder that only its owner may enter (0700).
///
/// # Errors
/// [`Error::Disk`].
pub fn private_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path)
        .and_then(|()| system::private_folder(path))
        .map_err(Error::disk(path))
}

/// Opens a file of our own to lock it; makes it (0600) where it is not there.
///
/// # Errors
/// [`Error::Disk`].
pub fn private_file(path: &Path) -> Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    system::owner_only(&mut options).open(path).map_err(Error::disk(path))
}

/// Writes a file whole (0600): whoever reads it meanwhile, or after a loss of power, finds the old or the new content.
///
/// # Errors
/// [`Error::Disk`]; the old file is then untouched.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<()> {
    write_as(path, content, |file| replace(file, path)).map_err(Error::disk(path))
}

/// The same for a new file: false, and nothing written, where one of this name is there.
///
/// # Errors
/// [`Error::Disk`].
pub fn write_new(path: &Path, content: &[u8]) -> Result<bool> {
    match write_as(path, content, |file| place(file, path)) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(Error::disk(path)(e)),
    }
}

/// Reads a file of ours whole, while others may replace it.
///
/// # Errors
/// As [`fs::read`].
pub fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    system::read(|| fs::read(path))
}

/// The same for text.
///
/// # Errors
/// As [`fs::read_to_string`].
pub fn read_text(path: &Path) -> std::io::Result<String> {
    system::read(|| fs::read_to_string(path))
}

/// Removes a file that may be gone already.
///
/// # Errors
/// [`Error::Disk`].
pub fn remove(path: &Path) -> Result<()> {
    match system::remove(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::disk(path)(e)),
        _ => Ok(()),
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

/// Reads a file of the person's own whole; none where none is there.
///
/// # Errors
/// [`Error::Disk`], also for a link; [`Error::InputInvalid`] for one that is larger.
pub fn read_theirs(path: &Path, largest: u64) -> Result<Option<Vec<u8>>> {
    let Some(file) = theirs(path, fs::OpenOptions::new().read(true)).map_err(Error::disk(path))? else {
        return Ok(None);
    };
    let mut content = Vec::new();
    file.take(largest + 1).read_to_end(&mut content).map_err(Error::disk(path))?;
    match content.len() as u64 > largest {
        true => Err(Error::InputInvalid { field: "path".into() }),
        false => Ok(Some(content)),
    }
}

/// Writes a file of the person's own whole, somewhere else: as [`write_atomically`]. Its owner stays, and its group where its
/// mode does. One that may not be written is not replaced either.
///
/// # Errors
/// [`Error::Disk`]; the old file is then untouched.
pub fn write_theirs(path: &Path, content: &[u8], mode: Mode) -> Result<()> {
    let written = || {
        let before = theirs(path, fs::OpenOptions::new().write(true))?;
        let before = before.map(|file| file.metadata()).transpose()?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        write_beside(path, content, &format!(".{name}.keybearer-"), |file| {
            if let Some(before) = before {
                belongs(file.as_file(), &before, mode)?;
            }
            replace(file, path)
        })
    };
    written().map_err(Error::disk(path))
}

/// A file that is there, and is one: what has become a link is not followed, and what has become a pipe not waited for.
fn theirs(path: &Path, options: &mut fs::OpenOptions) -> std::io::Result<Option<fs::File>> {
    match system::open_no_link(path, options) {
        Ok(file) if !file.metadata()?.is_file() => Err(std::io::ErrorKind::InvalidInput.into()),
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Makes a file somebody's as another one was: whoever could read that can read this.
fn belongs(file: &fs::File, before: &fs::Metadata, mode: Mode) -> std::io::Result<()> {
    system::keep_owner(file, before, mode == Mode::Kept)?;
    match mode {
        Mode::Kept => file.set_permissions(before.permissions()),
        Mode::Private => Ok(()),
    }
}

/// Gives a file that was written beside another the other's name.
fn replace(file: NamedTempFile, path: &Path) -> std::io::Result<fs::File> {
    let (file, beside) = file.keep()?;
    if let Err(error) = system::replace(&beside, path) {
        let _ = fs::remove_file(beside);
        return Err(error);
    }
    Ok(file)
}

/// The same where none of that name may be there.
fn place(mut file: NamedTempFile, path: &Path) -> std::io::Result<fs::File> {
    let began = Instant::now();
    loop {
        match file.persist_noclobber(path) {
            Err(refused) if system::passes_by(&refused.error) && began.elapsed() < system::PATIENCE => {
                file = refused.file;
                std::thread::sleep(Duration::from_millis(1));
            }
            placed => return Ok(placed?),
        }
    }
}

fn write_as(path: &Path, content: &[u8], name: impl FnOnce(NamedTempFile) -> std::io::Result<fs::File>) -> std::io::Result<()> {
    let beside = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    write_beside(path, content, &beside, name)
}

/// `beside` is how the names begin of what is written first: whatever has lain there for long is removed.
fn write_beside(
    path: &Path,
    content: &[u8],
    beside: &str,
    name: impl FnOnce(NamedTempFile) -> std::io::Result<fs::File>,
) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // tempfile makes it 0600.
    let mut file = tempfile::Builder::new().prefix(beside).tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    system::last(&name(file)?, folder);
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
