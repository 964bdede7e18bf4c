//! The passphrase of the sealed files: entered, kept for as long as the person wants, and forgotten.
//!
//! The book tells all processes of ours of a lock, by a mark that each lock changes. A process that has entered the passphrase under
//! another mark forgets it. It looks before it gives a program a token, and when it hears of a change of the book.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use super::{Keeper, lock, new_id};
use crate::book::Book;
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
        self.unlock(self.lock_mark(), move |keeper| {
            keeper.shared.store.unseal(&passphrase)?;
            keeper.choose(StoreKind::SealedFile)
        })
        .await
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
        self.unlock(self.lock_mark(), move |keeper| keeper.shared.store.unseal(&passphrase))
            .await
    }

    /// The key of the sealed files, if a passphrase has opened them: another process of ours opens them with it
    /// ([`Keeper::open_sealed_file_with`]). None once the files were locked, also while it is still needed here.
    pub fn sealed_file_key(&self) -> Option<Secret> {
        self.shared.store.key_by_passphrase().filter(|_| !self.heed_lock())
    }

    /// The book's mark of the last lock, to be read before another process of ours is asked for its key.
    pub fn lock_mark(&self) -> Option<String> {
        self.shared.book.read_lossy().0.locked
    }

    /// Opens the sealed files with the key that another process of ours got by the passphrase. `after` is the mark of the last lock before
    /// that process gave it, so that a lock in between is not lost.
    ///
    /// # Errors
    /// [`crate::error::Error::PassphraseWrong`] for the key of other files, [`crate::error::Error::Disk`].
    pub async fn open_sealed_file_with(&self, key: Secret, after: Option<String>) -> Result<()> {
        self.unlock(after, move |keeper| keeper.shared.store.unseal_with(&key)).await
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
        !self.is_open_by_passphrase() || !self.heed_lock() && *self.shared.unlocked_for.borrow() != UnlockedFor::Window
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

    /// Locks the sealed files in each process of ours: as [`Keeper::lock_soon`] does here, and there as soon as it looks. A passphrase that
    /// is entered later is not concerned. False if it is still needed here after two seconds.
    ///
    /// # Errors
    /// The book's: then they are locked in this process alone.
    pub async fn lock_everywhere(&self) -> Result<bool> {
        let mark = |book: &mut Book| {
            book.locked = Some(new_id());
            Ok(())
        };
        let told = self.blocking(move |keeper| keeper.shared.book.change(mark)).await;
        let locked = self.lock_soon().await;
        told.map(|()| locked)
    }

    /// Whether the files were locked since the passphrase was entered.
    fn was_locked(&self) -> bool {
        let is_newer = |book: Book| book.locked != *lock(&self.shared.unlocked_after);
        self.is_open_by_passphrase() && self.shared.book.read().is_ok_and(is_newer)
    }

    /// Whether the files were locked since the passphrase was entered. It is then forgotten as soon as it is not needed any more.
    pub(super) fn heed_lock(&self) -> bool {
        let was_locked = self.was_locked();
        if was_locked && !self.shared.locking.swap(true, Ordering::SeqCst) {
            let window = |long: &mut UnlockedFor| std::mem::replace(long, UnlockedFor::Window) != UnlockedFor::Window;
            self.shared.unlocked_for.send_if_modified(window);
            let keeper = self.clone();
            let locking = move || {
                while !keeper.forget_locked() {
                    thread::sleep(AGAIN);
                }
                keeper.shared.locking.store(false, Ordering::SeqCst);
                keeper.changed();
            };
            // The caller may be a thread without a runtime.
            if let Err(error) = thread::Builder::new().name("lock".into()).spawn(locking) {
                tracing::warn!(%error, "the passphrase is not forgotten yet");
                self.shared.locking.store(false, Ordering::SeqCst);
            }
        }
        was_locked
    }

    /// Forgets the passphrase if the files were locked since it was entered. False while it is still needed.
    fn forget_locked(&self) -> bool {
        // Held until the passphrase is forgotten, so that a new one that is entered meanwhile is not.
        let after = lock(&self.shared.unlocked_after);
        let was_locked = self.shared.book.read().is_ok_and(|book| book.locked != *after);
        !was_locked || self.forget_passphrase()
    }

    /// Opens the sealed files by `open`. They count as locked again once the book's mark differs from `after`.
    async fn unlock(&self, after: Option<String>, open: impl FnOnce(&Keeper) -> Result<()> + Send + 'static) -> Result<()> {
        self.blocking(move |keeper| {
            let mut unlocked_after = lock(&keeper.shared.unlocked_after);
            // The mark stays if the passphrase is wrong.
            open(keeper)?;
            *unlocked_after = after;
            Ok(())
        })
        .await?;
        // Tokens may have waited for the passphrase.
        self.wake_scheduler();
        self.check_store().await
    }
}
