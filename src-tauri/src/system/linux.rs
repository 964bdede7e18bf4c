//! The shell on Linux. `mod` says what each function is for.

mod awake;
mod bus;
mod certificate;
mod handover;
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
pub use self::handover::try_again;
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

/// The page's origin: Tauri's own scheme.
pub const PAGE: &str = "tauri://localhost";

/// The first thing in the process.
pub fn before_start(start: Start) {
    if start == Start::Again {
        hiding::bury_children();
    }
}

/// The last thing in the process; none if it simply ends.
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

/// Whether a second start finds the first: by the session's bus.
pub fn is_found_again() -> bool {
    bus::session().is_ok()
}

/// Whether the tray icon is visible.
pub fn is_tray_seen() -> bool {
    bus::has_owner("org.kde.StatusNotifierWatcher")
}

/// Whether the tray icon is drawn in the panel's colour.
pub const TRAY_IS_TEMPLATE: bool = false;

/// A StatusNotifierItem only has a menu.
pub fn dress_tray<R: Runtime>(tray: TrayIconBuilder<R>) -> TrayIconBuilder<R> {
    tray
}

/// The icon brings its own background, because no desktop tells its panel's colour (the colour scheme is that of windows: a light GNOME
/// has a dark panel): a brass key on a dark tile, and if attention is needed a red mark in a white ring.
pub fn tray_icon(attention: bool) -> Image<'static> {
    if attention { TRAY_ATTENTION } else { TRAY }
}

/// Calls the keeper when the computer wakes up or the network is back, until the end of the program.
pub fn watch_network(keeper: Keeper) {
    awake::listen(keeper);
}

/// Whether the person's certificate store can be written.
pub fn can_trust() -> bool {
    true
}

/// Turns starting with the session on or off.
///
/// # Errors
/// The desktop's.
pub fn start_with_session<R: Runtime>(app: &AppHandle<R>, wanted: bool) -> std::result::Result<(), String> {
    let launch = app.autolaunch();
    if wanted { launch.enable() } else { launch.disable() }.map_err(|e| e.to_string())
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
