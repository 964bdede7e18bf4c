//! Bluesky by an app password: a session of two hours that is renewed when it is used. core/tests/it/real/heavy does the same
//! at the real server.

use keybearer_core::provider::QuestionKind::{self, ClientId, ClientSecret};

use super::{DAY, HOUR, Stage, trouble};

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
    assert!((account.renews_until.unwrap() - account.issued - 90 * DAY).abs() <= 2);

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

    // The session was ended elsewhere.
    let account = s.log_in("bluesky", &FORM).await;
    s.server.end("refreshJwt");
    s.later(3 * HOUR);
    let error = s.rig.keeper.access_token(&account.id).await.unwrap_err().view();
    assert_eq!((error.code.as_str(), s.server.played("a spent refresh token")), ("token-dead", 1));
    assert_eq!(trouble(&s.rig.account(&account.id)).0, "token-dead");
    let again = s.log_in("bluesky", &FORM).await;
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");
    s.server.end("accessJwt");
    assert_eq!(
        trouble(&s.verified(&account.id).await),
        ("token-dead".into(), "Token has expired".into())
    );
    s.log_in("bluesky", &FORM).await;

    // Its limit of 30 sessions within five minutes, of which there were two.
    for _ in 2..30 {
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
