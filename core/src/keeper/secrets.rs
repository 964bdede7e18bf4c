//! Secrets on their way into the store. What a locked or missing store does not take waits in memory, so that a locked keychain
//! costs no token.

use std::time::Duration;

use super::{Keeper, lock};
use crate::book::Book;
use crate::error::{Error, Result};
use crate::token::{Secret, Token};
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
        match self.shared.store.write_in(kind, key, secret) {
            Ok(kind) => {
                lock(&self.shared.pending).remove(key);
                Ok((kind, true))
            }
            // Whatever the reason: a token is not thrown away.
            Err(e) => {
                tracing::warn!(code = %e.code(), key, "not stored yet");
                lock(&self.shared.pending).insert(key.to_owned(), secret.clone());
                Ok((kind, false))
            }
        }
    }

    /// Keeps a secret in this store, or not at all: there is another copy of it. Blocks.
    pub(super) fn keep_or_leave(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<StoreKind> {
        let _alone = lock(&self.shared.storing);
        let kind = self.shared.store.write_in(kind, key, secret)?;
        lock(&self.shared.pending).remove(key);
        Ok(kind)
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
            (Err(Error::KeychainMissing), None) => self.shared.book.change(|book| {
                book.left_behind.insert(key.to_owned());
                Ok(())
            }),
            (other, _) => other,
        }
    }

    /// The stores that can be read without asking the person.
    pub(super) async fn ready_stores(&self) -> Vec<StoreKind> {
        let state = |keeper: &Keeper, kind| keeper.shared.store.state(kind) == StoreState::Ready;
        let both = [StoreKind::Keychain, StoreKind::SealedFile];
        let ready = self.blocking(move |keeper| Ok(both.into_iter().filter(|kind| state(keeper, *kind)).collect()));
        ready.await.unwrap_or_default()
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

    /// Deletes from a keychain that was missing what belongs to accounts and deliveries that were removed meanwhile. Blocks.
    fn forget_left_behind(&self) -> Result<()> {
        let (book, _) = self.shared.book.look();
        for key in book.left_behind {
            let _alone = lock(&self.shared.storing);
            // The account may have come back under its old id.
            if !is_used(&self.shared.book.read()?, &key) {
                self.shared.store.delete(StoreKind::Keychain, &key)?;
            }
            self.shared.book.change(|book| {
                book.left_behind.remove(&key);
                Ok(())
            })?;
        }
        Ok(())
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
        let (book, _) = self.shared.book.look();
        let named = match key.split('/').collect::<Vec<_>>()[..] {
            ["account", id, ..] => book.account(id).ok().map(|a| a.store),
            ["client", id] => book.client(id).ok().map(|c| c.store),
            _ => None,
        };
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
        let stored = self.shared.store.read(kind, key)?.and_then(|s| Token::from_stored(&s).ok());
        let waits = Token::from_stored(&secret).ok();
        if stored
            .zip(waits)
            .is_some_and(|(stored, waits)| stored.generation > waits.generation)
        {
            lock(&self.shared.pending).remove(key);
            return Ok(());
        }
        let kind = self.shared.store.write_in(kind, key, &secret)?;
        self.shared.book.change(|book| {
            if let Some(account) = key.strip_prefix("account/").and_then(|id| book.account_mut(id).ok()) {
                account.store = kind;
            }
            if let Some(client) = key.strip_prefix("client/").and_then(|id| book.client_mut(id).ok()) {
                client.store = kind;
            }
            Ok(())
        })?;
        lock(&self.shared.pending).remove(key);
        Ok(())
    }

    /// Checks the store until it has taken what waits.
    pub(super) fn watch_store(&self) {
        let keeper = self.clone();
        tokio::spawn(async move {
            while !lock(&keeper.shared.pending).is_empty() {
                tokio::time::sleep(CHECK_AGAIN).await;
                let ready = keeper
                    .blocking(|keeper| Ok(keeper.shared.store.state(keeper.shared.store.kind()) == StoreState::Ready))
                    .await;
                if matches!(ready, Ok(true)) && keeper.check_store().await.is_ok() {
                    break;
                }
            }
        });
    }

    /// Makes or opens the sealed files by a passphrase, and keeps new secrets there from now on.
    ///
    /// # Errors
    /// [`Error::PassphraseShort`], [`Error::PassphraseWrong`], [`Error::Disk`].
    pub async fn use_sealed_file(&self, passphrase: Secret) -> Result<()> {
        self.blocking(move |keeper| {
            keeper.shared.store.unseal(&passphrase)?;
            keeper.choose(StoreKind::SealedFile)
        })
        .await?;
        // Tokens may have waited for it.
        self.wake_scheduler();
        self.check_store().await
    }

    /// Whether there are sealed files, and the passphrase that opens them is not known yet.
    pub fn waits_for_passphrase(&self) -> bool {
        self.shared.store.waits_for_passphrase()
    }

    /// Opens the sealed files. Where new secrets go does not change.
    ///
    /// # Errors
    /// [`Error::PassphraseWrong`], [`Error::Disk`].
    pub async fn open_sealed_file(&self, passphrase: Secret) -> Result<()> {
        self.blocking(move |keeper| keeper.shared.store.unseal(&passphrase)).await?;
        self.wake_scheduler();
        self.check_store().await
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

    fn choose(&self, kind: StoreKind) -> Result<()> {
        self.shared.book.change(|book| {
            book.store = kind;
            Ok(())
        })?;
        self.shared.store.choose(kind);
        Ok(())
    }
}

/// Whether a secret's key belongs to anything in the book.
fn is_used(book: &Book, key: &str) -> bool {
    let accounts = book.accounts.iter().map(|a| &a.id);
    let others = book.clients.iter().map(|c| &c.id).chain(book.deliveries.iter().map(|d| &d.id));
    let predecessors = book.accounts.iter().filter(|a| a.renewed.is_some());
    match key.strip_suffix("/previous").and_then(|account| account.split('/').nth(1)) {
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
