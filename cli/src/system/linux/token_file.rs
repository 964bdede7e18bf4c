//! A file that has a token while a command runs: in memory, for this person only, and gone when the run ends. Each run has a folder of
//! its own, locked while the run lasts, so that the next run recognises and removes what a killed one left.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use keybearer_core::token::Secret;
use rustix::fs::{AtFlags, CWD, Dir, FlockOperation, Mode, OFlags, flock, fstat, fstatfs, mkdirat, openat, renameat, unlinkat};
use rustix::io::Errno;
use rustix::path::Arg;

use super::super::NoFile;

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);
/// Our folder in `XDG_RUNTIME_DIR`, which also has the socket.
const OURS: &str = "keybearer";
const NAME: &str = "token";
const DRAFT: &str = "token.new";

/// A token's file. Dropping it removes it.
pub struct TokenFile {
    runs: OwnedFd,
    /// Locked.
    run: OwnedFd,
    name: String,
    path: PathBuf,
}

impl TokenFile {
    /// Makes a folder for this run, and removes those of runs that were killed.
    ///
    /// # Errors
    /// Why no file may have the token.
    pub fn create() -> Result<TokenFile, NoFile> {
        let set = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let base = set.filter(|path| path.is_absolute()).ok_or(NoFile::NoFolder)?;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error: Errno| NoFile::Refused(path, error.into())
        };
        let folder = openat(CWD, &base, FOLDER, Mode::empty()).map_err(failed(&base))?;
        is_private(&folder, &base)?;
        let system = fstatfs(&folder).map_err(failed(&base))?.f_type;
        // `TMPFS_MAGIC` and `RAMFS_MAGIC` (statfs(2)).
        if !matches!(system, 0x0102_1994 | 0x8584_58f6) {
            return Err(NoFile::OnDisk(base));
        }
        let (ours, path) = (private(&folder, OURS, &base)?, base.join(OURS));
        let (runs, path) = (private(&ours, "exec", &path)?, path.join("exec"));
        // Until this run has locked its folder, no other one takes it for a killed one's.
        flock(&runs, FlockOperation::LockExclusive).map_err(failed(&path))?;
        remove_left(&runs);
        let (run, name) = new_folder(&runs).map_err(failed(&path))?;
        flock(&runs, FlockOperation::Unlock).map_err(failed(&path))?;
        let path = path.join(&name).join(NAME);
        Ok(TokenFile { runs, run, name, path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a token: a reader finds the old one or the new one.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&self, token: &Secret) -> Result<(), NoFile> {
        let write = || -> io::Result<()> {
            remove(&self.run, DRAFT)?;
            let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let draft = openat(&self.run, DRAFT, flags, Mode::RUSR | Mode::WUSR)?;
            File::from(draft).write_all(token.expose().as_bytes())?;
            Ok(renameat(&self.run, DRAFT, &self.run, NAME)?)
        };
        write().map_err(|error| NoFile::Refused(self.path.clone(), error))
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        let _ = remove_run(&self.runs, &self.run, self.name.as_str());
    }
}

/// Opens a folder within another one, and makes it if it does not exist. A link is not followed.
fn private(within: &OwnedFd, name: &str, path: &Path) -> Result<OwnedFd, NoFile> {
    let path = path.join(name);
    match mkdirat(within, name, Mode::RWXU) {
        Ok(()) | Err(Errno::EXIST) => {}
        Err(error) => return Err(NoFile::Refused(path, error.into())),
    }
    let folder = match openat(within, name, FOLDER | OFlags::NOFOLLOW, Mode::empty()) {
        Ok(folder) => folder,
        Err(Errno::LOOP | Errno::NOTDIR | Errno::ACCESS) => return Err(NoFile::NotPrivate(path)),
        Err(error) => return Err(NoFile::Refused(path, error.into())),
    };
    is_private(&folder, &path)?;
    Ok(folder)
}

/// Checks that a folder belongs to this person, and that no other user may enter it.
fn is_private(folder: &OwnedFd, path: &Path) -> Result<(), NoFile> {
    let known = fstat(folder).map_err(|error| NoFile::Refused(path.to_owned(), error.into()))?;
    let is_own = known.st_uid == rustix::process::geteuid().as_raw();
    match is_own && Mode::from_raw_mode(known.st_mode) == Mode::RWXU {
        true => Ok(()),
        false => Err(NoFile::NotPrivate(path.to_owned())),
    }
}

/// A new folder, locked, and its name.
fn new_folder(runs: &OwnedFd) -> Result<(OwnedFd, String), Errno> {
    let process = std::process::id();
    // Another container may have a process of this number.
    for number in 0.. {
        let name = format!("{process}-{number}");
        match mkdirat(runs, &name, Mode::RWXU) {
            Ok(()) => {
                let run = openat(runs, &name, FOLDER | OFlags::NOFOLLOW, Mode::empty())?;
                flock(&run, FlockOperation::NonBlockingLockExclusive)?;
                return Ok((run, name));
            }
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Errno::EXIST)
}

/// Removes the folders of runs that do not run any more. What cannot be removed stays: no token of another run is in its way.
fn remove_left(runs: &OwnedFd) {
    for name in names(runs) {
        // Anything else is nothing of ours.
        if let Ok(run) = openat(runs, name.as_c_str(), FOLDER | OFlags::NOFOLLOW, Mode::empty())
            && flock(&run, FlockOperation::NonBlockingLockExclusive).is_ok()
        {
            let _ = remove_run(runs, &run, name.as_c_str());
        }
    }
}

/// Removes a run's folder with all files in it: a command may have put some beside its token.
fn remove_run(runs: &OwnedFd, run: &OwnedFd, name: impl Arg) -> Result<(), Errno> {
    for file in names(run) {
        // What cannot be removed is no token.
        let _ = remove(run, file.as_c_str());
    }
    unlinkat(runs, name, AtFlags::REMOVEDIR)
}

/// What is in a folder.
fn names(folder: &OwnedFd) -> Vec<CString> {
    let all = Dir::read_from(folder).into_iter().flatten().flatten();
    all.map(|entry| entry.file_name().to_owned())
        .filter(|name| ![&b"."[..], b".."].contains(&name.to_bytes()))
        .collect()
}

/// Removes a file. A link is removed itself, and a missing file is no error.
fn remove(folder: &OwnedFd, name: impl Arg) -> Result<(), Errno> {
    match unlinkat(folder, name, AtFlags::empty()) {
        Err(Errno::NOENT) | Ok(()) => Ok(()),
        Err(error) => Err(error),
    }
}
