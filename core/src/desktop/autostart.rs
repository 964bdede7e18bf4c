//! Start with the session where a desktop reads entries for that: Linux (freedesktop.org, Desktop Application Autostart Specification). The
//! window's process and the command line write the same one.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::book::file;
use crate::error::{Error, Result};
use crate::keeper::IDENTIFIER;

/// Writes the entry: the desktop starts this program, hidden, at each login.
///
/// # Errors
/// [`Error::Internal`] where the machine has no home folder, and for a path that no entry can have; [`Error::Disk`].
pub fn write(program: &Path) -> Result<()> {
    let entry = entry()?;
    let program = program.to_str().filter(|path| !path.contains(char::is_control));
    let program = program.ok_or_else(|| internal("the app's path is not plain text"))?;
    if let Some(folder) = entry.parent() {
        std::fs::create_dir_all(folder).map_err(Error::disk(folder))?;
    }
    file::write_atomically(&entry, text(program).as_bytes())
}

/// Removes the entry. A missing one is no error.
///
/// # Errors
/// As [`write()`].
pub fn remove() -> Result<()> {
    file::remove(&entry()?)
}

/// What the entry says; nothing without one.
///
/// # Errors
/// As [`write()`].
pub fn read() -> Result<Option<Vec<u8>>> {
    let entry = entry()?;
    match std::fs::read(&entry) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        read => read.map(Some).map_err(Error::disk(&entry)),
    }
}

/// Makes the entry what [`read()`] returned before a change.
///
/// # Errors
/// As [`write()`].
pub fn restore(before: Option<&[u8]>) -> Result<()> {
    match before {
        Some(text) => file::write_atomically(&entry()?, text),
        None => remove(),
    }
}

/// The AppImage that a program belongs to. A terminal that is an AppImage itself hands on both variables, which name that one.
pub fn image(program: &Path) -> Option<PathBuf> {
    image_by(program, |name| std::env::var_os(name))
}

/// The same for a program of another process, by that one's variables.
pub fn image_by(program: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let mounted = std::fs::canonicalize(variable("APPDIR")?).ok()?;
    let image = variable("APPIMAGE")?;
    program.starts_with(mounted).then(|| image.into())
}

/// Where the entry is: in `XDG_CONFIG_HOME`, or `~/.config`.
fn entry() -> Result<PathBuf> {
    let base = directories::BaseDirs::new().ok_or_else(|| internal("no home folder"))?;
    Ok(base.config_dir().join("autostart").join(format!("{IDENTIFIER}.desktop")))
}

fn text(program: &str) -> String {
    let program = quoted(program);
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Keybearer\nExec={program} --hidden\nStartupNotify=false\nTerminal=false\n"
    )
}

/// A path in quotes, as `Exec` wants it (Desktop Entry Specification, "The Exec key"): a backslash before four characters, each backslash
/// written twice because the value is a string of its own, and `%` twice, because it begins a field code.
fn quoted(path: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in path.chars() {
        match letter {
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => quoted.extend([r"\\", letter.encode_utf8(&mut [0; 4])]),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn internal(detail: &str) -> Error {
    Error::Internal { detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_argument() {
        for (path, written) in [
            ("/usr/bin/keybearer-desktop", r#""/usr/bin/keybearer-desktop""#),
            ("/home/a b/K.AppImage", r#""/home/a b/K.AppImage""#),
            ("/100%", r#""/100%%""#),
            ("/a$b`c\"d", r#""/a\\$b\\`c\\"d""#),
            (r"/a\b", r#""/a\\\\b""#),
        ] {
            assert_eq!(quoted(path), written);
        }
        assert!(text("/a").contains("\nExec=\"/a\" --hidden\n"));
    }
}
