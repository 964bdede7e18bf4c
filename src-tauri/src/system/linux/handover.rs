//! A start that finds an instance which does not answer. One that is just ending is still on the session's bus, and leaves it: the start is
//! tried again. One that is stopped stays there: the start says so and ends. One whose window alone hangs does answer.

use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;

use keybearer_core::desktop::logs;
use keybearer_core::words::tell;
use rustix::io::{FdFlags, fcntl_setfd};

use super::{bus, say_failure};
use crate::wording;

/// Marks the second try of a start; there is no third.
pub const SECOND_TRY: &str = "KEYBEARER_SECOND_TRY";

/// How long the earlier instance may take to answer.
const ANSWERED: Duration = Duration::from_secs(10);

/// Ends this process, after `last`, if the owner of this name on the session's bus has not taken its start over in time.
pub fn end_without_answer(name: &'static str, last: impl FnOnce() + Send + 'static) {
    let Some(earlier) = bus::owner(name) else { return };
    let waiting = move || {
        thread::sleep(ANSWERED);
        // This process is still here: either the start was taken over by no one, or it is the instance now.
        if bus::owner(name) != Some(earlier) {
            return;
        }
        tracing::error!(process = earlier, "the earlier instance does not answer");
        last();
        logs::end();
        let words = tell(wording::session(), "native-start-silent", &[("process", &earlier.to_string())]);
        say_failure("Keybearer", &words, None);
        std::process::exit(1);
    };
    if let Err(error) = thread::Builder::new().name("handover".into()).spawn(waiting) {
        tracing::warn!(%error, "an earlier instance that hangs is not noticed");
    }
}

/// Starts again, in this process's place, because a process can set up Tauri only once. Returns if the start failed for another reason,
/// or for the second time.
pub fn try_again(error: &tauri::Error) {
    let is_handover = matches!(error, tauri::Error::PluginInitialization(plugin, _) if plugin == "single-instance");
    if !is_handover || std::env::var_os(SECOND_TRY).is_some() {
        return;
    }
    tracing::info!(%error, "tries again");
    let Ok(program) = own_program() else { return };
    hand_nothing_on();
    // The same arguments: one more, and the plugin for links would take no link.
    let error = Command::new(program).args(std::env::args_os().skip(1)).env(SECOND_TRY, "1").exec();
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
