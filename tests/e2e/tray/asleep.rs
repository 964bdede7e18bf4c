//! Nobody is there: stores that are locked, sealed or gone, a computer that slept, a network that comes back.

use std::time::{Duration, Instant};

use keybearer_practice::meta::Message;

use super::{LONG, Stage};
use crate::desktop::until;

/// The store is locked at a hidden start: said once, nothing counts as failed, and after a sleep it goes on at once.
#[tokio::test(flavor = "multi_thread")]
async fn locked_store_and_waking_up() {
    let s = Stage::new(LONG).await;
    s.desktop.lock_keyring();
    let _app = s.start(55, &["--hidden"]);
    let said = s.panel.said(1).await;
    assert_eq!(said[0].summary, "Keybearer is locked");
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(s.meta.count(Message::Refresh), 0);
    assert!(
        s.book()["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|a| a["trouble"].is_null() && a["later"].is_null())
    );
    s.desktop.unlock_keyring();
    let woken = Instant::now();
    s.panel.wake().await;
    until("both renewed", || (s.meta.count(Message::Refresh) == 2).then_some(()));
    assert!(woken.elapsed() < Duration::from_secs(10), "it did not wait for its own clock");
    s.panel.menu(|menu| menu[0].label.starts_with("@ada")).await;
    assert_eq!(s.panel.said(1).await.len(), 1, "what renews by itself is no news");
}
