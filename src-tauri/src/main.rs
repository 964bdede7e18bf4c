//! The app's process: removes environment variables that a release must ignore, and runs the shell.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::ffi::OsStr;

fn main() {
    if !cfg!(feature = "automation") {
        forget(takes_over);
    }
    std::process::exit(keybearer_desktop::run());
}

/// Whether a variable of this name can take over the window: by a WebDriver, a debugging port, or another browser than the system's.
/// WebView2 reads all variables that begin with its name (Microsoft, "Globals: environment variables"); on Windows names ignore case.
fn takes_over(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    let known = [
        "TAURI_AUTOMATION",
        "TAURI_WEBVIEW_AUTOMATION",
        "WEBKIT_INSPECTOR_SERVER",
        "WEBKIT_INSPECTOR_HTTP_SERVER",
    ];
    name.starts_with("WEBVIEW2_") || known.contains(&name.as_str())
}

/// Removes such variables from the environment before anything reads them.
#[allow(unsafe_code)]
fn forget(is_meant: impl Fn(&OsStr) -> bool) {
    let names: Vec<_> = std::env::vars_os().map(|(name, _)| name).filter(|name| is_meant(name)).collect();
    for name in names {
        // SAFETY: the first thing in main; there is no other thread that could read the environment meanwhile.
        unsafe { std::env::remove_var(name) };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::process::Command;

    use super::*;

    const HOSTILE: [&str; 9] = [
        "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
        "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
        "WEBVIEW2_USER_DATA_FOLDER",
        "WEBVIEW2_PIPE_FOR_SCRIPT_DEBUGGER",
        "WEBVIEW2_",
        "WebView2_Something_That_Comes_Later",
        "TAURI_AUTOMATION",
        "TAURI_WEBVIEW_AUTOMATION",
        "WEBKIT_INSPECTOR_SERVER",
    ];

    #[test]
    fn what_could_take_over_the_window_leaves_the_environment() {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "tests::in_a_process_of_its_own", "--ignored"]);
        child
            .envs(HOSTILE.map(|name| (name, "--remote-debugging-port=9222")))
            .env("WEBVIEW3", "stays");
        let output = child.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    #[test]
    #[ignore = "run by the test above, with its environment"]
    fn in_a_process_of_its_own() {
        assert!(std::env::var_os(HOSTILE[0]).is_some());
        forget(takes_over);
        for name in HOSTILE {
            assert_eq!(std::env::var_os(name), None, "{name}");
        }
        assert!(std::env::var_os("WEBVIEW3").is_some() && std::env::var_os("PATH").is_some());
    }
}
