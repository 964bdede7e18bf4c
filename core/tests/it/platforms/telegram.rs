//! Telegram's bot token, which is part of each address.

use keybearer_core::keeper::TokenImport;
use keybearer_core::provider::QuestionKind::AccessToken;
use keybearer_core::token::Secret;

use super::{DAY, Stage, trouble, words};

const TOKEN: &str = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_from_its_token_to_its_end() {
    let s = Stage::new("telegram", &["telegram"]).await;
    let wrong = TOKEN.replace("ABC", "CBA");
    let (code, said) = s.refused("telegram", &[(AccessToken, &wrong)]).await;
    assert_eq!((code.as_str(), said.as_str()), ("token-dead", "Unauthorized"));

    let account = s.log_in("telegram", &[(AccessToken, TOKEN)]).await;
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("@ada_weather_bot", Some("123456"))
    );
    assert!(
        account.verified.is_some() && account.expires.is_none() && account.trouble.is_none(),
        "{account:?}"
    );
    assert_eq!(s.rig.token(&account.id).await, TOKEN);
    let path = s.server.requests().last().unwrap().path.clone();
    assert_eq!(path, format!("/bot{TOKEN}/getMe"), "the colon as it is");

    // The same bot once more is the same account.
    let import = TokenImport {
        provider: Some("telegram-here".into()),
        ..TokenImport::default()
    };
    let line = Secret::new(format!("TELEGRAM_BOT_TOKEN={TOKEN}"));
    assert_eq!(s.rig.keeper.import_token(&line, &import).await.unwrap(), account.id);
    let (status, text) = s.call(&account.id, "me").await;
    assert!(
        status == 200 && text.contains("ada_weather_bot") && !text.contains("DEF1234ghIkl"),
        "{text}"
    );

    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, TOKEN);
    }
    assert!(s.verified(&account.id).await.trouble.is_none());

    s.server.situation("too many requests", true);
    let busy = s.rig.keeper.verify(&account.id).await.unwrap_err().view();
    assert_eq!(
        (busy.code.as_str(), busy.detail.as_deref()),
        ("rate-limited", Some("Too Many Requests: retry after 5"))
    );
    s.server.situation("too many requests", false);

    // /revoke of @BotFather.
    s.server.replace("bot_token", "123456:ZYX-DEF1234ghIkl-zyx57W2v1u123ew11");
    let dead = s.verified(&account.id).await;
    assert_eq!(trouble(&dead), ("token-dead".into(), "Unauthorized".into()));
    let replaced = s.server.value("bot_token");
    let again = s.log_in("telegram", &[(AccessToken, &replaced)]).await;
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");

    let text = Secret::new("0123456789-0123456789-0123456789");
    let unknown = s.rig.keeper.import_token(&text, &import).await.unwrap_err().view();
    assert_eq!(words(unknown), ("token-unknown".into(), "Not Found".into()), "in its own words");
    s.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_in_the_path_is_seen_nowhere() {
    let s = Stage::new("telegram", &["telegram"]).await;
    let account = s.log_in("telegram", &[(AccessToken, TOKEN)]).await;
    let called = s.call(&account.id, "me").await.1;
    s.server.end("bot_token");
    let dead = s.verified(&account.id).await;
    let shown = [
        called,
        format!("{dead:?}"),
        s.rig.book(),
        s.rig.keeper.diagnostics(),
        format!("{:?}", s.rig.keeper.prepare_call(&account.id, "me", &[].into())),
    ];
    for text in shown {
        assert!(!text.contains("DEF1234ghIkl"), "{text}");
    }
}
