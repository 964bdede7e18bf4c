//! Each fault on the wire, the order in which they come, and the server's own life: loopback only, over when dropped.

use std::time::{Duration, Instant};

use keybearer_practice::{Endpoint, Fault, Flavor, HUGE, Practice};

use crate::client::*;

const ME: &str = "/api/v1/accounts/verify_credentials";

#[tokio::test]
async fn queued_ones_come_in_order_and_standing_ones_stay() {
    let practice = start(Flavor::Mastodon).await;
    let endpoint = Endpoint::Instance;
    practice.fail_always(endpoint, Some(Fault::Status(503)));
    practice.fail_next(endpoint, Fault::Status(500));
    practice.fail_next(
        endpoint,
        Fault::TooMany {
            retry_after: Some("7".to_owned()),
        },
    );
    let status = async || get(&practice, "/api/v2/instance").await.status;
    assert_eq!(
        [status().await, status().await, status().await, status().await],
        [500, 429, 503, 503]
    );
    assert_eq!(get(&practice, "/.well-known/nodeinfo").await.status, 200);
    practice.fail_always(endpoint, None);
    assert_eq!(status().await, 200);
}

#[tokio::test]
async fn what_each_looks_like() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let with = async |fault: Fault| {
            practice.fail_next(Endpoint::VerifyCredentials, fault);
            get(&practice, ME).await
        };
        let gotosocial = flavor == Flavor::GoToSocial;
        let many = with(Fault::TooMany { retry_after: None }).await;
        let words = if gotosocial {
            "{\"error\":\"rate limit reached\"}"
        } else {
            "{\"error\":\"Too many requests\"}"
        };
        assert_eq!((many.status, many.text.as_str(), many.header("retry-after")), (429, words, ""));
        assert_eq!(
            (
                many.header("x-ratelimit-remaining"),
                many.header("cache-control").contains("no-store")
            ),
            ("0", !gotosocial)
        );
        let many = with(Fault::TooMany {
            retry_after: Some("120".to_owned()),
        })
        .await;
        assert_eq!(many.header("retry-after"), "120");
        let broken = with(Fault::Status(500)).await;
        assert_eq!((broken.status, broken.error().is_empty()), (500, false));
        let html = with(Fault::Html).await;
        assert_eq!((html.status, html.header("content-type")), (200, "text/html; charset=utf-8"));
        let redirect = with(Fault::RedirectTo("http://127.0.0.1:1/x".to_owned())).await;
        assert_eq!((redirect.status, redirect.header("location")), (302, "http://127.0.0.1:1/x"));
        assert!(with(Fault::WrongTypes).await.json()["id"].is_object());

        practice.fail_next(Endpoint::VerifyCredentials, Fault::Garbage);
        let garbage = http().get(format!("{}{ME}", practice.origin())).send().await.unwrap();
        let bytes = garbage.bytes().await.unwrap();
        assert!(std::str::from_utf8(&bytes).is_err() && serde_json::from_slice::<serde_json::Value>(&bytes).is_err());

        practice.fail_next(Endpoint::VerifyCredentials, Fault::Huge);
        let huge = http().get(format!("{}{ME}", practice.origin())).send().await.unwrap();
        assert_eq!((huge.status().as_u16(), huge.content_length()), (200, None));
        let bytes = huge.bytes().await.unwrap();
        assert_eq!(
            (bytes.len(), &bytes[..12], &bytes[HUGE - 3..]),
            (HUGE, &b"{\"padding\":\""[..], &b"a\"}"[..])
        );

        practice.fail_next(Endpoint::VerifyCredentials, Fault::Drop);
        let dropped = http().get(format!("{}{ME}", practice.origin())).send().await;
        assert!(dropped.unwrap_err().is_request());
    }
}

#[tokio::test]
async fn slow_but_right() {
    let practice = start(Flavor::Practice).await;
    practice.fail_next(Endpoint::Metadata, Fault::Slow(Duration::from_millis(150)));
    let begun = Instant::now();
    assert_eq!(get(&practice, "/.well-known/oauth-authorization-server").await.status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn decisions_and_codes() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let app = register(&practice, CALLBACK, "read").await;
        // Whatever is pressed, it is a denial, and the page comes first.
        practice.fail_next(Endpoint::Authorize, Fault::Deny);
        let location = allow(&practice, &request(&app, CALLBACK, "read")).await;
        assert_eq!(param(&location, "error").as_deref(), Some("access_denied"));
        assert_eq!(param(&location, "state").as_deref(), Some("s"));
        // A code that is stale when given out, and one that the exchange finds stale: then it may be tried again.
        practice.fail_next(Endpoint::Authorize, Fault::ExpiredCode);
        let stale = code(&practice, &app, CALLBACK, "read").await;
        assert_eq!(
            post(&practice, "/oauth/token", &exchange(&app, CALLBACK, &stale)).await.error(),
            "invalid_grant"
        );
        let good = code(&practice, &app, CALLBACK, "read").await;
        practice.fail_next(Endpoint::Token, Fault::ExpiredCode);
        assert_eq!(
            post(&practice, "/oauth/token", &exchange(&app, CALLBACK, &good)).await.error(),
            "invalid_grant"
        );
        assert_eq!(post(&practice, "/oauth/token", &exchange(&app, CALLBACK, &good)).await.status, 200);
        // A fault replaces the answer: the page fails, nothing is opened.
        practice.fail_next(Endpoint::Authorize, Fault::Status(502));
        assert_eq!(open(&practice, &request(&app, CALLBACK, "read")).await.status, 502);
    }
}

#[tokio::test]
async fn every_endpoint_can_fail() {
    let practice = start(Flavor::Mastodon).await;
    for (endpoint, method, path) in [
        (Endpoint::NodeInfo, "GET", "/.well-known/nodeinfo"),
        (Endpoint::NodeInfo, "GET", "/nodeinfo/2.0"),
        (Endpoint::Metadata, "GET", "/.well-known/oauth-authorization-server"),
        (Endpoint::Instance, "GET", "/api/v1/instance"),
        (Endpoint::Instance, "GET", "/api/v2/instance"),
        (Endpoint::Apps, "POST", "/api/v1/apps"),
        (Endpoint::Authorize, "GET", "/oauth/authorize"),
        (Endpoint::Authorize, "POST", "/oauth/authorize"),
        (Endpoint::Token, "POST", "/oauth/token"),
        (Endpoint::VerifyCredentials, "GET", ME),
        (Endpoint::Revoke, "POST", "/oauth/revoke"),
        (Endpoint::Statuses, "GET", "/api/v1/accounts/1/statuses"),
    ] {
        practice.fail_next(endpoint, Fault::Status(599));
        let request = http().request(method.parse().unwrap(), format!("{}{path}", practice.origin()));
        assert_eq!(request.send().await.unwrap().status().as_u16(), 599, "{path}");
    }
}

#[tokio::test]
async fn requests_are_recorded() {
    let practice = start(Flavor::Practice).await;
    register(&practice, CALLBACK, "read").await;
    get(&practice, "/api/v1/instance?a=b%20c").await;
    let seen = practice.requests();
    assert_eq!(
        (seen.len(), seen[0].method.as_str(), seen[0].path.as_str()),
        (2, "POST", "/api/v1/apps")
    );
    assert_eq!(seen[0].form_param("redirect_uris").as_deref(), Some(CALLBACK));
    assert_eq!(
        (seen[0].header("user-agent"), seen[0].header("content-type")),
        (Some("test/1"), Some("application/x-www-form-urlencoded"))
    );
    assert_eq!(
        (seen[1].query.as_str(), seen[1].query_param("a").as_deref()),
        ("a=b%20c", Some("b c"))
    );
}

#[tokio::test]
async fn too_big_a_request_is_refused() {
    let practice = start(Flavor::Practice).await;
    let url = format!("{}/api/v1/apps", practice.origin());
    // The server may hang up before all of it is sent.
    if let Ok(answer) = http().post(url).body(vec![b'a'; 1_000_000]).send().await {
        assert_eq!(answer.status().as_u16(), 413);
    }
    assert_eq!(get(&practice, "/api/v1/instance").await.status, 200);
}

#[tokio::test]
async fn loopback_only() {
    let practice = start(Flavor::Practice).await;
    let port: u16 = practice.origin().rsplit(':').next().unwrap().parse().unwrap();
    assert_eq!(practice.origin(), format!("http://127.0.0.1:{port}"));
    assert!(Practice::start_at(Flavor::Practice, port).await.is_err(), "the port is taken");
    // Bound to 127.0.0.1 itself: neither another loopback address nor ::1 reaches it.
    for other in [format!("127.0.0.2:{port}"), format!("[::1]:{port}")] {
        assert!(tokio::net::TcpStream::connect(other).await.is_err());
    }
    assert!(tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.is_ok());
}

#[tokio::test]
async fn over_when_dropped() {
    let practice = start(Flavor::Practice).await;
    let url = format!("{}/api/v1/instance", practice.origin());
    let port: u16 = practice.origin().rsplit(':').next().unwrap().parse().unwrap();
    // This client keeps its connection open.
    let client = http();
    let first = client.get(&url).send().await.unwrap();
    assert!(!first.text().await.unwrap().is_empty());
    drop(practice);
    let mut gone = false;
    for _ in 0..50 {
        gone = client.get(&url).send().await.is_err();
        if gone {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(gone);
    let again = Practice::start_at(Flavor::GoToSocial, port).await.unwrap();
    assert_eq!(get(&again, "/nodeinfo/2.0").await.json()["software"]["name"], "gotosocial");
}
