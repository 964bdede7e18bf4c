//! A response of something between us and the API says nothing about a token.

use keybearer_core::ledger::Purpose;
use serde_json::json;

use crate::mastodon_mock::{Family, IDENTITY, in_json, page};
use crate::raw_server::http;
use crate::rig::Rig;
use crate::unusual_servers::{json as document, pages};

/// Answers of others in an API's place, and what is told of them.
pub fn in_between() -> Vec<(&'static str, Vec<u8>, &'static str)> {
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
async fn a_proxys_answer_changes_no_account() {
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
        assert_eq!(
            rig.keeper.access_token(&id, Purpose::Token).await.unwrap().expose(),
            "token-canary",
            "{what}"
        );
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
            rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap().expose(),
            "token-canary",
            "{what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_answers_in_the_place_of_a_server_that_is_looked_for_is_named() {
    let rig = Rig::new();
    let found = async |server: &str| rig.keeper.find_server("mastodon", server).await.unwrap_err().view();
    for (bytes, code) in [
        (
            page("403 Forbidden", "cf-mitigated: challenge\r\n", "Just a moment..."),
            "bot-check",
        ),
        (page("200 OK", "", "<script src=/.within.website/x/></script>"), "bot-check"),
        (
            page("401 Unauthorized", "WWW-Authenticate: Basic realm=\"staff\"\r\n", "no"),
            "proxy-password",
        ),
        (http("407 Proxy Authentication Required", "", b""), "proxy-password"),
        (page("511 Network Authentication Required", "", "Hello"), "captive-portal"),
        (page("502 Bad Gateway", "", "502 Bad Gateway"), "web-page"),
        // A website has pages of its own, and one to log in by.
        (page("404 Not Found", "", "Not Found"), "server-unknown"),
        (page("200 OK", "", "Please log in"), "server-unknown"),
        (page("403 Forbidden", "", "Forbidden"), "server-unknown"),
    ] {
        let server = pages(move |_, _| Some(bytes.clone())).await;
        let error = found(&server).await;
        assert_eq!((error.code.as_str(), format!("http://{}", error.params["host"])), (code, server));
    }
    // A file says that a server is there, but not which.
    let maintenance = page("503 Service Unavailable", "", "Maintenance");
    let half = pages(move |path, origin| match path {
        "/.well-known/nodeinfo" => Some(document(&json!({ "links": [
            { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{origin}/nodeinfo/2.0") } ] }))),
        _ => Some(maintenance.clone()),
    })
    .await;
    assert_eq!(found(&half).await.code, "web-page");
}
