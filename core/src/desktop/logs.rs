//! A log file for each day, seven of them. It contains no secret and no query of an address, because core's types print neither.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};

use crate::book::file::private_folder;

/// The most lines that wait to be written. Memory for all of them is taken at the start: the library's own limit costs 5 MB.
const MOST_LINES: usize = 1000;

/// The log is written as long as this exists.
static GUARD: Mutex<Option<WorkerGuard>> = Mutex::new(None);

/// Starts the log of a program in the data folder: its files begin with `name`, which begins no other program's. Without that folder there
/// is no log.
pub fn start(data: &Path, name: &str) {
    *GUARD.lock().unwrap_or_else(PoisonError::into_inner) = open(data, name);
}

/// Flushes the log, just before the process ends.
pub fn end() {
    GUARD.lock().unwrap_or_else(PoisonError::into_inner).take();
}

fn open(data: &Path, name: &str) -> Option<WorkerGuard> {
    let folder = data.join("logs");
    private_folder(&folder).ok()?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .max_log_files(7)
        .filename_prefix(name)
        .filename_suffix("log")
        .build(folder)
        .ok()?;
    let (writer, guard) = NonBlockingBuilder::default().buffered_lines_limit(MOST_LINES).finish(file);
    let level = if cfg!(debug_assertions) {
        tracing::Level::DEBUG
    } else {
        tracing::Level::INFO
    };
    let ours = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_max_level(level)
        .finish();
    // Debug lines of other crates may contain secrets.
    let filtered = tracing_subscriber::filter::Targets::new().with_target("keybearer", level);
    use tracing_subscriber::layer::SubscriberExt as _;
    let _ = tracing::subscriber::set_global_default(ours.with(filtered));
    Some(guard)
}
