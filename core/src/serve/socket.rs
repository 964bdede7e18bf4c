//! Where the socket is, and whether a program listens at it. A lock beside it tells, because a killed program leaves its socket behind.
//! Beside it a process may have a socket of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Fault, Given};
use crate::book::file::{private_folder, remove};
use crate::book::lock::{self, Held};
use crate::keeper::data_folder;
use crate::system::socket::{self, OFFERED, Peer, Stream};

/// The end of the names of processes' own sockets.
const OWN: &str = "own";
/// The pause before the lock of processes' own sockets is tried again: its holder only opens one.
const PAUSE: Duration = Duration::from_millis(5);

/// The socket of this person's programs, in a folder that only this person may enter. Creates nothing.
///
/// # Errors
/// [`Fault::NotOffered`], [`Fault::NoFolder`], [`Fault::FolderOpen`], [`Fault::Io`] where there is no folder.
pub fn socket_path() -> Result<PathBuf, Fault> {
    if !OFFERED {
        return Err(Fault::NotOffered);
    }
    let folder = socket::runtime_folder(&data_folder()?).ok_or(Fault::NoFolder)?;
    private(&folder)?;
    Ok(folder.join("keybearer/socket"))
}

fn private(folder: &Path) -> Result<(), Fault> {
    match socket::is_private(folder) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Fault::FolderOpen { folder: folder.to_owned() }),
        Err(source) => Err(Fault::Io {
            path: folder.to_owned(),
            source,
        }),
    }
}

/// A socket that listens. Dropping it removes the file.
#[derive(Debug)]
pub struct Listener {
    inner: socket::Listener,
    ours: Option<Ours>,
}

/// A socket that this process has opened, and its lock.
#[derive(Debug)]
struct Ours {
    path: PathBuf,
    _lock: Held,
}

impl Listener {
    /// Opens the socket at this path, in place of one that a killed program left. Creates its folder.
    ///
    /// # Errors
    /// [`Fault::Taken`] if another program listens there, also one that opened the socket without this lock; [`Fault::FolderOpen`] if the
    /// folder is another person's; [`Fault::Io`].
    pub fn bind(path: &Path) -> Result<Listener, Fault> {
        let io = |source| Fault::Io {
            path: path.to_owned(),
            source,
        };
        let taken = || Fault::Taken { path: path.to_owned() };
        let folder = path.parent().unwrap_or(path);
        private_folder(folder)?;
        private(folder)?;
        let held = lock::socket(path)?.ok_or_else(taken)?;
        if socket::is_answered(path).map_err(io)? {
            return Err(taken());
        }
        remove(path)?;
        Ok(Listener {
            inner: socket::Listener::bind(path).map_err(io)?,
            ours: Some(Ours {
                path: path.to_owned(),
                _lock: held,
            }),
        })
    }

    /// Opens a socket of this process's own, for a program that it starts, and removes those that killed processes left.
    ///
    /// # Errors
    /// As [`socket_path`] and [`Listener::bind`].
    pub fn of_process() -> Result<(Listener, OwnSocket), Fault> {
        let usual = socket_path()?;
        let folder = usual.parent().unwrap_or(&usual);
        private_folder(folder)?;
        private(folder)?;
        // No process finds a socket that another one has made, and on which it doesn't listen yet.
        let _lock = loop {
            match lock::socket(&folder.join(OWN))? {
                Some(held) => break held,
                None => std::thread::sleep(PAUSE),
            }
        };
        for path in own_sockets(folder) {
            if socket::is_answered(&path).is_ok_and(|answered| !answered) {
                remove(&path)?;
            }
        }
        // Another container may have a process of this number.
        let mut number = 0_u32;
        let path = loop {
            let path = folder.join(format!("{}-{number}.{OWN}", std::process::id()));
            if !path.exists() {
                break path;
            }
            number += 1;
        };
        let inner = socket::Listener::bind(&path).map_err(|source| Fault::Io {
            path: path.clone(),
            source,
        })?;
        Ok((Listener { inner, ours: None }, OwnSocket(path)))
    }

    /// Uses a socket that another program opened, such as systemd. Its file stays.
    ///
    /// # Errors
    /// The system's.
    pub fn given(given: Given) -> std::io::Result<Listener> {
        Ok(Listener {
            inner: socket::Listener::given(given)?,
            ours: None,
        })
    }

    pub(super) async fn accept(&self) -> std::io::Result<Option<(Stream, Peer)>> {
        self.inner.accept().await
    }
}

/// A process's own socket. Dropping it removes the file.
#[derive(Debug)]
pub struct OwnSocket(PathBuf);

impl OwnSocket {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for OwnSocket {
    fn drop(&mut self) {
        let _ = remove(&self.0);
    }
}

/// The sockets of processes in this folder.
fn own_sockets(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).into_iter().flatten().flatten();
    all.map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new(OWN)))
        .collect()
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The lock is still held. A program that connects now is refused, as it would be a moment later.
        if let Some(ours) = &self.ours {
            let _ = remove(&ours.path);
        }
    }
}
