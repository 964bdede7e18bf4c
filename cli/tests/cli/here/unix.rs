//! What the tests need of Linux and macOS.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// A command that prints its environment, a line each.
pub const ENVIRONMENT: &[&str] = &["env"];

/// Fails where the tests could touch a person's own keychain: on Linux it is the session's.
pub fn is_apart() {
    let has_bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
    assert!(has_bus || std::env::consts::OS != "linux", "run by script/test cli");
}

/// A program, with a blank in its name, that prints its token and its arguments, a line each, and ends with 9.
pub fn echo(folder: &Path) -> String {
    let file = folder.join("bot one.sh");
    fs::write(&file, "#!/bin/sh\nprintf '%s\\n' \"$ACCESS_TOKEN\" \"$@\"\nexit 9\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    file.to_str().unwrap().to_owned()
}

/// An argument as [`echo`] prints it.
pub fn echoed(argument: &str) -> String {
    argument.to_owned()
}

/// Removes what the program left outside the test's folder: nothing.
pub fn tidy_up(_home: &Path) {}

/// Whether the system tells which program asks for a token.
pub const TELLS_PROGRAMS: bool = cfg!(target_os = "linux");
