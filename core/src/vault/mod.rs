//! Where secrets are kept. The only room that touches the keychain. Never clear text, never a silent downgrade: whoever
//! writes is told which store took the secret.
//!
//! `keychain` the operating system's, `patience` with it · `sealed` age files for machines without one, and for what a keychain
//! does not take · `age_file` one encrypted file that goes to another machine · `passphrase` the letters that open either.

pub mod age_file;
pub mod keychain;
mod passphrase;
pub mod patience;
pub mod sealed;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use self::keychain::Keychain;
use self::sealed::{Seal, Sealed};
use crate::book::lock;
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::{StoreKind, StoreState};

/// What a store can do. Calls block, perhaps as long as a person takes to answer a prompt. Keys are `account/<id>`,
/// `account/<id>/previous`, `client/<id>`, `target/<id>`, `door/https`, `seal`.
pub trait Vault: Send + Sync {
    /// The secret under a key, if there is one.
    ///
    /// # Errors
    /// The store's: missing, locked, refusing, or a passphrase.
    fn read(&self, key: &str) -> Result<Option<Secret>>;
    /// Keeps a secret under a key, in one step.
    ///
    /// # Errors
    /// As [`Vault::read`].
    fn write(&self, key: &str, secret: &Secret) -> Result<()>;
    /// Forgets a key; one that is not there is forgotten already.
    ///
    /// # Errors
    /// As [`Vault::read`].
    fn delete(&self, key: &str) -> Result<()>;
}

/// The key of an account's token.
pub fn account_key(id: &str) -> String {
    format!("account/{id}")
}

/// The key of the token that an account had before its last renewal, where that one lives on.
pub fn previous_key(id: &str) -> String {
    format!("account/{id}/previous")
}

/// The key of a client's secret.
pub fn client_key(id: &str) -> String {
    format!("client/{id}")
}

/// How the keys of what belongs to deliveries begin.
const TARGET: &str = "target/";

/// The key of what belongs to a delivery.
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
    /// Opens nothing yet.
    pub fn new(data: &Path, kind: StoreKind, service: &str) -> Store {
        Store {
            data: data.to_owned(),
            keychain: Keychain::new(service),
            sealed: Sealed::new(data.join("sealed")),
            kind: Mutex::new(kind),
        }
    }

    /// The same with another keychain: one with a smaller limit, or none, as on another system.
    #[must_use]
    pub fn with_keychain(self, keychain: Keychain) -> Store {
        Store { keychain, ..self }
    }

    /// Which store takes new secrets.
    pub fn kind(&self) -> StoreKind {
        *self.kind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Chooses the store for new secrets; what is kept stays where it is.
    pub fn choose(&self, kind: StoreKind) {
        *self.kind.lock().unwrap_or_else(PoisonError::into_inner) = kind;
    }

    /// How a store is, without a write and without a prompt. May take the bus's three seconds.
    pub fn state(&self, kind: StoreKind) -> StoreState {
        match kind {
            StoreKind::Keychain => self.keychain.state(),
            StoreKind::SealedFile => self.sealed.state(),
        }
    }

    /// What is to be known of the keychain's manners, as the locales call it, once it was asked for these keys. Nothing of one
    /// that is not open.
    pub fn notes(&self, keys: impl Iterator<Item = String>) -> Vec<&'static str> {
        // One that has the sealed files' key only has no manners to be known, and asks the person about each entry.
        if self.keychain.state() != StoreState::Ready || self.keychain.limit() == 0 {
            return Vec::new();
        }
        for key in keys.chain([SEAL_KEY.to_owned()]) {
            let _ = self.keychain.read(&key);
        }
        self.keychain.notes()
    }

    /// Whether the sealed files are open by a passphrase.
    pub fn is_open_by_passphrase(&self) -> bool {
        self.sealed.state() == StoreState::Ready && self.sealed.has_passphrase()
    }

    /// Whether there are sealed files that only a passphrase opens, and it was not said yet.
    pub fn waits_for_passphrase(&self) -> bool {
        self.sealed.state() == StoreState::Locked && self.sealed.has_passphrase()
    }

    /// Where the sealed files are.
    pub fn sealed_folder(&self) -> &Path {
        self.sealed.folder()
    }

    /// Makes the sealed files, or opens them, by a passphrase.
    ///
    /// # Errors
    /// [`Error::PassphraseShort`], [`Error::PassphraseWrong`], [`Error::Disk`].
    pub fn unseal(&self, passphrase: &Secret) -> Result<()> {
        self.open_by_keychain();
        self.sealed.unlock(&Seal::Passphrase(passphrase.clone()))
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

    /// Where the identity lies in the keychain, nobody needs to type anything.
    fn open_by_keychain(&self) {
        let sealed_by_keychain = self.sealed.state() == StoreState::Locked && !self.sealed.has_passphrase();
        if sealed_by_keychain && let Ok(Some(identity)) = self.keychain.read(SEAL_KEY) {
            // A wrong identity leaves the files locked; reading from them says so.
            let _ = self.sealed.unlock(&Seal::Identity(identity));
        }
    }

    /// Reads a secret, from where the book says it is, else from the other store: the vault is the truth.
    ///
    /// # Errors
    /// Those of the store that should have it.
    pub fn read(&self, kind: StoreKind, key: &str) -> Result<Option<Secret>> {
        let other = match kind {
            StoreKind::Keychain => StoreKind::SealedFile,
            StoreKind::SealedFile => StoreKind::Keychain,
        };
        if kind == StoreKind::Keychain && self.overflows() {
            return self.read_overflowing(key);
        }
        if let Some(found) = self.vault(kind)?.read(key)? {
            return Ok(Some(found));
        }
        let elsewhere = self.state(other) == StoreState::Ready;
        if elsewhere {
            Ok(self.vault(other)?.read(key).ok().flatten())
        } else {
            Ok(None)
        }
    }

    /// Whether the keychain does not take everything, and has the key of the sealed files, where the rest is.
    fn overflows(&self) -> bool {
        self.keychain.limit() < usize::MAX && !self.sealed.has_passphrase()
    }

    /// Whether the keychain does not take this. Words of the person's own open the sealed files only when they are said: then
    /// one that should have their key only has everything.
    fn is_too_much(&self, secret: &Secret) -> bool {
        match self.keychain.limit() {
            0 => !self.sealed.has_passphrase(),
            longest => secret.expose().len() > longest,
        }
    }

    /// Reads a secret of a keychain that overflows: what is sealed is never older than what the keychain has. What an earlier
    /// version left in a keychain that should have the sealed files' key only is moved.
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

    /// Seals what the keychain has, reads it back, and only then forgets it there.
    fn move_over(&self, key: &str, secret: &Secret) -> Result<()> {
        self.seal(key, secret)?;
        match self.vault(StoreKind::SealedFile)?.read(key)?.as_ref() == Some(secret) {
            true => self.keychain.delete(key),
            false => Err(Error::SecretMissing),
        }
    }

    /// Writes a sealed file, and makes the key of all of them, which the keychain keeps, where there is none.
    fn seal(&self, key: &str, secret: &Secret) -> Result<()> {
        if self.sealed.state() == StoreState::Missing {
            // Whoever was killed here has left one.
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

    /// Keeps a secret in the store for new ones; see [`Store::write_in`].
    ///
    /// # Errors
    /// The store's.
    pub fn write(&self, key: &str, secret: &Secret) -> Result<StoreKind> {
        self.write_in(self.kind(), key, secret)
    }

    /// Keeps a secret in a store and says where it went: what the keychain does not take goes to a sealed file whose identity the
    /// keychain keeps (Windows: what is longer than 2,560 bytes; macOS: everything).
    ///
    /// # Errors
    /// The store's.
    pub fn write_in(&self, kind: StoreKind, key: &str, secret: &Secret) -> Result<StoreKind> {
        if kind == StoreKind::Keychain && self.is_too_much(secret) {
            let _alone = lock::seal(&self.data)?;
            self.seal(key, secret)?;
            // A shorter one may lie there. It is not read any more, whatever becomes of it.
            if self.overflows()
                && let Err(error) = self.keychain.delete(key)
            {
                tracing::warn!(code = %error.code(), key, "the keychain keeps an older entry");
            }
            return Ok(StoreKind::SealedFile);
        }
        if kind == StoreKind::Keychain && self.overflows() && self.sealed.has(key) {
            // The sealed one is read first for as long as it is there: it must not be the older one meanwhile.
            let _alone = lock::seal(&self.data)?;
            let _ = self.seal(key, secret);
            self.keychain.write(key, secret)?;
            self.sealed.delete(key)?;
            return Ok(kind);
        }
        self.vault(kind)?.write(key, secret)?;
        Ok(kind)
    }

    /// Forgets all that the keychain has of ours: what it lists, and what the book knows of. How many entries it listed.
    ///
    /// # Errors
    /// The keychain's: what is left goes by the next call.
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

    /// Forgets a key in both stores.
    ///
    /// # Errors
    /// Those of the store that the book names; the other one is swept where that asks nothing of anybody.
    pub fn delete(&self, kind: StoreKind, key: &str) -> Result<()> {
        self.vault(kind)?.delete(key)?;
        match kind {
            StoreKind::SealedFile => {
                if self.keychain.state() == StoreState::Ready {
                    // An older value may lie there from before the stores were changed.
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
