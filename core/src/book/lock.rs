//! Locks that all processes of this person share: one for each delivery, first post, client and account, for work under way, for the
//! practice platform, and for the app itself. The operating system releases them when a process dies. Always take them in this order:
//! delivery or first post, client, account, book.
//!
//! Some network and FUSE folders do not support locks. There the lock is a file on this computer (`local`), and only the first computer
//! that uses the data folder may use it, because two could not see each other's locks.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::file::{private_file, private_folder};
use super::local;
use crate::error::{Error, Result};
use crate::system;

/// The file whose lock the practice platform's process holds, in the data folder.
pub(super) const PRACTICE: &str = "practice.lock";

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

/// Whether local locks are used because the data folder does not support locks.
pub fn is_local() -> bool {
    local::was_used()
}

/// Locks an open file, or a local file if its folder does not support locks. None if another process holds the lock and `waits` is not
/// set.
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

/// Like [`hold`], for a file of the data folder. A data folder without locks is claimed for this computer.
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

/// Locks a file that others may read at the same time. If a lock would block readers, a local file is locked instead.
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

/// Waits for an account's lock. Blocks; renewals and deletions hold it for seconds.
///
/// # Errors
/// [`Error::Disk`].
pub fn account(data: &Path, id: &str) -> Result<Held> {
    wait(data, &format!("{id}.lock"))
}

/// Waits for a delivery's lock; its holder delivers. Blocks, possibly as long as a program runs.
///
/// # Errors
/// [`Error::Disk`].
pub fn delivery(data: &Path, id: &str) -> Result<Held> {
    wait(data, &format!("delivery-{id}.lock"))
}

/// Takes a delivery's lock if it is free.
///
/// # Errors
/// [`Error::Disk`].
pub fn free_delivery(data: &Path, id: &str) -> Result<Option<Held>> {
    let path = path(data, &format!("delivery-{id}.lock"))?;
    hold_in(data, &path, false)
}

/// Takes the lock of an account's first post if it is free; its holder publishes, looks for or deletes it.
///
/// # Errors
/// [`Error::Disk`].
pub fn free_post(data: &Path, account: &str) -> Result<Option<Held>> {
    let path = path(data, &format!("post-{account}.lock"))?;
    hold_in(data, &path, false)
}

/// Waits for a client's lock; its holder may add an account to the client. Blocks.
///
/// # Errors
/// [`Error::Disk`].
pub fn client(data: &Path, id: &str) -> Result<Held> {
    wait(data, &format!("client-{id}.lock"))
}

/// Marks a login or an export as under way, so that the data folder is not deleted meanwhile.
#[derive(Debug)]
pub struct Work {
    held: Option<Held>,
    path: PathBuf,
}

/// Marks the work with this id as under way.
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
        // The id is not used again. Close the file first: on Windows a removal would wait for our own handle.
        drop(self.held.take());
        let _ = super::file::remove(&self.path);
    }
}

/// Takes the ledger's lock as soon as it is free; its holder appends a line, or reads or shortens the file. None if another process holds
/// it for longer than `patience`. Blocks so long. The system lets those who wait have it in turn, so that none of many writers waits in
/// vain; after that time a thread still waits, and gives the lock back. Without patience it takes up to a tenth of a second.
///
/// # Errors
/// [`Error::Disk`], [`Error::NoLocks`].
pub fn ledger(data: &Path, patience: Duration) -> Result<Option<Held>> {
    let path = path(data, "ledger.lock")?;
    let held = hold_in(data, &path, false)?;
    if held.is_some() {
        return Ok(held);
    }
    if patience.is_zero() {
        // A thread that has waited in vain may be giving the lock back just now.
        return hold_soon(data, &path);
    }
    let (given, taken) = mpsc::channel();
    let folder = data.to_owned();
    let waiting = move || drop(given.send(hold_in(&folder, &path, true)));
    let started = thread::Builder::new().name("ledger".into()).spawn(waiting);
    started.map_err(Error::disk(data))?;
    taken.recv_timeout(patience).unwrap_or(Ok(None))
}

/// Takes a lock that its holder may be giving back just now; tries for a tenth of a second.
fn hold_soon(data: &Path, path: &Path) -> Result<Option<Held>> {
    for _ in 0..20 {
        if let Some(held) = hold_in(data, path, false)? {
            return Ok(Some(held));
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(None)
}

/// Takes the practice platform's lock if it is free; its holder runs the platform. The file is in the book's folder, so that processes that
/// watch the book also notice the end of the platform, even after a kill.
///
/// # Errors
/// [`Error::Disk`], [`Error::NoLocks`].
pub(super) fn practice(data: &Path) -> Result<Option<Held>> {
    private_folder(data)?;
    // A process that checks whether the lock is held takes it, shared, for a moment.
    hold_soon(data, &data.join(PRACTICE))
}

/// Whether a process runs the practice platform.
pub(super) fn is_practice_held(data: &Path) -> bool {
    // Opened for reading, which doesn't wake processes that watch the folder. Shared, so that two checks don't take each other for the
    // holder.
    let ask = |path: &Path| File::open(path).map(|file| file.try_lock_shared());
    let path = data.join(PRACTICE);
    match ask(&path) {
        Ok(Err(TryLockError::Error(error))) if system::has_no_locks(&error) => {
            let place = local::place(&path);
            place.is_ok_and(|place| matches!(ask(&place), Ok(Err(TryLockError::WouldBlock))))
        }
        asked => matches!(asked, Ok(Err(TryLockError::WouldBlock))),
    }
}

/// Waits for the sealed files' lock; its holder may create their identity, and move a secret into them. Blocks.
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

/// Takes the lock of a socket, which is a file beside it, if it is free.
///
/// # Errors
/// [`Error::Disk`], [`Error::NoLocks`].
pub fn socket(path: &Path) -> Result<Option<Held>> {
    let path = path.with_extension("lock");
    hold(private_file(&path)?, &path, false)
}

/// Takes the app's lock: only one app at a time uses a data folder. (The single-instance plugin is silently off without a session bus.)
///
/// # Errors
/// [`Error::AlreadyRunning`], [`Error::Disk`].
pub fn instance(data: &Path) -> Result<Held> {
    private_folder(data)?;
    hold_in(data, &data.join("instance.lock"), false)?.ok_or(Error::AlreadyRunning)
}
