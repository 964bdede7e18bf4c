//! The stores: the real Secret Service, unlocked, locked, locked midway, refusing and absent, and the sealed files. Each
//! session that is not the usual one is a child's.

use std::fs;
use std::path::Path;

use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::vault::sealed::new_identity;
use keybearer_core::vault::{Store, Vault};
use keybearer_core::view::{StepKind, StoreKind, StoreState};
use keybearer_practice::Flavor;
use tempfile::TempDir;

use crate::browser::{Visit, visit};
use crate::children::{Keyring, in_process, in_session};
use crate::keyring;
use crate::mock_keychain;
use crate::rig::{Rig, plan, practice, soon, steps};
use crate::system::mode;

pub const WORDS: &str = "correct horse battery";

pub fn secret(text: &str) -> Secret {
    Secret::new(text)
}

pub fn code<T>(result: keybearer_core::error::Result<T>) -> &'static str {
    result.err().map_or("", |e| e.code().as_str())
}

/// Every file below, with its mode where there are modes.
pub fn below(folder: &Path) -> Vec<(std::path::PathBuf, Option<u32>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        found.push((entry.path(), mode(&entry.path())));
        if entry.path().is_dir() {
            found.extend(below(&entry.path()));
        }
    }
    found
}

#[test]
fn what_is_too_large_for_the_keychain_is_sealed_by_an_identity_in_it() {
    let home = TempDir::new().unwrap();
    let keychain = || mock_keychain::keychain(home.path());
    let store = || Store::new(home.path(), StoreKind::Keychain, "").with_keychain(keychain().with_limit(100));
    let (small, large) = (secret("small"), secret(&"canary".repeat(500)));
    let first = store();
    assert_eq!(first.write("account/s", &small).unwrap(), StoreKind::Keychain);
    assert_eq!(first.state(StoreKind::SealedFile), StoreState::Missing);
    assert_eq!(first.write("account/l", &large).unwrap(), StoreKind::SealedFile);
    assert!(
        below(home.path())
            .iter()
            .all(|(p, _)| p.is_dir() || !String::from_utf8_lossy(&fs::read(p).unwrap()).contains("canary"))
    );

    let second = store();
    assert_eq!(
        second.read(StoreKind::SealedFile, "account/l").unwrap().unwrap(),
        large,
        "nobody needs to type anything"
    );
    assert_eq!(
        second.read(StoreKind::SealedFile, "account/s").unwrap().unwrap(),
        small,
        "the vault is the truth, whatever the book says"
    );
    assert_eq!(second.read(StoreKind::Keychain, "account/l").unwrap().unwrap(), large);
    // It grew smaller: it moves to the keychain, and no older one is found behind it.
    assert_eq!(second.write("account/l", &small).unwrap(), StoreKind::Keychain);
    assert_eq!(second.read(StoreKind::Keychain, "account/l").unwrap().unwrap(), small);
    second.delete(StoreKind::Keychain, "account/l").unwrap();
    assert!(second.read(StoreKind::Keychain, "account/l").unwrap().is_none());
    second.write("account/l", &large).unwrap();

    // Words of one's own beside the identity: both open.
    let third = store();
    third.unseal(&secret(WORDS)).unwrap();
    keychain().write("seal", &new_identity()).unwrap();
    let foreign = store();
    assert_eq!(
        code(foreign.read(StoreKind::SealedFile, "account/l")),
        "passphrase-needed",
        "a foreign identity opens nothing"
    );
    assert_eq!(code(foreign.write("account/m", &large)), "passphrase-needed", "and writes nothing");
    foreign.unseal(&secret(WORDS)).unwrap();
    assert_eq!(foreign.read(StoreKind::SealedFile, "account/l").unwrap().unwrap(), large);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keeper_with_sealed_files() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    assert_eq!(code(rig.keeper.use_sealed_file(secret("short")).await), "passphrase-short");
    assert_eq!(rig.keeper.view().store.kind, StoreKind::Keychain, "nothing was chosen");
    rig.keeper.use_sealed_file(secret(WORDS)).await.unwrap();
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    assert_eq!((account.store, account.unstored), (StoreKind::SealedFile, false));
    let token = rig.token(&account.id).await;
    for (path, mode) in below(&rig.home.path().join("data")) {
        let own = if path.is_dir() { 0o700 } else { 0o600 };
        assert!(mode.is_none_or(|mode| mode == own), "{}", path.display());
        assert!(
            path.is_dir() || !String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(&token),
            "{}",
            path.display()
        );
    }
    let rig = rig.restart();
    let store = rig.keeper.view().store;
    assert_eq!((store.kind, store.state), (StoreKind::SealedFile, StoreState::Locked));
    assert_eq!(
        code(rig.keeper.access_token(&account.id, Purpose::Token).await),
        "passphrase-needed"
    );
    assert_eq!(code(rig.keeper.use_sealed_file(secret("wrong words")).await), "passphrase-wrong");
    rig.keeper.use_sealed_file(secret(WORDS)).await.unwrap();
    assert_eq!(rig.token(&account.id).await, token);
    // Back to the keychain: what is sealed stays sealed, what is new goes there.
    rig.keeper.use_keychain().await.unwrap();
    assert_eq!(rig.token(&account.id).await, token);
    let second = rig.log_in(plan(&rig, &p, RedirectKind::OutOfBand)).await.account;
    assert_eq!((second.id == account.id, second.store), (true, StoreKind::Keychain));
    assert_ne!(rig.token(&account.id).await, token);
    rig.keeper.delete_account(&account.id).await.unwrap();
    let left = below(&rig.home.path().join("data/sealed"));
    assert!(
        left.iter().all(|(p, _)| !p.to_string_lossy().contains("account")),
        "deleted in both stores"
    );
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn sessions_with_other_keychains() {
    std::thread::scope(|s| {
        s.spawn(|| in_session(Keyring::None, "vault::child_without_a_keychain"));
        s.spawn(|| in_session(Keyring::Locked, "vault::child_with_a_locked_keychain"));
        s.spawn(|| in_session(Keyring::Unlocked, "vault::child_whose_keychain_locks_midway"));
        s.spawn(|| in_session(Keyring::None, "vault::child_whose_keychain_refuses"));
        s.spawn(|| {
            in_process("vault::child_without_a_bus", |c| {
                c.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("XDG_RUNTIME_DIR");
            });
        });
    });
}

#[test]
#[ignore = "a child's"]
fn child_without_a_bus() {
    let keychain = Keychain::new("test");
    assert_eq!(keychain.state(), StoreState::Missing);
    assert_eq!(code(keychain.write("account/a", &secret("x"))), "keychain-missing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_without_a_keychain() {
    let keychain = Keychain::new("test");
    assert_eq!(keychain.state(), StoreState::Missing);
    let tried = [code(
        tokio::task::spawn_blocking(move || {
            assert_eq!(code(keychain.write("account/a", &secret("x"))), "keychain-missing");
            assert_eq!(code(keychain.delete("account/a")), "keychain-missing");
            keychain.read("account/a")
        })
        .await
        .unwrap(),
    )];
    assert_eq!(tried, ["keychain-missing"]);
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let trip = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    assert!(
        trip.account.unstored && !steps(&trip.events).contains(&StepKind::Stored),
        "never a silent downgrade"
    );
    let token = rig.token(&trip.account.id).await;
    assert_eq!((vec![token.clone()], rig.keeper.view().store.unstored), (p.tokens(), 1));
    assert!(!rig.home.path().join("data/sealed").exists());
    assert_eq!(code(rig.keeper.use_keychain().await), "keychain-missing");
    assert_eq!(code(rig.keeper.check_store().await), "keychain-missing");
    assert_eq!(rig.keeper.view().store.state, StoreState::Missing);
    // The person chooses the sealed file: what waited is stored.
    rig.keeper.use_sealed_file(secret(WORDS)).await.unwrap();
    let account = rig.account(&trip.account.id);
    assert_eq!((account.store, account.unstored), (StoreKind::SealedFile, false));
    let rig = rig.restart();
    rig.keeper.use_sealed_file(secret(WORDS)).await.unwrap();
    assert_eq!(rig.token(&trip.account.id).await, token);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_with_a_locked_keychain() {
    let keychain = Keychain::new("test");
    // A keyring that has only just started may not have its collection yet when it is told to lock it.
    soon("the lock", async {
        while keychain.state() != StoreState::Locked {
            keyring::lock().await;
        }
    })
    .await;
    let tried = tokio::task::spawn_blocking(move || {
        [
            code(keychain.write("account/a", &secret("x"))),
            code(keychain.read("account/a")),
            code(keychain.delete("account/a")),
        ]
    });
    assert_eq!(soon("a locked keychain", tried).await.unwrap(), ["keychain-locked"; 3]);
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    assert!(rig.account(&id).unstored);
    let token = rig.token(&id).await;
    keyring::unlock().await;
    until_stored(&rig).await;
    let rig = rig.restart();
    assert_eq!(rig.token(&id).await, token);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_whose_keychain_locks_midway() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    keyring::lock().await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    visit(&link, &Visit::allow("ada"), &rig.keeper).await;
    assert_eq!(login.end().await.unwrap(), id);
    assert!(rig.account(&id).unstored && rig.keeper.view().store.unstored == 1);
    let token = rig.token(&id).await;
    assert_eq!(p.tokens().last(), Some(&token), "the token is not lost");
    let living = p.tokens();
    assert_eq!(code(rig.keeper.check_store().await), "keychain-locked");
    assert_eq!(rig.keeper.view().store.state, StoreState::Locked);
    // Another account's secrets are behind the lock; the error says so, and nothing hangs.
    let client = rig.account(&id).client;
    assert_eq!(
        code(soon("a locked read", rig.keeper.client_secret(&client)).await),
        "keychain-locked"
    );
    assert_eq!(code(soon("a locked revoke", rig.keeper.revoke(&id)).await), "keychain-locked");
    assert_eq!(p.tokens(), living, "and nothing was revoked");
    // An older token of this account is behind the lock: deleting must not leave it there.
    assert_eq!(code(rig.keeper.delete_account(&id).await), "keychain-locked");
    assert_eq!(rig.token(&id).await, token);
    keyring::unlock().await;
    until_stored(&rig).await;
    let rig = rig.restart();
    assert_eq!(rig.token(&id).await, token, "the newest token is the one that was stored");
}

/// The watcher looks every two seconds; nobody presses anything.
async fn until_stored(rig: &Rig) {
    soon("the secret to be stored by itself", async {
        while rig.keeper.view().store.unstored > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_whose_keychain_refuses() {
    let _service = keyring::refusing().await;
    let keychain = Keychain::new("test");
    assert_eq!(keychain.state(), StoreState::Ready);
    let refused = tokio::task::spawn_blocking(move || keychain.write("account/a", &secret("canary")));
    let error = soon("a refusing keychain", refused).await.unwrap().unwrap_err();
    assert_eq!(error.code(), "keychain-refused", "{error:?}");
    assert!(!format!("{error:?}").contains("canary"));
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    assert!(account.unstored, "kept in memory, as with any store that does not take it");
}
