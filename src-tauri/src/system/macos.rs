//! The shell on macOS, written from Apple's documents and type-checked; none of it has been run. `mod` says what each function is for.

mod events;

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use keybearer_core::words::say;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItemBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{ActivationPolicy, App, AppHandle, Manager as _, RunEvent, Runtime, WebviewWindow, Wry};

use super::CommandLine;
use super::elsewhere::log_failure;
use crate::start::Start;
use crate::{window, wording};

pub use super::elsewhere::{
    answer_program, before_start, begin, changed, end, is_found_again, is_tray_seen, keep_unlocked, key_of_tray, last_renewals, lock_tray,
    notify, plugins, program_questions, quit_tray, renew_all, say_failure, start_with_session, store_checked, try_again, with_state,
};
pub use events::{on_network_change, on_wake_up};

/// Black and clear only: the system draws a template image in the menu bar's own colour (Apple, `NSImage.isTemplate`).
const TRAY: Image<'_> = tauri::include_image!("icons/menu-bar.png");
const TRAY_ATTENTION: Image<'_> = tauri::include_image!("icons/menu-bar-attention.png");

/// Whether the tray icon is drawn in the panel's colour.
pub const TRAY_IS_TEMPLATE: bool = true;

/// The menu's own Quit.
const QUIT: &str = "quit-app";

/// A folder of every Mac's search path (/etc/paths).
const LINK: &str = "/usr/local/bin/keybearer";

/// The page's origin: Tauri's own scheme.
pub const PAGE: &str = "tauri://localhost";

/// The socket by which the plugin single-instance 2.5.5 passes on a start (its macos.rs). The folder is everyone's.
const SOCKET: &str = "/tmp/io_github_keybearer_si.sock";

/// Whether a start may pass on what it is for: not to another user's socket. The plugin would connect to it, send the command line with
/// its link, and end this process without a word. Without the plugin, core's lock still keeps a second instance away.
pub fn can_hand_over() -> bool {
    let own = rustix::process::getuid().as_raw();
    match foreign_owner(Path::new(SOCKET), own) {
        Some(owner) => {
            tracing::warn!(owner, "{SOCKET} is another user's: a second start cannot reach this one");
            false
        }
        None => true,
    }
}

/// The user whose file or link this is, if it is another one than this.
fn foreign_owner(path: &Path, own: u32) -> Option<u32> {
    let owner = std::fs::symlink_metadata(path).ok()?.uid();
    (owner != own).then_some(owner)
}

/// What the app needs once, before its event loop. Each part is logged if it fails, and none keeps another one from being done.
pub fn set_up(app: &mut App<Wry>, start: &Start) {
    if !start.opens_window() {
        app.set_activation_policy(ActivationPolicy::Accessory);
    }
    log_failure("the menu", make_menu(app.handle()));
    log_failure("clicks on notifications", super::elsewhere::listen_to_clicks(app.handle()));
    log_failure("the entry that starts the app at login", super::elsewhere::rename_autostart());
}

/// Tauri's own menu with another Quit: its item calls `terminate:`, which ends the app without an exit request (tauri#9198), so that a
/// copied token would stay in the clipboard.
fn make_menu(app: &AppHandle<Wry>) -> tauri::Result<()> {
    let menu = Menu::default(app)?;
    if let Some(first) = menu.items()?.first().and_then(|item| item.as_submenu().cloned()) {
        // The last item of the app's menu is Quit.
        let last = first.items()?.len().saturating_sub(1);
        first.remove_at(last)?;
        let quit = MenuItemBuilder::with_id(QUIT, say(wording::session(), "tray-quit")).accelerator("Cmd+Q");
        first.append(&quit.build(app)?)?;
    }
    app.set_menu(menu)?;
    app.on_menu_event(|app, event| {
        if event.id().as_ref() == QUIT {
            app.exit(0);
        }
    });
    Ok(())
}

/// A click on the Dock icon (Apple, `applicationShouldHandleReopen`).
pub fn on_event<R: Runtime>(app: &AppHandle<R>, event: &RunEvent) {
    if let RunEvent::Reopen { .. } = event {
        window::show(app);
    }
}

/// Opens the window from another thread than the main one.
///
/// # Errors
/// As [`window::open`].
pub fn open_window<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    window::open(app)
}

/// The window is open: shows the Dock icon and the menu, and brings the app to the front.
///
/// # Errors
/// The system's.
pub fn window_opened<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.app_handle().set_activation_policy(ActivationPolicy::Regular)?;
    window.set_focus()
}

/// The window is gone: the app stays in the menu bar only (Apple, `NSApplication.ActivationPolicy.accessory`).
pub fn window_closed<R: Runtime>(app: &AppHandle<R>) {
    if let Err(error) = app.set_activation_policy(ActivationPolicy::Accessory) {
        tracing::warn!(%error, "the Dock icon stays");
    }
}

/// Never: the web view is part of the system.
pub fn missing_webview() -> Option<&'static str> {
    None
}

/// A menu, as usual on macOS.
pub fn dress_tray<R: Runtime>(tray: TrayIconBuilder<R>) -> TrayIconBuilder<R> {
    tray.icon_as_template(TRAY_IS_TEMPLATE)
}

/// A key, and where attention is needed a key with a mark.
pub fn tray_icon(attention: bool) -> Image<'static> {
    if attention { TRAY_ATTENTION } else { TRAY }
}

/// Clears the clipboard at the very end, if it contains this secret. Quit in the Dock is `terminate:`, too, and the clipboard's plugin
/// is gone by then.
pub fn clear_clipboard(secret: &str) {
    let cleared = arboard::Clipboard::new().and_then(|mut clipboard| match clipboard.get_text() {
        Ok(text) if text == secret => clipboard.clear(),
        _ => Ok(()),
    });
    if let Err(error) = cleared {
        tracing::warn!(%error, "the clipboard was not cleared");
    }
}

/// The command line inside the app bundle, if there is a bundle.
pub fn command_line() -> Option<CommandLine> {
    let program = bundled()?;
    let quoted = program.display().to_string().replace('\'', r"'\''");
    Some(CommandLine {
        installed: std::fs::read_link(LINK).is_ok_and(|leads_to| leads_to == program),
        by_hand: format!("sudo mkdir -p /usr/local/bin && sudo ln -sf '{quoted}' {LINK}"),
    })
}

/// Links it into the search path. An existing link is replaced, anything else stays.
///
/// # Errors
/// The system's; usually that the folder belongs to the administrator.
pub fn link_command_line() -> std::io::Result<()> {
    let program = bundled().ok_or(std::io::ErrorKind::NotFound)?;
    if std::fs::read_link(LINK).is_ok() {
        std::fs::remove_file(LINK)?;
    }
    std::os::unix::fs::symlink(program, LINK)
}

/// Contents/MacOS/keybearer of the running app (Apple, "Placing content in a bundle").
fn bundled() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let folder = own.parent().filter(|folder| folder.ends_with(Path::new("Contents/MacOS")))?;
    Some(folder.join("keybearer")).filter(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn another_users_socket_is_told_from_an_own_one() {
        let folder = tempfile::TempDir::new().unwrap();
        let (socket, link) = (folder.path().join("s"), folder.path().join("l"));
        let own = rustix::process::getuid().as_raw();
        assert_eq!(foreign_owner(&socket, own), None, "there is none yet");
        std::fs::write(&socket, "").unwrap();
        // What counts is whose the link is, wherever it leads.
        std::os::unix::fs::symlink("/etc/hosts", &link).unwrap();
        for path in [&socket, &link] {
            assert_eq!(foreign_owner(path, own), None);
            assert_eq!(foreign_owner(path, own + 1), Some(own));
        }
    }
}
