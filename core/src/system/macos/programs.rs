//! Which programs run: not told here. macOS has no files of it, and its calls need unsafe code.

use std::ffi::OsString;

use crate::system::Process;

/// The process that started this one: not told.
pub fn starter() -> Option<u32> {
    None
}

/// A process: not told.
pub fn process(_pid: u32) -> Option<Process> {
    None
}

/// The arguments of a process: not told.
pub fn arguments(_pid: u32) -> Vec<OsString> {
    Vec::new()
}
