//! Moves the data folder: on Windows, version 0.1.0 had it in the roaming profile, which is copied to other computers. Everything is
//! copied and read back, the book last, and only then removed from the old folder, together with its logs and its locks. A kill between
//! any two steps loses nothing, and the next start continues.

use std::fs;
use std::path::{Path, PathBuf};

use super::file::{self, private_folder, write_atomically};
use super::lock;
use crate::error::{Error, Result};

pub(super) const BOOK: &str = "book.json";
/// A copy of the old book as it was moved. While the old book equals it, no earlier version has written to it since. It is removed last.
const COPIED: &str = "book-moved.json";
/// Folders within the data folder that move as well.
const FOLDERS: [&str; 2] = ["sealed", "exports"];
/// Folders that do not move: nobody misses what is in them.
const LEFT: [&str; 2] = ["logs", "locks"];

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
    let lock = lock::hold_in(from, &from.join("book.lock"), true)?;
    let Ok(instance) = lock::instance(from) else {
        return Ok(to.join(BOOK).exists());
    };
    private_folder(to)?;
    let steps = steps(from, to)?;
    steps.iter().try_for_each(Step::run)?;
    if from.join(BOOK).exists() {
        return Ok(true);
    }
    drop((lock, instance));
    clean(from);
    Step::Remove(to.join(COPIED)).run()?;
    Ok(true)
}

/// Removes what is left in a folder whose book has moved: logs, locks, temporary files of a killed writer, and the folders that are empty
/// then. A folder that is not empty has other files, such as the person's provider files.
fn clean(folder: &Path) {
    let below = |folder: &Path| files(folder).into_iter();
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".lock") || name.starts_with(".book")
    };
    let left = LEFT.iter().flat_map(|name| below(&folder.join(name)));
    for path in left.chain(below(folder).filter(is_ours)) {
        // Another program may already use it; that program creates it again.
        let _ = file::remove(&path);
    }
    for name in FOLDERS.iter().chain(&LEFT).chain(&[""]) {
        let _ = fs::remove_dir(folder.join(name));
    }
}

/// The remaining steps under the lock.
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
    Ok(steps)
}

/// The other files that move: copies of earlier books, sealed files, unfinished exports.
fn others(from: &Path) -> Vec<PathBuf> {
    let is_earlier = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("book-v") && name.ends_with(".json")
    };
    let mut found: Vec<PathBuf> = files(from).into_iter().filter(is_earlier).collect();
    found.extend(FOLDERS.iter().flat_map(|name| files(&from.join(name))));
    found.sort();
    found
}

/// The files of a folder; none of a missing one.
fn files(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).into_iter().flatten().flatten();
    all.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
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

    const LEFT_OVER: [&str; 6] = [
        "logs/keybearer.2026-11-30.log",
        "locks/a1.lock",
        "locks/computer",
        "book.lock",
        "instance.lock",
        ".book.json.x1",
    ];
    /// The config folder has the same path.
    const OTHERS: &str = "providers/mine.toml";

    fn made(folder: &Path) {
        for name in FILES.iter().chain(&LEFT_OVER).chain(&[OTHERS]) {
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
        assert_eq!(count, 2 * FILES.len() + 1);
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
            for name in LEFT_OVER.iter().chain(&["logs", "locks", "sealed", "exports"]) {
                assert!(!from.join(name).exists(), "after {done}: {name}");
            }
            assert!(from.join(OTHERS).exists());
            // It moves only once: what is written afterwards stays.
            fs::write(to.join(BOOK), "newer").unwrap();
            assert_eq!(relocate(&from, &to), to);
            assert_eq!(fs::read_to_string(to.join(BOOK)).unwrap(), "newer");
        }
    }

    #[test]
    fn a_folder_that_had_nothing_else_is_removed() {
        let home = tempfile::TempDir::new().unwrap();
        let (from, to) = (home.path().join("old"), home.path().join("new"));
        made(&from);
        fs::remove_dir_all(from.join("providers")).unwrap();
        assert_eq!(relocate(&from, &to), to);
        assert!(!from.exists());
        // A kill after that and before the end.
        fs::copy(to.join(BOOK), to.join(COPIED)).unwrap();
        assert_eq!(relocate(&from, &to), to);
        assert!(!from.exists() && !to.join(COPIED).exists());
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
