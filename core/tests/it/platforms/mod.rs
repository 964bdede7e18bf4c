//! Shipped files against their platforms, which are played from practice/exchanges: login or import, whose token it is, renewal
//! over a month, revocation, and each refusal. Files of the person's own extend the shipped ones and replace their hosts, so
//! that every word but the hosts is the shipped one.

mod bluesky;
mod discord;
mod feishu;
mod github;
mod google;
mod line;
mod linkedin;
mod microsoft;
mod misskey;
mod notion;
mod pixelfed;
mod pleroma;
mod posts;
mod telegram;
mod twitch;
mod visits;
mod wechat;
mod wordpress;
mod wordpress_com;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::error::ErrorView;
use keybearer_core::keeper::now;
use keybearer_core::provider::QuestionKind;
use keybearer_core::provider::registry::Registry;
use keybearer_core::token::{DAY, HOUR, Token};
use keybearer_core::vault::account_key;
use keybearer_core::vault::keychain::Entries;
use keybearer_core::view::{AccountView, LoginEvent, LoginPlan, ProviderView, StoreKind};
use keybearer_practice::exchanges::Exchanges;
use tempfile::TempDir;

use crate::browser::get;
use crate::mock_keychain;
use crate::rig::{Habit, Rig, extend};

/// Where nothing answers.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The situation, and the exchange, of a person who has not entered the code yet.
const UNANSWERED: &str = "the person has not answered";

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
        Stage::of(&exchanges(script), files, entries).await
    }

    /// The platform of this script.
    pub async fn of(script: &str, files: &[&str], entries: impl FnOnce(&Path) -> Arc<dyn Entries>) -> Stage {
        Stage::at(script, files, entries, false).await
    }

    /// The platform of a script that may leave out hosts of the files: nothing answers there.
    async fn at(script: &str, files: &[&str], entries: impl FnOnce(&Path) -> Arc<dyn Entries>, in_part: bool) -> Stage {
        let server = Exchanges::start(script).await.unwrap_or_else(|fault| panic!("{files:?}: {fault}"));
        let home = TempDir::new().unwrap();
        for file in files {
            let shipped = Registry::shipped().require(file).unwrap();
            let own = shipped.hosts.iter().map(|(name, origin)| (name, origin.source(), false));
            // What only strangers see is in the scripts of posts.
            let of_post = shipped.post.iter().flat_map(|post| &post.hosts);
            let of_post = of_post.map(|(name, origin)| (name, origin.as_str(), true));
            let hosts = own.chain(of_post).map(|(name, origin, is_public)| {
                let here = match server.origins().get(origin) {
                    Some(here) => here.as_str(),
                    None if is_public || in_part => NOWHERE,
                    None => panic!("{file}.toml asks {origin}, and its script has no exchange there"),
                };
                (name.as_str(), here)
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

    /// A login by a code that the person enters on the platform's page, to its end. A person who takes time ([`UNANSWERED`]) answers
    /// after two questions.
    pub async fn by_code(&self, file: &str, answers: &[(QuestionKind, &str)]) -> Result<AccountView, ErrorView> {
        self.coded(self.plan(file, answers)).await
    }

    /// The same, of this plan.
    pub async fn coded(&self, plan: LoginPlan) -> Result<AccountView, ErrorView> {
        self.rig.habit(Habit::Nothing);
        let mut login = self.rig.start(plan);
        let LoginEvent::UserCode { address, complete, .. } = login.until_user_code().await else {
            unreachable!()
        };
        let page = get(&complete.unwrap_or(address)).await.unwrap();
        assert_eq!(page.status, 200, "the page is where it was said");
        let end = login.end();
        tokio::pin!(end);
        loop {
            tokio::select! {
                ended = &mut end => return ended.map(|id| self.rig.account(&id)),
                () = tokio::time::sleep(Duration::from_millis(100)) => {
                    if self.server.played(UNANSWERED) > 1 {
                        self.server.situation(UNANSWERED, false);
                    }
                    self.later(6);
                }
            }
        }
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

/// The script of practice/exchanges/NAME.toml.
pub fn exchanges(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../practice/exchanges");
    fs::read_to_string(format!("{folder}/{name}.toml")).unwrap()
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
