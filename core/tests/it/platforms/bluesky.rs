//! Bluesky by an app password: a session of two hours that is renewed when it is used. core/tests/it/real/heavy does the same
//! at the real server.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keybearer_core::keeper::{Reason, now};
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, ClientId, ClientSecret};
use keybearer_core::vault::keychain::Entries;
use keybearer_core::view::{LoginEvent, RenewalOutcome};

use super::{DAY, HOUR, Stage, trouble};
use crate::mock_keychain::{Operation, WatchedKeychain};
use crate::rig::{keeper_at, until};

const HANDLE: &str = "ada.bsky.social";
const FORM: [(QuestionKind, &str); 2] = [(ClientId, HANDLE), (ClientSecret, "7626-qm4r-2qkx-aby7")];

fn with(password: &str) -> [(QuestionKind, &str); 2] {
    [(ClientId, HANDLE), (ClientSecret, password)]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_kept_for_months() {
    let s = Stage::new("bluesky", &["bluesky"]).await;
    let account = s.log_in("bluesky", &FORM).await;
    assert_eq!(account.name, "@ada.bsky.social");
    assert_eq!(account.user_id.as_deref(), Some("did:plc:ewvi7nxzyoun6zhxrhs64oiz"));
    assert!(
        account.verified.is_some() && account.life_known && account.trouble.is_none(),
        "{account:?}"
    );
    let end = account.expires.unwrap() - account.issued;
    assert!((end - 2 * HOUR).abs() <= 2, "by the token's own end: {end}");
    assert_eq!(
        account.renews_until, None,
        "after ninety days the app password gives another session"
    );

    // Each use within a month: a token that the server takes, by one refresh each.
    for day in 1..=30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        let token = s.rig.token(&account.id).await;
        assert_eq!(token, s.server.value("accessJwt"), "day {day}");
        assert!(s.verified(&account.id).await.trouble.is_none());
        assert_eq!(s.server.played("the session goes on"), day);
    }
    // Four months without use: the refresh token lasts ninety days, and is kept alive.
    for _ in 0..120 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
    }
    let renewed = s.server.played("the session goes on");
    assert!((31..=33).contains(&renewed), "{renewed}");
    assert_eq!(s.rig.token(&account.id).await, s.server.value("accessJwt"));
    assert_eq!(s.server.played("a session"), 1, "no password was sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_asked_for_again() {
    let s = Stage::new("bluesky", &["bluesky"]).await;
    let account = s.log_in("bluesky", &FORM).await;
    s.later(3 * HOUR);
    s.server.lose_next_answer();
    let token = s.rig.token(&account.id).await;
    assert_eq!(token, s.server.value("accessJwt"));
    assert_eq!(s.server.played("the session goes on"), 2);
    assert_eq!(s.stored(&account.id).refresh_token.unwrap().expose(), s.server.value("refreshJwt"));
    assert!(s.rig.account(&account.id).trouble.is_none());
    s.later(3 * HOUR);
    assert_ne!(s.rig.token(&account.id).await, token, "the chain goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_and_the_end() {
    let s = Stage::new("bluesky", &["bluesky"]).await;
    let (code, said) = s.refused("bluesky", &with("aaaa-bbbb-cccc-dddd")).await;
    assert_eq!((code.as_str(), said.as_str()), ("client-auth", "Invalid identifier or password"));
    // A main password is told by its shape, and where it has the shape of the other, by the server.
    assert_eq!(s.refused("bluesky", &with("correct horse battery")).await.0, "input-invalid");
    let (code, said) = s.refused("bluesky", &with("adas-main-pass-word")).await;
    assert!(code == "client-auth" && said.contains("sign in code"), "{code}: {said}");
    s.server.situation("the account is taken down", true);
    let (code, said) = s.refused("bluesky", &FORM).await;
    assert_eq!((code.as_str(), said.as_str()), ("account-suspended", "Account has been taken down"));
    s.server.situation("the account is taken down", false);
    s.server.situation("the app password is deleted", true);
    assert_eq!(s.refused("bluesky", &FORM).await.0, "client-auth");
    s.server.situation("the app password is deleted", false);

    // The session was ended elsewhere: the app password gives another one.
    let account = s.log_in("bluesky", &FORM).await;
    s.server.end("refreshJwt");
    s.later(3 * HOUR);
    assert_eq!(s.rig.token(&account.id).await, s.server.value("accessJwt"));
    assert_eq!((s.server.played("a spent refresh token"), s.server.played("a session")), (1, 2));
    // Its access token alone was: it is renewed by the refresh token.
    s.server.end("accessJwt");
    let verified = s.verified(&account.id).await;
    assert!(verified.trouble.is_none() && verified.verified.is_some(), "{verified:?}");
    assert_eq!(s.server.played("a session"), 2);

    // Its limit of 30 sessions within five minutes.
    s.later(HOUR);
    for _ in 0..30 {
        s.log_in("bluesky", &FORM).await;
    }
    let (code, said) = s.refused("bluesky", &FORM).await;
    assert_eq!((code.as_str(), said.as_str()), ("rate-limited", "Rate Limit Exceeded"));

    s.later(3 * HOUR);
    s.rig.token(&account.id).await;
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
    s.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_days_offline_cost_no_login() {
    let s = Stage::new("bluesky", &["bluesky"]).await;
    let account = s.log_in("bluesky", &FORM).await;
    s.later(100 * DAY);
    let done = s.rig.keeper.sweep().await;
    assert_eq!((done.len(), done[0].outcome), (1, RenewalOutcome::Renewed), "{done:?}");
    let after = s.rig.account(&account.id);
    assert!(after.trouble.is_none() && after.later.is_none() && !after.needs_login, "{after:?}");
    assert_eq!(s.stored(&account.id).refresh_token.unwrap().expose(), s.server.value("refreshJwt"));
    assert_eq!((s.server.played("a spent refresh token"), s.server.played("a session")), (1, 2));
    // The chain goes on by its refresh token.
    s.later(3 * HOUR);
    assert_eq!(s.rig.token(&account.id).await, s.server.value("accessJwt"));
    assert_eq!((s.server.played("the session goes on"), s.server.played("a session")), (1, 2));
    // And by a use, without a sweep.
    s.later(100 * DAY);
    assert_eq!(s.rig.token(&account.id).await, s.server.value("accessJwt"));
    assert_eq!(s.server.played("a session"), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_app_password_is_sent_once_and_not_again() {
    let s = Stage::new("bluesky", &["bluesky"]).await;
    let account = s.log_in("bluesky", &FORM).await;
    s.server.situation("the app password is deleted", true);
    s.later(100 * DAY);
    let done = s.rig.keeper.sweep().await;
    assert_eq!(done[0].outcome, RenewalOutcome::NeedsYou);
    for _ in 0..5 {
        assert_eq!(
            s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().code(),
            "client-auth"
        );
        s.later(DAY);
        assert!(s.rig.keeper.sweep().await.is_empty());
    }
    assert_eq!(trouble(&s.rig.account(&account.id)).0, "client-auth");
    assert_eq!(s.server.played("the app password is deleted"), 1);
    // A person may ask again, and a login with a new password ends it.
    let asked = s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err();
    assert_eq!(
        (asked.code().as_str(), s.server.played("the app password is deleted")),
        ("client-auth", 2)
    );
    s.server.situation("the app password is deleted", false);
    let again = s.log_in("bluesky", &FORM).await;
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_of_sessions_is_kept_to() {
    let s = Stage::new("bluesky", &["bluesky"]).await;
    let account = s.log_in("bluesky", &FORM).await;
    s.server.end("refreshJwt");
    s.later(3 * HOUR);
    // Another program uses up what five minutes allow.
    let (http, origin) = (reqwest::Client::new(), &s.server.origins()["https://bsky.social"]);
    let keys = serde_json::json!({ "identifier": HANDLE, "password": FORM[1].1 });
    for _ in 0..30 {
        let session = http
            .post(format!("{origin}/xrpc/com.atproto.server.createSession"))
            .header("content-type", "application/json");
        assert!(session.body(keys.to_string()).send().await.unwrap().status().is_success());
    }
    // A program that asks again and again sends the app password once.
    for _ in 0..20 {
        assert_eq!(
            s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().code(),
            "rate-limited"
        );
    }
    assert_eq!(s.server.played("too many sessions"), 1);
    let until = s.rig.account(&account.id).later.unwrap().until;
    assert!(until > s.now() + 200, "not at once");
    assert!(s.rig.keeper.sweep().await.is_empty());
    s.later(until - s.now() + 1);
    assert_eq!(s.rig.token(&account.id).await, s.server.value("accessJwt"));
    assert_eq!(s.server.played("a session"), 32);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_that_type_in_the_same_app_at_once_keep_it_once() {
    let mut watched = None;
    let entries = |home: &Path| watched.insert(WatchedKeychain::new(home)).clone() as Arc<dyn Entries>;
    let s = Stage::with_entries("bluesky", &["bluesky"], entries).await;
    let other = keeper_at(s.rig.home.path(), Arc::new(now));
    let (begun, ended) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(None)));
    watched.unwrap().before({
        let (plan, begun, ended) = (s.plan("bluesky", &FORM), begun.clone(), ended.clone());
        let handle = tokio::runtime::Handle::current();
        move |call, key| {
            // This program has looked up the app, and is about to keep it.
            if call == Operation::Write && key.starts_with("client/") && !begun.swap(true, Ordering::SeqCst) {
                let (report, ended) = (ended.clone(), ended.clone());
                let _runtime = handle.enter();
                other.start_login(
                    plan.clone(),
                    Arc::new(move |event| {
                        if matches!(event, LoginEvent::Done { .. } | LoginEvent::Failed { .. }) {
                            *report.lock().unwrap() = Some(event);
                        }
                    }),
                );
                for _ in 0..40 {
                    std::thread::sleep(Duration::from_millis(50));
                    if ended.lock().unwrap().is_some() {
                        break;
                    }
                }
            }
            Ok(())
        }
    });
    let account = s.log_in("bluesky", &FORM).await;
    until("the other login", || ended.lock().unwrap().is_some()).await;
    let ended = ended.lock().unwrap().take().unwrap();
    assert!(matches!(&ended, LoginEvent::Done { account: id } if *id == account.id), "{ended:?}");
    let view = s.rig.keeper.view();
    assert_eq!((view.clients.len(), view.accounts.len()), (1, 1));
}
