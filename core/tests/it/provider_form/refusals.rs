//! Refusals in every shape: their words reach the person, and a 200 may be one.

use serde_json::{Value, json};

use super::{HEAD, Stage};

const TOKEN: &str = "bot-token-0123456789";

fn file(more: &str) -> String {
    let head = HEAD.replace("[hosts]", "grant = \"import\"\n[hosts]");
    format!(
        r#"{head}
[[questions]]
id = "token"
kind = "access-token"
label = "Token"
[messages.identity]
method = "GET"
url = "{{api}}/me"
query = {{ access_token = "{{access_token}}" }}
answers = {{ user_id = "/id", username = "/id" }}
[lifetime]
renewal = "none"
{more}
"#
    )
}

/// What the person is told of this answer.
async fn told(s: &Stage, status: &str, body: &Value) -> (String, Option<String>) {
    s.server.answers("/me", status, "", body);
    let error = s.rig.fail(s.plan(&[("token", TOKEN)])).await;
    (error.code.to_string(), error.detail)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_in_the_usual_places_need_no_name() {
    let s = Stage::new(&file("")).await;
    for (status, body, words) in [
        // Bluesky, Discord, Telegram, Feishu, QQ, Notion, WordPress.
        (
            "400 Bad Request",
            json!({ "error": "InvalidRequest", "message": "Wrong request encoding" }),
            "Wrong request encoding",
        ),
        (
            "403 Forbidden",
            json!({ "message": "Missing Access", "code": 50_001 }),
            "Missing Access",
        ),
        (
            "404 Not Found",
            json!({ "ok": false, "error_code": 404, "description": "Not Found" }),
            "Not Found",
        ),
        (
            "400 Bad Request",
            json!({ "code": 99_991_663, "msg": "app not found" }),
            "app not found",
        ),
        (
            "400 Bad Request",
            json!({ "object": "error", "status": 400, "code": "validation_error", "message": "path failed" }),
            "path failed",
        ),
        (
            "400 Bad Request",
            json!({ "code": "rest_not_logged_in", "message": "You are not logged in.", "data": { "status": 401 } }),
            "You are not logged in.",
        ),
        // WeChat: a 200 with an errcode is a refusal, and its words have the address that the person needs.
        (
            "200 OK",
            json!({ "errcode": 40_164, "errmsg": "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 61" }),
            "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 61",
        ),
    ] {
        assert_eq!(
            told(&s, status, &body).await,
            ("refused".to_owned(), Some(words.to_owned())),
            "{body}"
        );
    }
    let echo = json!({ "errcode": 1, "errmsg": format!("no {TOKEN}") });
    assert_eq!(told(&s, "200 OK", &echo).await.1.as_deref(), Some("no …"), "no secret comes back");
    // A success may have such members.
    for body in [
        json!({ "id": "7", "errcode": 0, "errmsg": "ok" }),
        json!({ "id": "7", "code": 0, "msg": "ok" }),
        json!({ "id": "7", "message": "hello", "description": "a bot", "code": "abc" }),
    ] {
        s.server.answers("/me", "200 OK", "", &body);
        assert!(s.log_in(s.plan(&[("token", TOKEN)])).await.verified.is_some(), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_without_a_code_are_read_and_decide_nothing() {
    // Discord names a code in its file, LINE names nothing.
    for more in ["", "[refusal]\ncode = \"/code\"\nmessage = \"/message\"\n"] {
        let s = Stage::new(&file(more)).await;
        s.server.answers("/me", "200 OK", "", &json!({ "id": "7" }));
        let account = s.log_in(s.plan(&[("token", TOKEN)])).await;
        let verify = async |status: &str, body: &Value| {
            s.server.answers("/me", status, "", body);
            let error = s.rig.keeper.verify(&account.id).await.unwrap_err().view();
            (error.code.to_string(), error.detail)
        };
        for (status, body, code, words) in [
            (
                "429 Too Many Requests",
                json!({ "message": "You are being rate limited.", "retry_after": 1.337, "global": false }),
                "rate-limited",
                Some("You are being rate limited."),
            ),
            (
                "400 Bad Request",
                json!({ "message": "The property, 'to', must be specified", "details": [] }),
                "refused",
                Some("The property, 'to', must be specified"),
            ),
            (
                "500 Internal Server Error",
                json!({ "msg": "try again" }),
                "transient",
                Some("try again"),
            ),
            // A gateway's, as far as anybody can tell.
            ("401 Unauthorized", json!({ "message": "Unauthorized" }), "silent-refusal", None),
            ("403 Forbidden", json!({ "description": "no such token" }), "silent-refusal", None),
        ] {
            let (said, its_words) = verify(status, &body).await;
            assert_eq!((said.as_str(), its_words.as_deref()), (code, words), "{body}");
        }
        let echo = json!({ "message": format!("slow down, {TOKEN}") });
        let (_, words) = verify("429 Too Many Requests", &echo).await;
        assert_eq!(words.as_deref(), Some("slow down, …"), "no secret comes back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_elsewhere_have_pointers() {
    let more = "[refusal]\ncode = [\"/base/status\", \"/data/error_code\"]\nmessage = [\"/base/why\", \"/data/description\"]\n";
    let s = Stage::new(&file(more)).await;
    for (status, body, words) in [
        (
            "400 Bad Request",
            json!({ "base": { "status": 7, "why": "no such app" } }),
            Some("no such app"),
        ),
        (
            "400 Bad Request",
            json!({ "data": { "error_code": 7, "description": "too often" } }),
            Some("too often"),
        ),
        ("400 Bad Request", json!({ "base": { "status": 7 } }), Some("7")),
        (
            "400 Bad Request",
            json!({ "base": { "status": 7 }, "message": "x", "code": 1 }),
            Some("x"),
        ),
        (
            "400 Bad Request",
            json!({ "error": "usual", "error_description": "as usual" }),
            Some("as usual"),
        ),
        ("400 Bad Request", json!({ "base": { "why": "without a code" } }), None),
    ] {
        assert_eq!(told(&s, status, &body).await.1.as_deref(), words, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tests_for_what_is_there_and_what_is_not() {
    let with = |test: &str| file("").replace("answers = {", &format!("success = {test}\nanswers = {{"));
    let absent = Stage::new(&with("{ pointer = \"/failure\", absent = true }")).await;
    let present = Stage::new(&with("{ pointer = \"/id\", present = true }")).await;
    for (s, body, taken) in [
        (&absent, json!({ "id": "7" }), true),
        (&absent, json!({ "id": "7", "failure": null }), true),
        (&absent, json!({ "id": "7", "failure": 0 }), false),
        (&absent, json!({ "id": "7", "failure": "" }), false),
        (&absent, json!({ "id": "7", "failure": {} }), false),
        // The test replaces the usual one.
        (&absent, json!({ "id": "7", "error": "not one" }), true),
        (&present, json!({ "id": "7" }), true),
        (&present, json!({ "id": null }), false),
        (&present, json!({}), false),
    ] {
        s.server.answers("/me", "200 OK", "", &body);
        let done = s.rig.try_log_in(s.plan(&[("token", TOKEN)])).await;
        assert_eq!(done.is_ok(), taken, "{body}");
    }
    let wording = "[[errors]]\npointer = \"/retry\"\npresent = true\ncategory = \"rate-limited\"\n\
                   [[errors]]\npointer = \"/id\"\nabsent = true\ncategory = \"wrong-app-id\"\n";
    let s = Stage::new(&file(wording)).await;
    assert_eq!(told(&s, "400 Bad Request", &json!({ "error": "x" })).await.0, "wrong-app-id");
    assert_eq!(
        told(&s, "400 Bad Request", &json!({ "error": "x", "id": null })).await.0,
        "wrong-app-id"
    );
    assert_eq!(told(&s, "400 Bad Request", &json!({ "error": "x", "id": "7" })).await.0, "refused");
}
