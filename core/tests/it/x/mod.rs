//! X against the practice platform, each kind by the shipped file: files of the person's own extend them and replace their
//! hosts, so that every word but the hosts is the shipped one.

mod app_keys;
mod crash_recovery;
mod failures;
mod held;
mod oauth1;
mod oauth2;
mod redirect_rules;
mod rotation;
mod superseded;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::keeper::{Clock, Keeper, now};
use keybearer_core::provider::RedirectKind;
use keybearer_core::vault::keychain::Entries;
use keybearer_core::view::{AccountView, LoginPlan, ProviderView};
use keybearer_practice::x::{self, AppType, X};
use tempfile::TempDir;

use crate::mock_keychain::entries;
use crate::rig::{FixedPort, Rig, keeper_at, provider_file};

/// X's redirects have one port: who opens one holds this.
pub static PORT: FixedPort = FixedPort::new(47020);

/// The four kinds of the tile, by the file that each extends.
const KINDS: [(&str, &str, &[&str]); 4] = [
    ("x-here", "x", &["web", "api"]),
    ("x-oauth1-here", "x-oauth1", &["api"]),
    ("x-app-here", "x-app", &["api"]),
    ("x-keys-here", "x-keys", &["api"]),
];

/// A keeper that knows X as the practice platform plays it.
pub struct Stage {
    pub rig: Rig,
    pub x: X,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    pub async fn new() -> Stage {
        Stage::with_entries(entries).await
    }

    /// With entries of its own, by the home.
    pub async fn with_entries(entries: impl FnOnce(&Path) -> Arc<dyn Entries>) -> Stage {
        let x = X::start().await.unwrap();
        let home = TempDir::new().unwrap();
        for (id, base, hosts) in KINDS {
            provider_file(home.path(), id, base, x.origin(), hosts);
        }
        let ahead = Arc::new(AtomicI64::new(0));
        let entries = entries(home.path());
        let rig = Rig::with_entries(home, clock(&ahead), entries);
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        Stage { rig, x, ahead }
    }

    /// Another machine of the same person: the same platforms, nothing kept.
    pub fn another(&self) -> Rig {
        let home = TempDir::new().unwrap();
        let folder = home.path().join("config/providers");
        std::fs::create_dir_all(&folder).unwrap();
        for file in std::fs::read_dir(self.rig.home.path().join("config/providers")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
        }
        Rig::with_clock(home, clock(&self.ahead))
    }

    /// Another process of the same person on the same machine.
    pub fn also(&self) -> Keeper {
        keeper_at(self.rig.home.path(), clock(&self.ahead))
    }

    /// Both clocks go on.
    pub fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.x.advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    pub fn provider(&self, id: &str) -> ProviderView {
        let providers = self.rig.keeper.catalogue();
        providers.into_iter().find(|p| p.id == id).unwrap()
    }

    /// Registers the one string of a redirect, as the screen shows it, at the console.
    pub fn register(&self, id: &str, redirect: RedirectKind) {
        let shown = self.provider(id).redirects.into_iter().find(|d| d.kind == redirect).unwrap();
        let uri = shown.redirect_uri.unwrap();
        assert!(shown.rules.iter().all(|r| !r.broken || r.doubtful), "{uri}: {:?}", shown.rules);
        self.x.register_callback(&uri).unwrap();
    }

    /// A login by OAuth 2.0 as a person would fill it in.
    pub fn plan(&self, kind: AppType, redirect: RedirectKind) -> LoginPlan {
        self.x.set_app_type(kind);
        let provider = self.provider("x-here");
        let mut answers = vec![("client_id", x::CLIENT_ID)];
        match kind {
            AppType::Public => answers.push(("client_type", "public")),
            AppType::Confidential => answers.extend([("client_type", "confidential"), ("client_secret", x::CLIENT_SECRET)]),
        }
        LoginPlan {
            provider: "x-here".into(),
            client_name: "weather-bot".into(),
            answers: answers.into_iter().map(|(k, v)| (k.to_owned(), v.into())).collect(),
            scopes: provider.scopes.iter().filter(|s| s.default).map(|s| s.id.clone()).collect(),
            redirect: Some(redirect),
            ..LoginPlan::default()
        }
    }

    /// A form with API key and secret, and what else is given.
    pub fn keys(&self, provider: &str, redirect: Option<RedirectKind>, more: &[(&str, &str)]) -> LoginPlan {
        let keys = self.x.keys();
        let pair = [("client_id", keys.api_key.as_str()), ("client_secret", &keys.api_secret)];
        LoginPlan {
            provider: provider.into(),
            client_name: "weather-bot".into(),
            answers: pair.iter().chain(more).map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(),
            redirect,
            ..LoginPlan::default()
        }
    }

    /// Logged in by paste, so that no port is held.
    pub async fn log_in(&self) -> AccountView {
        self.register("x-here", RedirectKind::Paste);
        let trip = self.rig.log_in(self.plan(AppType::Public, RedirectKind::Paste)).await;
        self.rig.account(&trip.account.id)
    }
}

fn clock(ahead: &Arc<AtomicI64>) -> Clock {
    let ahead = ahead.clone();
    Arc::new(move || now() + ahead.load(Ordering::Relaxed))
}
