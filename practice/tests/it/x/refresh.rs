//! Rotation: each refresh token once, the whole chain lost with a second use, one grant an app and person.

use std::time::{Duration, Instant};

use keybearer_practice::x::{CLIENT_ID, CLIENT_SECRET, Failure, Message};

use super::client::*;
use crate::client::http;

fn pair(answer: &crate::client::Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    (text(&body, "access_token").to_owned(), text(&body, "refresh_token").to_owned())
}

const DEAD: &str = "Value passed for the token was invalid.";

#[tokio::test]
async fn it_rotates_every_time() {
    let x = start().await;
    let (mut access, mut token) = login(&x, "ada").await;
    for _ in 0..3 {
        let (new, next) = pair(&refresh(&x, &token).await);
        assert!(new != access && next != token);
        assert_eq!((me(&x, &access).await.status, me(&x, &new).await.status), (401, 200));
        (access, token) = (new, next);
    }
    assert_eq!((x.count(Message::Refresh), x.reuses()), (3, 0));
    // An access token refreshes nothing, a refresh token calls nothing.
    assert_eq!((refresh(&x, &access).await.status, me(&x, &token).await.status), (400, 401));
    x.switch(|switches| switches.refresh_ends_access = false);
    pair(&refresh(&x, &token).await);
    assert_eq!(me(&x, &access).await.status, 200);
}

#[tokio::test]
async fn a_second_use_ends_the_chain() {
    let x = start().await;
    let (_, first) = login(&x, "ada").await;
    let (_, others) = login(&x, "grace").await;
    let (access, second) = pair(&refresh(&x, &first).await);
    assert_eq!(
        oauth2(&refresh(&x, &first).await),
        (400, "invalid_request".to_owned(), DEAD.to_owned())
    );
    assert_eq!(
        (me(&x, &access).await.status, oauth2(&refresh(&x, &second).await).2.as_str()),
        (401, DEAD)
    );
    assert_eq!((x.reuses(), x.token(&second).unwrap().alive), (1, false));
    pair(&refresh(&x, &others).await);

    x.switch(|switches| switches.reuse_ends_chain = false);
    let (_, first) = login(&x, "ada").await;
    let (_, second) = pair(&refresh(&x, &first).await);
    assert_eq!(refresh(&x, &first).await.status, 400);
    pair(&refresh(&x, &second).await);
}

#[tokio::test]
async fn a_second_login_ends_the_first() {
    let x = start().await;
    let (first, old) = login(&x, "ada").await;
    let (others, _) = login(&x, "grace").await;
    // The consent alone ends nothing.
    code_of(&x, "ada", ALL).await;
    assert_eq!(me(&x, &first).await.status, 200);
    let (second, _) = login(&x, "ada").await;
    assert_eq!(
        (me(&x, &first).await.status, oauth2(&refresh(&x, &old).await).2.as_str()),
        (401, DEAD)
    );
    assert_eq!((me(&x, &second).await.status, me(&x, &others).await.status), (200, 200));
    let (elsewhere, none) = x.log_in_elsewhere("ada", &["tweet.read", "users.read"]).unwrap();
    assert_eq!(
        (me(&x, &second).await.status, me(&x, &elsewhere).await.status, none),
        (401, 200, None)
    );
}

#[tokio::test]
async fn how_long_they_live() {
    let x = start().await;
    let (access, token) = login(&x, "ada").await;
    x.advance(Duration::from_secs(7195));
    assert_eq!(me(&x, &access).await.status, 200);
    x.advance(Duration::from_secs(5));
    assert_eq!(me(&x, &access).await.status, 401);
    x.advance(Duration::from_secs(179 * 86_400));
    let (_, token) = pair(&refresh(&x, &token).await);
    x.advance(Duration::from_secs(180 * 86_400));
    assert_eq!(oauth2(&refresh(&x, &token).await).2, DEAD);
}

#[tokio::test]
async fn the_client_says_who_it_is_here_too() {
    let x = start().await;
    let (_, token) = login(&x, "ada").await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    assert_eq!(post(&x, "/2/oauth2/token", &form).await.status, 400);
    x.set_app_type(keybearer_practice::x::AppType::Confidential);
    assert_eq!(oauth2(&refresh(&x, &token).await).1, "unauthorized_client");
    pair(&post_basic(&x, "/2/oauth2/token", (CLIENT_ID, CLIENT_SECRET), &form).await);
    assert_eq!(
        post_basic(&x, "/2/oauth2/token", (CLIENT_ID, CLIENT_SECRET), &form[..1])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn of_many_at_once_one_wins() {
    let x = start().await;
    x.switch(|switches| switches.reuse_ends_chain = false);
    let (_, token) = login(&x, "ada").await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
                ("client_id", CLIENT_ID),
            ];
            tokio::spawn(http().post(url(&x, "/2/oauth2/token", &[])).form(&form).send())
        })
        .collect();
    let mut won = 0;
    for one in tries {
        won += usize::from(one.await.unwrap().unwrap().status() == 200);
    }
    assert_eq!((won, x.reuses()), (1, 19));
}

#[tokio::test]
async fn an_answer_can_be_lost_or_late_after_the_deed() {
    let x = start().await;
    let (_, token) = login(&x, "ada").await;
    x.fail_next(Message::Refresh, Failure::Lost);
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("client_id", CLIENT_ID),
    ];
    let lost = http().post(url(&x, "/2/oauth2/token", &[])).form(&form).send().await;
    assert!(lost.is_err());
    assert!(!x.token(&token).unwrap().alive);
    assert_eq!((oauth2(&refresh(&x, &token).await).2.as_str(), x.reuses()), (DEAD, 1));

    let (_, token) = login(&x, "ada").await;
    x.fail_next(Message::Refresh, Failure::Late(Duration::from_millis(300)));
    let (began, request) = (Instant::now(), refresh(&x, &token));
    let looked = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        x.token(&token).unwrap().alive
    };
    let (answer, alive) = tokio::join!(request, looked);
    assert!(!alive && began.elapsed() >= Duration::from_millis(300));
    pair(&answer);
}
