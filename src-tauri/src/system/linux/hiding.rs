//! The process becomes its hidden self again when its window is closed into the tray: WebKit leaves a process of its own behind
//! then, and a heap that does not shrink. It runs its own program anew in its place, and only when nothing would be lost by
//! that; otherwise it stays as it is and looks again later.

use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{WaitOptions, wait};
use tauri::{AppHandle, Manager, Runtime};

use super::notice;
use crate::renewal::Refreshing;
use crate::{clipboard, practice, start, window};

/// What the event loop ends with when the program is to be run anew. No other end has a code.
pub const CODE: i32 = 75;

/// Whoever closed the window by mistake has it back by then, without a start.
const FIRST: Duration = Duration::from_secs(2);
/// Between two looks at most; the wait doubles until then.
const LAST: Duration = Duration::from_secs(64);
/// WebKit's processes are gone so soon after the connection to us.
const ENDING: Duration = Duration::from_secs(2);

/// What would be lost or cut off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Held {
    /// A login, a renewal, a token that waits for its store.
    busy: bool,
    /// The sealed files are open by a passphrase that was typed.
    passphrase: bool,
    /// The practice platform lives in this process.
    practice: bool,
    /// What we copied lives in this process.
    copied: bool,
    /// A notification goes with the connection that it came by, and only we know what a click on it opens.
    notice: bool,
    /// What became of a refresh has not been looked at.
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

    /// Nothing is held.
    fn is_nothing(self) -> bool {
        self == Held::default()
    }
}

/// How often the window was closed: only the last wait counts.
static CLOSED: AtomicU32 = AtomicU32::new(0);

/// The window was closed into the tray: waits for a quiet moment, as long as it stays closed.
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
            // A program that was replaced or removed meanwhile cannot be run again.
            if held.is_nothing() && own_program().is_ok() {
                tracing::info!("hidden again");
                return app.exit(CODE);
            }
            tracing::info!(?held, "stays as it is");
            pause = LAST.min(pause * 2);
        }
    });
}

/// Runs the program anew in this process's place, hidden. Comes back only if that fails.
///
/// # Errors
/// The system's.
pub fn again() -> Result<()> {
    let internal = |e: std::io::Error| Error::Internal { detail: e.to_string() };
    let program = own_program().map_err(internal)?;
    hand_nothing_on();
    Err(internal(Command::new(program).args(["--hidden", start::AGAIN]).exec()))
}

/// Libraries leave files open that the next run would have to carry.
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

fn own_program() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe().and_then(|path| path.canonicalize())
}

/// Buries the children of the run before: nobody else would, and nobody has children yet.
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
