//! What the tests need of Windows.

use std::fs;
use std::path::Path;

/// A command that prints its environment, a line each.
pub const ENVIRONMENT: &[&str] = &["cmd.exe", "/d", "/c", "set"];

/// Credential Manager is the person's own; the tests have a service of their own in it.
pub fn is_apart() {}

/// Removes what the program left outside the test's folder: the registry's key in which it notes what starts at login.
pub fn tidy_up(home: &Path) {
    let key = format!(r"HKCU\Software\Keybearer test {}", home.file_name().unwrap().to_string_lossy());
    let left = std::process::Command::new("reg").args(["query", &key]).output();
    if left.is_ok_and(|said| said.status.success()) {
        let _ = std::process::Command::new("reg").args(["delete", &key, "/f"]).output();
    }
}

/// A batch file, with a blank in its name, that prints its token and its arguments, a line each, and ends with 9.
pub fn echo(folder: &Path) -> String {
    let file = folder.join("bot one.bat");
    let lines = "@echo off\r\necho %ACCESS_TOKEN%\r\n:next\r\nif [%1]==[] exit /b 9\r\necho %1\r\nshift\r\ngoto next\r\n";
    fs::write(&file, lines).unwrap();
    file.to_str().unwrap().to_owned()
}

/// An argument as [`echo`] prints it: in quotes, which cmd.exe leaves to the program.
pub fn echoed(argument: &str) -> String {
    let is_plain = argument.chars().all(|c| c.is_ascii_alphanumeric());
    // A quote that ends the argument must not seem to be behind a backslash.
    let end = if argument.ends_with('\\') { "\\" } else { "" };
    if is_plain {
        argument.to_owned()
    } else {
        format!("\"{argument}{end}\"")
    }
}

/// Whether the system tells which program asks for a token.
pub const TELLS_PROGRAMS: bool = true;
