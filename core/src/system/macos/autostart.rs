//! Start at login: a LaunchAgent (Apple, launchd.plist(5)) under the product's name.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::system::unix::autostart as file;

pub use crate::system::unix::autostart::{Entry, read, restore};

/// The product's name: the label, and the name of the file.
const NAME: &str = "Keybearer";
/// The name of version 0.1.0.
const EARLIER: &str = "io.github.keybearer";

/// Where the agent is.
pub fn place() -> io::Result<PathBuf> {
    of_name(NAME)
}

/// Writes the agent that starts this program, hidden, at each login.
pub fn write(program: &Path) -> io::Result<()> {
    file::remove_file(&of_name(EARLIER)?)?;
    file::write(program)
}

/// Removes the agent. A missing one is no error.
pub fn remove() -> io::Result<()> {
    file::remove_file(&of_name(EARLIER)?)?;
    file::remove()
}

/// Renames an agent of version 0.1.0.
pub fn rename(program: &Path) -> io::Result<()> {
    if of_name(EARLIER)?.exists() { write(program) } else { Ok(()) }
}

/// "When necessary, Gatekeeper opens apps from randomized, read-only locations" (Apple Platform Security, "Gatekeeper and runtime
/// protection"): a downloaded app that was not moved. No document of Apple's names the folder; it is
/// /private/var/folders/…/T/AppTranslocation/UUID/d [3P].
pub fn is_temporary(program: &Path) -> bool {
    program.components().any(|part| part.as_os_str() == "AppTranslocation")
}

/// None: AppImages are Linux' own.
pub fn image(_program: &Path, _variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    None
}

/// The agent's text. System Settings shows the app's own name and icon for an agent that names its bundle
/// (`AssociatedBundleIdentifiers`).
pub fn text(program: &str) -> String {
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

fn of_name(name: &str) -> io::Result<PathBuf> {
    let home = std::env::home_dir().ok_or_else(|| io::Error::new(ErrorKind::NotFound, "no home folder"))?;
    Ok(home.join("Library/LaunchAgents").join(format!("{name}.plist")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_in_a_temporary_folder_is_known_by_it() {
        let inside = "d/Keybearer.app/Contents/MacOS/keybearer-desktop";
        for (folder, is_one) in [
            ("/private/var/folders/x1/abc/T/AppTranslocation/0A1B-2C3D", true),
            ("/Users/mei/AppTranslocation notes", false),
            ("/Applications", false),
        ] {
            assert_eq!(is_temporary(&Path::new(folder).join(inside)), is_one, "{folder}");
        }
    }
}
