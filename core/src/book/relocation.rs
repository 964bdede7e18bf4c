//! Moves the data folder: on Windows, version 0.1.0 had it in the roaming profile, which is copied to other computers. Everything is
//! copied and read back, the book last, and only then removed from the old folder. A kill between any two steps loses nothing, and the
//! next start continues.

use std::fs;
use std::path::{Path, PathBuf};

use super::file::{self, private_folder, write_atomically};
use super::lock;
use crate::error::{Error, Result};

pub(super) const BOOK: &str = "book.json";
/// A copy of the old book as it was moved. While the old book equals it, no earlier version has written to it since.
const COPIED: &str = "book-moved.json";
/// Folders within the data folder that move as well.
const FOLDERS: [&str; 2] = ["sealed", "exports"];

/// One step. Each leaves only whole files and can be repeated.
#[derive(Debug)]
enum Step {
    Copy(PathBuf, PathBuf),
    Remove(PathBuf),
}

/// Moves the data, if there are any, and returns the folder to use: the old one if moving failed, or if an earlier version is using it.
pub fn relocate(from: &Path, to: &Path) -> PathBuf {
    if !from.join(BOOK).exists() && !to.join(COPIED).exists() {
        return to.to_owned();
    }
    match moved(from, to) {
        Ok(true) => to.to_owned(),
        Ok(false) => from.to_owned(),
        Err(error) => {
            tracing::warn!(code = %error.code(), "the data folder was not moved");
            if to.join(BOOK).exists() { to.to_owned() } else { from.to_owned() }
        }
    }
}

/// Moves the data under the old book's lock. False if the folder is in use.
fn moved(from: &Path, to: &Path) -> Result<bool> {
    private_folder(from)?;
    let _lock = lock::hold_in(from, &from.join("book.lock"), true)?;
    let Ok(_instance) = lock::instance(from) else {
        return Ok(to.join(BOOK).exists());
    };
    private_folder(to)?;
    steps(from, to)?.iter().try_for_each(Step::run)?;
    Ok(true)
}

/// The remaining steps.
fn steps(from: &Path, to: &Path) -> Result<Vec<Step>> {
    let (old, new, copied) = (from.join(BOOK), to.join(BOOK), to.join(COPIED));
    let mut steps = Vec::new();
    if old.exists() {
        let others = others(from);
        if !new.exists() {
            let target = |path: &Path| path.strip_prefix(from).map(|inner| to.join(inner));
            for path in &others {
                let target = target(path).map_err(|e| Error::Internal { detail: e.to_string() })?;
                steps.push(Step::Copy(path.clone(), target));
            }
            steps.push(Step::Copy(old.clone(), copied.clone()));
            steps.push(Step::Copy(old.clone(), new));
        } else if file::read(&old).ok() != file::read(&copied).ok() {
            tracing::warn!("an earlier version keeps a book of its own");
            return Ok(steps);
        }
        steps.extend(others.into_iter().chain([old]).map(Step::Remove));
    }
    steps.push(Step::Remove(copied));
    Ok(steps)
}

/// The other files that move: copies of earlier books, sealed files, unfinished exports.
fn others(from: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_earlier = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("book-v") && name.ends_with(".json")
    };
    let mut found: Vec<PathBuf> = below(from).filter(is_earlier).collect();
    found.extend(FOLDERS.iter().flat_map(|name| below(&from.join(name))));
    found.retain(|path| path.is_file());
    found.sort();
    found
}

impl Step {
    fn run(&self) -> Result<()> {
        match self {
            Step::Copy(from, to) => {
                let content = file::read(from).map_err(Error::disk(from))?;
                private_folder(to.parent().unwrap_or(Path::new(".")))?;
                write_atomically(to, &content)?;
                match file::read(to).map_err(Error::disk(to))? == content {
                    true => Ok(()),
                    false => Err(Error::disk(to)(std::io::ErrorKind::InvalidData.into())),
                }
            }
            Step::Remove(path) => file::remove(path),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FILES: [&str; 5] = [BOOK, "book-v3.json", "sealed/recipient", "sealed/account-a.age", "exports/0a.json"];

    fn made(folder: &Path) {
        for name in FILES {
            fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
            fs::write(folder.join(name), name).unwrap();
        }
    }

    fn has_all(folder: &Path) -> bool {
        FILES
            .iter()
            .all(|name| fs::read_to_string(folder.join(name)).is_ok_and(|content| content == *name))
    }

    #[test]
    fn a_kill_at_any_step_loses_nothing() {
        let count = {
            let home = tempfile::TempDir::new().unwrap();
            made(&home.path().join("old"));
            steps(&home.path().join("old"), &home.path().join("new")).unwrap().len()
        };
        assert_eq!(count, 2 * FILES.len() + 2);
        for done in 0..=count {
            let home = tempfile::TempDir::new().unwrap();
            let (from, to) = (home.path().join("old"), home.path().join("new"));
            made(&from);
            for step in &steps(&from, &to).unwrap()[..done] {
                step.run().unwrap();
                assert!(has_all(&from) || has_all(&to), "after {done}");
            }
            assert_eq!(relocate(&from, &to), to);
            assert!(has_all(&to) && FILES.iter().all(|name| !from.join(name).exists()), "after {done}");
            assert!(!to.join(COPIED).exists());
            // It moves only once: what is written afterwards stays.
            fs::write(to.join(BOOK), "newer").unwrap();
            assert_eq!(relocate(&from, &to), to);
            assert_eq!(fs::read_to_string(to.join(BOOK)).unwrap(), "newer");
        }
    }

    #[test]
    fn a_folder_in_use_stays_and_two_books_are_not_mixed() {
        let home = tempfile::TempDir::new().unwrap();
        let (from, to) = (home.path().join("old"), home.path().join("new"));
        assert_eq!(relocate(&from, &to), to, "nothing is there yet");
        made(&from);
        let held = lock::instance(&from).unwrap();
        assert_eq!(relocate(&from, &to), from);
        assert!(has_all(&from) && !to.exists());
        drop(held);
        assert_eq!(relocate(&from, &to), to);
        // An earlier version was started again and made a book of its own.
        made(&from);
        fs::write(from.join(BOOK), "another").unwrap();
        assert_eq!(relocate(&from, &to), to);
        assert!(has_all(&to));
        assert_eq!(fs::read_to_string(from.join(BOOK)).unwrap(), "another");
    }
}
