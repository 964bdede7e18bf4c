//! Responses that no server should send, from a socket: bytes, shapes, and the client's own secrets.

use crate::browser::get;
use crate::custom_files::{console, filled_in};
use crate::raw_server::{http, socket};
use crate::rig::Rig;

/// A login whose code arrives at once and is redeemed at that socket; the rig and how it ended.
async fn answered(origin: &str) -> (Rig, Result<String, keybearer_core::error::ErrorView>) {
    answered_by(origin, "client-secret-canary", "post").await
}

/// The same with this secret, for a client of this type.
pub async fn answered_by(origin: &str, secret: &str, kind: &str) -> (Rig, Result<String, keybearer_core::error::ErrorView>) {
    let rig = Rig::over(console(origin));
    let mut login = rig.wait(filled_in("id", secret, kind)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    let url = url::Url::parse(&link).unwrap();
    let of = |name: &str| url.query_pairs().find(|(k, _)| k == name).unwrap().1.into_owned();
    get(&format!("{}?code=code-canary&state={}", of("redirect_uri"), of("state")))
        .await
        .unwrap();
    let end = login.end().await;
    (rig, end)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_no_server_should_send() {
    let token = r#"{"access_token":"a","token_type":"bearer"}"#;
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a byte order mark", http("200 OK", "", format!("\u{feff}{token}").as_bytes()), ""),
        (
            "text/html over JSON",
            http("200 OK", "Content-Type: text/html\r\n", token.as_bytes()),
            "",
        ),
        (
            "packed without being asked",
            http("200 OK", "Content-Encoding: gzip\r\n", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
            "answer-unreadable",
        ),
        ("nothing at all", http("200 OK", "", b""), "answer-unreadable"),
        (
            "204",
            b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec(),
            "answer-unreadable",
        ),
        ("a list", http("200 OK", "", b"[]"), "answer-unreadable"),
        ("an empty token", http("200 OK", "", br#"{"access_token":""}"#), "answer-unreadable"),
        ("null", http("200 OK", "", br#"{"access_token":null}"#), "answer-unreadable"),
        ("no HTTP", b"hello\r\n\r\n".to_vec(), "server-unreachable"),
        (
            "half an answer",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"acc".to_vec(),
            "server-unreachable",
        ),
        (
            "a huge length",
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{".to_vec(),
            "server-unreachable",
        ),
        (
            "deep nesting",
            http("200 OK", "", "[".repeat(100_000).as_bytes()),
            "answer-unreadable",
        ),
        (
            "Graph's shape",
            http(
                "400 Bad Request",
                "",
                br#"{"error":{"message":"no","type":"OAuthException","code":190}}"#,
            ),
            "refused",
        ),
        (
            "the old flat shape",
            http("400 Bad Request", "", br#"{"error_type":"OAuthException","error_message":"no"}"#),
            "refused",
        ),
        ("a redirect without a place", http("302 Found", "", b""), "redirected"),
        (
            "a redirect to nonsense",
            http("302 Found", "Location: http://[\r\n", b""),
            "redirected",
        ),
    ];
    for (what, bytes, code) in cases {
        let sent = bytes.clone();
        let origin = socket(move |request| {
            if request.starts_with("GET") {
                http("404 Not Found", "", b"")
            } else {
                sent.clone()
            }
        })
        .await;
        let (rig, end) = answered(&origin).await;
        match end {
            Ok(account) => assert!(code.is_empty() && rig.token(&account).await == "a", "{what}"),
            Err(error) => assert_eq!(error.code, code, "{what}: {error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_says_the_secrets_again_does_not_get_them_into_an_error() {
    let echo = |request: &str| {
        let body = serde_json::json!({ "error": "invalid_request", "error_description": format!("not so: {request}") });
        http("400 Bad Request", "", body.to_string().as_bytes())
    };
    let (_, end) = answered(&socket(echo).await).await;
    let error = end.unwrap_err();
    assert_eq!(error.code, "refused");
    assert!(error.detail.as_ref().unwrap().starts_with("not so"));
    for canary in ["code-canary", "client-secret-canary"] {
        assert!(!format!("{error:?}").contains(canary), "{error:?}");
    }
    // And the book keeps why an identity could not be asked: not with the token in it.
    let shows = |request: &str| match request.starts_with("GET") {
        true => {
            let words = request
                .lines()
                .find(|l| l.to_lowercase().starts_with("authorization"))
                .unwrap_or_default()
                .to_owned();
            http("401 Unauthorized", "", serde_json::json!({ "error": words }).to_string().as_bytes())
        }
        false => http("200 OK", "", br#"{"access_token":"token-canary"}"#),
    };
    let (rig, end) = answered(&socket(shows).await).await;
    let account = rig.account(&end.unwrap());
    assert_eq!(account.trouble.unwrap().code, "token-dead");
    assert!(rig.book().contains("token-dead") && !rig.book().contains("token-canary"));
}
