//! A typed passphrase, as long as the person wants it kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keybearer_core::keeper::now;
use keybearer_core::ledger::Purpose;
use keybearer_core::view::UnlockedFor;

use super::*;
use crate::rig::keeper_at;

fn words() -> Secret {
    Secret::new("correct horse battery")
}

/// Another process of the same person locks the files.
async fn lock(s: &Stage) {
    let other = keeper_at(s.rig.home.path(), Arc::new(now));
    assert!(other.lock_everywhere().await.unwrap(), "it has no passphrase itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passphrase_for_the_window_alone_gives_programs_nothing() {
    let s = Stage::new().await;
    s.rig.keeper.keep_unlocked(UnlockedFor::Window);
    s.rig.keeper.use_sealed_file(Secret::new("correct horse battery")).await.unwrap();
    let account = s.log_in().await;
    let served = Served::start(&s.rig.keeper);
    let mut program = served.connect().await;
    let request = format!("{{\"name\":\"{}\"}}", account.id);
    assert_eq!(code(&program.ask(&request).await), "passphrase-needed");
    assert!(
        s.rig.keeper.access_token(&account.id, Purpose::Copy).await.is_ok(),
        "the window has it"
    );
    s.rig.keeper.keep_unlocked(UnlockedFor::Session);
    assert!(program.ask(&request).await["token"].is_string());
    served.end().await;
}

#[tokio::test]
async fn a_passphrase_for_an_hour_is_forgotten_an_hour_after_the_last_request() {
    let rig = Rig::new();
    let keeper = &rig.keeper;
    keeper.use_sealed_file(Secret::new("correct horse battery")).await.unwrap();
    let key = keeper.sealed_file_key().unwrap();
    let open = || keeper.is_open_by_passphrase();
    // From here on each pause passes at once.
    tokio::time::pause();
    let minutes = |minutes: u64| tokio::time::sleep(Duration::from_secs(60 * minutes));
    let served = Served::start(keeper);
    let has_window = Arc::new(AtomicBool::new(false));
    let (window, server) = (has_window.clone(), Server::new(keeper.clone(), false));
    let forgetting = tokio::spawn(async move { server.forget_passphrase(|| window.load(Ordering::Relaxed)).await });
    // Kept for the session.
    minutes(600).await;
    assert!(open());
    // An hour, counted from here.
    keeper.keep_unlocked(UnlockedFor::Hour);
    minutes(50).await;
    keeper.keep_unlocked(UnlockedFor::Hour);
    minutes(50).await;
    assert!(open());
    minutes(11).await;
    assert!(!open() && keeper.waits_for_passphrase());
    // Again, with an open window: it goes on, and programs get nothing.
    keeper.open_sealed_file_with(key, None).await.unwrap();
    keeper.keep_unlocked(UnlockedFor::Hour);
    has_window.store(true, Ordering::Relaxed);
    minutes(90).await;
    assert!(open());
    assert_eq!(*keeper.unlocked_for().borrow(), UnlockedFor::Window);
    forgetting.abort();
    served.end().await;
}

#[tokio::test]
async fn a_key_opens_its_own_files_only() {
    let (one, other) = (Rig::new(), Rig::new());
    assert!(one.keeper.sealed_file_key().is_none());
    for rig in [&one, &other] {
        rig.keeper.use_sealed_file(Secret::new("correct horse battery")).await.unwrap();
    }
    let [key, foreign] = [&one, &other].map(|rig| rig.keeper.sealed_file_key().unwrap());
    assert!(one.keeper.forget_passphrase() && one.keeper.sealed_file_key().is_none());
    for wrong in [foreign, Secret::new("no key"), Secret::new("")] {
        let refused = one.keeper.open_sealed_file_with(wrong, None).await.unwrap_err();
        assert_ne!(refused.code().as_str(), "internal", "{refused}");
        assert!(one.keeper.waits_for_passphrase());
    }
    one.keeper.open_sealed_file_with(key, None).await.unwrap();
    assert!(one.keeper.is_open_by_passphrase());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passphrase_that_is_entered_again_is_not_forgotten_by_an_earlier_end() {
    let s = Stage::new().await;
    let keeper = s.rig.keeper.clone();
    keeper.use_sealed_file(Secret::new("correct horse battery")).await.unwrap();
    let account = s.log_in().await;
    s.later(7200);
    s.x.fail_next(Message::Refresh, Refusal::Slow(Duration::from_millis(1500)));
    let (renewing, id) = (keeper.clone(), account.id);
    let renewing = tokio::spawn(async move { renewing.access_token(&id, Purpose::Copy).await });
    until("a renewal", || s.x.count(Message::Refresh) == 1).await;
    // The window is closed, and has to wait for the renewal; meanwhile the person enters the passphrase again.
    let locking = keeper.clone();
    let locking = tokio::spawn(async move { locking.lock_sealed_file(|| false).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    keeper.keep_unlocked(UnlockedFor::Session);
    soon("the end of both", async {
        (renewing.await.unwrap().unwrap(), locking.await.unwrap())
    })
    .await;
    assert!(keeper.is_open_by_passphrase());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_passphrase_closes_the_store() {
    let s = Stage::new().await;
    s.rig.keeper.use_sealed_file(Secret::new("correct horse battery")).await.unwrap();
    let account = s.log_in().await;
    let served = Served::start(&s.rig.keeper);
    let mut program = served.connect().await;
    let request = format!("{{\"name\":\"{}\"}}", account.id);
    assert!(program.ask(&request).await["token"].is_string());
    // While a renewal may still have to store its token, it is kept.
    s.later(7200);
    s.x.fail_next(Message::Refresh, Refusal::Slow(Duration::from_millis(300)));
    program.send(format!("{request}\n").as_bytes()).await;
    until("a renewal", || s.x.count(Message::Refresh) == 1).await;
    assert!(!s.rig.keeper.forget_passphrase());
    assert!(program.line().await.unwrap()["token"].is_string());
    soon("a rest", async {
        while !s.rig.keeper.forget_passphrase() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(code(&program.ask(&request).await), "passphrase-needed");
    // Nothing is spent while the store is closed.
    s.later(7200);
    assert_eq!(code(&program.ask(&request).await), "passphrase-needed");
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0));
    s.rig.keeper.open_sealed_file(Secret::new("correct horse battery")).await.unwrap();
    assert!(program.ask(&request).await["token"].is_string());
    served.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_by_another_process_counts_before_the_next_answer() {
    let s = Stage::new().await;
    let keeper = &s.rig.keeper;
    keeper.use_sealed_file(words()).await.unwrap();
    let account = s.log_in().await;
    let served = Served::start(keeper);
    let mut program = served.connect().await;
    let request = format!("{{\"name\":\"{}\"}}", account.id);
    assert!(program.ask(&request).await["token"].is_string());
    assert!(!s.rig.book().contains("\"locked\""), "written only where there is one");
    for _ in 0..2 {
        // Nothing here watches the book.
        lock(&s).await;
        assert_eq!(code(&program.ask(&request).await), "passphrase-needed");
        assert!(keeper.sealed_file_key().is_none());
        until("the lock", || keeper.waits_for_passphrase()).await;
        // Entered after it.
        keeper.keep_unlocked(UnlockedFor::Session);
        keeper.open_sealed_file(words()).await.unwrap();
        assert!(program.ask(&request).await["token"].is_string());
    }
    // A program that does not know the mark has written the book.
    let mut book: Value = serde_json::from_str(&s.rig.book()).unwrap();
    book.as_object_mut().unwrap().remove("locked").unwrap();
    std::fs::write(s.rig.home.path().join("data/book.json"), book.to_string()).unwrap();
    assert_eq!(code(&program.ask(&request).await), "passphrase-needed");
    until("the lock", || keeper.waits_for_passphrase()).await;
    // No program asks: whoever watches the book hears of a lock, also of one from just before.
    keeper.open_sealed_file(words()).await.unwrap();
    lock(&s).await;
    assert!(keeper.is_open_by_passphrase());
    keeper.watch_book();
    for _ in 0..2 {
        until("the lock", || keeper.waits_for_passphrase()).await;
        keeper.open_sealed_file(words()).await.unwrap();
        lock(&s).await;
    }
    until("the lock", || keeper.waits_for_passphrase()).await;
    served.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_by_another_process_waits_for_a_renewal_and_for_no_person() {
    let s = Stage::new().await;
    let keeper = &s.rig.keeper;
    keeper.use_sealed_file(words()).await.unwrap();
    let account = s.log_in().await;
    keeper.watch_book();
    let served = Served::start(keeper);
    let (mut program, mut another) = (served.connect().await, served.connect().await);
    let request = format!("{{\"name\":\"{}\"}}", account.id);
    s.later(7200);
    s.x.fail_next(Message::Refresh, Refusal::Slow(Duration::from_millis(1500)));
    program.send(format!("{request}\n").as_bytes()).await;
    until("a renewal", || s.x.count(Message::Refresh) == 1).await;
    lock(&s).await;
    assert_eq!(code(&another.ask(&request).await), "passphrase-needed");
    assert!(
        keeper.is_open_by_passphrase() && keeper.sealed_file_key().is_none(),
        "for the renewal alone"
    );
    let wrong = keeper.open_sealed_file(Secret::new("wrong horse battery")).await.unwrap_err();
    assert_eq!(wrong.code().as_str(), "passphrase-wrong");
    let renewed = program.line().await.unwrap();
    until("the lock", || keeper.waits_for_passphrase()).await;
    assert_eq!(code(&another.ask(&request).await), "passphrase-needed");
    // What was renewed is stored.
    keeper.keep_unlocked(UnlockedFor::Session);
    keeper.open_sealed_file(words()).await.unwrap();
    assert_eq!(another.ask(&request).await["token"], renewed["token"]);
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0));
    // Entered again while the lock waits: it stays open.
    s.later(7200);
    s.x.fail_next(Message::Refresh, Refusal::Slow(Duration::from_millis(1500)));
    program.send(format!("{request}\n").as_bytes()).await;
    until("a renewal", || s.x.count(Message::Refresh) == 2).await;
    lock(&s).await;
    assert_eq!(code(&another.ask(&request).await), "passphrase-needed");
    keeper.keep_unlocked(UnlockedFor::Session);
    keeper.open_sealed_file(words()).await.unwrap();
    let renewed = program.line().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(another.ask(&request).await["token"], renewed["token"]);
    served.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_counts_that_comes_while_a_key_is_handed_over() {
    let s = Stage::new().await;
    let keeper = &s.rig.keeper;
    keeper.use_sealed_file(words()).await.unwrap();
    let another = keeper_at(s.rig.home.path(), Arc::new(now));
    for is_between in [true, false] {
        let (before, key) = (another.lock_mark(), keeper.sealed_file_key().unwrap());
        if is_between {
            lock(&s).await;
        }
        another.open_sealed_file_with(key, before).await.unwrap();
        assert_eq!(another.sealed_file_key().is_none(), is_between);
        if is_between {
            until("the lock", || another.waits_for_passphrase()).await;
            assert!(keeper.sealed_file_key().is_none());
            until("the lock", || keeper.waits_for_passphrase()).await;
            keeper.open_sealed_file(words()).await.unwrap();
        }
    }
}
