//! The relay page as a file, ready to be uploaded. Hosting it is the person's part.

use std::fs;

use keybearer_core::error::{Error, Result};
use tauri::{AppHandle, Manager, Runtime};

/// Writes the page into the Downloads folder, in a folder of its own, and says where. A file that somebody changed there
/// stays, and the page goes beside it.
///
/// # Errors
/// [`Error::Disk`], [`Error::Internal`] where there is neither a Downloads nor a home folder.
pub fn save<R: Runtime>(app: &AppHandle<R>, page: &str) -> Result<String> {
    let paths = app.path();
    let folder = paths.download_dir().or_else(|_| paths.home_dir());
    let folder = folder.map_err(|e| Error::Internal { detail: e.to_string() })?;
    let mut number = 1;
    loop {
        let name = if number == 1 {
            "keybearer-callback".to_owned()
        } else {
            format!("keybearer-callback-{number}")
        };
        let file = folder.join(name).join("index.html");
        match fs::read_to_string(&file) {
            Ok(there) if there != page => number += 1,
            Ok(_) => return Ok(file.display().to_string()),
            Err(_) => {
                let parent = file.parent().unwrap_or(&folder);
                fs::create_dir_all(parent).map_err(Error::disk(parent))?;
                fs::write(&file, page).map_err(Error::disk(&file))?;
                return Ok(file.display().to_string());
            }
        }
    }
}
