//! The person keeps secrets in another store from now on: what is obtained next is there, and nothing older stays in the store before.
//! A program that is killed at any step of that loses nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keybearer_core::keeper::{Keeper, TokenImport, now};
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::{Secret, Token};
use keybearer_core::vault::{Vault as _, account_key, client_key};
use keybearer_core::view::{StoreKind, StoreState};
use keybearer_practice::Flavor;
use keybearer_practice::meta::{Meta, Platform};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::mock_keychain::{Operation, WatchedKeychain, keychain};
use crate::rig::{Rig, keeper_at, plan, practice, provider_file, soon, until};

const WORDS: &str = "correct horse battery";

/// A keeper over a keychain that is watched, with an account that was imported.
struct Stage {
    rig: Rig,
    keychain: Arc<WatchedKeychain>,
    meta: Meta,
    account: String,
}

impl Stage {
    async fn new() -> Stage {
        let meta = Meta::start(Platform::Threads).await.unwrap();
        let home = TempDir::new().unwrap();
        provider_file(home.path(), "threads-here", "threads", meta.origin(), &["web", "graph"]);
        let keychain = WatchedKeychain::new(home.path());
        let mut stage = Stage {
            rig: Rig::with_entries(home, Arc::new(now), keychain.clone()),
            keychain,
            meta,
            account: String::new(),
        };
        stage.account = stage.import().await;
        stage
    }

    async fn import(&self) -> String {
        let lives = Duration::from_secs(60 * 86_400);
        let made = self.meta.generate_token("ada", &["threads_basic"], Some(lives)).unwrap();
        let import = TokenImport {
            provider: Some("threads-here".into()),
            ..TokenImport::default()
        };
        self.rig.keeper.import_token(&Secret::new(made), &import).await.unwrap()
    }

    /// Another token of the same person's: it is the same account.
    async fn again(&self) -> String {
        assert_eq!(self.import().await, self.account);
        self.rig.token(&self.account).await
    }

    async fn seal(&self) {
        self.rig.keeper.use_sealed_file(Secret::new(WORDS)).await.unwrap();
    }

    async fn holds(&self, key: &str) -> (bool, bool) {
        holds(&self.rig, key).await
    }

    fn left_behind(&self) -> Value {
        serde_json::from_str::<Value>(&self.rig.book()).unwrap()["left_behind"].clone()
    }
}

/// What each store has under this key: whether the keychain has a secret, and whether there is a sealed file.
async fn holds(rig: &Rig, key: &str) -> (bool, bool) {
    let (keychain, of) = (keychain(rig.home.path()), key.to_owned());
    let in_keychain = tokio::task::spawn_blocking(move || keychain.read(&of).unwrap().is_some());
    (in_keychain.await.unwrap(), sealed(rig.home.path(), key).exists())
}

fn sealed(home: &Path, key: &str) -> PathBuf {
    home.join(format!("data/sealed/{}.age", key.replace('/', "-")))
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        match entry.is_dir() {
            true => copied(&entry, &to),
            // A lock file may be in use; its content is nothing.
            false => drop(fs::copy(&entry, &to)),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_in_another_store_leaves_no_older_token_in_the_one_before() {
    let s = Stage::new().await;
    let key = account_key(&s.account);
    assert_eq!(s.holds(&key).await, (true, false));
    s.seal().await;
    assert_eq!(s.holds(&key).await, (true, false), "what is there stays");
    let second = s.again().await;
    assert_eq!((s.holds(&key).await, s.left_behind()), ((false, true), json!([])));
    // And back.
    s.rig.keeper.use_keychain().await.unwrap();
    assert_eq!(s.rig.token(&s.account).await, second);
    s.again().await;
    assert_eq!(s.holds(&key).await, (true, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_that_was_replaced_is_in_one_store() {
    let (rig, practice) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let account = rig.log_in(plan(&rig, &practice, RedirectKind::Loopback)).await.account;
    let key = client_key(&account.client);
    assert_eq!(holds(&rig, &key).await, (true, false));
    rig.keeper.use_sealed_file(Secret::new(WORDS)).await.unwrap();
    rig.keeper
        .replace_secret(&account.client, "", Secret::new("regenerated"))
        .await
        .unwrap();
    assert_eq!(holds(&rig, &key).await, (false, true));
    assert_eq!(rig.keeper.client_secret(&account.client).await.unwrap().expose(), "regenerated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keychain_that_is_locked_then_loses_the_older_token_later() {
    let s = Stage::new().await;
    let key = account_key(&s.account);
    s.seal().await;
    s.keychain.set_state(StoreState::Locked);
    let second = s.again().await;
    assert_eq!((s.holds(&key).await, s.left_behind()), ((true, true), json!([key])));
    s.keychain.set_state(StoreState::Ready);
    s.rig.keeper.check_store().await.unwrap();
    assert_eq!((s.holds(&key).await, s.left_behind()), ((false, true), json!([])));
    assert_eq!(s.rig.token(&s.account).await, second);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_deleted_leaves_nothing_in_a_locked_keychain() {
    let s = Stage::new().await;
    let key = account_key(&s.account);
    s.seal().await;
    s.keychain.set_state(StoreState::Locked);
    s.again().await;
    s.rig.keeper.delete_account(&s.account).await.unwrap();
    assert_eq!(s.holds(&key).await, (true, false));
    s.keychain.set_state(StoreState::Ready);
    s.rig.keeper.check_store().await.unwrap();
    assert_eq!((s.holds(&key).await, s.left_behind()), ((false, false), json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_waited_for_the_keychain_goes_to_the_sealed_files_alone() {
    let s = Stage::new().await;
    let key = account_key(&s.account);
    s.keychain.set_state(StoreState::Locked);
    let waits = s.again().await;
    assert!(s.rig.account(&s.account).unstored);
    s.seal().await;
    assert!(!s.rig.account(&s.account).unstored);
    assert_eq!(s.holds(&key).await, (true, true));
    s.keychain.set_state(StoreState::Ready);
    s.rig.keeper.check_store().await.unwrap();
    assert_eq!(s.holds(&key).await, (false, true));
    assert_eq!(s.rig.token(&s.account).await, waits);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_waited_for_the_passphrase_leaves_no_older_one() {
    let s = Stage::new().await;
    let key = account_key(&s.account);
    s.seal().await;
    let Stage {
        rig,
        keychain,
        meta,
        account,
    } = s;
    // After a restart the sealed files are locked.
    let rig = Rig::with_entries(rig.home, Arc::new(now), keychain.clone());
    let s = Stage {
        rig,
        keychain,
        meta,
        account,
    };
    let waits = s.again().await;
    assert!(s.rig.account(&s.account).unstored);
    s.rig.keeper.open_sealed_file(Secret::new(WORDS)).await.unwrap();
    assert!(!s.rig.account(&s.account).unstored);
    let (in_keychain, in_file) = s.holds(&key).await;
    assert!(in_keychain != in_file, "one store has it: {in_keychain}, {in_file}");
    assert_eq!(s.rig.token(&s.account).await, waits);
}

/// What a program that was killed leaves: a copy of everything before each call of the keychain.
struct Kills {
    copies: TempDir,
    number: AtomicUsize,
}

impl Kills {
    fn watch(s: &Stage) -> Arc<Kills> {
        let kills = Arc::new(Kills {
            copies: TempDir::new().unwrap(),
            number: AtomicUsize::new(0),
        });
        let (watching, home) = (kills.clone(), s.rig.home.path().to_owned());
        s.keychain.before(move |call, _| {
            if call != Operation::Read {
                let number = watching.number.fetch_add(1, Ordering::Relaxed);
                copied(&home, &watching.copies.path().join(number.to_string()));
            }
            Ok(())
        });
        kills
    }
}

async fn opened(home: &Path) -> Keeper {
    let keeper = keeper_at(home, Arc::new(now));
    if keeper.waits_for_passphrase() {
        keeper.open_sealed_file(Secret::new(WORDS)).await.unwrap();
    }
    keeper
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_step_of_a_move_costs_no_token() {
    let s = Stage::new().await;
    s.seal().await;
    let mut tokens = vec![s.rig.token(&s.account).await];
    for back in [false, true] {
        if back {
            s.rig.keeper.use_keychain().await.unwrap();
        }
        let kills = Kills::watch(&s);
        tokens.push(s.again().await);
        s.keychain.before(|_, _| Ok(()));
        let number = kills.number.load(Ordering::Relaxed);
        assert!(number > 0, "it was never in between");
        for copy in 0..number {
            let home = kills.copies.path().join(copy.to_string());
            // The keychain of the copy has the entries under the same name.
            let service = fs::read_dir(home.join("keychain")).unwrap();
            let service = service.map(|e| e.unwrap().path()).find(|p| p.is_dir()).unwrap();
            let name: String = crate::mock_keychain::service(&home).bytes().map(|b| format!("{b:02x}")).collect();
            fs::rename(service, home.join("keychain").join(name)).unwrap();
            let keeper = opened(&home).await;
            keeper.check_store().await.unwrap();
            let token = keeper.access_token(&s.account, Purpose::Token).await.unwrap().expose().to_owned();
            assert!(tokens[tokens.len() - 2..].contains(&token), "copy {copy}, back: {back}");
            // What is obtained next is whole again: one store has it.
            let book: Value = serde_json::from_str(&fs::read_to_string(home.join("data/book.json")).unwrap()).unwrap();
            assert_eq!(book["left_behind"], json!([]), "copy {copy}, back: {back}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_that_already_names_the_new_store_finds_the_token_in_the_old_one() {
    let s = Stage::new().await;
    let token = s.rig.token(&s.account).await;
    s.seal().await;
    // The next step would be to write the sealed file.
    let path = s.rig.home.path().join("data/book.json");
    let mut book: Value = serde_json::from_str(&s.rig.book()).unwrap();
    book["accounts"][0]["store"] = json!("sealed-file");
    book["left_behind"] = json!([account_key(&s.account)]);
    fs::write(path, book.to_string()).unwrap();
    s.rig.keeper.check_store().await.unwrap();
    assert_eq!(s.rig.token(&s.account).await, token);
    assert_eq!(
        s.holds(&account_key(&s.account)).await,
        (true, false),
        "the only one is not deleted"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_is_newer_than_a_renewal_that_ended_while_it_waited() {
    // Another process renews the account between the login's look at the book and its lock.
    let s = crate::x::Stage::new().await;
    let account = s.log_in().await.id;
    s.later(7200);
    let lock = keybearer_core::book::lock::account(&s.rig.home.path().join("data"), &account).unwrap();
    let mut login = s.rig.start(s.plan(keybearer_practice::x::AppType::Public, RedirectKind::Paste));
    login.until_waiting().await;
    match s.rig.landing().await {
        crate::browser::Landing::Nowhere(text) | crate::browser::Landing::Home(text, _) => s.rig.keeper.paste(&login.id, &text).unwrap(),
        other => panic!("{other:?}"),
    }
    until("the login's token", || s.x.count(keybearer_practice::x::Message::Token) == 2).await;
    // It holds its client's lock while it waits for the account's one. Meanwhile the store goes on, as a renewal leaves it.
    let client = &s.rig.account(&account).client;
    let of_client = fs::File::open(s.rig.home.path().join(format!("data/locks/client-{client}.lock"))).unwrap();
    let is_held = || of_client.try_lock().is_err() || of_client.unlock().is_err();
    until("its wait for the account", is_held).await;
    let key = account_key(&account);
    let store = crate::mock_keychain::store(s.rig.home.path());
    let renewed = Token {
        generation: 7,
        ..Token::from_stored(&store.read(StoreKind::Keychain, &key).unwrap().unwrap()).unwrap()
    };
    store.write(&key, &renewed.to_stored()).unwrap();
    drop(lock);
    assert_eq!(login.end().await.unwrap(), account);
    let kept = Token::from_stored(&store.read(StoreKind::Keychain, &key).unwrap().unwrap()).unwrap();
    assert!(kept.generation > 7, "{}", kept.generation);
    assert!(s.x.token(kept.access_token.expose()).unwrap().alive);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_task_waits_for_a_locked_keychain() {
    let s = Stage::new().await;
    let looks = Arc::new(Mutex::new(Vec::new()));
    s.keychain.set_state(StoreState::Locked);
    for _ in 0..5 {
        s.again().await;
    }
    let seen = looks.clone();
    s.keychain.on_probe(move || seen.lock().unwrap().push(std::time::Instant::now()));
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    let number = looks.lock().unwrap().len();
    assert!((1..=4).contains(&number), "{number} looks in five seconds");
    s.keychain.set_state(StoreState::Ready);
    soon("what waits to be stored by itself", async {
        while s.rig.account(&s.account).unstored {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    // A later one is watched again.
    s.keychain.set_state(StoreState::Locked);
    s.again().await;
    s.keychain.set_state(StoreState::Ready);
    soon("what waits later", async {
        while s.rig.account(&s.account).unstored {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}
