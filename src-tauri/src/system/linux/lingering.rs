//! The process after its window was closed: it ends as soon as nothing would be lost. The tray process opens the next window.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use keybearer_core::keeper::Keeper;
use tauri::{AppHandle, Manager, Runtime};

use crate::{clipboard, practice, window};

/// The first wait between two checks; waits double until [`LAST`].
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait between two checks.
const LAST: Duration = Duration::from_secs(8);

/// What the end of the process would lose or interrupt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Held {
    /// A login, a renewal, or a token that waits for its store.
    busy: bool,
    /// The practice platform runs in this process.
    practice: bool,
    /// The clipboard's content belongs to this process, or will in a moment.
    copied: bool,
}

impl Held {
    fn of<R: Runtime>(app: &AppHandle<R>) -> Held {
        let keeper = app.state::<Keeper>();
        Held {
            busy: keeper.is_busy(),
            practice: app.state::<practice::Running>().is_running(),
            copied: clipboard::holds_ours(app),
        }
    }

    /// Whether nothing would be lost.
    fn is_nothing(self) -> bool {
        self == Held::default()
    }
}

/// Counts the times that the process was left without a window: only the last one's wait counts.
static CLOSED: AtomicU32 = AtomicU32::new(0);

/// Ends the process when nothing is held, as long as no window is open.
pub fn begin<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    let own = CLOSED.fetch_add(1, Ordering::Relaxed) + 1;
    tauri::async_runtime::spawn(async move {
        let mut pause = FIRST;
        while app.get_webview_window(window::WINDOW).is_none() && CLOSED.load(Ordering::Relaxed) == own {
            let held = Held::of(&app);
            if held.is_nothing() {
                tracing::info!("ends without its window");
                return app.exit(0);
            }
            tracing::info!(?held, "goes on without its window");
            tokio::time::sleep(pause).await;
            pause = LAST.min(pause * 2);
        }
    });
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
        let all: [fn(&mut Held) -> &mut bool; 3] = [|h| &mut h.busy, |h| &mut h.practice, |h| &mut h.copied];
        for hold in all {
            assert!(!one(hold).is_nothing(), "{:?}", one(hold));
        }
    }
}
