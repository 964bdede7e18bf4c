//! Files that are written while others read them: the book, sealed files, notes of exports, files of the person's own. Windows
//! refuses to replace a file that is open; none of these writings may be refused.
//!
//! 10,000 changes under three readers take minutes in a debug build: `script/test --all windows` makes them, the usual run 2,000
//! (and fewer where a rename is atomic).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use keybearer_core::book::{BookFile, file};
use keybearer_core::deliver::file as delivered;
use keybearer_core::vault::Vault as _;
use keybearer_core::vault::sealed::{Seal, Sealed, new_identity};
use tempfile::TempDir;

use crate::{IS_WINDOWS, child, secret, told};

/// Threads that do something again and again, with a rest between.
struct Readers {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<u64>>,
}

impl Readers {
    fn start(count: usize, rest: Duration, read: impl Fn() + Clone + Send + 'static) -> Readers {
        let over = Arc::new(AtomicBool::new(false));
        let threads = (0..count).map(|_| {
            let (read, over) = (read.clone(), over.clone());
            thread::spawn(move || {
                let mut times = 0;
                while !over.load(Ordering::Relaxed) {
                    read();
                    times += 1;
                    if !rest.is_zero() {
                        thread::sleep(rest);
                    }
                }
                times
            })
        });
        let threads = threads.collect();
        Readers { over, threads }
    }

    /// Each has read at least once, and none failed.
    fn end(self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            assert!(thread.join().unwrap() > 0);
        }
    }
}

/// Another program, which knows nothing of our locks.
fn foreign(path: &Path) -> Readers {
    let path = path.to_owned();
    Readers::start(1, Duration::from_millis(3), move || _ = fs::read(&path))
}

fn book(home: &Path) -> BookFile {
    let book = BookFile::new(home).unwrap();
    set(&book, 0).unwrap();
    book
}

fn set(book: &BookFile, number: u32) -> keybearer_core::error::Result<()> {
    book.change(|book| {
        book.settings.language = format!("l{number}");
        Ok(())
    })
}

/// So many changes of the book; none may be refused.
fn changes(book: &BookFile, count: u32) {
    let began = Instant::now();
    let refused: Vec<String> = (0..count).filter_map(|i| set(book, i).err()).map(|e| format!("{e:?}")).collect();
    println!("{count} changes in {:?}", began.elapsed());
    assert_eq!(refused.len(), 0, "of {count} changes; the first: {:?}", refused.first());
    assert_eq!(book.read().unwrap().settings.language, format!("l{}", count - 1));
}

fn under_three_readers(count: u32) {
    let home = TempDir::new().unwrap();
    let book = book(home.path());
    let theirs = book.clone();
    let readers = Readers::start(3, Duration::ZERO, move || {
        let (_, error) = theirs.read_lossy();
        assert!(error.is_none(), "{error:?}");
    });
    changes(&book, count);
    readers.end();
}

/// `KEYBEARER_CHANGES` sets how many changes there are.
#[test]
fn the_book_under_three_readers_that_never_rest() {
    let more = std::env::var("KEYBEARER_CHANGES").ok().filter(|count| !count.is_empty());
    let usual = if IS_WINDOWS { 2_000 } else { 200 };
    under_three_readers(more.map_or(usual, |count| count.parse().unwrap()));
}

#[test]
fn the_book_under_another_program_that_rests() {
    let home = TempDir::new().unwrap();
    let book = book(home.path());
    let readers = foreign(book.path());
    changes(&book, if IS_WINDOWS { 1_000 } else { 100 });
    readers.end();
}

#[test]
fn the_book_under_three_processes_that_never_rest() {
    let home = TempDir::new().unwrap();
    let book = book(home.path());
    let (program, words) = (
        std::env::current_exe().unwrap(),
        child("concurrent_readers::child_reads_the_book", home.path().to_str().unwrap()),
    );
    let processes = || {
        Command::new(&program)
            .args(&words[1..])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut processes: Vec<_> = (0..3).map(|_| processes()).collect();
    let began = Instant::now();
    while fs::read_dir(home.path())
        .unwrap()
        .flatten()
        .filter(|f| f.path().extension() == Some("reads".as_ref()))
        .count()
        < 3
    {
        assert!(began.elapsed() < Duration::from_secs(60), "they do not start");
        thread::sleep(Duration::from_millis(10));
    }
    changes(&book, if IS_WINDOWS { 300 } else { 100 });
    fs::write(home.path().join("over"), "").unwrap();
    for process in &mut processes {
        assert!(process.wait().unwrap().success(), "a reader failed");
    }
}

#[test]
#[ignore = "a child's"]
fn child_reads_the_book() {
    let Some(home) = told().map(PathBuf::from) else { return };
    let book = BookFile::new(&home).unwrap();
    fs::write(home.join(format!("{}.reads", std::process::id())), "").unwrap();
    let began = Instant::now();
    while !home.join("over").exists() && began.elapsed() < Duration::from_secs(300) {
        for _ in 0..20 {
            let (_, error) = book.read_lossy();
            assert!(error.is_none(), "{error:?}");
        }
    }
}

#[test]
fn sealed_files_under_readers() {
    let home = TempDir::new().unwrap();
    let identity = new_identity();
    let sealed = |folder: PathBuf| {
        let sealed = Sealed::new(folder);
        sealed.unlock(&Seal::Identity(identity.clone())).unwrap();
        sealed
    };
    let (ours, theirs) = (sealed(home.path().join("sealed")), Arc::new(sealed(home.path().join("sealed"))));
    ours.write("account/a", &secret("t0")).unwrap();
    let readers = Readers::start(3, Duration::ZERO, move || {
        // It may be deleted in between.
        if let Some(found) = theirs.read("account/a").unwrap() {
            assert!(found.expose().starts_with('t'));
        }
    });
    let others = foreign(&home.path().join("sealed/account-a.age"));
    for i in 0..100 {
        let value = secret(&format!("t{i}"));
        ours.write("account/a", &value).unwrap();
        assert_eq!(ours.read("account/a").unwrap(), Some(value));
        if i % 10 == 0 {
            ours.delete("account/a").unwrap();
            assert_eq!(ours.read("account/a").unwrap(), None);
        }
    }
    readers.end();
    others.end();
}

#[test]
fn files_of_the_persons_own_under_readers() {
    let home = TempDir::new().unwrap();
    let (env, whole) = (home.path().join(".env"), home.path().join("token"));
    fs::write(&env, "A=1\nTOKEN=old\n").unwrap();
    fs::write(&whole, "old").unwrap();
    let readers = [foreign(&env), foreign(&whole)];
    let (env_place, whole_place) = (delivered::place(&env).unwrap(), delivered::place(&whole).unwrap());
    for i in 0..200 {
        delivered::set_key(&env_place, "TOKEN", &secret(&format!("t{i}"))).unwrap();
        delivered::set_whole(&whole_place, &secret(&format!("t{i}"))).unwrap();
    }
    readers.into_iter().for_each(Readers::end);
    assert_eq!(fs::read_to_string(&env).unwrap(), "A=1\nTOKEN=t199\n");
    assert_eq!(fs::read_to_string(&whole).unwrap(), "t199");
}

/// A reader that keeps its handle for a while, and one that keeps it too long: then an error, and the old file.
#[test]
fn one_that_does_not_let_go() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("note.json");
    file::write_atomically(&path, b"one").unwrap();
    let reader = fs::File::open(&path).unwrap();
    let lets_go = thread::spawn(move || {
        thread::sleep(Duration::from_millis(700));
        drop(reader);
    });
    file::write_atomically(&path, b"two").unwrap();
    lets_go.join().unwrap();
    assert_eq!(file::read(&path).unwrap(), b"two");
    let reader = fs::File::open(&path).unwrap();
    let began = Instant::now();
    match file::write_atomically(&path, b"three") {
        Ok(()) => assert_eq!(file::read(&path).unwrap(), b"three"),
        // Wine has no rename of POSIX.
        Err(error) => {
            assert_eq!(error.code(), "disk");
            assert!(began.elapsed() >= Duration::from_secs(2));
            assert_eq!(file::read(&path).unwrap(), b"two");
        }
    }
    drop(reader);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing lies beside it");
}
