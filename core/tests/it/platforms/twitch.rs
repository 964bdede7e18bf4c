//! Twitch: some four hours at a time by a refresh token that works once, for a public app without a secret.

use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, ClientId};

use super::{DAY, HOUR, Stage, UNANSWERED, trouble, words};

const FORM: [(QuestionKind, &str); 1] = [(ClientId, "hof5gwx0su6owfnys0yan9c87zr6t1")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_code_to_the_end() {
    let s = Stage::new("twitch", &["twitch"]).await;
    let (code, said) = s.refused("twitch", &[(ClientId, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]).await;
    assert_eq!((code.as_str(), said.as_str()), ("client-auth", "invalid client"));
    for (situation, expected) in [("the person refuses", "denied"), ("a code that is over", "code-spent")] {
        s.server.situation(situation, true);
        assert_eq!(s.by_code("twitch", &FORM).await.unwrap_err().code, expected, "{situation}");
        s.server.situation(situation, false);
    }

    // Twitch reports in `message` that the person has not decided.
    s.server.situation(UNANSWERED, true);
    let account = s.by_code("twitch", &FORM).await.unwrap();
    assert!(s.server.played(UNANSWERED) >= 2);
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("twitchdev", Some("141981764"))
    );
    assert!(
        account.verified.is_some() && account.declined.is_empty() && account.trouble.is_none(),
        "{account:?}"
    );
    assert!((account.expires.unwrap() - account.issued - 14_124).abs() <= 10);
    assert!((account.renews_until.unwrap() - account.issued - 30 * DAY).abs() <= 10);
    for day in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        let before = s.stored(&account.id).refresh_token.unwrap();
        assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"), "day {day}");
        assert_ne!(
            s.stored(&account.id).refresh_token.unwrap().expose(),
            before.expose(),
            "it works once"
        );
        s.later(HOUR);
        assert!(s.verified(&account.id).await.trouble.is_none(), "three hours are left");
    }
    // Two months in which nothing uses it.
    for _ in 0..60 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
    }
    assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"));
    s.rig.keeper.inspect(&account.id).await.unwrap();
    assert_eq!(s.rig.account(&account.id).scopes, ["user:read:chat", "user:write:chat"]);
    let (status, text) = s.call(&account.id, "channel").await;
    assert!(status == 200 && text.contains("TwitchDev Monthly Update"), "{text}");
    s.server.situation("too many requests", true);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().view().code, "rate-limited");
    s.server.situation("too many requests", false);

    // The person disconnects the app in the settings.
    s.server.end("refresh_token");
    s.later(DAY);
    let (code, said) = words(s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().view());
    assert_eq!((code.as_str(), said.as_str()), ("token-dead", "Invalid refresh token"));
    let again = s.by_code("twitch", &FORM).await.unwrap();
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");
    s.server.end("access_token");
    assert_eq!(s.rig.keeper.inspect(&account.id).await.unwrap_err().view().code, "token-dead");
    s.by_code("twitch", &FORM).await.unwrap();
    s.server.end("access_token");
    assert_eq!(
        trouble(&s.verified(&account.id).await),
        ("token-dead".into(), "Invalid OAuth token".into())
    );
    s.by_code("twitch", &FORM).await.unwrap();
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
    s.all_played();
}
