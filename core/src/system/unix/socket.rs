//! Sockets in the file system that only programs of the same person may use. Both sides ask the kernel whose process the other is.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::BufReader;
use tokio::net::{UnixListener, UnixStream};
use tokio::time::sleep;

pub use crate::system::here::runtime_folder;

/// How often it is looked whether a program is still there.
const LOOK: Duration = Duration::from_secs(1);

/// Whether a socket is a file, which stays if its program is killed.
pub const IS_FILE: bool = true;

/// A connection.
pub type Stream = UnixStream;

/// A socket that another program has opened and that already listens, such as systemd's.
pub type Given = std::os::unix::net::UnixListener;

/// The process at the other end.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Its number, where the system tells.
    pub pid: Option<u32>,
}

/// A socket that listens.
#[derive(Debug)]
pub struct Listener(UnixListener);

impl Listener {
    /// Opens a socket for this person only (0600). Its name must be free, and its folder private: until its mode is set, only the folder
    /// keeps others out.
    pub fn bind(path: &Path) -> io::Result<Listener> {
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        Ok(Listener(listener))
    }

    /// Uses a socket that listens already.
    pub fn given(socket: Given) -> io::Result<Listener> {
        socket.set_nonblocking(true)?;
        UnixListener::from_std(socket).map(Listener)
    }

    /// Waits for a connection. None for one of another person's program, which is closed.
    pub async fn accept(&self) -> io::Result<Option<(Stream, Peer)>> {
        let (stream, _) = self.0.accept().await?;
        let peer = stream.peer_cred()?;
        let pid = peer.pid().and_then(|pid| u32::try_from(pid).ok());
        Ok((peer.uid() == own_uid()).then_some((stream, Peer { pid })))
    }
}

/// Connects to a socket whose listener is this person's program. Root may listen, too: systemd opens the sockets of system units.
///
/// # Errors
/// [`ErrorKind::PermissionDenied`] for another person's program.
pub async fn connect(path: &Path) -> io::Result<Stream> {
    let stream = UnixStream::connect(path).await?;
    match stream.peer_cred()?.uid() {
        uid if uid == own_uid() || uid == 0 => Ok(stream),
        _ => Err(ErrorKind::PermissionDenied.into()),
    }
}

/// Waits until the program at the other end can read no answer any more. One that has ended its own sending alone still can.
pub async fn left(stream: &mut BufReader<Stream>) {
    // Writes nothing, and fails where nobody could read it (POSIX's write(2) and EPIPE).
    let is_there = |stream: &Stream| match stream.try_write(&[]) {
        Ok(_) => true,
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    };
    while is_there(stream.get_ref()) {
        sleep(LOOK).await;
    }
}

/// Whether a program listens at this path. False for a socket that a killed program left.
///
/// # Errors
/// The system's, also for a file that is no socket.
pub fn is_answered(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(known) if !known.file_type().is_socket() => Err(ErrorKind::AlreadyExists.into()),
        Ok(_) => match std::os::unix::net::UnixStream::connect(path) {
            Ok(_) => Ok(true),
            // Its queue is full.
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(true),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(false),
            Err(error) => Err(error),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Where a socket is that another program has opened; none for one without a file.
pub fn path(socket: &Given) -> Option<PathBuf> {
    socket.local_addr().ok()?.as_pathname().map(Path::to_owned)
}

/// Which file it is: its number, and when it was changed last, in seconds and nanoseconds. Nothing is written into a socket, so that one
/// with another time was made anew.
pub type FileId = (u64, i64, i64);

/// Which file is at this path.
pub fn file(path: &Path) -> Option<FileId> {
    let known = fs::symlink_metadata(path).ok()?;
    Some((known.ino(), known.mtime(), known.mtime_nsec()))
}

/// Whether a folder is this person's and closed to all others.
pub fn is_private(folder: &Path) -> io::Result<bool> {
    let known = fs::metadata(folder)?;
    Ok(known.is_dir() && known.uid() == own_uid() && known.mode() & 0o077 == 0)
}

/// The name of the socket in the folder for sockets.
pub fn name(_data: &Path) -> io::Result<String> {
    Ok("keybearer/socket".to_owned())
}

/// A socket of this name beside another one.
pub fn beside(path: &Path, name: &str) -> PathBuf {
    path.with_file_name(name)
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}
