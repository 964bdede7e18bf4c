//! What differs between systems, tried on whichever this is, Wine included: folders, the keychain, files under readers, locks,
//! programs, ports, clocks and a whole login. It needs a session of its own: `script/test core` or `script/test windows`.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "it/browser.rs"]
#[allow(dead_code)]
mod browser;
#[path = "platform/concurrent_readers.rs"]
mod concurrent_readers;
#[path = "platform/files.rs"]
mod files;
#[path = "platform/keeper.rs"]
mod keeper;
#[path = "platform/logins.rs"]
mod logins;
#[path = "it/plan.rs"]
mod plan;
#[path = "platform/programs.rs"]
mod programs;
#[path = "platform/stores.rs"]
mod stores;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use keybearer_core::book::lock;
use keybearer_core::keeper::{data_folder, since_boot};
use keybearer_core::redirect::loopback::Listeners;
use keybearer_core::redirect::waiting::Waiting;
use keybearer_core::token::Secret;
use tempfile::TempDir;

/// Differences that are meant, and only these.
const IS_WINDOWS: bool = cfg!(windows);
const IS_MACOS: bool = cfg!(target_os = "macos");

/// Whether Windows is Wine, which does not tell whose a listening socket is.
fn is_wine() -> bool {
    IS_WINDOWS && std::path::Path::new(r"C:\windows\system32\wineboot.exe").exists()
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

/// The keychain is a throw-away one, or these tests do not run. Wine's is its prefix's, a CI machine's is thrown away.
fn need_own_keychain() {
    let own = std::env::var_os("DESK").is_some() && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
    assert!(
        own || IS_WINDOWS || IS_MACOS,
        "these tests need a throw-away session: run them by `script/test core`"
    );
}

/// Arguments by which this program runs one of its ignored tests, which finds the last argument by [`told`].
fn child(test: &str, what: &str) -> Vec<String> {
    let program = std::env::current_exe().unwrap().to_str().unwrap().to_owned();
    let words = ["--ignored", "--exact", "--nocapture", "--test-threads=1", test, what];
    [program].into_iter().chain(words.map(str::to_owned)).collect()
}

/// What a child was told; none where it was not started by [`child`].
fn told() -> Option<String> {
    let words: Vec<String> = std::env::args().collect();
    (words.len() == 7).then(|| words.last().cloned().unwrap_or_default())
}

#[test]
fn folders() {
    let data = data_folder().unwrap();
    assert!(data.is_absolute() && data.ends_with("io.github.keybearer"));
    if IS_WINDOWS {
        let local = std::env::var_os("LOCALAPPDATA").unwrap();
        assert_eq!(
            data,
            std::path::Path::new(&local).join("io.github.keybearer"),
            "nothing of it roams"
        );
    }
}

#[test]
fn locks() {
    let home = TempDir::new().unwrap();
    let held = lock::instance(home.path()).unwrap();
    assert_eq!(lock::instance(home.path()).unwrap_err().code(), "already-running");
    drop(held);
    let _held = lock::instance(home.path()).unwrap();
    let account = lock::account(home.path(), "a").unwrap();
    let (path, began) = (home.path().to_owned(), Instant::now());
    let waits = std::thread::spawn(move || {
        let _held = lock::account(&path, "a").unwrap();
        began.elapsed()
    });
    std::thread::sleep(Duration::from_millis(300));
    drop(account);
    assert!(waits.join().unwrap() >= Duration::from_millis(290));
    assert!(!lock::is_local(), "the folder has locks of its own");
}

#[test]
fn a_clock_that_nobody_sets() {
    let before = since_boot();
    std::thread::sleep(Duration::from_millis(2100));
    assert!((2..10).contains(&(since_boot() - before)));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_owner() {
    let redirects = || Listeners::new(Waiting::default());
    let own = redirects().open(None).await.unwrap();
    assert_eq!(redirects().open(Some(own.port)).await.err().unwrap().code(), "port-taken");
    // By an other program, as far as that can be told, on either address.
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let Ok(theirs) = TcpListener::bind(address) else {
            println!("not run: no {address} here");
            continue;
        };
        let port = theirs.local_addr().unwrap().port();
        let error = redirects().open(Some(port)).await.err().unwrap().view();
        assert_eq!(error.code, "port-taken");
        let owner = &error.params["owner"];
        let known = owner.contains(&format!("({})", std::process::id()));
        assert!(known || is_wine(), "{address}: {owner}");
    }
}
