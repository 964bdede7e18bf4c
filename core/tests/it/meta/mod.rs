//! Threads, Instagram and Facebook against the practice platform, each by the shipped file: a file of the person's own
//! extends it and replaces its hosts, so that every word but the hosts is the shipped one.

mod facebook;
mod first_post;
mod import;
mod instagram;
mod threads;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::keeper::now;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::DAY;
use keybearer_core::view::{AccountView, LoginPlan};
use keybearer_practice::meta::{APP_SECRET, Meta, Platform};
use tempfile::TempDir;

use crate::rig::{FixedPort, Rig, provider_file};

/// The https redirect of Threads and Instagram has one port: who opens it holds this.
pub static PORT: FixedPort = FixedPort::new(47018);

/// A keeper that knows one platform as the practice platform plays it.
pub struct Stage {
    pub rig: Rig,
    pub meta: Meta,
    pub id: &'static str,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    pub async fn new(platform: Platform) -> Stage {
        let (base, id, hosts): (_, _, &[&str]) = match platform {
            Platform::Threads => ("threads", "threads-here", &["web", "graph"]),
            Platform::Instagram => ("instagram", "instagram-here", &["web", "api", "graph"]),
            Platform::Facebook => ("facebook", "facebook-here", &["web", "graph"]),
        };
        Stage::of(Meta::start(platform).await.unwrap(), base, id, hosts)
    }

    /// Instagram by Facebook Login.
    pub async fn by_facebook() -> Stage {
        let meta = Meta::start(Platform::Facebook).await.unwrap();
        Stage::of(meta, "instagram-facebook", "instagram-by-page", &["web", "graph"])
    }

    fn of(meta: Meta, base: &str, id: &'static str, hosts: &[&str]) -> Stage {
        let home = TempDir::new().unwrap();
        provider_file(home.path(), id, base, meta.origin(), hosts);
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        Stage { rig, meta, id, ahead }
    }

    /// The same folders, opened again as after the program has ended.
    fn restarted(self) -> Stage {
        let clock = self.ahead.clone();
        let rig = Rig::with_clock(self.rig.home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        Stage { rig, ..self }
    }

    /// Both clocks go on.
    fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.meta.advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    /// The one string to register for a redirect, as the screen shows it.
    fn redirect_uri(&self, redirect: RedirectKind) -> String {
        let providers = self.rig.keeper.catalogue();
        let provider = providers.into_iter().find(|p| p.id == self.id).unwrap();
        let redirect = provider.redirects.into_iter().find(|d| d.kind == redirect).unwrap();
        redirect.redirect_uri.unwrap()
    }

    /// A login as a person would fill it in, by paste: the address is registered first, as the screen says.
    fn plan(&self) -> LoginPlan {
        let uri = self.redirect_uri(RedirectKind::Paste);
        if uri.starts_with("https") {
            assert_eq!(
                self.meta.register_redirect(&uri).as_deref(),
                Ok(uri.as_str()),
                "the console keeps it as it is"
            );
        }
        let providers = self.rig.keeper.catalogue();
        let provider = providers.iter().find(|p| p.id == self.id).unwrap();
        LoginPlan {
            provider: self.id.into(),
            client_name: "A bot".into(),
            answers: [
                ("client_id".to_owned(), self.meta.platform().app_id().into()),
                ("client_secret".to_owned(), APP_SECRET.into()),
            ]
            .into(),
            scopes: provider.scopes.iter().filter(|s| s.default).map(|s| s.id.clone()).collect(),
            redirect: Some(RedirectKind::Paste),
            ..LoginPlan::default()
        }
    }

    pub async fn log_in(&self) -> AccountView {
        let trip = self.rig.log_in(self.plan()).await;
        self.rig.account(&trip.account.id)
    }

    /// The ids of a person and of the first Page of theirs, which is kept, too.
    pub async fn log_in_with_page(&self) -> [String; 2] {
        let person = self.log_in().await.id;
        let found = self.rig.keeper.sub_accounts(&person).await.unwrap();
        let kept = self.rig.keeper.keep_sub_accounts(&person, &[found[0].id.clone()]).await.unwrap();
        [person, kept[0].clone()]
    }
}

fn near(a: i64, b: i64) -> bool {
    (a - b).abs() < 120
}
