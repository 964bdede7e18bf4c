//! The desktop as this app shows something there outside its window: the tray by Tauri, notifications by the system.

use keybearer_core::desktop::{Changes, Click, Desktop, Refreshing, Surface, Toast, TrayText};
use keybearer_core::keeper::Keeper;
use keybearer_core::view::AppView;
use keybearer_core::words::Language;
use tauri::{AppHandle, Manager, Runtime};

use super::{notify, tray};
use crate::{Listeners, autostart, copies, window, wording};

/// This app's surface.
pub struct AppSurface<R: Runtime>(AppHandle<R>);

impl<R: Runtime> Clone for AppSurface<R> {
    fn clone(&self) -> Self {
        AppSurface(self.0.clone())
    }
}

/// The keeper of this app with its desktop.
pub fn of<R: Runtime>(app: &AppHandle<R>) -> Desktop<AppSurface<R>> {
    Desktop {
        keeper: app.state::<Keeper>().inner().clone(),
        surface: AppSurface(app.clone()),
        refreshing: app.state::<Refreshing>().inner().clone(),
        changes: app.state::<Changes>().inner().clone(),
    }
}

/// Starts renewing the long-lived tokens, if that is not under way and there is a keeper.
pub fn refresh<R: Runtime>(app: &AppHandle<R>) {
    if app.try_state::<Keeper>().is_some() {
        let desktop = of(app);
        tauri::async_runtime::spawn(async move { desktop.refresh().await });
    }
}

/// Does what is clicked in the tray's menu.
pub fn click<R: Runtime>(app: &AppHandle<R>, click: Click) {
    let desktop = of(app);
    tauri::async_runtime::spawn(async move { desktop.click(click).await });
}

impl<R: Runtime> Surface for AppSurface<R> {
    fn language(&self) -> Language {
        wording::session()
    }

    fn draw(&self, view: &AppView, text: TrayText) {
        tray::update(&self.0, text);
        autostart::apply(&self.0, view.settings.autostart);
    }

    fn can_notify(&self) -> bool {
        true
    }

    fn notify(&self, toast: &Toast) -> Result<(), String> {
        notify(&self.0, toast)
    }

    fn open(&self, account: Option<String>) {
        match account {
            Some(account) => window::open_at(&self.0, Some(account)),
            None => window::show(&self.0),
        }
    }

    fn has_window(&self) -> bool {
        self.0.get_webview_window(window::WINDOW).is_some()
    }

    fn copy(&self, account: String) {
        copies::copy_outside(&self.0, account);
    }

    fn refreshed(&self) {
        self.0.state::<Listeners>().tell();
    }

    fn quit(&self) {
        self.0.exit(0);
    }
}
