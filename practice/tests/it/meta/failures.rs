//! Failing as told: Graph errors in the message's shape, the wire's faults, and dead tokens.

use std::time::{Duration, Instant};

use keybearer_practice::meta::{Failure, Message, Meta, Platform};
use keybearer_practice::{Fault, HUGE};

use super::client::*;
use crate::client::http;

#[tokio::test]
async fn graph_errors() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", "public_profile").await;
    for (code, status, transient) in [
        (1, 500, true),
        (2, 500, true),
        (4, 403, true),
        (17, 400, false),
        (10, 403, false),
        (200, 403, false),
    ] {
        meta.fail_next(Message::Me, Failure::Graph(code, None));
        let answer = get(&meta, "/v26.0/me", &[("access_token", &token)]).await;
        assert_eq!((answer.status, graph(&answer).0), (status, u64::from(code)));
        assert_eq!(
            answer.json()["error"]["is_transient"].as_bool(),
            transient.then_some(true),
            "{code}"
        );
    }
    meta.fail_next(Message::Me, Failure::Graph(190, Some(459)));
    let answer = get(&meta, "/v26.0/me", &[("access_token", &token)]).await;
    assert_eq!(
        (graph(&answer).1, answer.json()["error"]["error_user_title"].is_string()),
        (459, true)
    );
    meta.fail_always(Message::Accounts, Some(Failure::Graph(613, None)));
    for _ in 0..2 {
        assert_eq!(graph(&get(&meta, "/v26.0/me/accounts", &[("access_token", &token)]).await).0, 613);
    }
    meta.fail_always(Message::Accounts, None);
    ok(&meta, "/v26.0/me/accounts", &[("access_token", &token)]).await;
}

#[tokio::test]
async fn in_the_flat_shape_at_the_token_endpoint() {
    let meta = start(Platform::Threads).await;
    meta.fail_next(Message::Token, Failure::Graph(2, None));
    let answer = post(&meta, "/oauth/access_token", &[]).await;
    assert_eq!((answer.status, answer.json()["error_type"].as_str()), (500, Some("OAuthException")));
    meta.fail_next(
        Message::Token,
        Fault::TooMany {
            retry_after: Some("7".to_owned()),
        },
    );
    let answer = post(&meta, "/oauth/access_token", &[]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "7"));
    assert!(answer.json()["error_message"].as_str().unwrap().contains("limit"));
}

#[tokio::test]
async fn raw_in_the_browser_at_threads() {
    let meta = start(Platform::Threads).await;
    for code in [1, 4_476_002] {
        meta.fail_next(Message::Authorize, Failure::Graph(code, None));
        let answer = open(&meta, &ask(&meta, "threads_basic")).await;
        assert_eq!((answer.status, answer.json()["error_code"].as_u64()), (400, Some(u64::from(code))));
    }
}

#[tokio::test]
async fn dead_tokens() {
    let meta = start(Platform::Facebook).await;
    for subcode in [458, 459, 460, 463, 464, 467, 492] {
        let token = long(&meta, "ada", "public_profile").await;
        assert!(meta.kill_token(&token, subcode));
        let answer = get(&meta, "/v26.0/me", &[("access_token", &token)]).await;
        let (code, sub, text) = graph(&answer);
        assert_eq!((answer.status, code, sub), (400, 190, u64::from(subcode)));
        assert!(text.starts_with("Error validating access token: "), "{text}");
        assert!(meta.token(&token).is_some_and(|known| !known.alive));
    }
    assert!(!meta.kill_token("x", 467));
    assert_eq!(graph(&get(&meta, "/v26.0/me", &[("access_token", "x")]).await).1, 0);
}

#[tokio::test]
async fn on_the_wire() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", "public_profile").await;
    let with = async |fault: Fault| {
        meta.fail_next(Message::Me, fault);
        get(&meta, "/v26.0/me", &[("access_token", &token)]).await
    };
    let broken = with(Fault::Status(500)).await;
    assert_eq!((broken.status, graph(&broken).0), (500, 2));
    assert_eq!(with(Fault::Html).await.header("content-type"), "text/html; charset=utf-8");
    assert!(with(Fault::WrongTypes).await.json()["id"].is_object());
    assert_eq!(with(Fault::RedirectTo("http://127.0.0.1:1/x".to_owned())).await.status, 302);
    let many = with(Fault::TooMany { retry_after: None }).await;
    assert_eq!((many.status, graph(&many).0), (429, 4));
    let began = Instant::now();
    assert_eq!(with(Fault::Slow(Duration::from_millis(300))).await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(300));
    assert_eq!(with(Fault::Huge).await.text.len(), HUGE);
    meta.fail_next(Message::Me, Fault::Drop);
    assert!(http().get(url(&meta, "/v26.0/me", &[])).send().await.unwrap_err().is_request());
    ok(&meta, "/v26.0/me", &[("access_token", &token)]).await;
}

#[tokio::test]
async fn decisions() {
    let meta = start(Platform::Threads).await;
    meta.fail_next(Message::Authorize, Fault::Deny);
    let location = allow_as(&meta, "ada", &ask(&meta, "threads_basic")).await;
    assert!(location.contains("error=access_denied"), "{location}");
    meta.fail_next(Message::Authorize, Fault::ExpiredCode);
    let code = code_of(&meta, "ada", "threads_basic").await;
    assert!(flat(&post(&meta, "/oauth/access_token", &exchange(&meta, &code)).await).contains("was already used"));
    let code = code_of(&meta, "ada", "threads_basic").await;
    meta.fail_next(Message::Token, Fault::ExpiredCode);
    assert!(flat(&post(&meta, "/oauth/access_token", &exchange(&meta, &code)).await).contains("was already used"));
}

#[tokio::test]
async fn it_is_over_when_dropped() {
    let meta = Meta::start(Platform::Instagram).await.unwrap();
    let (origin, client) = (meta.origin().to_owned(), http());
    assert!(origin.starts_with("http://127.0.0.1:"));
    client.get(format!("{origin}/me")).send().await.unwrap();
    drop(meta);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(client.get(format!("{origin}/me")).send().await.is_err());
}
