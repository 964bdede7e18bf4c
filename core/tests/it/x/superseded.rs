//! One login an app and person: which tokens a new login may have ended, while nobody can say whose it is. They are renewed
//! before the next copy, because the refresh token tells for nothing what asking would cost.

use std::time::Duration;

use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::AccountView;
use keybearer_practice::Fault;
use keybearer_practice::x::{AppType, Failure, Message};

use super::{Stage, clock, keeper_at};
use crate::browser::Landing;
use crate::rig::{Habit, Login};

async fn copy(s: &Stage, id: &str) -> Result<bool, &'static str> {
    match s.rig.keeper.access_token(id, Purpose::Token).await {
        Ok(token) => Ok(s.x.token(token.expose()).unwrap().alive),
        Err(error) => Err(error.code().as_str()),
    }
}

/// A login at the app that is known already, up to the answer being in our hands.
async fn start_again(s: &Stage, client: &str) -> Login {
    let mut plan = s.plan(AppType::Public, RedirectKind::Paste);
    plan.client = Some(client.to_owned());
    let mut login = s.rig.start(plan);
    login.until_waiting().await;
    match s.rig.landing().await {
        Landing::Nowhere(text) | Landing::Home(text, _) => s.rig.keeper.paste(&login.id, &text).unwrap(),
        other => panic!("{other:?}"),
    }
    login
}

async fn again(s: &Stage, client: &str) -> AccountView {
    let id = start_again(s, client).await.end().await.unwrap();
    s.rig.account(&id)
}

/// A login of somebody whom billing keeps X from naming.
async fn nameless(s: &Stage) -> AccountView {
    s.x.fail_next(Message::Me, Failure::NotEnrolled("client-not-enrolled"));
    let account = s.log_in().await;
    assert_eq!(account.verified, None);
    account
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unidentified_pair_is_renewed_after_the_next_login() {
    let s = Stage::new().await;
    let first = nameless(&s).await;
    let second = again(&s, &first.client).await;
    assert_ne!(first.id, second.id);
    // Its grant has ended with the second login: X says so, once.
    assert_eq!(copy(&s, &first.id).await, Err("token-dead"));
    assert_eq!(copy(&s, &first.id).await, Err("token-dead"));
    assert_eq!(s.x.count(Message::Refresh), 1);
    assert_eq!(copy(&s, &second.id).await, Ok(true));
    assert_eq!(s.x.count(Message::Refresh), 1, "the last login is beyond doubt");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_persons_pair_is_checked_once_and_stays() {
    let s = Stage::new().await;
    let first = nameless(&s).await;
    s.rig.habit(Habit::Allow("grace"));
    let second = again(&s, &first.client).await;
    // Until it is known whether it lives, nothing is copied.
    s.x.fail_next(Message::Refresh, Fault::Status(503));
    s.x.fail_next(Message::Refresh, Fault::Status(503));
    assert_eq!(copy(&s, &first.id).await, Err("transient"));
    for _ in 0..2 {
        assert_eq!(copy(&s, &first.id).await, Ok(true));
    }
    assert_eq!(copy(&s, &second.id).await, Ok(true));
    assert_eq!(s.x.count(Message::Refresh), 3, "two that failed, and one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pairs_of_other_persons_are_left_alone() {
    let s = Stage::new().await;
    let first = s.log_in().await;
    s.rig.habit(Habit::Allow("grace"));
    let second = again(&s, &first.client).await;
    assert_eq!((copy(&s, &first.id).await, copy(&s, &second.id).await), (Ok(true), Ok(true)));
    assert_eq!(s.x.count(Message::Refresh), 0);
    // Nobody knows whose the third is.
    s.x.fail_next(Message::Me, Failure::NoCredits);
    let third = again(&s, &first.client).await;
    assert_eq!(copy(&s, &second.id).await, Err("token-dead"));
    assert_eq!((copy(&s, &first.id).await, copy(&s, &third.id).await), (Ok(true), Ok(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn between_a_token_and_its_name_nothing_dead_is_copied() {
    let s = Stage::new().await;
    let first = s.log_in().await;
    s.x.fail_next(Message::Me, Fault::Slow(Duration::from_millis(1500)));
    let mut login = start_again(&s, &first.client).await;
    while s.x.count(Message::Me) < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(copy(&s, &first.id).await, Err("token-dead"));
    assert_eq!(login.end().await.unwrap(), first.id);
    assert_eq!(copy(&s, &first.id).await, Ok(true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_whose_answer_was_lost_leaves_a_doubt() {
    let s = Stage::new().await;
    let first = s.log_in().await;
    s.x.fail_next(Message::Token, Failure::Lost);
    assert_eq!(
        start_again(&s, &first.client).await.end().await.unwrap_err().code,
        "server-unreachable"
    );
    let next = keeper_at(s.rig.home.path(), clock(&s.ahead));
    assert_eq!(next.access_token(&first.id, Purpose::Token).await.unwrap_err().code(), "token-dead");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_logins_at_once_leave_both_their_doubts() {
    let s = Stage::new().await;
    let first = nameless(&s).await;
    s.rig.habit(Habit::Allow("grace"));
    s.x.fail_next(Message::Me, Fault::Slow(Duration::from_millis(2500)));
    let asked = s.x.count(Message::Me);
    let mut grace = start_again(&s, &first.client).await;
    while s.x.count(Message::Me) == asked {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Meanwhile the first one's person logs in, and nobody hears how it ended.
    s.rig.habit(Habit::Allow("ada"));
    s.x.fail_next(Message::Token, Failure::Lost);
    assert!(start_again(&s, &first.client).await.end().await.is_err());
    grace.end().await.unwrap();
    assert_eq!(copy(&s, &first.id).await, Err("token-dead"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_was_refused_leaves_none() {
    let s = Stage::new().await;
    let first = s.log_in().await;
    s.x.fail_next(
        Message::Token,
        Failure::OAuth2 {
            status: 400,
            error: "invalid_request".into(),
            description: "Value passed for the authorization code was invalid.".into(),
        },
    );
    assert!(start_again(&s, &first.client).await.end().await.is_err());
    assert_eq!(copy(&s, &first.id).await, Ok(true));
    assert_eq!(s.x.count(Message::Refresh), 0);
}
