//! The app's process: clears what a release must not hear, and runs the shell.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    #[cfg(not(feature = "automation"))]
    forget_automation();
    if let Err(error) = keybearer_desktop::run() {
        eprintln!("Keybearer: {error}");
        std::process::exit(1);
    }
}

/// Whoever may set these variables could take over the window by a WebDriver.
#[cfg(not(feature = "automation"))]
#[allow(unsafe_code)]
fn forget_automation() {
    for name in [
        "TAURI_AUTOMATION",
        "TAURI_WEBVIEW_AUTOMATION",
        "WEBKIT_INSPECTOR_SERVER",
        "WEBKIT_INSPECTOR_HTTP_SERVER",
    ] {
        // SAFETY: the first thing in main; there is no other thread that could read the environment meanwhile.
        unsafe { std::env::remove_var(name) };
    }
}
