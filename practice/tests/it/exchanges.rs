//! Platforms played from scripts: each script of practice/exchanges can be read, and what a script says is what happens.

use std::time::Duration;

use keybearer_practice::exchanges::Exchanges;
use serde_json::{Value, json};

const SCRIPT: &str = r#"
[values]
id = "7"
[issued]
token = { lives = 100, text = "t-<random>" }
code = { lives = 60, jwt = '{"exp":<end>}' }

[[exchange]]
name = "busy"
source = "made up"
when = "busy"
request = "POST https://api.example/token"
form = { id = "<id>", "note?" = "<any note>" }
status = 429
answer = '{"error":"busy"}'
answer_headers = { retry-after = "9" }

[[exchange]]
name = "the same again"
source = "made up"
lasts = { token = 50 }
request = "POST https://api.example/token"
form = { id = "<id>", "note?" = "<any note>" }
answer = '{"token":"<token>","left":<left token>}'

[[exchange]]
name = "a token"
source = "made up"
at_most = { times = 2, seconds = 1000 }
request = "POST https://api.example/token"
form = { id = "<id>", "note?" = "<any note>" }
answer = '{"token":"<new token>","note":"<note>"}'

[[exchange]]
name = "who"
source = "made up"
request = "GET https://www.example/people/<id>"
headers = { authorization = "Bearer <token>" }
answer = '{"now":<now>,"page":"https://www.example/me","host":"https://api.example","other":"https://www.example.org/"}'

[[exchange]]
name = "over"
source = "made up"
request = "GET https://www.example/people/<id>"
headers = { authorization = "Bearer <ended token>" }
status = 401

[[exchange]]
name = "a successor"
source = "made up"
request = "POST https://www.example/next"
json = { token = "<token>", sure = true }
ends = { token = 20 }
repeats = true
answer = '{"token":"<new token>","code":"<new code>"}'
"#;

struct Client {
    server: Exchanges,
    http: reqwest::Client,
}

impl Client {
    async fn new() -> Client {
        Client {
            server: Exchanges::start(SCRIPT).await.unwrap(),
            http: reqwest::Client::new(),
        }
    }

    fn at(&self, host: &str, path: &str) -> String {
        format!("{}{path}", self.server.origins()[host])
    }

    async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        let request = self.http.post(self.at("https://api.example", "/token")).form(form);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    async fn who(&self, token: &str) -> u16 {
        let request = self.http.get(self.at("https://www.example", "/people/7")).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    }

    async fn next(&self, body: Value) -> Option<Value> {
        let request = self.http.post(self.at("https://www.example", "/next")).json(&body);
        request.send().await.ok()?.json().await.ok()
    }

    fn later(&self, seconds: u64) {
        self.server.advance(Duration::from_secs(seconds));
    }
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_script_can_be_read() {
    let mut read = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/exchanges")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let script = std::fs::read_to_string(&path).unwrap();
            Exchanges::start(&script)
                .await
                .unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
            read += 1;
        }
    }
    assert!(read >= 6, "the scripts are where they were");
    // What is answered about posts is put before the platform's own script.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/exchanges");
    for file in std::fs::read_dir(format!("{folder}/posts")).unwrap() {
        let path = file.unwrap().path();
        // A person's posts and an app's have one platform. X and Instagram have programs of their own.
        let platform = path.file_stem().unwrap().to_str().unwrap().trim_end_matches("-person");
        let own = std::fs::read_to_string(format!("{folder}/{platform}.toml")).unwrap_or_default();
        let script = std::fs::read_to_string(&path).unwrap();
        let started = Exchanges::start(&format!("{script}\n{own}")).await;
        started.unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    }
}

#[tokio::test]
async fn the_first_exchange_that_fits_is_played() {
    let c = Client::new().await;
    let (status, first) = c.token(&[("id", "7"), ("note", "x&y")]).await;
    assert_eq!((status, &first["note"]), (200, &json!("x&y")));
    let (_, again) = c.token(&[("id", "7")]).await;
    assert_eq!(again["token"], first["token"]);
    assert!(again["left"].as_u64().unwrap() > 95);
    assert_eq!(c.who(&text(&first, "token")).await, 200);
    c.server.situation("busy", true);
    assert_eq!(c.token(&[("id", "7")]).await.0, 429);
    c.server.situation("busy", false);
    c.later(60);
    let (_, second) = c.token(&[("id", "7")]).await;
    assert_ne!(second["token"], first["token"]);
    assert_eq!(c.who(&text(&first, "token")).await, 200, "to its own end");
    c.later(60);
    assert_eq!(c.who(&text(&first, "token")).await, 401);
    assert_eq!((c.server.played("who"), c.server.played("over")), (2, 1));
    // A third one is too many, and nothing else fits.
    assert_eq!(c.token(&[("id", "7")]).await.0, 501);
    assert_eq!(c.server.unplayed(), ["a successor"]);
}

#[tokio::test]
async fn addresses_of_the_platform_are_on_this_computer() {
    let c = Client::new().await;
    let token = text(&c.token(&[("id", "7")]).await.1, "token");
    let request = c.http.get(c.at("https://www.example", "/people/7")).bearer_auth(token);
    let who: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(text(&who, "page"), c.at("https://www.example", "/me"));
    assert_eq!(text(&who, "host"), c.at("https://api.example", ""));
    assert_eq!(text(&who, "other"), "https://www.example.org/", "of another host");
}

#[tokio::test]
async fn a_successor_is_given_once_and_again() {
    let c = Client::new().await;
    let first = text(&c.token(&[("id", "7")]).await.1, "token");
    c.server.lose_next_answer();
    assert_eq!(c.next(json!({ "token": first, "sure": true })).await, None, "lost");
    let second = c.next(json!({ "token": first, "sure": true })).await.unwrap();
    assert_eq!(c.next(json!({ "token": first, "sure": true })).await.unwrap(), second);
    assert_eq!(c.who(&first).await, 200);
    c.later(21);
    assert_eq!((c.who(&first).await, c.who(&text(&second, "token")).await), (401, 200));
    assert_eq!(text(&second, "code").split('.').count(), 3);
    c.server.end("token");
    assert_eq!(c.who(&text(&second, "token")).await, 401);
    c.server.replace("token", "by hand");
    assert_eq!((c.who("by hand").await, c.server.value("token").as_str()), (200, "by hand"));
}

#[tokio::test]
async fn what_no_exchange_answers_is_explained() {
    let c = Client::new().await;
    let forms: [&[(&str, &str)]; 3] = [&[("id", "8"), ("secret", "s")], &[], &[("id", "7"), ("id", "7")]];
    for form in forms {
        assert_eq!(c.token(form).await.0, 501);
    }
    assert_eq!(c.who("nonsense").await, 501);
    assert!(c.next(json!({ "token": "t", "sure": "true" })).await.is_none());
    let told = c.server.unmatched().join("\n");
    for part in [
        "no exchange answers POST https://api.example/token",
        "\"a token\" differs",
        "body id: must be <id> (<id>: 7), is \"8\"",
        "body secret: must not be there, is \"s\"",
        "body id: is missing",
        "body id: is there twice",
        "header authorization: must be Bearer <token> (<token>: none is valid), is \"Bearer nonsense\"",
        "body sure: must be true, is \"true\"",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    assert_eq!(c.server.requests().len(), 5);
}

#[tokio::test]
async fn json_may_be_nested() {
    let script = r#"
[[exchange]]
name = "a note"
source = "made up"
request = "POST https://api.example/notes"
json = { public = true, note = { text = "<any text>", "mood?" = "<any>" }, tags = ["a", "<any tag>"] }
answer = '{"text":"<text>","tag":"<tag>"}'
"#;
    let server = Exchanges::start(script).await.unwrap();
    let address = format!("{}/notes", server.origins()["https://api.example"]);
    let send = |body: Value| {
        let request = reqwest::Client::new().post(&address).json(&body);
        async move { request.send().await.unwrap().json::<Value>().await.unwrap_or_default() }
    };
    let good = json!({ "public": true, "note": { "text": "Hi" }, "tags": ["a", "b"] });
    assert_eq!(send(good.clone()).await, json!({ "text": "Hi", "tag": "b" }));
    for (change, told) in [
        (json!({ "note": { "text": 1 } }), "body note: text: must be <any text>, is 1"),
        (json!({ "note": {} }), "body note: text: is missing"),
        (json!({ "note": { "text": "Hi", "x": "y" } }), "body note: x: must not be there"),
        (json!({ "note": "Hi" }), "body note: must be an object, is \"Hi\""),
        (json!({ "tags": ["a"] }), "body tags: must be a list of 2, is [\"a\"]"),
    ] {
        let mut body = good.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        assert_eq!(send(body).await, Value::Null);
        let said = server.unmatched().pop().unwrap();
        assert!(said.contains(told), "{told}\n{said}");
    }
}
