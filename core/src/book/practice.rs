//! Where the practice platform runs. Its process holds a lock, and a file has its origin, so that every process of this person can use it.
//! The file of a killed process counts for nothing, because the lock is free.

use std::path::{Path, PathBuf};

use url::Url;

use super::file::{private_folder, read_up_to, remove, write_atomically};
use super::lock::{self, Held};
use crate::error::{Error, Result};

/// The only address at which a practice platform listens.
const HOST: &str = "http://127.0.0.1:";
/// An origin has fewer bytes.
const LONGEST: u64 = 32;

/// The practice platform of this process, until it is dropped.
#[derive(Debug)]
pub struct Announced {
    origin: Url,
    path: PathBuf,
    _held: Held,
}

impl Announced {
    /// Tells every process where this one runs the platform. None if another one runs it.
    ///
    /// # Errors
    /// [`Error::Internal`] for any other origin than one of 127.0.0.1 with a port; [`Error::Disk`], [`Error::NoLocks`].
    pub fn new(data: &Path, origin: &str) -> Result<Option<Announced>> {
        let known = parse(origin).ok_or_else(|| Error::Internal {
            detail: "practice has no address".into(),
        })?;
        let Some(held) = lock::practice(data)? else {
            return Ok(None);
        };
        let path = path(data);
        private_folder(&data.join("locks"))?;
        // Now that the lock is held, other processes would believe what a killed process left in the file.
        remove(&path)?;
        write_atomically(&path, origin.as_bytes())?;
        Ok(Some(Announced {
            origin: known,
            path,
            _held: held,
        }))
    }

    /// Where it runs.
    pub fn origin(&self) -> &Url {
        &self.origin
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        let _ = remove(&self.path);
    }
}

/// Where the practice platform runs; none where it does not. Only a port is taken from the file, so that no token goes to another computer,
/// whatever is in it.
pub fn origin(data: &Path) -> Option<Url> {
    let content = read_up_to(&path(data), LONGEST).ok()??;
    let origin = parse(std::str::from_utf8(&content).ok()?)?;
    lock::is_practice_held(data).then_some(origin)
}

fn path(data: &Path) -> PathBuf {
    data.join("locks").join("practice")
}

fn parse(origin: &str) -> Option<Url> {
    let port: u16 = origin.strip_prefix(HOST)?.parse().ok()?;
    Url::parse(&format!("{HOST}{port}")).ok()
}
