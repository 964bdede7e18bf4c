//! Writes the person's files, and follows links only to where they led when the person confirmed them. Blocks.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{env_file, foreign};
use crate::book::file::{Mode, read_theirs, write_theirs};
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::{ChosenFile, Proof};

/// The most bytes of a file that is changed. A `.env` file has a few KB, and a token less.
const MAX_FILE: u64 = 1 << 20;

/// Sets one key of a `.env` file. A new file is readable by its owner only.
///
/// # Errors
/// [`Error::DeliveryUnconfirmed`] if the path leads elsewhere than when it was confirmed, [`Error::FileNowhere`], [`Error::Disk`], and those
/// of [`env_file::set`]. Nothing is written then.
pub fn set_key(place: &ChosenFile, key: &str, token: &Secret) -> Result<Proof> {
    let path = followed(place)?;
    let before = read_theirs(&path, MAX_FILE)?.unwrap_or_default();
    if !before.trim_ascii().is_empty() {
        foreign::check_name(&path.file_name().unwrap_or_default().to_string_lossy())?;
    }
    let after = env_file::set(&before, key, token.expose())?;
    write(&path, &after, Mode::Kept)
}

/// Writes the token as a file's whole content, without a line break, readable by its owner only. A file that another program encrypts,
/// or that is clearly no token, is not overwritten.
///
/// # Errors
/// As [`set_key`].
pub fn set_whole(place: &ChosenFile, token: &Secret) -> Result<Proof> {
    let path = followed(place)?;
    if let Some(before) = read_theirs(&path, MAX_FILE)? {
        foreign::check(&before)?;
        // A token is text. A file that is not text may be encrypted.
        if std::str::from_utf8(&before).is_err() {
            return Err(Error::EnvFileForeign { kind: "binary" });
        }
    }
    write(&path, token.expose().as_bytes(), Mode::Private)
}

fn write(path: &Path, content: &[u8], mode: Mode) -> Result<Proof> {
    write_theirs(path, content, mode)?;
    match read_theirs(path, content.len() as u64) {
        Ok(Some(read)) if read == content => Ok(Proof::ReadBack),
        // Another program has written something else, perhaps something longer.
        Ok(_) | Err(Error::EnvFileForeign { .. }) => Err(Error::DeliveryUnseen {
            target: path.display().to_string(),
        }),
        Err(error) => Err(error),
    }
}

/// A path that a person chose, and where it leads if it, or a folder on the way, is a link.
///
/// # Errors
/// [`Error::InputInvalid`] for a path that names no file; [`Error::FileNowhere`] if its folder is missing, a link leads nowhere, or
/// something other than a file is there; [`Error::Disk`].
pub fn place(path: &Path) -> Result<ChosenFile> {
    let invalid = || Error::InputInvalid { field: "path".into() };
    let nowhere = |path: &Path, why| Error::FileNowhere {
        path: path.to_owned(),
        why,
    };
    let text = |path: &Path| path.to_str().filter(|_| path.is_absolute()).map(str::to_owned).ok_or_else(invalid);
    let chosen = text(path)?;
    let (folder, name) = path.parent().zip(path.file_name()).ok_or_else(invalid)?;
    if !folder.is_dir() {
        return Err(nowhere(folder, "folder"));
    }
    let led = match fs::symlink_metadata(path) {
        Ok(_) => dunce::canonicalize(path),
        Err(_) => dunce::canonicalize(folder).map(|folder| folder.join(name)),
    };
    let led = led.map_err(|error| match error.kind() {
        ErrorKind::NotFound => nowhere(path, "link"),
        _ => Error::disk(path)(error),
    })?;
    if fs::symlink_metadata(&led).is_ok_and(|known| !known.is_file()) {
        return Err(nowhere(path, "other"));
    }
    Ok(ChosenFile {
        path: chosen,
        leads_to: match path.ancestors().any(Path::is_symlink) {
            true => Some(text(&led)?),
            false => None,
        },
    })
}

/// The file to write. A link is followed only to where it led when the person confirmed it.
fn followed(confirmed: &ChosenFile) -> Result<PathBuf> {
    let now = place(Path::new(&confirmed.path))?;
    // Version 0.1.0 saved Windows' form of the path, `\\?\C:\…`.
    let led = confirmed.leads_to.as_deref().map(|led| dunce::simplified(Path::new(led)));
    if now.path != confirmed.path || now.leads_to.as_deref() != led.and_then(Path::to_str) {
        return Err(Error::DeliveryUnconfirmed);
    }
    Ok(PathBuf::from(now.leads_to.unwrap_or(now.path)))
}
