//! What Windows and macOS share.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use super::look_again_and_again;

pub mod keychain;
pub mod ports;

/// Calls `look` again and again, because a file of a folder may have been replaced, until it returns false. Blocks.
pub fn watch_folder(_folder: &Path, look: impl FnMut() -> bool) {
    look_again_and_again(look);
}

/// Writes a certificate to a temporary file for a tool that only reads files. The certificate is public, but no one else may write the
/// file.
pub fn with_file<T>(pem: &str, work: impl FnOnce(&Path) -> Result<T, String>) -> Result<T, String> {
    let path = std::env::temp_dir().join(format!("keybearer-{}.pem", std::process::id()));
    let refused = |e: std::io::Error| format!("{}: {e}", path.display());
    // A killed process may have left one.
    let _ = fs::remove_file(&path);
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(refused)?;
    file.write_all(pem.as_bytes()).map_err(refused)?;
    drop(file);
    let done = work(&path);
    let _ = fs::remove_file(&path);
    done
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_file_of_a_certificate_is_gone_afterwards() {
        let read = with_file("PEM", |path| Ok((path.to_owned(), fs::read_to_string(path).unwrap()))).unwrap();
        assert_eq!(read.1, "PEM");
        assert!(!read.0.exists());
        let failed: Result<(), String> = with_file("PEM", |_| Err("no".into()));
        assert!(failed.is_err());
        assert!(!read.0.exists());
    }
}
