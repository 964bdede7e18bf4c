//! When a token ends, in every shape in which platforms say it, and when its refresh token ends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keybearer_core::keeper::TokenImport;
use keybearer_core::token::Secret;
use serde_json::{Value, json};

use super::{APP, DAY, HEAD, MINUTE, Stage, near};

/// An app password becomes a session, as at a PDS of Bluesky.
fn session(lifetime: &str, answers: &str) -> String {
    let head = HEAD.replace("[hosts]", "grant = \"client_credentials\"\n[hosts]");
    format!(
        r#"{head}{APP}
[messages.token]
url = "{{api}}/xrpc/com.atproto.server.createSession"
json = {{ identifier = "{{client_id}}", password = "{{client_secret}}" }}
answers = {{ access_token = "/accessJwt", refresh_token = "/refreshJwt", {answers} }}
[messages.refresh]
url = "{{api}}/xrpc/com.atproto.server.refreshSession"
header = {{ authorization = "Bearer {{refresh_token}}" }}
answers = {{ access_token = "/accessJwt", refresh_token = "/refreshJwt", {answers} }}
[lifetime]
{lifetime}
"#
    )
}

/// When the account's refresh token ends by the platform's word.
fn refresh_ends(s: &Stage) -> Option<i64> {
    let book: Value = serde_json::from_str(&s.rig.book()).unwrap();
    book["accounts"][0]["refresh_expires"].as_i64()
}

const CREATE: &str = "createSession";
const REFRESH: &str = "refreshSession";

fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({ "alg": "ES256K" })), part(claims))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_json_web_token_says_its_own_end() {
    let s = Stage::new(&session(
        "expiry = \"jwt\"\nrefresh_token_days = 90\nassume_minutes = 30",
        "user_id = \"/did\"",
    ))
    .await;
    let now = s.now();
    let ends = |iat: i64| jwt(&json!({ "iat": iat, "exp": iat + 120 * MINUTE }));
    let answer = |access: String, refresh: &str| json!({ "accessJwt": access, "refreshJwt": refresh, "did": "did:plc:1" });
    s.server.answers(CREATE, "200 OK", "", &answer(ends(now), "r1"));
    let account = s.log_in(s.app()).await;
    assert!(near(account.expires, now + 120 * MINUTE) && account.renews_on_demand, "{account:?}");
    assert_eq!(account.renews_until, None, "the app password gives another refresh token");
    // After the first renewal the same holds.
    for n in 2..5 {
        s.later(119 * MINUTE);
        s.server.answers(REFRESH, "200 OK", "", &answer(ends(s.now()), &format!("r{n}")));
        assert!(s.token(&account.id).await.is_ok());
        assert!(near(s.account(&account.id).expires, s.now() + 120 * MINUTE), "{n}");
        assert!(
            s.server
                .asked(REFRESH)
                .last()
                .unwrap()
                .to_lowercase()
                .contains(&format!("authorization: bearer r{}", n - 1))
        );
    }
    assert_eq!(s.server.count(REFRESH), 3);
    // Where this computer's clock is wrong, the length of its life counts.
    for wrong in [-30 * DAY, 30 * DAY] {
        s.later(120 * MINUTE);
        s.server.answers(REFRESH, "200 OK", "", &answer(ends(s.now() + wrong), "r9"));
        assert!(s.token(&account.id).await.is_ok());
        assert!(near(s.account(&account.id).expires, s.now() + 120 * MINUTE), "{wrong}");
    }
    // What is no JSON Web Token has the answer's own life, or the assumed one.
    for (body, lives) in [
        (json!({ "accessJwt": "plain", "refreshJwt": "r", "expires_in": 600 }), 600),
        (json!({ "accessJwt": "plain", "refreshJwt": "r" }), 30 * MINUTE),
        (json!({ "accessJwt": jwt(&json!({ "sub": "x" })), "refreshJwt": "r" }), 30 * MINUTE),
        (json!({ "accessJwt": "a.b.c", "refreshJwt": "r" }), 30 * MINUTE),
    ] {
        s.later(121 * MINUTE);
        s.server.answers(REFRESH, "200 OK", "", &body);
        s.token(&account.id).await.unwrap();
        assert!(near(s.account(&account.id).expires, s.now() + lives), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_are_assumed_of_each_token_that_says_nothing() {
    let s = Stage::new(&session("assume_minutes = 90", "user_id = \"/did\"")).await;
    for path in [CREATE, REFRESH] {
        s.server
            .answers(path, "200 OK", "", &json!({ "accessJwt": "a-{n}", "refreshJwt": "r-{n}" }));
    }
    let account = s.log_in(s.app()).await;
    assert!(near(account.expires, s.now() + 90 * MINUTE));
    s.later(DAY);
    assert!(s.token(&account.id).await.is_ok() && near(s.account(&account.id).expires, s.now() + 90 * MINUTE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_may_be_a_date_or_in_a_header_and_fifty_years_are_none() {
    let answers = "user_id = \"/did\", expires_at = [\"/ends\", \"/token/ends\"] }\nanswer_headers = { expires_at = \"x-token-ends\"";
    let s = Stage::new(&session("", answers)).await;
    let account = async |headers: &str, more: Value| {
        let mut body = json!({ "accessJwt": "a", "refreshJwt": "r" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        s.server.answers(CREATE, "200 OK", headers, &body);
        s.log_in(s.app()).await.expires
    };
    let date = 1_893_456_000; // 1 January 2030
    for (headers, more) in [
        ("", json!({ "ends": date })),
        ("", json!({ "ends": date.to_string() })),
        ("", json!({ "ends": "2030-01-01T00:00:00Z" })),
        ("", json!({ "ends": "2030-01-01T01:00:00+01:00" })),
        ("", json!({ "ends": "2030-01-01 00:00:00 UTC" })),
        ("", json!({ "token": { "ends": "2030-01-01T00:00:00.000Z" } })),
        ("x-token-ends: 2030-01-01 00:00:00 UTC\r\n", json!({})),
        // The named place comes before a number of seconds.
        ("", json!({ "ends": date, "expires_in": 60 })),
    ] {
        assert_eq!(account(headers, more.clone()).await, Some(date), "{headers}{more}");
    }
    assert!(near(account("", json!({ "ends": "soon", "expires_in": 60 })).await, s.now() + 60));
    for never in [
        json!({ "ends": "9999-12-31T23:59:59Z" }),
        json!({ "expires_in": 3_138_007_490_i64 }),
        json!({ "ends": 0 }),
        json!({ "expires_in": 50 * 365 * DAY }),
        json!({}),
    ] {
        assert_eq!(account("", never.clone()).await, None, "{never}");
    }
    assert!(near(
        account("", json!({ "expires_in": 49 * 365 * DAY })).await,
        s.now() + 49 * 365 * DAY
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_typed_token_is_what_its_identity_or_inspection_says() {
    let head = HEAD.replace("[hosts]", "grant = \"import\"\n[hosts]");
    let file = format!(
        r#"{head}
[[questions]]
id = "token"
kind = "access-token"
label = "Token"
[messages.identity]
method = "GET"
url = "{{api}}/user"
authenticate = "bearer"
answers = {{ user_id = "/id", username = "/login" }}
answer_headers = {{ expires_at = "github-authentication-token-expiration" }}
[messages.inspect]
url = "{{api}}/verify"
form = {{ access_token = "{{access_token}}" }}
[lifetime]
renewal = "none"
"#
    );
    let s = Stage::new(&file).await;
    let ends = "github-authentication-token-expiration: 2030-01-01 00:00:00 UTC\r\n";
    s.server.answers("/user", "200 OK", ends, &json!({ "id": 7, "login": "octocat" }));
    let account = s.log_in(s.plan(&[("token", "github_pat_0123456789")])).await;
    assert_eq!((account.name.as_str(), account.expires), ("octocat", Some(1_893_456_000)));
    assert_eq!(account.breaks, account.expires, "the person is told in time");
    let longer = ends.replace("2030", "2031");
    s.server
        .answers("/user", "200 OK", &longer, &json!({ "id": 7, "login": "octocat" }));
    s.rig.keeper.verify(&account.id).await.unwrap();
    assert_eq!(s.account(&account.id).expires, Some(1_924_992_000), "made longer in the console");
    for (lives, expires) in [(3_138_007_490_i64, None), (2_591_977, Some(s.now() + 2_591_977))] {
        s.server
            .answers("/verify", "200 OK", "", &json!({ "client_id": "1", "expires_in": lives }));
        s.rig.keeper.inspect(&account.id).await.unwrap();
        let known = s.account(&account.id);
        assert!(
            known.expires.is_none() == expires.is_none() && expires.is_none_or(|end| near(known.expires, end)),
            "{known:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_an_imported_token_is_known() {
    let head = HEAD.replace("[hosts]", "grant = \"client_credentials\"\n[hosts]");
    let file = format!(
        r#"{head}{APP}
[messages.token]
url = "{{api}}/token"
[messages.identity]
method = "GET"
url = "{{api}}/user"
authenticate = "bearer"
answers = {{ user_id = "/id", username = "/id", expires_at = "/token/ends" }}
[adopt]
[lifetime]
expiry = "jwt"
renewal = "none"
"#
    );
    let s = Stage::new(&file).await;
    let ends = s.now() + 90 * MINUTE;
    let itself = jwt(&json!({ "iat": s.now() - 30 * MINUTE, "exp": ends }));
    for (token, id, said, expires) in [
        (itself.as_str(), 1, Value::Null, Some(ends)),
        // The platform's word comes first.
        (itself.as_str(), 2, "2030-01-01T00:00:00Z".into(), Some(1_893_456_000)),
        ("plain", 3, "2030-01-01T00:00:00Z".into(), Some(1_893_456_000)),
        ("plain", 4, "9999-12-31T00:00:00Z".into(), None),
    ] {
        s.server
            .answers("/user", "200 OK", "", &json!({ "id": id, "token": { "ends": said } }));
        let import = TokenImport {
            provider: Some("mine".into()),
            ..TokenImport::default()
        };
        let account = s.rig.keeper.import_token(&Secret::new(token), &import).await.unwrap();
        let account = s.account(&account);
        assert!(account.life_known && account.expires == expires, "{account:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_refresh_tokens_own_end_is_kept_as_the_platform_says_it() {
    let answers = "user_id = \"/did\", refresh_expires_in = \"/refresh_token_expires_in\"";
    let s = Stage::new(&session("refresh_token_days = 30", answers)).await;
    let answer = |refresh: Option<&str>, ends: Option<i64>| {
        let mut body = json!({ "accessJwt": "a-{n}", "expires_in": 7200 });
        for (name, value) in [
            ("refreshJwt", refresh.map(Value::from)),
            ("refresh_token_expires_in", ends.map(Value::from)),
        ] {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        body
    };
    s.server.answers(CREATE, "200 OK", "", &answer(Some("r1"), Some(7 * DAY)));
    let id = s.log_in(s.app()).await.id;
    let first = s.now() + 7 * DAY;
    assert!(near(refresh_ends(&s), first));
    assert!(s.rig.book().contains("refresh_expires"));
    // Kept: it ends when it ended before.
    s.later(DAY);
    s.server.answers(REFRESH, "200 OK", "", &answer(None, None));
    s.token(&id).await.unwrap();
    assert!(near(refresh_ends(&s), first));
    s.later(DAY);
    s.server.answers(REFRESH, "200 OK", "", &answer(Some("r1"), None));
    s.token(&id).await.unwrap();
    assert!(near(refresh_ends(&s), first), "the same one in the answer");
    // The answer replaces it, also of one that is kept.
    s.later(DAY);
    s.server.answers(REFRESH, "200 OK", "", &answer(None, Some(3 * DAY)));
    s.token(&id).await.unwrap();
    let third = s.now() + 3 * DAY;
    assert!(near(refresh_ends(&s), third));
    // After a restart, too.
    let ahead = s.ahead.clone();
    let (home, server) = (s.rig.home, s.server);
    let clock = ahead.clone();
    let rig = crate::rig::Rig::with_clock(
        home,
        std::sync::Arc::new(move || keybearer_core::keeper::now() + clock.load(std::sync::atomic::Ordering::Relaxed)),
    );
    let s = Stage { rig, server, ahead };
    assert!(near(refresh_ends(&s), third));
    // The answer does not name the end of a rotated one.
    s.later(DAY);
    s.server.answers(REFRESH, "200 OK", "", &answer(Some("r2"), None));
    s.token(&id).await.unwrap();
    assert_eq!(refresh_ends(&s), None);
    s.later(DAY);
    s.server.answers(REFRESH, "200 OK", "", &answer(Some("r3"), Some(60 * 365 * DAY)));
    s.token(&id).await.unwrap();
    assert_eq!(refresh_ends(&s), None, "that is no end");
}
