//! What differs between systems. Only the files of this folder have a `cfg` for a system. Each function exists on every system under the
//! same name.
//!
//! `unix` Linux, macOS and other Unix systems · `linux` and `macos` where those two differ · `windows` · `no_service` instead of systemd's
//! units.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, not(target_os = "linux")))]
mod macos;
#[cfg(not(target_os = "linux"))]
#[path = "no_service.rs"]
pub mod service;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::OsStr;

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

/// Whether an environment variable has a value.
fn is_set(name: impl AsRef<OsStr>) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}
