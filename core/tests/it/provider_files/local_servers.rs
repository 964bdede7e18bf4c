//! The files for bots and Bluesky, from the form to the renewed token, at a server of this computer that answers as the documents
//! say (docs/facts). Each file is extended and its hosts replaced, so that every word but the hosts is the shipped one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keybearer_core::keeper::now;
use keybearer_core::ledger::Purpose;
use keybearer_core::token::{DAY, HOUR, Secret};
use keybearer_core::view::{AccountView, LoginPlan};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::shipped;
use crate::raw_server::{http, socket};
use crate::rig::Rig;

/// What a path answers: a status and a body.
type Answers = Arc<Mutex<BTreeMap<&'static str, (u16, Value)>>>;

/// A keeper, and a server that plays one platform.
struct Here {
    rig: Rig,
    provider: String,
    answers: Answers,
    requests: Arc<Mutex<Vec<String>>>,
    ahead: Arc<AtomicI64>,
}

impl Here {
    async fn new(id: &str) -> Here {
        let (answers, requests) = (Answers::default(), Arc::<Mutex<Vec<String>>>::default());
        let (told, heard) = (answers.clone(), requests.clone());
        let origin = socket(move |request| {
            heard.lock().unwrap().push(request.to_owned());
            let path = request.split([' ', '?']).nth(1).unwrap_or_default();
            let told = told.lock().unwrap();
            let (status, body) = told.get(path).cloned().unwrap_or((404, json!({ "unknown": path })));
            let status = format!("{status} It");
            http(&status, "Content-Type: application/json\r\n", body.to_string().as_bytes())
        })
        .await;
        let (home, provider) = (TempDir::new().unwrap(), format!("{id}-here"));
        let hosts: Vec<String> = shipped(id).hosts.keys().cloned().collect();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        crate::rig::provider_file(home.path(), &provider, id, &origin, &hosts);
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        Here {
            rig,
            provider,
            answers,
            requests,
            ahead,
        }
    }

    fn answers(&self, path: &'static str, status: u16, body: Value) {
        self.answers.lock().unwrap().insert(path, (status, body));
    }

    fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    fn plan(&self, answers: &[(&str, &str)]) -> LoginPlan {
        LoginPlan {
            provider: self.provider.clone(),
            client_name: "weather-bot".into(),
            answers: answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(),
            ..LoginPlan::default()
        }
    }

    async fn log_in(&self, answers: &[(&str, &str)]) -> AccountView {
        self.rig.log_in(self.plan(answers)).await.account
    }

    /// The token as a script gets it.
    async fn token(&self, account: &AccountView) -> Result<String, String> {
        let token = self.rig.keeper.access_token(&account.id, Purpose::Token).await;
        token.map(|t| t.expose().to_owned()).map_err(|e| e.code().to_string())
    }

    /// The requests to a path, whole.
    fn asked(&self, path: &str) -> Vec<String> {
        let to = |request: &&String| request.split([' ', '?']).nth(1) == Some(path);
        self.requests.lock().unwrap().iter().filter(to).cloned().collect()
    }

    /// Seconds from the server's clock until the account's token ends.
    fn remaining(&self, account: &AccountView) -> Option<i64> {
        let end = self.rig.account(&account.id).expires?;
        Some(end - now() - self.ahead.load(Ordering::Relaxed))
    }
}

fn body_of(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

fn has_field(request: &str, field: &str) -> bool {
    request.lines().any(|line| line.eq_ignore_ascii_case(field))
}

const CHANNEL: [(&str, &str); 2] = [("client_id", "1350031035"), ("client_secret", "0123456789abcdef0123456789abcdef")];
const ACCOUNT: [(&str, &str); 2] = [
    ("client_id", "wx0123456789abcdef"),
    ("client_secret", "0123456789abcdef0123456789abcdef"),
];
const TELEGRAM: &str = "123456789:AAabcdefghijklmnopqrstuvwxyz-_01234";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_telegram_bot_is_known_by_its_token_alone() {
    let here = Here::new("telegram").await;
    let me: &'static str = "/bot123456789:AAabcdefghijklmnopqrstuvwxyz-_01234/getMe";
    let bot = json!({ "ok": true, "result": { "id": 123_456_789, "is_bot": true, "first_name": "Ada’s bot", "username": "ada_bot" } });
    here.answers(me, 200, bot);
    let account = here.log_in(&[("access_token", TELEGRAM)]).await;
    assert_eq!(
        (account.name.as_str(), account.display_name.as_deref()),
        ("@ada_bot", Some("Ada’s bot"))
    );
    assert!(account.verified.is_some() && account.expires.is_none() && account.life_known);
    assert_eq!(here.token(&account).await.unwrap(), TELEGRAM);
    // /revoke at @BotFather.
    here.answers(me, 401, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
    let error = here.rig.keeper.verify(&account.id).await.unwrap_err();
    assert_eq!(error.code(), "token-dead");
    assert!(!format!("{error:?}").contains("AAabc"), "{error:?}");
    let trouble = here.rig.account(&account.id).trouble.unwrap();
    assert!(trouble.action.unwrap().en.contains("@BotFather"));
    assert_eq!(here.token(&account).await.unwrap_err(), "token-dead");
    // Another one, of the same bot: the same account.
    let another: &'static str = "/bot123456789:BBabcdefghijklmnopqrstuvwxyz-_01234/getMe";
    here.answers(
        another,
        200,
        json!({ "ok": true, "result": { "id": 123_456_789, "username": "ada_bot" } }),
    );
    let again = here.log_in(&[("access_token", &TELEGRAM.replace(":AA", ":BB"))]).await;
    assert_eq!((again.id, again.trouble), (account.id, None));
    assert!(!here.rig.book().contains("AAabc"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discord_bot_sends_the_name_that_discord_wants() {
    let here = Here::new("discord").await;
    let me = "/api/v10/users/@me";
    here.answers(
        me,
        200,
        json!({ "id": "80351110224678912", "username": "ada-bot", "global_name": null, "bot": true }),
    );
    let token = format!("MTAwMDAwMDAwMDAwMDAwMDAw.GAbcde.{}", "x".repeat(38));
    let account = here.log_in(&[("access_token", &token)]).await;
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("ada-bot", Some("80351110224678912"))
    );
    let asked = &here.asked(me)[0];
    assert!(has_field(asked, &format!("authorization: Bot {token}")), "{asked}");
    let agents = asked
        .lines()
        .filter(|line| line.to_lowercase().starts_with("user-agent:"))
        .collect::<Vec<_>>();
    assert!(agents.len() == 1 && agents[0].contains("DiscordBot (https://"), "{agents:?}");
    here.answers(me, 401, json!({ "message": "401: Unauthorized", "code": 0 }));
    assert_eq!(here.rig.keeper.verify(&account.id).await.unwrap_err().code(), "token-dead");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_lived_line_token_does_not_end_and_a_short_one_in_its_place_does() {
    let here = Here::new("line").await;
    here.answers(
        "/v2/bot/info",
        200,
        json!({ "userId": "U1", "basicId": "@216ru", "displayName": "Weather", "chatMode": "bot" }),
    );
    here.answers(
        "/v2/oauth/verify",
        200,
        json!({ "client_id": "1350031035", "expires_in": 3_138_007_490_i64, "scope": "P CM" }),
    );
    let token = "Ab+/".repeat(43);
    let account = here.log_in(&[("access_token", &token)]).await;
    let account = here.rig.account(&account.id);
    assert_eq!(
        (account.name.as_str(), account.expires, account.life_known),
        ("Weather", None, true)
    );
    assert!(account.scopes.is_empty(), "{:?}", account.scopes);
    here.answers(
        "/v2/oauth/verify",
        200,
        json!({ "client_id": "1350031035", "expires_in": 2_591_659, "scope": "P" }),
    );
    here.rig.keeper.inspect(&account.id).await.unwrap();
    let remaining = here.remaining(&account).unwrap();
    assert!((29 * DAY..31 * DAY).contains(&remaining), "{remaining}");
    here.answers("/v2/oauth/revoke", 200, json!({}));
    here.rig.keeper.revoke(&account.id).await.unwrap();
    let form = url::form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>();
    assert_eq!(body_of(&here.asked("/v2/oauth/revoke")[0]), format!("access_token={form}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn line_tokens_are_issued_again_with_the_channels_secret() {
    for (id, path, lives, wait) in [
        ("line-short", "/v2/oauth/accessToken", 30 * DAY, 29 * DAY + HOUR),
        ("line-stateless", "/oauth2/v3/token", 899, 650),
    ] {
        let here = Here::new(id).await;
        let token = |n: u8| json!({ "access_token": format!("token-{n}"), "expires_in": lives, "token_type": "Bearer" });
        here.answers(path, 200, token(1));
        here.answers(
            "/v2/bot/info",
            200,
            json!({ "userId": "U1", "basicId": "@216ru", "displayName": "Weather" }),
        );
        here.answers(
            "/v2/oauth/verify",
            200,
            json!({ "client_id": "1350031035", "expires_in": lives, "scope": "P" }),
        );
        let account = here.log_in(&CHANNEL).await;
        assert_eq!((account.user_id.as_deref(), account.trouble.is_none()), (Some("U1"), true), "{id}");
        assert_eq!(
            body_of(&here.asked(path)[0]),
            "grant_type=client_credentials&client_id=1350031035&client_secret=0123456789abcdef0123456789abcdef"
        );
        here.answers(path, 200, token(2));
        assert_eq!(
            here.token(&account).await.unwrap(),
            "token-1",
            "{id}: not asked for before it is due"
        );
        here.later(wait);
        assert_eq!(here.token(&account).await.unwrap(), "token-2", "{id}");
        // Long after its end, too.
        here.answers(path, 200, token(3));
        here.later(3 * lives);
        assert_eq!(here.token(&account).await.unwrap(), "token-3", "{id}");
        // The secret was issued again.
        here.answers(
            path,
            400,
            json!({ "error": "invalid_client", "error_description": "invalid client_secret" }),
        );
        here.later(3 * lives);
        assert_eq!(here.token(&account).await.unwrap_err(), "client-auth", "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wechats_token_is_issued_again_and_says_which_address_is_missing() {
    let here = Here::new("wechat").await;
    let path = "/cgi-bin/stable_token";
    let refused = json!({ "errcode": 40164, "errmsg": "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3" });
    here.answers(path, 200, refused.clone());
    let error = here.rig.fail(here.plan(&ACCOUNT)).await;
    assert_eq!(error.code, "checkpoint");
    assert!(
        error.detail.unwrap().contains("invalid ip 203.0.113.7"),
        "the person needs the address"
    );
    assert!(error.action.unwrap().zh_hans.contains("IP白名单"));

    let token = |n: u8| json!({ "access_token": format!("token-{n}"), "expires_in": 7200 });
    here.answers(path, 200, token(1));
    let account = here.log_in(&ACCOUNT).await;
    assert_eq!((account.name.as_str(), account.trouble.is_none()), ("weather-bot", true));
    let asked = here.asked(path).pop().unwrap();
    assert!(has_field(&asked, "content-type: application/json"), "{asked}");
    let sent: Value = serde_json::from_str(body_of(&asked)).unwrap();
    assert_eq!(
        sent,
        json!({ "grant_type": "client_credential", "appid": ACCOUNT[0].1, "secret": ACCOUNT[1].1 })
    );
    here.answers(path, 200, token(2));
    here.later(7200 - 6 * 60);
    assert_eq!(
        here.token(&account).await.unwrap(),
        "token-1",
        "the same until five minutes before its end"
    );
    here.later(90);
    assert_eq!(here.token(&account).await.unwrap(), "token-2");
    // The address changed while the computer slept: nothing is lost.
    here.answers(path, 200, refused);
    here.later(DAY);
    assert_eq!(here.token(&account).await.unwrap_err(), "checkpoint");
    here.answers(path, 200, token(3));
    here.later(DAY);
    assert_eq!(here.token(&account).await.unwrap(), "token-3");
}

/// What a paste into the search field leads to, before anything is sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_recognised_by_a_shape_that_no_other_platform_has() {
    let rig = Rig::new();
    let known = |text: &str| rig.keeper.recognise(&Secret::new(text));
    let discord = format!("MTAwMDAwMDAwMDAwMDAwMDAw.GAbcde.{}", "x".repeat(38));
    for (token, platform) in [(TELEGRAM, "telegram"), (&discord, "discord"), ("ya29.a0AfB_byC", "google")] {
        assert_eq!(known(token), [platform], "{token}");
    }
    let jwt = jwt(1, 2_000_000_000);
    let (line, digest) = ("Ab+/".repeat(43), "0a".repeat(32));
    // Also what one of them looks like in part: an id and a time, a bot's address, three short parts.
    for other in [
        &jwt,
        &line,
        &digest,
        "7626-qm4r-2qkx-aby7",
        "12:30:45",
        "1234567:short",
        "Mon.Tue.Wed",
        "wx0123456789abcdef",
    ] {
        assert!(known(other).is_empty(), "{other}: {:?}", known(other));
    }
}

/// A JSON Web Token that says this end; no signature is looked at.
fn jwt(n: u8, exp: i64) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "scope": "com.atproto.appPass", "sub": "did:plc:ada", "exp": exp, "jti": n });
    format!("{}.{}.c2ln", part(json!({ "typ": "at+jwt", "alg": "HS256" })), part(claims))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bluesky_session_ends_when_its_token_says_and_is_renewed() {
    let here = Here::new("bluesky").await;
    let (create, refresh) = ("/xrpc/com.atproto.server.createSession", "/xrpc/com.atproto.server.refreshSession");
    let session = |n: u8, from: i64| json!({ "accessJwt": jwt(n, from + 2 * HOUR), "refreshJwt": jwt(100 + n, from + 90 * DAY), "did": "did:plc:ada", "handle": "ada.test", "active": true });
    here.answers(
        create,
        401,
        json!({ "error": "AuthenticationRequired", "message": "Invalid identifier or password" }),
    );
    let form = [("client_id", "ada.test"), ("client_secret", "7626-qm4r-2qkx-aby7")];
    let error = here.rig.fail(here.plan(&form)).await;
    assert_eq!(
        (error.code.to_string().as_str(), error.detail.as_deref()),
        ("client-auth", Some("Invalid identifier or password"))
    );
    here.answers(create, 200, session(1, now()));
    here.answers(
        "/xrpc/com.atproto.server.getSession",
        200,
        json!({ "did": "did:plc:ada", "handle": "ada.test", "active": true }),
    );
    let account = here.log_in(&form).await;
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("@ada.test", Some("did:plc:ada"))
    );
    let remaining = here.remaining(&account).unwrap();
    assert!((2 * HOUR - 60..=2 * HOUR).contains(&remaining), "{remaining}");
    // Three times over: no answer says a life, each token does.
    for n in 2..5 {
        here.later(2 * HOUR - 60);
        let at = now() + here.ahead.load(Ordering::Relaxed);
        here.answers(refresh, 200, session(n, at));
        assert_eq!(here.token(&account).await.unwrap(), jwt(n, at + 2 * HOUR));
        let asked = here.asked(refresh).pop().unwrap();
        assert_eq!(body_of(&asked), "");
        assert!(has_field(&asked, "content-length: 0"), "{asked}");
        assert!(asked.contains("Bearer ey"), "{asked}");
        assert!((2 * HOUR - 60..=2 * HOUR).contains(&here.remaining(&account).unwrap()), "{n}");
    }
    here.answers("/xrpc/com.atproto.server.deleteSession", 200, json!({}));
    here.rig.keeper.revoke(&account.id).await.unwrap();
    assert_eq!(
        here.asked("/xrpc/com.atproto.server.deleteSession").len(),
        1,
        "by the refresh token alone"
    );
}
