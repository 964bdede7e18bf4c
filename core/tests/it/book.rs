//! The book on disk: each version reads, a newer or a broken one is left as it is, and no crash, crowd or full disk leaves
//! half of it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keybearer_core::book::file::write_atomically;
use keybearer_core::book::{Book, BookFile, Client, lock};
use keybearer_core::error::Error;
use keybearer_core::keeper::{Keeper, Outside, now};
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::{Settings, StoreKind, StoreState};
use keybearer_practice::Flavor;
use tempfile::TempDir;

use crate::children::{after, in_process, start};
use crate::rig::{Rig, outside, plan, practice, until};
use crate::system::mode;

const V1: &str = include_str!("../fixtures/book-v1.json");
const V2: &str = include_str!("../fixtures/book-v2.json");
const V3: &str = include_str!("../fixtures/book-v3.json");
const V4: &str = include_str!("../fixtures/book-v4.json");
const V5: &str = include_str!("../fixtures/book-v5.json");
const LEAST: &str = include_str!("../fixtures/book-v1-least.json");
const NEWER: &str = include_str!("../fixtures/book-newer.json");

/// A data folder with this book in it.
fn with(text: &str) -> TempDir {
    let home = TempDir::new().unwrap();
    fs::create_dir_all(home.path().join("data")).unwrap();
    fs::write(home.path().join("data/book.json"), text).unwrap();
    home
}

fn book(home: &TempDir) -> BookFile {
    BookFile::new(&home.path().join("data")).unwrap()
}

fn client(id: &str) -> Client {
    let like: Book = serde_json::from_str(V1).unwrap();
    Client {
        id: id.into(),
        name: "x".repeat(2000),
        ..like.clients[0].clone()
    }
}

fn add(book: &BookFile, id: &str) -> Result<(), Error> {
    let new = client(id);
    book.change(|b| {
        b.clients.push(new);
        Ok(())
    })
}

#[test]
fn version_5_reads_and_writes_back_as_it_was() {
    let home = with(V5);
    let read = book(&home).read().unwrap();
    let account = &read.accounts[0];
    assert_eq!(
        (account.redirect, account.store, read.store),
        (RedirectKind::PrivateUseScheme, StoreKind::SealedFile, StoreKind::SealedFile)
    );
    assert_eq!(account.user_id.as_deref(), Some("109348684021457001"));
    assert_eq!(account.trouble.as_ref().unwrap().params["seconds"], "30");
    assert_eq!((account.parent.as_deref(), account.tasks.len()), (Some("a0"), 2));
    assert_eq!(account.renewing.map(|i| (i.generation, i.time)), Some((4, 1_795_312_800)));
    assert_eq!(
        serde_json::to_string_pretty(&read).unwrap() + "\n",
        V5,
        "a changed form needs a new version and a fixture"
    );
    book(&home).change(|_| Ok(())).unwrap();
    assert_eq!(
        fs::read_to_string(book(&home).path()).unwrap(),
        V5,
        "what did not change is not written"
    );
    assert_eq!(book(&with(LEAST)).read().unwrap(), Book::default());
    assert_eq!(
        book(&TempDir::new().unwrap()).read().unwrap(),
        Book::default(),
        "no book is an empty one"
    );
}

#[test]
fn version_1_reads_and_is_copied_aside_before_it_is_written_anew() {
    let home = with(V1);
    let read = book(&home).read().unwrap();
    assert_eq!((read.accounts.len(), read.accounts[0].issued), (1, None));
    let aside = home.path().join("data/book-v1.json");
    assert!(!aside.exists(), "a look changes nothing");
    add(&book(&home), "new").unwrap();
    assert_eq!(fs::read_to_string(&aside).unwrap(), V1);
    let written = book(&home).read().unwrap();
    assert_eq!(written.accounts, read.accounts);
    assert!(fs::read_to_string(book(&home).path()).unwrap().contains("\"v\": 5"));
    add(&book(&home), "newer").unwrap();
    assert_eq!(fs::read_to_string(&aside).unwrap(), V1, "copied once");
    let home = with(V2);
    let read = book(&home).read().unwrap();
    assert!(read.accounts[0].renewing.is_none() && !read.accounts[0].refreshes);
    add(&book(&home), "new").unwrap();
    assert_eq!(fs::read_to_string(home.path().join("data/book-v2.json")).unwrap(), V2);
    let home = with(V3);
    assert!(book(&home).read().unwrap().deliveries.is_empty());
    add(&book(&home), "new").unwrap();
    assert_eq!(fs::read_to_string(home.path().join("data/book-v3.json")).unwrap(), V3);
    let home = with(V4);
    assert_eq!(
        book(&home).read().unwrap().accounts,
        book(&with(V5)).read().unwrap().accounts,
        "only the words for redirects differ"
    );
    add(&book(&home), "new").unwrap();
    assert_eq!(fs::read_to_string(home.path().join("data/book-v4.json")).unwrap(), V4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_book_is_shown_and_left_alone() {
    let p = practice(Flavor::Mastodon).await;
    for (text, code, accounts) in [
        (NEWER, "book-newer", 1),
        ("{\"v\":1,\"accounts\":[{]", "book-unreadable", 0),
        ("", "book-unreadable", 0),
    ] {
        let rig = Rig::over(with(text));
        let view = rig.keeper.view();
        assert_eq!((view.accounts.len(), view.problems.len()), (accounts, 1));
        assert_eq!(view.problems[0].code, code);
        assert!(view.problems[0].params["path"].ends_with("book.json"));
        let settings = rig.keeper.change_settings(Settings::default()).unwrap_err();
        assert_eq!(settings.code(), code);
        assert_eq!(rig.keeper.delete_account("a1").await.unwrap_err().code(), code);
        let login = rig.fail(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(login.code, code, "said before anything is won that has no place");
        assert!(rig.opened().is_empty());
        assert_eq!(rig.book(), text, "untouched");
        assert!(rig.keeper.diagnostics().contains(code));
    }
    assert!(p.tokens().is_empty() && p.requests().iter().all(|r| r.method == "GET"));
}

#[test]
fn concurrent_writers_lose_no_change() {
    let home = with(LEAST);
    let data = home.path().join("data");
    std::thread::scope(|s| {
        for thread in 0..4 {
            let home = &home;
            s.spawn(move || (0..15).for_each(|i| add(&book(home), &format!("t{thread}-{i}")).unwrap()));
        }
        for process in 0..2 {
            let data = &data;
            s.spawn(move || {
                in_process("book::child_adds_clients", |c| {
                    c.env("BOOK_DATA", data).env("BOOK_NAME", format!("p{process}"));
                });
            });
        }
    });
    let ids: std::collections::BTreeSet<String> = book(&home).read().unwrap().clients.into_iter().map(|c| c.id).collect();
    assert_eq!(ids.len(), 4 * 15 + 2 * 15);
}

#[test]
#[ignore = "a child's"]
fn child_adds_clients() {
    let book = BookFile::new(Path::new(&std::env::var("BOOK_DATA").unwrap())).unwrap();
    let name = std::env::var("BOOK_NAME").unwrap();
    (0..15).for_each(|i| add(&book, &format!("{name}-{i}")).unwrap());
}

#[test]
fn a_killed_writer_leaves_the_old_or_the_new_book() {
    let home = with(LEAST);
    let path = home.path().join("data/book.json");
    let mut writes = 0;
    for round in 0..30 {
        let before = fs::read_to_string(&path).unwrap();
        let mut child = start("book::child_writes_and_writes", |c| {
            c.env("BOOK_DATA", home.path().join("data"));
        });
        // Once it writes, somewhere within its writing.
        for _ in 0..60_000 {
            if fs::read_to_string(&path).unwrap() != before {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(round * 331));
        child.kill().unwrap();
        child.wait().unwrap();
        let read = book(&home).read().expect("old or new, never half");
        assert_eq!(read.clients.len(), 1);
        writes = read.clients[0].created;
    }
    assert!(writes >= 30, "it did write: {writes}");
    // And the lock died with its holder.
    add(&book(&home), "after").unwrap();
}

#[test]
#[ignore = "a child's"]
fn child_writes_and_writes() {
    let book = BookFile::new(Path::new(&std::env::var("BOOK_DATA").unwrap())).unwrap();
    let one = client("one");
    loop {
        book.change(|b| {
            let created = b.clients.first().map_or(0, |c| c.created % 1_000_000) + 1;
            b.clients = vec![Client { created, ..one.clone() }];
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn a_full_disk_leaves_the_old_book() {
    let home = with(V1);
    // A file may not grow here; the signal that would kill for trying is ignored, so that writing fails as on a full disk.
    after("trap '' XFSZ; ulimit -f 0", "book::child_on_a_full_disk", |c| {
        c.env("BOOK_DATA", home.path().join("data"));
    });
    assert_eq!(fs::read_to_string(home.path().join("data/book.json")).unwrap(), V1);
    let left: Vec<_> = fs::read_dir(home.path().join("data"))
        .unwrap()
        .map(|f| f.unwrap().file_name())
        .collect();
    assert!(
        left.iter().all(|f| f == "book.json" || f == "book.lock"),
        "no half file stays: {left:?}"
    );
}

#[test]
#[ignore = "a child's"]
fn child_on_a_full_disk() {
    let data = std::env::var("BOOK_DATA").unwrap();
    let error = add(&BookFile::new(Path::new(&data)).unwrap(), "x").unwrap_err();
    assert_eq!(error.code(), "disk", "{error:?}");
    let view = error.view();
    assert!(view.params["path"].ends_with(".json") && view.detail.is_some());
}

#[test]
fn who_only_reads_creates_nothing() {
    let home = TempDir::new().unwrap();
    let (above, data) = (home.path().join("share"), home.path().join("share/data"));
    let keeper = Keeper::open(Outside {
        data: data.clone(),
        ..outside(home.path(), Arc::new(now))
    });
    assert!(keeper.unwrap().view().accounts.is_empty());
    let book = BookFile::new(&data).unwrap();
    assert_eq!(book.read().unwrap(), Book::default());
    assert!(!above.exists());
    add(&book, "x").unwrap();
    for folder in [&above, &data] {
        assert!(mode(folder).is_none_or(|mode| mode == 0o700), "{}", folder.display());
    }
    // A lock makes it, too.
    fs::remove_dir_all(&above).unwrap();
    lock::account(&data, "a").unwrap();
    assert!(mode(&data).is_none_or(|mode| mode == 0o700));
}

#[test]
fn a_missing_folder_is_a_disk_error() {
    let home = with(V1);
    let gone = book(&home);
    fs::remove_dir_all(home.path().join("data")).unwrap();
    assert_eq!(add(&gone, "x").unwrap_err().code(), "disk");
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(BookFile::new(&file.join("data")).unwrap_err().code(), "disk");
    assert_eq!(write_atomically(&file.join("x"), b"").unwrap_err().code(), "disk");
}

#[test]
fn a_change_that_fails_writes_nothing() {
    let home = with(V1);
    let failed: Result<(), Error> = book(&home).change(|b| {
        b.clients.clear();
        Err(Error::ClientInUse)
    });
    assert_eq!(failed.unwrap_err().code(), "client-in-use");
    assert_eq!(fs::read_to_string(home.path().join("data/book.json")).unwrap(), V1);
}

#[test]
fn one_process_per_folder() {
    let home = TempDir::new().unwrap();
    let held = lock::instance(home.path()).unwrap();
    assert_eq!(lock::instance(home.path()).unwrap_err().code(), "already-running");
    drop(held);
    lock::instance(home.path()).unwrap();
    // Locks of different accounts are different locks, and a client's is none of its accounts'.
    let _a = lock::account(home.path(), "a").unwrap();
    let _b = lock::account(home.path(), "b").unwrap();
    let _c = lock::client(home.path(), "a").unwrap();
}

/// Two processes keep the same accounts: each hears what the other changes, and its own changes once.
#[tokio::test]
async fn a_change_by_one_process_reaches_the_other() {
    let home = TempDir::new().unwrap();
    let open = || {
        let told = Arc::new(AtomicUsize::new(0));
        let count = told.clone();
        let changed = Arc::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let keeper = Keeper::open(Outside {
            changed,
            ..outside(home.path(), Arc::new(now))
        });
        (keeper.unwrap(), told)
    };
    let ((one, told_one), (other, told_other)) = (open(), open());
    other.watch_book();
    one.watch_book();
    let count = |told: &AtomicUsize| told.load(Ordering::SeqCst);
    for theme in ["dark", "light", "dark"] {
        let (before_one, before_other) = (count(&told_one), count(&told_other));
        one.change_settings(Settings {
            theme: theme.into(),
            ..one.view().settings
        })
        .unwrap();
        until("the other one to hear it", || count(&told_other) > before_other).await;
        assert_eq!(other.view().settings.theme, theme);
        assert_eq!(count(&told_one) - before_one, 1, "its own change is no news from another process");
    }
    // Nor does anything follow from hearing it.
    let before = count(&told_other);
    other
        .change_settings(Settings {
            theme: "system".into(),
            ..other.view().settings
        })
        .unwrap();
    until("the first one to hear it", || one.view().settings.theme == "system").await;
    assert_eq!(count(&told_other) - before, 1);
    // New secrets go where the other one puts them.
    one.use_sealed_file(Secret::new("correct horse battery")).await.unwrap();
    until("the store", || other.view().store.kind == StoreKind::SealedFile).await;
    assert_eq!(other.view().store.state, StoreState::Locked);
}
