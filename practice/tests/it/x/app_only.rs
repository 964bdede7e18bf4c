//! The app's own token: verbatim, the same each time, and ended in either of the documents' ways.

use keybearer_practice::x::{ACCESS_TOKEN, ACCESS_TOKEN_SECRET, API_KEY, API_SECRET, CLIENT_ID, CLIENT_SECRET, InvalidateBy, Key, Kind, X};

use super::client::*;
use crate::client::{Answer, http};

const GRANT: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn bearer(x: &X) -> String {
    let answer = post_basic(x, "/oauth2/token", (API_KEY, API_SECRET), &GRANT).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    assert_eq!((text(&body, "token_type"), body.as_object().unwrap().len()), ("bearer", 2));
    text(&body, "access_token").to_owned()
}

async fn lookup(x: &X, token: &str, name: &str) -> Answer {
    send(http().get(url(x, &format!("/2/users/by/username/{name}"), &[])).bearer_auth(token)).await
}

#[tokio::test]
async fn the_token() {
    let x = start().await;
    let token = bearer(&x).await;
    assert!(
        token.starts_with("AAAA") && token.contains("%2F") && token.contains("%3D"),
        "{token}"
    );
    assert_eq!(bearer(&x).await, token);
    let known = x.token(&token).unwrap();
    assert_eq!(
        (known.kind, known.username, known.expires, known.alive),
        (Kind::AppOnly, None, None, true)
    );
    let body = lookup(&x, &token, "ada").await.json();
    assert_eq!(text(&body["data"], "username"), "ada");
    assert!(lookup(&x, &token, "nobody").await.json()["errors"].is_array());
    // Only as it is.
    let decoded = token.replace("%2F", "/").replace("%3D", "=");
    assert_eq!(lookup(&x, &decoded, "ada").await.status, 401);
    let refused = me(&x, &token).await;
    assert!(refused.status == 403 && refused.text.contains("unsupported-authentication"));
    x.regenerate(Key::Api);
    assert_eq!(lookup(&x, &token, "ada").await.status, 401);
}

#[tokio::test]
async fn wrong_credentials() {
    let x = start().await;
    let wrong = |answer: &Answer| {
        assert_eq!(v1(answer), (403, 99));
        let body = answer.json();
        assert_eq!(text(&body["errors"][0], "label"), "authenticity_token_error");
    };
    for pair in [(CLIENT_ID, CLIENT_SECRET), (API_KEY, "x"), ("x", API_SECRET), ("", "")] {
        wrong(&post_basic(&x, "/oauth2/token", pair, &GRANT).await);
    }
    wrong(&post(&x, "/oauth2/token", &GRANT).await);
    wrong(&post_basic(&x, "/oauth2/token", (API_KEY, API_SECRET), &[("grant_type", "password")]).await);
    assert!(x.tokens().iter().all(|token| !token.starts_with("AAAA")));
}

#[tokio::test]
async fn invalidating_in_either_way() {
    const PATH: &str = "/oauth2/invalidate_token";
    let x = start().await;
    let owner = Sign {
        token: (ACCESS_TOKEN, ACCESS_TOKEN_SECRET),
        ..Sign::default()
    };
    let by_basic = async |token: &str| post_basic(&x, PATH, (API_KEY, API_SECRET), &[("access_token", token)]).await;
    let by_owner = async |token: &str| {
        Sign {
            form: &[("access_token", token)],
            ..owner
        }
        .post(&x, PATH)
        .await
    };

    let token = bearer(&x).await;
    assert_eq!(v1(&by_basic("x").await), (403, 348));
    let answer = by_basic(&token).await;
    assert_eq!((answer.status, text(&answer.json(), "access_token")), (200, token.as_str()));
    assert_eq!(lookup(&x, &token, "ada").await.status, 401);
    let next = bearer(&x).await;
    assert!(next != token);
    assert_eq!(by_owner(&next).await.status, 200);
    // As the documents' sample sends it: escapes as they are.
    let token = bearer(&x).await;
    let raw = http()
        .post(url(&x, PATH, &[]))
        .basic_auth(API_KEY, Some(API_SECRET))
        .body(format!("access_token={token}"));
    assert_eq!(
        send(raw.header("content-type", "application/x-www-form-urlencoded")).await.status,
        200
    );

    let token = bearer(&x).await;
    x.switch(|switches| switches.invalidate_by = InvalidateBy::OAuth1);
    assert_eq!((v1(&by_basic(&token).await), by_owner(&token).await.status), ((403, 99), 200));
    let token = bearer(&x).await;
    x.switch(|switches| switches.invalidate_by = InvalidateBy::Basic);
    assert_eq!((v1(&by_owner(&token).await), by_basic(&token).await.status), ((403, 99), 200));
    // Nobody but the owner.
    x.switch(|switches| switches.invalidate_by = InvalidateBy::Either);
    let (of_grace, secret) = signed_login(&x, "grace").await;
    let token = bearer(&x).await;
    let hers = Sign {
        token: (&of_grace, &secret),
        form: &[("access_token", &token)],
        ..Sign::default()
    };
    assert_eq!(v1(&hers.post(&x, PATH).await), (403, 99));
}
