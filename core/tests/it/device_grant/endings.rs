//! Logins that end without a token: cancelled, or refused, and what they leave to other tokens.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancel_works_at_any_moment_and_loses_no_token() {
    // Between two questions.
    let s = Stage::new(CODES, "", vec![pending()]).await;
    let mut login = s.start();
    until("a question", || s.asked() == 1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    s.rig.keeper.cancel_login(&login.id).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "cancelled");
    assert_eq!(s.rig.keeper.consent_link(&login.id).unwrap_err().view().code, "login-unknown");

    // While a question is on its way: what it brings is kept.
    for (answer, kept) in [
        (Hangs(Duration::from_millis(800), 200, TOKEN), true),
        (
            Hangs(Duration::from_millis(800), 400, r#"{"error":"authorization_pending"}"#),
            false,
        ),
        (Hangs(Duration::from_secs(8), 200, TOKEN), false),
    ] {
        let s = Stage::new(CODES, "", vec![answer]).await;
        let mut login = s.start();
        until("a question", || s.asked() == 1).await;
        s.rig.keeper.cancel_login(&login.id).unwrap();
        match login.end().await {
            Ok(account) => assert_eq!((kept, s.rig.token(&account).await.as_str()), (true, "the-token")),
            Err(error) => assert!(!kept && error.code == "cancelled", "{error:?}"),
        }
        assert_eq!(s.asked(), 1);
    }
}

/// Where one login ends another: which ends of a login leave the token before it in doubt.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_login_without_a_token_ends_no_other() {
    const ONE_LOGIN: &str = "[lifetime]\none_login = true\n";
    let short = CODES.replace("1800", "20");
    let hang = || Hangs(Duration::from_secs(8), 200, TOKEN);
    for (what, codes, answers, cancels, code, doubted) in [
        ("refused", CODES, vec![refuses("access_denied")], false, "denied", false),
        (
            "the server says that the codes are over",
            CODES,
            vec![pending(), refuses("expired_token")],
            false,
            "code-spent",
            false,
        ),
        (
            "the app is refused",
            CODES,
            vec![Answers(401, r#"{"error":"invalid_client"}"#)],
            false,
            "client-auth",
            false,
        ),
        ("they are over by the clock", &short, vec![pending()], false, "code-spent", false),
        ("cancelled between two questions", CODES, vec![pending()], true, "cancelled", false),
        (
            "a lost answer, and a later one",
            CODES,
            vec![HangsUp, pending(), refuses("expired_token")],
            false,
            "code-spent",
            false,
        ),
        (
            "a lost answer, and a code that is over",
            CODES,
            vec![HangsUp, refuses("expired_token")],
            false,
            "code-spent",
            true,
        ),
        ("a lost answer, and nothing more", &short, vec![HangsUp], false, "code-spent", true),
        (
            "an answer that cannot be read",
            CODES,
            vec![Answers(200, r#"{"token_type":"Bearer"}"#)],
            false,
            "answer-unreadable",
            true,
        ),
        ("cancelled during a question", CODES, vec![hang()], true, "cancelled", true),
    ] {
        // The second login gets its own codes; the first one takes the first answer.
        let answers = [vec![Answers(200, TOKEN)], answers].concat();
        let s = Stage::new(codes, ONE_LOGIN, answers).await;
        let account = s.start().end().await.unwrap();
        let mut login = s.start();
        if cancels {
            until("a question", || s.asked() == 2).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            s.rig.keeper.cancel_login(&login.id).unwrap();
        }
        assert_eq!(login.end().await.unwrap_err().code, code, "{what}");
        let book = s.rig.book();
        assert_eq!(book.contains("\"doubted\": \""), doubted, "{what}: {book}");
        assert!(s.rig.keeper.view().accounts.iter().any(|a| a.id == account));
    }
}
