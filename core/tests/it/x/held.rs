//! A token that a program holds all the time: kept valid by several processes with one renewal each time, and each of them learns of
//! every change.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keybearer_core::keeper::{Keeper, Outside, now};
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_practice::x::{AppType, Failure, Message};

use super::{Stage, clock};
use crate::children;
use crate::rig::{Habit, keeper_at, outside, soon, until};

const HOME: &str = "KEYBEARER_TEST_HOME";
const ACCOUNT: &str = "KEYBEARER_TEST_ACCOUNT";
const AHEAD: &str = "KEYBEARER_TEST_AHEAD";

/// Longer than two looks at the book.
const QUIET: Duration = Duration::from_millis(2500);

#[test]
#[ignore = "run as a child"]
fn child_uses_the_token() {
    let of = |name| std::env::var(name).unwrap();
    let (home, ahead) = (PathBuf::from(of(HOME)), of(AHEAD).parse::<i64>().unwrap());
    let keeper = keeper_at(&home, Arc::new(move || now() + ahead));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let token = runtime.block_on(keeper.access_token(&of(ACCOUNT), Purpose::Token)).unwrap();
    std::fs::write(home.join("draft"), token.expose()).unwrap();
    std::fs::rename(home.join("draft"), home.join("used")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_by_another_process_is_heard() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    let mut changes = s.rig.keeper.token_changes(&id).unwrap();
    assert!(tokio::time::timeout(QUIET, changes.next()).await.is_err(), "nothing has changed");
    s.later(7200 - 60);
    let mut child = children::start("x::held::child_uses_the_token", |c| {
        c.env(HOME, s.rig.home.path())
            .env(ACCOUNT, &id)
            .env(AHEAD, s.ahead.load(Ordering::Relaxed).to_string());
    });
    soon("the change", changes.next()).await.unwrap();
    let used = children::said(s.rig.home.path(), "used").await;
    assert!(child.wait().unwrap().success());
    assert_eq!(s.rig.token(&id).await, used);
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0), "nobody renews it again");

    // What this process does is heard, too, and other changes of the book are none of the token's.
    s.later(7200);
    let own = s.rig.token(&id).await;
    soon("the own change", changes.next()).await.unwrap();
    assert_ne!(own, used);
    s.rig.habit(Habit::Allow("grace"));
    s.rig.log_in(s.plan(AppType::Public, RedirectKind::Paste)).await;
    let mut heard = tokio::time::timeout(QUIET, changes.next()).await;
    if heard.is_ok() {
        // The renewed token was described once more just now.
        heard = tokio::time::timeout(QUIET, changes.next()).await;
    }
    assert!(heard.is_err(), "another account");
    s.rig.keeper.delete_account(&id).await.unwrap();
    let gone = soon("the deletion", changes.next()).await;
    assert_eq!(gone.unwrap_err().code(), "account-unknown");
}

/// A keeper as another process has it, with clocks that it reads often.
fn restless(s: &Stage) -> Keeper {
    let outside = Outside {
        tick: Duration::from_millis(10),
        ..outside(s.rig.home.path(), clock(&s.ahead))
    };
    Keeper::open(outside).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_keep_a_pair_valid_for_two_days() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let (keeper, id) = (restless(&s), id.clone());
            tokio::spawn(async move { keeper.keep_valid(&id, |error| panic!("{error:?}")).await })
        })
        .collect();
    for round in 1..=24 {
        s.later(3600);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(s.x.count(Message::Refresh), round - 1, "half of its life is left");
        s.later(3600 - 240);
        until("a renewal", || s.x.count(Message::Refresh) == round).await;
        until("the new end", || {
            s.rig
                .account(&id)
                .expires
                .is_some_and(|end| end > now() + s.ahead.load(Ordering::Relaxed) + 7000)
        })
        .await;
    }
    assert!(tasks.iter().all(|task| !task.is_finished()));
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (24, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_pair_is_reported_and_tried_once() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    let mut changes = s.rig.keeper.token_changes(&id).unwrap();
    let reports = Arc::new(Mutex::new(Vec::new()));
    let (keeper, of, heard) = (restless(&s), id.clone(), reports.clone());
    let task = tokio::spawn(async move { keeper.keep_valid(&of, |error| heard.lock().unwrap().push(error.code)).await });
    s.x.fail_next(Message::Refresh, Failure::Lost);
    s.later(7200 - 60);
    until("two reports", || reports.lock().unwrap().len() > 1).await;
    assert!(reports.lock().unwrap().iter().all(|code| *code == "interrupted"), "{reports:?}");
    let sent = s.x.count(Message::Refresh);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(s.x.count(Message::Refresh), sent, "only a login helps");
    let again = s.rig.log_in(s.plan(AppType::Public, RedirectKind::Paste)).await.account;
    assert_eq!(again.id, id);
    soon("the login", changes.next()).await.unwrap();
    assert!(s.x.token(&s.rig.token(&id).await).unwrap().alive);
    s.later(7200 - 60);
    until("renewals go on", || s.x.count(Message::Refresh) > sent).await;
    task.abort();
}
