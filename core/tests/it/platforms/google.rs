//! Google's OAuth 2.0 for a desktop client: an hour at a time by a refresh token that does not rotate.

use keybearer_core::error::ErrorView;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, ClientId, ClientSecret};
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::AccountView;

use super::{DAY, HOUR, Stage, words};

const ID: (QuestionKind, &str) = (ClientId, "123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com");
const FORM: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "GOCSPX-0123456789abcdefghijklmnopqr")];
const WRONG: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "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")];

impl Stage {
    /// A login through the browser, to its end.
    async fn consent(&self, form: &[(QuestionKind, &str)]) -> Result<AccountView, ErrorView> {
        let mut plan = self.plan("google", form);
        plan.redirect = Some(RedirectKind::Loopback);
        self.through_browser(plan).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_hour_at_a_time_for_a_month() {
    let s = Stage::new("google", &["google"]).await;
    let account = s.consent(&FORM).await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("ada@example.com", Some("110169484474386276334"))
    );
    assert!(
        account.verified.is_some() && account.declined.is_empty() && account.trouble.is_none(),
        "{account:?}"
    );
    assert!((account.expires.unwrap() - account.issued - 3599).abs() <= 2);
    let refresh = s.stored(&account.id).refresh_token.unwrap();
    for day in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        let token = s.rig.token(&account.id).await;
        assert_eq!(token, s.server.value("access_token"), "day {day}");
        assert!(s.verified(&account.id).await.trouble.is_none());
        s.later(HOUR / 2);
        assert_eq!(s.rig.token(&account.id).await, token, "half an hour later");
    }
    assert_eq!(
        s.stored(&account.id).refresh_token.unwrap().expose(),
        refresh.expose(),
        "it does not rotate"
    );
    s.rig.keeper.inspect(&account.id).await.unwrap();
    assert!(s.rig.account(&account.id).life_known && s.server.played("what a token may do") > 0);

    // A copy that google-auth reads: it is a secret, and shown with dots.
    let copied = s.rig.keeper.copied(&account.id, "json").await.unwrap();
    let file: serde_json::Value = serde_json::from_str(copied.text.expose()).unwrap();
    assert_eq!(
        (&file["type"], file["refresh_token"].as_str()),
        (&"authorized_user".into(), Some(refresh.expose()))
    );
    let shown = s
        .rig
        .keeper
        .uses(&account.id)
        .unwrap()
        .copies
        .into_iter()
        .find(|c| c.id == "json")
        .unwrap();
    assert!(copied.secret && copied.file.is_none() && !shown.shown.contains(refresh.expose()));
    assert!(shown.shown.contains("\"refresh_token\": \"••••••••\""), "{}", shown.shown);

    let (status, text) = s.call(&account.id, "channel").await;
    assert!(status == 200 && text.contains("Ada's engines"), "{text}");
    s.server.situation("the day's quota is used up", true);
    let (status, text) = s.call(&account.id, "channel").await;
    assert!(status == 403 && text.contains("quotaExceeded"), "{text}");

    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_and_each_way_that_it_ends() {
    let s = Stage::new("google", &["google"]).await;
    s.server.situation("the person refuses", true);
    assert_eq!(s.consent(&FORM).await.unwrap_err().code, "denied");
    s.server.situation("the person refuses", false);
    let (code, said) = words(s.consent(&WRONG).await.unwrap_err());
    assert!(code == "client-auth" && said.contains("client secret"), "{code}: {said}");

    s.server.situation("a permission without its tick", true);
    let account = s.consent(&FORM).await.unwrap();
    assert_eq!(account.declined, ["https://www.googleapis.com/auth/youtube.readonly"]);
    s.server.situation("a permission without its tick", false);

    // An app in "Testing": Google says when the refresh token ends.
    s.server.situation("access for seven days", true);
    let account = s.consent(&FORM).await.unwrap();
    assert!((account.renews_until.unwrap() - s.now() - 7 * DAY).abs() <= 5, "{account:?}");
    for _ in 0..6 {
        s.later(DAY);
        s.rig.token(&account.id).await;
    }
    s.later(DAY);
    s.server.end("refresh_token");
    let error = s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().view();
    assert_eq!(words(error), ("token-dead".into(), "Token has been expired or revoked.".into()));
    s.server.situation("access for seven days", false);

    // The person takes it away in the account's settings.
    let account = s.consent(&FORM).await.unwrap();
    s.server.end("refresh_token");
    s.server.end("access_token");
    assert!(s.rig.keeper.verify(&account.id).await.is_err());
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "token-dead");

    // What was revoked before is no error.
    let account = s.consent(&FORM).await.unwrap();
    s.rig.keeper.inspect(&account.id).await.unwrap();
    s.call(&account.id, "channel").await;
    s.server.situation("the day's quota is used up", true);
    s.call(&account.id, "channel").await;
    s.rig.keeper.revoke(&account.id).await.unwrap();
    s.all_played();
}
