//! The keychain as each system has it: what it takes, what is sealed instead, and what an earlier version left.

use std::path::Path;

use keybearer_core::token::Secret;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::vault::sealed::new_identity;
use keybearer_core::vault::{Store, Vault as _};
use keybearer_core::view::{StoreKind, StoreState};
use tempfile::TempDir;

use crate::{IS_MACOS, IS_WINDOWS, need_own_keychain, secret};

/// A keychain of its own for a test, empty again at its end.
struct Drawer {
    home: TempDir,
    service: String,
}

impl Drawer {
    fn new() -> Drawer {
        need_own_keychain();
        let home = TempDir::new().unwrap();
        let service = format!("test {}", home.path().display());
        Drawer { home, service }
    }

    fn keychain(&self) -> Keychain {
        Keychain::new(&self.service)
    }

    fn store(&self, limit: usize) -> Store {
        Store::new(self.home.path(), StoreKind::Keychain, &self.service).with_keychain(self.keychain().with_limit(limit))
    }

    fn sealed(&self, key: &str) -> bool {
        self.home.path().join(format!("sealed/{}.age", key.replace('/', "-"))).exists()
    }
}

impl Drop for Drawer {
    fn drop(&mut self) {
        for key in ["account/a", "account/b", "account/c", "seal"] {
            let _ = self.keychain().delete(key);
        }
    }
}

#[test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
fn the_keychain_keeps_reads_and_forgets() {
    let drawer = Drawer::new();
    let keychain = drawer.keychain();
    assert_eq!(keychain.state(), StoreState::Ready);
    keychain.delete("account/a").unwrap();
    assert!(keychain.read("account/a").unwrap().is_none());
    let longest = match () {
        () if IS_WINDOWS => keychain.limit(),
        () if IS_MACOS => 30_000,
        () => 120_000,
    };
    for value in ["x".to_owned(), "{\"v\":1,\"t\":\"ü令牌%2F🔑\"}".to_owned(), "l".repeat(longest)] {
        keychain.write("account/a", &secret(&value)).unwrap();
        assert_eq!(keychain.read("account/a").unwrap().unwrap().expose(), value);
        assert!(Keychain::new("test other").read("account/a").unwrap().is_none());
        assert!(keychain.read("account/b").unwrap().is_none());
    }
    if IS_WINDOWS {
        let error = keychain.write("account/a", &secret(&"l".repeat(longest + 1))).unwrap_err();
        assert_eq!(error.code(), "keychain-refused", "the limit is where it is said to be");
    }
    keychain.delete("account/a").unwrap();
    assert!(keychain.read("account/a").unwrap().is_none());
}

#[test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
fn each_system_has_its_own_limit() {
    let drawer = Drawer::new();
    let store = || Store::new(drawer.home.path(), StoreKind::Keychain, &drawer.service);
    let (small, large) = (secret("small"), secret(&"canary".repeat(500)));
    let kind = |sealed: bool| if sealed { StoreKind::SealedFile } else { StoreKind::Keychain };
    assert_eq!(store().write("account/a", &small).unwrap(), kind(IS_MACOS));
    let written = store().write("account/b", &large).unwrap();
    assert_eq!(written, kind(IS_WINDOWS || IS_MACOS));
    assert_eq!(store().read(written, "account/b").unwrap().unwrap(), large);
}

/// Version 0.1.0 wrote entries that a roaming profile takes to other computers.
#[test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
fn nothing_roams() {
    let drawer = Drawer::new();
    if !IS_WINDOWS {
        println!("not run: only Windows has profiles that roam");
        return;
    }
    let earlier = keyring::v1::Entry::new(&drawer.service, "account/a").unwrap();
    let persistence = || earlier.inner.get_attributes().unwrap()["persistence"].clone();
    earlier.set_password("earlier").unwrap();
    assert_eq!(persistence(), "Enterprise");
    assert_eq!(drawer.keychain().read("account/a").unwrap().unwrap().expose(), "earlier");
    drawer.keychain().write("account/a", &secret("later")).unwrap();
    assert_eq!(persistence(), "Local");
    assert_eq!(earlier.get_password().unwrap(), "later", "it is the same entry");
}

/// A keychain that has the sealed files' key only, as on macOS, where each entry is a question to the person.
#[test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
fn one_entry_is_enough() {
    let drawer = Drawer::new();
    let store = || drawer.store(0);
    for (key, value) in [("account/a", "one"), ("account/b", ""), ("account/c", "three")] {
        assert_eq!(store().write(key, &secret(value)).unwrap(), StoreKind::SealedFile);
        assert!(drawer.keychain().read(key).unwrap().is_none(), "{key}");
    }
    assert!(drawer.keychain().read("seal").unwrap().is_some());
    for kind in [StoreKind::SealedFile, StoreKind::Keychain] {
        assert_eq!(store().read(kind, "account/a").unwrap().unwrap().expose(), "one");
        assert_eq!(store().read(kind, "account/b").unwrap().unwrap().expose(), "");
    }
    store().delete(StoreKind::Keychain, "account/a").unwrap();
    assert!(store().read(StoreKind::Keychain, "account/a").unwrap().is_none());
    // Whoever opens the sealed files by words has said them for that; the keychain has the rest.
    store().unseal(&secret("correct horse battery")).unwrap();
    assert_eq!(store().write("account/a", &secret("new")).unwrap(), StoreKind::Keychain);
    assert_eq!(store().read(StoreKind::Keychain, "account/a").unwrap().unwrap().expose(), "new");
}

/// A kill after any step of the move: the key is made, the files' folder, the file, and the entry is still there.
#[test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
fn what_an_earlier_version_left_is_moved() {
    for killed in ["before", "key made", "folder made", "file written", "file renewed"] {
        let drawer = Drawer::new();
        let earlier = drawer.keychain();
        earlier.write("account/a", &secret("kept")).unwrap();
        earlier.write("account/b", &secret("other")).unwrap();
        match killed {
            "key made" => earlier.write("seal", &new_identity()).unwrap(),
            "folder made" => _ = drawer.store(0).write("account/c", &secret("third")).unwrap(),
            "file written" | "file renewed" => {
                let value = if killed == "file written" { "kept" } else { "renewed" };
                drawer.store(0).write("account/a", &secret(value)).unwrap();
                earlier.write("account/a", &secret("kept")).unwrap();
            }
            _ => {}
        }
        let expected = if killed == "file renewed" { "renewed" } else { "kept" };
        let read = |kind| drawer.store(0).read(kind, "account/a").unwrap().unwrap();
        assert_eq!(read(StoreKind::Keychain), secret(expected), "{killed}");
        assert!(drawer.sealed("account/a"), "{killed}");
        assert_eq!(read(StoreKind::Keychain), secret(expected), "{killed}");
        assert_eq!(read(StoreKind::SealedFile), secret(expected), "{killed}");
        // The next writing clears what a kill left in the keychain; a read has already, where nothing was sealed before.
        drawer.store(0).write("account/a", &secret("next")).unwrap();
        assert!(earlier.read("account/a").unwrap().is_none(), "{killed}");
        assert_eq!(read(StoreKind::Keychain), secret("next"), "{killed}");
        assert_eq!(
            earlier.read("account/b").unwrap().unwrap(),
            secret("other"),
            "what nobody asks for stays"
        );
        if killed == "before" {
            drawer.store(0).read(StoreKind::Keychain, "account/b").unwrap();
            assert!(earlier.read("account/b").unwrap().is_none() && drawer.sealed("account/b"));
        }
    }
}

/// A token grows over the limit and back; a kill leaves two of them, and the newer one counts.
#[test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
fn the_newer_of_two_counts() {
    let drawer = Drawer::new();
    let (small, large) = (secret("small"), secret(&"large".repeat(100)));
    let read = || drawer.store(100).read(StoreKind::Keychain, "account/a").unwrap().unwrap();
    drawer.store(100).write("account/a", &small).unwrap();
    drawer.store(100).write("account/a", &large).unwrap();
    assert!(
        drawer.keychain().read("account/a").unwrap().is_none(),
        "no older one is left behind"
    );
    // Killed before that: the entry is still there, and the book does not know of the sealed file.
    drawer.keychain().write("account/a", &small).unwrap();
    assert_eq!(read(), large);
    let shorter = Secret::new("shorter");
    assert_eq!(drawer.store(100).write("account/a", &shorter).unwrap(), StoreKind::Keychain);
    assert_eq!((read(), drawer.sealed("account/a")), (shorter, false));
    assert!(Path::new(drawer.home.path()).join("sealed/recipient").exists());
}
