//! Shipped files against their platforms, which are played from practice/exchanges: login or import, whose token it is, renewal
//! over a month, revocation, and each refusal. Files of the person's own extend the shipped ones and replace their hosts, so
//! that every word but the hosts is the shipped one.

mod bluesky;
mod discord;
mod google;
mod line;
mod telegram;
mod wechat;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::error::ErrorView;
use keybearer_core::keeper::now;
use keybearer_core::provider::QuestionKind;
use keybearer_core::token::Token;
use keybearer_core::vault::account_key;
use keybearer_core::vault::keychain::Entries;
use keybearer_core::view::{AccountView, LoginPlan, ProviderView, StoreKind};
use keybearer_practice::exchanges::Exchanges;
use tempfile::TempDir;

use crate::mock_keychain;
use crate::rig::{Rig, extend};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A keeper that knows shipped files at a platform on this computer.
pub struct Stage {
    pub rig: Rig,
    pub server: Exchanges,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    /// The platform of practice/exchanges/SCRIPT.toml, for these shipped files. Each becomes `ID-here`.
    pub async fn new(script: &str, files: &[&str]) -> Stage {
        Stage::with_entries(script, files, mock_keychain::entries).await
    }

    /// The same, with other entries of the keychain.
    pub async fn with_entries(script: &str, files: &[&str], entries: impl FnOnce(&Path) -> Arc<dyn Entries>) -> Stage {
        let core = env!("CARGO_MANIFEST_DIR");
        let text = fs::read_to_string(format!("{core}/../practice/exchanges/{script}.toml")).unwrap();
        let server = Exchanges::start(&text).await.unwrap_or_else(|fault| panic!("{script}: {fault}"));
        let home = TempDir::new().unwrap();
        for file in files {
            let shipped: toml::Table = fs::read_to_string(format!("{core}/providers/{file}.toml"))
                .unwrap()
                .parse()
                .unwrap();
            let hosts = shipped["hosts"].as_table().unwrap().iter().map(|(name, origin)| {
                let origin = origin.as_str().unwrap();
                let here = server.origins().get(origin);
                let here = here.unwrap_or_else(|| panic!("{file}.toml asks {origin}, and {script}.toml has no exchange there"));
                (name.as_str(), here.as_str())
            });
            extend(home.path(), &format!("{file}-here"), file, &hosts.collect::<Vec<_>>());
        }
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let entries = entries(home.path());
        let rig = Rig::with_entries(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)), entries);
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        Stage { rig, server, ahead }
    }

    /// Both clocks go on.
    pub fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.server.advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    /// Unix seconds by the keeper's clock.
    pub fn now(&self) -> i64 {
        now() + self.ahead.load(Ordering::Relaxed)
    }

    pub fn provider(&self, file: &str) -> ProviderView {
        self.rig.keeper.provider(&format!("{file}-here")).unwrap()
    }

    /// A form that is filled in, with the permissions that are ticked at first.
    pub fn plan(&self, file: &str, answers: &[(QuestionKind, &str)]) -> LoginPlan {
        let provider = self.provider(file);
        let answer = |(kind, text): &(QuestionKind, &str)| {
            let question = provider.questions.iter().find(|q| q.kind == *kind).unwrap();
            (question.id.clone(), (*text).into())
        };
        LoginPlan {
            provider: provider.id.clone(),
            client_name: "weather-bot".into(),
            answers: answers.iter().map(answer).collect(),
            scopes: provider.scopes.iter().filter(|s| s.default).map(|s| s.id.clone()).collect(),
            ..LoginPlan::default()
        }
    }

    /// A login without a browser that works.
    pub async fn log_in(&self, file: &str, answers: &[(QuestionKind, &str)]) -> AccountView {
        let trip = self.rig.log_in(self.plan(file, answers)).await;
        self.rig.account(&trip.account.id)
    }

    /// A login without a browser that does not: its error, by code and the platform's words. Nothing is kept.
    pub async fn refused(&self, file: &str, answers: &[(QuestionKind, &str)]) -> (String, String) {
        let before = self.rig.keeper.view().accounts.len();
        let error = self.rig.fail(self.plan(file, answers)).await;
        assert_eq!(self.rig.keeper.view().accounts.len(), before);
        words(error)
    }

    /// The account's state after the platform was asked whose token it is.
    pub async fn verified(&self, account: &str) -> AccountView {
        let _ = self.rig.keeper.verify(account).await;
        self.rig.account(account)
    }

    pub fn stored(&self, account: &str) -> Token {
        let store = mock_keychain::store(self.rig.home.path());
        let stored = store.read(StoreKind::Keychain, &account_key(account)).unwrap().unwrap();
        Token::from_stored(&stored).unwrap()
    }

    /// What the platform answers to a call of the file, with its fields as they are at first.
    pub async fn call(&self, account: &str, call: &str) -> (u16, String) {
        let tried = self.rig.keeper.try_call(account, call, &[].into(), false).await.unwrap();
        (tried.status, tried.text)
    }

    /// Each exchange of the script was played, so that each refusal was met.
    pub fn all_played(&self) {
        assert_eq!(self.server.unplayed(), [""; 0], "never played");
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let unmatched = self.server.unmatched();
        assert!(unmatched.is_empty() || std::thread::panicking(), "{}", unmatched.join("\n"));
    }
}

/// An error's code and the platform's own words.
pub fn words(error: ErrorView) -> (String, String) {
    (error.code.as_str().to_owned(), error.detail.unwrap_or_default())
}

/// What an account is in trouble for.
pub fn trouble(account: &AccountView) -> (String, String) {
    account.trouble.clone().map(words).unwrap_or_default()
}
