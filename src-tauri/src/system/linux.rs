//! The shell on Linux. `mod` says what each function is for.

mod awake;
mod bus;
mod certificate;
mod hiding;
mod notice;

use keybearer_core::error::Result;
use keybearer_core::keeper::Keeper;
use tauri::image::Image;
use tauri::tray::TrayIconBuilder;
use tauri::{App, AppHandle, Builder, RunEvent, Runtime, WebviewWindow, Wry};
use tauri_plugin_autostart::ManagerExt as _;

use super::CommandLine;
use crate::start::Start;
use crate::window;

pub use self::certificate::{distrust, trust};
pub use self::hiding::begin as window_closed;
pub use self::notice::{can_notify, notify};

const TRAY: Image<'_> = tauri::include_image!("icons/tray.png");
const TRAY_ATTENTION: Image<'_> = tauri::include_image!("icons/tray-attention.png");

/// Plugins that only this system needs.
pub fn plugins(builder: Builder<Wry>) -> Builder<Wry> {
    let autostart = tauri_plugin_autostart::Builder::new()
        .app_name("io.github.keybearer")
        .arg("--hidden")
        .build();
    builder.plugin(autostart)
}

/// Where the page comes from: Tauri's own scheme.
pub const PAGE: &str = "tauri://localhost";

/// The first thing in the process.
pub fn before_start(start: Start) {
    if start == Start::Again {
        hiding::bury_children();
    }
}

/// The last thing in the process: none where it simply ends.
pub fn after_end(code: i32) -> Option<Result<i32>> {
    (code == hiding::CODE).then(|| hiding::again().map(|()| code))
}

/// What the app needs once, before its event loop.
///
/// # Errors
/// Never here.
pub fn set_up(_app: &mut App<Wry>, _start: Start) -> std::result::Result<(), String> {
    Ok(())
}

/// What only this system says.
pub fn on_event<R: Runtime>(_app: &AppHandle<R>, _event: &RunEvent) {}

/// Opens the window from another thread than the main one: in one go on the main thread, because WebKit's process does not
/// outlive a setting that changes while it starts.
///
/// # Errors
/// Where the event loop is gone.
pub fn open_window<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let handle = app.clone();
    app.run_on_main_thread(move || {
        if let Err(error) = window::open(&handle) {
            tracing::warn!(%error, "the window does not open");
        }
    })
}

/// A still form gains nothing from the graphics card, and asking WebKitGTK for one costs a fifth of a second at the start and,
/// with some drivers, a blank window.
///
/// # Errors
/// Where the window is gone.
pub fn window_opened<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.with_webview(|view| {
        use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// The web view is a library that the program is linked with.
pub fn missing_webview() -> Option<&'static str> {
    None
}

/// A start that failed was made from a terminal or by the desktop, which keeps what is said here in its journal.
pub fn say_failure(title: &str, text: &str, _buttons: Option<(&str, &str)>) -> bool {
    eprintln!("{title}: {text}");
    false
}

/// Whether a second start finds the first: by the session's bus.
pub fn is_found_again() -> bool {
    bus::session().is_ok()
}

/// Whether a tray icon that was made is to be seen.
pub fn is_tray_seen() -> bool {
    bus::has_owner("org.kde.StatusNotifierWatcher")
}

/// What of this system's tray icon is drawn in the panel's own colour.
pub const TRAY_IS_TEMPLATE: bool = false;

/// A StatusNotifierItem is a menu and nothing else.
pub fn dress_tray<R: Runtime>(tray: TrayIconBuilder<R>) -> TrayIconBuilder<R> {
    tray
}

/// No desktop says what colour its panel has (the colour scheme is that of windows: a light GNOME has a dark panel), so the icon
/// asks nothing of it: a brass key on a dark tile of its own, and where attention is needed a red mark in a white ring of its own.
pub fn tray_icon(attention: bool) -> Image<'static> {
    if attention { TRAY_ATTENTION } else { TRAY }
}

/// Calls the keeper when the computer wakes up or the network is back, until the end of the program.
pub fn watch_network(keeper: Keeper) {
    awake::listen(keeper);
}

/// Whether the person's own certificate store can be written.
pub fn can_trust() -> bool {
    true
}

/// Starts the app with the person's session, or no longer.
///
/// # Errors
/// The desktop's.
pub fn start_with_session<R: Runtime>(app: &AppHandle<R>, wanted: bool) -> std::result::Result<(), String> {
    let launch = app.autolaunch();
    if wanted { launch.enable() } else { launch.disable() }.map_err(|e| e.to_string())
}

/// Clears the clipboard at the very end, if it holds this.
pub fn clear_clipboard(_secret: &str) {}

/// The package puts it where terminals look.
pub fn command_line() -> Option<CommandLine> {
    None
}

/// Links it to where terminals look.
///
/// # Errors
/// In the system's words.
pub fn link_command_line() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
