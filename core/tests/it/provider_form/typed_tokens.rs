//! Tokens that a person types in: whose they are is asked before they are kept; one of them is a part of each address's path.

use std::collections::BTreeMap;

use keybearer_core::error::Error;
use keybearer_core::view::Standing;
use serde_json::json;

use super::{HEAD, Stage};
use crate::raw_server::http;

const TOKEN: &str = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
const NEWER: &str = "123456789:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

/// As Telegram's Bot API: the token is a part of the path.
fn in_path() -> String {
    let head = HEAD.replace("[hosts]", "grant = \"import\"\n[hosts]");
    let rest = r#"
[headers]
User-Agent = "DiscordBot (https://example.org, 1)"
X-Version = "7"
[[questions]]
id = "token"
kind = "access-token"
label = "Token"
user_id = "^([0-9]+):"
[messages.identity]
method = "GET"
url = "{api}/bot{access_token}/getMe"
secret_path = true
header = { x-version = "8" }
answers = { user_id = "/result/id", username = "/result/username" }
[[calls]]
id = "me"
meaning = "who this token is"
[calls.request]
method = "GET"
url = "{api}/bot{access_token}/getMe"
secret_path = true
[[copies]]
id = "curl"
kind = "curl"
call = "me"
[[errors]]
status = 401
category = "token-dead"
[lifetime]
expiry = "never"
renewal = "none"
"#;
    format!("{head}{rest}")
}

/// As Discord's: a scheme of its own in `Authorization`.
fn in_header() -> String {
    in_path()
        .replace("{api}/bot{access_token}/getMe", "{api}/users/@me")
        .replace("secret_path = true", "")
        .replace(
            "header = { x-version = \"8\" }",
            "header = { authorization = \"Bot {access_token}\" }",
        )
        .replace("[[errors]]\nstatus = 401\ncategory = \"token-dead\"\n", "")
        .replace("/result", "")
}

fn me() -> serde_json::Value {
    json!({ "ok": true, "result": { "id": 123_456_789, "username": "my_bot" } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whose_a_typed_token_is_is_asked_first() {
    let s = Stage::new(&in_path()).await;
    s.server.answers("/getMe", "200 OK", "", &me());
    let account = s.log_in(s.plan(&[("token", &format!(" {TOKEN} "))])).await;
    assert_eq!((account.name.as_str(), account.user_id.as_deref()), ("my_bot", Some("123456789")));
    assert!(account.verified.is_some() && account.standing == Standing::Endless && account.client.is_empty());
    let asked = s.server.asked("/getMe").remove(0);
    assert!(
        asked.starts_with(&format!("GET /bot{TOKEN}/getMe HTTP/1.1\r\n")),
        "the colon as it is: {asked}"
    );
    let fields = asked.to_lowercase();
    assert!(fields.contains("user-agent: discordbot (https://example.org, 1)\r\n") && fields.matches("user-agent").count() == 1);
    assert!(
        fields.contains("x-version: 8\r\n") && fields.matches("x-version").count() == 1,
        "the message's own: {asked}"
    );
    // The same bot again, and with a newer token: one account.
    for token in [TOKEN, NEWER] {
        assert_eq!(s.log_in(s.plan(&[("token", token)])).await.id, account.id);
        assert_eq!(s.rig.token(&account.id).await, token);
    }
    assert_eq!(s.rig.keeper.view().accounts.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_token_is_not_kept_and_the_platforms_words_are_said() {
    let s = Stage::new(&in_path()).await;
    let refusal = json!({ "ok": false, "error_code": 401, "description": "Unauthorized" });
    s.server.answers("/getMe", "401 Unauthorized", "", &refusal);
    let error = s.rig.fail(s.plan(&[("token", TOKEN)])).await;
    assert_eq!((error.code.as_str(), error.detail.as_deref()), ("token-dead", Some("Unauthorized")));
    let gone = json!({ "ok": false, "error_code": 404, "description": format!("Not Found: /bot{TOKEN}/getMe") });
    s.server.answers("/getMe", "404 Not Found", "", &gone);
    let error = s.rig.fail(s.plan(&[("token", TOKEN)])).await;
    assert_eq!(
        (error.code.as_str(), error.detail.as_deref()),
        ("refused", Some("Not Found: /bot…/getMe"))
    );
    assert!(s.rig.keeper.view().accounts.is_empty() && s.rig.keeper.view().clients.is_empty());
    // What says nothing about the token does not keep it out.
    for (bytes, code) in [
        (Vec::new(), "server-unreachable"),
        (http("503 Service Unavailable", "", b"{}"), "transient"),
        (http("429 Too Many Requests", "", b"{}"), "rate-limited"),
        (http("200 OK", "", b"{\"ok\":true}"), "answer-unreadable"),
    ] {
        let s = Stage::new(&in_path()).await;
        s.server.bytes("/getMe", bytes);
        let account = s.log_in(s.plan(&[("token", TOKEN)])).await;
        assert!(
            account.verified.is_none() && account.standing == Standing::Unverified,
            "{code}: {account:?}"
        );
        assert_eq!(
            (account.trouble.unwrap().code.as_str(), account.user_id.as_deref()),
            (code, Some("123456789"))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_field_with_the_token_counts_as_bearer_does() {
    let s = Stage::new(&in_header()).await;
    s.server.answers(
        "/users/@me",
        "200 OK",
        "",
        &json!({ "id": "80351110224678912", "username": "Nelly" }),
    );
    let id = s.log_in(s.plan(&[("token", TOKEN)])).await.id;
    assert!(
        s.server.asked("/users/@me")[0]
            .to_lowercase()
            .contains(&format!("authorization: bot {}\r\n", TOKEN.to_lowercase()))
    );
    s.server.answers(
        "/users/@me",
        "401 Unauthorized",
        "",
        &json!({ "message": "Invalid token", "code": 50_014 }),
    );
    assert_eq!(s.rig.keeper.verify(&id).await.unwrap_err().code(), "token-dead");
    // Without a reason it may come from anything in between; a token that was just typed in is not kept on such a word.
    s.server.bytes("/users/@me", http("401 Unauthorized", "", b""));
    assert_eq!(s.rig.fail(s.plan(&[("token", NEWER)])).await.code, "silent-refusal");
    assert_eq!(s.rig.keeper.view().accounts.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_leads_to_another_path_is_never_sent() {
    let s = Stage::new(&in_path()).await;
    s.server.answers("/", "200 OK", "", &me());
    for token in ["a/b", "..", ".", "a/../b", "1:..", "a\\b", "a b", "a\tb", "a\nb", "a\u{7f}b"] {
        let error = s.rig.fail(s.plan(&[("token", token)])).await;
        assert_eq!(
            (error.code.as_str(), error.params.get("field").map(String::as_str)),
            ("input-invalid", Some("token")),
            "{token:?}"
        );
    }
    assert_eq!(s.server.count("/"), 0);
    assert!(s.rig.keeper.view().accounts.is_empty());
    // What an address may not contain is encoded: it stays one step.
    s.log_in(s.plan(&[("token", "1:a?b#c%2Fd")])).await;
    assert!(s.server.asked("/getMe")[0].starts_with("GET /bot1:a%3Fb%23c%252Fd/getMe HTTP/1.1\r\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_in_a_path_is_seen_nowhere() {
    let s = Stage::new(&in_path()).await;
    s.server.answers("/getMe", "200 OK", "", &me());
    let id = s.log_in(s.plan(&[("token", TOKEN)])).await.id;
    let none = BTreeMap::new();
    let shown = s.rig.keeper.prepare_call(&id, "me", &none).unwrap();
    assert!(shown.url.ends_with("/bot••••••••/getMe"), "{}", shown.url);
    assert_eq!(
        shown
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("user-agent"))
            .collect::<Vec<_>>(),
        [&("User-Agent".to_owned(), "DiscordBot (https://example.org, 1)".to_owned())]
    );
    let copy = s.rig.keeper.uses(&id).unwrap().copies.remove(0);
    assert!(
        copy.secret && copy.shown.contains("/bot••••••••/getMe") && !copy.shown.contains("AAHdq"),
        "{}",
        copy.shown
    );
    let copied = s.rig.keeper.copied(&id, "curl").await.unwrap();
    assert!(
        copied.secret && copied.text.expose().contains(&format!("/bot{TOKEN}/getMe")),
        "that is what it is for"
    );
    // An answer that repeats the address.
    let encoded = TOKEN.replace(':', "%3A");
    s.server.answers(
        "/getMe",
        "404 Not Found",
        "",
        &json!({ "path": format!("/bot{TOKEN}/getMe"), "also": encoded }),
    );
    let tried = s.rig.keeper.try_call(&id, "me", &none, false).await.unwrap();
    assert!(
        tried.text.contains("/bot••••••••/getMe") && !tried.text.contains("AAHdq"),
        "{}",
        tried.text
    );
    // A redirect is not followed, and only its host is said.
    let to = format!("location: https://elsewhere.example/bot{TOKEN}/getMe\r\n");
    s.server.bytes("/getMe", http("302 Found", &to, b""));
    let error = s.rig.keeper.verify(&id).await.unwrap_err();
    assert!(
        matches!(&error, Error::Redirected { host } if host == "elsewhere.example"),
        "{error:?}"
    );
    s.server.bytes("/getMe", Vec::new());
    let error = s.rig.keeper.verify(&id).await.unwrap_err();
    for said in [
        format!("{error:?}"),
        error.to_string(),
        format!("{:?}", error.view()),
        s.rig.keeper.diagnostics(),
        s.rig.book(),
    ] {
        assert!(!said.contains("AAHdq"), "{said}");
    }
}
