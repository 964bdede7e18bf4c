//! Where the socket is, and whether a program listens at it. Where it is a file, a lock beside it tells, because a killed program leaves
//! its socket behind. Beside it a process may have a socket of its own.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Fault, Given};
use crate::book::file::{private_folder, remove};
use crate::book::lock::{self, Held};
use crate::keeper::data_folder;
use crate::system::socket::{self, FileId, IS_FILE, Peer, Stream};

/// The end of the names of processes' own sockets.
const OWN: &str = "own";
/// How many names a process tries for a socket of its own.
const MOST_OWN: u32 = 1000;
/// The pause before the lock of processes' own sockets is tried again: its holder only opens one.
const PAUSE: Duration = Duration::from_millis(5);
/// How often it is tried whether another program's socket is free by now.
const FREE: Duration = Duration::from_secs(5);
/// How often it is looked whether the socket is still there: logind removes a session's folder after its end.
const THERE: Duration = Duration::from_secs(10);

/// The socket of this person's programs, in a folder that only this person may enter, or a pipe for this person only. Creates nothing.
///
/// # Errors
/// [`Fault::NoFolder`], [`Fault::FolderOpen`], [`Fault::Io`] where there is no folder.
pub fn socket_path() -> Result<PathBuf, Fault> {
    let data = data_folder()?;
    let folder = socket::runtime_folder(&data).ok_or(Fault::NoFolder)?;
    private(&folder)?;
    let name = socket::name(&data).map_err(failed(&folder))?;
    Ok(folder.join(name))
}

fn private(folder: &Path) -> Result<(), Fault> {
    match socket::is_private(folder) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Fault::FolderOpen { folder: folder.to_owned() }),
        Err(source) => Err(failed(folder)(source)),
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Fault {
    let path = path.to_owned();
    move |source| match source.kind() {
        ErrorKind::AddrInUse => Fault::Taken { path },
        ErrorKind::InvalidInput => Fault::TooLong { path },
        _ => Fault::Io { path, source },
    }
}

/// A socket that listens. Dropping it removes its file, if this process has opened it.
#[derive(Debug)]
pub struct Listener {
    inner: socket::Listener,
    /// Where it is, and which file; none where that isn't watched.
    place: Option<(PathBuf, FileId)>,
    /// The lock of a socket that this process has opened.
    lock: Option<Held>,
}

impl Listener {
    /// Opens the socket at this path, in place of one that a killed program left. Creates its folder.
    ///
    /// # Errors
    /// [`Fault::Taken`] if another program listens there, also one that opened the socket without this lock; [`Fault::FolderOpen`] if the
    /// folder is another person's; [`Fault::Io`].
    pub fn bind(path: &Path) -> Result<Listener, Fault> {
        Listener::bind_locked(path, locked(path)?)
    }

    /// The same as soon as no other program listens there. Where a socket is a file, it connects to a program without our lock only
    /// once: systemd would start one for each connection.
    ///
    /// # Errors
    /// As [`Listener::bind`] but for [`Fault::Taken`].
    pub async fn bind_when_free(path: &Path) -> Result<Listener, Fault> {
        let mut answered = None;
        loop {
            let file = socket::file(path);
            if file.is_none() || file != answered {
                match locked(path).map(|lock| Listener::bind_locked(path, lock)) {
                    Err(Fault::Taken { .. }) => {}
                    Ok(Err(Fault::Taken { .. })) => answered = file,
                    Err(fault) => return Err(fault),
                    Ok(opened) => return opened,
                }
            }
            tokio::time::sleep(FREE).await;
        }
    }

    fn bind_locked(path: &Path, lock: Option<Held>) -> Result<Listener, Fault> {
        if socket::is_answered(path).map_err(failed(path))? {
            return Err(Fault::Taken { path: path.to_owned() });
        }
        if IS_FILE {
            remove(path)?;
        }
        let inner = socket::Listener::bind(path).map_err(failed(path))?;
        let place = socket::file(path).map(|file| (path.to_owned(), file));
        Ok(Listener { inner, place, lock })
    }

    /// Opens a socket of this process's own, for a program that it starts, and removes those that killed processes left.
    ///
    /// # Errors
    /// As [`socket_path`] and [`Listener::bind`].
    pub fn of_process() -> Result<(Listener, OwnSocket), Fault> {
        let usual = socket_path()?;
        let _lock = match IS_FILE {
            true => Some(without_left_ones(usual.parent().unwrap_or(&usual))?),
            false => None,
        };
        // Another container may have a process of this number.
        for number in 0..MOST_OWN {
            let path = socket::beside(&usual, &format!("{}-{number}.{OWN}", std::process::id()));
            match socket::Listener::bind(&path).map_err(failed(&path)) {
                Err(Fault::Taken { .. }) => {}
                opened => {
                    let inner = opened?;
                    let place = socket::file(&path).map(|file| (path.clone(), file));
                    return Ok((Listener { inner, place, lock: None }, OwnSocket(path)));
                }
            }
        }
        Err(Fault::Taken { path: usual })
    }

    /// Uses a socket that another program opened, such as systemd. Its file stays.
    ///
    /// # Errors
    /// The system's.
    pub fn given(given: Given) -> std::io::Result<Listener> {
        // One that this process cannot see, such as that of another mount namespace, isn't watched.
        let path = socket::path(&given);
        Ok(Listener {
            inner: socket::Listener::given(given)?,
            place: path.and_then(|path| socket::file(&path).map(|file| (path, file))),
            lock: None,
        })
    }

    /// Waits until no program can find it any more: its file is gone, or another one is in its place. Returns its path.
    pub(super) async fn gone(&self) -> PathBuf {
        let Some((path, _)) = &self.place else {
            return std::future::pending().await;
        };
        while self.is_there() {
            tokio::time::sleep(THERE).await;
        }
        path.clone()
    }

    /// Removes the file of a socket that this process has opened: no further program finds it. Whether those that found it before still
    /// wait, and nobody else will answer them.
    pub(super) fn hide(&self) -> bool {
        let is_ours = self.lock.is_some() && IS_FILE;
        // systemd may have put a socket of its own in our socket's place.
        if let Some((path, _)) = self.place.as_ref().filter(|_| is_ours && self.is_there()) {
            let _ = remove(path);
        }
        is_ours
    }

    fn is_there(&self) -> bool {
        self.place
            .as_ref()
            .is_some_and(|(path, file)| socket::file(path).as_ref() == Some(file))
    }

    pub(super) async fn accept(&self) -> std::io::Result<Option<(Stream, Peer)>> {
        self.inner.accept().await
    }
}

/// Takes the lock of this socket, where it is a file. Creates its folder.
fn locked(path: &Path) -> Result<Option<Held>, Fault> {
    if !IS_FILE {
        return Ok(None);
    }
    let folder = path.parent().unwrap_or(path);
    private_folder(folder)?;
    private(folder)?;
    lock::socket(path)?.ok_or_else(|| Fault::Taken { path: path.to_owned() }).map(Some)
}

/// A process's own socket. Dropping it removes its file.
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
        if IS_FILE {
            let _ = remove(&self.0);
        }
    }
}

/// Removes the own sockets of killed processes from this folder. Until the lock is dropped, no process finds a socket that another one has
/// made, and on which it doesn't listen yet.
fn without_left_ones(folder: &Path) -> Result<Held, Fault> {
    private_folder(folder)?;
    private(folder)?;
    let lock = loop {
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
    Ok(lock)
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
        self.hide();
    }
}
