//! Saves files for the person: the relay page for uploading, the calendar, and copies without a secret.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use keybearer_core::error::{Error, Result};
use tauri::{AppHandle, Manager, Runtime};

/// Writes a file into a folder of its own within the Downloads folder, and returns its path. An existing file with other content stays,
/// and this one gets another name.
///
/// # Errors
/// [`Error::Disk`], [`Error::Internal`] if there is neither a Downloads nor a home folder.
pub async fn save<R: Runtime>(app: &AppHandle<R>, folder: &'static str, file: &str, text: String) -> Result<String> {
    let (downloads, file) = (downloads(app)?, file.to_owned());
    let done = tauri::async_runtime::spawn_blocking(move || write(&downloads, folder, &file, &text)).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
}

/// The Downloads folder, or the home folder if the system does not name one.
///
/// # Errors
/// As [`save`].
pub fn downloads<R: Runtime>(app: &AppHandle<R>) -> Result<PathBuf> {
    let paths = app.path();
    let downloads = paths.download_dir().or_else(|_| paths.home_dir());
    downloads.map_err(|e| Error::Internal { detail: e.to_string() })
}

fn write(downloads: &Path, folder: &str, file: &str, text: &str) -> Result<String> {
    let mut number = 1;
    loop {
        let name = match number {
            1 => folder.to_owned(),
            n => format!("{folder}-{n}"),
        };
        let own = downloads.join(name);
        fs::create_dir_all(&own).map_err(Error::disk(&own))?;
        let path = own.join(file);
        // Never overwrite a file or follow a link.
        match File::create_new(&path) {
            Ok(mut new) => {
                new.write_all(text.as_bytes()).map_err(Error::disk(&path))?;
                return Ok(path.display().to_string());
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                if fs::read_to_string(&path).is_ok_and(|there| there == text) {
                    return Ok(path.display().to_string());
                }
                number += 1;
            }
            Err(e) => return Err(Error::disk(&path)(e)),
        }
    }
}
