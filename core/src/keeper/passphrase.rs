//! The passphrase of the sealed files: entered, kept for as long as the person wants, and forgotten.

use std::time::Duration;

use tokio::sync::watch;

use super::{Keeper, lock};
use crate::error::Result;
use crate::token::Secret;
use crate::view::{StoreKind, UnlockedFor};

/// How long [`Keeper::lock_soon`] waits.
const SOON: Duration = Duration::from_secs(2);
/// How often it is tried again to forget a passphrase that is still needed.
const AGAIN: Duration = Duration::from_secs(1);

impl Keeper {
    /// Makes or opens the sealed files by a passphrase, and keeps new secrets there from now on.
    ///
    /// # Errors
    /// [`crate::error::Error::PassphraseShort`], [`crate::error::Error::PassphraseWrong`], [`crate::error::Error::Disk`].
    pub async fn use_sealed_file(&self, passphrase: Secret) -> Result<()> {
        self.blocking(move |keeper| {
            keeper.shared.store.unseal(&passphrase)?;
            keeper.choose(StoreKind::SealedFile)
        })
        .await?;
        self.unlocked().await
    }

    /// Whether there are sealed files, and the passphrase that opens them is not known yet.
    pub fn waits_for_passphrase(&self) -> bool {
        self.shared.store.waits_for_passphrase()
    }

    /// Opens the sealed files. Where new secrets go does not change.
    ///
    /// # Errors
    /// [`crate::error::Error::PassphraseWrong`], [`crate::error::Error::Disk`].
    pub async fn open_sealed_file(&self, passphrase: Secret) -> Result<()> {
        self.blocking(move |keeper| keeper.shared.store.unseal(&passphrase)).await?;
        self.unlocked().await
    }

    /// The key of the sealed files, if a passphrase has opened them: another process of ours opens them with it
    /// ([`Keeper::open_sealed_file_with`]).
    pub fn sealed_file_key(&self) -> Option<Secret> {
        self.shared.store.key_by_passphrase()
    }

    /// Opens the sealed files with the key that another process of ours got by the passphrase.
    ///
    /// # Errors
    /// [`crate::error::Error::PassphraseWrong`] for the key of other files, [`crate::error::Error::Disk`].
    pub async fn open_sealed_file_with(&self, key: Secret) -> Result<()> {
        self.blocking(move |keeper| keeper.shared.store.unseal_with(&key)).await?;
        self.unlocked().await
    }

    /// Whether a passphrase has opened the sealed files.
    pub fn is_open_by_passphrase(&self) -> bool {
        self.shared.store.is_open_by_passphrase()
    }

    /// Sets how long the passphrase that was just entered is kept. Without this it is kept until the program ends.
    pub fn keep_unlocked(&self, long: UnlockedFor) {
        self.shared.unlocked_for.send_replace(long);
    }

    /// How long the passphrase is kept. Changes each time that it is set.
    pub fn unlocked_for(&self) -> watch::Receiver<UnlockedFor> {
        self.shared.unlocked_for.subscribe()
    }

    /// Whether a program may have a token that the passphrase unlocks.
    pub(super) fn is_unlocked_for_programs(&self) -> bool {
        *self.shared.unlocked_for.borrow() != UnlockedFor::Window || !self.is_open_by_passphrase()
    }

    /// Forgets the passphrase of the sealed files, as if it had not been entered yet. False while a token that is being obtained or
    /// renewed may have to go into them.
    pub fn forget_passphrase(&self) -> bool {
        // What begins after this refuses to spend a token, because the store is closed.
        let is_needed = || *self.shared.busy.borrow() > 0 || !lock(&self.shared.pending).is_empty();
        self.shared.store.forget_passphrase(is_needed)
    }

    /// Forgets the passphrase as soon as it is not needed any more, and has the view show it; not if it `is_wanted` again by then, or was
    /// entered again.
    pub async fn lock_sealed_file(&self, is_wanted: impl Fn() -> bool) {
        let entered = self.unlocked_for();
        // The sender is this keeper's own.
        while !is_wanted() && !entered.has_changed().unwrap_or_default() {
            if self.forget_passphrase() {
                let _ = self.check_store().await;
                return;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Forgets the passphrase as [`Keeper::lock_sealed_file`] does. From now on programs get nothing that it unlocks. False if it is still
    /// needed after two seconds; it is forgotten later then.
    pub async fn lock_soon(&self) -> bool {
        self.keep_unlocked(UnlockedFor::Window);
        let keeper = self.clone();
        let locking = tokio::spawn(async move { keeper.lock_sealed_file(|| false).await });
        tokio::time::timeout(SOON, locking).await.is_ok()
    }

    /// Tokens may have waited for the passphrase.
    async fn unlocked(&self) -> Result<()> {
        self.wake_scheduler();
        self.check_store().await
    }
}
