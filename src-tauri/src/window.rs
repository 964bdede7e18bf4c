//! The only window: opens it, brings it to the front, and closes it for good or until it is wanted again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use keybearer_core::error::Result;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{Settings, UnlockedFor};
use serde::Serialize;
use tauri::{AppHandle, CloseRequestApi, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};
use tokio::sync::Notify;

use crate::{Listeners, failure, system, wording};

/// Its label.
pub const WINDOW: &str = "main";

/// Where the app stays without its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closing {
    /// In the tray.
    Tray,
    /// Without a tray: another start brings the window back.
    Trayless,
}

impl Closing {
    /// None if nothing could bring the window back. May block.
    fn of<R: Runtime>(app: &AppHandle<R>) -> Option<Closing> {
        match system::is_found_again() {
            true if system::is_tray_seen(app) => Some(Closing::Tray),
            true => Some(Closing::Trayless),
            false => None,
        }
    }
}

/// State between the window and its page.
#[derive(Default)]
pub struct Window {
    /// The process stays without a window.
    stays: AtomicBool,
    /// Where the app would stay, if the page has to ask about closing and has not fetched that yet.
    asked: Mutex<Option<Closing>>,
    /// The account whose screen is to be opened, until the page has fetched it.
    wanted: Mutex<Option<String>>,
    /// The page has fetched a view.
    viewed: Notify,
}

impl Window {
    /// Whether the page has to ask. Returned once.
    pub fn take_asked(&self) -> Option<Closing> {
        self.asked().take()
    }

    /// The account whose screen is to be opened. Returned once.
    pub fn take_wanted(&self) -> Option<String> {
        self.wanted().take()
    }

    /// Has an account's screen opened, by the page that asks next.
    pub fn want(&self, account: Option<String>) {
        *self.wanted() = account;
    }

    /// The page has fetched a view.
    pub fn viewed(&self) {
        self.viewed.notify_one();
    }

    /// Waits until the page has fetched its first view.
    pub async fn first_view(&self) {
        self.viewed.notified().await;
    }

    /// Whether the process continues without a window.
    pub fn stays(&self) -> bool {
        self.stays.load(Ordering::Acquire)
    }

    fn asked(&self) -> MutexGuard<'_, Option<Closing>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> MutexGuard<'_, Option<String>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens it.
///
/// # Errors
/// If there is no display, or the window is already open.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .title("Keybearer")
        .inner_size(960.0, 640.0)
        .min_inner_size(720.0, 520.0)
        .build()?;
    system::window_opened(&window)
}

/// Brings it to the front, or opens it.
pub fn show<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    // Never inside an event's handler: on Windows the webview of a new window needs that very thread.
    tauri::async_runtime::spawn(async move {
        let Some(window) = app.get_webview_window(WINDOW) else {
            if let Err(error) = system::open_window(&app) {
                failure::window_does_not_open(wording::language(&app), &error);
            }
            return;
        };
        let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window does not come to the front");
        }
    });
}

/// Brings it to the front, with an account's screen if one is given.
pub fn open_at<R: Runtime>(app: &AppHandle<R>, account: Option<String>) {
    app.state::<Window>().want(account);
    show(app);
    app.state::<Listeners>().tell();
}

/// Handles the person's closing of the window: as chosen before, or the page asks, if the window can come back.
pub fn close_requested<R: Runtime>(app: &AppHandle<R>, api: &CloseRequestApi) {
    let state = app.state::<Window>();
    let chosen = app.try_state::<Keeper>().map(|k| k.view().settings.on_close);
    let chosen = chosen.as_deref().filter(|chosen| *chosen != "quit");
    match (chosen, chosen.and_then(|_| Closing::of(app))) {
        (Some("keep"), Some(_)) => state.stays.store(true, Ordering::Release),
        // If the page did not react the first time, don't ask again.
        (Some("ask"), Some(closing)) if state.asked().replace(closing).is_none() => {
            api.prevent_close();
            app.state::<Listeners>().tell();
        }
        _ => {
            state.stays.store(false, Ordering::Release);
            system::quit_tray();
        }
    }
}

/// Saves the person's answer, and closes the window accordingly.
///
/// # Errors
/// The book's; the window stays open then.
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
        None => quit(app),
    }
    Ok(())
}

/// Ends the app, in the tray as well.
pub fn quit<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        system::quit_tray();
        app.exit(0);
    });
}

/// Forgets a passphrase that was entered for the window alone.
fn lock_with_window<R: Runtime>(app: &AppHandle<R>) {
    let Some(keeper) = app.try_state::<Keeper>() else { return };
    if *keeper.unlocked_for().borrow() == UnlockedFor::Window {
        let (app, keeper) = (app.clone(), keeper.inner().clone());
        tauri::async_runtime::spawn(async move { keeper.lock_sealed_file(|| app.get_webview_window(WINDOW).is_some()).await });
    }
}

/// Cleans up after the window is gone.
pub fn gone<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Listeners>().forget();
    let state = app.state::<Window>();
    state.take_asked();
    lock_with_window(app);
    if state.stays() {
        system::window_closed(app);
    }
}
