//! Replaces the process by a hidden start of its own program after its window is closed into the tray, because WebKit leaves a process
//! and a heap that does not shrink. It only does so when nothing would be lost, and otherwise checks again later.

use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use keybearer_core::desktop::Refreshing;
use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{WaitOptions, wait};
use tauri::{AppHandle, Manager, Runtime};

use super::notice;
use crate::{clipboard, practice, start, window};

/// The exit code of the event loop that asks for a hidden start. No other end has a code.
pub const CODE: i32 = 75;

/// The first wait, in which someone who closed the window by mistake can open it again.
const FIRST: Duration = Duration::from_secs(2);
/// The longest wait between two checks; waits double until then.
const LAST: Duration = Duration::from_secs(64);
/// How long WebKit's processes take to end after our connection.
const ENDING: Duration = Duration::from_secs(2);

/// What a hidden start would lose or interrupt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Held {
    /// A login, a renewal, or a token that waits for its store.
    busy: bool,
    /// A typed passphrase has unlocked the sealed files.
    passphrase: bool,
    /// The practice platform runs in this process.
    practice: bool,
    /// The clipboard's content belongs to this process.
    copied: bool,
    /// A notification would disappear with its connection, and only this process knows what a click on it opens.
    notice: bool,
    /// The results of a renewal are unread.
    unread: bool,
}

impl Held {
    fn of<R: Runtime>(app: &AppHandle<R>) -> Held {
        let (keeper, refreshing) = (app.state::<Keeper>(), app.state::<Refreshing>());
        Held {
            busy: keeper.is_busy() || refreshing.runs(),
            passphrase: keeper.is_open_by_passphrase(),
            practice: app.state::<practice::Running>().is_running(),
            copied: clipboard::holds_ours(app),
            notice: notice::is_notice_shown(),
            unread: refreshing.is_unread(),
        }
    }

    /// Whether nothing would be lost.
    fn is_nothing(self) -> bool {
        self == Held::default()
    }
}

/// Counts closings of the window: only the last one's wait counts.
static CLOSED: AtomicU32 = AtomicU32::new(0);

/// Waits for a moment to restart hidden, as long as the window stays closed.
pub fn begin<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    let own = CLOSED.fetch_add(1, Ordering::Relaxed) + 1;
    tauri::async_runtime::spawn(async move {
        let mut pause = FIRST;
        loop {
            tokio::time::sleep(pause).await;
            if app.get_webview_window(window::WINDOW).is_some() || CLOSED.load(Ordering::Relaxed) != own {
                return;
            }
            let held = Held::of(&app);
            // A program file that was replaced or removed cannot be started again.
            if held.is_nothing() && own_program().is_ok() {
                tracing::info!("hidden again");
                return app.exit(CODE);
            }
            tracing::info!(?held, "stays as it is");
            pause = LAST.min(pause * 2);
        }
    });
}

/// Replaces this process by a hidden start of the program. Returns only if that fails.
///
/// # Errors
/// The system's.
pub fn again() -> Result<()> {
    let internal = |e: std::io::Error| Error::Internal { detail: e.to_string() };
    let program = own_program().map_err(internal)?;
    hand_nothing_on();
    Err(internal(Command::new(program).args(["--hidden", start::AGAIN]).exec()))
}

/// Closes the files that libraries left open, at the exec.
#[allow(unsafe_code)]
pub fn hand_nothing_on() {
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let numbers: Vec<RawFd> = open.filter_map(|fd| fd.file_name().to_str()?.parse().ok()).collect();
    for number in numbers.into_iter().filter(|fd| *fd > 2) {
        // SAFETY: borrowed for one call that changes nothing before the exec; a number that is closed by now is refused.
        let fd = unsafe { BorrowedFd::borrow_raw(number) };
        let _ = fcntl_setfd(fd, FdFlags::CLOEXEC);
    }
}

/// The program file of this process, if it is still there.
pub fn own_program() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe().and_then(|path| path.canonicalize())
}

/// Reaps the children of the run before. Nothing else would, and this run has none yet.
pub fn bury_children() {
    let began = Instant::now();
    while wait(WaitOptions::NOHANG).is_ok() && began.elapsed() < ENDING {
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_that_is_held_holds_it() {
        assert!(Held::default().is_nothing());
        let one = |hold: fn(&mut Held) -> &mut bool| {
            let mut held = Held::default();
            *hold(&mut held) = true;
            held
        };
        let all: [fn(&mut Held) -> &mut bool; 6] = [
            |h| &mut h.busy,
            |h| &mut h.passphrase,
            |h| &mut h.practice,
            |h| &mut h.copied,
            |h| &mut h.notice,
            |h| &mut h.unread,
        ];
        for hold in all {
            assert!(!one(hold).is_nothing(), "{:?}", one(hold));
        }
    }
}
