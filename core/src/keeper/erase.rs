//! All of Keybearer taken off this computer: for a person who removes it, and for an uninstaller. Platforms are told nothing: a
//! token lives on there until it ends, or is revoked before.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Keeper;
use crate::book::{Book, erase};
use crate::error::Result;
use crate::vault::{CERTIFICATE_KEY, account_key, client_key, previous_key, target_key};
use crate::view::{StoreKind, StoreState};

/// What was taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// So many entries of the keychain.
    pub secrets: usize,
    /// So many files of the data folder, sealed ones included.
    pub files: usize,
    /// Where provider files of the person's own are, which stay.
    pub providers: Option<PathBuf>,
}

impl Keeper {
    /// Forgets every secret in the keychain, then removes the data folder's files, the book last: a call that was cut off is made
    /// again. The person's own provider files stay.
    ///
    /// # Errors
    /// [`crate::error::Error::AlreadyRunning`] where the app runs, or a login, an export, a renewal or a delivery is under way, and
    /// [`crate::error::Error::KeychainMissing`] where something lies in one: then nothing was removed. The keychain's, and
    /// [`crate::error::Error::Disk`].
    pub async fn erase_everything(&self) -> Result<Erased> {
        let _busy = self.busy();
        self.blocking(Keeper::erase).await
    }

    /// Blocks.
    fn erase(&self) -> Result<Erased> {
        let data = &self.desk.outside.data;
        let alone = erase::alone(data)?;
        // What of a damaged book can be read is known from the keychain itself.
        let (book, unread) = self.desk.book.look();
        let is_spared = unread.is_none() && !has_in_keychain(&book);
        let secrets = match self.desk.store.state(StoreKind::Keychain) {
            StoreState::Missing if is_spared => 0,
            // One that is locked is not opened for what is not in it.
            _ if is_spared => self.desk.store.erase_keychain([])?,
            _ => self.desk.store.erase_keychain(keys(&book))?,
        };
        let files = erase::files(data).len();
        erase::erase(data, alone)?;
        tracing::info!(secrets, files, "everything was erased");
        let providers = Some(self.desk.outside.config.join("providers")).filter(|folder| folder.is_dir());
        Ok(Erased { secrets, files, providers })
    }
}

/// Whether anything of this book's may lie in a keychain.
fn has_in_keychain(book: &Book) -> bool {
    let there = |kind| kind == StoreKind::Keychain;
    let of_accounts = book.accounts.iter().any(|a| there(a.store));
    of_accounts || book.clients.iter().any(|c| c.has_secret && there(c.store)) || !book.left_behind.is_empty()
}

/// Each key that a secret of this book's may have.
fn keys(book: &Book) -> BTreeSet<String> {
    let accounts = book.accounts.iter().flat_map(|a| [account_key(&a.id), previous_key(&a.id)]);
    let clients = book.clients.iter().map(|c| client_key(&c.id));
    let deliveries = book.deliveries.iter().map(|d| target_key(&d.id));
    let others = book.left_behind.iter().cloned().chain([CERTIFICATE_KEY.to_owned()]);
    accounts.chain(clients).chain(deliveries).chain(others).collect()
}
