//! The shell on Windows. `mod` says what each function is for.

mod events;

use tauri::image::Image;
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{App, AppHandle, RunEvent, Runtime, WebviewWindow, Wry};

use super::CommandLine;
use super::elsewhere::log_failure;
use crate::start::Start;
use crate::window;

pub use super::elsewhere::{
    answer_program, before_start, begin, changed, end, is_found_again, is_tray_seen, keep_unlocked, key_of_tray, last_renewals, lock_tray,
    notify, plugins, program_questions, quit_tray, renew_all, say_failure, start_with_session, store_checked, try_again, with_state,
};
pub use events::{on_network_change, on_wake_up};

const TRAY: Image<'_> = tauri::include_image!("icons/tray.png");
const TRAY_ATTENTION: Image<'_> = tauri::include_image!("icons/tray-attention.png");

/// Whether the tray icon is drawn in the panel's colour.
pub const TRAY_IS_TEMPLATE: bool = false;

/// The Evergreen Bootstrapper's page (Microsoft, "Distribute your app and the WebView2 Runtime").
const WEBVIEW2: &str = "https://developer.microsoft.com/microsoft-edge/webview2/";

/// The page's origin: WebView2 maps Tauri's own scheme to a host.
pub const PAGE: &str = "http://tauri.localhost";

/// Whether a start may pass on what it is for: always, by a window of this session.
pub fn can_hand_over() -> bool {
    true
}

/// What the app needs once, before its event loop. Each part is logged if it fails, and none keeps another one from being done.
pub fn set_up(app: &mut App<Wry>, _start: &Start) {
    log_failure("clicks on notifications", super::elsewhere::listen_to_clicks(app.handle()));
    log_failure("the entry that starts the app at login", super::elsewhere::rename_autostart());
}

/// Events of this system only: none.
pub fn on_event<R: Runtime>(_app: &AppHandle<R>, _event: &RunEvent) {}

/// Opens the window from another thread than the main one, which the web view needs at the same time.
///
/// # Errors
/// As [`window::open`].
pub fn open_window<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    window::open(app)
}

/// The window is open: nothing to do.
///
/// # Errors
/// Never here.
pub fn window_opened<R: Runtime>(_window: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}

/// The window is gone: nothing to do.
pub fn window_closed<R: Runtime>(_app: &AppHandle<R>) {}

/// The download page of the web view, if it is missing.
pub fn missing_webview() -> Option<&'static str> {
    tauri::webview_version().is_err().then_some(WEBVIEW2)
}

/// Left click for the window, right click for the menu, as everywhere on Windows.
pub fn dress_tray<R: Runtime>(tray: TrayIconBuilder<R>) -> TrayIconBuilder<R> {
    tray.show_menu_on_left_click(false).on_tray_icon_event(|tray, event| {
        if let TrayIconEvent::Click {
            button: MouseButton::Left,
            button_state: MouseButtonState::Up,
            ..
        } = event
        {
            window::show(tray.app_handle());
        }
    })
}

/// The icon has a tile of its own, because the task bar may be dark or light.
pub fn tray_icon(attention: bool) -> Image<'static> {
    if attention { TRAY_ATTENTION } else { TRAY }
}

/// Does nothing: the clipboard was cleared before.
pub fn clear_clipboard(_secret: &str) {}

/// None: the installer adds it to the search path if the person chose that.
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
