//! The one window: opened, brought back, closed for good or into the tray.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keybearer_core::error::Result;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::Settings;
use tauri::{AppHandle, CloseRequestApi, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};

use crate::{Listeners, tray};

/// Its label.
pub const WINDOW: &str = "main";

/// What is between the window and its page.
#[derive(Default)]
pub struct Window {
    /// Without a window the process stays.
    stays: AtomicBool,
    /// The page is to ask whether to stay, and has not fetched that yet.
    asked: AtomicBool,
    /// The account whose screen is wanted, until the page has fetched it.
    wanted: Mutex<Option<String>>,
}

impl Window {
    /// Whether the page is to ask; once.
    pub fn take_asked(&self) -> bool {
        self.asked.swap(false, Ordering::AcqRel)
    }

    /// The account whose screen is wanted; once.
    pub fn take_wanted(&self) -> Option<String> {
        self.wanted().take()
    }

    /// Whether the process goes on without a window.
    pub fn stays(&self) -> bool {
        self.stays.load(Ordering::Acquire)
    }

    fn wanted(&self) -> MutexGuard<'_, Option<String>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens it.
///
/// # Errors
/// Where there is no display, or it is open.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .title("Keybearer")
        .inner_size(960.0, 640.0)
        .min_inner_size(720.0, 520.0)
        .build()?;
    // A still form gains nothing from the graphics card, and asking WebKitGTK for one costs a fifth of a second at the start
    // and, with some drivers, a blank window.
    #[cfg(target_os = "linux")]
    window.with_webview(|view| {
        use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })?;
    Ok(())
}

/// Brings it to the front, or opens it anew.
pub fn show<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    // Never inside an event's handler: on Windows the webview of a new window needs that very thread.
    tauri::async_runtime::spawn(async move {
        let shown = match app.get_webview_window(WINDOW) {
            Some(window) => window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus()),
            None => open(&app),
        };
        if let Err(error) = shown {
            tracing::warn!(%error, "the window does not come to the front");
        }
    });
}

/// Brings it to the front with an account's screen, or as it is.
pub fn open_at<R: Runtime>(app: &AppHandle<R>, account: Option<String>) {
    *app.state::<Window>().wanted() = account;
    show(app);
    app.state::<Listeners>().tell();
}

/// The person closes the window: as chosen, else the page asks, where there is a tray to stay in.
pub fn close_requested<R: Runtime>(app: &AppHandle<R>, api: &CloseRequestApi) {
    let state = app.state::<Window>();
    let chosen = app.try_state::<Keeper>().map(|k| k.view().settings.on_close);
    match chosen.as_deref() {
        Some("keep") => state.stays.store(true, Ordering::Release),
        // A page that has not heard the first time will not the second time.
        Some("ask") if tray::is_seen(app) && !state.asked.swap(true, Ordering::AcqRel) => {
            api.prevent_close();
            app.state::<Listeners>().tell();
        }
        _ => state.stays.store(false, Ordering::Release),
    }
}

/// The person has answered: kept for the next time, and done.
///
/// # Errors
/// The book's: then nothing is closed.
pub fn close<R: Runtime>(app: &AppHandle<R>, keeper: &Keeper, keep: bool) -> Result<()> {
    let on_close = if keep { "keep" } else { "quit" }.to_owned();
    keeper.change_settings(Settings {
        on_close,
        ..keeper.view().settings
    })?;
    app.state::<Window>().stays.store(keep, Ordering::Release);
    match app.get_webview_window(WINDOW).filter(|_| keep) {
        Some(window) => {
            if let Err(error) = window.destroy() {
                tracing::warn!(%error, "the window does not close");
            }
        }
        None => app.exit(0),
    }
    Ok(())
}

/// The window is gone, and nobody listens in it.
pub fn gone<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Listeners>().forget();
    app.state::<Window>().asked.store(false, Ordering::Release);
}
