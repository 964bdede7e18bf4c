//! A log file for each day, seven of them. It contains no secret and no query of an address, because core's types print neither.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};

/// The log is written as long as this exists.
static GUARD: Mutex<Option<WorkerGuard>> = Mutex::new(None);

/// Starts the log in the data folder. Without that folder there is no log.
pub fn start(data: &Path) {
    *GUARD.lock().unwrap_or_else(PoisonError::into_inner) = open(data);
}

/// Flushes the log, just before the process ends.
pub fn end() {
    GUARD.lock().unwrap_or_else(PoisonError::into_inner).take();
}

fn open(data: &Path) -> Option<WorkerGuard> {
    let folder = data.join("logs");
    keybearer_core::book::file::private_folder(&folder).ok()?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .max_log_files(7)
        .filename_prefix("keybearer")
        .filename_suffix("log")
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
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
