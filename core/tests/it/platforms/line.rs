//! LINE's channel access tokens: the long-lived one of the console, one of thirty days and one of fifteen minutes.

use keybearer_core::provider::QuestionKind::{self, AccessToken, ClientId, ClientSecret};

use super::{DAY, Stage, trouble, words};

const FILES: [&str; 3] = ["line", "line-short", "line-stateless"];
const FORM: [(QuestionKind, &str); 2] = [(ClientId, "1350031035"), (ClientSecret, "0123456789abcdef0123456789abcdef")];
const WRONG: [(QuestionKind, &str); 2] = [(ClientId, "1350031035"), (ClientSecret, "ffffffffffffffffffffffffffffffff")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_kinds_of_token() {
    let s = Stage::new("line", &FILES).await;
    // A hundred years are no end.
    let long = s.server.value("long_lived");
    let wrong = long.replace("bNl4", "4lNb");
    let (code, _) = s.refused("line", &[(AccessToken, &wrong)]).await;
    assert_eq!(code, "token-dead");
    let bot = s.log_in("line", &[(AccessToken, &long)]).await;
    assert!(s.server.played("how long the long-lived token lasts") > 0);
    assert_eq!(
        (bot.name.as_str(), bot.expires, bot.life_known),
        ("Example name", None, true),
        "{bot:?}"
    );
    assert!(bot.verified.is_some() && bot.user_id.as_deref() == Some("Ub9952f8e0000000000000000000000000"));

    let (code, said) = s.refused("line-short", &WRONG).await;
    assert_eq!((code.as_str(), said.as_str()), ("refused", "some parameters missed or invalid"));
    let (code, _) = s.refused("line-stateless", &WRONG).await;
    assert_eq!(code, "client-auth");
    let short = s.log_in("line-short", &FORM).await;
    let stateless = s.log_in("line-stateless", &FORM).await;
    assert_eq!((short.name.as_str(), stateless.name.as_str()), ("Example name", "Example name"));
    assert_eq!(short.expires.unwrap() - short.issued, 30 * DAY);
    assert_eq!(stateless.expires.unwrap() - stateless.issued, 899);

    // Two months: each use has a token that LINE takes, and no more are issued than are needed.
    for _ in 0..60 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        for account in [&bot, &short, &stateless] {
            s.rig.token(&account.id).await;
            assert!(s.verified(&account.id).await.trouble.is_none(), "{}", account.provider);
        }
    }
    assert_eq!(s.rig.token(&bot.id).await, long);
    assert!(
        s.server.played("a short-lived token") <= 4,
        "{}",
        s.server.played("a short-lived token")
    );
    let (status, text) = s.call(&short.id, "me").await;
    assert!(status == 200 && text.contains("Example name"), "{text}");

    s.server.situation("too many requests", true);
    let (code, said) = words(s.rig.keeper.verify(&bot.id).await.unwrap_err().view());
    assert_eq!(
        (code.as_str(), said.as_str()),
        ("rate-limited", "The API rate limit has been exceeded. Try again later.")
    );
    s.server.situation("too many requests", false);

    let last = s.rig.token(&short.id).await;
    s.rig.keeper.revoke(&short.id).await.unwrap();
    s.rig.keeper.revoke(&bot.id).await.unwrap();
    assert_eq!(s.rig.keeper.view().accounts.len(), 1);
    for token in [&last, &long] {
        let (code, _) = s.refused("line", &[(AccessToken, token)]).await;
        assert_eq!(code, "token-dead", "revoked");
    }
    // Another one from the console, which is then issued again there.
    s.server.replace("long_lived", &wrong);
    let bot = s.log_in("line", &[(AccessToken, &wrong)]).await;
    s.server.end("long_lived");
    assert_eq!(s.rig.keeper.inspect(&bot.id).await.unwrap_err().view().code, "token-dead");
    s.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_issued_again_in_the_console_ends_the_one_before() {
    let s = Stage::new("line", &["line"]).await;
    let long = s.server.value("long_lived");
    let bot = s.log_in("line", &[(AccessToken, &long)]).await;
    let next = long.replace("bNl4", "4lNb");
    s.server.replace("long_lived", &next);
    assert_eq!(s.rig.keeper.inspect(&bot.id).await.unwrap_err().view().code, "token-dead");
    assert_eq!(trouble(&s.verified(&bot.id).await).0, "token-dead");
    let again = s.log_in("line", &[(AccessToken, &next)]).await;
    assert!(again.id == bot.id && again.trouble.is_none(), "{again:?}");
}
