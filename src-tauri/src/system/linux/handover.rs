//! A start that finds an instance which is just ending: that one is still on the session's bus, and leaves it without an answer.

use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use rustix::io::{FdFlags, fcntl_setfd};

/// Marks the second try of a start; there is no third.
const SECOND_TRY: &str = "--second-try";

/// Starts again, in this process's place, because a process can set up Tauri only once. Returns if the start failed for another reason,
/// or for the second time.
pub fn try_again(error: &tauri::Error) {
    let is_handover = matches!(error, tauri::Error::PluginInitialization(plugin, _) if plugin == "single-instance");
    let mut arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if !is_handover || arguments.iter().any(|argument| argument == SECOND_TRY) {
        return;
    }
    tracing::info!(%error, "tries again");
    arguments.push(SECOND_TRY.into());
    let Ok(program) = own_program() else { return };
    hand_nothing_on();
    let error = Command::new(program).args(arguments).exec();
    tracing::warn!(%error, "cannot try again");
}

/// Closes the files that libraries left open, at the exec.
#[allow(unsafe_code)]
fn hand_nothing_on() {
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let numbers: Vec<RawFd> = open.filter_map(|fd| fd.file_name().to_str()?.parse().ok()).collect();
    for number in numbers.into_iter().filter(|fd| *fd > 2) {
        // SAFETY: borrowed for one call that changes nothing before the exec; a number that is closed by now is refused.
        let fd = unsafe { BorrowedFd::borrow_raw(number) };
        let _ = fcntl_setfd(fd, FdFlags::CLOEXEC);
    }
}

/// The program file of this process, if it is still there.
///
/// # Errors
/// The system's.
pub fn own_program() -> std::io::Result<PathBuf> {
    std::env::current_exe().and_then(|path| path.canonicalize())
}
