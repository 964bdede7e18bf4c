//! Adding, confirming and removing deliveries: what is confirmed is what was shown, and what was not added leaves nothing.

use keybearer_core::ledger::Purpose;
use keybearer_core::token::Secret;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::vault::{Vault, account_key, previous_key, target_key};
use keybearer_practice::delivery::CREDENTIAL;
use serde_json::{Value, json};

use super::{Stage, read};
use crate::children::{Keyring, in_session};
use crate::mock_keychain;

const WORDS: &str = "correct horse battery";

fn change_book(s: &Stage, change: impl FnOnce(&mut Value)) {
    let path = s.rig.home.path().join("data/book.json");
    let mut book: Value = serde_json::from_str(&read(&path)).unwrap();
    change(&mut book);
    std::fs::write(path, book.to_string()).unwrap();
}

/// The keychain as the keeper has it.
fn keychain(s: &Stage) -> Keychain {
    mock_keychain::keychain(s.rig.home.path())
}

async fn kept(s: &Stage, id: &str) -> bool {
    holds(s, target_key(id)).await
}

async fn holds(s: &Stage, key: String) -> bool {
    let keychain = keychain(s);
    tokio::task::spawn_blocking(move || keychain.read(&key).unwrap().is_some())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_is_for_the_account_that_was_shown() {
    let s = Stage::new().await;
    let (ada, grace) = (s.account.clone(), s.adopt("grace").await);
    let delivery = s.add(s.vault()).await;
    let asked = s.depot.requests().len();
    // The dialog stands open; somebody writes another account into the book.
    change_book(&s, |book| {
        book["deliveries"][0]["account"] = json!(grace);
        book["deliveries"][0]["confirmed"] = json!(false);
    });
    let confirm = async |account: &str| s.rig.keeper.confirm_delivery(&delivery.id, account, &s.vault()).await;
    assert_eq!(confirm(&ada).await.unwrap_err().code(), "delivery-unconfirmed");
    assert!(!s.ended(&delivery.id).await.confirmed);
    // Nor does a yes to the one count for the other, whatever the book says.
    change_book(&s, |book| book["deliveries"][0]["confirmed"] = json!(true));
    assert_eq!(s.rig.keeper.deliver(&delivery.id).await.unwrap_err().code(), "delivery-unconfirmed");
    assert_eq!(s.depot.requests().len(), asked);
    confirm(&grace).await.unwrap();
    assert!(s.ended(&delivery.id).await.current);
    let keys = s.depot.vault_secret("kv/bots/ada").1.unwrap();
    assert_eq!(keys["token"], s.rig.token(&grace).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_target_twice_is_one_delivery() {
    let s = Stage::new().await;
    let add = async || {
        let credential = Some(Secret::new(CREDENTIAL));
        s.rig.keeper.add_delivery(&s.account, s.vault(), credential).await.unwrap()
    };
    let (one, other) = tokio::join!(add(), add());
    let third = s.add(s.vault()).await;
    assert!(third.current);
    assert_eq!(s.rig.keeper.view().deliveries.len(), 1);
    for id in [one, other] {
        assert!(!kept(&s, &id).await, "its credential went with it");
    }
    assert!(kept(&s, &third.id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_was_not_added_leaves_nothing() {
    let s = Stage::new().await;
    s.rig.keeper.use_sealed_file(Secret::new(WORDS)).await.unwrap();
    let kept = || {
        let files = std::fs::read_dir(s.rig.home.path().join("data/sealed")).unwrap();
        files
            .filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with("target-"))
            .count()
    };
    s.add(s.env("a")).await;
    assert_eq!(kept(), 1);
    // The book can be read and not be written.
    let lock = s.rig.home.path().join("data/book.lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let refused = s.rig.keeper.add_delivery(&s.account, s.env("b"), None).await.unwrap_err();
    assert_eq!((refused.code().as_str(), kept()), ("disk", 1));
    std::fs::remove_dir(&lock).unwrap();
    assert_eq!(s.rig.keeper.view().deliveries.len(), 1);
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn a_delivery_can_be_removed_without_its_keychain() {
    in_session(Keyring::None, "delivery::setup::child_without_its_keychain");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_without_its_keychain() {
    let s = Stage::new().await;
    s.rig.keeper.use_sealed_file(Secret::new(WORDS)).await.unwrap();
    let delivery = s.add(s.env(".env")).await;
    // As after a move to a machine without the keychain that these were arranged with.
    change_book(&s, |book| {
        let one = book["deliveries"][0].clone();
        for id in ["a", "b"] {
            let mut other = one.clone();
            other["id"] = json!(id.repeat(32));
            other["store"] = json!("keychain");
            book["deliveries"].as_array_mut().unwrap().push(other);
        }
    });
    s.rig.keeper.remove_delivery(&"a".repeat(32)).await.unwrap();
    assert_eq!(s.rig.keeper.view().deliveries.len(), 2);
    s.rig.keeper.delete_account(&s.account).await.unwrap();
    let view = s.rig.keeper.view();
    assert!(view.deliveries.is_empty() && view.accounts.is_empty());
    let book: Value = serde_json::from_str(&s.rig.book()).unwrap();
    let left = |id: &str| json!(target_key(&id.repeat(32)));
    assert_eq!(
        book["left_behind"],
        json!([account_key(&s.account), left("a"), left("b")]),
        "to be forgotten once it is there; the account was kept before the file was chosen"
    );
    assert!(!book.to_string().contains(&delivery.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leftover_secrets_are_deleted_when_the_keychain_is_back() {
    let s = Stage::new().await;
    let (gone, stays) = (s.add(s.env("a")).await.id, s.add(s.env("b")).await.id);
    change_book(&s, |book| {
        book["deliveries"].as_array_mut().unwrap().remove(0);
        // What came back meanwhile under its old name is somebody's.
        book["left_behind"] = json!([
            target_key(&gone),
            target_key(&stays),
            account_key(&s.account),
            previous_key(&s.account)
        ]);
    });
    let (keychain, predecessor) = (keychain(&s), previous_key(&s.account));
    let write = move || keychain.write(&predecessor, &Secret::new("what was before"));
    tokio::task::spawn_blocking(write).await.unwrap().unwrap();
    assert!(kept(&s, &gone).await && kept(&s, &stays).await);
    s.rig.keeper.check_store().await.unwrap();
    assert!(!kept(&s, &gone).await && kept(&s, &stays).await);
    assert!(!holds(&s, previous_key(&s.account)).await, "nobody can step back to it");
    s.rig.keeper.access_token(&s.account, Purpose::Token).await.unwrap();
    let book: Value = serde_json::from_str(&s.rig.book()).unwrap();
    assert_eq!(book["left_behind"], json!([]));
}
