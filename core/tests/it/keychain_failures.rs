//! A keychain that hangs, stops and restarts, asks for its password, loses an entry, or comes from another backup than the
//! book. No token is lost, other work goes on, and the error says what happened.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use keybearer_core::keeper::Keeper;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::vault::patience::Patience;
use keybearer_core::vault::{Store, Vault, account_key};
use keybearer_core::view::{LoginPlan, StoreKind, StoreState};
use keybearer_practice::x::{AppType, Message};
use keybearer_practice::{Flavor, Practice};

use crate::browser::Landing;
use crate::children::{self, Keyring, in_session};
use crate::keyring;
use crate::mock_keychain::{keychain, store};
use crate::rig::{Habit, Rig, plan, practice, soon};
use crate::x::Stage;

async fn copy(keeper: &Keeper, id: &str) -> Result<String, &'static str> {
    let copied = soon("a copy or its error", keeper.access_token(id, Purpose::Token)).await;
    copied.map(|token| token.expose().to_owned()).map_err(|e| e.code().as_str())
}

async fn until_stored(rig: &Rig) {
    soon("what waits to be stored by itself", async {
        while rig.keeper.view().store.unstored > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

async fn until_state(rig: &Rig, state: StoreState) {
    soon("the keychain's state", async {
        while rig.keeper.view().store.keychain != state {
            let _ = rig.keeper.check_store().await;
        }
    })
    .await;
}

/// Another client of the same server: the first one's secret lies in the keychain.
fn other(rig: &Rig, p: &Practice) -> LoginPlan {
    LoginPlan {
        client_name: "another".into(),
        ..plan(rig, p, RedirectKind::Loopback)
    }
}

/// Works on an account's secret behind the keeper's back.
async fn behind_its_back<T: Send + 'static>(rig: &Rig, id: &str, work: impl FnOnce(Store, String) -> T + Send + 'static) -> T {
    let store = store(rig.home.path());
    let key = account_key(id);
    tokio::task::spawn_blocking(move || work(store, key)).await.unwrap()
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn a_keychain_that_hangs() {
    in_session(Keyring::Unlocked, "keychain_failures::child_whose_keychain_hangs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_whose_keychain_hangs() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let ada = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let stopped = keyring::Stopped::new(keyring::daemon().await);
    assert_eq!(copy(&rig.keeper, &ada).await, Err("keychain-silent"));
    until_state(&rig, StoreState::Silent).await;
    assert!(rig.keeper.sweep().await.is_empty());
    // What is won now is copied from memory.
    rig.habit(Habit::Allow("grace"));
    let grace = rig.log_in(other(&rig, &p)).await.account;
    assert!(grace.unstored);
    let won = copy(&rig.keeper, &grace.id).await.unwrap();
    assert_eq!(rig.keeper.delete_account(&ada).await.unwrap_err().code(), "keychain-silent");
    drop(stopped);
    until_stored(&rig).await;
    assert!(copy(&rig.keeper, &ada).await.is_ok());
    let rig = rig.restart();
    assert_eq!(copy(&rig.keeper, &grace.id).await, Ok(won));
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn a_keychain_that_stops_and_restarts() {
    in_session(Keyring::Unlocked, "keychain_failures::child_whose_keychain_stops");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_whose_keychain_stops() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let ada = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let token = copy(&rig.keeper, &ada).await.unwrap();
    keyring::signal(keyring::daemon().await, "TERM");
    until_state(&rig, StoreState::Missing).await;
    assert_eq!(copy(&rig.keeper, &ada).await, Err("keychain-missing"));
    rig.habit(Habit::Allow("grace"));
    let grace = rig.log_in(other(&rig, &p)).await.account;
    assert!(grace.unstored);
    let won = copy(&rig.keeper, &grace.id).await;
    keyring::start();
    until_stored(&rig).await;
    assert_eq!(copy(&rig.keeper, &ada).await, Ok(token));
    let rig = rig.restart();
    assert_eq!(copy(&rig.keeper, &grace.id).await, won);
}

/// The desktop's own password dialog, worked by its keys.
struct Prompter(Child);

impl Prompter {
    async fn start() -> Prompter {
        let mut command = Command::new("/usr/libexec/gcr-prompter");
        let started = Prompter(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        soon("the prompter", keyring::until_on_bus("org.gnome.keyring.SystemPrompter")).await;
        started
    }

    /// Waits for the dialog.
    async fn asks(&self) {
        soon("a prompt", async {
            while !xdotool(&["search", "--onlyvisible", "--class", "gcr-prompter"]) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }

    async fn gone(&self) {
        soon("the prompt to go", async {
            while xdotool(&["search", "--onlyvisible", "--class", "gcr-prompter"]) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }

    async fn answer(&self, keys: &[&str]) {
        self.asks().await;
        // Without a window manager nobody else gives it the keyboard.
        xdotool(&["search", "--onlyvisible", "--class", "gcr-prompter", "windowfocus", "--sync"]);
        for key in keys {
            assert!(xdotool(&["key", "--delay", "20", key]));
        }
        self.gone().await;
    }
}

impl Drop for Prompter {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn xdotool(args: &[&str]) -> bool {
    let mut command = Command::new("xdotool");
    command
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
        .success()
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn a_keychain_that_asks_for_its_password() {
    children::on_a_screen("keychain_failures::child_whose_keychain_asks");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_whose_keychain_asks() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let ada = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let token = copy(&rig.keeper, &ada).await.unwrap();
    let prompter = Prompter::start().await;
    keyring::lock().await;
    // Nobody is asked for what happens by itself, and nothing waits for whoever is asked.
    assert!(rig.keeper.sweep().await.is_empty());
    let wish = tokio::spawn({
        let (keeper, ada) = (rig.keeper.clone(), ada.clone());
        async move { copy(&keeper, &ada).await }
    });
    prompter.asks().await;
    // Nobody has answered yet.
    assert_eq!(rig.keeper.view().accounts.len(), 1);
    prompter.answer(&["t", "e", "s", "t", "Return"]).await;
    assert_eq!(wish.await.unwrap(), Ok(token.clone()));

    // Dismissed: that is said, and the next wish asks again.
    keyring::lock().await;
    let keeper = rig.keeper.clone();
    let wish = tokio::spawn({
        let ada = ada.clone();
        async move { copy(&keeper, &ada).await }
    });
    prompter.answer(&["Escape"]).await;
    assert_eq!(wish.await.unwrap(), Err("keychain-locked"));

    // Left open: whoever waits stops waiting, there is no second prompt, and the late answer counts.
    let hasty = Patience {
        glance: Duration::from_millis(100),
        person: Duration::from_millis(1500),
    };
    let impatient = std::sync::Arc::new(keychain(rig.home.path()).with_patience(hasty));
    let read = |keychain: &std::sync::Arc<Keychain>| {
        let (keychain, key) = (keychain.clone(), account_key(&ada));
        tokio::task::spawn_blocking(move || keychain.read(&key).map(|s| s.is_some()).map_err(|e| e.code().as_str()))
    };
    for _ in 0..2 {
        assert_eq!(soon("an end of waiting", read(&impatient)).await.unwrap(), Err("keychain-locked"));
    }
    prompter.answer(&["t", "e", "s", "t", "Return"]).await;
    soon("the late answer", async {
        while read(&impatient).await.unwrap() != Ok(true) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_eq!(copy(&rig.keeper, &ada).await, Ok(token));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_was_deleted_by_hand() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let ada = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let token = copy(&rig.keeper, &ada).await.unwrap();
    let kept = behind_its_back(&rig, &ada, |store, key| {
        let kept = store.read(StoreKind::Keychain, &key).unwrap().unwrap();
        store.delete(StoreKind::Keychain, &key).unwrap();
        kept
    })
    .await;
    assert_eq!(copy(&rig.keeper, &ada).await, Err("secret-missing"));
    assert_eq!(rig.account(&ada).trouble.unwrap().code, "secret-missing");
    // It is back; and so it is without being asked for by a login.
    behind_its_back(&rig, &ada, move |store, key| store.write(&key, &kept).unwrap()).await;
    assert_eq!(copy(&rig.keeper, &ada).await, Ok(token));
    assert_eq!(rig.account(&ada).trouble, None);
    behind_its_back(&rig, &ada, |store, key| store.delete(StoreKind::Keychain, &key).unwrap()).await;
    // Rubbish is no secret either. A login mends both.
    behind_its_back(&rig, &ada, |store, key| store.write(&key, &Secret::new("{\"v\":")).unwrap()).await;
    assert_eq!(copy(&rig.keeper, &ada).await, Err("secret-missing"));
    assert_eq!(rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id, ada);
    assert!(copy(&rig.keeper, &ada).await.is_ok() && rig.account(&ada).trouble.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_book_is_restored() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let file = s.rig.home.path().join("data/book.json");
    let older = std::fs::read(&file).unwrap();
    s.later(7200);
    let second = copy(&s.rig.keeper, &account.id).await.unwrap();
    let renewed = s.rig.account(&account.id);
    std::fs::write(&file, older).unwrap();
    assert_eq!(copy(&s.rig.keeper, &account.id).await, Ok(second));
    assert_eq!(s.rig.account(&account.id).expires, renewed.expires);
    assert_eq!(s.x.count(Message::Refresh), 1, "and nothing was spent for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_keychain_is_restored() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let older = behind_its_back(&s.rig, &account.id, |store, key| {
        store.read(StoreKind::Keychain, &key).unwrap().unwrap()
    })
    .await;
    s.later(7200);
    copy(&s.rig.keeper, &account.id).await.unwrap();
    behind_its_back(&s.rig, &account.id, move |store, key| store.write(&key, &older).unwrap()).await;
    // Its pair was spent: X says so, and the account does, and nobody asks again.
    for _ in 0..2 {
        assert_eq!(copy(&s.rig.keeper, &account.id).await, Err("token-dead"));
    }
    assert_eq!(s.x.count(Message::Refresh), 2);
    // And that is not forgotten because the entry was gone for a while.
    let kept = behind_its_back(&s.rig, &account.id, |store, key| {
        let kept = store.read(StoreKind::Keychain, &key).unwrap().unwrap();
        store.delete(StoreKind::Keychain, &key).unwrap();
        kept
    })
    .await;
    assert_eq!(copy(&s.rig.keeper, &account.id).await, Err("secret-missing"));
    behind_its_back(&s.rig, &account.id, move |store, key| store.write(&key, &kept).unwrap()).await;
    assert_eq!(copy(&s.rig.keeper, &account.id).await, Err("token-dead"));
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn a_login_over_a_locked_keychain_is_newer_than_any_renewal_before_it() {
    in_session(Keyring::Unlocked, "keychain_failures::child_that_logs_in_again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_that_logs_in_again() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    for _ in 0..2 {
        s.later(7200);
        copy(&s.rig.keeper, &account.id).await.unwrap();
    }
    let mut login = s.rig.start(s.plan(AppType::Public, RedirectKind::Paste));
    login.until_waiting().await;
    keyring::lock().await;
    match s.rig.landing().await {
        Landing::Nowhere(text) | Landing::Home(text, _) => s.rig.keeper.paste(&login.id, &text).unwrap(),
        other => panic!("{other:?}"),
    }
    assert_eq!(login.end().await.unwrap(), account.id);
    let won = copy(&s.rig.keeper, &account.id).await.unwrap();
    keyring::unlock().await;
    until_stored(&s.rig).await;
    assert_eq!(copy(&s.rig.keeper, &account.id).await, Ok(won.clone()));
    assert!(s.x.token(&won).unwrap().alive);
}
