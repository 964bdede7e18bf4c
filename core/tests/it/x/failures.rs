//! What can happen beside a renewal, a login or a revocation: another store, another clock, a caller who stops waiting, a
//! typing error, two things at once. Nothing is lost by any of it, and no dead token is copied.

use std::sync::atomic::Ordering;
use std::time::Duration;

use keybearer_core::keeper::Keeper;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::vault::{account_key, client_key};
use keybearer_core::view::{LoginPlan, StoreKind};
use keybearer_practice::Fault;
use keybearer_practice::x::{self, AppType, Failure, InvalidateBy, Message};

use super::{Stage, clock, keeper_at};
use crate::browser::Landing;
use crate::mock_keychain;
use crate::rig::{Habit, until};

const OWNERS: [(&str, &str); 2] = [("access_token", x::ACCESS_TOKEN), ("token_secret", x::ACCESS_TOKEN_SECRET)];

/// What a copy gives: whether it is alive, or the code of what was said.
async fn copy(s: &Stage, keeper: &Keeper, id: &str) -> Result<bool, &'static str> {
    match keeper.access_token(id, Purpose::Token).await {
        Ok(token) => Ok(s.x.token(token.expose()).unwrap().alive),
        Err(error) => Err(error.code().as_str()),
    }
}

/// Whether the keychain holds something under this key.
async fn in_keychain(s: &Stage, key: String) -> bool {
    let home = s.rig.home.path();
    let store = mock_keychain::store(home);
    let read = move || store.read(StoreKind::Keychain, &key).unwrap().is_some();
    tokio::task::spawn_blocking(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_minutes_left_a_token_that_may_be_spent_is_not_copied() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.later(7200 - 200);
    s.x.fail_next(Message::Refresh, Failure::Lost);
    s.x.fail_always(Message::Refresh, Some(Fault::Status(500).into()));
    assert_eq!(copy(&s, &s.rig.keeper, &account.id).await, Err("transient"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_stays_in_its_own_store_and_nothing_is_spent_that_it_cannot_take() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    // New secrets go elsewhere from now on, and after a restart that store is locked.
    s.rig.keeper.use_sealed_file(Secret::new("a long passphrase")).await.unwrap();
    let next = keeper_at(s.rig.home.path(), clock(&s.ahead));
    s.later(7200);
    assert_eq!(copy(&s, &next, &account.id).await, Ok(true));
    assert!(!next.view().accounts[0].unstored, "it lies where its predecessor lay");
    let after = keeper_at(s.rig.home.path(), clock(&s.ahead));
    assert_eq!(copy(&s, &after, &account.id).await, Ok(true));
    // Killed after the store has it, and before the book has.
    s.later(7200);
    s.x.fail_next(Message::Refresh, Fault::Slow(Duration::from_millis(500)));
    let (keeper, id) = (s.rig.keeper.clone(), account.id.clone());
    let copying = tokio::spawn(async move { keeper.access_token(&id, Purpose::Token).await.is_ok() });
    while s.rig.book().contains("\"renewing\": null") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = s.rig.book();
    assert!(copying.await.unwrap());
    std::fs::write(s.rig.home.path().join("data/book.json"), before).unwrap();
    let next = keeper_at(s.rig.home.path(), clock(&s.ahead));
    let sent = s.x.count(Message::Refresh);
    assert_eq!(copy(&s, &next, &account.id).await, Ok(true), "the vault is the truth");
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (sent, 0));
    s.rig.keeper.delete_account(&account.id).await.unwrap();
    assert!(!in_keychain(&s, account_key(&account.id)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_token_stays_dead_while_the_server_is_away() {
    let s = Stage::new().await;
    let account = s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await.account;
    s.x.fail_next(Message::Me, Failure::Code(89));
    s.rig.keeper.verify(&account.id).await.unwrap_err();
    s.x.fail_next(Message::Me, Failure::RateLimited(10));
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), "rate-limited");
    assert_eq!(copy(&s, &s.rig.keeper, &account.id).await, Err("token-dead"));
    s.rig.keeper.verify(&account.id).await.unwrap();
    assert_eq!(copy(&s, &s.rig.keeper, &account.id).await, Ok(true));
    // A refresh token that was refused is not sent again and again.
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.x.log_in_elsewhere("ada", &["tweet.read", "users.read", "offline.access"])
        .unwrap();
    s.later(7200);
    for _ in 0..3 {
        assert_eq!(copy(&s, &s.rig.keeper, &account.id).await, Err("token-dead"));
    }
    assert_eq!(s.x.count(Message::Refresh), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_typing_error_does_not_replace_a_secret_that_works() {
    let s = Stage::new().await;
    let account = s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await.account;
    s.rig.keeper.verify(&account.id).await.unwrap();
    let wrong_secret = "PracticeApiSecret000000000000000000000000000000001";
    for kind in ["x-app-here", "x-keys-here"] {
        let mut wrong = s.keys(kind, None, &OWNERS);
        wrong.answers.insert("client_secret".into(), wrong_secret.into());
        let _ = s.rig.try_log_in(wrong).await;
        s.rig.keeper.verify(&account.id).await.unwrap();
    }
    assert_eq!(s.rig.account(&account.id).name, "@ada", "entered anew, and still that person's");
    // A wrong first entry is mended by a right second one.
    let s = Stage::new().await;
    let mut wrong = s.keys("x-keys-here", None, &OWNERS);
    wrong.answers.insert("client_secret".into(), wrong_secret.into());
    let id = s.rig.log_in(wrong).await.account.id;
    assert_eq!(s.rig.keeper.verify(&id).await.unwrap_err().code(), "client-auth");
    assert_eq!(s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await.account.id, id);
    s.rig.keeper.verify(&id).await.unwrap();
    // The wrong type is no change of type.
    let s = Stage::new().await;
    s.register("x-here", RedirectKind::Paste);
    let account = s.rig.log_in(s.plan(AppType::Confidential, RedirectKind::Paste)).await.account;
    let wrong = s.plan(AppType::Public, RedirectKind::Paste);
    s.x.set_app_type(AppType::Confidential);
    assert_eq!(s.rig.fail(wrong.clone()).await.code, "client-auth");
    s.later(7200);
    assert_eq!(copy(&s, &s.rig.keeper, &account.id).await, Ok(true));
    // An app that really became public needs its secret no more.
    s.x.set_app_type(AppType::Public);
    s.rig.log_in(wrong).await;
    let client = s.rig.keeper.view().clients.remove(0);
    assert!(!client.has_secret && !in_keychain(&s, client_key(&client.id)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_caller_loses_no_token() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.later(7200);
    s.x.fail_next(Message::Refresh, Failure::Late(Duration::from_millis(600)));
    let copying = s.rig.keeper.access_token(&account.id, Purpose::Token);
    assert!(tokio::time::timeout(Duration::from_millis(200), copying).await.is_err());
    // So does an end of the program.
    s.rig.keeper.rest(Duration::from_secs(10)).await;
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0));
    let next = keeper_at(s.rig.home.path(), clock(&s.ahead));
    assert_eq!(copy(&s, &next, &account.id).await, Ok(true));
    assert_eq!(s.x.count(Message::Refresh), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_waits_for_a_renewal() {
    let s = Stage::new().await;
    s.x.switch(|w| w.revoke_ends_grant = false);
    let account = s.log_in().await;
    s.later(7200);
    s.x.fail_next(Message::Refresh, Failure::Late(Duration::from_millis(600)));
    let (keeper, id) = (s.rig.keeper.clone(), account.id.clone());
    let copying = tokio::spawn(async move { keeper.access_token(&id, Purpose::Token).await.map(drop) });
    while s.x.count(Message::Refresh) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    s.rig.keeper.revoke(&account.id).await.unwrap();
    let _ = copying.await.unwrap();
    assert_eq!(s.x.tokens(), [x::ACCESS_TOKEN], "nothing lives on that nobody knows");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_of_an_old_token_is_not_written_about_the_new_one() {
    let s = Stage::new().await;
    let first = s.log_in().await;
    s.x.fail_next(Message::Me, Fault::Slow(Duration::from_millis(1500)));
    let (keeper, id) = (s.rig.keeper.clone(), first.id.clone());
    let verifying = tokio::spawn(async move { keeper.verify(&id).await.map_err(|e| e.code().as_str()) });
    while s.x.count(Message::Me) < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let second = s.rig.log_in(again(&s, &first.client)).await.account;
    assert_eq!(second.id, first.id);
    assert_eq!(verifying.await.unwrap(), Err("token-dead"), "the old one was ended by the login");
    assert!(s.rig.account(&first.id).trouble.is_none());
    assert_eq!(copy(&s, &s.rig.keeper, &first.id).await, Ok(true));
}

/// One more login with a client that is known.
fn again(s: &Stage, client: &str) -> LoginPlan {
    LoginPlan {
        client: Some(client.to_owned()),
        answers: Default::default(),
        ..s.plan(AppType::Public, RedirectKind::Paste)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_stored_before_anybody_says_whose_it_is() {
    let s = Stage::new().await;
    let first = s.log_in().await;
    s.x.fail_next(Message::Me, Fault::Slow(Duration::from_millis(1500)));
    let mut login = s.rig.start(again(&s, &first.client));
    login.until_waiting().await;
    match s.rig.landing().await {
        Landing::Nowhere(text) | Landing::Home(text, _) => s.rig.keeper.paste(&login.id, &text).unwrap(),
        other => panic!("{other:?}"),
    }
    while s.x.count(Message::Me) < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    until("its place in the book", || s.rig.keeper.view().accounts.len() == 2).await;
    // What a start would find after a kill now: the new token, of somebody.
    let next = keeper_at(s.rig.home.path(), clock(&s.ahead));
    let nameless = next.view().accounts.into_iter().find(|a| a.id != first.id).unwrap();
    assert_eq!((nameless.verified, copy(&s, &next, &nameless.id).await), (None, Ok(true)));
    // And when it is known, it is that person's, and stands once.
    assert_eq!(login.end().await.unwrap(), first.id);
    assert_eq!(s.rig.keeper.view().accounts.len(), 1);
    assert!(!in_keychain(&s, account_key(&nameless.id)).await);
    assert_eq!(copy(&s, &s.rig.keeper, &first.id).await, Ok(true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_set_back_copies_no_dead_token() {
    let s = Stage::new().await;
    s.ahead.fetch_add(86_400, Ordering::Relaxed);
    let account = s.log_in().await;
    s.ahead.fetch_sub(86_400, Ordering::Relaxed);
    s.later(7300);
    assert_eq!(copy(&s, &s.rig.keeper, &account.id).await, Ok(true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_that_did_not_hear_of_a_renewal_asks_for_no_other() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    let mut before: serde_json::Value = serde_json::from_str(&s.rig.book()).unwrap();
    s.later(7200);
    assert_eq!(copy(&s, &s.rig.keeper, &id).await, Ok(true));
    // Killed when the store had the successor: the book knows of the intent only.
    let generation = before["accounts"][0]["generation"].clone();
    before["accounts"][0]["renewing"] = serde_json::json!({ "generation": generation, "time": 1 });
    std::fs::write(s.rig.home.path().join("data/book.json"), before.to_string()).unwrap();
    s.later(3 * 3600);
    s.rig.keeper.sweep().await;
    assert!(s.rig.book().contains("\"renewing\": null"), "it is put right");
    assert_eq!(s.x.count(Message::Refresh), 1, "nobody wants the token");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_plain_refusal_after_a_lost_answer_is_an_interruption() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.later(7200);
    s.x.fail_next(Message::Refresh, Failure::Lost);
    s.x.fail_always(
        Message::Refresh,
        Some(Failure::OAuth2 {
            status: 400,
            error: "invalid_request".into(),
            description: "Words that nobody has written down.".into(),
        }),
    );
    for _ in 0..3 {
        assert_eq!(copy(&s, &s.rig.keeper, &account.id).await, Err("interrupted"));
    }
    assert_eq!(s.x.count(Message::Refresh), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_else_is_held_aside_although_billing_says_nothing() {
    let s = Stage::new().await;
    s.register("x-oauth1-here", RedirectKind::Paste);
    s.x.fail_next(Message::Me, Failure::NotEnrolled("client-not-enrolled"));
    s.rig.habit(Habit::Allow("grace"));
    let mut plan = s.keys("x-oauth1-here", Some(RedirectKind::Paste), &[]);
    plan.expect = "@ada".into();
    let mut login = s.rig.start(plan);
    login.until_waiting().await;
    match s.rig.landing().await {
        Landing::Nowhere(text) | Landing::Home(text, _) => s.rig.keeper.paste(&login.id, &text).unwrap(),
        other => panic!("{other:?}"),
    }
    assert_eq!(login.held().await, ("@grace".to_owned(), "@ada".to_owned()));
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_takes_the_blame_only_for_what_it_can_have_done() {
    let s = Stage::new().await;
    s.x.advance(Duration::from_secs(270));
    let unregistered = s.rig.fail(s.keys("x-oauth1-here", Some(RedirectKind::Paste), &[])).await;
    assert_eq!(unregistered.code, "redirect-not-registered");
    let account = s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await.account;
    s.x.fail_next(Message::Me, Failure::NoCredits);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), "enrolment-or-payment");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_owner_signs_and_nobody_elses_trouble_matters() {
    let s = Stage::new().await;
    s.x.switch(|w| w.invalidate_by = InvalidateBy::OAuth1);
    s.register("x-oauth1-here", RedirectKind::Paste);
    s.rig.habit(Habit::Allow("grace"));
    let grace = s.keys("x-oauth1-here", Some(RedirectKind::Paste), &[]);
    s.rig.log_in(grace).await;
    s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await;
    let app = s.rig.log_in(s.keys("x-app-here", None, &[])).await.account;
    s.rig.keeper.revoke(&app.id).await.unwrap();
    // Where Basic does, the owner's keys may be anywhere.
    let s = Stage::new().await;
    let owner = s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await.account;
    let app = s.rig.log_in(s.keys("x-app-here", None, &[])).await.account;
    let (home, key) = (s.rig.home.path().to_owned(), account_key(&owner.id));
    let store = mock_keychain::store(&home);
    tokio::task::spawn_blocking(move || store.delete(StoreKind::Keychain, &key).unwrap())
        .await
        .unwrap();
    s.rig.keeper.revoke(&app.id).await.unwrap();
    assert_eq!(s.rig.keeper.verify(&app.id).await.unwrap_err().code(), "account-unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_apps_without_a_name_are_two() {
    let s = Stage::new().await;
    let unnamed = |key: &str| {
        let mut plan = s.keys("x-keys-here", None, &OWNERS);
        plan.answers.insert("client_id".into(), key.into());
        plan.client_name = String::new();
        plan
    };
    s.rig.log_in(unnamed(x::API_KEY)).await;
    s.rig.log_in(unnamed("AnotherAppsKey00000000000")).await;
    let clients = s.rig.keeper.view().clients;
    assert!(clients.len() == 2 && clients[0].name != clients[1].name);
    assert!(clients.iter().all(|c| c.siblings.is_empty()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denial_that_is_pasted_is_one() {
    let s = Stage::new().await;
    s.register("x-oauth1-here", RedirectKind::Paste);
    let mut login = s.rig.wait(s.keys("x-oauth1-here", Some(RedirectKind::Paste), &[])).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let temporary = link.split_once("oauth_token=").unwrap().1.split('&').next().unwrap().to_owned();
    s.rig.keeper.paste(&login.id, &format!("?denied={temporary}")).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "denied");
}
