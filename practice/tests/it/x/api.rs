//! Who a token is: what `/2/users/me` asks of token, scopes, app and purse, and the headers that it answers with.

use std::time::Duration;

use keybearer_practice::Fault;
use keybearer_practice::x::{Environment, Failure, Message, Package};

use super::client::*;
use crate::client::{Answer, http};

/// A problem: status, the end of its type, its reason.
fn problem(answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
    let body = answer.json();
    assert!(
        body["title"].is_string() && body["detail"].is_string() && body["status"] == answer.status,
        "{body}"
    );
    let kind = text(&body, "type").rsplit('/').next().unwrap().to_owned();
    (answer.status, kind, body["reason"].as_str().unwrap_or_default().to_owned())
}

fn is(answer: &Answer, status: u16, kind: &str, reason: &str) {
    assert_eq!(problem(answer), (status, kind.to_owned(), reason.to_owned()));
}

#[tokio::test]
async fn who_am_i() {
    let x = start().await;
    let (token, _) = login(&x, "grace").await;
    let answer = me(&x, &token).await;
    let id = x.user_id("grace").unwrap();
    assert_eq!(
        answer.json(),
        serde_json::json!({ "data": { "id": id.to_string(), "name": "Grace Practice", "username": "grace" } })
    );
    assert!(id > 1 << 53 && id % 2 == 1);
    assert_eq!(
        (answer.header("x-rate-limit-limit"), answer.header("x-rate-limit-remaining")),
        ("75", "74")
    );
    let reset: u64 = answer.header("x-rate-limit-reset").parse().unwrap();
    assert!((899..=900).contains(&(reset - x.now())));
    let more = url(&x, "/2/users/me", &[("user.fields", "profile_image_url,verified")]);
    let body = send(http().get(more).bearer_auth(&token)).await.json();
    let picture = body["data"]["profile_image_url"].as_str().unwrap();
    assert!(send(http().get(picture)).await.header("content-type").starts_with("image/"));
    // Twice read, billed once; tomorrow again.
    assert_eq!((x.count(Message::Me), x.cents()), (2, 1));
    let (token, _) = login(&x, "ada").await;
    me(&x, &token).await;
    assert_eq!(x.cents(), 2);
}

#[tokio::test]
async fn what_it_asks_of_the_token() {
    let x = start().await;
    for answer in [get(&x, "/2/users/me", &[]).await, me(&x, "x").await] {
        is(&answer, 401, "about:blank", "");
    }
    for scopes in [&["tweet.read"][..], &["users.read"], &["users.read", "offline.access"]] {
        let (token, _) = x.log_in_elsewhere("ada", scopes).unwrap();
        is(&me(&x, &token).await, 403, "about:blank", "");
    }
    let (token, _) = login(&x, "ada").await;
    assert!(x.kill_token(&token) && !x.kill_token("x"));
    is(&me(&x, &token).await, 401, "about:blank", "");
    let (token, old) = login(&x, "ada").await;
    x.kill_tokens_of("ada");
    assert_eq!((me(&x, &token).await.status, refresh(&x, &old).await.status), (401, 400));
    assert_eq!(x.cents(), 0);
}

#[tokio::test]
async fn what_it_asks_of_the_app() {
    let x = start().await;
    x.set_package(Package::None);
    x.set_environment(Environment::Development);
    x.set_credits(false);
    // The login itself succeeds.
    let (token, _) = login(&x, "ada").await;
    is(&me(&x, &token).await, 403, "client-forbidden", "client-not-enrolled");
    x.set_package(Package::PayPerUse);
    is(&me(&x, &token).await, 403, "client-forbidden", "client-forbidden");
    x.set_environment(Environment::Production);
    is(&me(&x, &token).await, 402, "credits", "");
    x.set_credits(true);
    assert_eq!((me(&x, &token).await.status, x.cents()), (200, 1));
    x.fail_next(Message::Me, Failure::NotEnrolled("user-not-enrolled"));
    is(&me(&x, &token).await, 403, "client-forbidden", "user-not-enrolled");
    x.fail_next(Message::Me, Failure::NoCredits);
    is(&me(&x, &token).await, 402, "credits", "");
    x.fail_next(Message::Me, Failure::UsageCapped);
    is(&me(&x, &token).await, 429, "usage-capped", "");
}

#[tokio::test]
async fn limits() {
    let x = start().await;
    let (token, _) = login(&x, "ada").await;
    for left in (0..75).rev() {
        assert_eq!(me(&x, &token).await.header("x-rate-limit-remaining"), left.to_string());
    }
    let over = me(&x, &token).await;
    is(&over, 429, "rate-limit-exceeded", "");
    assert_eq!(over.header("x-rate-limit-remaining"), "0");
    x.advance(Duration::from_secs(900));
    assert_eq!(me(&x, &token).await.status, 200);
    x.fail_next(Message::Me, Failure::RateLimited(600));
    let over = me(&x, &token).await;
    is(&over, 429, "rate-limit-exceeded", "");
    let reset: u64 = over.header("x-rate-limit-reset").parse().unwrap();
    assert!((599..=600).contains(&(reset - x.now())));
    x.fail_next(
        Message::Me,
        Fault::TooMany {
            retry_after: Some("7".to_owned()),
        },
    );
    assert_eq!(me(&x, &token).await.header("retry-after"), "7");
}
