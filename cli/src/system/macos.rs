//! macOS and other systems of the Unix family. Only type-checked.

use std::fs::File;
use std::io;

use keybearer_core::serve::Given;

use rustix::process::Pid;

use super::is_set;
use crate::failure::Failure;

/// Whether the system tells which program asks for a token, so that the person can decide about programs.
pub const TELLS_PROGRAMS: bool = false;

/// The session's languages besides the environment's variables, in order of preference: not every terminal sets `LANG`.
pub fn languages() -> Vec<String> {
    sys_locale::get_locales().collect()
}

/// Whether a browser would be visible; not in an ssh session.
pub fn has_screen() -> bool {
    !is_set("SSH_CONNECTION") && !is_set("SSH_TTY")
}

/// Whether this process was started with a signal ignored. Only an unsafe call (`sigaction`) could tell, so the answer is no: Ctrl-C
/// also works in the background.
pub fn ignores(_: i32) -> bool {
    false
}

/// Whether this process was started with Ctrl-C ignored: no, as above.
pub fn ignores_ctrl_c() -> bool {
    false
}

/// What a service manager gave to this process: nothing, because only systemd does.
pub fn credential(_name: &str) -> Result<Option<File>, Failure> {
    Ok(None)
}

/// The listening socket with which this process was started: none, because there is no systemd.
pub fn given_socket() -> io::Result<Option<Given>> {
    Ok(None)
}

/// Does nothing: there is no systemd.
pub fn notify_ready() -> io::Result<()> {
    Ok(())
}

/// A process's parent, which only an unsafe call (`sysctl`) could tell.
pub fn parent_of(_: Pid) -> Option<Pid> {
    None
}
