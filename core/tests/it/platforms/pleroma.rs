//! Pleroma and Akkoma: an end that the administrator chooses, and a refresh token for every token.

use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind::Loopback;

use super::{DAY, Stage, trouble, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_days_at_a_time_for_a_month() {
    let s = Stage::new("pleroma", &[]).await;
    let account = s.through_browser(s.plan_at_server("mastodon", Loopback)).await.unwrap();
    assert_eq!(
        (account.provider.as_str(), account.user_id.as_deref()),
        ("pleroma", Some("9n3jKDhLp8Yk5V3OQK"))
    );
    assert!(
        account.name.starts_with("@ada@127.0.0.1:") && account.verified.is_some(),
        "{account:?}"
    );
    assert_eq!(account.expires.unwrap() - account.issued, 10 * DAY);
    for day in 1..=35 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"), "day {day}");
        assert!(s.verified(&account.id).await.trouble.is_none());
    }
    assert_eq!(s.server.played("a new access token"), 3);
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_names_and_each_refusal() {
    let s = Stage::new("pleroma", &[]).await;
    let plan = || s.plan_at_server("pleroma", Loopback);
    // As most servers are: the token does not end.
    s.server.situation("Pleroma", true);
    s.server.situation("a hundred years", true);
    let lasting = s.through_browser(plan()).await.unwrap();
    assert_eq!(
        (lasting.provider.as_str(), lasting.expires, lasting.life_known),
        ("pleroma", None, true)
    );
    s.later(400 * DAY);
    s.rig.keeper.sweep().await;
    assert_eq!(s.rig.token(&lasting.id).await, s.server.value("lasting_token"));
    s.server.situation("Pleroma", false);
    s.server.situation("a hundred years", false);

    assert_eq!(s.with_a_spent_code(plan()).await.code, "code-spent");
    assert_eq!((s.server.played("an app"), s.server.played("the app is known")), (1, 1));
    // The administrator has removed the app: it is registered again, without a question.
    s.server.end("client_id");
    let account = s.through_browser(plan()).await.unwrap();
    assert_eq!((s.server.played("an app"), s.server.played("the app was forgotten")), (2, 1));

    s.server.situation("the address is not confirmed", true);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().view().code, "email-unconfirmed");
    s.server.situation("the address is not confirmed", false);
    s.server.end("refresh_token");
    s.later(11 * DAY);
    let error = s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().view();
    assert_eq!(words(error), ("token-dead".into(), "Invalid credentials".into()));
    let account = s.through_browser(plan()).await.unwrap();
    s.server.end("access_token");
    assert_eq!(trouble(&s.verified(&account.id).await).0, "token-dead");

    let account = s.through_browser(plan()).await.unwrap();
    s.later(10 * DAY);
    s.rig.token(&account.id).await;
    s.rig.keeper.revoke(&account.id).await.unwrap();
    s.all_played();
}
