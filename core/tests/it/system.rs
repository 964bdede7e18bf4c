//! What differs between systems as far as the tests see it; the programs' own part is core/src/system.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;

/// Whether a session can be had with another keychain, or none: D-Bus and gnome-keyring, by script/desktop. Elsewhere a test
/// that needs one returns at once; a keychain that is locked or missing is not what Windows and macOS have.
pub const SESSIONS: bool = cfg!(target_os = "linux");

/// Whether there is a shell, to start a child with other limits.
pub const SHELL: bool = cfg!(unix);

/// Whether authorities for certificates can be named by SSL_CERT_FILE.
pub const NAMED_AUTHORITIES: bool = cfg!(target_os = "linux");

/// Whether this program is named as the one that has a port. Wine does not tell whose a listening socket is.
pub fn is_named(owner: &str) -> bool {
    owner.contains(&format!("({})", std::process::id())) || Path::new(r"C:\windows\system32\wineboot.exe").exists()
}

/// The mode of a file or folder; none where there are none.
#[cfg(unix)]
pub fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(std::fs::metadata(path).unwrap().permissions().mode() & 0o777)
}

/// The mode of a file or folder; none where there are none.
#[cfg(windows)]
pub fn mode(_: &Path) -> Option<u32> {
    None
}

/// Gives a draft its name, in the place of another file. Wine replaces no file that is being read: tried again for some seconds.
pub fn replace(draft: &Path, file: &Path) -> std::io::Result<()> {
    let begun = Instant::now();
    loop {
        match std::fs::rename(draft, file) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied && begun.elapsed() < Duration::from_secs(5) => {
                std::thread::sleep(Duration::from_millis(1));
            }
            done => return done,
        }
    }
}

/// Makes a link to a file beside it, where anybody may make one.
#[cfg(unix)]
pub fn linked(name: &str, at: &Path) -> bool {
    std::os::unix::fs::symlink(name, at).unwrap();
    true
}

/// The same: here a person needs a privilege for it.
#[cfg(windows)]
pub fn linked(_: &str, _: &Path) -> bool {
    false
}

/// The socket of a server that has this folder for itself.
#[cfg(unix)]
pub fn socket(folder: &Path) -> PathBuf {
    folder.join("socket")
}

/// The same: all pipes are in one folder.
#[cfg(windows)]
pub fn socket(folder: &Path) -> PathBuf {
    PathBuf::from(format!(
        r"\\.\pipe\keybearer-test-{}",
        folder.file_name().unwrap().to_str().unwrap()
    ))
}

/// A program's connection to a server.
#[cfg(unix)]
pub type Connection = tokio::net::UnixStream;

/// The same.
#[cfg(windows)]
pub type Connection = tokio::net::windows::named_pipe::NamedPipeClient;

/// Connects to a server.
#[cfg(unix)]
pub async fn connect(path: &Path) -> Connection {
    Connection::connect(path).await.unwrap()
}

/// The same: while the pipe is busy, a program tries again.
#[cfg(windows)]
pub async fn connect(path: &Path) -> Connection {
    const PIPE_BUSY: i32 = 231;
    loop {
        match tokio::net::windows::named_pipe::ClientOptions::new().open(path) {
            Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => tokio::time::sleep(Duration::from_millis(20)).await,
            opened => break opened.unwrap(),
        }
    }
}

/// How many programs ask at once. Those that find a pipe busy try again and again, which keeps Wine's server from all other work.
pub const MANY: usize = if cfg!(unix) { 1000 } else { 200 };

/// How many times fewer processes a test starts, and rounds it takes with them: both last long under Wine.
pub const FEWER_PROCESSES: u32 = if cfg!(unix) { 1 } else { 4 };

/// Whether a program can end what it sends and still read.
pub const HALF_CLOSES: bool = cfg!(unix);

/// A server of another kind: says this to the first program, and closes the connection.
#[cfg(unix)]
pub fn say_once(path: &Path, said: &'static str) {
    let listener = tokio::net::UnixListener::bind(path).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(said.as_bytes()).await;
    });
}

/// The same.
#[cfg(windows)]
pub fn say_once(path: &Path, said: &'static str) {
    let mut pipe = tokio::net::windows::named_pipe::ServerOptions::new().create(path).unwrap();
    tokio::spawn(async move {
        pipe.connect().await.unwrap();
        let _ = pipe.write_all(said.as_bytes()).await;
    });
}
