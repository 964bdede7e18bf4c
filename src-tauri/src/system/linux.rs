//! The shell on Linux: the window's process. Tray, notifications, programs that ask for tokens, and the signals of sleep and network
//! are the tray process's. `mod` says what each function is for.

mod bus;
mod handover;
mod lingering;
mod tray_process;

use std::time::Duration;

use keybearer_core::desktop::{Toast, autostart as entry};
use keybearer_core::keeper::Keeper;
use tauri::{App, AppHandle, Builder, Manager as _, RunEvent, Runtime, WebviewWindow, Wry};
use tokio::sync::Notify;

use super::CommandLine;
use crate::start::Start;
use crate::{autostart, serve, window};

pub use self::handover::try_again;
pub use self::lingering::begin as window_closed;
pub use self::tray_process::{
    answer_program, before_start, is_there as is_found_again, keep_unlocked, key_of_tray, last_renewals, lock as lock_tray,
    program_questions, quit as quit_tray,
};

/// Changes within this time count as one.
const TOGETHER: Duration = Duration::from_millis(300);

/// Signals that views are out of date.
#[derive(Default)]
struct Changed(Notify);

/// Whether a start may pass on what it is for: always, by the session's bus.
pub fn can_hand_over() -> bool {
    true
}

/// Plugins that only this system needs: none.
pub fn plugins(builder: Builder<Wry>) -> Builder<Wry> {
    builder
}

/// The page's origin: Tauri's own scheme.
pub const PAGE: &str = "tauri://localhost";

/// What the app needs once, before its event loop: nothing.
pub fn set_up(_app: &mut App<Wry>, _start: &Start) {}

/// Events of this system only: none.
pub fn on_event<R: Runtime>(_app: &AppHandle<R>, _event: &RunEvent) {}

/// Opens the window from another thread than the main one: in one step on the main thread, because WebKit's process crashes if a setting
/// changes while it starts.
///
/// # Errors
/// If the event loop is gone.
pub fn open_window<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let handle = app.clone();
    app.run_on_main_thread(move || {
        if let Err(error) = window::open(&handle) {
            tracing::warn!(%error, "the window does not open");
        }
    })
}

/// The window is open: turns off hardware acceleration, which a static form does not need, and which costs WebKitGTK a fifth of a second
/// at the start and, with some drivers, a blank window.
///
/// # Errors
/// If the window is gone.
pub fn window_opened<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.with_webview(|view| {
        use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Never: the program is linked with the web view.
pub fn missing_webview() -> Option<&'static str> {
    None
}

/// Writes to standard error: a start comes from a terminal, or from the desktop, which logs it in its journal.
pub fn say_failure(title: &str, text: &str, _buttons: Option<(&str, &str)>) -> bool {
    eprintln!("{title}: {text}");
    false
}

/// The state of what runs beside the window.
pub fn with_state<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.manage(Changed::default())
}

/// A view is out of date.
pub fn changed<R: Runtime>(app: &AppHandle<R>) {
    if let Some(changed) = app.try_state::<Changed>() {
        changed.0.notify_one();
    }
}

/// Begins what runs beside the window: it hears the tray process, starts it where none runs, and applies the setting that the desktop
/// has to know.
pub fn begin<R: Runtime>(app: &AppHandle<R>) {
    tray_process::follow(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let changed = app.state::<Changed>();
        loop {
            autostart::apply(&app, app.state::<Keeper>().view().settings.autostart);
            changed.0.notified().await;
            tokio::time::sleep(TOGETHER).await;
        }
    });
}

/// The store was checked: nothing more to do.
pub async fn store_checked<R: Runtime>(_app: &AppHandle<R>, _start: &Start) {}

/// Ends the server of tokens, where there is no tray process that has one.
pub async fn end<R: Runtime>(app: &AppHandle<R>, limit: Duration) {
    serve::end(app, limit).await;
}

/// A start for renewals finds no tray process, and none can be started: the window has the same button.
pub fn renew_all<R: Runtime>(app: &AppHandle<R>) {
    window::show(app);
}

/// Whether the tray icon is visible. May block.
pub fn is_tray_seen<R: Runtime>(_app: &AppHandle<R>) -> bool {
    bus::has_owner("org.kde.StatusNotifierWatcher")
}

/// Shows a notification. May block.
///
/// # Errors
/// The bus's: no tray process runs.
pub fn notify<R: Runtime>(_app: &AppHandle<R>, toast: &Toast) -> std::result::Result<(), String> {
    tray_process::notify(toast)
}

/// Turns starting with the session on or off: the AppImage that this process was started from, or its program.
///
/// # Errors
/// The disk's.
pub fn start_with_session<R: Runtime>(_app: &AppHandle<R>, wanted: bool) -> std::result::Result<(), String> {
    if !wanted {
        return entry::remove().map_err(|e| e.to_string());
    }
    let own = handover::own_program().map_err(|e| e.to_string())?;
    entry::write(&entry::image(&own).unwrap_or(own)).map_err(|e| e.to_string())
}

/// Does nothing: the clipboard was cleared before.
pub fn clear_clipboard(_secret: &str) {}

/// None: the package installs it in the search path.
pub fn command_line() -> Option<CommandLine> {
    None
}

/// Links it into the search path.
///
/// # Errors
/// Always: see [`command_line`].
pub fn link_command_line() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
