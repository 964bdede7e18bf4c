//! What differs between systems. The files of this folder are the only ones of the command line with a `cfg`: each function is
//! there on every system, under one name, so that one sees here what a system has and lacks.
//!
//! `unix` Linux, macOS and their relatives · `linux` and `macos` what those two do differently · `windows`.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, not(target_os = "linux")))]
mod macos;
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

/// Why a command did not start, as far as a person can do something about it.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(unix, allow(dead_code))]
pub enum NotStarted {
    /// There is no such program.
    NotFound,
    /// It is a script, which this system does not start without the program that runs it, as in this one.
    Script(&'static str),
    /// It is a batch file, and one of the arguments would reach it as something else.
    BatchArgument,
    /// What the system says of it.
    Other,
}

/// Whether an environment variable has a value.
fn is_set(name: impl AsRef<OsStr>) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}
