//! Locks that every process of this person shares: one an account, one a client, one for the instance. The operating
//! system frees them when a process dies. Order: a delivery's before a client's before an account's before the book's.
//!
//! Some network and FUSE folders know no locks. There the lock is a file of this computer's own (`local`), and the data folder
//! belongs to the first computer that uses it: two could not see each other's locks.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::file::{private_file, private_folder};
use super::local;
use crate::error::{Error, Result};
use crate::system;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

/// Whether the data folder knows no locks, and this computer's own are used for it.
pub fn is_local() -> bool {
    local::was_used()
}

/// Locks a file that is open; where its folder knows no locks, a file of this computer's in its place. None where somebody has
/// it and it is not waited for.
///
/// # Errors
/// [`Error::Disk`], [`Error::NoLocks`].
pub(super) fn hold(file: File, path: &Path, waits: bool) -> Result<Option<Held>> {
    match local::try_locking(&file, waits) {
        Ok(locked) => Ok(locked.then_some(Held { _file: file })),
        Err(error) if system::has_no_locks(&error) => Ok(local::lock(path, waits)?.map(|file| Held { _file: file })),
        Err(error) => Err(Error::disk(path)(error)),
    }
}

/// The same for a file of the data folder's: one without locks serves one computer.
pub(super) fn hold_in(data: &Path, path: &Path, waits: bool) -> Result<Option<Held>> {
    let file = private_file(path)?;
    match local::try_locking(&file, waits) {
        Err(error) if system::has_no_locks(&error) => {
            local::claim(data)?;
            Ok(local::lock(path, waits)?.map(|file| Held { _file: file }))
        }
        Ok(locked) => Ok(locked.then_some(Held { _file: file })),
        Err(error) => Err(Error::disk(path)(error)),
    }
}

/// Locks a file that others may read meanwhile: where a lock would hinder them, a file of this computer's in its place.
///
/// # Errors
/// As [`hold`].
pub(super) fn hold_readable(file: File, path: &Path) -> Result<Option<Held>> {
    if !system::LOCKS_HINDER_READERS {
        return hold(file, path, false);
    }
    let known = path.canonicalize().map_err(Error::disk(path))?;
    Ok(local::lock_for(&known, false)?.map(|file| Held { _file: file }))
}

/// Waits for an account's lock. Blocks; a refresh or a deletion holds it for seconds at most.
///
/// # Errors
/// [`Error::Disk`].
pub fn account(data: &Path, id: &str) -> Result<Held> {
    wait(data, &format!("{id}.lock"))
}

/// Waits for a delivery's lock: who holds it brings the token. Blocks, perhaps as long as a program takes.
///
/// # Errors
/// [`Error::Disk`].
pub fn delivery(data: &Path, id: &str) -> Result<Held> {
    wait(data, &format!("delivery-{id}.lock"))
}

/// Takes a delivery's lock where nobody has it.
///
/// # Errors
/// [`Error::Disk`].
pub fn free_delivery(data: &Path, id: &str) -> Result<Option<Held>> {
    let path = path(data, &format!("delivery-{id}.lock"))?;
    hold_in(data, &path, false)
}

/// Waits for a client's lock: who holds it may add an account to the client. Blocks.
///
/// # Errors
/// [`Error::Disk`].
pub fn client(data: &Path, id: &str) -> Result<Held> {
    wait(data, &format!("client-{id}.lock"))
}

/// A login or an export that is under way; who takes the folder away sees it.
#[derive(Debug)]
pub struct Work {
    held: Option<Held>,
    path: PathBuf,
}

/// Notes that work of this id is under way.
///
/// # Errors
/// [`Error::Disk`].
pub fn work(data: &Path, id: &str) -> Result<Work> {
    let path = path(data, &format!("work-{id}.lock"))?;
    let held = hold_in(data, &path, false)?.ok_or(Error::AlreadyRunning)?;
    Ok(Work { held: Some(held), path })
}

impl Drop for Work {
    fn drop(&mut self) {
        // Its id does not come again. Where a name stays as long as its file is open (Windows), removing would wait for ourselves.
        drop(self.held.take());
        let _ = super::file::remove(&self.path);
    }
}

/// Waits for the sealed files' lock: who holds it may make their identity, and move a secret to them. Blocks.
///
/// # Errors
/// [`Error::Disk`].
pub fn seal(data: &Path) -> Result<Held> {
    wait(data, "seal.lock")
}

fn wait(data: &Path, name: &str) -> Result<Held> {
    let path = path(data, name)?;
    hold_in(data, &path, true)?.ok_or(Error::NoLocks { path })
}

fn path(data: &Path, name: &str) -> Result<PathBuf> {
    let folder = data.join("locks");
    private_folder(&folder)?;
    Ok(folder.join(name))
}

/// Takes the instance's lock: only one app at a time serves a data folder. (The single-instance plugin is silently off
/// without a session bus.)
///
/// # Errors
/// [`Error::AlreadyRunning`], [`Error::Disk`].
pub fn instance(data: &Path) -> Result<Held> {
    private_folder(data)?;
    hold_in(data, &data.join("instance.lock"), false)?.ok_or(Error::AlreadyRunning)
}
