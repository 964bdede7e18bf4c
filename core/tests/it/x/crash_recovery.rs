//! Two processes at one account, and processes that are killed: around intent, request, answer and store. Only a kill
//! between the server's commit and our fsync may cost a login, and then the account says so. The practice platform's log
//! is the oracle.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use keybearer_core::keeper::now;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_practice::Fault;
use keybearer_practice::x::{self, AppType, Failure, Message};

use super::{Stage, keeper_at};
use crate::children::{self, order, ordered, said};
use crate::rig::until;
use crate::system::FEWER_PROCESSES;

const HOME: &str = "KEYBEARER_TEST_HOME";
/// So often both processes want the token at the same moment.
const ROUNDS: u32 = 100 / FEWER_PROCESSES;
/// So many kills, at moments spread over the whole of a renewal.
const KILLS: u32 = 48 / FEWER_PROCESSES;

#[test]
#[ignore = "run as a child"]
fn child_that_copies() {
    let home = PathBuf::from(std::env::var_os(HOME).unwrap());
    let id = std::fs::read_to_string(home.join("account")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (mut last, begun) = (0, Instant::now());
    std::fs::write(home.join("ready"), "yes").unwrap();
    loop {
        match ordered(&home) {
            Some((round, ahead)) if round != last => {
                last = round;
                let keeper = keeper_at(&home, Arc::new(move || now() + ahead));
                let said = runtime.block_on(async { keeper.access_token(&id, Purpose::Token).await });
                let said = said.map_or_else(|e| e.code().to_string(), |t| t.expose().to_owned());
                let draft = home.join("said.draft");
                std::fs::write(&draft, said).unwrap();
                std::fs::rename(draft, home.join(format!("said-{round}"))).unwrap();
            }
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
        assert!(begun.elapsed() < Duration::from_secs(300), "its test has ended");
    }
}

/// A child over the stage's folders, once it listens.
async fn child(s: &Stage, account: &str) -> std::process::Child {
    let home = s.rig.home.path();
    let _ = std::fs::remove_file(home.join("ready"));
    std::fs::write(home.join("account"), account).unwrap();
    let child = children::start("x::crash_recovery::child_that_copies", |c| {
        c.env(HOME, home);
    });
    said(home, "ready").await;
    child
}

fn ahead(s: &Stage) -> i64 {
    s.ahead.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_by_two_processes_is_one_request_each_time() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let mut child = child(&s, &account.id).await;
    let home = s.rig.home.path();
    for round in 1..=ROUNDS {
        s.later(7200);
        order(home, round, ahead(&s));
        let here = s
            .rig
            .keeper
            .access_token(&account.id, Purpose::Token)
            .await
            .unwrap()
            .expose()
            .to_owned();
        let there = said(home, &format!("said-{round}")).await;
        assert_eq!(here, there, "round {round}");
        assert!(s.x.token(&here).unwrap().alive);
        assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (round as usize, 0));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What stands after a kill: a token that works, or an account that says what happened, and then the server has done what
/// nobody here knows of.
async fn settle(s: &Stage, account: &str, what: &str) -> bool {
    let (before, reuses) = (s.x.count(Message::Refresh), s.x.reuses());
    let book: serde_json::Value = serde_json::from_str(&s.rig.book()).unwrap();
    assert_eq!(book["accounts"].as_array().unwrap().len(), 1, "{what}: the book is whole");
    s.rig.keeper.sweep().await;
    match s.rig.keeper.access_token(account, Purpose::Token).await {
        Ok(token) => {
            assert!(s.x.token(token.expose()).unwrap().alive, "{what}: a dead one was copied");
            assert!(s.x.count(Message::Refresh) <= before + 1 && s.x.reuses() == reuses, "{what}");
            true
        }
        Err(error) => {
            assert_eq!(error.code(), "interrupted", "{what}");
            assert_eq!(s.rig.account(account).trouble.unwrap().code, "interrupted", "{what}");
            assert_eq!(
                s.x.reuses(),
                reuses + 1,
                "{what}: the server had not done it, and yet a login is lost"
            );
            s.rig.log_in(s.plan(AppType::Public, RedirectKind::Paste)).await;
            false
        }
    }
}

/// Tells a child to copy the token, and kills it when the event has come.
async fn kill_when(s: &Stage, account: &str, event: impl Future<Output = ()>) {
    let mut child = child(s, account).await;
    s.later(7200);
    order(s.rig.home.path(), 1, ahead(s));
    event.await;
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::remove_file(s.rig.home.path().join("order")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_survives_a_kill_before_the_server_has_done_it_and_owns_up_to_one_after() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    // The request is on its way, and nothing is done yet: nothing is lost.
    s.x.fail_next(Message::Refresh, Fault::Slow(Duration::from_secs(20)));
    let sent = until("the request", || s.x.count(Message::Refresh) == 1);
    kill_when(&s, &account.id, sent).await;
    let book: serde_json::Value = serde_json::from_str(&s.rig.book()).unwrap();
    assert!(book["accounts"][0]["renewing"].is_object(), "the intent was on disk before: {book}");
    assert!(settle(&s, &account.id, "before the commit").await);
    // Done, and the answer never came.
    s.x.fail_next(Message::Refresh, Failure::Late(Duration::from_secs(20)));
    let pairs = || s.x.history("ada", x::Kind::Refresh).len();
    let before = pairs();
    kill_when(&s, &account.id, until("the rotation", || pairs() > before)).await;
    assert!(
        !settle(&s, &account.id, "after the commit").await,
        "the one window in which a login is lost"
    );
    assert!(s.x.tokens().len() > 1 && s.x.tokens().contains(&x::ACCESS_TOKEN.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_survives_kills_at_any_moment() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    // How long a whole renewal takes in a child, so that the kills are spread over it and a little beyond.
    let mut whole = child(&s, &account.id).await;
    s.later(7200);
    let begun = Instant::now();
    order(s.rig.home.path(), 1, ahead(&s));
    said(s.rig.home.path(), "said-1").await;
    let span = begun.elapsed() * 12 / 10;
    whole.kill().unwrap();
    whole.wait().unwrap();
    std::fs::remove_file(s.rig.home.path().join("order")).unwrap();
    let mut survived = 0;
    for at in 0..KILLS {
        let _ = std::fs::remove_file(s.rig.home.path().join("said-1"));
        let delay = span * at / KILLS;
        kill_when(&s, &account.id, tokio::time::sleep(delay)).await;
        survived += u32::from(settle(&s, &account.id, &format!("killed after {delay:?} of {span:?}")).await);
    }
    assert!(
        survived > KILLS / 2,
        "only {survived} of {KILLS} survived: the window is far too wide"
    );
}
