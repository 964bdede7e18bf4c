//! Named pipes that only programs of the same person may use. The first instance of a pipe sets its access list: this person's SID and
//! nobody else (CreateNamedPipeW, "Named Pipe Security and Access Rights"). Programs on other computers are refused. Both sides ask the
//! system whose process the other is.

use std::io::{self, ErrorKind};
use std::os::windows::io::AsHandle as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use interprocess::os::windows::ToWtf16 as _;
use interprocess::os::windows::named_pipe::pipe_mode::Bytes;
use interprocess::os::windows::named_pipe::tokio::{DuplexPipeStream, PipeListener};
use interprocess::os::windows::named_pipe::{self, PipeListenerOptions};
use interprocess::os::windows::security_descriptor::SecurityDescriptor;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient};

use super::programs::person;

/// Whether a socket is a file, which stays if its program is killed. A pipe ends with its last handle.
pub const IS_FILE: bool = false;

/// `ERROR_ACCESS_DENIED`: the error of a first instance if the pipe is there already (CreateNamedPipeW).
const ACCESS_DENIED: i32 = 5;
/// `ERROR_PIPE_BUSY`: no instance of the pipe waits for a program.
const PIPE_BUSY: i32 = 231;
/// The pause before a busy pipe is tried again.
const PAUSE: Duration = Duration::from_millis(10);
/// The size of a pipe's buffers in each direction: an answer with a usual token fits, so that writing it waits for nobody.
const BUFFER: u32 = 16 * 1024;

/// This person's SID.
static OWN: LazyLock<Option<String>> = LazyLock::new(|| person(std::process::id()));

/// A connection, as the program that listens has it.
pub type Stream = DuplexPipeStream<Bytes>;

/// A socket that another program has opened. There is none.
#[derive(Debug)]
pub enum Given {}

/// The process at the other end.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Its number, where the system tells.
    pub pid: Option<u32>,
}

/// A pipe that listens.
#[derive(Debug)]
pub struct Listener(PipeListener<Bytes, Bytes>);

impl Listener {
    /// Opens a pipe for this person only.
    ///
    /// # Errors
    /// [`ErrorKind::AddrInUse`] if there is one of this name, whoever has opened it; the system's.
    pub fn bind(path: &Path) -> io::Result<Listener> {
        let options = PipeListenerOptions::new()
            .path(path)
            .security_descriptor(Some(access_list(own()?)?))
            .accept_remote(false)
            .input_buffer_size_hint(BUFFER)
            .output_buffer_size_hint(BUFFER);
        match options.create_tokio_duplex() {
            Err(error) if error.raw_os_error() == Some(ACCESS_DENIED) => Err(ErrorKind::AddrInUse.into()),
            opened => opened.map(Listener),
        }
    }

    /// Is never called: there is no such socket.
    pub fn given(socket: Given) -> io::Result<Listener> {
        match socket {}
    }

    /// Waits for a connection. The pipe's next instance is there before this one is handed out. None for a connection of another person's
    /// program, or of one that has ended; it is closed.
    pub async fn accept(&self) -> io::Result<Option<(Stream, Peer)>> {
        let stream = self.0.accept().await?;
        let pid = stream.client_process_id()?;
        Ok(is_own(pid).then_some((stream, Peer { pid: Some(pid) })))
    }
}

/// Connects to a pipe whose listener is this person's program, and waits while the pipe is busy. A listener may know who this is, and not
/// act for this person (`SECURITY_IDENTIFICATION`, tokio's default).
///
/// # Errors
/// [`ErrorKind::PermissionDenied`] for another person's program.
pub async fn connect(path: &Path) -> io::Result<NamedPipeClient> {
    let client = loop {
        match ClientOptions::new().open(path) {
            Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => tokio::time::sleep(PAUSE).await,
            opened => break opened?,
        }
    };
    // A second handle, for the question alone. There is nothing to be flushed when it is closed.
    let same = named_pipe::DuplexPipeStream::<Bytes>::try_from(client.as_handle().try_clone_to_owned()?)?;
    let pid = same.server_process_id();
    same.evade_limbo();
    match is_own(pid?) {
        true => Ok(client),
        false => Err(ErrorKind::PermissionDenied.into()),
    }
}

/// Waits until the program at the other end has gone. What it sends meanwhile is kept; after that, nothing tells.
pub async fn left(stream: &mut BufReader<Stream>) {
    if stream.fill_buf().await.is_ok_and(|more| !more.is_empty()) {
        std::future::pending().await
    }
}

/// Whether there is a pipe of this name, whoever has opened it.
///
/// # Errors
/// The system's.
pub fn is_answered(path: &Path) -> io::Result<bool> {
    match ClientOptions::new().open(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(PIPE_BUSY | ACCESS_DENIED)) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Where a socket is that another program has opened. There is none.
pub fn path(socket: &Given) -> Option<PathBuf> {
    match *socket {}
}

/// Which file a socket is: none.
pub type FileId = ();

/// None: a pipe is no file.
pub fn file(_path: &Path) -> Option<FileId> {
    None
}

/// Whether only this person's programs may use what is in a folder: a pipe's access list says so itself.
pub fn is_private(_folder: &Path) -> io::Result<bool> {
    Ok(true)
}

/// The folder of pipes.
pub fn runtime_folder(_data: &Path) -> Option<PathBuf> {
    Some(PathBuf::from(r"\\.\pipe"))
}

/// The name of the socket in this folder. All persons and all data folders share the folder of pipes.
///
/// # Errors
/// Where the system does not tell this person's SID.
pub fn name(data: &Path) -> io::Result<String> {
    let digest = Sha256::digest(data.as_os_str().as_encoded_bytes());
    let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("keybearer-{}-{short}", own()?))
}

/// A socket of this name beside another one.
pub fn beside(path: &Path, name: &str) -> PathBuf {
    let mut whole = path.as_os_str().to_owned();
    whole.push(format!("-{name}"));
    whole.into()
}

/// A person as the owner and in the only entry, with all rights ("Security Descriptor String Format").
fn access_list(sid: &str) -> io::Result<SecurityDescriptor> {
    let list = format!("O:{sid}D:P(A;;GA;;;{sid})");
    SecurityDescriptor::deserialize(&list.as_str().to_wtf_16().map_err(io::Error::other)?)
}

fn own() -> io::Result<&'static str> {
    OWN.as_deref().ok_or_else(|| io::Error::other("the SID of this user is unknown"))
}

fn is_own(pid: u32) -> bool {
    OWN.is_some() && person(pid) == *OWN
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use interprocess::os::windows::security_descriptor::AsSecurityDescriptorExt as _;

    use super::*;

    #[test]
    fn the_access_list_has_this_person_only() {
        const DACL_SECURITY_INFORMATION: u32 = 4;
        let list = access_list("S-1-5-21-1-2-3-1001").unwrap();
        let text = list.serialize(DACL_SECURITY_INFORMATION, |text| text.to_string_lossy()).unwrap();
        assert_eq!(text, "D:P(A;;GA;;;S-1-5-21-1-2-3-1001)");
        assert!(access_list("nobody known").is_err());
    }

    #[tokio::test]
    async fn a_pipe_tells_whose_its_two_ends_are() {
        let path = PathBuf::from(format!(r"\\.\pipe\keybearer-test-{}-ends", std::process::id()));
        assert_eq!(connect(&path).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert!(!is_answered(&path).unwrap());
        let listener = Listener::bind(&path).unwrap();
        let (client, accepted) = tokio::join!(connect(&path), listener.accept());
        let (client, (_stream, peer)) = (client.unwrap(), accepted.unwrap().unwrap());
        assert_eq!(peer.pid, Some(std::process::id()));
        drop(client);
        assert!(is_answered(&path).unwrap());
        // That was a program, too, and has gone before it was accepted.
        assert!(listener.accept().await.unwrap().is_some());
    }

    #[test]
    fn each_data_folder_has_a_pipe() {
        let (one, other) = (name(Path::new(r"C:\a")).unwrap(), name(Path::new(r"C:\b")).unwrap());
        assert!(one.starts_with("keybearer-S-1-") && one != other && one == name(Path::new(r"C:\a")).unwrap());
        let path = Path::new(r"\\.\pipe").join(&one);
        assert_eq!(path.as_os_str().len(), r"\\.\pipe\".len() + one.len());
        assert!(path.is_absolute() && beside(&path, "7-0.own").to_string_lossy().ends_with("-7-0.own"));
    }
}
