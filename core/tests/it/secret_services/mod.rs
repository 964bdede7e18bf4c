//! Secret Services of other desktops, as mocks on the bus of a child's session: no encrypted session, two entries for one
//! key, a default collection that leads nowhere, prompts that are dismissed or end with the service, a deletion that asks
//! first, more found than was looked for.

mod mock_service;

use keybearer_core::token::Secret;
use keybearer_core::vault::Vault;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::view::StoreState;

use self::mock_service::{MockService, OURS};
use crate::children::{Keyring, in_session};
use crate::rig::soon;

/// What the keychain answers, asked in a thread of its own.
async fn ask<T: Send + 'static>(
    work: impl FnOnce(Keychain) -> keybearer_core::error::Result<T> + Send + 'static,
) -> Result<T, &'static str> {
    let asked = tokio::task::spawn_blocking(move || work(Keychain::new(OURS)));
    soon("the keychain", asked).await.unwrap().map_err(|e| e.code().as_str())
}

async fn read(key: &'static str) -> Result<Option<String>, &'static str> {
    ask(move |k| Ok(k.read(key)?.map(|s| s.expose().to_owned()))).await
}

async fn write(key: &'static str, secret: &'static str) -> Result<(), &'static str> {
    ask(move |k| k.write(key, &Secret::new(secret))).await
}

async fn delete(key: &'static str) -> Result<(), &'static str> {
    ask(move |k| k.delete(key)).await
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn secret_services_of_other_desktops() {
    in_session(Keyring::None, "secret_services::child_with_an_unusual_service");
    in_session(Keyring::None, "secret_services::child_with_a_vague_service");
    in_session(Keyring::None, "secret_services::child_beside_another_program");
    in_session(Keyring::None, "secret_services::child_whose_service_ends_at_a_prompt");
}

/// What another program changes between two reads is seen by the second one, which asks the entry that was found by the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a child's"]
async fn child_beside_another_program() {
    let mock = MockService::start().await;
    let some = |text: &str| Ok(Some(text.to_owned()));
    write("account/a", "one").await.unwrap();
    for _ in 0..3 {
        assert_eq!(read("account/a").await, some("one"));
    }
    write("account/a", "two").await.unwrap();
    assert_eq!(read("account/a").await, some("two"));

    mock.put("account/a", "newer", 5000, false).await;
    assert_eq!(read("account/a").await, some("newer"));
    delete("account/a").await.unwrap();
    assert_eq!(read("account/a").await, Ok(None));

    // Its path is another account's now.
    write("account/a", "three").await.unwrap();
    assert_eq!(read("account/a").await, some("three"));
    mock.rename("account/a", "account/b");
    mock.set(|m| m.finds_more = true);
    assert_eq!(read("account/a").await, Ok(None));
    mock.set(|_| ());
    assert_eq!(read("account/a").await, Ok(None));
    assert_eq!(read("account/b").await, some("three"));
    mock.put("account/a", "four", 1, false).await;
    assert_eq!(read("account/a").await, some("four"));
    mock.set(|m| m.finds_more = true);
    assert_eq!(read("account/a").await, some("four"));
    mock.set(|_| ());

    mock.lock("account/a");
    mock.set(|m| m.dismisses = true);
    assert_eq!(read("account/a").await, Err("keychain-locked"));
    mock.set(|_| ());
    assert_eq!(read("account/a").await, some("four"));
    assert_eq!(read("account/a").await, some("four"));
    mock.lock("account/a");
    mock.set(|m| m.gives_empty_if_locked = true);
    assert_eq!(read("account/a").await, some("four"), "it is unlocked first");
    mock.set(|_| ());

    mock.begins_with_the_harmless_question();
    for _ in 0..2 {
        mock.restart().await;
        assert_eq!(read("account/a").await, some("four"));
        mock.begins_with_the_harmless_question();
    }
}

/// A prompt ends with its service. In a session that was kept the work runs again, once; in a new one it fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a child's"]
async fn child_whose_service_ends_at_a_prompt() {
    let mock = MockService::start().await;
    let at_a_prompt = || {
        mock.lock("account/a");
        mock.set(|m| m.leaves_prompts_open = true);
    };
    let again = async || {
        mock.prompts(1).await;
        mock.set(|_| ());
        mock.restart().await;
    };
    write("account/a", "one").await.unwrap();

    at_a_prompt();
    let (answer, ()) = tokio::join!(read("account/a"), again());
    assert_eq!(answer, Ok(Some("one".to_owned())));
    mock.prompts(1).await;
    at_a_prompt();
    let (answer, ()) = tokio::join!(write("account/a", "two"), again());
    assert_eq!((answer, mock.secrets("account/a")), (Ok(()), vec!["two".to_owned()]));
    mock.prompts(1).await;

    for _ in 0..2 {
        mock.restart().await;
        at_a_prompt();
        let (answer, ()) = tokio::join!(write("account/a", "three"), again());
        assert_eq!(
            (answer, mock.secrets("account/a")),
            (Err("keychain-refused"), vec!["two".to_owned()])
        );
        mock.prompts(0).await;
    }
    write("account/a", "three").await.unwrap();
    mock.prompts(1).await;

    at_a_prompt();
    let end = async || {
        mock.prompts(1).await;
        mock.end().await;
    };
    let (answer, ()) = tokio::join!(read("account/a"), end());
    assert_eq!(answer, Err("keychain-missing"));
    mock.set(|_| ());
    mock.begin().await;
    assert_eq!(read("account/a").await, Ok(Some("three".to_owned())));
    mock.begins_with_the_harmless_question();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a child's"]
async fn child_with_a_vague_service() {
    let mock = MockService::start().await;
    mock.set(|m| m.accepts_any_algorithm = true);
    write("account/a", "one").await.unwrap();
    assert_eq!(read("account/a").await, Ok(Some("one".to_owned())));
    assert_eq!(mock.secrets("account/a"), ["one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a child's"]
async fn child_with_an_unusual_service() {
    let mock = MockService::start().await;
    // Without an encrypted session, and that is known.
    assert_eq!(read("account/a").await, Ok(None));
    write("account/a", "one").await.unwrap();
    write("account/a", "two").await.unwrap();
    assert_eq!(
        (read("account/a").await, mock.secrets("account/a").len()),
        (Ok(Some("two".to_owned())), 1)
    );
    let algorithms = mock.state.lock().unwrap().algorithms.clone();
    assert_eq!(
        algorithms,
        ["dh-ietf1024-sha256-aes128-cbc-pkcs7", "plain"],
        "one session is enough"
    );
    let notes = |k: Keychain| Ok(k.notes());
    assert_eq!(ask(notes).await, Ok(vec!["cli-keychain-plain"]));

    // Two entries for one key: the newest counts, in whatever order they come, and no older one wins after a write.
    mock.put("account/b", "newest", 30, false).await;
    mock.put("account/b", "oldest", 10, false).await;
    mock.put("account/b", "older", 20, false).await;
    assert_eq!(read("account/b").await, Ok(Some("newest".to_owned())));
    assert_eq!(ask(notes).await, Ok(vec!["cli-keychain-plain", "cli-keychain-two"]));
    write("account/b", "written").await.unwrap();
    assert_eq!(mock.secrets("account/b"), ["written"]);
    mock.put("account/b", "again", 5, false).await;
    delete("account/b").await.unwrap();
    assert!(mock.secrets("account/b").is_empty() && read("account/b").await == Ok(None));

    // More is found than was looked for: another account's is not taken for this one's.
    mock.set(|m| m.finds_more = true);
    assert_eq!(read("account/c").await, Ok(None));
    write("account/c", "mine").await.unwrap();
    assert_eq!(read("account/a").await, Ok(Some("two".to_owned())));
    delete("account/c").await.unwrap();
    assert_eq!(mock.secrets("account/a"), ["two"]);

    // One entry is locked within a collection that is open; the person is asked, and may say no.
    mock.set(|m| m.dismisses = true);
    mock.put("account/d", "behind a lock", 1, true).await;
    assert_eq!(read("account/d").await, Err("keychain-locked"));
    assert_eq!(write("account/d", "x").await, Err("keychain-locked"));
    assert_eq!(delete("account/d").await, Err("keychain-locked"));
    assert_eq!(mock.secrets("account/d"), ["behind a lock"]);
    mock.set(|_| ());
    assert_eq!(read("account/d").await, Ok(Some("behind a lock".to_owned())));

    // A deletion that asks first: a no is not told as done.
    mock.set(|m| (m.asks_to_delete, m.dismisses) = (true, true));
    assert!(delete("account/d").await.is_err());
    assert_eq!(mock.secrets("account/d").len(), 1);
    mock.set(|m| m.asks_to_delete = true);
    delete("account/d").await.unwrap();
    assert!(mock.secrets("account/d").is_empty());

    // A default collection that leads nowhere: one that lasts is taken, and never the one that ends with the session.
    for nowhere in ["/", "/org/freedesktop/secrets/collection/gone"] {
        mock.set(|m| m.default = nowhere);
        assert_eq!(Keychain::new(OURS).state(), StoreState::Ready, "{nowhere}");
        write("account/e", "kept").await.unwrap();
        assert_eq!(read("account/e").await, Ok(Some("kept".to_owned())));
        delete("account/e").await.unwrap();
    }
    // And where there is none, one is made, if the person wants it.
    mock.set(|m| (m.default, m.is_empty, m.dismisses) = ("/", true, true));
    assert!(write("account/f", "kept").await.is_err());
    mock.set(|m| (m.default, m.is_empty) = ("/", true));
    write("account/f", "kept").await.unwrap();
    assert_eq!(mock.state.lock().unwrap().made, ["default"]);
    assert_eq!(read("account/f").await, Ok(Some("kept".to_owned())));

    mock.begins_with_the_harmless_question();
}
