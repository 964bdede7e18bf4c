//! Secrets on their way into the store. What a locked or missing store does not take waits in memory, so that a locked keychain
//! costs no token. A secret whose store has changed is moved: the book names the new store, the secret is written there and read
//! back, and only then is the old one deleted. [`Store::read`] finds the newest one after a kill at any step.
//!
//! [`Store::read`]: crate::vault::Store::read

use std::time::Duration;

use std::sync::atomic::Ordering;

use super::{Keeper, lock};
use crate::book::Book;
use crate::error::{Error, Result};
use crate::token::{Secret, Token};
use crate::vault::{PREVIOUS, account_key, client_key};
use crate::view::{StoreKind, StoreState};

/// How often a locked store is checked while something waits for it.
const CHECK_AGAIN: Duration = Duration::from_secs(2);

impl Keeper {
    /// Keeps a secret in the present store. False: it waits in memory. Blocks.
    pub(super) fn keep_secret(&self, key: &str, secret: &Secret) -> Result<(StoreKind, bool)> {
        self.keep_secret_in(self.shared.store.kind(), key, secret)
    }

    /// Keeps a secret in this store, the one of its predecessor. Blocks.
    pub(super) fn keep_secret_in(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<(StoreKind, bool)> {
        let _alone = lock(&self.shared.storing);
        match self.write(kind, key, secret) {
            Ok(kind) => {
                lock(&self.shared.pending).remove(key);
                Ok((kind, true))
            }
            // Whatever the reason: a token is not thrown away.
            Err(e) => {
                tracing::warn!(code = %e.code(), key, "not stored yet");
                lock(&self.shared.pending).insert(key.to_owned(), secret.clone());
                // Its predecessor is where it was.
                let named = store_named(&mut self.shared.book.read_lossy().0, key).map(|named| *named);
                Ok((named.unwrap_or(kind), false))
            }
        }
    }

    /// Keeps a secret in this store, or not at all: there is another copy of it. Blocks.
    pub(super) fn keep_or_leave(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<StoreKind> {
        let _alone = lock(&self.shared.storing);
        let kind = self.write(kind, key, secret)?;
        lock(&self.shared.pending).remove(key);
        Ok(kind)
    }

    /// Writes a secret. Where the book names another store for its predecessor, that one is deleted once the new one can be read.
    /// Blocks.
    fn write(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<StoreKind> {
        let store = &self.shared.store;
        let takes = store.taking(kind, secret);
        let named = store_named(&mut self.shared.book.read_lossy().0, key).map(|named| *named);
        let Some(before) = named.filter(|before| *before != takes) else {
            return store.write_in(kind, key, secret);
        };
        self.name_store(key, takes)?;
        let written = store.write_in(kind, key, secret);
        let written = written.and_then(|kind| match store.read_in(kind, key)?.as_ref() == Some(secret) {
            true => Ok(kind),
            false => Err(Error::SecretMissing),
        });
        match &written {
            Ok(_) => {
                if let Err(error) = self.forget_copy(before, key) {
                    tracing::info!(code = %error.code(), key, "an older secret stays for now");
                }
            }
            // It is where it was.
            Err(_) => self.name_store(key, before)?,
        }
        written
    }

    /// Has the book name this store for a secret. Blocks.
    fn name_store(&self, key: &str, kind: StoreKind) -> Result<()> {
        self.shared.book.change(|book| {
            let before = store_named(book, key).map(|named| std::mem::replace(named, kind));
            match (before, kind) {
                (Some(StoreKind::Keychain), StoreKind::SealedFile) => book.left_behind.insert(key.to_owned()),
                _ => book.left_behind.remove(key),
            };
            Ok(())
        })
    }

    /// Deletes an older secret from the store that the book does not name. A keychain that is locked or missing is asked later.
    /// Blocks.
    fn forget_copy(&self, kind: StoreKind, key: &str) -> Result<()> {
        let store = &self.shared.store;
        if kind == StoreKind::Keychain && store.state(kind) != StoreState::Ready {
            return Ok(());
        }
        store.delete_in(kind, key)?;
        if kind == StoreKind::Keychain {
            self.shared.book.change(|book| {
                book.left_behind.remove(key);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Reads a secret. Blocks.
    pub(super) fn read_secret(&self, kind: StoreKind, key: &str) -> Result<Secret> {
        if let Some(waits) = lock(&self.shared.pending).get(key) {
            return Ok(waits.clone());
        }
        self.shared.store.read(kind, key)?.ok_or(Error::SecretMissing)
    }

    /// Forgets a secret. Blocks.
    pub(super) fn forget_secret(&self, kind: StoreKind, key: &str) -> Result<()> {
        let _alone = lock(&self.shared.storing);
        let waited = lock(&self.shared.pending).remove(key);
        match (self.shared.store.delete(kind, key), waited) {
            // The locked store may have an older secret, which would outlive the account.
            (Err(error @ (Error::KeychainLocked | Error::KeychainSilent)), Some(secret)) => {
                lock(&self.shared.pending).insert(key.to_owned(), secret);
                Err(error)
            }
            // A secret that was never stored need not be deleted from a missing store.
            (Err(_), Some(_)) => Ok(()),
            // A missing keychain does not keep an account or a delivery from being removed.
            (Err(Error::KeychainMissing), None) => self.leave_behind(key),
            // It may have an older secret, from before the person chose sealed files.
            (Ok(()), _) if kind == StoreKind::SealedFile && self.is_closed_keychain() => self.leave_behind(key),
            (other, _) => other,
        }
    }

    /// Forgets a secret as soon as the store allows it: a store that is closed now is asked later. Blocks.
    pub(super) fn forget_secret_later(&self, kind: StoreKind, key: &str) -> Result<()> {
        match self.forget_secret(kind, key) {
            Err(error) if is_closed(&error) && kind == StoreKind::Keychain => self.leave_behind(key),
            other => other,
        }
    }

    /// Has a key deleted from the keychain when it is open again. Blocks.
    fn leave_behind(&self, key: &str) -> Result<()> {
        self.shared.book.change(|book| {
            book.left_behind.insert(key.to_owned());
            Ok(())
        })
    }

    fn is_closed_keychain(&self) -> bool {
        matches!(
            self.shared.store.state(StoreKind::Keychain),
            StoreState::Locked | StoreState::Silent
        )
    }

    /// The stores that can be read without asking the person.
    pub(super) async fn ready_stores(&self) -> Vec<StoreKind> {
        let state = |keeper: &Keeper, kind| keeper.shared.store.state(kind) == StoreState::Ready;
        let both = [StoreKind::Keychain, StoreKind::SealedFile];
        let ready = self.blocking(move |keeper| Ok(both.into_iter().filter(|kind| state(keeper, *kind)).collect()));
        ready.await.unwrap_or_default()
    }

    /// Looks at the keychain's state for [`Keeper::store_state`]. Unlike [`Keeper::check_store`] it stores and deletes nothing, and
    /// nothing prompts the person.
    pub async fn look_at_store(&self) {
        let looked = self.blocking(|keeper| {
            *lock(&keeper.shared.keychain) = keeper.shared.store.state(StoreKind::Keychain);
            Ok(())
        });
        // Only a panic could fail; then the state is the last known one.
        let _ = looked.await;
    }

    /// Checks the keychain, and stores what waits. The view changes.
    ///
    /// # Errors
    /// Why something still waits.
    pub async fn check_store(&self) -> Result<()> {
        let result = self.blocking(|keeper| {
            let state = keeper.shared.store.state(StoreKind::Keychain);
            *lock(&keeper.shared.keychain) = state;
            if state == StoreState::Ready
                && let Err(error) = keeper.forget_left_behind()
            {
                tracing::info!(code = %error.code(), "what was left behind stays for now");
            }
            keeper.flush()
        });
        let result = result.await;
        self.changed();
        result
    }

    /// Deletes from a keychain that was closed what belongs to accounts and deliveries that were removed meanwhile, and older secrets
    /// from the store that the book does not name. Blocks.
    fn forget_left_behind(&self) -> Result<()> {
        let (book, _) = self.shared.book.read_lossy();
        for key in &book.left_behind {
            let _alone = lock(&self.shared.storing);
            let mut now = self.shared.book.read()?;
            let used = is_used(&now, key);
            match store_named(&mut now, key).map(|named| *named).filter(|_| used) {
                // The newer one may wait for a passphrase.
                Some(StoreKind::SealedFile) => match self.is_superseded(StoreKind::Keychain, key) {
                    Ok(true) => self.shared.store.delete_in(StoreKind::Keychain, key)?,
                    _ => continue,
                },
                // The account has come back under its old id.
                Some(StoreKind::Keychain) => {}
                None if used => {}
                None => self.shared.store.delete(StoreKind::Keychain, key)?,
            }
            self.shared.book.change(|book| {
                book.left_behind.remove(key);
                Ok(())
            })?;
        }
        let in_keychain = |store: StoreKind, key: String| Some(key).filter(|_| store == StoreKind::Keychain);
        let accounts = book.accounts.iter().filter_map(|a| in_keychain(a.store, account_key(&a.id)));
        let clients = book.clients.iter().filter_map(|c| in_keychain(c.store, client_key(&c.id)));
        for key in accounts.chain(clients).filter(|key| self.shared.store.has_sealed_copy(key)) {
            let _alone = lock(&self.shared.storing);
            let still = store_named(&mut self.shared.book.read()?, &key).map(|named| *named) == Some(StoreKind::Keychain);
            if still && self.is_superseded(StoreKind::SealedFile, &key).unwrap_or(false) {
                self.shared.store.delete_in(StoreKind::SealedFile, &key)?;
            }
        }
        Ok(())
    }

    /// Whether the other store has a secret under this key, and this one has none that is newer. Blocks.
    fn is_superseded(&self, kind: StoreKind, key: &str) -> Result<bool> {
        let other = match kind {
            StoreKind::Keychain => StoreKind::SealedFile,
            StoreKind::SealedFile => StoreKind::Keychain,
        };
        let Some(there) = self.shared.store.read_in(other, key)? else {
            return Ok(false);
        };
        let here = self.shared.store.read_in(kind, key)?;
        Ok(!here.is_some_and(|here| is_newer(&here, &there)))
    }

    /// Stores what waits, each secret in the store that the book names, or in the present one while that one is not ready. A
    /// secret that is refused holds up no other. The answer is the first error. Blocks.
    fn flush(&self) -> Result<()> {
        let waiting: Vec<String> = lock(&self.shared.pending).keys().cloned().collect();
        let mut closed = Vec::new();
        let mut result = Ok(());
        for key in waiting {
            let kind = self.store_of(&key);
            // A person who has dismissed a prompt is not asked again for each secret.
            if closed.contains(&kind) {
                continue;
            }
            if let Err(error) = self.store_waiting(&key, kind) {
                if is_closed(&error) {
                    closed.push(kind);
                }
                result = result.and(Err(error));
            }
        }
        result
    }

    /// The store for a secret that waits.
    fn store_of(&self, key: &str) -> StoreKind {
        let of = key.strip_suffix(PREVIOUS).unwrap_or(key);
        let named = store_named(&mut self.shared.book.read_lossy().0, of).map(|named| *named);
        let present = self.shared.store.kind();
        // A keychain that is missing or locked does not keep its secrets waiting once the person has chosen sealed files.
        let is_usable = |kind: &StoreKind| *kind == present || self.shared.store.state(*kind) == StoreState::Ready;
        named.filter(is_usable).unwrap_or(present)
    }

    /// Stores one secret that waits. Blocks.
    fn store_waiting(&self, key: &str, kind: StoreKind) -> Result<()> {
        let _alone = lock(&self.shared.storing);
        // It may have been deleted meanwhile, or stored by a newer login.
        let Some(secret) = lock(&self.shared.pending).get(key).cloned() else {
            return Ok(());
        };
        // Another process may have stored a newer token.
        if self.shared.store.read(kind, key)?.is_some_and(|stored| is_newer(&stored, &secret)) {
            lock(&self.shared.pending).remove(key);
            return Ok(());
        }
        let kind = self.write(kind, key, &secret)?;
        self.shared.book.change(|book| {
            if let Some(named) = store_named(book, key) {
                *named = kind;
            }
            Ok(())
        })?;
        lock(&self.shared.pending).remove(key);
        Ok(())
    }

    /// Checks the store until it has taken what waits. One task does so for all.
    pub(super) fn watch_store(&self) {
        let is_watched = || self.shared.watching_store.swap(true, Ordering::SeqCst);
        if lock(&self.shared.pending).is_empty() || is_watched() {
            return;
        }
        let keeper = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(CHECK_AGAIN).await;
                let ready = keeper
                    .blocking(|keeper| Ok(keeper.shared.store.state(keeper.shared.store.kind()) == StoreState::Ready))
                    .await;
                if matches!(ready, Ok(true)) {
                    let _ = keeper.check_store().await;
                }
                // What is added later sees that nothing watches any more.
                let pending = lock(&keeper.shared.pending);
                if pending.is_empty() {
                    keeper.shared.watching_store.store(false, Ordering::SeqCst);
                    return;
                }
            }
        });
    }

    /// Keeps new secrets in the keychain from now on; those in sealed files stay there.
    ///
    /// # Errors
    /// [`Error::KeychainMissing`], [`Error::Disk`].
    pub async fn use_keychain(&self) -> Result<()> {
        self.blocking(|keeper| {
            if keeper.shared.store.state(StoreKind::Keychain) == StoreState::Missing {
                return Err(Error::KeychainMissing);
            }
            keeper.choose(StoreKind::Keychain)
        })
        .await?;
        self.check_store().await
    }

    pub(super) fn choose(&self, kind: StoreKind) -> Result<()> {
        self.shared.book.change(|book| {
            book.store = kind;
            Ok(())
        })?;
        self.shared.store.choose(kind);
        Ok(())
    }
}

/// Where the book names the store of an account's or a client's secret; none for other keys.
fn store_named<'a>(book: &'a mut Book, key: &str) -> Option<&'a mut StoreKind> {
    match key.split_once('/')? {
        ("account", id) => book.account_mut(id).ok().map(|a| &mut a.store),
        ("client", id) => book.client_mut(id).ok().map(|c| &mut c.store),
        _ => None,
    }
}

/// Whether one stored token is a later one of the account than another.
fn is_newer(one: &Secret, than: &Secret) -> bool {
    let generation = |secret: &Secret| Token::from_stored(secret).ok().map(|token| token.generation);
    generation(one).zip(generation(than)).is_some_and(|(one, than)| one > than)
}

/// Whether a secret's key belongs to anything in the book.
fn is_used(book: &Book, key: &str) -> bool {
    let accounts = book.accounts.iter().map(|a| &a.id);
    let others = book.clients.iter().map(|c| &c.id).chain(book.deliveries.iter().map(|d| &d.id));
    let predecessors = book.accounts.iter().filter(|a| a.renewed.is_some());
    match key.strip_suffix(PREVIOUS).and_then(|account| account.split('/').nth(1)) {
        Some(account) => predecessors.map(|a| &a.id).any(|id| id == account),
        None => accounts.chain(others).any(|id| key.split('/').nth(1) == Some(id)),
    }
}

/// Whether a store as a whole takes nothing now.
fn is_closed(error: &Error) -> bool {
    matches!(
        error,
        Error::KeychainLocked | Error::KeychainMissing | Error::KeychainSilent | Error::PassphraseNeeded
    )
}
