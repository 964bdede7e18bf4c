//! Locks that every process of this person shares: one an account, one a client, one for the instance. The operating
//! system frees them when a process dies. Order: a delivery's before a client's before an account's before the book's.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::file::{private_file, private_folder};
use crate::error::{Error, Result};

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Held {
    _file: File,
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
    take(&path)
}

/// Waits for a client's lock: who holds it may add an account to the client. Blocks.
///
/// # Errors
/// [`Error::Disk`].
pub fn client(data: &Path, id: &str) -> Result<Held> {
    wait(data, &format!("client-{id}.lock"))
}

fn wait(data: &Path, name: &str) -> Result<Held> {
    let path = path(data, name)?;
    let file = private_file(&path)?;
    file.lock().map_err(Error::disk(&path))?;
    Ok(Held { _file: file })
}

fn path(data: &Path, name: &str) -> Result<PathBuf> {
    let folder = data.join("locks");
    private_folder(&folder)?;
    Ok(folder.join(name))
}

fn take(path: &Path) -> Result<Option<Held>> {
    let file = private_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(e)) => Err(Error::disk(path)(e)),
    }
}

/// Takes the instance's lock: only one app at a time serves a data folder. (The single-instance plugin is silently off
/// without a session bus.)
///
/// # Errors
/// [`Error::AlreadyRunning`], [`Error::Disk`].
pub fn instance(data: &Path) -> Result<Held> {
    private_folder(data)?;
    take(&data.join("instance.lock"))?.ok_or(Error::AlreadyRunning)
}
