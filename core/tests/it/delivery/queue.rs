//! Due deliveries: when they run, which token they deliver, and that they do not wait for each other.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use keybearer_core::book::lock;
use keybearer_core::keeper::{Clock, Keeper, Outside, Reason, now, since_boot};
use keybearer_core::ledger::Purpose;
use keybearer_core::token::Secret;
use keybearer_core::view::{Proof, RenewalOutcome, Target};
use keybearer_practice::Fault;
use keybearer_practice::meta::Message as MetaMessage;
use keybearer_practice::x::{Failure, Message};

use super::{DAY, Stage, read};
use crate::rig::{keeper_at, outside, soon, until};

/// Looks after tokens, until the test ends.
fn tend(keeper: &Keeper) -> tokio::task::JoinHandle<()> {
    let keeper = keeper.clone();
    tokio::spawn(async move { keeper.run_scheduler().await })
}

/// The same, once its first look is over: a delivery that fails once more is the sign of it.
async fn tend_after_a_look(s: &Stage, keeper: &Keeper) -> tokio::task::JoinHandle<()> {
    let fails = s.add(s.program(&["need never"])).await;
    s.later(400);
    let running = tend(keeper);
    until("its look", || s.delivery(&fails.id).later != fails.later && !keeper.is_busy()).await;
    s.rig.keeper.remove_delivery(&fails.id).await.unwrap();
    running
}

/// Another process, both of whose clocks go on: nobody has set one.
fn beside(s: &Stage) -> Keeper {
    let ahead = |clock: fn() -> i64| -> Clock {
        let ahead = s.ahead.clone();
        Arc::new(move || clock() + ahead.load(Ordering::Relaxed))
    };
    let outside = Outside {
        since_boot: ahead(since_boot),
        tick: Duration::from_millis(100),
        ..outside(s.rig.home.path(), ahead(now))
    };
    Keeper::open(outside).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_due_delivery_is_run_by_the_scheduler() {
    let s = Stage::new().await;
    let app = beside(&s);
    // Its look is over before anything goes wrong, in another process.
    let running = tend_after_a_look(&s, &app).await;
    let failed = s.add(s.program(&["need go", "touch begun", "sleep 2", "save out"])).await;
    assert!(failed.later.is_some() && !app.is_busy());
    std::fs::write(s.file("go"), "").unwrap();
    // Nothing wakes the scheduler: it looks at the clocks.
    let begun = async {
        while !s.file("begun").exists() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::pin!(begun);
    let early = tokio::time::timeout(Duration::from_secs(1), &mut begun).await;
    assert!(early.is_err(), "not before its time");
    s.later(400);
    soon("the delivery", begun).await;
    assert!(app.is_busy(), "nothing is replaced while a program has the token");
    soon("its end", app.rest(Duration::from_secs(20))).await;
    assert!(s.delivery(&failed.id).current && !app.is_busy());
    assert_eq!(read(&s.file("out")), s.token().await);
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_due_delivery_waits_for_no_renewal_of_another_token() {
    let s = Stage::new().await;
    let grace = s.adopt("grace").await;
    let failed = s.add(s.program(&["need go", "save out"])).await;
    assert!(failed.later.is_some());
    s.later(54 * DAY);
    s.meta
        .fail_always(MetaMessage::Refresh, Some(Fault::Slow(Duration::from_secs(12)).into()));
    let ends = [s.rig.account(&grace).expires, s.rig.account(&s.account).expires];
    let app = beside(&s);
    let running = tend(&app);
    // It is tried as the look begins, and fails again.
    soon("the second try", async {
        while s.delivery(&failed.id).later == failed.later {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    // It falls due while renewals are under way.
    std::fs::write(s.file("go"), "").unwrap();
    s.later(800);
    soon("the delivery", async {
        while !s.delivery(&failed.id).current {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_eq!(
        [s.rig.account(&grace).expires, s.rig.account(&s.account).expires],
        ends,
        "they still wait for their answers"
    );
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_changes_during_its_delivery_is_delivered_again() {
    let s = Stage::new().await;
    let delivery = s.add(s.program(&["touch begun", "sleep 1", "save out"])).await;
    std::fs::remove_file(s.file("begun")).unwrap();
    s.later(54 * DAY);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    let renewed = s.token().await;
    soon("the program", async {
        while !s.file("begun").exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    // Whoever would deliver this one finds the delivery taken.
    s.rig.keeper.step_back(&s.account).await.unwrap();
    assert!(s.ended(&delivery.id).await.current);
    let now = s.token().await;
    assert!(now != renewed && read(&s.file("out")) == now);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_changes_during_a_delivery_that_fails_is_delivered_at_once() {
    let s = Stage::new().await;
    std::fs::write(s.file("go"), "").unwrap();
    let delivery = s.add(s.program(&["touch begun", "sleep 1", "need go", "save out"])).await;
    let begun = async || {
        std::fs::remove_file(s.file("begun")).unwrap();
        let begins = async {
            while !s.file("begun").exists() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        soon("the program", begins).await;
    };
    std::fs::remove_file(s.file("go")).unwrap();
    s.later(54 * DAY);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    begun().await;
    // Whoever would deliver this one finds the delivery taken.
    s.rig.keeper.step_back(&s.account).await.unwrap();
    // The first one has failed, and the second has begun.
    begun().await;
    std::fs::write(s.file("go"), "").unwrap();
    assert!(s.ended(&delivery.id).await.current);
    assert_eq!(read(&s.file("out")), s.token().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stuck_delivery_blocks_no_other() {
    let s = Stage::new().await;
    // Another process has this one.
    let held = s.add(s.env("held")).await;
    let lock = lock::delivery(&s.rig.home.path().join("data"), &held.id).unwrap();
    s.later(54 * DAY);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    assert!(!s.ended(&held.id).await.current && !s.rig.keeper.is_busy(), "it stays owed");
    // These wait for each other, once the token is a new one.
    for (mine, other) in [("a", "b"), ("b", "c"), ("c", "a")] {
        let (mine, other) = (format!("touch {mine}"), format!("await {other}"));
        assert!(s.add(s.program(&["end-without new", &mine, &other])).await.current);
    }
    std::fs::write(s.file("new"), "").unwrap();
    let stuck = s.rig.keeper.add_delivery(&s.account, s.program(&["sleep 50"]), None).await.unwrap();
    s.later(54 * DAY);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    // It waits a little and not for a program, which would have succeeded by then.
    s.rig.keeper.rest(Duration::from_secs(60)).await;
    for delivery in s.rig.keeper.view().deliveries {
        let waits = delivery.id == stuck || delivery.id == held.id;
        assert_eq!(delivery.current, !waits, "{delivery:?}");
        assert!(delivery.later.is_none() && delivery.confirmed, "{delivery:?}");
    }
    // Once it is let go, the next look takes it.
    drop(lock);
    let running = tend(&s.rig.keeper);
    soon("what was held", async {
        while !s.delivery(&held.id).current {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert!(read(&s.file("held")).contains(&s.token().await));
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_imported_token_is_always_delivered() {
    let s = Stage::new().await;
    let (words, picked) = (Secret::new("correct horse battery"), [s.account.clone()]);
    // A copy of the account elsewhere. Both renew it, so that each has its first renewal of a token of one moment.
    let away = tempfile::TempDir::new().unwrap();
    let folder = away.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(
        s.rig.home.path().join("config/providers/threads-here.toml"),
        folder.join("threads-here.toml"),
    )
    .unwrap();
    let (here, ahead) = (&s.rig.keeper, s.ahead.clone());
    let clock = move || now() + ahead.load(Ordering::Relaxed);
    let there = keeper_at(away.path(), Arc::new(clock));
    let copy = here.export(&picked, words.clone(), false, away.path()).await.unwrap().path;
    let taken = there.import(read(copy.as_ref()), words.clone()).await.unwrap();
    let id = taken[0].account.clone().unwrap();
    there.resume(&id).await.unwrap();
    s.later(53 * DAY);
    here.renew(&s.account, Reason::Asked).await.unwrap();
    let delivery = s.add(s.env(".env")).await;
    assert!(delivery.current);
    s.later(DAY);
    there.renew(&id, Reason::Asked).await.unwrap();
    let better = there.shown_token(&id).await.unwrap().expose().to_owned();
    let back = there.export(&[id], words.clone(), true, away.path()).await.unwrap().path;
    // It is sent at once, without being asked for.
    let running = tend_after_a_look(&s, here).await;
    here.import(read(back.as_ref()), words).await.unwrap();
    assert_eq!(s.token().await, better);
    until("the token from the file", || read(&s.file(".env")).contains(&better)).await;
    assert!(s.ended(&delivery.id).await.current);
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_records_which_token_it_delivered() {
    let s = Stage::new().await;
    let first = s.add(s.vault()).await;
    s.later(54 * DAY);
    s.rig.keeper.sweep().await;
    assert_eq!(s.ended(&first.id).await.done.unwrap().proof, Proof::Version { number: 2 });
    // A book that did not hear of the renewal, and a delivery that has brought nothing: the store has the newer token.
    let mut old: serde_json::Value = serde_json::from_str(&s.rig.book()).unwrap();
    old["accounts"][0]["generation"] = 0.into();
    old["deliveries"][0]["stamp"] = serde_json::Value::Null;
    std::fs::write(s.rig.home.path().join("data/book.json"), old.to_string()).unwrap();
    let running = tend(&s.rig.keeper);
    soon("the delivery", async {
        while !s.delivery(&first.id).current {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    s.rig.keeper.access_token(&s.account, Purpose::Token).await.unwrap();
    assert!(
        s.delivery(&first.id).current,
        "the book was put right before, and owes nothing afterwards"
    );
    let after: serde_json::Value = serde_json::from_str(&s.rig.book()).unwrap();
    assert_eq!(after["deliveries"][0]["stamp"]["generation"], after["accounts"][0]["generation"]);
    assert_eq!(after["accounts"][0]["generation"], 1);
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_that_rotates_lives_while_its_token_is_delivered() {
    let s = crate::x::Stage::new().await;
    let id = s.log_in().await.id;
    let file = s.rig.home.path().join("token");
    let target = Target::File { place: super::at(&file) };
    let delivery = s.rig.keeper.add_delivery(&id, target, None).await.unwrap();
    s.rig.keeper.rest(Duration::from_secs(20)).await;
    let first = read(&file);
    s.later(7200 - 330);
    assert!(s.rig.keeper.sweep().await.is_empty(), "not before its last minutes");
    for _ in 0..3 {
        s.later(60);
        assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
        s.rig.keeper.rest(Duration::from_secs(20)).await;
        assert!(s.x.token(&read(&file)).unwrap().alive);
        s.later(7200 - 330);
    }
    assert_ne!(read(&file), first);
    // What is over when a look comes late is renewed, and nothing dead is brought.
    s.later(DAY);
    s.rig.keeper.deliver(&delivery).await.unwrap();
    assert!(s.x.token(&read(&file)).unwrap().alive);
    // Nobody reads it any more.
    s.rig.keeper.remove_delivery(&delivery).await.unwrap();
    s.later(DAY);
    assert!(s.rig.keeper.sweep().await.is_empty());
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (4, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_life_is_not_renewed_without_end() {
    let s = crate::x::Stage::new().await;
    s.x.switch(|w| w.access_lifetime = Duration::from_secs(280));
    let id = s.log_in().await.id;
    for name in ["one", "two"] {
        let place = super::at(&s.rig.home.path().join(name));
        s.rig.keeper.add_delivery(&id, Target::File { place }, None).await.unwrap();
    }
    s.rig.keeper.rest(Duration::from_secs(20)).await;
    assert_eq!(
        s.x.count(Message::Refresh),
        0,
        "less than five minutes are left, and more than half of its life"
    );
    s.later(150);
    assert_eq!(s.rig.keeper.sweep().await.len(), 1);
    s.rig.keeper.rest(Duration::from_secs(20)).await;
    let now = s.rig.token(&id).await;
    for name in ["one", "two"] {
        assert_eq!(read(&s.rig.home.path().join(name)), now);
    }
    assert_eq!(s.x.count(Message::Refresh), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_for_a_delivery_is_not_cut_off() {
    let s = crate::x::Stage::new().await;
    let id = s.log_in().await.id;
    let place = super::at(&s.rig.home.path().join("token"));
    let delivery = s.rig.keeper.add_delivery(&id, Target::File { place }, None).await.unwrap();
    s.rig.keeper.rest(Duration::from_secs(20)).await;
    s.later(7200);
    s.x.fail_next(Message::Refresh, Failure::Late(Duration::from_secs(13)));
    // Another process has the delivery until the end has begun.
    let held = lock::delivery(&s.rig.home.path().join("data"), &delivery).unwrap();
    let (keeper, of) = (s.rig.keeper.clone(), delivery.clone());
    let asked = tokio::spawn(async move { keeper.deliver(&of).await });
    while !s.rig.keeper.is_busy() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let rest = s.rig.keeper.rest(Duration::from_secs(60));
    tokio::pin!(rest);
    tokio::select! {
        biased;
        () = &mut rest => panic!("it does not wait for the delivery"),
        () = std::future::ready(()) => {}
    }
    drop(held);
    rest.await;
    assert_eq!(s.x.count(Message::Refresh), 1);
    assert!(s.rig.book().contains("\"renewing\": null"), "it has ended");
    asked.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_has_a_delivery_before_its_target_has_the_token() {
    let s = Stage::new().await;
    s.add(s.program(&["copy data/ledger.jsonl"])).await;
    let line: serde_json::Value = serde_json::from_str(&read(&s.file("copy"))).unwrap();
    assert_eq!(
        (line["account"].as_str(), line["purpose"].as_str()),
        (Some(s.account.as_str()), Some("delivery"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_token_is_tried_at_once() {
    let s = crate::x::Stage::new().await;
    let id = s.log_in().await.id;
    let folder = s.rig.home.path().join("bot");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("token");
    let target = Target::File { place: super::at(&file) };
    let delivery = s.rig.keeper.add_delivery(&id, target, None).await.unwrap();
    let renewed = async || {
        s.rig.keeper.renew(&id, Reason::Anyway).await.unwrap();
        s.rig.keeper.rest(Duration::from_secs(20)).await;
        s.rig.keeper.view().deliveries.remove(0)
    };
    assert!(renewed().await.current && s.rig.keeper.failed_deliveries().is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
    for _ in 0..3 {
        s.rig.keeper.deliver(&delivery).await.unwrap_err();
    }
    let waits = |until: i64| until - now();
    let long = s.rig.keeper.view().deliveries.remove(0).later.unwrap();
    assert!(waits(long.until) > 1000, "{long:?}");
    // Another token, another first wait.
    let short = renewed().await.later.unwrap();
    assert!((1..=365).contains(&waits(short.until)), "{short:?}");
    let failed = s.rig.keeper.failed_deliveries();
    assert_eq!(
        (failed.len(), failed[0].0.id.as_str(), &failed[0].1),
        (1, delivery.as_str(), &short.why)
    );
    std::fs::create_dir(&folder).unwrap();
    assert!(renewed().await.current && s.rig.keeper.failed_deliveries().is_empty());
    assert!(s.x.token(&read(&file)).unwrap().alive);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_for_in_vain_is_owed() {
    let s = Stage::new().await;
    let delivery = s.add(s.env(".env")).await;
    std::fs::remove_file(s.file(".env")).unwrap();
    std::fs::create_dir(s.file(".env")).unwrap();
    s.rig.keeper.deliver(&delivery.id).await.unwrap_err();
    std::fs::remove_dir(s.file(".env")).unwrap();
    // It is the same token, and the target has lost it.
    s.later(400);
    s.rig.keeper.deliver_due().await;
    assert!(s.delivery(&delivery.id).current);
    assert!(read(&s.file(".env")).contains(&s.token().await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_is_known_by_the_book_alone() {
    let s = Stage::new().await;
    let keeper = &beside(&s);
    let delivery = s.add(s.program(&["need go", "save out"])).await;
    assert!(delivery.later.is_some() && !keeper.has_due(), "it waits");
    s.later(400);
    assert!(keeper.has_due());
    std::fs::write(s.file("go"), "").unwrap();
    keeper.deliver_due().await;
    assert!(s.delivery(&delivery.id).current && !keeper.has_due());
    s.later(54 * DAY);
    assert!(keeper.has_due());
    keeper.pause(&s.account).await.unwrap();
    assert!(!keeper.has_due() && keeper.sweep().await.is_empty());
    keeper.resume(&s.account).await.unwrap();
    assert_eq!(keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    keeper.rest(Duration::from_secs(20)).await;
    assert!(!keeper.has_due());
    let with = |what: &str, value: serde_json::Value| {
        let file = s.rig.home.path().join("data/book.json");
        let mut book: serde_json::Value = serde_json::from_str(&read(&file)).unwrap();
        let before = std::mem::replace(&mut book["accounts"][0][what], value);
        std::fs::write(&file, book.to_string()).unwrap();
        before
    };
    // A renewal that was cut off, and a clock that was wrong.
    for (what, value) in [
        ("renewing", serde_json::json!({"generation": 1, "time": now()})),
        ("issued", (now() + 100 * DAY).into()),
    ] {
        let before = with(what, value);
        assert!(keeper.has_due(), "{what}");
        with(what, before);
        assert!(!keeper.has_due(), "{what}");
    }
}
