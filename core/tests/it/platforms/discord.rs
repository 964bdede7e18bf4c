//! Discord's bot token.

use keybearer_core::provider::QuestionKind::AccessToken;

use super::{DAY, Stage, trouble, words};

const TOKEN: &str = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_from_its_token_to_its_end() {
    let s = Stage::new("discord", &["discord"]).await;
    let wrong = TOKEN.replace("ZnCj", "jCnZ");
    let (code, said) = s.refused("discord", &[(AccessToken, &wrong)]).await;
    assert_eq!((code.as_str(), said.as_str()), ("token-dead", "401: Unauthorized"));

    let account = s.log_in("discord", &[(AccessToken, TOKEN)]).await;
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("Nelly", Some("80351110224678912"))
    );
    assert!(
        account.verified.is_some() && account.expires.is_none() && account.trouble.is_none(),
        "{account:?}"
    );
    let (status, text) = s.call(&account.id, "me").await;
    assert!(status == 200 && text.contains("80351110224678912"), "{text}");

    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, TOKEN);
    }
    assert!(s.verified(&account.id).await.trouble.is_none());

    s.server.situation("too many requests", true);
    let (code, said) = words(s.rig.keeper.verify(&account.id).await.unwrap_err().view());
    assert_eq!((code.as_str(), said.as_str()), ("rate-limited", "You are being rate limited."));
    s.server.situation("too many requests", false);

    // "Reset Token" in the developer portal.
    let replaced = TOKEN.replace("ZnCj", "jCnZ");
    s.server.replace("bot_token", &replaced);
    let dead = s.verified(&account.id).await;
    assert_eq!(trouble(&dead), ("token-dead".into(), "401: Unauthorized".into()));
    let again = s.log_in("discord", &[(AccessToken, &replaced)]).await;
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");
    s.all_played();
}
