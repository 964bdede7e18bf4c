//! Not offered on Windows yet: a named pipe for this person only needs an access list of its own (CreateNamedPipeW).

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Whether this system has such sockets.
pub const OFFERED: bool = false;

/// A connection. There is none.
pub type Stream = tokio::io::DuplexStream;

/// A socket that another program has opened. There is none.
#[derive(Debug)]
pub enum Given {}

/// The process at the other end. There is none.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)]
pub struct Peer {
    /// Its number, where the system tells.
    pub pid: Option<u32>,
}

/// A socket that listens. There is none.
#[derive(Debug)]
pub enum Listener {}

impl Listener {
    /// Fails.
    pub fn bind(_path: &Path) -> io::Result<Listener> {
        Err(ErrorKind::Unsupported.into())
    }

    /// Is never called: there is no such socket.
    pub fn given(socket: Given) -> io::Result<Listener> {
        match socket {}
    }

    /// Is never called: there is no such listener.
    pub async fn accept(&self) -> io::Result<Option<(Stream, Peer)>> {
        match *self {}
    }
}

/// Fails.
pub async fn connect(_path: &Path) -> io::Result<Stream> {
    Err(ErrorKind::Unsupported.into())
}

/// No program listens.
pub fn is_answered(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Whether a folder is closed to others: not known.
pub fn is_private(_folder: &Path) -> io::Result<bool> {
    Ok(false)
}

/// The folder for sockets: none.
pub fn runtime_folder(_data: &Path) -> Option<PathBuf> {
    None
}
