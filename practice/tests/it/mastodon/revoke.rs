//! Revocation: the numbers are those of the recorded exchanges with a real GoToSocial.

use keybearer_practice::Flavor;
use serde_json::json;

use crate::client::*;

const REVOKE: &str = "/oauth/revoke";

#[tokio::test]
async fn gotosocial_takes_forms_only() {
    let practice = start(Flavor::GoToSocial).await;
    let (app, token) = login(&practice, "read").await;
    let stranger = register(&practice, OOB, "read").await;
    let not_yours =
        json!({ "error": "unauthorized_client", "error_description": "Forbidden: You are not authorized to revoke this token" });
    let unset = |name: &str| json!({ "error": "invalid_request", "error_description": format!("Bad Request: {name} not set") });
    let (id, secret, token) = (
        ("client_id", app.id.as_str()),
        ("client_secret", app.secret.as_str()),
        ("token", token.as_str()),
    );
    // 290 to 294
    for (fields, status, body) in [
        (vec![id, ("client_secret", "nope"), token], 403, not_yours.clone()),
        (
            vec![("client_id", &stranger.id), ("client_secret", &stranger.secret), token],
            403,
            not_yours,
        ),
        (vec![id, secret], 400, unset("token")),
        (vec![secret, token], 400, unset("client_id")),
        (vec![id, secret, ("token", "nope")], 200, json!({})),
    ] {
        let answer = post(&practice, REVOKE, &fields).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (status, body.to_string().as_str()),
            "{fields:?}"
        );
    }
    // 295, 296: neither Basic nor JSON
    let basic = http()
        .post(format!("{}{REVOKE}", practice.origin()))
        .basic_auth(&app.id, Some(&app.secret))
        .form(&[token]);
    assert_eq!(Answer::of(basic.send().await.unwrap()).await.json(), unset("client_id"));
    let body = json!({ "client_id": app.id, "client_secret": app.secret, "token": token.1 });
    assert_eq!(post_json(&practice, REVOKE, &body).await.json(), unset("client_id"));
    // 297 to 299
    assert_eq!(practice.tokens(), [token.1]);
    for _ in 0..2 {
        assert_eq!(post(&practice, REVOKE, &[id, secret, token]).await.text, "{}");
    }
    assert!(practice.tokens().is_empty());
    assert_eq!(get_as(&practice, "/api/v1/accounts/verify_credentials", token.1).await.status, 401);
}

#[tokio::test]
async fn mastodon_takes_json_and_basic_too() {
    let practice = start(Flavor::Mastodon).await;
    let (app, token) = login(&practice, "read").await;
    let basic = http()
        .post(format!("{}{REVOKE}", practice.origin()))
        .basic_auth(&app.id, Some("nope"))
        .form(&[("token", &token)]);
    assert_eq!(basic.send().await.unwrap().status().as_u16(), 403);
    let basic = http()
        .post(format!("{}{REVOKE}", practice.origin()))
        .basic_auth(&app.id, Some(&app.secret))
        .form(&[("token", &token)]);
    assert_eq!(basic.send().await.unwrap().status().as_u16(), 200);
    assert!(practice.tokens().is_empty());
    let body = json!({ "client_id": app.id, "client_secret": app.secret, "token": token });
    assert_eq!(post_json(&practice, REVOKE, &body).await.status, 200);
}
