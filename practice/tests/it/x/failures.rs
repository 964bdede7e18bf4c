//! Failing as told, in each shape; the clock; the log.

use std::time::{Duration, Instant};

use keybearer_practice::x::{Failure, Message, X};
use keybearer_practice::{Fault, HUGE};

use super::client::*;
use crate::client::http;

#[tokio::test]
async fn in_each_shape() {
    let x = start().await;
    for (message, path) in [(Message::Token, "/2/oauth2/token"), (Message::AppToken, "/oauth2/token")] {
        x.fail_next(message, Fault::Status(503));
        x.fail_next(message, Failure::RateLimited(60));
        x.fail_next(message, Failure::Code(131));
        let broken = post(&x, path, &[]).await;
        assert_eq!(
            (broken.status, broken.json()["error"].is_string()),
            (503, message == Message::Token)
        );
        let many = post(&x, path, &[]).await;
        assert_eq!((many.status, many.json()["errors"].is_array()), (429, message == Message::AppToken));
        assert_eq!(many.header("x-rate-limit-remaining"), "0");
        assert_eq!(v1(&post(&x, path, &[]).await), (500, 131));
    }
    let told = Failure::OAuth2 {
        status: 400,
        error: "a".to_owned(),
        description: "b".to_owned(),
    };
    x.fail_always(Message::Refresh, Some(told));
    for _ in 0..2 {
        assert_eq!(oauth2(&refresh(&x, "x").await), (400, "a".to_owned(), "b".to_owned()));
    }
    x.fail_always(Message::Refresh, None);
    assert_eq!(oauth2(&refresh(&x, "x").await).1, "invalid_request");
}

#[tokio::test]
async fn on_the_wire() {
    let x = start().await;
    let (token, _) = login(&x, "ada").await;
    let with = async |fault: Fault| {
        x.fail_next(Message::Me, fault);
        me(&x, &token).await
    };
    assert_eq!(with(Fault::Status(500)).await.status, 500);
    assert_eq!(with(Fault::Html).await.header("content-type"), "text/html; charset=utf-8");
    assert!(with(Fault::WrongTypes).await.json()["data"]["id"].is_object());
    let began = Instant::now();
    assert_eq!(with(Fault::Slow(Duration::from_millis(200))).await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(with(Fault::Huge).await.text.len(), HUGE);
    x.fail_next(Message::Me, Fault::Drop);
    assert!(http().get(url(&x, "/2/users/me", &[])).send().await.is_err());
}

#[tokio::test]
async fn date_is_the_platforms_clock() {
    let x = start().await;
    let date = async || {
        let answer = get(&x, "/2/users/me", &[]).await;
        let at = httpdate::parse_http_date(answer.header("date")).unwrap();
        at.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
    };
    let real = || {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs()
    };
    assert!(date().await.abs_diff(real()) <= 1);
    x.advance(Duration::from_secs(86_400));
    assert!(date().await.abs_diff(real() + 86_400) <= 1 && x.now().abs_diff(real() + 86_400) <= 1);
    x.turn_back(Duration::from_secs(90_000));
    assert!(date().await.abs_diff(real() - 3600) <= 1);
    let page = open(&x, &ask(ALL)).await;
    assert!(!page.header("date").is_empty());
}

#[tokio::test]
async fn the_log() {
    let x = start().await;
    get(&x, "/nothing/here", &[]).await;
    refresh(&x, "x").await;
    let log = x.requests();
    assert_eq!((log.len(), log[0].0, log[1].0), (2, None, Some(Message::Refresh)));
    assert!(log[1].1.body.contains("refresh_token=x") && log[1].1.path == "/2/oauth2/token");
    assert_eq!((x.count(Message::Refresh), x.count(Message::Token)), (1, 0));
    assert_eq!(v1(&get(&x, "/nothing/here", &[]).await), (404, 34));
}

#[tokio::test]
async fn it_is_over_when_dropped() {
    let x = X::start().await.unwrap();
    let (origin, client) = (x.origin().to_owned(), http());
    assert!(origin.starts_with("http://127.0.0.1:"));
    client.get(format!("{origin}/2/users/me")).send().await.unwrap();
    drop(x);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(client.get(format!("{origin}/2/users/me")).send().await.is_err());
}
