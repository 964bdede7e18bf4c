//! Start with the session: a LaunchAgent (Apple, launchd.plist(5)) under the product's name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tauri::{AppHandle, Runtime};

/// The product's name: the label, and the name of the file.
const NAME: &str = "Keybearer";
/// The name of version 0.1.0.
const EARLIER: &str = "io.github.keybearer";

/// Writes or removes it.
///
/// # Errors
/// The disk's.
pub fn set<R: Runtime>(_app: &AppHandle<R>, wanted: bool) -> Result<(), String> {
    apply(wanted).map_err(|e| e.to_string())
}

/// Renames an agent of version 0.1.0.
///
/// # Errors
/// As [`set`].
pub fn rename() -> Result<(), String> {
    match file(EARLIER) {
        Ok(earlier) if earlier.exists() => apply(true).map_err(|e| e.to_string()),
        _ => Ok(()),
    }
}

fn apply(wanted: bool) -> io::Result<()> {
    if wanted {
        super::stays_in_place().map_err(io::Error::other)?;
    }
    remove(&file(EARLIER)?)?;
    let own = file(NAME)?;
    if !wanted {
        return remove(&own);
    }
    if let Some(folder) = own.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(own, agent(&std::env::current_exe()?))
}

/// Removes a file. A missing one is no error.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn file(name: &str) -> io::Result<PathBuf> {
    let home = std::env::home_dir().ok_or(io::ErrorKind::NotFound)?;
    Ok(home.join("Library/LaunchAgents").join(format!("{name}.plist")))
}

/// System Settings shows the app's own name and icon for an agent that names its bundle (`AssociatedBundleIdentifiers`).
fn agent(program: &Path) -> String {
    let program = program.display().to_string();
    let program = program.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>{NAME}</string>
  <key>AssociatedBundleIdentifiers</key>
  <string>io.github.keybearer</string>
  <key>ProgramArguments</key>
  <array>
    <string>{program}</string>
    <string>--hidden</string>
  </array>
  <key>RunAtLoad</key>
  <true/>
</dict>
</plist>
"#
    )
}
