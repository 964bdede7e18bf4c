//! The relay page as a file, ready to be uploaded. Hosting it is the person's part.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use keybearer_core::error::{Error, Result};
use tauri::{AppHandle, Manager, Runtime};

/// Writes the page into the Downloads folder, in a folder of its own, and says where. A file that somebody changed there
/// stays, and the page goes beside it.
///
/// # Errors
/// [`Error::Disk`], [`Error::Internal`] where there is neither a Downloads nor a home folder.
pub async fn save<R: Runtime>(app: &AppHandle<R>, page: &'static str) -> Result<String> {
    let paths = app.path();
    let folder = paths.download_dir().or_else(|_| paths.home_dir());
    let folder = folder.map_err(|e| Error::Internal { detail: e.to_string() })?;
    let done = tauri::async_runtime::spawn_blocking(move || write(&folder, page)).await;
    done.map_err(|e| Error::Internal { detail: e.to_string() })?
}

fn write(folder: &Path, page: &str) -> Result<String> {
    let mut number = 1;
    loop {
        let name = match number {
            1 => "keybearer-callback".to_owned(),
            n => format!("keybearer-callback-{n}"),
        };
        let own = folder.join(name);
        fs::create_dir_all(&own).map_err(Error::disk(&own))?;
        let file = own.join("index.html");
        // Never over what is there, nor through a link.
        match File::create_new(&file) {
            Ok(mut new) => {
                new.write_all(page.as_bytes()).map_err(Error::disk(&file))?;
                return Ok(file.display().to_string());
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                if fs::read_to_string(&file).is_ok_and(|there| there == page) {
                    return Ok(file.display().to_string());
                }
                number += 1;
            }
            Err(e) => return Err(Error::disk(&file)(e)),
        }
    }
}
