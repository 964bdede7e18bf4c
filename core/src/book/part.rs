//! A file that takes long to write: it grows as `NAME.part` and gets its name when it is complete.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::file::remove;
use super::lock::{Held, hold_readable};
use crate::error::{Error, Result};
use crate::system;

/// How long a writer waits for the lock: another process that looks whether the file grows holds it for a moment, on a busy machine
/// for longer.
const A_LOOK: Duration = Duration::from_millis(300);

/// A file in progress, locked against other writers.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    target: PathBuf,
    _lock: Held,
}

/// The path of the file in progress.
pub fn path_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    target.with_file_name(name)
}

/// Resolves a path with all its links: to a file that can be replaced, or to a free name.
///
/// # Errors
/// [`Error::Disk`] if its folder does not exist, or if it is no file or not writable.
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
    /// Creates the file in progress (0600). An existing one belongs to someone else and is an error.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn begin(target: &Path) -> Result<Part> {
        let path = path_of(target);
        let mut options = OpenOptions::new();
        let created = system::owner_only(options.write(true).create_new(true)).open(&path);
        drop(created.map_err(Error::disk(&path))?);
        Part::there(target, A_LOOK)?.ok_or_else(|| Error::disk(&path)(ErrorKind::NotFound.into()))
    }

    /// Continues at `length` bytes and cuts off the rest. None if the file is gone or shorter.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn go_on(target: &Path, length: u64) -> Result<Option<Part>> {
        let Some(mut part) = Part::there(target, A_LOOK)? else {
            return Ok(None);
        };
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

    fn there(target: &Path, patience: Duration) -> Result<Option<Part>> {
        match Part::open(target, patience) {
            Err(Error::Disk { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            part => part.map(Some),
        }
    }

    /// Opens and locks the file. Blocks for as long as `patience` while another process has the lock.
    fn open(target: &Path, patience: Duration) -> Result<Part> {
        let path = path_of(target);
        let began = Instant::now();
        let (file, lock) = loop {
            // Opened again at each try: what was locked may have got its own name meanwhile.
            let file = OpenOptions::new().read(true).write(true).open(&path).map_err(Error::disk(&path))?;
            let own = file.try_clone().map_err(Error::disk(&path))?;
            match hold_readable(own, &path)? {
                Some(lock) if path.exists() => break (file, lock),
                Some(_) => return Err(Error::disk(&path)(ErrorKind::NotFound.into())),
                None if began.elapsed() < patience => std::thread::sleep(Duration::from_millis(5)),
                None => return Err(Error::disk(&path)(ErrorKind::ResourceBusy.into())),
            }
        };
        let target = target.to_owned();
        Ok(Part {
            file,
            path,
            target,
            _lock: lock,
        })
    }

    /// Reads the first `length` bytes again; later writes follow them.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn read_again(&mut self, length: u64, read: impl FnOnce(&mut dyn BufRead)) -> Result<()> {
        let seek = |file: &mut File, at| file.seek(SeekFrom::Start(at)).map(drop);
        seek(&mut self.file, 0).map_err(Error::disk(&self.path))?;
        read(&mut BufReader::with_capacity(1 << 16, (&self.file).take(length)));
        seek(&mut self.file, length).map_err(Error::disk(&self.path))
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(Error::disk(&self.path))
    }

    /// Waits until all of it is on disk.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn sync(&self) -> Result<()> {
        self.file.sync_data().map_err(Error::disk(&self.path))
    }

    /// Gives it its name, replacing an existing file and keeping that file's mode.
    ///
    /// # Errors
    /// [`Error::Disk`]; the file in progress stays then.
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

/// Removes a file in progress.
///
/// # Errors
/// [`Error::Disk`], also if a process is writing it.
pub fn discard(target: &Path) -> Result<()> {
    Part::there(target, A_LOOK)?.map_or(Ok(()), Part::discard)
}

/// Whether a process, this one or another, is writing a file.
pub fn grows(target: &Path) -> bool {
    matches!(Part::there(target, Duration::ZERO), Err(Error::Disk { source, .. }) if source.kind() == ErrorKind::ResourceBusy)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_writer_that_waited_does_not_write_into_the_finished_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("posts.json");
        for _ in 0..50 {
            let mut first = Part::begin(&target).unwrap();
            std::thread::scope(|scope| {
                let second = scope.spawn(|| Part::go_on(&target, 0));
                std::thread::sleep(Duration::from_millis(2));
                first.add(b"whole").unwrap();
                first.finish().unwrap();
                if let Ok(Some(mut second)) = second.join().unwrap() {
                    second.add(b"other").unwrap();
                }
            });
            assert_eq!(std::fs::read_to_string(&target).unwrap(), "whole");
        }
    }

    #[test]
    fn a_look_keeps_no_writer_away() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("posts.json");
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    grows(&target);
                    std::thread::sleep(Duration::from_micros(50));
                }
            });
            drop(Part::begin(&target).unwrap());
            let written = (0..2000).all(|_| Part::go_on(&target, 0).is_ok_and(|part| part.is_some()));
            over.store(true, Ordering::Relaxed);
            assert!(written);
        });
    }
}
