//! Servers that say again what they were sent, in every encoding: nothing of it is in what is kept.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::malformed_responses::answered_by;
use crate::mastodon_mock::in_json;
use crate::raw_server::{http, socket};

/// With each character that some encoding changes.
const SECRET: &str = "Sec/ret+c=nary%2F\"q&<ä>~";
const TOKEN: &str = "Tok/en+c=nary_-%2F\"q&<ä>~";

fn hex(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

fn query(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A text as servers and what stands before them write it again.
fn encodings(text: &str) -> Vec<(&'static str, String)> {
    let json = json!(text).to_string();
    let json = json.trim_matches('"').to_owned();
    let basic = format!("theclient:{text}");
    vec![
        ("as it is", text.to_owned()),
        ("for a query", query(text)),
        ("for a query, twice", query(&query(text))),
        (
            "for a query, in small letters",
            query(text).replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d"),
        ),
        ("for a path", text.replace('%', "%25").replace('/', "%2F").replace('"', "%22")),
        ("in JSON", json.clone()),
        ("in JSON in JSON", json!(json).to_string()),
        ("in JSON, slashes too", json.replace('/', "\\/")),
        (
            "in JSON, in ASCII",
            text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect(),
        ),
        ("in HTML", html(text)),
        (
            "in HTML, by numbers",
            text.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
        ),
        ("in hex", hex(text)),
        ("in hex, capitals", hex(text).to_uppercase()),
        ("in base64", STANDARD.encode(text)),
        ("in base64 without its end", STANDARD_NO_PAD.encode(text)),
        ("in base64url", URL_SAFE.encode(text)),
        ("in base64url without its end", URL_SAFE_NO_PAD.encode(text)),
        ("in the middle of base64", STANDARD.encode(format!("before {text} and after"))),
        ("in a header's base64", STANDARD.encode(&basic)),
        (
            "in a header's base64, encoded first",
            STANDARD.encode(format!("theclient:{}", query(text))),
        ),
        ("in small letters", text.to_lowercase()),
        ("in lines", text.chars().map(|c| format!("{c}\n")).collect()),
        ("in escaped lines", text.chars().map(|c| format!("{c}\\r\\n")).collect()),
        (
            "with marks that nobody sees",
            text.chars().map(|c| format!("{c}\u{200b}")).collect(),
        ),
    ]
}

/// Pieces of a secret that nothing else in a book has: by any of them some of it would be left.
fn traces(text: &str) -> Vec<String> {
    let mut traces = vec![
        "c=nary".to_owned(),
        "c%3Dnary".into(),
        "c%3dnary".into(),
        hex("c=nary"),
        hex("c=nary").to_uppercase(),
    ];
    for before in ["", "x", "xx", "theclient:", "before "] {
        for text in [text.to_owned(), query(text)] {
            let base = STANDARD_NO_PAD.encode(format!("{before}{text}"));
            let from = (before.len() * 8).div_ceil(6) + 4;
            traces.extend([
                base[from..from + 10].to_owned(),
                base[from..from + 10].replace('+', "-").replace('/', "_"),
            ]);
        }
    }
    traces
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_token_comes_back_into_the_book() {
    for (what, said) in encodings(TOKEN) {
        for error in [json!({ "error": said }), json!({ "error": { "message": said, "code": 1 } })] {
            let bytes = in_json("403 Forbidden", "", error);
            let origin = socket(move |request| match request.starts_with("GET") {
                true => bytes.clone(),
                false => in_json("200 OK", "", json!({ "access_token": TOKEN, "token_type": "bearer" })),
            })
            .await;
            let (rig, end) = answered_by(&origin, SECRET, "basic").await;
            let account = rig.account(&end.unwrap());
            let view = format!("{:?} {} {}", account.trouble, rig.book(), rig.keeper.diagnostics());
            assert!(view.contains('…'), "{what}: {view}");
            for trace in traces(TOKEN) {
                assert!(!view.contains(&trace), "{what}: {trace} in {view}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_clients_secret_comes_back_in_a_refusal() {
    for (what, said) in encodings(SECRET) {
        let bytes = in_json(
            "400 Bad Request",
            "",
            json!({ "error": "invalid_request", "error_description": said }),
        );
        let (_, end) = answered_by(&socket(move |_| bytes.clone()).await, SECRET, "basic").await;
        let error = format!("{:?}", end.unwrap_err());
        assert!(error.contains('…'), "{what}: {error}");
        for trace in traces(SECRET) {
            assert!(!error.contains(&trace), "{what}: {trace} in {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_that_is_said_again_leaves_nothing() {
    let echo = |request: &str| {
        let line = |l: &&str| l.to_lowercase().starts_with("authorization");
        let words = request.lines().find(line).unwrap_or("none").to_owned();
        in_json(
            "400 Bad Request",
            "",
            json!({ "error": "invalid_request", "error_description": words }),
        )
    };
    let (_, end) = answered_by(&socket(echo).await, SECRET, "basic").await;
    let said = end.unwrap_err().detail.unwrap();
    let pair = STANDARD.encode(format!("id:{}", query(SECRET)));
    assert!(said.contains('…') && !said.contains(&pair[4..12]), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_to_go_to_carries_no_secret_into_an_error() {
    let lower = "token-canary-in-a-name";
    let origin = socket(move |request| match request.starts_with("GET") {
        true => http("302 Found", "Location: https://Token-Canary-In-A-Name.evil.example/x\r\n", b""),
        false => in_json(
            "200 OK",
            "",
            json!({ "access_token": "Token-Canary-In-A-Name", "token_type": "bearer" }),
        ),
    })
    .await;
    let (rig, end) = answered_by(&origin, "client-secret", "post").await;
    let account = rig.account(&end.unwrap());
    assert_eq!(account.trouble.unwrap().code, "redirected");
    assert!(!rig.book().contains(lower) && !rig.book().contains("Token-Canary"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_kept_without_the_token_that_it_repeats() {
    for (what, said) in encodings(TOKEN) {
        let bytes = in_json("200 OK", "", json!({ "id": "7", "username": format!("ada {said}") }));
        let origin = socket(move |request| match request.starts_with("GET") {
            true => bytes.clone(),
            false => in_json("200 OK", "", json!({ "access_token": TOKEN, "token_type": "bearer" })),
        })
        .await;
        let (rig, end) = answered_by(&origin, SECRET, "basic").await;
        let name = rig.account(&end.unwrap()).name;
        assert!(name.contains("ada"), "{what}: {name}");
        for trace in traces(TOKEN) {
            assert!(!rig.book().contains(&trace), "{what}: {trace}");
        }
    }
}
