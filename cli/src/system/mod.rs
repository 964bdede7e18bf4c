//! What differs between systems. Only the files of this folder have a `cfg` for a system. Each function exists on every system under the
//! same name.
//!
//! `unix` Linux, macOS and other Unix systems · `linux` and `macos` where those two differ · `windows` · `no_service` and `no_tray` instead of
//! systemd's units and the tray process · `elsewhere` what macOS and Windows lack besides.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, not(target_os = "linux")))]
mod macos;
#[cfg(not(target_os = "linux"))]
#[path = "no_service.rs"]
pub mod service;
#[cfg(not(target_os = "linux"))]
#[path = "no_tray.rs"]
pub mod tray;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::OsStr;
use std::path::PathBuf;

#[cfg(not(target_os = "linux"))]
pub use self::elsewhere::*;
#[cfg(target_os = "linux")]
pub use self::linux::*;
#[cfg(all(unix, not(target_os = "linux")))]
pub use self::macos::*;
#[cfg(unix)]
pub use self::unix::*;
#[cfg(windows)]
pub use self::windows::*;

/// Why a command did not start.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(unix, allow(dead_code))]
pub enum NotStarted {
    /// There is no such program.
    NotFound,
    /// It is a script, which this system only starts through its interpreter, such as this one.
    Script(&'static str),
    /// It is a batch file, and cmd.exe would change one of the arguments.
    BatchArgument,
    /// Any other reason; the system's error explains it.
    Other,
}

/// How a command that was watched has ended.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// Its exit code; after a signal 128 and the signal's number, as in shells.
    pub code: i32,
    /// This process was asked to end meanwhile.
    pub asked: bool,
    /// It did not end in time when it was asked to.
    pub killed: bool,
    /// A signal by which people end programs has ended it.
    pub by_signal: bool,
}

/// Why no file may have a token.
#[derive(Debug)]
#[allow(dead_code)]
pub enum NoFile {
    /// This system has no folder for it.
    NotOffered,
    /// `XDG_RUNTIME_DIR` names no folder.
    NoFolder,
    /// This folder is not the person's own, others may enter it, or it is a link.
    NotPrivate(PathBuf),
    /// This folder is on a disk.
    OnDisk(PathBuf),
    /// The system's error about this path.
    Refused(PathBuf, std::io::Error),
}

/// Whether an environment variable has a value.
fn is_set(name: impl AsRef<OsStr>) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}
