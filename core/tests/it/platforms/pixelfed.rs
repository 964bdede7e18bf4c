//! Pixelfed: tokens of a year, a refresh token that works once, and one redirect URI for each app.

use keybearer_core::keeper::Reason;
use keybearer_core::provider::RedirectKind::{Loopback, OutOfBand};
use keybearer_core::view::AccountView;

use super::{DAY, Stage, trouble, words};
use crate::browser::get;

/// A login by the page that shows a code.
async fn by_code(s: &Stage) -> AccountView {
    let mut login = s.rig.wait(s.plan_at_server("pixelfed", OutOfBand)).await;
    let page = get(&s.rig.keeper.consent_link(&login.id).unwrap()).await.unwrap();
    let shown: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    s.rig.keeper.paste(&login.id, shown["code"].as_str().unwrap()).unwrap();
    s.rig.account(&login.end().await.unwrap())
}

/// Two logins by Mastodon's file, which takes in software that has none.
async fn by_mastodons_file(s: &Stage) -> AccountView {
    s.server.situation("a name that no file has", true);
    let first = s.through_browser(s.plan_at_server("mastodon", Loopback)).await.unwrap();
    let second = s.through_browser(s.plan_at_server("mastodon", Loopback)).await.unwrap();
    assert_eq!((first.provider.as_str(), &first.id), ("mastodon", &second.id));
    assert_eq!(s.server.played("the app's own token"), 1, "the app is known");
    s.server.situation("a name that no file has", false);
    second
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_kept_for_years() {
    let s = Stage::new("pixelfed", &[]).await;
    // Whatever tile was pressed, the server's software decides.
    let account = s.through_browser(s.plan_at_server("mastodon", Loopback)).await.unwrap();
    assert_eq!(
        (account.provider.as_str(), account.user_id.as_deref()),
        ("pixelfed", Some("303138110433857536"))
    );
    assert!(account.name.starts_with("@ada@127.0.0.1:"), "{}", account.name);
    assert!(
        account.verified.is_some() && account.life_known && account.trouble.is_none(),
        "{account:?}"
    );
    assert_eq!(account.expires.unwrap() - account.issued, 356 * DAY);
    assert!((account.renews_until.unwrap() - account.issued - 400 * DAY).abs() <= 2);

    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"));
    }
    assert_eq!(s.server.played("new tokens"), 0, "a month is nothing to a year");
    for _ in 0..26 {
        s.later(30 * DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"));
        assert!(s.verified(&account.id).await.trouble.is_none());
    }
    let renewed = s.server.played("new tokens");
    assert!((2..=3).contains(&renewed), "{renewed}");
    assert_eq!(s.server.played("an app for this computer"), 1);

    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_redirect_has_an_app_of_its_own() {
    let s = Stage::new("pixelfed", &[]).await;
    let by_loopback = s.plan_at_server("pixelfed", Loopback);
    let account = s.through_browser(by_loopback.clone()).await.unwrap();

    let by_code = by_code(&s).await;
    assert!(by_code.verified.is_some() && by_code.user_id == account.user_id, "{by_code:?}");
    assert_eq!(s.server.played("an app for the page with a code"), 1);

    // The first app is still there for the first redirect.
    let again = s.through_browser(by_loopback).await.unwrap();
    assert_eq!((again.client, again.id), (account.client, account.id));
    assert_eq!(s.server.played("an app for this computer"), 1);
}

/// Before this file, Mastodon's took in Pixelfed, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_by_mastodons_file_goes_on_and_moves_at_the_next_login() {
    let s = Stage::new("pixelfed", &[]).await;
    let before = by_mastodons_file(&s).await;
    // It is renewed by its own file.
    for _ in 0..14 {
        s.later(30 * DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&before.id).await, s.server.value("access_token"));
        assert!(s.verified(&before.id).await.trouble.is_none());
    }
    assert!(s.server.played("new tokens") >= 1);
    assert_eq!(s.rig.account(&before.id).provider, "mastodon");

    // Log in again, as the account's page offers it: the same account, by the file of its software.
    let mut plan = s.plan_at_server(&before.provider, Loopback);
    plan.client = Some(before.client.clone());
    let after = s.through_browser(plan).await.unwrap();
    assert_eq!((after.id.as_str(), after.provider.as_str()), (before.id.as_str(), "pixelfed"));
    assert_eq!(s.rig.keeper.view().accounts.len(), 1, "it is not there twice");
    assert_eq!(s.rig.token(&after.id).await, s.server.value("access_token"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal() {
    let s = Stage::new("pixelfed", &[]).await;
    let plan = || s.plan_at_server("pixelfed", Loopback);
    s.server.situation("the API is turned off", true);
    assert_eq!(s.rig.fail(plan()).await.code, "registration-refused");
    s.server.situation("the API is turned off", false);
    s.server.situation("the person refuses", true);
    assert_eq!(s.through_browser(plan()).await.unwrap_err().code, "denied");
    s.server.situation("the person refuses", false);
    assert_eq!(s.with_a_spent_code(plan()).await.code, "code-spent");

    let account = s.through_browser(plan()).await.unwrap();
    s.server.situation("a server without revocation", true);
    let error = s.rig.keeper.revoke(&account.id).await.unwrap_err().view();
    assert_eq!(error.code, "refused");
    assert_eq!(s.rig.keeper.view().accounts.len(), 1, "it is kept");
    s.server.situation("a server without revocation", false);

    // The person takes the app's permission away on the server's page.
    s.server.end("access_token");
    assert_eq!(
        trouble(&s.verified(&account.id).await),
        ("token-dead".into(), "Unauthenticated.".into())
    );
    let account = s.through_browser(plan()).await.unwrap();
    s.server.end("refresh_token");
    let error = s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap_err().view();
    assert_eq!(words(error), ("token-dead".into(), "The refresh token is invalid.".into()));

    by_mastodons_file(&s).await;
    let account = by_code(&s).await;
    s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
    s.rig.keeper.revoke(&account.id).await.unwrap();
    s.all_played();
}
