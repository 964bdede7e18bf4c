//! What happens between two steps of one act: another process logs in or adds a delivery, a store refuses, the program quits.
//! Nothing is lost, and the book never promises what the store has not.

use std::fs::File;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keybearer_core::keeper::{Clock, Keeper, Outside, Reason, TokenImport, now};
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::{DAY, Secret};
use keybearer_core::vault::Vault as _;
use keybearer_core::vault::{account_key, client_key, target_key};
use keybearer_core::view::{LoginPlan, RenewalOutcome, StoreState, Target};
use keybearer_practice::meta::{Failure, Message, Meta, Platform};
use keybearer_practice::x::AppType;
use keybearer_practice::{Fault, Flavor};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::delivery::at;
use crate::mock_keychain::{Operation, WatchedKeychain, keychain};
use crate::rig::{Habit, Rig, keeper_at, outside, plan, practice, provider_file};
use crate::x;

const WORDS: &str = "correct horse battery";

/// A keeper that knows Threads as the practice platform plays it, over a keychain that is watched.
struct Stage {
    rig: Rig,
    meta: Meta,
    keychain: Arc<WatchedKeychain>,
    ahead: Arc<AtomicI64>,
}

fn clock(ahead: &Arc<AtomicI64>) -> Clock {
    let ahead = ahead.clone();
    Arc::new(move || now() + ahead.load(Ordering::Relaxed))
}

impl Stage {
    async fn new() -> Stage {
        let ahead = Arc::default();
        let clock = clock(&ahead);
        Stage::with_clock(ahead, clock).await
    }

    async fn with_clock(ahead: Arc<AtomicI64>, clock: Clock) -> Stage {
        let meta = Meta::start(Platform::Threads).await.unwrap();
        let home = TempDir::new().unwrap();
        provider_file(home.path(), "threads-here", "threads", meta.origin(), &["web", "graph"]);
        let keychain = WatchedKeychain::new(home.path());
        let rig = Rig::with_entries(home, clock, keychain.clone());
        Stage {
            rig,
            meta,
            keychain,
            ahead,
        }
    }

    /// Both clocks go on.
    fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.meta.advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    fn made(&self, person: &str) -> Secret {
        let lives = Duration::from_secs((60 * DAY).unsigned_abs());
        Secret::new(self.meta.generate_token(person, &["threads_basic"], Some(lives)).unwrap())
    }

    async fn adopt(&self, person: &str) -> String {
        adopt(&self.rig.keeper, self.made(person)).await
    }

    /// A keeper of another process over the same folders and keychain.
    fn other(&self) -> Keeper {
        keeper_at(self.rig.home.path(), clock(&self.ahead))
    }

    /// The same, with a keychain that is watched.
    fn other_watched(&self) -> (Keeper, Arc<WatchedKeychain>) {
        let home = self.rig.home.path();
        let keychain = WatchedKeychain::new(home);
        let entries = keychain.clone();
        let outside = Outside {
            entries,
            ..outside(home, clock(&self.ahead))
        };
        (Keeper::open(outside).unwrap(), keychain)
    }
}

async fn adopt(keeper: &Keeper, made: Secret) -> String {
    let import = TokenImport {
        provider: Some("threads-here".into()),
        ..TokenImport::default()
    };
    keeper.import_token(&made, &import).await.unwrap()
}

fn env_file(rig: &Rig, name: &str) -> Target {
    Target::EnvFile {
        place: at(&rig.home.path().join(name)),
        key: "TOKEN".into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failed_renewal_says_nothing_about_the_token_of_a_newer_login() {
    let (ahead, armed) = (Arc::default(), Arc::new(AtomicBool::new(false)));
    let newer: Arc<Mutex<Option<(Keeper, Secret, File)>>> = Arc::default();
    let watched: Clock = {
        let (clock, armed, newer, handle) = (clock(&ahead), armed.clone(), newer.clone(), Handle::current());
        Arc::new(move || {
            if armed.load(Ordering::Relaxed)
                && let Some((keeper, made, file)) = newer.lock().unwrap().take_if(|(.., file)| file.try_lock().is_ok())
            {
                // The renewal has failed and released the account.
                drop(file);
                tokio::task::block_in_place(|| handle.block_on(adopt(&keeper, made)));
            }
            clock()
        })
    };
    let s = Stage::with_clock(ahead, watched).await;
    let id = s.adopt("ada").await;
    s.later(54 * DAY);
    s.meta.fail_always(Message::Refresh, Some(Failure::Graph(2, None)));
    let lock = s.rig.home.path().join(format!("data/locks/{id}.lock"));
    *newer.lock().unwrap() = Some((s.other(), s.made("ada"), File::open(lock).unwrap()));
    s.keychain.before({
        let armed = armed.clone();
        let key = account_key(&id);
        move |call, read| {
            // The token of the renewal is read under the account's lock.
            if (call, read) == (Operation::Read, key.as_str()) {
                armed.store(true, Ordering::Relaxed);
            }
            Ok(())
        }
    });
    let done = s.rig.keeper.sweep().await;
    assert_eq!(done[0].outcome, RenewalOutcome::Later);
    assert!(newer.lock().unwrap().is_none(), "the login came in between");
    let account = s.rig.account(&id);
    assert!(account.trouble.is_none() && account.later.is_none(), "{account:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_that_is_being_kept_counts_as_busy() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    rig.habit(Habit::Allow("grace"));
    let meant = LoginPlan {
        expect: "@ada".into(),
        ..plan(&rig, &p, RedirectKind::Loopback)
    };
    let mut login = rig.start(meant);
    login.held().await;
    let kept = rig.keeper.keep_mismatch(&login.id);
    tokio::pin!(kept);
    tokio::select! {
        biased;
        _ = &mut kept => panic!("no store is that fast"),
        () = std::future::ready(()) => {}
    }
    assert!(rig.keeper.is_busy());
    rig.keeper.rest(Duration::from_secs(10)).await;
    kept.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_is_compared_with_the_store_that_the_book_names() {
    let s = Stage::new().await;
    let words = || Secret::new(WORDS);
    // An older token of the account lies in the sealed files.
    s.rig.keeper.use_sealed_file(words()).await.unwrap();
    let id = s.adopt("ada").await;
    s.rig.keeper.use_keychain().await.unwrap();
    s.later(60);
    assert_eq!(s.adopt("ada").await, id);
    s.rig.keeper.use_sealed_file(words()).await.unwrap();
    let (other, keychain) = s.other_watched();
    other.open_sealed_file(words()).await.unwrap();
    s.later(2 * DAY);
    keychain.refuse(|call, _| call == Operation::Write);
    other.renew(&id, Reason::Asked).await.unwrap();
    assert_eq!(other.view().store.unstored, 2, "the token and its predecessor");
    // Meanwhile this process finds the older token, and renews it twice.
    for _ in 0..3 {
        s.later(2 * DAY);
        s.rig.keeper.renew(&id, Reason::Asked).await.unwrap();
    }
    let newest = s.rig.token(&id).await;
    keychain.refuse(|_, _| false);
    other.check_store().await.unwrap();
    assert_eq!(other.view().store.unstored, 0);
    assert_eq!(s.rig.token(&id).await, newest);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_secret_that_is_refused_holds_up_no_other() {
    let s = Stage::new().await;
    s.keychain.refuse(|call, _| call == Operation::Write);
    let mut ids = [s.adopt("ada").await, s.adopt("grace").await];
    ids.sort();
    let first = account_key(&ids[0]);
    s.keychain.refuse(move |call, key| call == Operation::Write && key == first);
    assert_eq!(s.rig.keeper.check_store().await.unwrap_err().code(), "keychain-refused");
    assert!(s.rig.account(&ids[0]).unstored && !s.rig.account(&ids[1]).unstored);
    s.keychain.refuse(|_, _| false);
    s.rig.keeper.check_store().await.unwrap();
    assert!(!s.rig.account(&ids[0]).unstored);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_account_that_cannot_be_deleted_says_so() {
    let home = TempDir::new().unwrap();
    let keychain = WatchedKeychain::new(home.path());
    let rig = Rig::with_entries(home, Arc::new(now), keychain.clone());
    let p = practice(Flavor::GoToSocial).await;
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    keychain.refuse(|call, _| call == Operation::Delete);
    assert_eq!(rig.keeper.revoke(&id).await.unwrap_err().code(), "keychain-refused");
    assert!(p.tokens().is_empty());
    assert_eq!(rig.account(&id).trouble.unwrap().code, "token-dead");
    keychain.refuse(|_, _| false);
    rig.keeper.delete_account(&id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_is_added_while_its_account_is_deleted_leaves_no_secret() {
    let s = Stage::new().await;
    let id = s.adopt("ada").await;
    let first = s.rig.keeper.add_delivery(&id, env_file(&s.rig, "one"), None).await.unwrap();
    s.rig.keeper.rest(Duration::from_secs(10)).await;
    let added: Arc<Mutex<Option<String>>> = Arc::default();
    s.keychain.before({
        let (added, key, handle) = (added.clone(), target_key(&first), Handle::current());
        let (other, account, target) = (s.other(), id.clone(), env_file(&s.rig, "two"));
        move |call, deleted| {
            let mut added = added.lock().unwrap();
            if call == Operation::Delete && deleted == key && added.is_none() {
                let adding = other.add_delivery(&account, target.clone(), None);
                *added = Some(handle.block_on(adding).unwrap());
            }
            Ok(())
        }
    });
    s.rig.keeper.delete_account(&id).await.unwrap();
    let view = s.rig.keeper.view();
    assert!(view.accounts.is_empty() && view.deliveries.is_empty());
    let second = added.lock().unwrap().take().unwrap();
    let keychain = keychain(s.rig.home.path());
    let left = tokio::task::spawn_blocking(move || keychain.read(&target_key(&second)).unwrap().is_some());
    assert!(!left.await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_needs_no_secret_any_more_never_lacks_one() {
    let mut watched = None;
    let s = x::Stage::with_entries(|home| watched.insert(WatchedKeychain::new(home)).clone()).await;
    s.register("x-here", RedirectKind::Paste);
    let id = s.rig.log_in(s.plan(AppType::Confidential, RedirectKind::Paste)).await.account.id;
    let client = s.rig.account(&id).client;
    let book = s.rig.home.path().join("data/book.json");
    let said: Arc<Mutex<Vec<bool>>> = Arc::default();
    watched.unwrap().before({
        let (said, key) = (said.clone(), client_key(&client));
        move |call, deleted| {
            if call == Operation::Delete && deleted == key {
                // A kill now leaves this book.
                let book: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&book).unwrap()).unwrap();
                said.lock().unwrap().push(book["clients"][0]["has_secret"] == true);
            }
            Ok(())
        }
    });
    let again = s.rig.log_in(s.plan(AppType::Public, RedirectKind::Paste)).await.account;
    assert_eq!((again.id, s.rig.account(&id).client), (id.clone(), client));
    assert_eq!(*said.lock().unwrap(), [false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_came_back_while_the_keychain_was_locked_is_not_forgotten() {
    let s = Stage::new().await;
    s.adopt("ada").await;
    s.later(54 * DAY);
    s.meta.fail_always(Message::Refresh, Some(Fault::Drop.into()));
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Later);
    s.meta.fail_always(Message::Refresh, None);
    s.keychain.set_state(StoreState::Locked);
    s.rig.keeper.network_is_back();
    assert!(s.rig.keeper.sweep().await.is_empty());
    s.keychain.set_state(StoreState::Ready);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    assert!(s.rig.keeper.sweep().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_whose_account_cannot_be_written_down_leaves_no_secret() {
    let s = Stage::new().await;
    let book = s.rig.home.path().join("data/book.json");
    s.keychain.before({
        let book = book.clone();
        move |call, key| {
            // A newer version of the program has written the book just now.
            if call == Operation::Write && key.starts_with("account/") {
                std::fs::write(&book, "{\"v\":99}").unwrap();
            }
            Ok(())
        }
    });
    let import = TokenImport {
        provider: Some("threads-here".into()),
        ..TokenImport::default()
    };
    let refused = s.rig.keeper.import_token(&s.made("ada"), &import).await.unwrap_err();
    assert_eq!(refused.code(), "book-newer");
    let keychain = keychain(s.rig.home.path());
    let left = tokio::task::spawn_blocking(move || keychain.keys().unwrap());
    assert!(left.await.unwrap().is_empty());
    std::fs::remove_file(book).unwrap();
    s.keychain.before(|_, _| Ok(()));
    s.adopt("ada").await;
}
