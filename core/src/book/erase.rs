//! Deletes a data folder that no process uses. The book is deleted last, so that an interrupted call can be repeated.

use std::fs;
use std::path::{Path, PathBuf};

use super::file::remove;
use super::lock::{self, Held};
use super::relocation::BOOK;
use crate::error::{Error, Result};

/// Folders within the data folder that contain only our files.
const FOLDERS: [&str; 3] = ["sealed", "exports", "logs"];

/// All locks of a data folder: no app or command line uses it as long as this exists.
#[derive(Debug)]
pub struct Alone {
    _held: Vec<Held>,
}

/// Takes every lock of the folder.
///
/// # Errors
/// [`Error::AlreadyRunning`] if any of them is held; [`Error::Disk`].
pub fn alone(data: &Path) -> Result<Alone> {
    let mut held = vec![lock::instance(data)?];
    let locks = names(&data.join("locks"), |name| name.ends_with(".lock"));
    for path in locks.into_iter().chain([data.join("book.lock"), data.join(lock::PRACTICE)]) {
        held.push(lock::hold_in(data, &path, false)?.ok_or(Error::AlreadyRunning)?);
    }
    Ok(Alone { _held: held })
}

/// The files that are removed, in this order. The book is the last one.
pub fn files(data: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = FOLDERS.iter().flat_map(|folder| names(&data.join(folder), |_| true)).collect();
    files.extend(names(data, |name| name.trim_start_matches('.').starts_with("ledger.jsonl")));
    // The book, copies of its earlier versions, and temporary files of a killed writer.
    let is_book = |name: &str| name.trim_start_matches('.').starts_with("book") && name.contains(".json");
    let mut books = names(data, is_book);
    books.sort_by_key(|path| path.file_name().is_some_and(|name| name == BOOK));
    files.extend(books);
    files
}

/// Removes the files, then the lock files, then the folders that are empty.
///
/// # Errors
/// [`Error::Disk`]; the next call removes what is left.
pub fn erase(data: &Path, alone: Alone) -> Result<()> {
    files(data).iter().try_for_each(|path| remove(path))?;
    drop(alone);
    let locks = names(&data.join("locks"), |_| true).into_iter();
    for path in locks.chain(names(data, |name| name.ends_with(".lock"))) {
        // Another program may already use it; that program creates it again.
        let _ = remove(&path);
    }
    for folder in FOLDERS.iter().chain(&["locks", ""]) {
        // A folder that is not empty has files of others, such as the webview's.
        let _ = fs::remove_dir(data.join(folder));
    }
    Ok(())
}

/// The files of a folder with matching names, sorted; none for a missing folder.
fn names(folder: &Path, is_meant: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).into_iter().flatten().flatten();
    let meant = all.filter(|entry| is_meant(&entry.file_name().to_string_lossy()));
    let mut files: Vec<PathBuf> = meant.map(|entry| entry.path()).filter(|path| !path.is_dir()).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const OURS: [&str; 12] = [
        "sealed/recipient",
        "sealed/account-a.age",
        "exports/0a.json",
        "logs/keybearer.log",
        "ledger.jsonl",
        ".ledger.jsonl.x1",
        ".book.json.x1",
        "book-v3.json",
        "book.json",
        "locks/computer",
        "locks/practice",
        "practice.lock",
    ];
    const OTHERS: [&str; 2] = ["EBWebView/Local State", "notebook.txt"];

    fn made() -> tempfile::TempDir {
        let data = tempfile::TempDir::new().unwrap();
        for name in OURS.iter().chain(&OTHERS) {
            fs::create_dir_all(data.path().join(name).parent().unwrap()).unwrap();
            fs::write(data.path().join(name), name).unwrap();
        }
        data
    }

    #[test]
    fn a_kill_at_any_step_leaves_what_the_next_call_removes() {
        let count = files(made().path()).len();
        assert_eq!(count, OURS.len() - 3, "the locks go with their folder");
        for done in 0..=count {
            let data = made();
            let alone = alone(data.path()).unwrap();
            for path in &files(data.path())[..done] {
                assert!(data.path().join("book.json").exists(), "the book is the last");
                remove(path).unwrap();
            }
            drop(alone);
            erase(data.path(), super::alone(data.path()).unwrap()).unwrap();
            for name in OURS {
                assert!(!data.path().join(name).exists(), "{name}");
            }
            assert!(OTHERS.iter().all(|name| data.path().join(name).exists()));
            for folder in FOLDERS.iter().chain(&["locks"]) {
                assert!(!data.path().join(folder).exists(), "{folder}");
            }
        }
    }

    #[test]
    fn a_folder_that_is_only_ours_goes_whole() {
        let home = tempfile::TempDir::new().unwrap();
        let data = home.path().join("data");
        erase(&data, alone(&data).unwrap()).unwrap();
        assert!(!data.exists());
    }

    #[test]
    fn nothing_is_taken_from_a_program_that_works() {
        let data = made();
        let refused = || alone(data.path()).unwrap_err().code();
        let app = lock::instance(data.path()).unwrap();
        assert_eq!(refused(), "already-running");
        drop(app);
        let renewal = lock::account(data.path(), "a").unwrap();
        assert_eq!(refused(), "already-running");
        drop(renewal);
        let login = lock::work(data.path(), "a").unwrap();
        assert_eq!(refused(), "already-running");
        drop(login);
        let practice = lock::practice(data.path()).unwrap();
        assert_eq!(refused(), "already-running");
        drop(practice);
        assert!(alone(data.path()).is_ok() && OURS.iter().all(|name| data.path().join(name).exists()));
    }
}
