//! Hears what other processes write into the book, and that the practice platform has ended.

use std::thread;
use std::time::Duration;

use super::file::private_folder;
use super::{BookFile, practice};
use crate::system::watch_folder;

/// How long after an event the practice platform's lock is checked once more.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl BookFile {
    /// Calls `changed` each time another process has written the book or the practice platform has ended, until it returns false; on a
    /// thread of its own.
    pub(crate) fn watch(&self, mut changed: impl FnMut() -> bool + Send + 'static) {
        let book = self.clone();
        let folder = book.lock.parent().map(ToOwned::to_owned).unwrap_or_default();
        book.is_news();
        // A missing folder can't be watched.
        if self.is_new
            && let Err(error) = private_folder(&folder)
        {
            tracing::warn!(code = %error.code(), "no data folder");
        }
        let mut practice = practice::origin(&folder);
        let watching = move || {
            watch_folder(&folder, || {
                let mut now = practice::origin(&folder);
                if now.is_some() && now == practice {
                    // After a kill the system reports the closed file a moment before it frees the lock.
                    thread::sleep(LOOK_AGAIN);
                    now = practice::origin(&folder);
                }
                let is_over = practice.is_some() && practice != now;
                practice = now;
                !(book.is_news() || is_over) || changed()
            });
        };
        if let Err(error) = thread::Builder::new().name("book".into()).spawn(watching) {
            tracing::warn!(%error, "what other processes write into the book is heard late");
        }
    }

    /// Whether the file is another one than this process has written, or seen here, last.
    fn is_news(&self) -> bool {
        let mut seen = self.seen();
        let now = self.written();
        std::mem::replace(&mut *seen, now) != now
    }
}
