//! Linux only.

mod code_pages;
mod token_file;

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;

use keybearer_core::serve::Given;
use rustix::net::{AddressFamily, SocketType, sockopt};
use rustix::process::Pid;

use super::{close_on_exec, duplicate, is_set};
use crate::failure::Failure;

pub mod service;
pub mod tray;

pub use self::code_pages::release_code_pages;
pub use self::token_file::TokenFile;

/// The first file descriptor that systemd passes on (sd_listen_fds(3)).
const FIRST_GIVEN: u32 = 3;

/// Whether the system tells which program asks for a token, so that the person can decide about programs.
pub const TELLS_PROGRAMS: bool = true;

/// The session's languages besides the environment's variables: none on Linux.
pub fn languages() -> Vec<String> {
    Vec::new()
}

/// Whether a browser would be visible.
pub fn has_screen() -> bool {
    is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// The message if the app is not installed.
pub const NO_APP: &str = "cli-autostart-no-app";

/// Whether this process was started with a signal ignored, as a shell starts background jobs with Ctrl-C ignored.
pub fn ignores(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Bits count from signal 1.
    ignored.is_some_and(|mask| {
        mask.checked_shr(signal.unsigned_abs().saturating_sub(1))
            .is_some_and(|bits| bits & 1 != 0)
    })
}

/// Whether this process was started with Ctrl-C ignored.
pub fn ignores_ctrl_c() -> bool {
    ignores(rustix::process::Signal::INT.as_raw())
}

/// A process's parent.
pub fn parent_of(process: Pid) -> Option<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    // The name in brackets may contain anything; its state and its parent follow (proc(5)).
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok().and_then(Pid::from_raw)
}

/// The file of this name among the credentials that a service manager gave to this process (systemd.exec(5), "Credentials").
///
/// # Errors
/// [`Failure::Service`] if others can read it; [`Failure::System`].
pub fn credential(name: &str) -> Result<Option<File>, Failure> {
    let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty()) else {
        return Ok(None);
    };
    let path = Path::new(&folder).join(name);
    let file = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(Failure::io(path.display()))?,
    };
    let known = file.metadata().map_err(Failure::io(path.display()))?;
    // Not the group's: where an access list lets the unit's user read root's file, its mask is shown in the group's place (acl(5)).
    if known.mode() & 0o007 != 0 {
        return Err(Failure::Service("cli-service-readable", path.display().to_string()));
    }
    Ok(Some(file))
}

/// The listening socket with which systemd started this process, if it did (sd_listen_fds(3)).
///
/// # Errors
/// [`ErrorKind::InvalidInput`] for several sockets, and for one that is not a listening Unix stream socket.
pub fn given_socket() -> io::Result<Option<Given>> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
    if number("LISTEN_PID") != Some(std::process::id()) {
        return Ok(None);
    }
    match number("LISTEN_FDS") {
        None | Some(0) => return Ok(None),
        Some(1) => {}
        Some(_) => return Err(ErrorKind::InvalidInput.into()),
    }
    let socket = OwnedFd::from(duplicate(FIRST_GIVEN)?);
    close_on_exec(FIRST_GIVEN);
    let is_right = sockopt::socket_domain(&socket)? == AddressFamily::UNIX
        && sockopt::socket_type(&socket)? == SocketType::STREAM
        && sockopt::socket_acceptconn(&socket)?;
    match is_right {
        true => Ok(Some(Given::from(socket))),
        false => Err(ErrorKind::InvalidInput.into()),
    }
}

/// Tells systemd that this process serves now, if it wants to know (sd_notify(3)).
///
/// # Errors
/// The system's.
pub fn notify_ready() -> io::Result<()> {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let address = match path.as_encoded_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(&path)?,
    };
    UnixDatagram::unbound()?.send_to_addr(b"READY=1", &address).map(drop)
}
