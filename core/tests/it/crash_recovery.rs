//! A sweep over accounts of each kind of renewal, killed at any moment: by refresh token, by the token itself, by exchange.
//! Afterwards each account has a working token, or says "interrupted" for a pair that the server has rotated and nobody
//! stored, by the platforms' own records. Nothing else is lost, and no file is half written.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use keybearer_core::keeper::{Clock, TokenImport, now};
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::{DAY, Secret, Token};
use keybearer_core::vault::previous_key;
use keybearer_core::view::{LoginPlan, RenewalOutcome, StoreKind};
use keybearer_practice::crowd;
use keybearer_practice::meta::{APP_SECRET, Meta, Platform};
use keybearer_practice::x::{self, X};
use serde_json::Value;
use tempfile::TempDir;

use crate::children::{self, order, ordered, said};
use crate::mock_keychain;
use crate::rig::{Habit, Rig, keeper_at, provider_file};

const HOME: &str = "KEYBEARER_TEST_HOME";
/// How often; a hundred where nobody says more (`script/bench kill`: a thousand).
const KILLS: &str = "KEYBEARER_KILLS";
/// So long a token that renews itself lives here, so that all kinds are due on the same day: a pair after 120 days.
const LIVES: Duration = Duration::from_secs(130 * 86_400);
const ROUND: i64 = 124 * DAY;

struct Stage {
    rig: Rig,
    threads: Meta,
    facebook: Meta,
    x: X,
    ahead: Arc<AtomicI64>,
    /// Those with a pair.
    pairs: Vec<(String, &'static str)>,
    others: Vec<String>,
}

impl Stage {
    async fn new() -> Stage {
        let home = TempDir::new().unwrap();
        let [threads, facebook] = [
            Meta::start(Platform::Threads).await.unwrap(),
            Meta::start(Platform::Facebook).await.unwrap(),
        ];
        let x = X::start().await.unwrap();
        for meta in [&threads, &facebook] {
            meta.switch(|switches| {
                switches.long_lifetime = LIVES;
                switches.reexchange_extends = true;
                switches.grant_lifetime = Duration::from_secs(1000 * 366 * 86_400);
            });
        }
        provider_file(home.path(), "threads-here", "threads", threads.origin(), &["web", "graph"]);
        provider_file(home.path(), "facebook-here", "facebook", facebook.origin(), &["web", "graph"]);
        provider_file(home.path(), "x-here", "x", x.origin(), &["web", "api"]);
        let ahead = Arc::new(AtomicI64::new(0));
        let rig = Rig::with_clock(home, clock(&ahead));
        let mut stage = Stage {
            rig,
            threads,
            facebook,
            x,
            ahead,
            pairs: Vec::new(),
            others: Vec::new(),
        };
        stage.move_in().await;
        stage
    }

    async fn move_in(&mut self) {
        let people: Vec<&'static str> = crowd().take(2).map(|name| &*name.leak()).collect();
        let scopes = [Platform::Threads.basic()];
        for person in &people {
            self.threads.set_tester(person, true);
            let made = Secret::new(self.threads.generate_token(person, &scopes, Some(LIVES)).unwrap());
            let import = TokenImport {
                provider: Some("threads-here".into()),
                ..TokenImport::default()
            };
            self.others.push(self.rig.keeper.import_token(&made, &import).await.unwrap());
        }
        let app = [("client_id", Platform::Facebook.app_id()), ("client_secret", APP_SECRET)];
        let exchanged = self.rig.log_in(plan("facebook-here", &app, &["public_profile"])).await;
        self.others.push(exchanged.account.id);
        for person in people {
            let id = self.log_in_at_x(person).await;
            self.pairs.push((id, person));
        }
    }

    async fn log_in_at_x(&self, person: &'static str) -> String {
        let providers = self.rig.keeper.catalogue();
        let redirects = providers.into_iter().find(|p| p.id == "x-here").unwrap().redirects;
        let paste = redirects.into_iter().find(|d| d.kind == RedirectKind::Paste).unwrap();
        let _ = self.x.register_callback(&paste.redirect_uri.unwrap());
        let app = [("client_id", x::CLIENT_ID), ("client_type", "public")];
        self.rig.habit(Habit::Allow(person));
        let plan = plan("x-here", &app, &["tweet.read", "users.read", "offline.access"]);
        self.rig.log_in(plan).await.account.id
    }

    fn home(&self) -> &Path {
        self.rig.home.path()
    }

    /// All clocks go on until everything is due.
    fn later(&self) {
        self.ahead.fetch_add(ROUND, Ordering::Relaxed);
        let by = Duration::from_secs(ROUND.unsigned_abs());
        self.threads.advance(by);
        self.facebook.advance(by);
        self.x.advance(by);
    }

    /// A child that looks once it is told to.
    async fn child(&self) -> std::process::Child {
        let _ = std::fs::remove_file(self.home().join("ready"));
        let _ = std::fs::remove_file(self.home().join("order"));
        let child = children::start("crash_recovery::child_that_looks", |c| {
            c.env(HOME, self.home());
        });
        said(self.home(), "ready").await;
        child
    }

    /// What nobody may lose, whatever happens to tokens.
    fn kept(&self) -> Vec<Value> {
        let book: Value = serde_json::from_str(&self.rig.book()).expect("the book is whole");
        let of = |list: &str, fields: &[&str]| -> Vec<Value> {
            let entries = book[list].as_array().unwrap().iter();
            entries.map(|entry| fields.iter().map(|f| entry[f].clone()).collect()).collect()
        };
        let mut kept = of("accounts", &["id", "name", "user_id", "client", "hosts", "scopes", "provider"]);
        kept.extend(of("clients", &["id", "client_id", "hosts", "has_secret", "redirect_uris"]));
        kept.sort_by_key(Value::to_string);
        kept
    }

    fn is_alive(&self, token: &str) -> bool {
        let meta = [&self.threads, &self.facebook];
        meta.iter().any(|m| m.token(token).is_some_and(|t| t.alive)) || self.x.token(token).is_some_and(|t| t.alive)
    }

    /// What a start after the kill makes of it. How many logins were lost.
    async fn settle(&self, what: &str) -> usize {
        let reuses = self.x.reuses();
        let fresh = keeper_at(self.home(), clock(&self.ahead));
        for done in fresh.sweep().await {
            let lost = done.outcome == RenewalOutcome::NeedsYou && done.error.as_ref().is_some_and(|e| e.code == "interrupted");
            assert!(lost || done.outcome == RenewalOutcome::Renewed, "{what}: {done:?}");
        }
        for id in &self.others {
            let token = fresh.access_token(id, Purpose::Token).await.unwrap();
            assert!(self.is_alive(token.expose()), "{what}: a dead token");
        }
        let mut lost = 0;
        for (id, person) in &self.pairs {
            match fresh.access_token(id, Purpose::Token).await {
                Ok(token) => assert!(self.is_alive(token.expose()), "{what}: a dead token"),
                Err(error) => {
                    assert_eq!(error.code(), "interrupted", "{what}");
                    assert_eq!(self.rig.account(id).trouble.unwrap().code, "interrupted", "{what}");
                    assert_eq!(&self.log_in_at_x(person).await, id);
                    lost += 1;
                }
            }
        }
        assert_eq!(self.x.reuses() - reuses, lost, "{what}: lost, and the server had not done it");
        lost
    }

    /// The entries beside the tokens of now are whole, too.
    async fn predecessors_decode(&self) {
        let home = self.home().to_owned();
        let ids = self.others.clone();
        let read = tokio::task::spawn_blocking(move || {
            let store = mock_keychain::store(&home);
            let previous = ids
                .iter()
                .map(|id| store.read(StoreKind::Keychain, &previous_key(id)).unwrap().unwrap());
            previous.for_each(|secret| assert!(Token::from_stored(&secret).is_ok()));
        });
        read.await.unwrap();
    }

    /// What killed writers left beside the book.
    fn left(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.home().join("data")).unwrap().map(|e| e.unwrap().path());
        let known = ["book.json", "book.lock", "ledger.jsonl", "locks"];
        entries.filter(|path| !known.iter().any(|k| path.ends_with(k))).collect()
    }
}

fn clock(ahead: &Arc<AtomicI64>) -> Clock {
    let ahead = ahead.clone();
    Arc::new(move || now() + ahead.load(Ordering::Relaxed))
}

fn plan(provider: &str, answers: &[(&str, &str)], scopes: &[&str]) -> LoginPlan {
    LoginPlan {
        provider: provider.into(),
        client_name: "weather-bot".into(),
        answers: answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(),
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        redirect: Some(RedirectKind::Paste),
        ..LoginPlan::default()
    }
}

#[test]
#[ignore = "run as a child"]
fn child_that_looks() {
    let home = PathBuf::from(std::env::var_os(HOME).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    std::fs::write(home.join("ready"), "yes").unwrap();
    let begun = Instant::now();
    let ahead = loop {
        match ordered(&home) {
            Some((_, ahead)) => break ahead,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody tells it to look any more");
    };
    let keeper = keeper_at(&home, Arc::new(move || now() + ahead));
    let done = runtime.block_on(keeper.sweep());
    std::fs::write(home.join("looked"), done.len().to_string()).unwrap();
    std::thread::sleep(Duration::from_secs(60));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_survives_kills_at_any_moment() {
    let s = Stage::new().await;
    let kept = s.kept();
    let kills: u32 = std::env::var(KILLS).ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let all = s.others.len() + s.pairs.len();
    // How long a whole look takes in a child, so that the kills are spread over it and a little beyond.
    let mut child = s.child().await;
    s.later();
    let begun = Instant::now();
    order(s.home(), 1, s.ahead.load(Ordering::Relaxed));
    let looked = loop {
        let text = said(s.home(), "looked").await;
        if !text.is_empty() {
            break text;
        }
    };
    assert_eq!(looked, all.to_string(), "everything was due");
    let span = begun.elapsed() * 11 / 10;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(s.settle("nothing was killed").await, 0);
    let mut lost = 0;
    let mut child = s.child().await;
    for at in 0..kills {
        s.later();
        order(s.home(), 1, s.ahead.load(Ordering::Relaxed));
        // Spread evenly, however many there are.
        let delay = span.mul_f64((f64::from(at) * 0.618_034).fract());
        tokio::time::sleep(delay).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let what = format!("kill {at}, after {delay:?} of {span:?}");
        assert_eq!(s.kept(), kept, "{what}");
        // The next one starts meanwhile; it does nothing before it is told to.
        let (settled, next) = tokio::join!(s.settle(&what), s.child());
        lost += settled;
        child = next;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    s.predecessors_decode().await;
    let pairs = kills as usize * s.pairs.len();
    println!(
        "{kills} kills: {lost} of {pairs} pairs interrupted, {} files left beside the book",
        s.left().len()
    );
    assert!(lost < pairs / 4, "{lost} of {pairs} logins were lost: the window is far too wide");
    // What killed writers left behind goes with the next change or sweep, once nobody can be writing it.
    for path in s.left() {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    }
    let settings = s.rig.keeper.view().settings;
    let language = if settings.language == "en" { "zh-Hans" } else { "en" };
    s.rig
        .keeper
        .change_settings(keybearer_core::view::Settings {
            language: language.into(),
            ..settings
        })
        .unwrap();
    s.rig.keeper.sweep().await;
    assert_eq!(s.left(), Vec::<PathBuf>::new());
}
