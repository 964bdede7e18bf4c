//! Stores secrets. The only room that uses the keychain. It never stores clear text and never downgrades silently: a write returns the
//! store that took the secret.
//!
//! `keychain` the operating system's keychain, and `patience` how long its calls may take · `sealed` age files, for machines without a
//! keychain and for secrets that a keychain does not take · `age_file` the encrypted file that moves accounts to another machine ·
//! `passphrase` the passphrases of both.

pub mod age_file;
pub mod keychain;
mod passphrase;
pub mod patience;
pub mod sealed;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use self::keychain::Keychain;
pub use self::passphrase::WORK as PASSPHRASE_WORK;
use self::sealed::{Seal, Sealed};
use crate::book::lock;
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::{StoreKind, StoreState};

/// A store of secrets. Calls block, possibly until a person has answered a prompt. Keys are `account/<id>`, `account/<id>/previous`,
/// `client/<id>`, `target/<id>`, `door/https`, `seal`.
pub trait Vault: Send + Sync {
    /// The secret under a key, if there is one.
    ///
    /// # Errors
    /// The store's: missing, locked, refusing, or a passphrase.
    fn read(&self, key: &str) -> Result<Option<Secret>>;
    /// Stores a secret under a key, atomically.
    ///
    /// # Errors
    /// As [`Vault::read`].
    fn write(&self, key: &str, secret: &Secret) -> Result<()>;
    /// Deletes a key. A missing key is no error.
    ///
    /// # Errors
    /// As [`Vault::read`].
    fn delete(&self, key: &str) -> Result<()>;
}

/// The key of an account's token.
pub fn account_key(id: &str) -> String {
    format!("account/{id}")
}

/// The key of the token that an account had before its last renewal, if that token stays valid.
pub fn previous_key(id: &str) -> String {
    format!("account/{id}{PREVIOUS}")
}

/// What follows an account's key in that of its predecessor.
pub const PREVIOUS: &str = "/previous";

/// The key of a client's secret.
pub fn client_key(id: &str) -> String {
    format!("client/{id}")
}

/// The prefix of the keys of deliveries.
const TARGET: &str = "target/";

/// The key of a delivery's confirmation and credential.
pub fn target_key(id: &str) -> String {
    format!("{TARGET}{id}")
}

/// The key of the https redirect's certificate.
pub const CERTIFICATE_KEY: &str = "door/https";

/// The key of the sealed files' identity.
const SEAL_KEY: &str = "seal";

/// The stores of this machine, and which one takes new secrets.
pub struct Store {
    data: PathBuf,
    keychain: Keychain,
    sealed: Sealed,
    kind: Mutex<StoreKind>,
}

impl Store {
    /// Opens no store yet.
    pub fn new(data: &Path, kind: StoreKind, service: &str) -> Store {
        Store {
            data: data.to_owned(),
            keychain: Keychain::new(service),
            sealed: Sealed::new(data.join("sealed")),
            kind: Mutex::new(kind),
        }
    }

    /// Replaces the keychain, by one with a smaller limit or by none, as other systems have.
    #[must_use]
    pub fn with_keychain(self, keychain: Keychain) -> Store {
        Store { keychain, ..self }
    }

    /// Replaces scrypt's work factor for a new passphrase, [`PASSPHRASE_WORK`].
    #[must_use]
    pub fn with_passphrase_work(self, work: u8) -> Store {
        let sealed = self.sealed.with_passphrase_work(work);
        Store { sealed, ..self }
    }

    /// Which store takes new secrets.
    pub fn kind(&self) -> StoreKind {
        *self.kind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Chooses the store for new secrets. Stored secrets stay where they are.
    pub fn choose(&self, kind: StoreKind) {
        *self.kind.lock().unwrap_or_else(PoisonError::into_inner) = kind;
    }

    /// A store's state. Writes nothing and asks the person nothing; a bus that does not answer takes three seconds.
    pub fn state(&self, kind: StoreKind) -> StoreState {
        match kind {
            StoreKind::Keychain => self.keychain.state(),
            StoreKind::SealedFile => self.sealed.state(),
        }
    }

    /// Peculiarities of the keychain, as keys of the locales, found by reading these keys. Empty for a locked keychain.
    pub fn notes(&self, keys: impl Iterator<Item = String>) -> Vec<&'static str> {
        // A keychain that only has the sealed files' key has no peculiarities, and prompts for each entry.
        if self.keychain.state() != StoreState::Ready || self.keychain.limit() == 0 {
            return Vec::new();
        }
        for key in keys.chain([SEAL_KEY.to_owned()]) {
            let _ = self.keychain.read(&key);
        }
        self.keychain.notes()
    }

    /// Whether a passphrase has unlocked the sealed files.
    pub fn is_open_by_passphrase(&self) -> bool {
        self.sealed.state() == StoreState::Ready && self.sealed.has_passphrase()
    }

    /// Forgets the passphrase of the sealed files, unless it turns out to be needed. Whether none is known now.
    pub fn forget_passphrase(&self, is_needed: impl FnOnce() -> bool) -> bool {
        !self.is_open_by_passphrase() || self.sealed.lock_again(is_needed)
    }

    /// Whether there are sealed files that only a passphrase unlocks, and it was not entered yet.
    pub fn waits_for_passphrase(&self) -> bool {
        self.sealed.state() == StoreState::Locked && self.sealed.has_passphrase()
    }

    /// Where the sealed files are.
    pub fn sealed_folder(&self) -> &Path {
        self.sealed.folder()
    }

    /// Creates or unlocks the sealed files with a passphrase.
    ///
    /// # Errors
    /// [`Error::PassphraseShort`], [`Error::PassphraseWrong`], [`Error::Disk`].
    pub fn unseal(&self, passphrase: &Secret) -> Result<()> {
        self.open_by_keychain();
        self.sealed.unlock(&Seal::Passphrase(passphrase.clone()))
    }

    /// Unlocks the sealed files with their key. The passphrase that seals it is not needed then.
    ///
    /// # Errors
    /// [`Error::PassphraseWrong`] for another key, also where there are no files: they would be sealed to a key that is kept nowhere.
    /// [`Error::Disk`].
    pub fn unseal_with(&self, key: &Secret) -> Result<()> {
        if self.sealed.state() == StoreState::Missing || !self.sealed.has_passphrase() {
            return Err(Error::PassphraseWrong);
        }
        self.sealed.unlock(&Seal::Identity(key.clone()))
    }

    /// The key of the sealed files, if a passphrase has unlocked them.
    pub fn key_by_passphrase(&self) -> Option<Secret> {
        self.sealed.key().filter(|_| self.sealed.has_passphrase())
    }

    fn vault(&self, kind: StoreKind) -> Result<&dyn Vault> {
        if kind == StoreKind::SealedFile {
            self.open_by_keychain();
        }
        Ok(match kind {
            StoreKind::Keychain => &self.keychain,
            StoreKind::SealedFile => &self.sealed,
        })
    }

    /// Unlocks the sealed files if their identity is in the keychain. Nothing needs to be typed then.
    fn open_by_keychain(&self) {
        let sealed_by_keychain = self.sealed.state() == StoreState::Locked && !self.sealed.has_passphrase();
        if sealed_by_keychain && let Ok(Some(identity)) = self.keychain.read(SEAL_KEY) {
            // A wrong identity leaves the files locked; reading from them says so.
            let _ = self.sealed.unlock(&Seal::Identity(identity));
        }
    }

    /// Reads a secret from the store that the book names, otherwise from the other one: the vault is authoritative.
    ///
    /// # Errors
    /// Those of the store that should have it.
    pub fn read(&self, kind: StoreKind, key: &str) -> Result<Option<Secret>> {
        let other = match kind {
            StoreKind::Keychain => StoreKind::SealedFile,
            StoreKind::SealedFile => StoreKind::Keychain,
        };
        if let Some(found) = self.read_in(kind, key)? {
            return Ok(Some(found));
        }
        let elsewhere = !(kind == StoreKind::Keychain && self.overflows()) && self.state(other) == StoreState::Ready;
        if elsewhere {
            Ok(self.vault(other)?.read(key).ok().flatten())
        } else {
            Ok(None)
        }
    }

    /// Reads a secret from this store alone. A keychain that does not take every secret has the rest in sealed files.
    ///
    /// # Errors
    /// The store's.
    pub fn read_in(&self, kind: StoreKind, key: &str) -> Result<Option<Secret>> {
        if kind == StoreKind::Keychain && self.overflows() {
            return self.read_overflowing(key);
        }
        self.vault(kind)?.read(key)
    }

    /// Whether there is a sealed file for this key beside the keychain's entry, and not in its place.
    pub fn has_sealed_copy(&self, key: &str) -> bool {
        !self.overflows() && self.sealed.has(key)
    }

    /// The store that takes this secret if it is written in that one.
    pub fn taking(&self, kind: StoreKind, secret: &Secret) -> StoreKind {
        match kind == StoreKind::Keychain && self.is_too_much(secret) {
            true => StoreKind::SealedFile,
            false => kind,
        }
    }

    /// Whether the keychain does not take every secret, and has the key of the sealed files, which hold the rest.
    fn overflows(&self) -> bool {
        self.keychain.limit() < usize::MAX && !self.sealed.has_passphrase()
    }

    /// Whether the keychain does not take this secret. If a passphrase unlocks the sealed files, a keychain that should only have their
    /// key takes everything.
    fn is_too_much(&self, secret: &Secret) -> bool {
        match self.keychain.limit() {
            0 => !self.sealed.has_passphrase(),
            longest => secret.expose().len() > longest,
        }
    }

    /// Reads a secret if the keychain overflows: a sealed file is never older than the keychain's entry. An entry that an earlier
    /// version left in a keychain that should only have the sealed files' key is moved.
    fn read_overflowing(&self, key: &str) -> Result<Option<Secret>> {
        if !self.sealed.has(key)
            && let Some(found) = self.keychain.read(key)?
        {
            if self.keychain.limit() > 0 {
                return Ok(Some(found));
            }
            let _alone = lock::seal(&self.data)?;
            if !self.sealed.has(key) {
                if let Err(error) = self.move_over(key, &found) {
                    tracing::warn!(code = %error.code(), key, "not moved out of the keychain yet");
                }
                return Ok(Some(found));
            }
        }
        match self.sealed.has(key) {
            true => self.vault(StoreKind::SealedFile)?.read(key),
            false => Ok(None),
        }
    }

    /// Writes a keychain entry into a sealed file, reads it back, and only then deletes the entry.
    fn move_over(&self, key: &str, secret: &Secret) -> Result<()> {
        self.seal(key, secret)?;
        match self.vault(StoreKind::SealedFile)?.read(key)?.as_ref() == Some(secret) {
            true => self.keychain.delete(key),
            false => Err(Error::SecretMissing),
        }
    }

    /// Writes a sealed file. The first one also makes the identity of all of them, which the keychain keeps.
    fn seal(&self, key: &str, secret: &Secret) -> Result<()> {
        if self.sealed.state() == StoreState::Missing {
            // A process that was killed at this point has left one.
            let identity = match self.keychain.read(SEAL_KEY)? {
                Some(identity) => identity,
                None => {
                    let identity = sealed::new_identity();
                    self.keychain.write(SEAL_KEY, &identity)?;
                    identity
                }
            };
            self.sealed.unlock(&Seal::Identity(identity))?;
        }
        self.vault(StoreKind::SealedFile)?.write(key, secret)
    }

    /// Stores a secret in the store for new secrets; see [`Store::write_in`].
    ///
    /// # Errors
    /// The store's.
    pub fn write(&self, key: &str, secret: &Secret) -> Result<StoreKind> {
        self.write_in(self.kind(), key, secret)
    }

    /// Stores a secret and returns the store that took it. A secret that the keychain does not take goes into a sealed file whose
    /// identity the keychain keeps (Windows: more than 2,560 bytes; macOS: everything).
    ///
    /// # Errors
    /// The store's.
    pub fn write_in(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<StoreKind> {
        if kind == StoreKind::Keychain && self.is_too_much(secret) {
            let _alone = lock::seal(&self.data)?;
            self.seal(key, secret)?;
            // The keychain may have an older, shorter value. It is not read any more, even if it cannot be deleted.
            if self.overflows()
                && let Err(error) = self.keychain.delete(key)
            {
                tracing::warn!(code = %error.code(), key, "the keychain keeps an older entry");
            }
            return Ok(StoreKind::SealedFile);
        }
        if kind == StoreKind::Keychain && self.overflows() && self.sealed.has(key) {
            // A sealed file is read first as long as it exists, so it must never be the older value.
            let _alone = lock::seal(&self.data)?;
            let _ = self.seal(key, secret);
            self.keychain.write(key, secret)?;
            self.sealed.delete(key)?;
            return Ok(kind);
        }
        self.vault(kind)?.write(key, secret)?;
        Ok(kind)
    }

    /// Deletes all our keychain entries: those that it lists, and those that the book knows. Returns how many it listed.
    ///
    /// # Errors
    /// The keychain's; the next call deletes what is left.
    pub fn erase_keychain(&self, known: impl IntoIterator<Item = String>) -> Result<usize> {
        let mut keys = self.keychain.keys()?;
        let listed = keys.len();
        let mut known = known.into_iter().peekable();
        if known.peek().is_some() {
            keys.extend(known.chain([SEAL_KEY.to_owned()]));
        }
        keys.iter().try_for_each(|key| self.keychain.delete(key))?;
        Ok(listed)
    }

    /// Deletes a key from this store alone.
    ///
    /// # Errors
    /// The store's.
    pub fn delete_in(&self, kind: StoreKind, key: &str) -> Result<()> {
        match kind {
            StoreKind::Keychain => self.keychain.delete(key),
            StoreKind::SealedFile => self.sealed.delete(key),
        }
    }

    /// Deletes a key from both stores.
    ///
    /// # Errors
    /// Those of the store that the book names. The other store is cleared too, if that needs no prompt.
    pub fn delete(&self, kind: StoreKind, key: &str) -> Result<()> {
        self.vault(kind)?.delete(key)?;
        match kind {
            StoreKind::SealedFile => {
                if self.keychain.state() == StoreState::Ready {
                    // It may have an older value from before the person changed stores.
                    self.keychain.delete(key).or(Ok(()))
                } else {
                    Ok(())
                }
            }
            StoreKind::Keychain => match self.sealed.delete(key) {
                Err(Error::Disk { path, source }) => Err(Error::Disk { path, source }),
                _ => Ok(()),
            },
        }
    }
}
