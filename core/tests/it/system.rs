//! What differs between systems as far as the tests see it; the programs' own part is core/src/system.

use std::path::Path;

/// Whether a session can be had with another keychain, or none: D-Bus and gnome-keyring, by script/desktop. Elsewhere a test
/// that needs one returns at once; a keychain that is locked or missing is not what Windows and macOS have.
pub const SESSIONS: bool = cfg!(target_os = "linux");

/// Whether there is a shell, to start a child with other limits.
pub const SHELL: bool = cfg!(unix);

/// Whether this program is named as the one that has a port. Wine does not tell whose a listening socket is.
pub fn is_named(owner: &str) -> bool {
    owner.contains(&format!("({})", std::process::id())) || Path::new(r"C:\windows\system32\wineboot.exe").exists()
}

/// The mode of a file or folder; none where there are none.
#[cfg(unix)]
pub fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(std::fs::metadata(path).unwrap().permissions().mode() & 0o777)
}

/// The mode of a file or folder; none where there are none.
#[cfg(windows)]
pub fn mode(_: &Path) -> Option<u32> {
    None
}
