//! What the words of a provider file do: small servers answer as the platforms' documents say, and the clock moves.

mod app_tokens;
mod consent_pages;
mod ends;
mod refusals;
mod sites;
mod text_answers;
mod tokens_in_callbacks;
mod typed_tokens;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use keybearer_core::keeper::now;
use keybearer_core::ledger::Purpose;
use keybearer_core::token::DAY;
use keybearer_core::view::{AccountView, LoginPlan};
use serde_json::Value;
use tempfile::TempDir;

use crate::raw_server::{http, socket};
use crate::rig::Rig;

const MINUTE: i64 = 60;

/// How every file here begins.
const HEAD: &str = r##"
format = 1
id = "mine"
name = "Mine"
mark = { letters = "M", color = "#000000" }
summary = "One line"
[hosts]
api = "https://api.example.org"
"##;

/// How its files with a consent page go on.
const REDIRECTS: &str = r##"
[[redirects]]
kind = "loopback"
path = "/callback/mine"
[[redirects]]
kind = "paste"
port = 47999
path = "/callback/mine"
"##;

/// A file with a consent page: with further keys at its top, and with the rest.
fn with(top: &str, rest: &str) -> String {
    HEAD.replace("[hosts]", &format!("{top}\n[hosts]")) + REDIRECTS + rest
}

/// The questions for an app.
const APP: &str = r##"
[[questions]]
id = "client_id"
kind = "client-id"
label = "AppID"
[[questions]]
id = "client_secret"
kind = "client-secret"
label = "AppSecret"
"##;

/// A server that answers by path, and says what it was asked.
pub struct Server {
    pub origin: String,
    answers: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Server {
        let answers: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (own, all) = (answers.clone(), asked.clone());
        let origin = socket(move |request| {
            all.lock().unwrap().push(request.to_owned());
            let line = request.lines().next().unwrap_or_default();
            let own = own.lock().unwrap();
            let found = own
                .iter()
                .filter(|(path, _)| line.contains(path.as_str()))
                .max_by_key(|(path, _)| path.len());
            let Some((path, answer)) = found else {
                return http("404 Not Found", "", b"{}");
            };
            let count = all
                .lock()
                .unwrap()
                .iter()
                .filter(|r| r.lines().next().is_some_and(|l| l.contains(path.as_str())))
                .count();
            // `{n}` is as long as what takes its place.
            let text = String::from_utf8_lossy(answer).replace("{n}", &format!("{count:03}"));
            text.into_bytes()
        })
        .await;
        Server { origin, answers, asked }
    }

    /// From now on requests for an address with this in it are answered so; the longest that fits counts. `{n}` is the number of the request.
    fn answers(&self, path: &str, status: &str, headers: &str, body: &Value) {
        self.bytes(path, http(status, headers, body.to_string().as_bytes()));
    }

    fn bytes(&self, path: &str, bytes: Vec<u8>) {
        self.answers.lock().unwrap().insert(path.to_owned(), bytes);
    }

    /// The requests for a path with this in it.
    fn asked(&self, path: &str) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let is_for = |request: &&String| request.lines().next().is_some_and(|line| line.contains(path));
        asked.iter().filter(is_for).cloned().collect()
    }

    fn count(&self, path: &str) -> usize {
        self.asked(path).len()
    }
}

/// A keeper with this provider file and a clock that moves.
struct Stage {
    rig: Rig,
    server: Server,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    async fn new(file: &str) -> Stage {
        let server = Server::start().await;
        let home = TempDir::new().unwrap();
        let folder = home.path().join("config/providers");
        std::fs::create_dir_all(&folder).unwrap();
        let file = file.replace("https://api.example.org", &server.origin);
        if let Err(faults) = keybearer_core::provider::check::read(&file) {
            panic!("{faults:#?}");
        }
        std::fs::write(folder.join("mine.toml"), file).unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        Stage { rig, server, ahead }
    }

    /// The same keeper after a restart.
    fn restarted(self) -> Stage {
        let clock = self.ahead.clone();
        Stage {
            rig: Rig::with_clock(self.rig.home, Arc::new(move || now() + clock.load(Ordering::Relaxed))),
            ..self
        }
    }

    fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    fn now(&self) -> i64 {
        now() + self.ahead.load(Ordering::Relaxed)
    }

    fn plan(&self, answers: &[(&str, &str)]) -> LoginPlan {
        LoginPlan {
            provider: "mine".into(),
            client_name: "My bot".into(),
            answers: answers.iter().map(|(id, text)| ((*id).to_owned(), (*text).into())).collect(),
            ..LoginPlan::default()
        }
    }

    fn app(&self) -> LoginPlan {
        self.plan(&[("client_id", "wx0123456789abcdef"), ("client_secret", "app-secret-1")])
    }

    async fn log_in(&self, plan: LoginPlan) -> AccountView {
        self.rig.log_in(plan).await.account
    }

    /// A token to use, or the code of the error.
    async fn token(&self, account: &str) -> Result<String, String> {
        let token = self.rig.keeper.access_token(account, Purpose::Token).await;
        token.map(|t| t.expose().to_owned()).map_err(|e| e.code().to_string())
    }

    fn account(&self, id: &str) -> AccountView {
        self.rig.account(id)
    }
}

/// Whether two moments are the same but for the seconds that a test takes.
fn near(a: Option<i64>, b: i64) -> bool {
    a.is_some_and(|a| (a - b).abs() < 30)
}
