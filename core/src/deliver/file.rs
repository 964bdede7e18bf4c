//! Files of the person's own: what is written, and where a link may lead. Blocks.

use std::fs;
use std::path::{Path, PathBuf};

use super::{env_file, foreign};
use crate::book::file::{Mode, read_theirs, write_theirs};
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::{Place, Proof};

/// A `.env` file is a few KB, and a token is less; what is larger is another file.
const MAX_FILE: u64 = 1 << 20;

/// Sets one key of a `.env` file; a file that is not there is made for its owner only.
///
/// # Errors
/// [`Error::DeliveryUnconfirmed`] where the path leads elsewhere than it did, [`Error::Disk`], [`Error::InputInvalid`]; and
/// as [`env_file::set`], where nothing is written.
pub fn set_key(place: &Place, key: &str, token: &Secret) -> Result<Proof> {
    let path = followed(place)?;
    let before = read_theirs(&path, MAX_FILE)?.unwrap_or_default();
    if !before.trim_ascii().is_empty() {
        foreign::check_name(&path.file_name().unwrap_or_default().to_string_lossy())?;
    }
    let after = env_file::set(&before, key, token.expose())?;
    write(&path, &after, Mode::Kept)
}

/// Writes the token as a file's whole content, without an end of line, for its owner only; not over what another program
/// has sealed, or something that is clearly not a token.
///
/// # Errors
/// As [`set_key`].
pub fn set_whole(place: &Place, token: &Secret) -> Result<Proof> {
    let path = followed(place)?;
    if let Some(before) = read_theirs(&path, MAX_FILE)? {
        foreign::check(&before)?;
        // A token is text; what is no text may be sealed.
        if std::str::from_utf8(&before).is_err() {
            return Err(Error::EnvFileForeign { kind: "binary" });
        }
    }
    write(&path, token.expose().as_bytes(), Mode::Private)
}

fn write(path: &Path, content: &[u8], mode: Mode) -> Result<Proof> {
    write_theirs(path, content, mode)?;
    match read_theirs(path, content.len() as u64)?.as_deref() == Some(content) {
        true => Ok(Proof::ReadBack),
        false => Err(Error::DeliveryUnseen {
            target: path.display().to_string(),
        }),
    }
}

/// A path that a person chose, with where it leads if it is a link, or a folder on the way is one.
///
/// # Errors
/// [`Error::InputInvalid`] where it is no place for a file; [`Error::Disk`] for a link that leads nowhere.
pub fn place(path: &Path) -> Result<Place> {
    let invalid = || Error::InputInvalid { field: "path".into() };
    let text = |path: &Path| path.to_str().filter(|_| path.is_absolute()).map(str::to_owned).ok_or_else(invalid);
    let chosen = text(path)?;
    let (folder, name) = path.parent().zip(path.file_name()).ok_or_else(invalid)?;
    if !folder.is_dir() {
        return Err(invalid());
    }
    let led = match fs::symlink_metadata(path) {
        Ok(_) => dunce::canonicalize(path),
        Err(_) => dunce::canonicalize(folder).map(|folder| folder.join(name)),
    };
    let led = led.map_err(Error::disk(path))?;
    if fs::symlink_metadata(&led).is_ok_and(|known| !known.is_file()) {
        return Err(invalid());
    }
    Ok(Place {
        path: chosen,
        leads_to: match path.ancestors().any(Path::is_symlink) {
            true => Some(text(&led)?),
            false => None,
        },
    })
}

/// The file to write: a link is followed to where the person was told that it leads.
fn followed(confirmed: &Place) -> Result<PathBuf> {
    let now = place(Path::new(&confirmed.path))?;
    // Version 0.1.0 kept Windows' own form of it, `\\?\C:\…`.
    let led = confirmed.leads_to.as_deref().map(|led| dunce::simplified(Path::new(led)));
    if now.path != confirmed.path || now.leads_to.as_deref() != led.and_then(Path::to_str) {
        return Err(Error::DeliveryUnconfirmed);
    }
    Ok(PathBuf::from(now.leads_to.unwrap_or(now.path)))
}
