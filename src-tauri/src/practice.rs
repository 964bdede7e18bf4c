//! The practice platform, which only runs while it is used: from the first practice login until no practice account and no login is
//! left, or until the app ends.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use keybearer_practice::{Flavor, Practice};
use tauri::{AppHandle, Manager, Runtime};

/// The running platform.
#[derive(Default)]
pub struct Running(Mutex<Option<Practice>>);

impl Running {
    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.lock().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Practice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts it, if it does not run.
///
/// # Errors
/// [`Error::RedirectUnavailable`] if no socket can be opened.
pub async fn start<R: Runtime>(app: &AppHandle<R>) -> Result<()> {
    let running = app.state::<Running>();
    if running.is_running() {
        return Ok(());
    }
    let failed = |e: std::io::Error| Error::RedirectUnavailable {
        redirect: "practice",
        detail: e.to_string(),
    };
    let practice = Practice::start(Flavor::Practice).await.map_err(failed)?;
    let origin = practice.origin().parse().map_err(|_| Error::Internal {
        detail: "practice has no address".into(),
    })?;
    *running.lock() = Some(practice);
    app.state::<Keeper>().set_practice(Some(origin));
    Ok(())
}

/// Stops it, if nothing uses it.
pub fn rest<R: Runtime>(app: &AppHandle<R>) {
    let keeper = app.state::<Keeper>();
    if keeper.practice_is_used() {
        return;
    }
    let stopped = app.state::<Running>().lock().take();
    if stopped.is_some() {
        keeper.set_practice(None);
    }
}
