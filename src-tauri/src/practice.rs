//! The practice platform, which only runs while it is used: from the first practice login until no practice account and no login is
//! left, or until the app ends. Where `keybearer practice` already runs one, the window uses that.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use keybearer_practice::{Flavor, Practice};
use tauri::{AppHandle, Manager, Runtime};

/// The running platform.
#[derive(Default)]
pub struct Running(Mutex<Option<Practice>>);

impl Running {
    /// Whether it runs in this process.
    pub fn is_running(&self) -> bool {
        self.lock().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Practice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts it, if it does not run here or in another process.
///
/// # Errors
/// [`Error::RedirectUnavailable`] if no socket can be opened.
pub async fn start<R: Runtime>(app: &AppHandle<R>) -> Result<()> {
    let keeper = app.state::<Keeper>();
    if keeper.practice().is_some() {
        return Ok(());
    }
    let failed = |e: std::io::Error| Error::RedirectUnavailable {
        redirect: "practice",
        detail: e.to_string(),
    };
    let practice = Practice::start(Flavor::Practice).await.map_err(failed)?;
    let running = app.state::<Running>();
    // Held, so that it is not ended before it is kept.
    let mut running = running.lock();
    // Otherwise another process was faster.
    if keeper.announce_practice(practice.origin())? {
        *running = Some(practice);
    }
    Ok(())
}

/// Stops the one in this process, if nothing uses it.
pub fn rest<R: Runtime>(app: &AppHandle<R>) {
    let (keeper, running) = (app.state::<Keeper>(), app.state::<Running>());
    let mut running = running.lock();
    if !keeper.practice_is_used() {
        keeper.end_practice();
        *running = None;
    }
}
