//! Tokens that are renewed without being asked for: when their rules say, again after a failure, and with a notice in time
//! where only a person can help. The tests move the clocks; the servers are real.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::keeper::now;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::DAY;
use keybearer_core::vault::previous_key;
use keybearer_core::view::{RenewalOutcome, StoreKind, StoreState};
use keybearer_core::words::Language;
use keybearer_practice::Fault;
use keybearer_practice::meta::{Failure, Message, Meta, Platform};
use tempfile::TempDir;

use crate::children::{self, Keyring};
use crate::keyring;
use crate::mock_keychain;
use crate::rig::{Rig, provider_file, soon};

/// A keeper that knows Threads as the practice platform plays it, with tokens from its dashboard.
struct Stage {
    rig: Rig,
    meta: Meta,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    async fn new() -> Stage {
        let meta = Meta::start(Platform::Threads).await.unwrap();
        let home = TempDir::new().unwrap();
        provider_file(home.path(), "threads-here", "threads", meta.origin(), &["web", "graph"]);
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        Stage { rig, meta, ahead }
    }

    /// Both clocks go on.
    fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.meta.advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    /// An account with a token that lives so many days more.
    async fn adopt(&self, person: &str, days: i64) -> String {
        let lives = Duration::from_secs((days * DAY).unsigned_abs());
        let made = self.meta.generate_token(person, &["threads_basic"], Some(lives)).unwrap();
        let import = keybearer_core::keeper::TokenImport {
            provider: Some("threads-here".into()),
            ..Default::default()
        };
        let secret = keybearer_core::token::Secret::new(made);
        self.rig.keeper.import_token(&secret, &import).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_by_itself_a_week_before_the_end_and_not_sooner() {
    let s = Stage::new().await;
    let id = s.adopt("ada", 60).await;
    let account = s.rig.account(&id);
    assert_eq!(account.renews_next, account.expires.map(|end| end - 7 * DAY));
    assert!(account.life_known && !account.needs_login && account.breaks == account.expires);
    s.later(52 * DAY);
    assert!(s.rig.keeper.sweep().await.is_empty());
    s.later(2 * DAY);
    let done = s.rig.keeper.sweep().await;
    assert_eq!((done.len(), done[0].outcome), (1, RenewalOutcome::Renewed));
    let renewed = s.rig.account(&id);
    assert!(renewed.expires > account.expires && renewed.later.is_none());
    assert!(s.rig.keeper.sweep().await.is_empty(), "never twice");
    assert_eq!(s.meta.count(Message::Refresh), 1);
    // One step back, for a day.
    assert!(renewed.step_back_until.is_some());
    let second = s.rig.token(&id).await;
    s.rig.keeper.step_back(&id).await.unwrap();
    let back = s.rig.account(&id);
    assert_ne!(s.rig.token(&id).await, second);
    assert_eq!((back.expires, back.step_back_until), (account.expires, None));
    assert!(
        back.later.is_none() && back.renews_next.unwrap() > account.issued + 54 * DAY,
        "in a day, and nothing failed"
    );
    assert_eq!(s.rig.keeper.step_back(&id).await.unwrap_err().code(), "secret-missing");
    assert!(s.rig.keeper.sweep().await.is_empty(), "and not forward again at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_that_does_not_work_is_tried_again_later() {
    let s = Stage::new().await;
    let id = s.adopt("ada", 60).await;
    let token = s.rig.token(&id).await;
    s.later(54 * DAY);
    s.meta.fail_always(Message::Refresh, Some(Failure::Graph(2, None)));
    let done = s.rig.keeper.sweep().await;
    assert_eq!(
        (done[0].outcome, done[0].error.as_ref().unwrap().code.as_str()),
        (RenewalOutcome::Later, "transient")
    );
    let wait = done[0].until.unwrap() - now() - 54 * DAY;
    assert!((295..=365).contains(&wait), "five minutes and a little: {wait}");
    let sent = s.meta.count(Message::Refresh);
    assert!(s.rig.keeper.sweep().await.is_empty(), "not before");
    let later = s.rig.account(&id).later.unwrap();
    assert_eq!((Some(later.until), later.why.code.as_str()), (done[0].until, "transient"));
    // The wait doubles, is on disk, and ends when it works.
    s.later(wait + 1);
    let again = s.rig.keeper.sweep().await;
    assert!(again[0].until.unwrap() - now() - 54 * DAY - wait > 590);
    assert_eq!(s.meta.count(Message::Refresh), sent + 1);
    assert_eq!(s.rig.token(&id).await, token, "a failed refresh deletes nothing");
    s.meta.fail_always(Message::Refresh, None);
    s.later(800);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    assert!(s.rig.account(&id).later.is_none());
    // What only a person mends is said, and not tried again and again.
    s.later(54 * DAY);
    s.meta.kill_tokens_of("ada", 460);
    let dead = s.rig.keeper.sweep().await;
    assert_eq!(
        (dead[0].outcome, dead[0].error.as_ref().unwrap().code.as_str()),
        (RenewalOutcome::NeedsYou, "token-dead")
    );
    assert_eq!(s.rig.account(&id).trouble.unwrap().code, "token-dead");
    assert!(s.rig.keeper.sweep().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_leaves_no_predecessor_behind_a_newer_login() {
    let s = Stage::new().await;
    let id = s.adopt("ada", 60).await;
    s.later(54 * DAY);
    s.rig.keeper.sweep().await;
    let (home, key) = (s.rig.home.path().to_owned(), previous_key(&id));
    let kept = async move || {
        let store = mock_keychain::store(&home);
        let (store, key) = (store, key.clone());
        tokio::task::spawn_blocking(move || store.read(StoreKind::Keychain, &key).unwrap().is_some())
            .await
            .unwrap()
    };
    assert!(kept().await);
    s.later(DAY / 2);
    assert_eq!(s.adopt("ada", 60).await, id);
    assert!(!kept().await && s.rig.account(&id).step_back_until.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_asked_for_by_a_person_takes_all_that_gain() {
    let s = Stage::new().await;
    let old = s.adopt("ada", 50).await;
    s.later(2 * DAY);
    let young = s.adopt("grace", 60).await;
    let done = s.rig.keeper.refresh_long_lived().await;
    assert_eq!(
        done.iter().map(|d| (d.account.as_str(), d.outcome)).collect::<Vec<_>>(),
        [(old.as_str(), RenewalOutcome::Renewed)]
    );
    assert!(s.rig.account(&young).renews_from.unwrap() > now(), "not a day old");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_over_sixty_days_keeps_all_of_them() {
    let s = Stage::new().await;
    let mut ids = Vec::new();
    for (person, days) in [("ada", 20), ("grace", 40), ("joan", 60)] {
        ids.push(s.adopt(person, days).await);
    }
    for _ in 0..60 {
        s.later(DAY);
        for done in s.rig.keeper.sweep().await {
            assert_eq!(done.outcome, RenewalOutcome::Renewed, "{done:?}");
        }
    }
    let clock = now() + s.ahead.load(Ordering::Relaxed);
    assert!(s.meta.count(Message::Refresh) < 10, "and not more often than it must be");
    for id in &ids {
        let account = s.rig.account(id);
        assert!(account.expires.unwrap() > clock && account.trouble.is_none(), "{account:?}");
        let token = s.rig.token(id).await;
        assert!(s.meta.token(&token).is_some_and(|t| t.alive));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_a_login_renews_is_said_once_at_each_step() {
    let x = crate::x::Stage::new().await;
    x.register("x-here", RedirectKind::Paste);
    let mut plan = x.plan(keybearer_practice::x::AppType::Public, RedirectKind::Paste);
    plan.scopes.retain(|scope| scope != "offline.access");
    x.x.switch(|w| w.access_lifetime = Duration::from_secs(30 * 86_400));
    let id = x.rig.log_in(plan).await.account.id;
    assert!(x.rig.account(&id).needs_login);
    let mut said = Vec::new();
    for day in 0..=31 {
        for notice in x.rig.keeper.take_notices().await.unwrap() {
            said.push((day, notice.days));
        }
        assert!(x.rig.keeper.take_notices().await.unwrap().is_empty(), "once each");
        x.later(DAY);
    }
    assert_eq!(said, [(16, 14), (23, 7), (27, 3), (29, 1)]);
    let calendar = x.rig.keeper.calendar(Language::En);
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
    assert!(calendar.contains("SUMMARY:Sign in again – @ada · X\r\n") && calendar.contains(&format!("UID:{id}@")));
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn refresh_leaves_a_locked_keychain_alone() {
    children::in_session(Keyring::Locked, "scheduler::child_with_a_locked_keychain");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run as a child"]
async fn child_with_a_locked_keychain() {
    let s = Stage::new().await;
    // Won while the keychain is locked: in memory only, and due in time.
    let id = s.adopt("ada", 60).await;
    s.rig.keeper.check_store().await.unwrap_err();
    assert_eq!(s.rig.keeper.view().store.state, StoreState::Locked);
    s.later(54 * DAY);
    assert!(
        s.rig.keeper.sweep().await.is_empty(),
        "nobody is asked to open it, and nothing counts as failed"
    );
    let account = s.rig.account(&id);
    assert!(account.later.is_none() && account.trouble.is_none());
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn refresh_that_a_person_wants_over_a_locked_keychain_costs_no_wait() {
    children::in_session(Keyring::Unlocked, "scheduler::child_whose_keychain_locks");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run as a child"]
async fn child_whose_keychain_locks() {
    let s = Stage::new().await;
    let id = s.adopt("ada", 60).await;
    s.later(54 * DAY);
    keyring::lock().await;
    let done = s.rig.keeper.refresh_long_lived().await;
    let error = done[0].error.as_ref().unwrap();
    assert_eq!((done[0].outcome, error.code.as_str()), (RenewalOutcome::Later, "keychain-locked"));
    let account = s.rig.account(&id);
    assert!(account.later.is_none() && account.trouble.is_none());
    keyring::unlock().await;
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_goes_on_when_the_network_is_back_and_not_at_each_wake_up() {
    let s = Stage::new().await;
    s.adopt("ada", 60).await;
    s.later(54 * DAY);
    s.meta.fail_always(Message::Refresh, Some(Fault::Drop.into()));
    let done = s.rig.keeper.sweep().await;
    assert_eq!(done[0].error.as_ref().unwrap().code, "server-unreachable");
    s.meta.fail_always(Message::Refresh, None);
    s.rig.keeper.wake_scheduler();
    assert!(s.rig.keeper.sweep().await.is_empty());
    s.rig.keeper.network_is_back();
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    // A server that asks for time gets it, network or no.
    s.later(54 * DAY);
    s.meta.fail_always(Message::Refresh, Some(Failure::Graph(4, None)));
    assert_eq!(s.rig.keeper.sweep().await[0].error.as_ref().unwrap().code, "rate-limited");
    s.rig.keeper.network_is_back();
    assert!(s.rig.keeper.sweep().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_wrong_is_said_at_large() {
    let s = Stage::new().await;
    s.adopt("ada", 60).await;
    let said = |s: &Stage| {
        let problems = s.rig.keeper.view().problems;
        problems
            .into_iter()
            .find(|p| p.code == "clock-wrong")
            .map(|p| (p.params["minutes"].clone(), p.params["direction"].clone()))
    };
    assert_eq!(said(&s), None);
    s.ahead.fetch_sub(3600, Ordering::Relaxed);
    let (minutes, direction) = said(&s).unwrap();
    assert!(["60", "61"].contains(&minutes.as_str()) && direction == "behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_is_not_sent_too_young_by_a_clock_that_was_set() {
    let s = Stage::new().await;
    // Nobody tells when hers ends, so that it is due when it is a day old.
    let id = s.adopt("joan", 60).await;
    let keeper = s.rig.keeper.clone();
    let running = tokio::spawn(async move { keeper.run_scheduler().await });
    let wrong = || s.rig.keeper.view().problems.iter().any(|p| p.code == "clock-wrong");
    let wake = async |until: &dyn Fn() -> bool| {
        s.rig.keeper.wake_scheduler();
        let came = async {
            while !until() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon("a look", came).await;
    };
    // Not while the first sweep, which finds nothing due, has read one of the two clocks.
    tokio::time::sleep(Duration::from_millis(300)).await;
    // A person sets it; the computer has not been on for so long.
    s.ahead.fetch_add(25 * 3600, Ordering::Relaxed);
    wake(&wrong).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(s.meta.count(Message::Refresh), 0, "an hour old, whatever the clock says");
    assert!(s.rig.account(&id).later.is_none());
    // Set right, and a day later.
    s.ahead.fetch_sub(25 * 3600, Ordering::Relaxed);
    wake(&|| !wrong()).await;
    s.later(25 * 3600);
    wake(&|| s.meta.count(Message::Refresh) == 1).await;
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_is_in_time_although_the_token_was_issued_by_a_clock_of_the_future() {
    let s = Stage::new().await;
    s.ahead.fetch_add(400 * DAY, Ordering::Relaxed);
    let id = s.adopt("joan", 60).await;
    s.ahead.fetch_sub(400 * DAY, Ordering::Relaxed);
    for _ in 0..59 {
        s.later(DAY);
        for done in s.rig.keeper.sweep().await {
            assert_eq!(done.outcome, RenewalOutcome::Renewed, "{done:?}");
        }
    }
    let clock = now() + s.ahead.load(Ordering::Relaxed);
    let account = s.rig.account(&id);
    assert!(account.issued <= clock && account.expires.unwrap() > clock + 7 * DAY, "{account:?}");
    let first = s.meta.history("joan").remove(0);
    assert!(s.meta.token(&s.rig.token(&id).await).unwrap().issued > first.issued);
    // By a clock that is wrong now nothing is dated anew.
    s.ahead.fetch_sub(400 * DAY, Ordering::Relaxed);
    assert!(s.rig.keeper.sweep().await.is_empty());
    assert_eq!(s.rig.account(&id).issued, account.issued);
}
