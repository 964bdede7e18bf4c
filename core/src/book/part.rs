//! A file that is long in the making: it grows beside its name, as `NAME.part`, and has its name once it is whole.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::file::remove;
use super::lock::{Held, hold_readable};
use crate::error::{Error, Result};
use crate::system;

/// A file in the making. Nobody else grows it meanwhile.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    target: PathBuf,
    _lock: Held,
}

/// Where a file is in the making.
pub fn path_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    target.with_file_name(name)
}

/// The place that a path leads to, all links followed: a file that can be written whole, or one that is not there yet.
///
/// # Errors
/// [`Error::Disk`] where its folder is not there, or where it is no file, or one that may not be written.
pub fn place(path: &Path) -> Result<PathBuf> {
    let refuse = |kind: ErrorKind| Error::disk(path)(kind.into());
    match dunce::canonicalize(path) {
        Ok(there) if there.is_file() => {
            let writable = OpenOptions::new().write(true).open(&there).and_then(|file| file.metadata());
            match writable.map_err(Error::disk(path))?.permissions().readonly() {
                true => Err(refuse(ErrorKind::PermissionDenied)),
                false => Ok(there),
            }
        }
        Ok(there) if there.is_dir() => Err(refuse(ErrorKind::IsADirectory)),
        Ok(_) => Err(refuse(ErrorKind::InvalidInput)),
        Err(_) => {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let name = path.file_name().ok_or_else(|| refuse(ErrorKind::InvalidInput))?;
            Ok(dunce::canonicalize(folder).map_err(Error::disk(folder))?.join(name))
        }
    }
}

impl Part {
    /// Begins one (0600). One of that name that is there already is somebody else's.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn begin(target: &Path) -> Result<Part> {
        let mut options = OpenOptions::new();
        Part::open(target, system::owner_only(options.write(true).create_new(true)))
    }

    /// Goes on with one where it was; what stands behind that is cut off. False where it is gone, or shorter.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn go_on(target: &Path, length: u64) -> Result<Option<Part>> {
        let Some(mut part) = Part::there(target)? else { return Ok(None) };
        let cut = |file: &mut File| {
            let whole = file.metadata()?.len() >= length;
            if whole {
                file.set_len(length)?;
                file.seek(SeekFrom::Start(length))?;
            }
            Ok(whole)
        };
        let whole = cut(&mut part.file).map_err(Error::disk(&part.path))?;
        Ok(whole.then_some(part))
    }

    fn there(target: &Path) -> Result<Option<Part>> {
        match Part::open(target, OpenOptions::new().read(true).write(true)) {
            Err(Error::Disk { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            part => part.map(Some),
        }
    }

    fn open(target: &Path, options: &OpenOptions) -> Result<Part> {
        let path = path_of(target);
        let file = options.open(&path).map_err(Error::disk(&path))?;
        let own = file.try_clone().map_err(Error::disk(&path))?;
        let busy = || Error::disk(&path)(ErrorKind::ResourceBusy.into());
        let lock = hold_readable(own, &path)?.ok_or_else(busy)?;
        let target = target.to_owned();
        Ok(Part {
            file,
            path,
            target,
            _lock: lock,
        })
    }

    /// Reads the first so many bytes of it once more; it is written to behind them afterwards.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn read_again(&mut self, length: u64, read: impl FnOnce(&mut dyn BufRead)) -> Result<()> {
        let seek = |file: &mut File, at| file.seek(SeekFrom::Start(at)).map(drop);
        seek(&mut self.file, 0).map_err(Error::disk(&self.path))?;
        read(&mut BufReader::with_capacity(1 << 16, (&self.file).take(length)));
        seek(&mut self.file, length).map_err(Error::disk(&self.path))
    }

    /// Writes at its end.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(Error::disk(&self.path))
    }

    /// Waits until all of it would outlive a loss of power.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn sync(&self) -> Result<()> {
        self.file.sync_data().map_err(Error::disk(&self.path))
    }

    /// Gives it its name, in place of what had it before and with its mode.
    ///
    /// # Errors
    /// [`Error::Disk`]; it is still there as a part then.
    pub fn finish(self) -> Result<()> {
        let before = std::fs::metadata(&self.target).map(|there| there.permissions());
        let kept = before.map_or(Ok(()), |mode| self.file.set_permissions(mode));
        kept.and_then(|()| self.file.sync_all()).map_err(Error::disk(&self.path))?;
        system::replace(&self.path, &self.target).map_err(Error::disk(&self.target))?;
        system::last(&self.file, self.target.parent().unwrap_or(Path::new(".")));
        Ok(())
    }

    /// Removes it.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn discard(self) -> Result<()> {
        remove(&self.path)
    }
}

/// Removes what there is of a file in the making.
///
/// # Errors
/// [`Error::Disk`]; where somebody grows it, whoever that is.
pub fn discard(target: &Path) -> Result<()> {
    Part::there(target)?.map_or(Ok(()), Part::discard)
}

/// Whether somebody grows a file, here or in another process.
pub fn grows(target: &Path) -> bool {
    matches!(Part::there(target), Err(Error::Disk { source, .. }) if source.kind() == ErrorKind::ResourceBusy)
}
