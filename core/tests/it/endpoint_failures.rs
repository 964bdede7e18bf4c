//! The token and registration endpoints at their worst: every fault, every shape of a right response, and what must never
//! happen: a secret sent elsewhere, a login that hangs, an account without a token.

use std::time::Duration;

use keybearer_core::error::ErrorView;
use keybearer_core::http::Request;
use keybearer_core::http::client::Client;
use keybearer_core::provider::RedirectKind;
use keybearer_practice::{Answer, Endpoint, Fault, Flavor, Practice};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::browser::{Visit, visit};
use crate::rig::{Rig, asked, plan, practice};

/// A login whose token request meets this fault.
async fn redeem(rig: &Rig, p: &Practice, fault: Fault) -> Result<String, ErrorView> {
    let mut login = rig.wait(plan(rig, p, RedirectKind::PrivateUseScheme)).await;
    // From here on the next token request is the redemption: the client was checked before.
    p.fail_next(Endpoint::Token, fault);
    let link = rig.keeper.consent_link(&login.id).unwrap();
    visit(&link, &Visit::allow("ada"), &rig.keeper).await;
    login.end().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_endpoint_fails_in_every_way() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let (rig, p, evil) = (Rig::new(), practice(flavor).await, practice(Flavor::Mastodon).await);
        let elsewhere = format!("{}/oauth/token", evil.origin());
        let too_many = |after: Option<&str>| Fault::TooMany {
            retry_after: after.map(str::to_owned),
        };
        for (fault, code) in [
            (Fault::ExpiredCode, "code-spent"),
            (Fault::Drop, "server-unreachable"),
            (too_many(Some("30")), "rate-limited"),
            (too_many(Some("Wed, 21 Oct 2026 07:28:00 GMT")), "rate-limited"),
            (too_many(Some("soon")), "rate-limited"),
            (too_many(None), "rate-limited"),
            (Fault::Status(500), "transient"),
            (Fault::Status(503), "transient"),
            (Fault::Status(418), "refused"),
            (Fault::Status(401), "client-auth"),
            (Fault::Html, "captive-portal"),
            (Fault::Garbage, "answer-unreadable"),
            (Fault::WrongTypes, "answer-unreadable"),
            (Fault::Huge, "answer-too-large"),
            (Fault::RedirectTo(elsewhere.clone()), "redirected"),
            (Fault::RedirectTo("https://evil.example/token".into()), "redirected"),
            (Fault::RedirectTo("/oauth/token".into()), "redirected"),
        ] {
            let error = redeem(&rig, &p, fault.clone()).await.unwrap_err();
            assert_eq!(error.code, code, "{flavor:?} {fault:?} {error:?}");
            match &fault {
                Fault::TooMany { retry_after } => {
                    // Without a Retry-After the end of the window says when.
                    let seconds: u64 = error.params["seconds"].parse().unwrap();
                    assert!(if retry_after.as_deref() == Some("30") {
                        seconds == 30
                    } else {
                        (290..=300).contains(&seconds)
                    });
                }
                Fault::RedirectTo(to) if to.contains("evil.example") => assert_eq!(error.params["host"], "evil.example"),
                Fault::RedirectTo(to) if to.starts_with('/') => {
                    assert_eq!(Some(error.params["host"].as_str()), p.origin().strip_prefix("http://"))
                }
                _ => {}
            }
            assert!(rig.keeper.view().accounts.is_empty(), "{fault:?}");
        }
        assert!(evil.requests().is_empty(), "a redirect of a token request is never followed");
        assert_eq!(asked(&p, "/api/v1/apps"), 1, "the client outlives all of it");
        redeem(&rig, &p, Fault::Slow(Duration::from_millis(100))).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_answer_in_every_shape() {
    for (answer, lives) in [
        (Answer::Standard, None),
        (Answer::ExpiresIn(3600), Some(3600)),
        (Answer::ExpiresIn(0), None),
        (Answer::ExpiresIn(1_000_000_000_000), None),
        (Answer::ExpiresInText, Some(7200)),
        (Answer::ExpiresInFloat, Some(7200)),
        (Answer::NoTokenType, None),
        (Answer::LowerCaseType, None),
        (Answer::NoScope, None),
        (Answer::BigUserId, None),
        (Answer::FormEncoded, None),
        (Answer::RefreshToken, Some(7200)),
    ] {
        let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
        p.answer_with(answer.clone());
        let mut wide = plan(&rig, &p, RedirectKind::Loopback);
        wide.scopes.push("write".into());
        let account = rig.log_in(wide).await.account;
        assert_eq!(account.expires.map(|e| e - account.issued), lives, "{answer:?}");
        assert_eq!(account.scopes, ["read", "write"], "{answer:?}");
        assert_eq!(vec![rig.token(&account.id).await], p.tokens(), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_inside_a_200_is_an_error() {
    for flavor in [Flavor::Mastodon, Flavor::GoToSocial] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        p.answer_with(Answer::ErrorInOk);
        let error = rig.fail(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(error.code, "code-spent");
        assert!(error.detail.unwrap().contains("an error all the same"));
        assert!(rig.keeper.view().accounts.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registration_fails_before_the_browser_opens() {
    for (fault, code) in [
        (Fault::Status(404), "registration-refused"),
        (Fault::Status(422), "registration-refused"),
        (Fault::Status(403), "registration-refused"),
        (Fault::Status(500), "transient"),
        (
            Fault::TooMany {
                retry_after: Some("600".into()),
            },
            "rate-limited",
        ),
        (Fault::Html, "captive-portal"),
        (Fault::WrongTypes, "answer-unreadable"),
        (Fault::Huge, "answer-too-large"),
        (Fault::Drop, "server-unreachable"),
        (Fault::RedirectTo("https://evil.example/".into()), "redirected"),
    ] {
        let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
        p.fail_next(Endpoint::Apps, fault.clone());
        let error = rig.fail(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(error.code, code, "{fault:?}");
        assert!(rig.opened().is_empty() && rig.keeper.view().clients.is_empty());
    }
    // A name that Mastodon would refuse is cut, not refused.
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let mut long = plan(&rig, &p, RedirectKind::Loopback);
    long.client_name = "名".repeat(100);
    rig.log_in(long).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_client_is_dropped_only_on_a_clear_refusal() {
    for fault in [
        Fault::Status(500),
        Fault::TooMany { retry_after: None },
        Fault::Html,
        Fault::Garbage,
        Fault::WrongTypes,
    ] {
        let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
        p.fail_next(Endpoint::Token, fault);
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(asked(&p, "/api/v1/apps"), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_consent_page_may_answer_with_an_error() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    // A scope outside the app's: GoToSocial says so by the redirect.
    let more = link.replacen("scope=read", "scope=admin", 1);
    visit(&more, &Visit::allow("ada"), &rig.keeper).await;
    let error = login.end().await.unwrap_err();
    assert_eq!(error.code, "refused");
    assert!(error.detail.unwrap().starts_with("invalid_scope"));
}

/// An answer with 429 at a moment of 1994, with this beside it.
async fn too_many(more: &str) -> Option<u64> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let page = "HTTP/1.1 429 Too Many\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\nConnection: close\r\n";
    let head = format!("{page}{more}\r\n\r\n");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(head.as_bytes()).await;
    });
    let answer = Client::default().send(&Request::get("test", url)).await.unwrap();
    assert_eq!(answer.status, 429);
    answer.retry_after
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_rate_limit_is_ignored() {
    for reset in ["-9223372036854775808", "9223372036854775807", "0", "soon", ""] {
        let asked = too_many(&format!("x-rate-limit-reset: {reset}")).await;
        assert!(asked.is_none_or(|s| s > 1 << 40), "{reset}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_after_is_read_by_the_servers_clock() {
    for (value, seconds) in [
        ("120", Some(120)),
        ("Sun, 06 Nov 1994 08:51:37 GMT", Some(120)),
        // The other two forms that RFC 9110 §5.6.7 wants read.
        ("Sunday, 06-Nov-94 08:51:37 GMT", Some(120)),
        ("Sun Nov  6 08:51:37 1994", Some(120)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", None),
        ("soon", None),
    ] {
        assert_eq!(too_many(&format!("Retry-After: {value}")).await, seconds, "{value}");
    }
    let both = "Retry-After: Sun, 06 Nov 1994 08:51:37 GMT\r\nx-rate-limit-reset: 784111900";
    assert_eq!(too_many(both).await, Some(120));
}
