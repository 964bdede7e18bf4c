//! Pairs that rotate: renewed when they are wanted and never otherwise, by one flight at a time, and never lost without a
//! word. The practice platform's log is the oracle.

use std::sync::atomic::Ordering;
use std::time::Duration;

use keybearer_core::keeper::Reason;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::{DAY, Secret, Token};
use keybearer_core::vault::account_key;
use keybearer_core::words::{Language, explain};
use keybearer_practice::Fault;
use keybearer_practice::x::{AppType, Failure, Message};

use super::{Stage, clock, keeper_at};
use crate::mock_keychain;
use crate::rig::soon;

/// The code of what a copy says; none where it copies.
async fn copy_fails(s: &Stage, id: &str) -> Option<&'static str> {
    s.rig.keeper.access_token(id, Purpose::Token).await.err().map(|e| e.code().as_str())
}

fn intent_stands(s: &Stage) -> bool {
    !s.rig.book().contains("\"renewing\": null")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_renews_in_the_last_five_minutes() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let first = s.rig.token(&account.id).await;
    s.later(7200 - 330);
    assert_eq!(s.rig.token(&account.id).await, first);
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "renewal-not-needed"
    );
    assert_eq!(s.x.count(Message::Refresh), 0);
    s.later(60);
    let second = s.rig.token(&account.id).await;
    assert_ne!(first, second);
    assert!(s.x.token(&second).unwrap().alive);
    assert_eq!(s.rig.token(&account.id).await, second, "good for two hours");
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0));
    assert_eq!(s.x.count(Message::Me), 1, "nobody asked whose it is: that costs money");
    // Hours later it is over, and a copy still gives a good one.
    s.later(9 * DAY);
    let third = s.rig.token(&account.id).await;
    assert!(s.x.token(&third).unwrap().alive && !intent_stands(&s));
    // What verifies uses a good one, too.
    s.later(DAY);
    s.rig.keeper.verify(&account.id).await.unwrap();
    assert_eq!(s.x.reuses(), 0);
}

/// X renews at any time; that Keybearer waits is its own rule, and a person may want it all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_may_renew_a_pair_that_need_not_be_renewed_yet() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let first = s.rig.token(&account.id).await;
    let said = s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().view();
    assert_eq!(said.code, "renewal-not-needed");
    assert_eq!((said.params["provider"].as_str(), said.params["rotates"].as_str()), ("X", "yes"));
    let words = explain(Language::En, &said);
    assert!(
        words[1].contains("X would renew it now, but each renewal ends the previous token"),
        "{words:?}"
    );
    assert!(words[2].contains("--anyway"), "{words:?}");
    assert_eq!(
        (s.x.count(Message::Refresh), s.rig.account(&account.id).trouble),
        (0, None),
        "nothing is sent, nothing is wrong"
    );

    s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
    let second = s.rig.token(&account.id).await;
    assert_ne!(first, second);
    assert!(!s.x.token(&first).unwrap().alive && s.x.token(&second).unwrap().alive && !intent_stands(&s));
    // Whoever presses many times at once sends one request: the flight is the same as for every renewal.
    let flights: Vec<_> = (0..8)
        .map(|_| {
            let (keeper, id) = (s.rig.keeper.clone(), account.id.clone());
            tokio::spawn(async move { keeper.renew(&id, Reason::Anyway).await })
        })
        .collect();
    for flight in flights {
        flight.await.unwrap().unwrap();
    }
    let sent = s.x.count(Message::Refresh);
    assert!((2..=9).contains(&sent) && s.x.reuses() == 0, "{sent}");
    // An answer that is lost may have spent the pair, here as everywhere.
    s.x.fail_next(Message::Refresh, Failure::Lost);
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap_err().code(),
        "interrupted"
    );
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "interrupted");
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap_err().code(),
        "interrupted",
        "only a login helps"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unused_pair_is_renewed_once_before_it_expires() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.later(119 * DAY);
    s.rig.keeper.sweep().await;
    assert_eq!(s.x.count(Message::Refresh), 0, "never otherwise");
    s.later(2 * DAY);
    s.rig.keeper.sweep().await;
    s.rig.keeper.sweep().await;
    assert_eq!(s.x.count(Message::Refresh), 1);
    // Without it the pair would have aged out by now.
    s.later(100 * DAY);
    assert!(s.x.token(&s.rig.token(&account.id).await).unwrap().alive);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_renewal_response_is_reported() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.later(7200);
    s.x.fail_next(Message::Refresh, Failure::Lost);
    assert_eq!(copy_fails(&s, &account.id).await, Some("interrupted"));
    assert_eq!(
        (s.x.count(Message::Refresh), s.x.reuses()),
        (2, 1),
        "once more with the old one, and then no more"
    );
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "interrupted");
    assert!(!intent_stands(&s));
    // Asking again asks nobody.
    assert_eq!(copy_fails(&s, &account.id).await, Some("interrupted"));
    s.rig.keeper.sweep().await;
    assert_eq!(s.x.count(Message::Refresh), 2);
    // A new login makes it whole.
    let again = s.rig.log_in(s.plan(AppType::Public, RedirectKind::Paste)).await.account;
    assert!(again.id == account.id && again.trouble.is_none());
    assert_eq!(copy_fails(&s, &account.id).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_errors_lose_no_token() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    // Before the server did anything: the same is sent once more, and taken.
    for fault in [Fault::Drop, Fault::Status(500), Fault::Html] {
        s.later(7200);
        s.x.fail_next(Message::Refresh, fault);
        assert_eq!(copy_fails(&s, &account.id).await, None);
    }
    // For longer: the intent stays, and whoever comes next tries it again.
    s.later(7200);
    s.x.fail_always(Message::Refresh, Some(Fault::Status(500).into()));
    assert_eq!(copy_fails(&s, &account.id).await, Some("transient"));
    assert!(intent_stands(&s) && s.rig.account(&account.id).trouble.is_none());
    s.x.fail_always(Message::Refresh, None);
    s.rig.keeper.sweep().await;
    assert!(!intent_stands(&s));
    let token = s.rig.token(&account.id).await;
    assert!(s.x.token(&token).unwrap().alive);
    // With some minutes left the present one is better than none.
    s.later(7200 - 200);
    s.x.fail_always(Message::Refresh, Some(Failure::RateLimited(60)));
    assert_eq!(
        s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap().expose(),
        token
    );
    assert!(!intent_stands(&s), "a clear no spends nothing");
    s.later(400);
    assert_eq!(
        copy_fails(&s, &account.id).await,
        Some("rate-limited"),
        "a dead one is never copied"
    );
    s.x.fail_always(Message::Refresh, None);
    assert_eq!((copy_fails(&s, &account.id).await, s.x.reuses()), (None, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_network_no_refresh_token_is_spent() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.ahead.fetch_add(7200, Ordering::Relaxed);
    let Stage { rig, x, ahead } = s;
    let port: u16 = x.origin().rsplit(':').next().unwrap().parse().unwrap();
    drop(x);
    // The port closes when the server's task is gone.
    while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(
        rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().code(),
        "server-unreachable"
    );
    assert!(rig.book().contains("\"renewing\": null"), "nothing was sent");
    assert!(rig.account(&account.id).trouble.is_none());
    assert_eq!(ahead.load(Ordering::Relaxed), 7200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_elsewhere_ends_it_and_that_is_no_interruption() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.x.log_in_elsewhere("ada", &["tweet.read", "users.read", "offline.access"])
        .unwrap();
    s.later(7200);
    assert_eq!(copy_fails(&s, &account.id).await, Some("token-dead"));
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "token-dead");
    assert_eq!(copy_fails(&s, &account.id).await, Some("token-dead"));
    assert!(!s.rig.token(&account.id).await.is_empty(), "never deleted");
    assert!(!intent_stands(&s));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_is_read_again_before_a_token_is_called_dead() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let scopes = ["tweet.read", "users.read", "offline.access"];
    s.later(7200);
    s.x.fail_next(Message::Refresh, Fault::Slow(Duration::from_millis(800)));
    let (keeper, id) = (s.rig.keeper.clone(), account.id.clone());
    let copy = tokio::spawn(async move { keeper.access_token(&id, Purpose::Token).await.unwrap().expose().to_owned() });
    while s.x.count(Message::Refresh) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // An older version of this program, which knows no lock of ours, has logged in again meanwhile.
    let (access, refresh) = s.x.log_in_elsewhere("ada", &scopes).unwrap();
    let (home, key) = (s.rig.home.path().to_owned(), account_key(&account.id));
    let pair = Token {
        refresh_token: refresh.map(Secret::new),
        expires: account.expires.map(|end| end + 7200),
        ..Token::new(Secret::new(access.clone()), account.issued + 7200)
    };
    let store = mock_keychain::store(&home);
    tokio::task::spawn_blocking(move || store.write(&key, &pair.to_stored()).unwrap())
        .await
        .unwrap();
    assert_eq!(soon("the copy", copy).await.unwrap(), access);
    assert!(s.rig.account(&account.id).trouble.is_none() && !intent_stands(&s));
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_offline_access_there_is_no_renewal() {
    let s = Stage::new().await;
    s.register("x-here", RedirectKind::Paste);
    let mut plan = s.plan(AppType::Public, RedirectKind::Paste);
    plan.scopes.retain(|scope| scope != "offline.access");
    let account = s.rig.log_in(plan).await.account;
    assert!(!account.renews_on_demand && account.renews_until.is_none() && account.renews_from.is_none());
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "not-renewable"
    );
    assert!(!intent_stands(&s));
    s.later(7200);
    assert_eq!(copy_fails(&s, &account.id).await, Some("token-expired"));
    assert_eq!(s.x.count(Message::Refresh), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_copies_send_one_renewal() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.later(7200);
    // Slow enough that all of them come while the first is under way.
    s.x.fail_next(Message::Refresh, Fault::Slow(Duration::from_millis(300)));
    let other = keeper_at(s.rig.home.path(), clock(&s.ahead));
    let mut copies = tokio::task::JoinSet::new();
    for at in 0..100 {
        let (keeper, id) = (if at % 2 == 0 { s.rig.keeper.clone() } else { other.clone() }, account.id.clone());
        copies.spawn(async move { keeper.access_token(&id, Purpose::Token).await.unwrap().expose().to_owned() });
    }
    let mut tokens = soon("all of them", copies.join_all()).await;
    tokens.sort();
    tokens.dedup();
    assert_eq!((tokens.len(), s.x.count(Message::Refresh), s.x.reuses()), (1, 1, 0));
    assert!(s.x.token(&tokens[0]).unwrap().alive);
}
