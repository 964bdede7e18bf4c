//! What differs between systems. Each name below exists on every system with one signature, so that the rest of core has no
//! `cfg` for a system; core/tests/it/tidy.rs checks that.
//!
//! | | Linux | macOS | Windows |
//! | --- | --- | --- | --- |
//! | `keychain` | Secret Service, probed | login keychain, one item | Credential Manager, 1280 letters, this computer only |
//! | `read`, `replace`, `remove` | rename is atomic | the same | under a lock of ours, and again for up to two seconds |
//! | `owner_only`, `make_owner_only`, `private_folder` | modes 0600 and 0700 | the same | the folder's access list |
//! | `open_no_link` | `O_NOFOLLOW` | the same | a handle on the link itself first |
//! | `last` | the folder is synced | the same | the renamed file is flushed |
//! | `Program` | a process group | the same | a job object, no console window |
//! | `socket` | `SO_PEERCRED`, in `XDG_RUNTIME_DIR` | `getpeereid`, in the data folder | a named pipe for this person's SID |
//! | `ports` | /proc | `listeners` | `listeners` |
//! | `programs` | /proc | none | `sysinfo` |
//! | `watch_folder` | inotify | a look every two seconds | the same |
//! | `certificates` | NSS, by its certutil | login keychain, by security | the person's Root store, by its certutil |
//! | `autostart` | .desktop file | LaunchAgent | Run value |
//! | `since_boot` | `CLOCK_BOOTTIME` | `CLOCK_MONOTONIC` | `QueryPerformanceCounter`; all three count sleep |
//! | `data_folder` | XDG | Application Support | Local; a folder in Roaming is moved |

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux as here;
#[cfg(target_os = "macos")]
use self::macos as here;
#[cfg(windows)]
use self::windows as here;

pub use self::here::*;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How often a folder is looked at where nothing tells what changes in it.
const LOOK: std::time::Duration = std::time::Duration::from_secs(2);

/// Calls `look` again and again, until it returns false.
fn look_again_and_again(mut look: impl FnMut() -> bool) {
    while look() {
        std::thread::sleep(LOOK);
    }
}

/// The environment variable that gives a debug build one folder for everything: `data` and `config` in it, and a keychain service
/// with that folder's name, so that no test touches a person's own data. A release build ignores it.
pub const TEST_FOLDER: &str = "KEYBEARER_TEST_FOLDER";

/// The folder of the test that set [`TEST_FOLDER`], in a debug build.
pub fn test_folder() -> Option<PathBuf> {
    let folder = std::env::var_os(TEST_FOLDER).filter(|folder| cfg!(debug_assertions) && !folder.is_empty());
    folder.map(PathBuf::from)
}

/// Runs a tool of the system and returns its output; `missing` is the message where there is no such tool.
fn run(command: &mut Command, input: &str, missing: &str) -> Result<String, String> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|_| missing.to_owned())?;
    if let Some(mut stdin) = child.stdin.take() {
        // A tool that does not want to hear more says why in its own words.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        // Windows' tool complains on its standard output.
        false => Err(format!("{} {}", words(&output.stderr), words(&output.stdout)).trim().to_owned()),
    }
}

/// A process that runs, as far as the system tells.
#[derive(Debug)]
#[cfg_attr(target_os = "macos", allow(dead_code))]
pub struct Process {
    /// The name of its program.
    pub name: String,
    /// The path of its program.
    pub executable: Option<PathBuf>,
    /// The folder in which it works.
    pub folder: Option<PathBuf>,
    /// The process that started it.
    pub parent: Option<u32>,
}

/// Why a keychain operation failed.
#[derive(Debug)]
pub enum Trouble {
    /// The keychain is locked, or the person did not unlock it.
    Locked,
    /// In its own words, which name the failure and never the secret.
    Failed(String),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::net::{TcpListener, TcpStream};

    use super::ports::{is_listened_to, owner};

    #[test]
    fn a_connection_does_not_listen() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let connection = TcpStream::connect(server.local_addr().unwrap()).unwrap();
        let (mut accepted, _) = server.accept().unwrap();
        // Wine knows a socket's owner once something was read or written.
        std::io::Write::write_all(&mut &connection, b"x").unwrap();
        std::io::Read::read_exact(&mut accepted, &mut [0]).unwrap();
        let port = |address: std::io::Result<std::net::SocketAddr>| address.unwrap().port();
        assert!(is_listened_to(port(server.local_addr())));
        assert!(!is_listened_to(port(connection.local_addr())));
        match owner(port(server.local_addr())) {
            Some(owner) => assert!(owner.contains(&format!("({})", std::process::id())), "{owner}"),
            // Wine's table leaves out sockets that nothing was read from.
            None => assert!(
                std::path::Path::new(r"C:\windows\system32\wineboot.exe").exists(),
                "only Wine does not tell"
            ),
        }
    }
}
