//! Start at login: an entry that the desktop reads (freedesktop.org, Desktop Application Autostart Specification).

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

pub use crate::system::unix::autostart::{Entry, read, remove, restore, write};

/// Where the entry is: in `XDG_CONFIG_HOME`, or `~/.config`. A Flatpak has a configuration folder of its own, where no session looks, and
/// its manifest lets it into the session's.
pub fn place() -> io::Result<PathBuf> {
    let base = directories::BaseDirs::new().ok_or_else(|| io::Error::new(ErrorKind::NotFound, "no home folder"))?;
    let config = match is_flatpak() {
        true => base.home_dir().join(".config"),
        false => base.config_dir().to_owned(),
    };
    Ok(config.join("autostart/io.github.keybearer.desktop"))
}

/// Whether this process runs in a Flatpak (flatpak-metadata(5) is the file's format).
fn is_flatpak() -> bool {
    Path::new("/.flatpak-info").exists()
}

/// Does nothing: version 0.1.0 had the same entry.
pub fn rename(_program: &Path) -> io::Result<()> {
    Ok(())
}

/// Never: a program stays where it is.
pub fn is_temporary(_program: &Path) -> bool {
    false
}

/// The AppImage that a program belongs to, by its variables. A terminal that is an AppImage itself hands on both, which name that one.
pub fn image(program: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let mounted = std::fs::canonicalize(variable("APPDIR")?).ok()?;
    let image = variable("APPIMAGE")?;
    program.starts_with(mounted).then(|| image.into())
}

/// The entry's text. The session does not see a Flatpak's programs, and starts it by its id.
pub fn text(program: &str) -> String {
    let command = match is_flatpak() {
        true => "flatpak run io.github.keybearer".to_owned(),
        false => quoted(program),
    };
    format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Keybearer\nExec={command} --hidden\nStartupNotify=false\nTerminal=false\n"
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
