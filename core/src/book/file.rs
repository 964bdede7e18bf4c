//! Atomic files: written to a temporary file, synced and renamed. Folders that only their owner may enter.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::system;

/// A temporary file that is older than this was left by a killed writer.
const LEFT: Duration = Duration::from_secs(3600);

/// Makes a folder that only its owner may enter (0700), and those above it that are missing.
///
/// # Errors
/// [`Error::Disk`].
pub fn private_folder(path: &Path) -> Result<()> {
    system::private_folder(path).map_err(Error::disk(path))
}

/// Opens one of our files for locking; creates it (0600) if it does not exist.
///
/// # Errors
/// [`Error::Disk`].
pub fn private_file(path: &Path) -> Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    system::owner_only(&mut options).open(path).map_err(Error::disk(path))
}

/// Opens one of our files for reading, and for writing at its end; creates it if it does not exist. It is 0600 then, also if it was not.
///
/// # Errors
/// [`Error::Disk`], also for a link and for anything but a file.
pub fn open_to_append(path: &Path) -> Result<fs::File> {
    let open = || {
        let mut options = fs::OpenOptions::new();
        options.read(true).append(true);
        if let Some(file) = theirs(path, &mut options)? {
            // Some file systems have no modes.
            let _ = system::make_owner_only(&file);
            return Ok(file);
        }
        options.create_new(true);
        match system::owner_only(&mut options).open(path) {
            // Another process was faster.
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                theirs(path, fs::OpenOptions::new().read(true).append(true))?.ok_or(e)
            }
            opened => opened,
        }
    };
    open().map_err(Error::disk(path))
}

/// Reads the first bytes of one of our files, at most `most`; none if there is none. Another process may replace it at the same time.
///
/// # Errors
/// [`Error::Disk`], also for a link and for anything but a file.
pub fn read_up_to(path: &Path, most: u64) -> Result<Option<Vec<u8>>> {
    let reading = || {
        let Some(file) = theirs(path, fs::OpenOptions::new().read(true))? else {
            return Ok(None);
        };
        let mut content = Vec::new();
        file.take(most).read_to_end(&mut content)?;
        Ok(Some(content))
    };
    system::read(reading).map_err(Error::disk(path))
}

/// Writes a file atomically (0600): a reader finds the old or the new content, also after a power failure.
///
/// # Errors
/// [`Error::Disk`]; the old file is untouched then.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<()> {
    write_as(path, content, |file| replace(file, path)).map_err(Error::disk(path))
}

/// Like [`write_atomically`], for a new file. Returns false and writes nothing if the name is taken.
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

/// Reads one of our files whole; another process may replace it at the same time.
///
/// # Errors
/// As [`fs::read`].
pub fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    system::read(|| regular(path).and_then(|()| fs::read(path)))
}

/// Like [`read`], for text.
///
/// # Errors
/// As [`fs::read_to_string`].
pub fn read_text(path: &Path) -> std::io::Result<String> {
    system::read(|| regular(path).and_then(|()| fs::read_to_string(path)))
}

/// Refuses what is no file: a pipe would be waited for without end.
fn regular(path: &Path) -> std::io::Result<()> {
    match fs::metadata(path)?.is_file() {
        true => Ok(()),
        false => Err(std::io::Error::other("not a file")),
    }
}

/// Removes a file. A missing file is no error.
///
/// # Errors
/// [`Error::Disk`].
pub fn remove(path: &Path) -> Result<()> {
    match system::remove(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::disk(path)(e)),
        _ => Ok(()),
    }
}

/// The permissions of a file that is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Unchanged; a new file is its owner's only.
    Kept,
    /// Readable by its owner only.
    Private,
}

/// Reads one of the person's files whole; none if there is none.
///
/// # Errors
/// [`Error::Disk`], also for a link; [`Error::EnvFileForeign`] for a file that is larger than `largest` bytes.
pub fn read_theirs(path: &Path, largest: u64) -> Result<Option<Vec<u8>>> {
    let Some(file) = theirs(path, fs::OpenOptions::new().read(true)).map_err(Error::disk(path))? else {
        return Ok(None);
    };
    let mut content = Vec::new();
    file.take(largest + 1).read_to_end(&mut content).map_err(Error::disk(path))?;
    match content.len() as u64 > largest {
        true => Err(Error::EnvFileForeign { kind: "large" }),
        false => Ok(Some(content)),
    }
}

/// Writes one of the person's files as [`write_atomically`] does. It keeps its owner, and with [`Mode::Kept`] its group. A file without
/// write permission is not replaced.
///
/// # Errors
/// [`Error::Disk`]; the old file is untouched then.
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

/// Opens an existing regular file. A link is not followed, and a pipe is not waited for.
fn theirs(path: &Path, options: &mut fs::OpenOptions) -> std::io::Result<Option<fs::File>> {
    match system::open_no_link(path, options) {
        Ok(file) if !file.metadata()?.is_file() => Err(std::io::ErrorKind::InvalidInput.into()),
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Gives a file the owner, group and mode of another one.
fn belongs(file: &fs::File, before: &fs::Metadata, mode: Mode) -> std::io::Result<()> {
    system::keep_owner(file, before, mode == Mode::Kept)?;
    match mode {
        Mode::Kept => file.set_permissions(before.permissions()),
        Mode::Private => Ok(()),
    }
}

/// Renames a temporary file over an existing one.
fn replace(file: NamedTempFile, path: &Path) -> std::io::Result<fs::File> {
    let (file, beside) = file.keep()?;
    if let Err(error) = system::replace(&beside, path) {
        let _ = fs::remove_file(beside);
        return Err(error);
    }
    Ok(file)
}

/// Renames a temporary file, if the name is free.
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
    write_beside(path, content, &beside(path), name)
}

/// How the names of a file's temporary files begin.
fn beside(path: &Path) -> String {
    format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Writes and syncs a temporary file whose name begins with `beside`, and removes old ones.
fn write_beside(
    path: &Path,
    content: &[u8],
    beside: &str,
    name: impl FnOnce(NamedTempFile) -> std::io::Result<fs::File>,
) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // tempfile creates it with mode 0600.
    let mut file = tempfile::Builder::new().prefix(beside).tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    system::last(&name(file)?, folder);
    sweep(folder, beside);
    Ok(())
}

/// Whether so many bytes could be written beside a file. Leaves nothing there.
///
/// # Errors
/// [`Error::Disk`].
pub fn has_room(path: &Path, bytes: usize) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || {
        let mut trial = tempfile::Builder::new().prefix(&beside(path)).tempfile_in(folder)?;
        trial.write_all(&vec![0; bytes])
    };
    write().map_err(Error::disk(folder))
}

/// Removes the temporary files that killed writers of a file left, as each writer does.
pub fn remove_left(path: &Path) {
    sweep(path.parent().unwrap_or(Path::new(".")), &beside(path));
}

/// Removes the temporary files that killed writers left.
fn sweep(folder: &Path, beside: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let written = entry.metadata().and_then(|m| m.modified());
        let old = written.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|since| since > LEFT));
        if old && entry.file_name().to_string_lossy().starts_with(beside) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
