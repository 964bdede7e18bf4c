//! Two hundred accounts of all kinds in one data folder and one keychain, each with a real token of a practice platform that
//! checks it when it is renewed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::keeper::{TokenImport, now};
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::LoginPlan;
use keybearer_practice::meta::{APP_SECRET, Meta, Platform};
use keybearer_practice::x::{self, AppType, X};
use keybearer_practice::{Answer, Flavor, Practice, crowd};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::DAY;
use crate::rig::{Habit, Rig, plan, practice, provider_file};

/// What becomes of an account if nobody does anything.
pub enum Fate {
    /// It renews itself or is exchanged, so many days before its end; when it ends is not known at first.
    Renews { at: Platform, lead: i64, unknown: bool },
    /// Its pair rotates, at the first or the second of the two apps.
    Rotates { app: usize },
    /// It does not end.
    Stays,
    /// Only a login renews it, by then.
    Ends { by: i64 },
}

pub struct Resident {
    pub account: String,
    pub person: &'static str,
    pub fate: Fate,
}

pub struct Town {
    pub rig: Rig,
    pub metas: [Meta; 3],
    pub apps: [X; 2],
    pub servers: [Practice; 2],
    pub residents: Vec<Resident>,
    people: Vec<&'static str>,
    ahead: Arc<AtomicI64>,
}

impl Town {
    /// Everybody has moved in; the pairs of both apps ninety days before the others.
    pub async fn new() -> Town {
        let mut town = Town::empty().await;
        for app in [0, 1] {
            town.pairs(app).await;
        }
        town.later(90 * DAY);
        town.adopted().await;
        town.pages().await;
        town.keys_and_servers().await;
        town.until_they_end().await;
        town
    }

    async fn empty() -> Town {
        let platforms = [Platform::Threads, Platform::Instagram, Platform::Facebook];
        let mut metas = Vec::new();
        for platform in platforms {
            metas.push(Meta::start(platform).await.unwrap());
        }
        let metas: [Meta; 3] = metas.try_into().unwrap();
        metas[2].switch(|switches| switches.reexchange_extends = true);
        let apps = [X::start().await.unwrap(), X::start().await.unwrap()];
        apps[1].set_app_type(AppType::Confidential);
        // Sixty days write the book some thousand times: they need not wait for a disk.
        let home = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap();
        let write = |id: &str, base: &str, origin: &str, hosts: &[&str]| provider_file(home.path(), id, base, origin, hosts);
        write("threads-here", "threads", metas[0].origin(), &["web", "graph"]);
        write("instagram-here", "instagram", metas[1].origin(), &["web", "api", "graph"]);
        write("facebook-here", "facebook", metas[2].origin(), &["web", "graph"]);
        for (app, x) in apps.iter().enumerate() {
            write(&format!("x-{app}"), "x", x.origin(), &["web", "api"]);
            for kind in ["x-oauth1", "x-app", "x-keys"] {
                write(&format!("{kind}-{app}"), kind, x.origin(), &["api"]);
            }
        }
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        Town {
            rig,
            metas,
            apps,
            servers: [practice(Flavor::Mastodon).await, practice(Flavor::GoToSocial).await],
            residents: Vec::new(),
            people: crowd().map(|name| &*name.leak()).collect(),
            ahead,
        }
    }

    /// All clocks go on.
    pub fn later(&self, seconds: i64) {
        let by = Duration::from_secs(seconds.unsigned_abs());
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.metas.iter().for_each(|meta| meta.advance(by));
        self.apps.iter().for_each(|x| x.advance(by));
    }

    pub fn now(&self) -> i64 {
        now() + self.ahead.load(Ordering::Relaxed)
    }

    pub fn meta(&self, platform: Platform) -> &Meta {
        self.metas.iter().find(|meta| meta.platform() == platform).unwrap()
    }

    /// Whether any of the platforms takes this token.
    pub fn is_alive(&self, token: &str) -> bool {
        self.metas.iter().any(|meta| meta.token(token).is_some_and(|t| t.alive))
            || self.apps.iter().any(|x| x.token(token).is_some_and(|t| t.alive))
            || self.servers.iter().any(|server| server.tokens().iter().any(|t| t == token))
    }

    async fn log_in(&mut self, person: &'static str, plan: LoginPlan, fate: impl FnOnce(i64) -> Fate) -> String {
        self.rig.habit(Habit::Allow(person));
        let account = self.rig.log_in(plan).await.account;
        let fate = fate(account.expires.unwrap_or_default());
        self.move_in(account.id.clone(), person, fate);
        account.id
    }

    fn move_in(&mut self, account: String, person: &'static str, fate: Fate) {
        self.residents.push(Resident { account, person, fate });
    }

    /// Logins by OAuth 2.0, by paste so that no port is held.
    async fn pairs(&mut self, app: usize) {
        let plan = self.plan_of_pair(app);
        for at in 0..12 {
            self.log_in(self.people[at], plan.clone(), |_| Fate::Rotates { app }).await;
        }
    }

    fn plan_of_pair(&self, app: usize) -> LoginPlan {
        let kind = format!("x-{app}");
        self.register(&kind, app);
        let secret: &[_] = if app == 0 {
            &[("client_type", "public")]
        } else {
            &[("client_type", "confidential"), ("client_secret", x::CLIENT_SECRET)]
        };
        self.plan(&kind, [&[("client_id", x::CLIENT_ID)], secret].concat())
    }

    fn register(&self, provider: &str, app: usize) {
        let providers = self.rig.keeper.catalogue();
        let provider = providers.into_iter().find(|p| p.id == provider).unwrap();
        let redirect = provider.redirects.into_iter().find(|d| d.kind == RedirectKind::Paste).unwrap();
        let _ = self.apps[app].register_callback(&redirect.redirect_uri.unwrap());
    }

    fn plan(&self, provider: &str, answers: Vec<(&str, &str)>) -> LoginPlan {
        let providers = self.rig.keeper.catalogue();
        let known = providers.iter().find(|p| p.id == provider).unwrap();
        LoginPlan {
            provider: provider.into(),
            client_name: "weather-bot".into(),
            answers: answers.into_iter().map(|(k, v)| (k.to_owned(), v.into())).collect(),
            scopes: known.scopes.iter().filter(|s| s.default).map(|s| s.id.clone()).collect(),
            redirect: Some(RedirectKind::Paste),
            ..LoginPlan::default()
        }
    }

    /// Tokens of the three that were made elsewhere and have three to sixty days left.
    async fn adopted(&mut self) {
        let facebook = self.plan(
            "facebook-here",
            vec![("client_id", Platform::Facebook.app_id()), ("client_secret", APP_SECRET)],
        );
        let renews = |at, lead, unknown| Fate::Renews { at, lead, unknown };
        let ada = self.log_in("ada", facebook, |_| renews(Platform::Facebook, 7, false)).await;
        let client = self.rig.account(&ada).client;
        let kinds = [
            (Platform::Threads, "threads-here", 43, 7, true),
            // Nobody can be asked when a token of Instagram's ends.
            (Platform::Instagram, "instagram-here", 40, 14, true),
            (Platform::Facebook, "facebook-here", 30, 7, false),
        ];
        let mut arriving = JoinSet::new();
        for (platform, provider, how_many, lead, unknown) in kinds {
            for at in 0..how_many {
                let lives = Duration::from_secs((3 + at * 57 / how_many) * 86_400);
                let person = self.people[at as usize];
                // Threads tells testers of the app when their tokens end, and nobody else.
                let told = platform == Platform::Threads && at % 2 == 0;
                self.meta(platform).set_tester(person, told);
                let made = self
                    .meta(platform)
                    .generate_token(person, &[platform.basic(), "pages_show_list"], Some(lives));
                let (made, keeper) = (Secret::new(made.unwrap()), self.rig.keeper.clone());
                let import = TokenImport {
                    provider: Some(provider.into()),
                    client: (platform == Platform::Facebook).then(|| client.clone()),
                    ..TokenImport::default()
                };
                let fate = renews(platform, lead, unknown && !told);
                arriving.spawn(async move { (keeper.import_token(&made, &import).await.unwrap(), person, fate) });
            }
        }
        for (account, person, fate) in arriving.join_all().await {
            self.move_in(account, person, fate);
        }
    }

    /// The Pages of those at Facebook.
    async fn pages(&mut self) {
        let at_facebook = |r: &&Resident| {
            matches!(
                r.fate,
                Fate::Renews {
                    at: Platform::Facebook,
                    ..
                }
            ) && r.person != "ada"
        };
        let owners = self.residents.iter().filter(at_facebook).take(20);
        let owners: Vec<_> = owners.map(|r| (r.account.clone(), r.person)).collect();
        for (owner, person) in owners {
            let found = self.rig.keeper.sub_accounts(&owner).await.unwrap();
            let kept = self.rig.keeper.keep_sub_accounts(&owner, &[found[0].id.clone()]).await.unwrap();
            self.move_in(kept[0].clone(), person, Fate::Stays);
        }
    }

    /// What does not end: OAuth 1.0a, the apps' own tokens, ready-made keys, and the servers.
    async fn keys_and_servers(&mut self) {
        for app in [0, 1] {
            let keys = self.apps[app].keys();
            let pair = vec![("client_id", keys.api_key.as_str()), ("client_secret", &keys.api_secret)];
            let owners = vec![("access_token", x::ACCESS_TOKEN), ("token_secret", x::ACCESS_TOKEN_SECRET)];
            let kind = |kind: &str| format!("{kind}-{app}");
            self.register(&kind("x-oauth1"), app);
            let signed = self.plan(&kind("x-oauth1"), pair.clone());
            let own = self.plan(&kind("x-app"), pair.clone());
            let brought = self.plan(&kind("x-keys"), [pair, owners].concat());
            self.log_in("ada", LoginPlan { redirect: None, ..own }, |_| Fate::Stays).await;
            self.log_in("ada", LoginPlan { redirect: None, ..brought }, |_| Fate::Stays).await;
            for at in 20..26 {
                self.log_in(self.people[at], signed.clone(), |_| Fate::Stays).await;
            }
        }
        for (server, how_many) in [(0, 8), (1, 8)] {
            let plan = plan(&self.rig, &self.servers[server], RedirectKind::OutOfBand);
            for at in 0..how_many {
                self.log_in(self.people[at], plan.clone(), |_| Fate::Stays).await;
            }
        }
    }

    /// Those whom nobody but a person renews.
    async fn until_they_end(&mut self) {
        let ends = |by| Fate::Ends { by };
        self.apps[0].switch(|switches| switches.access_lifetime = Duration::from_secs(40 * 86_400));
        let mut once = self.plan_of_pair(0);
        once.scopes.retain(|scope| scope != "offline.access");
        for at in 30..36 {
            self.log_in(self.people[at], once.clone(), ends).await;
        }
        self.apps[0].switch(|switches| switches.access_lifetime = Duration::from_secs(7200));
        self.servers[0].answer_with(Answer::ExpiresIn(20 * 86_400));
        let plan = plan(&self.rig, &self.servers[0], RedirectKind::OutOfBand);
        for at in 30..34 {
            self.log_in(self.people[at], plan.clone(), ends).await;
        }
    }
}
