//! What answers in an API's place says nothing about a token; what the API says itself is believed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keybearer_core::book::Book;
use keybearer_core::keeper::now;
use keybearer_core::view::RenewalOutcome;
use serde_json::json;
use tempfile::TempDir;

use super::family::{Family, IDENTITY, TOKEN, in_json, page};
use super::http;
use crate::rig::Rig;

const SILENT: &str = include_str!("../../fixtures/book-v4-silence.json");

/// Answers of others in an API's place, and what is told of them.
fn in_between() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let plain = "Content-Type: text/plain\r\n";
    vec![
        (
            "a proxy's password",
            page(
                "401 Unauthorized",
                "WWW-Authenticate: Basic realm=\"staff\"\r\n",
                "401 Authorization Required",
            ),
            "proxy-password",
        ),
        (
            "Digest",
            page(
                "401 Unauthorized",
                "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n",
                "Unauthorized",
            ),
            "proxy-password",
        ),
        (
            "two schemes of a company's network",
            http("401 Unauthorized", "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n", b""),
            "proxy-password",
        ),
        (
            "a password, in JSON",
            in_json(
                "401 Unauthorized",
                "WWW-Authenticate: Basic realm=\"x\"\r\n",
                json!({ "error": "Authorization Required" }),
            ),
            "proxy-password",
        ),
        (
            "407",
            page(
                "407 Proxy Authentication Required",
                "Proxy-Authenticate: Basic realm=\"x\"\r\n",
                "no",
            ),
            "proxy-password",
        ),
        (
            "Cloudflare",
            page(
                "403 Forbidden",
                "Server: cloudflare\r\ncf-mitigated: challenge\r\n",
                "Just a moment...",
            ),
            "bot-check",
        ),
        (
            "an older Cloudflare",
            page("503 Service Unavailable", "Server: cloudflare\r\n", "Just a moment..."),
            "bot-check",
        ),
        (
            "Cloudflare, 429",
            page("429 Too Many Requests", "cf-mitigated: challenge\r\n", "Just a moment..."),
            "bot-check",
        ),
        (
            "Cloudflare, blocked",
            http("403 Forbidden", plain, b"error code: 1020"),
            "bot-check",
        ),
        (
            "AWS WAF's 202",
            http("202 Accepted", "x-amzn-waf-action: challenge\r\n", b""),
            "bot-check",
        ),
        (
            "AWS WAF's 405",
            page("405 Method Not Allowed", "x-amzn-waf-action: captcha\r\n", "Human Verification"),
            "bot-check",
        ),
        (
            "DataDome, to a program",
            in_json(
                "403 Forbidden",
                "x-datadome: protected\r\n",
                json!({ "url": "https://geo.captcha-delivery.com/captcha/" }),
            ),
            "bot-check",
        ),
        (
            "Akamai",
            page("403 Forbidden", "Server: AkamaiGHost\r\n", "Access Denied"),
            "bot-check",
        ),
        (
            "Imperva's 200",
            page("200 OK", "x-iinfo: 1-2\r\n", "<script src=/_Incapsula_Resource?x></script>"),
            "bot-check",
        ),
        (
            "Anubis's 200",
            page(
                "200 OK",
                "",
                "Making sure you&#39;re not a bot!<script src=/.within.website/x/></script>",
            ),
            "bot-check",
        ),
        (
            "Sucuri",
            page("403 Forbidden", "X-Sucuri-ID: 15\r\n", "Sucuri Website Firewall - Access Denied"),
            "bot-check",
        ),
        (
            "DDoS-Guard",
            page("403 Forbidden", "Server: ddos-guard\r\n", "DDOS-GUARD"),
            "bot-check",
        ),
        (
            "HUMAN, to a program",
            in_json("403 Forbidden", "", json!({ "appId": "PXx", "blockScript": "/x.js" })),
            "bot-check",
        ),
        ("511", page("511 Network Authentication Required", "", "Hello"), "captive-portal"),
        (
            "a portal's 200",
            page("200 OK", "", "Welcome! Please log in to our Wi-Fi"),
            "captive-portal",
        ),
        (
            "a form's 401",
            page("401 Unauthorized", "", "<input name=p type=\"password\">"),
            "captive-portal",
        ),
        (
            "a redirect to a portal",
            http("302 Found", "Location: https://portal.hotel.example/\r\n", b""),
            "redirected",
        ),
        (
            "a redirect to a sign-in page",
            http("307 Temporary Redirect", "Location: /sso/login?back=x\r\n", b""),
            "redirected",
        ),
        ("a gateway's page", page("502 Bad Gateway", "", "502 Bad Gateway"), "web-page"),
        ("a web server's page", page("404 Not Found", "", "Not Found"), "web-page"),
        ("any page", page("200 OK", "", "It works!"), "web-page"),
        (
            "a page without its type",
            http("403 Forbidden", "", b"<html><h1>403 Forbidden</h1></html>"),
            "web-page",
        ),
        ("an empty 401", http("401 Unauthorized", "", b""), "silent-refusal"),
        (
            "a page's 401",
            page("401 Unauthorized", "", "401 Authorization Required"),
            "silent-refusal",
        ),
        ("a word", http("401 Unauthorized", plain, b"Unauthorized"), "silent-refusal"),
        (
            "a realm alone",
            http("401 Unauthorized", "WWW-Authenticate: Bearer realm=\"gateway\"\r\n", b""),
            "silent-refusal",
        ),
        (
            "a gateway's JSON",
            in_json("401 Unauthorized", "", json!({ "message": "Unauthorized", "request_id": "1" })),
            "silent-refusal",
        ),
        (
            "another gateway's",
            in_json("401 Unauthorized", "", json!({ "error": "Authorization field missing" })),
            "silent-refusal",
        ),
        ("an object of nothing", in_json("401 Unauthorized", "", json!({})), "silent-refusal"),
        ("an empty 403", http("403 Forbidden", "", b""), "silent-refusal"),
        ("Envoy", http("403 Forbidden", plain, b"RBAC: access denied"), "silent-refusal"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_answers_in_the_apis_place_changes_nothing_that_is_kept() {
    let (rig, server) = (Rig::new(), Family::new().await);
    let id = server.log_in(&rig).await;
    let shown = || format!("{:?}", rig.account(&id));
    let before = shown();
    for (what, bytes, code) in in_between() {
        server.answers(IDENTITY, bytes);
        let error = rig.keeper.verify(&id).await.unwrap_err().view();
        assert_eq!(error.code, code, "{what}");
        if code != "redirected" {
            assert_eq!(format!("http://{}", error.params["host"]), server.origin, "{what}");
        }
        assert_eq!(shown(), before, "{what}");
        assert_eq!(rig.keeper.access_token(&id).await.unwrap().expose(), "token-canary", "{what}");
    }
    server.answers_rightly(IDENTITY);
    rig.keeper.verify(&id).await.unwrap();
    assert!(!rig.book().contains("silence"), "an answer ends it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_token_is_kept_whatever_answers_in_the_apis_place() {
    let server = Family::new().await;
    for (what, bytes, code) in in_between() {
        let rig = Rig::new();
        server.answers(IDENTITY, bytes);
        let account = rig.account(&server.log_in(&rig).await);
        assert_eq!((account.trouble.unwrap().code.as_str(), account.verified), (code, None), "{what}");
        assert_eq!(
            rig.keeper.access_token(&account.id).await.unwrap().expose(),
            "token-canary",
            "{what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_apis_own_word_on_a_token_is_believed() {
    let server = Family::new().await;
    let bearer =
        "WWW-Authenticate: Bearer realm=\"Doorkeeper\", error=\"invalid_token\", error_description=\"The access token was revoked\"\r\n";
    for (what, bytes) in [
        (
            "Mastodon",
            in_json("401 Unauthorized", bearer, json!({ "error": "The access token was revoked" })),
        ),
        (
            "JSON alone",
            in_json("401 Unauthorized", "", json!({ "error": "The access token is invalid" })),
        ),
        ("RFC 6750 alone", http("401 Unauthorized", bearer, b"")),
        (
            "RFC 6750 beside Basic",
            http("401 Unauthorized", &format!("WWW-Authenticate: Basic realm=\"x\"\r\n{bearer}"), b""),
        ),
        ("RFC 6750 over a page", page("401 Unauthorized", bearer, "no")),
        (
            "GoToSocial",
            in_json("401 Unauthorized", "", json!({ "error": "Unauthorized: token not supplied" })),
        ),
        ("Pleroma", in_json("403 Forbidden", "", json!({ "error": "Invalid credentials." }))),
        (
            "Pixelfed",
            in_json("401 Unauthorized", "", json!({ "message": "Unauthenticated." })),
        ),
        (
            "Misskey",
            in_json(
                "401 Unauthorized",
                "",
                json!({ "error": { "message": "Authentication failed.", "code": "AUTHENTICATION_FAILED", "id": "b0a7" } }),
            ),
        ),
    ] {
        let rig = Rig::new();
        server.answers_rightly(IDENTITY);
        let id = server.log_in(&rig).await;
        server.answers(IDENTITY, bytes);
        assert_eq!(rig.keeper.verify(&id).await.unwrap_err().code(), "token-dead", "{what}");
        assert_eq!(rig.keeper.access_token(&id).await.unwrap_err().code(), "token-dead", "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_403_is_told_by_what_it_says() {
    let (rig, server) = (Rig::new(), Family::new().await);
    let id = server.log_in(&rig).await;
    let misskey = |code: &str| json!({ "error": { "message": "no", "code": code } });
    let scope = "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write\"\r\n";
    for (bytes, code) in [
        (
            in_json(
                "403 Forbidden",
                "",
                json!({ "error": "Your login is missing a confirmed e-mail address" }),
            ),
            "email-unconfirmed",
        ),
        (
            in_json("403 Forbidden", "", json!({ "error": "Your login is currently pending approval" })),
            "account-pending",
        ),
        (
            in_json("403 Forbidden", "", json!({ "error": "Your login is currently disabled" })),
            "account-suspended",
        ),
        (in_json("403 Forbidden", "", misskey("YOUR_ACCOUNT_SUSPENDED")), "account-suspended"),
        (
            in_json(
                "403 Forbidden",
                "",
                json!({ "error": "This action is outside the authorized scopes" }),
            ),
            "missing-permission",
        ),
        (
            in_json("403 Forbidden", "", json!({ "error": "This action is not allowed" })),
            "missing-permission",
        ),
        (
            in_json("403 Forbidden", "", json!({ "error": "Insufficient permissions: read:accounts." })),
            "missing-permission",
        ),
        (in_json("403 Forbidden", "", misskey("PERMISSION_DENIED")), "missing-permission"),
        (http("403 Forbidden", scope, b"{}"), "missing-permission"),
        (
            page("403 Forbidden", "cf-mitigated: challenge\r\n", "Just a moment..."),
            "bot-check",
        ),
        (in_json("403 Forbidden", "", json!({ "error": "Not on a Sunday" })), "refused"),
    ] {
        server.answers(IDENTITY, bytes);
        assert_eq!(rig.keeper.verify(&id).await.unwrap_err().code(), code);
        assert_eq!(rig.keeper.access_token(&id).await.unwrap().expose(), "token-canary", "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_at_the_token_endpoint_blames_no_client() {
    let server = Family::new().await;
    for (bytes, code) in [
        (page("400 Bad Request", "", "Bad Request"), "web-page"),
        (page("403 Forbidden", "", "invalid_client"), "web-page"),
        (
            page("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", "no"),
            "proxy-password",
        ),
        (page("200 OK", "", "Please sign in"), "captive-portal"),
        (http("401 Unauthorized", "", b""), "silent-refusal"),
        (
            in_json("401 Unauthorized", "", json!({ "message": "Unauthorized" })),
            "silent-refusal",
        ),
        (
            in_json(
                "401 Unauthorized",
                "WWW-Authenticate: Basic realm=\"x\"\r\n",
                json!({ "error": "invalid_client" }),
            ),
            "client-auth",
        ),
    ] {
        let rig = Rig::new();
        server.answers(TOKEN, bytes);
        assert_eq!(server.try_log_in(&rig).await.unwrap_err().code, code);
    }
}

/// A keeper whose clock a test sets forward.
fn at_a_time(home: TempDir) -> (Rig, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = ahead.clone();
    (
        Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed))),
        ahead,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_for_a_day_without_a_word_is_told_of_and_the_token_lives() {
    let server = Family::new().await;
    let (rig, ahead) = at_a_time(TempDir::new().unwrap());
    let id = server.log_in(&rig).await;
    server.answers(IDENTITY, http("401 Unauthorized", "", b""));
    let verify = async || rig.keeper.verify(&id).await.unwrap_err().code();
    for _ in 0..5 {
        assert_eq!(verify().await, "silent-refusal", "five within a moment are one incident");
    }
    assert_eq!(rig.account(&id).trouble, None);
    ahead.store(86_400, Ordering::Relaxed);
    assert_eq!(verify().await, "silent-refusals");
    assert_eq!(rig.account(&id).trouble.unwrap().code, "silent-refusals");
    assert_eq!(
        rig.keeper.access_token(&id).await.unwrap().expose(),
        "token-canary",
        "and it is handed out"
    );
    // The API's own answer ends it.
    server.answers_rightly(IDENTITY);
    rig.keeper.verify(&id).await.unwrap();
    assert_eq!(rig.account(&id).trouble, None);
    assert!(!rig.book().contains("silence"));
}

#[test]
fn what_a_book_knows_of_silence_is_read_and_books_without_it_are_read_too() {
    let book: Book = serde_json::from_str(SILENT).unwrap();
    let silence = book.accounts[0].silence.unwrap();
    assert_eq!((silence.count, silence.first), (3, 1_795_312_800));
    assert_eq!(book.accounts[0].trouble.as_ref().unwrap().code, "silent-refusals");
    assert_eq!(serde_json::to_string_pretty(&book).unwrap() + "\n", SILENT);
    let before: Book = serde_json::from_str(include_str!("../../fixtures/book-v4.json")).unwrap();
    assert!(before.accounts.iter().all(|a| a.silence.is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_goes_on_when_the_api_answers_again() {
    for (what, bytes, code) in in_between() {
        let server = Family::new().await;
        let (rig, ahead) = at_a_time(TempDir::new().unwrap());
        let pair = |n: u8| {
            let body = json!({ "access_token": format!("access-{n}"), "refresh_token": format!("refresh-{n}"), "expires_in": 7200, "token_type": "Bearer" });
            in_json("200 OK", "", body)
        };
        server.answers(TOKEN, pair(1));
        let id = server.log_in(&rig).await;
        server.answers(TOKEN, bytes);
        ahead.store(7200, Ordering::Relaxed);
        assert_eq!(rig.keeper.access_token(&id).await.unwrap_err().code(), code, "{what}");
        let done = rig.keeper.look().await;
        assert!(done.iter().all(|one| one.outcome == RenewalOutcome::Later), "{what}: {done:?}");
        assert_eq!(rig.account(&id).trouble, None, "{what}");
        server.answers(TOKEN, pair(2));
        assert_eq!(rig.keeper.access_token(&id).await.unwrap().expose(), "access-2", "{what}");
    }
}
