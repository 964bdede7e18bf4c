//! How long a login takes once the person has said yes: from the redirect at the loopback redirect to the stored account,
//! beside the same two requests, one keychain write and one fsynced file without any of our code. Ten pairs, A B A B, after
//! one to warm up. Prints numbers, asserts nothing. Run by `script/bench login`, which gives it a keychain of its own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use keybearer_core::keeper::Keeper;
use keybearer_core::oauth2;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{LoginEvent, LoginPlan, StepKind};
use keybearer_practice::{Flavor, Practice};
use keyring::v1::Entry;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use url::Url;
use url::form_urlencoded::Serializer;

#[path = "../tests/platform/keeper.rs"]
mod keeper;
use keeper::keeper;
#[path = "../tests/it/browser.rs"]
#[allow(dead_code)]
mod browser;
use browser::{Visit, consent};

const PAIRS: usize = 10;
const GOAL: f64 = 1.3;
const SERVICE: &str = "bench";

#[tokio::main]
async fn main() {
    if std::env::var_os("DESK").is_none() {
        eprintln!("This writes to a keychain, which must be a throw-away one: run it by `script/bench login`");
        std::process::exit(2);
    }
    let practice = Practice::start(Flavor::Practice).await.unwrap();
    let home = tempfile::TempDir::new().unwrap();
    let mut ours = Ours::new(&practice, home.path());
    let bare = Bare::new(&practice, home.path()).await;
    let mut pairs = Vec::new();
    for turn in 0..=PAIRS {
        let a = ours.log_in().await;
        let b = bare.log_in(&ours.book()).await;
        ours.forget().await;
        bare.forget();
        if turn > 0 {
            pairs.push((a, b));
        }
    }
    report(&pairs);
}

/// How long each part of a login took, in order.
type Parts = [(&'static str, Duration); 4];

fn whole(parts: &Parts) -> f64 {
    parts.iter().map(|(_, time)| millis(*time)).sum()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

fn report(pairs: &[(Parts, Parts)]) {
    let ratio = median(pairs.iter().map(|(a, b)| whole(a) / whole(b)).collect());
    let ours = median(pairs.iter().map(|(a, _)| whole(a)).collect());
    let bare = median(pairs.iter().map(|(_, b)| whole(b)).collect());
    println!("redirect received → account stored: {ratio:.2} × the bare requests, one keychain write, one fsynced file (goal ≤ {GOAL})");
    println!("  {ours:.2} ms against {bare:.2} ms; medians of {} pairs", pairs.len());
    for (name, side) in [
        ("Keybearer", pairs.iter().map(|p| p.0).collect()),
        ("bare", pairs.iter().map(|p| p.1).collect::<Vec<_>>()),
    ] {
        let part = |at: usize| (side[0][at].0, median(side.iter().map(|parts| millis(parts[at].1)).collect()));
        let parts: Vec<String> = (0..4).map(part).map(|(what, ms)| format!("{what} {ms:.2}")).collect();
        println!("  {name}: {}", parts.join(" · "));
    }
}

/// The keeper, logging in to the practice platform.
struct Ours {
    keeper: Keeper,
    data: PathBuf,
    addresses: UnboundedReceiver<String>,
    account: String,
}

impl Ours {
    fn new(practice: &Practice, home: &Path) -> Ours {
        let (keeper, addresses) = keeper(home, SERVICE);
        keeper.announce_practice(practice.origin()).unwrap();
        Ours {
            keeper,
            data: home.join("data"),
            addresses,
            account: String::new(),
        }
    }

    async fn log_in(&mut self) -> Parts {
        let (report, mut events) = unbounded_channel();
        let plan = LoginPlan {
            provider: "practice".into(),
            client_name: "Bench".into(),
            scopes: vec!["read".into()],
            redirect: Some(RedirectKind::Loopback),
            ..LoginPlan::default()
        };
        // The time is taken where the event is made, not where it is read.
        let heard = move |event| {
            let _ = report.send((Instant::now(), event));
        };
        self.keeper.start_login(plan, Arc::new(heard));
        let address = self.addresses.recv().await.unwrap();
        let back = Url::parse(&consent(&address, &Visit::allow("ada")).await.unwrap()).unwrap();
        // A browser connects and sends at once; the redirect receives the redirect when the bytes are there.
        let mut redirect = TcpStream::connect(("127.0.0.1", back.port().unwrap())).await.unwrap();
        let request = format!(
            "GET {}?{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: text/html\r\nSec-Fetch-Dest: document\r\n\r\n",
            back.path(),
            back.query().unwrap(),
            back.port().unwrap()
        );
        let received = Instant::now();
        redirect.write_all(request.as_bytes()).await.unwrap();
        let mut steps = Vec::new();
        self.account = loop {
            match events.recv().await.unwrap() {
                (at, LoginEvent::Step { step }) => steps.push((step, at)),
                (_, LoginEvent::Done { account }) => break account,
                (_, LoginEvent::Failed { error }) => panic!("no login: {error:?}"),
                _ => {}
            }
        };
        let at = |wanted: StepKind| steps.iter().find(|(step, _)| *step == wanted).expect("a step").1;
        let [answer, token, identity, stored] = [
            StepKind::AnswerReceived,
            StepKind::TokenReceived,
            StepKind::IdentityVerified,
            StepKind::Stored,
        ]
        .map(at);
        [
            ("redirect", answer - received),
            ("token", token - answer),
            ("identity", identity - token),
            ("keychain and book", stored - identity),
        ]
    }

    fn book(&self) -> Vec<u8> {
        std::fs::read(self.data.join("book.json")).unwrap()
    }

    /// The next login finds a new account again.
    async fn forget(&self) {
        self.keeper.delete_account(&self.account).await.unwrap();
    }
}

/// The same by hand.
struct Bare {
    http: reqwest::Client,
    origin: String,
    file: PathBuf,
    client_id: String,
    client_secret: String,
}

const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";
const BARE_KEY: &str = "account/bare";

impl Bare {
    async fn new(practice: &Practice, home: &Path) -> Bare {
        let mut bare = Bare {
            http: reqwest::Client::builder().no_proxy().user_agent("bench").build().unwrap(),
            origin: practice.origin().to_owned(),
            file: home.join("bare.json"),
            client_id: String::new(),
            client_secret: String::new(),
        };
        let form = [("client_name", "Bare"), ("redirect_uris", REDIRECT_URI), ("scopes", "read")];
        let app = bare.post("/api/v1/apps", &form).await;
        bare.client_id = text(&app, "client_id");
        bare.client_secret = text(&app, "client_secret");
        bare
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.http.post(format!("{}{path}", self.origin));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        json(request.send().await.unwrap()).await
    }

    /// `file`: what the fsynced file holds.
    async fn log_in(&self, file: &[u8]) -> Parts {
        let (verifier, state) = (oauth2::code_verifier(), oauth2::random());
        let authorize = [
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "read"),
            ("state", &state),
            ("code_challenge", &oauth2::code_challenge(&verifier)),
            ("code_challenge_method", "S256"),
        ];
        let address = Url::parse_with_params(&format!("{}/oauth/authorize", self.origin), authorize).unwrap();
        let back = Url::parse(&consent(address.as_str(), &Visit::allow("ada")).await.unwrap()).unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").expect("a code").1;
        // The keeper's connection is warm from its look at the client; so is this one.
        let warm = self.http.get(format!("{}/.well-known/nodeinfo", self.origin));
        json(warm.send().await.unwrap()).await;

        let begun = Instant::now();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", REDIRECT_URI),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("code_verifier", verifier.expose()),
        ];
        let token = text(&self.post("/oauth/token", &form).await, "access_token");
        let token_at = Instant::now();
        let identity = self.http.get(format!("{}/api/v1/accounts/verify_credentials", self.origin));
        json(identity.bearer_auth(&token).send().await.unwrap()).await;
        let identity_at = Instant::now();
        let (path, file) = (self.file.clone(), file.to_vec());
        // Off the runtime, as any program must: these block.
        let (kept_at, stored_at) = tokio::task::spawn_blocking(move || {
            let value = format!(r#"{{"v":1,"access_token":"{token}","issued":1795312700}}"#);
            Entry::new(SERVICE, BARE_KEY).unwrap().set_password(&value).unwrap();
            let kept_at = Instant::now();
            let mut written = File::create(path).unwrap();
            written.write_all(&file).unwrap();
            written.sync_all().unwrap();
            (kept_at, Instant::now())
        })
        .await
        .unwrap();
        [
            ("token", token_at - begun),
            ("identity", identity_at - token_at),
            ("keychain", kept_at - identity_at),
            ("file", stored_at - kept_at),
        ]
    }

    fn forget(&self) {
        let gone = std::thread::spawn(|| Entry::new(SERVICE, BARE_KEY).unwrap().delete_credential());
        gone.join().unwrap().unwrap();
    }
}

async fn json(response: reqwest::Response) -> Value {
    let response = response.error_for_status().unwrap();
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned()
}
