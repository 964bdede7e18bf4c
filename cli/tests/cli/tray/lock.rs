//! `keybearer store lock`, and the tray process that has the key of the window's.

use keybearer_core::token::Secret;
use keybearer_practice::meta::{Meta, Platform};
use tokio::process::Child;
use zbus::zvariant::OwnedFd;

use super::{Session, WORDS, until};
use crate::rig::{Start as _, ended, with_threads};
use crate::serve::{python, socket};

/// The tray process over encrypted files that it has no key of, the account's token, and the platform.
pub async fn sealed() -> (Session, Child, String, Meta) {
    let s = Session::new().await;
    let meta = Meta::start(Platform::Threads).await.unwrap();
    let token = with_threads(&s.home, Some(WORDS), &meta).await;
    let child = s.start(&[]).await;
    until("the socket", async || socket(&s.home).exists().then_some(())).await;
    (s, child, token, meta)
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_tray_process_forgets_the_key() {
    let (s, child, token, _meta) = sealed().await;
    let path = socket(&s.home);
    let window = s.home.keeper();
    for long in ["session", "hour"] {
        window.open_sealed_file(Secret::new(WORDS)).await.unwrap();
        let key = window.sealed_file_key().unwrap().to_pipe().unwrap();
        let key = OwnedFd::from(std::os::fd::OwnedFd::from(key));
        s.ask("Unlock", &(key, long)).await.unwrap();
        assert_eq!(python(&path, "ada").await, token);
        until("the account in the menu", async || {
            let menu = s.menu().await?;
            menu.iter().any(|(_, label)| label.starts_with("@ada")).then_some(())
        })
        .await;
        let locked = ended(s.command(&["store", "lock"]).start()).await;
        assert_eq!((locked.code, locked.out.as_str()), (0, "files\tlocked\n"), "{locked:?}");
        assert_eq!(python(&path, "ada").await, "passphrase-needed");
        // Nor has the window's process a key to give.
        assert!(window.sealed_file_key().is_none());
        until("the lock in the menu", async || {
            let menu = s.menu().await?;
            menu.iter().any(|(_, label)| label.starts_with("Locked")).then_some(())
        })
        .await;
    }
    s.click("Quit").await;
    assert_eq!(ended(child).await.code, 0);
}
