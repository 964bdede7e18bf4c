//! A code becomes tokens, by either type of client; and what is taken back.

use std::time::Duration;

use keybearer_practice::Fault;
use keybearer_practice::x::{API_KEY, API_SECRET, AppType, CLIENT_ID, CLIENT_SECRET, Key, Kind, Message};

use super::client::*;

const TOKEN: &str = "/2/oauth2/token";
const WRONG_CODE: &str = "Value passed for the authorization code was invalid.";

fn invalid(words: &str) -> (u16, String, String) {
    (400, "invalid_request".to_owned(), words.to_owned())
}

fn unauthorized() -> (u16, String, String) {
    (
        401,
        "unauthorized_client".to_owned(),
        "Missing valid authorization header".to_owned(),
    )
}

#[tokio::test]
async fn both_types() {
    for kind in [AppType::Public, AppType::Confidential] {
        let x = start().await;
        x.set_app_type(kind);
        let answer = redeem(&x, kind, &code_of(&x, "grace", ALL).await).await;
        let body = answer.json();
        assert_eq!(
            (answer.status, text(&body, "token_type"), body["expires_in"].as_u64()),
            (200, "bearer", Some(7200))
        );
        assert_eq!((text(&body, "scope"), body.as_object().unwrap().len()), (ALL, 5));
        assert!(answer.header("content-type").starts_with("application/json"));
        let known = x.token(text(&body, "access_token")).unwrap();
        assert_eq!(
            (known.kind, known.username, known.expires, known.alive),
            (Kind::Access, Some("grace"), Some(known.issued + 7200), true)
        );
        let known = x.token(text(&body, "refresh_token")).unwrap();
        assert_eq!((known.kind, known.expires), (Kind::Refresh, Some(known.issued + 180 * 86_400)));
        let body = redeem(&x, kind, &code_of(&x, "ada", "tweet.read users.read").await).await.json();
        assert!(body.get("refresh_token").is_none(), "{body}");
        assert_eq!(x.count(Message::Token), 2);
    }
}

#[tokio::test]
async fn who_may_ask_of_a_public_app() {
    let x = start().await;
    let code = code_of(&x, "ada", ALL).await;
    let right = exchange(&code);
    assert_eq!(
        oauth2(&post(&x, TOKEN, &but(&right, "client_id", None)).await),
        invalid("Missing required parameter [client_id].")
    );
    assert_eq!(post(&x, TOKEN, &but(&right, "client_id", Some("x"))).await.status, 400);
    assert_eq!(oauth2(&post_basic(&x, TOKEN, (CLIENT_ID, ""), &right).await), unauthorized());
    assert_eq!(
        oauth2(&post(&x, TOKEN, &but(&right, "client_secret", Some(CLIENT_SECRET))).await),
        unauthorized()
    );
    assert_eq!(post(&x, TOKEN, &right).await.status, 200);
}

#[tokio::test]
async fn who_may_ask_of_a_confidential_app() {
    let x = confidential().await;
    let code = code_of(&x, "ada", ALL).await;
    let right = exchange(&code);
    let secret = but(&right, "client_secret", Some(CLIENT_SECRET));
    assert_eq!(oauth2(&post(&x, TOKEN, &right).await), unauthorized());
    assert_eq!(oauth2(&post(&x, TOKEN, &secret).await), unauthorized());
    assert_eq!(
        oauth2(&post_basic(&x, TOKEN, (CLIENT_ID, CLIENT_SECRET), &secret).await),
        unauthorized()
    );
    for wrong in [(CLIENT_ID, "x"), (CLIENT_ID, ""), ("x", CLIENT_SECRET), (API_KEY, API_SECRET)] {
        assert_eq!(oauth2(&post_basic(&x, TOKEN, wrong, &right).await), unauthorized(), "{wrong:?}");
    }
    let new = x.regenerate(Key::ClientSecret).client_secret;
    assert_eq!(
        oauth2(&post_basic(&x, TOKEN, (CLIENT_ID, CLIENT_SECRET), &right).await),
        unauthorized()
    );
    assert_eq!(
        post_basic(&x, TOKEN, (CLIENT_ID, &new), &but(&right, "client_id", Some("x")))
            .await
            .status,
        400
    );
    assert_eq!(post_basic(&x, TOKEN, (CLIENT_ID, &new), &right).await.status, 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_code() {
    let x = start().await;
    let code = code_of(&x, "ada", ALL).await;
    let right = exchange(&code);
    for name in ["grant_type", "code", "redirect_uri", "code_verifier"] {
        let words = format!("Missing required parameter [{name}].");
        assert_eq!(oauth2(&post(&x, TOKEN, &but(&right, name, None)).await), invalid(&words));
    }
    assert_eq!(
        oauth2(&post(&x, TOKEN, &but(&right, "grant_type", Some("password"))).await).1,
        "unsupported_grant_type"
    );
    assert_eq!(oauth2(&post(&x, TOKEN, &but(&right, "code", Some("x"))).await), invalid(WRONG_CODE));
    let words = "Value passed for the redirect uri did not match the uri of the authorization code.";
    let slash = format!("{CALLBACK}/");
    assert_eq!(
        oauth2(&post(&x, TOKEN, &but(&right, "redirect_uri", Some(&slash))).await),
        invalid(words)
    );
    let words = "Value passed for the code verifier did not match the code challenge.";
    assert_eq!(
        oauth2(&post(&x, TOKEN, &but(&right, "code_verifier", Some(CHALLENGE))).await),
        invalid(words)
    );
    // A JSON body is no form.
    let json = crate::client::http()
        .post(url(&x, TOKEN, &[]))
        .json(&serde_json::json!({ "client_id": CLIENT_ID }));
    assert_eq!(send(json).await.status, 400);
    assert_eq!(post(&x, TOKEN, &right).await.status, 200);
    assert_eq!(oauth2(&post(&x, TOKEN, &right).await), invalid(WRONG_CODE));
    x.switch(|switches| switches.errors_array = true);
    assert!(post(&x, TOKEN, &right).await.json()["errors"].is_array());
}

#[tokio::test]
async fn a_code_lives_thirty_seconds() {
    let x = start().await;
    let code = code_of(&x, "ada", ALL).await;
    x.advance(Duration::from_secs(28));
    assert_eq!(redeem(&x, AppType::Public, &code).await.status, 200);
    let code = code_of(&x, "ada", ALL).await;
    x.advance(Duration::from_secs(30));
    assert_eq!(oauth2(&redeem(&x, AppType::Public, &code).await), invalid(WRONG_CODE));
    x.fail_next(Message::Authorize, Fault::ExpiredCode);
    let code = code_of(&x, "ada", ALL).await;
    assert_eq!(oauth2(&redeem(&x, AppType::Public, &code).await), invalid(WRONG_CODE));
    let code = code_of(&x, "ada", ALL).await;
    x.fail_next(Message::Token, Fault::ExpiredCode);
    assert_eq!(oauth2(&redeem(&x, AppType::Public, &code).await), invalid(WRONG_CODE));
    assert_eq!(redeem(&x, AppType::Public, &code).await.status, 200);
}

#[tokio::test]
async fn a_plain_challenge() {
    let x = start().await;
    let asked = ask(ALL);
    let asked = but(&asked, "code_challenge_method", Some("plain"));
    let page = open(&x, &asked).await;
    let home = press(&x, "/i/oauth2/authorize", &page, "ada", "allow").await;
    let code = crate::client::param(home.header("location"), "code").unwrap();
    assert_eq!(post(&x, TOKEN, &exchange(&code)).await.status, 400);
    assert_eq!(
        post(&x, TOKEN, &but(&exchange(&code), "code_verifier", Some(CHALLENGE)))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn revocation() {
    let x = start().await;
    let revoke = async |token: &str| post(&x, "/2/oauth2/revoke", &[("token", token), ("client_id", CLIENT_ID)]).await;
    let (access, old) = login(&x, "ada").await;
    assert_eq!(post(&x, "/2/oauth2/revoke", &[("token", &access)]).await.status, 400);
    assert_eq!(revoke("").await.status, 400);
    assert_eq!(me(&x, &access).await.status, 200);
    let answer = revoke(&access).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "{\"revoked\":true}"));
    assert_eq!((me(&x, &access).await.status, refresh(&x, &old).await.status), (401, 400));
    assert_eq!((revoke(&access).await.status, revoke("unknown").await.status), (200, 200));

    x.switch(|switches| switches.revoke_ends_grant = false);
    let (access, old) = login(&x, "ada").await;
    revoke(&access).await;
    assert_eq!((me(&x, &access).await.status, refresh(&x, &old).await.status), (401, 200));
    x.set_app_type(AppType::Confidential);
    assert_eq!(oauth2(&revoke(&access).await), unauthorized());
    let form = [("token", access.as_str()), ("token_type_hint", "access_token")];
    assert_eq!(
        post_basic(&x, "/2/oauth2/revoke", (CLIENT_ID, CLIENT_SECRET), &form).await.status,
        200
    );
}
