//! Removes all of Keybearer's data from this computer, for the person and for an uninstaller. Platforms learn nothing of it: a
//! token that is not revoked before stays valid until it ends.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Keeper;
use crate::book::{Book, erase};
use crate::error::Result;
use crate::vault::{CERTIFICATE_KEY, account_key, client_key, previous_key, target_key};
use crate::view::{StoreKind, StoreState};

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// How many entries of the keychain.
    pub secrets: usize,
    /// How many files of the data folder, sealed ones included.
    pub files: usize,
    /// The folder of the person's own provider files, which stay.
    pub providers: Option<PathBuf>,
}

impl Keeper {
    /// Deletes every secret in the keychain, then the data folder's files, the book last, so that a call that was cut off can be
    /// made again. The person's own provider files stay.
    ///
    /// # Errors
    /// [`crate::error::Error::AlreadyRunning`] while the app, a login, an export, a renewal or a delivery runs, and
    /// [`crate::error::Error::KeychainMissing`] where a missing keychain has secrets: then nothing was removed. The keychain's, and
    /// [`crate::error::Error::Disk`].
    pub async fn erase_everything(&self) -> Result<Erased> {
        let _busy = self.busy();
        self.blocking(Keeper::erase).await
    }

    /// Blocks.
    fn erase(&self) -> Result<Erased> {
        let data = &self.shared.outside.data;
        let data_lock = erase::alone(data)?;
        // The keychain itself shows what a damaged book does not.
        let (book, unread) = self.shared.book.read_lossy();
        let is_spared = unread.is_none() && !has_in_keychain(&book);
        let secrets = match self.shared.store.state(StoreKind::Keychain) {
            StoreState::Missing if is_spared => 0,
            // A locked keychain without our secrets is not unlocked.
            _ if is_spared => self.shared.store.erase_keychain([])?,
            _ => self.shared.store.erase_keychain(keys(&book))?,
        };
        let files = erase::files(data).len();
        erase::erase(data, data_lock)?;
        tracing::info!(secrets, files, "everything was erased");
        let providers = Some(self.shared.outside.config.join("providers")).filter(|folder| folder.is_dir());
        Ok(Erased { secrets, files, providers })
    }
}

/// Whether a keychain may have a secret of this book.
fn has_in_keychain(book: &Book) -> bool {
    let there = |kind| kind == StoreKind::Keychain;
    let of_accounts = book.accounts.iter().any(|a| there(a.store));
    let of_deliveries = book.deliveries.iter().any(|d| there(d.store));
    of_accounts || of_deliveries || book.clients.iter().any(|c| c.has_secret && there(c.store)) || !book.left_behind.is_empty()
}

/// Each key that a secret of this book may have.
fn keys(book: &Book) -> BTreeSet<String> {
    let accounts = book.accounts.iter().flat_map(|a| [account_key(&a.id), previous_key(&a.id)]);
    let clients = book.clients.iter().map(|c| client_key(&c.id));
    let deliveries = book.deliveries.iter().map(|d| target_key(&d.id));
    let others = book.left_behind.iter().cloned().chain([CERTIFICATE_KEY.to_owned()]);
    accounts.chain(clients).chain(deliveries).chain(others).collect()
}
