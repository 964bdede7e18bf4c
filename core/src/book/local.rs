//! Locks for folders that do not support locks (`flock` answers ENOSYS, EOPNOTSUPP, ENOLCK or EINVAL, as in some network and FUSE
//! folders): files in a local folder, named after the path of the file that they lock. Another computer does not see them, so the first
//! computer that uses such a data folder claims it, and others are refused.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};

use super::file::{private_file, private_folder};
use crate::error::{Error, Result};
use crate::system;

static USED: AtomicBool = AtomicBool::new(false);

pub(super) fn was_used() -> bool {
    USED.load(Ordering::Relaxed)
}

/// Locks a file. False if another process holds the lock and `waits` is not set.
pub(super) fn try_locking(file: &File, waits: bool) -> io::Result<bool> {
    if waits {
        return file.lock().map(|()| true);
    }
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Locks a local file instead of one whose folder does not support locks.
pub(super) fn lock(of: &Path, waits: bool) -> Result<Option<File>> {
    let locked = lock_for(of, waits)?;
    USED.store(true, Ordering::Relaxed);
    Ok(locked)
}

/// Locks a local file instead of another one.
pub(super) fn lock_for(of: &Path, waits: bool) -> Result<Option<File>> {
    let file = private_file(&place(of)?)?;
    let locked = try_locking(&file, waits).map_err(|_| Error::NoLocks { path: of.to_owned() })?;
    Ok(locked.then_some(file))
}

/// The local file that is locked instead of another one.
pub(super) fn place(of: &Path) -> Result<PathBuf> {
    let none = || Error::NoLocks { path: of.to_owned() };
    let folder = own_folder().ok_or_else(none)?;
    let (parent, name) = of.parent().zip(of.file_name()).ok_or_else(none)?;
    let there = parent.canonicalize().map_err(Error::disk(parent))?.join(name);
    Ok(folder.join(format!("{}.lock", digest(there.as_os_str().as_encoded_bytes()))))
}

/// A folder on this computer that belongs to this person and that no one else can read.
fn own_folder() -> Option<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let runtime = runtime.filter(|folder| folder.is_absolute() && folder.is_dir());
    let folder = match runtime {
        Some(folder) => folder.join("keybearer-locks"),
        None => std::env::temp_dir().join(format!("keybearer-locks-{}", system::person())),
    };
    // Anyone may put something into a shared temporary folder; use only a folder of our own.
    if !fs::symlink_metadata(&folder).is_ok_and(|known| system::is_own_folder(&known)) {
        fs::create_dir(&folder).ok()?;
    }
    private_folder(&folder).ok()?;
    fs::symlink_metadata(&folder)
        .is_ok_and(|known| system::is_own_folder(&known))
        .then_some(folder)
}

/// Claims a data folder for this computer. One that another computer has claimed is refused.
pub(super) fn claim(data: &Path) -> Result<()> {
    let folder = data.join("locks");
    private_folder(&folder)?;
    let (path, own) = (folder.join("computer"), computer());
    let known = match fs::read_to_string(&path) {
        Ok(known) => known,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Error::disk(&path)(error)),
    };
    match known.trim() {
        known if known == own => Ok(()),
        // No claim yet, or a process was killed before it wrote one.
        "" => {
            let mut file = private_file(&path)?;
            file.write_all(own.as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(Error::disk(&path))
        }
        _ => Err(Error::FolderElsewhere { path: data.to_owned() }),
    }
}

/// A text that identifies this computer and reveals nothing else about it.
fn computer() -> String {
    let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    digest(format!("keybearer {} {}", machine.trim(), system::host_name()).as_bytes())
}

fn digest(of: &[u8]) -> String {
    Sha256::digest(of).iter().take(16).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_folder_belongs_to_one_computer() {
        let data = tempfile::TempDir::new().unwrap();
        claim(data.path()).unwrap();
        claim(data.path()).unwrap();
        let path = data.path().join("locks/computer");
        assert!(!fs::read_to_string(&path).unwrap().contains(&system::host_name()));
        fs::write(&path, "another").unwrap();
        assert_eq!(claim(data.path()).unwrap_err().code(), "folder-elsewhere");
        fs::write(&path, "").unwrap();
        claim(data.path()).unwrap();
    }

    #[test]
    fn a_lock_of_this_computers_is_one() {
        let folder = tempfile::TempDir::new().unwrap();
        let of = folder.path().join("a.lock");
        let held = lock(&of, false).unwrap();
        assert!(held.is_some());
        assert!(lock(&of, false).unwrap().is_none());
        // Also by another path to the same file.
        assert!(lock(&folder.path().join(".").join("a.lock"), false).unwrap().is_none());
        assert!(lock(&folder.path().join("b.lock"), false).unwrap().is_some());
        drop(held);
        assert!(lock(&of, false).unwrap().is_some());
    }
}
