//! What an API says itself is believed: of tokens, of accounts and permissions, and at the token endpoint of clients.

use keybearer_core::ledger::Purpose;
use serde_json::json;

use crate::mastodon_mock::{Family, IDENTITY, TOKEN, in_json, page};
use crate::raw_server::http;
use crate::rig::Rig;

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
            "Mastodon in Japanese",
            in_json(
                "401 Unauthorized",
                "WWW-Authenticate: Bearer realm=\"Doorkeeper\", error=\"invalid_token\", error_description=\"アクセストークンは無効です。\"\r\n",
                json!({ "error": "アクセストークンは無効です。" }),
            ),
        ),
        (
            "JSON alone",
            in_json("401 Unauthorized", "", json!({ "error": "The access token is invalid" })),
        ),
        (
            "behind a check against bots",
            in_json(
                "401 Unauthorized",
                "x-datadome: protected\r\n",
                json!({ "error": "The access token was revoked" }),
            ),
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
        assert_eq!(
            rig.keeper.access_token(&id, Purpose::Token).await.unwrap_err().code(),
            "token-dead",
            "{what}"
        );
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
        assert_eq!(
            rig.keeper.access_token(&id, Purpose::Token).await.unwrap().expose(),
            "token-canary",
            "{code}"
        );
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
