//! Files of the person's own: what is written, and where a link may lead. Blocks.

use std::fs;
use std::path::{Path, PathBuf};

use super::env_file;
use crate::book::file::{Mode, write_theirs};
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::{Place, Proof};

/// A `.env` file is a few KB; what is larger is another file.
const MAX_FILE: u64 = 1 << 20;

/// Sets one key of a `.env` file; a file that is not there is made for its owner only.
///
/// # Errors
/// [`Error::DeliveryUnconfirmed`] where the path leads elsewhere than it did, [`Error::Disk`], [`Error::InputInvalid`].
pub fn set_key(place: &Place, key: &str, token: &Secret) -> Result<Proof> {
    let path = followed(place)?;
    let before = match fs::metadata(&path) {
        Ok(known) if known.len() > MAX_FILE => return Err(Error::InputInvalid { field: "path".into() }),
        Ok(_) => fs::read(&path).map_err(Error::disk(&path))?,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(e) => return Err(Error::disk(&path)(e)),
    };
    let after = env_file::set(&before, key, token.expose())?;
    write(&path, &after, Mode::Kept)
}

/// Writes the token as a file's whole content, without an end of line, for its owner only.
///
/// # Errors
/// As [`set_key`].
pub fn set_whole(place: &Place, token: &Secret) -> Result<Proof> {
    write(&followed(place)?, token.expose().as_bytes(), Mode::Private)
}

fn write(path: &Path, content: &[u8], mode: Mode) -> Result<Proof> {
    write_theirs(path, content, mode)?;
    match fs::read(path).map_err(Error::disk(path))? == content {
        true => Ok(Proof::ReadBack),
        false => Err(Error::DeliveryUnseen {
            target: path.display().to_string(),
        }),
    }
}

/// A path that a person chose, with where it leads if it is a link.
///
/// # Errors
/// [`Error::InputInvalid`] where it is no place for a file; [`Error::Disk`] for a link that leads nowhere.
pub fn place(path: &Path) -> Result<Place> {
    let invalid = || Error::InputInvalid { field: "path".into() };
    let text = path.to_str().filter(|_| path.is_absolute()).ok_or_else(invalid)?;
    let mut leads_to = None;
    if let Ok(known) = fs::symlink_metadata(path) {
        if known.is_symlink() {
            let led = fs::canonicalize(path).map_err(Error::disk(path))?;
            leads_to = Some(led.to_str().ok_or_else(invalid)?.to_owned());
        }
        if !fs::metadata(path).map_err(Error::disk(path))?.is_file() {
            return Err(invalid());
        }
    }
    if path.file_name().is_none() || !path.parent().is_some_and(Path::is_dir) {
        return Err(invalid());
    }
    Ok(Place {
        path: text.to_owned(),
        leads_to,
    })
}

/// The file to write: a link is followed to where the person was told that it leads.
fn followed(confirmed: &Place) -> Result<PathBuf> {
    let now = place(Path::new(&confirmed.path))?;
    if now != *confirmed {
        return Err(Error::DeliveryUnconfirmed);
    }
    Ok(PathBuf::from(now.leads_to.unwrap_or(now.path)))
}
