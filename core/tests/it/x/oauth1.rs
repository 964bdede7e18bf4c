//! OAuth 1.0a at X: by callback, by PIN, denied, with a wrong clock, and to its end.

use std::time::Duration;

use keybearer_core::provider::RedirectKind;
use keybearer_practice::x::{self, Failure, Kind, Message, Permissions};

use super::{PORT, Stage};
use crate::browser::Landing;
use crate::rig::Habit;

const ID: &str = "x-oauth1-here";

/// A stage whose console knows the address of this redirect; for a PIN it must know some address, too.
async fn stage(redirect: RedirectKind) -> Stage {
    let s = Stage::new().await;
    s.register(
        ID,
        if redirect == RedirectKind::OutOfBand {
            RedirectKind::Loopback
        } else {
            redirect
        },
    );
    s
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_redirect_and_the_pin_lead_home() {
    let _port = PORT.alone().await;
    let s = Stage::new().await;
    for redirect in [
        RedirectKind::Loopback,
        RedirectKind::Localhost,
        RedirectKind::PrivateUseScheme,
        RedirectKind::OutOfBand,
    ] {
        // For a PIN the console must know some address, too.
        if redirect != RedirectKind::OutOfBand {
            s.register(ID, redirect);
        }
        let account = s.rig.log_in(s.keys(ID, Some(redirect), &[])).await.account;
        assert_eq!((account.redirect, account.name.as_str(), account.expires), (redirect, "@ada", None));
        assert_eq!(account.scopes, ["read-write"], "by x-access-level");
        assert!(account.has_token_secret && account.verified.is_some() && account.trouble.is_none());
        let token = s.rig.token(&account.id).await;
        let known = s.x.token(&token).unwrap();
        assert_eq!((known.kind, known.alive), (Kind::OAuth1, true));
        assert_eq!(
            s.rig.keeper.token_secret(&account.id).await.unwrap().expose(),
            known.secret.unwrap()
        );
        assert_eq!(account.hint.as_deref(), Some(&token[..6]));
        let opened = s.rig.opened().pop().unwrap();
        assert!(!opened.contains("secret") && opened.contains("oauth_token="), "{opened}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_token_may_is_what_the_header_says() {
    for (permissions, level) in [
        (Permissions::Read, "read"),
        (Permissions::ReadWrite, "read-write"),
        (Permissions::ReadWriteDirectMessages, "read-write-directmessages"),
    ] {
        let s = stage(RedirectKind::OutOfBand).await;
        s.x.set_permissions(permissions);
        let account = s.rig.log_in(s.keys(ID, Some(RedirectKind::OutOfBand), &[])).await.account;
        assert_eq!(account.scopes, [level]);
        let meanings = s.provider(ID).scopes;
        assert!(
            meanings.iter().any(|m| m.id == level && m.granted_only),
            "it has a meaning and is never asked for"
        );
    }
    // The header is a hint that may be absent.
    let s = stage(RedirectKind::OutOfBand).await;
    s.x.switch(|w| w.access_level = false);
    let account = s.rig.log_in(s.keys(ID, Some(RedirectKind::OutOfBand), &[])).await.account;
    assert!(account.scopes.is_empty() && account.verified.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn denied_by_callback_ends_that_login() {
    let _port = PORT.alone().await;
    let s = stage(RedirectKind::Loopback).await;
    s.rig.habit(Habit::Deny);
    assert_eq!(s.rig.fail(s.keys(ID, Some(RedirectKind::Loopback), &[])).await.code, "denied");
    // Somebody else's denial ends nothing.
    s.rig.habit(Habit::Nothing);
    let mut login = s.rig.wait(s.keys(ID, Some(RedirectKind::Loopback), &[])).await;
    crate::browser::get("http://127.0.0.1:47020/callback/x-oauth1?denied=SomebodyElses")
        .await
        .unwrap();
    s.rig.keeper.cancel_login(&login.id).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "cancelled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_pin_is_said_and_starts_again() {
    let s = stage(RedirectKind::OutOfBand).await;
    let mut login = s.rig.start(s.keys(ID, Some(RedirectKind::OutOfBand), &[]));
    login.until_waiting().await;
    let Landing::Code(pin) = s.rig.landing().await else {
        panic!("no PIN")
    };
    assert!(pin.len() == 7 && pin.bytes().all(|b| b.is_ascii_digit()), "{pin}");
    let wrong = if pin == "0000000" { "0000001" } else { "0000000" };
    s.rig.keeper.paste(&login.id, wrong).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "code-spent");
    // As people type it, with spaces around.
    let mut login = s.rig.start(s.keys(ID, Some(RedirectKind::OutOfBand), &[]));
    login.until_waiting().await;
    let Landing::Code(pin) = s.rig.landing().await else {
        panic!("no PIN")
    };
    s.rig.keeper.paste(&login.id, &format!("  {pin}\n")).unwrap();
    assert!(login.end().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn known_answers_have_their_one_action() {
    // 415, in both encodings: before the browser opens.
    for xml in [false, true] {
        let s = Stage::new().await;
        s.x.switch(|w| w.callback_error_xml = xml);
        let error = s.rig.fail(s.keys(ID, Some(RedirectKind::Paste), &[])).await;
        assert_eq!(error.code, "redirect-not-registered", "xml: {xml}");
        assert_eq!(error.params["redirect_uri"], "http://127.0.0.1:47020/callback/x-oauth1");
        assert!(s.rig.opened().is_empty());
    }
    let s = stage(RedirectKind::Paste).await;
    s.x.switch(|w| w.callback_confirmed = false);
    let unconfirmed = s.rig.fail(s.keys(ID, Some(RedirectKind::Paste), &[])).await;
    assert!(unconfirmed.code == "redirect-not-registered" && unconfirmed.action.is_some() && s.rig.opened().is_empty());
    s.x.switch(|w| w.callback_confirmed = true);
    let mut wrong = s.keys(ID, Some(RedirectKind::Paste), &[]);
    wrong
        .answers
        .insert("client_secret".into(), "PracticeApiSecret000000000000000000000000000000001".into());
    let refused = s.rig.fail(wrong).await;
    assert_eq!(refused.code, "client-auth");
    assert!(refused.action.is_some(), "which of the two pairs it is");
    for (code, meaning) in [(89, "token-dead"), (220, "missing-permission")] {
        let s = stage(RedirectKind::Paste).await;
        let account = s.rig.log_in(s.keys(ID, Some(RedirectKind::Paste), &[])).await.account;
        s.x.fail_next(Message::Me, Failure::Code(code));
        let said = s.rig.keeper.verify(&account.id).await.unwrap_err();
        assert!(said.code() == meaning || code == 220, "{code}: {}", said.code());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_clock_is_said_in_minutes() {
    let s = stage(RedirectKind::Paste).await;
    s.x.advance(Duration::from_secs(11 * 60));
    let behind = s.rig.fail(s.keys(ID, Some(RedirectKind::Paste), &[])).await;
    assert_eq!(
        (behind.code.as_str(), behind.params["direction"].as_str()),
        ("clock-wrong", "behind")
    );
    assert!(["11", "12"].contains(&behind.params["minutes"].as_str()), "{:?}", behind.params);
    s.x.turn_back(Duration::from_secs(40 * 60));
    let ahead = s.rig.fail(s.keys(ID, Some(RedirectKind::Paste), &[])).await;
    assert_eq!((ahead.code.as_str(), ahead.params["direction"].as_str()), ("clock-wrong", "ahead"));
    // A clock that is off by less is not to blame.
    s.x.advance(Duration::from_secs(28 * 60));
    s.x.fail_next(Message::RequestToken, Failure::Code(32));
    assert_eq!(s.rig.fail(s.keys(ID, Some(RedirectKind::Paste), &[])).await.code, "client-auth");
    assert!(
        s.rig
            .log_in(s.keys(ID, Some(RedirectKind::Paste), &[]))
            .await
            .account
            .verified
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalidated_is_dead_and_a_failed_identity_still_has_a_name() {
    let s = stage(RedirectKind::OutOfBand).await;
    s.x.fail_next(Message::Me, Failure::NotEnrolled("client-not-enrolled"));
    let account = s.rig.log_in(s.keys(ID, Some(RedirectKind::OutOfBand), &[])).await.account;
    assert_eq!(
        (account.name.as_str(), account.verified),
        ("@ada", None),
        "the token's answer said it by the way"
    );
    assert_eq!(account.trouble.unwrap().code, "enrolment-or-payment");
    let token = s.rig.token(&account.id).await;
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(!s.x.token(&token).unwrap().alive && s.rig.keeper.view().accounts.is_empty());
    assert!(s.x.token(x::ACCESS_TOKEN).unwrap().alive, "no other one");
    // Some answers do not say whose it is.
    s.x.switch(|w| w.tells_user = false);
    let account = s.rig.log_in(s.keys(ID, Some(RedirectKind::OutOfBand), &[])).await.account;
    assert_eq!(account.name, "@ada");
    // After a change of the app's permissions the person must consent again.
    s.x.set_permissions(Permissions::Read);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), "token-dead");
}
