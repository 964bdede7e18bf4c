//! Secrets on their way into the store. What a locked or missing store does not take waits in memory and is stored as
//! soon as it can be: a token that was won is not lost because a keychain was locked.

use std::time::Duration;

use super::{Keeper, lock};
use crate::book::Book;
use crate::error::{Error, Result};
use crate::token::{Secret, Token};
use crate::view::{StoreKind, StoreState};

/// How often a locked keychain is looked at while something waits for it.
const GLANCE: Duration = Duration::from_secs(2);

impl Keeper {
    /// Keeps a secret in the store of now; true if it took it, false if it waits in memory. Blocks.
    pub(super) fn keep_secret(&self, key: &str, secret: &Secret) -> Result<(StoreKind, bool)> {
        self.keep_secret_in(self.desk.store.kind(), key, secret)
    }

    /// Keeps a secret in this store, where its predecessor lies. Blocks.
    pub(super) fn keep_secret_in(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<(StoreKind, bool)> {
        let _alone = lock(&self.desk.storing);
        match self.desk.store.write_in(kind, key, secret) {
            Ok(kind) => {
                lock(&self.desk.pending).remove(key);
                Ok((kind, true))
            }
            // Whatever the reason: what was won is not thrown away.
            Err(e) => {
                tracing::warn!(code = %e.code(), key, "not stored yet");
                lock(&self.desk.pending).insert(key.to_owned(), secret.clone());
                Ok((kind, false))
            }
        }
    }

    /// Keeps a secret that lies elsewhere, too: in this store or not at all. Blocks.
    pub(super) fn keep_or_leave(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<StoreKind> {
        let _alone = lock(&self.desk.storing);
        let kind = self.desk.store.write_in(kind, key, secret)?;
        lock(&self.desk.pending).remove(key);
        Ok(kind)
    }

    /// Reads a secret. Blocks.
    pub(super) fn read_secret(&self, kind: StoreKind, key: &str) -> Result<Secret> {
        if let Some(waits) = lock(&self.desk.pending).get(key) {
            return Ok(waits.clone());
        }
        self.desk.store.read(kind, key)?.ok_or(Error::SecretMissing)
    }

    /// Forgets a secret. Blocks.
    pub(super) fn forget_secret(&self, kind: StoreKind, key: &str) -> Result<()> {
        let _alone = lock(&self.desk.storing);
        let waited = lock(&self.desk.pending).remove(key);
        match (self.desk.store.delete(kind, key), waited) {
            // Behind the lock may lie an older one, which would outlive the account.
            (Err(error @ (Error::KeychainLocked | Error::KeychainSilent)), Some(secret)) => {
                lock(&self.desk.pending).insert(key.to_owned(), secret);
                Err(error)
            }
            // What was never stored need not be deleted from a store that is not there.
            (Err(_), Some(_)) => Ok(()),
            // Nobody keeps an account or a delivery because its keychain is gone.
            (Err(Error::KeychainMissing), None) => self.desk.book.change(|book| {
                book.left_behind.insert(key.to_owned());
                Ok(())
            }),
            (other, _) => other,
        }
    }

    /// Looks at the keychain, and stores what waits. The view is new afterwards.
    ///
    /// # Errors
    /// Why what waits is still not stored.
    pub async fn check_store(&self) -> Result<()> {
        let result = self.blocking(|keeper| {
            let state = keeper.desk.store.state(StoreKind::Keychain);
            *lock(&keeper.desk.keychain) = state;
            if state == StoreState::Ready
                && let Err(error) = keeper.sweep()
            {
                tracing::info!(code = %error.code(), "what was left behind stays for now");
            }
            keeper.flush()
        });
        let result = result.await;
        self.changed();
        result
    }

    /// Forgets what a keychain that was gone still has of accounts and deliveries that were taken away meanwhile. Blocks.
    fn sweep(&self) -> Result<()> {
        let (book, _) = self.desk.book.look();
        for key in book.left_behind {
            let _alone = lock(&self.desk.storing);
            // It may have come back under its old name.
            if !is_used(&self.desk.book.read()?, &key) {
                self.desk.store.delete(StoreKind::Keychain, &key)?;
            }
            self.desk.book.change(|book| {
                book.left_behind.remove(&key);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Stores what waits. Blocks.
    fn flush(&self) -> Result<()> {
        let waiting: Vec<String> = lock(&self.desk.pending).keys().cloned().collect();
        for key in waiting {
            let _alone = lock(&self.desk.storing);
            // It may have been deleted, or stored by a newer login, since the round began.
            let Some(secret) = lock(&self.desk.pending).get(&key).cloned() else {
                continue;
            };
            // Another process may have renewed what waits here.
            let kept = self
                .desk
                .store
                .read(self.desk.store.kind(), &key)?
                .and_then(|s| Token::from_stored(&s).ok());
            let waits = Token::from_stored(&secret).ok();
            if kept.zip(waits).is_some_and(|(kept, waits)| kept.generation > waits.generation) {
                lock(&self.desk.pending).remove(&key);
                continue;
            }
            let kind = self.desk.store.write(&key, &secret)?;
            self.desk.book.change(|book| {
                if let Some(account) = key.strip_prefix("account/").and_then(|id| book.account_mut(id).ok()) {
                    account.store = kind;
                }
                if let Some(client) = key.strip_prefix("client/").and_then(|id| book.client_mut(id).ok()) {
                    client.store = kind;
                }
                Ok(())
            })?;
            lock(&self.desk.pending).remove(&key);
        }
        Ok(())
    }

    /// Watches a store that did not take something, until it has. One watcher is enough; it ends by itself.
    pub(super) fn watch_store(&self) {
        let keeper = self.clone();
        tokio::spawn(async move {
            while !lock(&keeper.desk.pending).is_empty() {
                tokio::time::sleep(GLANCE).await;
                let ready = keeper
                    .blocking(|k| Ok(k.desk.store.state(k.desk.store.kind()) == StoreState::Ready))
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
            keeper.desk.store.unseal(&passphrase)?;
            keeper.choose(StoreKind::SealedFile)
        })
        .await?;
        // Tokens may have waited for it.
        self.look_now();
        self.check_store().await
    }

    /// Whether there are sealed files that only a passphrase opens, and it was not said yet.
    pub fn waits_for_passphrase(&self) -> bool {
        self.desk.store.waits_for_passphrase()
    }

    /// Opens the sealed files that are there; new secrets go where they went.
    ///
    /// # Errors
    /// [`Error::PassphraseWrong`], [`Error::Disk`].
    pub async fn open_sealed_file(&self, passphrase: Secret) -> Result<()> {
        self.blocking(move |keeper| keeper.desk.store.unseal(&passphrase)).await?;
        self.look_now();
        self.check_store().await
    }

    /// Keeps new secrets in the keychain from now on; those in sealed files stay there.
    ///
    /// # Errors
    /// [`Error::KeychainMissing`], [`Error::Disk`].
    pub async fn use_keychain(&self) -> Result<()> {
        self.blocking(|keeper| {
            if keeper.desk.store.state(StoreKind::Keychain) == StoreState::Missing {
                return Err(Error::KeychainMissing);
            }
            keeper.choose(StoreKind::Keychain)
        })
        .await?;
        self.check_store().await
    }

    fn choose(&self, kind: StoreKind) -> Result<()> {
        self.desk.book.change(|book| {
            book.store = kind;
            Ok(())
        })?;
        self.desk.store.choose(kind);
        Ok(())
    }
}

/// Whether a secret's key belongs to anything that is here.
fn is_used(book: &Book, key: &str) -> bool {
    let accounts = book.accounts.iter().map(|a| &a.id);
    let others = book.clients.iter().map(|c| &c.id).chain(book.deliveries.iter().map(|d| &d.id));
    let predecessors = book.accounts.iter().filter(|a| a.renewed.is_some());
    match key.strip_suffix("/previous").and_then(|account| account.split('/').nth(1)) {
        Some(account) => predecessors.map(|a| &a.id).any(|id| id == account),
        None => accounts.chain(others).any(|id| key.split('/').nth(1) == Some(id)),
    }
}
