//! age files: one for each secret, encrypted to one X25519 identity, which is itself sealed by a passphrase (scrypt) or kept in the
//! keychain. The passphrase is entered once a session; a write needs no scrypt. Because anyone can encrypt to an identity's public key,
//! each file begins with a MAC that only the identity's owner can make, over the file's key and content.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use age::secrecy::{ExposeSecret, SecretString};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{TARGET, Vault, passphrase};
use crate::book::file::{self, private_folder, write_atomically};
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::StoreState;

/// The prefix of a file's first line; the MAC follows in base64. The secrets themselves are JSON.
const HEAD: &str = "keybearer 1 ";
/// The most work that a file may demand. Earlier versions measured it when they sealed: this is more than any computer came to.
const MOST_WORK: u8 = 22;

/// What opens the files.
pub enum Seal {
    /// A passphrase.
    Passphrase(Secret),
    /// The identity itself, from the keychain or another process of ours.
    Identity(Secret),
}

/// A folder of sealed files.
pub struct Sealed {
    folder: PathBuf,
    work: u8,
    identity: Mutex<Option<age::x25519::Identity>>,
}

/// Makes an identity, in the form that the keychain stores.
pub fn new_identity() -> Secret {
    Secret::new(age::x25519::Identity::generate().to_string().expose_secret())
}

impl Sealed {
    /// Makes the handle; nothing is read or created yet.
    pub fn new(folder: PathBuf) -> Sealed {
        Sealed {
            folder,
            work: passphrase::WORK,
            identity: Mutex::new(None),
        }
    }

    /// Replaces scrypt's work factor for a new passphrase.
    #[must_use]
    pub fn with_passphrase_work(self, work: u8) -> Sealed {
        Sealed { work, ..self }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Missing until the folder is created, locked until it is unlocked.
    pub fn state(&self) -> StoreState {
        if self.lock().is_some() {
            StoreState::Ready
        } else if self.recipient_file().exists() {
            StoreState::Locked
        } else {
            StoreState::Missing
        }
    }

    /// Whether a passphrase unlocks it; otherwise the keychain does.
    pub fn has_passphrase(&self) -> bool {
        self.passphrase_file().exists()
    }

    /// Creates or unlocks the folder.
    ///
    /// # Errors
    /// [`Error::PassphraseShort`] for a new folder, [`Error::PassphraseWrong`] for an existing one, [`Error::Disk`].
    pub fn unlock(&self, seal: &Seal) -> Result<()> {
        let identity = match seal {
            Seal::Identity(identity) => parse(identity)?,
            Seal::Passphrase(passphrase) if self.has_passphrase() => self.unseal(passphrase)?,
            Seal::Passphrase(passphrase) => {
                let words = passphrase::chosen(passphrase)?;
                // The existing files belong to the keychain's identity. A new identity could not read them.
                if self.recipient_file().exists() && self.lock().is_none() {
                    return Err(Error::KeychainMissing);
                }
                let current = self.lock().clone();
                let identity = current.unwrap_or_else(age::x25519::Identity::generate);
                self.seal(&identity, words)?;
                identity
            }
        };
        let recipient = identity.to_public().to_string();
        match file::read_text(&self.recipient_file()) {
            // Another identity would write files that the known one cannot read.
            Ok(known) if known.trim() != recipient => return Err(Error::PassphraseWrong),
            Ok(_) => {}
            Err(_) => {
                private_folder(&self.folder)?;
                write_atomically(&self.recipient_file(), recipient.as_bytes())?;
            }
        }
        *self.lock() = Some(identity);
        Ok(())
    }

    /// What unlocks it without a passphrase, if it is unlocked.
    pub fn key(&self) -> Option<Secret> {
        self.lock()
            .as_ref()
            .map(|identity| Secret::new(identity.to_string().expose_secret()))
    }

    /// Locks the folder again, unless it turns out to be needed. Whether it is locked now.
    pub fn lock_again(&self, is_needed: impl FnOnce() -> bool) -> bool {
        let identity = self.lock().take();
        let needed = is_needed();
        if needed {
            *self.lock() = identity;
        }
        !needed
    }

    fn seal(&self, identity: &age::x25519::Identity, words: SecretString) -> Result<()> {
        let mut recipient = age::scrypt::Recipient::new(words);
        recipient.set_work_factor(self.work);
        let sealed = age::encrypt(&recipient, identity.to_string().expose_secret().as_bytes()).map_err(internal)?;
        private_folder(&self.folder)?;
        write_atomically(&self.passphrase_file(), &sealed)
    }

    fn unseal(&self, passphrase: &Secret) -> Result<age::x25519::Identity> {
        let path = self.passphrase_file();
        let sealed = file::read(&path).map_err(Error::disk(&path))?;
        let mut forms = passphrase::candidates(passphrase).into_iter();
        let opened = forms.find_map(|words| {
            let mut identity = age::scrypt::Identity::new(words);
            identity.set_max_work_factor(MOST_WORK);
            age::decrypt(&identity, &sealed).ok()
        });
        let plain = opened.ok_or(Error::PassphraseWrong)?;
        parse(&Secret::new(String::from_utf8(plain).map_err(|_| Error::PassphraseWrong)?))
    }

    fn lock(&self) -> MutexGuard<'_, Option<age::x25519::Identity>> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn passphrase_file(&self) -> PathBuf {
        self.folder.join("identity.age")
    }

    fn recipient_file(&self) -> PathBuf {
        self.folder.join("recipient")
    }

    /// Keys consist of slashes, letters and digits only.
    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{}.age", key.replace('/', "-")))
    }

    /// Whether there is a file for this key. It is not opened.
    pub fn has(&self, key: &str) -> bool {
        self.file(key).exists()
    }

    fn open_identity(&self) -> Result<age::x25519::Identity> {
        self.lock().clone().ok_or(Error::PassphraseNeeded)
    }
}

impl Vault for Sealed {
    fn read(&self, key: &str) -> Result<Option<Secret>> {
        let path = self.file(key);
        let sealed = match file::read(&path) {
            Ok(sealed) => sealed,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Error::disk(path)(e)),
        };
        let identity = self.open_identity()?;
        let plain = age::decrypt(&identity, &sealed).map_err(|_| Error::SecretMissing)?;
        let plain = Secret::new(String::from_utf8(plain).map_err(|_| Error::SecretMissing)?);
        let found = proven(&identity, key, plain);
        if found.is_err() {
            tracing::warn!(key, "a sealed file that was not written here under this name");
        }
        found.map(Some)
    }

    fn write(&self, key: &str, secret: &Secret) -> Result<()> {
        let identity = self.open_identity()?;
        let proof = STANDARD.encode(proof(&identity, key, secret.expose())?.finalize().into_bytes());
        let plain = Secret::new(format!("{HEAD}{proof}\n{}", secret.expose()));
        let sealed = age::encrypt(&identity.to_public(), plain.expose().as_bytes()).map_err(internal)?;
        write_atomically(&self.file(key), &sealed)
    }

    fn delete(&self, key: &str) -> Result<()> {
        file::remove(&self.file(key))
    }
}

/// The MAC over a key and its secret, which only the identity's owner can make.
fn proof(identity: &age::x25519::Identity, key: &str, secret: &str) -> Result<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(identity.to_string().expose_secret().as_bytes());
    let mut mac = mac.map_err(|e| Error::Internal { detail: e.to_string() })?;
    // Neither key nor secret contains a zero byte, so the parts cannot be shifted.
    for part in [HEAD, key, secret] {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    Ok(mac)
}

/// The secret of a file, if its MAC is right. Files of earlier versions have none; those versions had no deliveries.
fn proven(identity: &age::x25519::Identity, key: &str, plain: Secret) -> Result<Secret> {
    let Some(rest) = plain.expose().strip_prefix(HEAD) else {
        return if key.starts_with(TARGET) {
            Err(Error::SecretMissing)
        } else {
            Ok(plain)
        };
    };
    let (mac, secret) = rest.split_once('\n').ok_or(Error::SecretMissing)?;
    let mac = STANDARD.decode(mac).map_err(|_| Error::SecretMissing)?;
    let fits = proof(identity, key, secret)?.verify_slice(&mac);
    fits.map_err(|_| Error::SecretMissing)?;
    Ok(Secret::new(secret))
}

fn parse(identity: &Secret) -> Result<age::x25519::Identity> {
    age::x25519::Identity::from_str(identity.expose()).map_err(|_| Error::PassphraseWrong)
}

fn internal(error: age::EncryptError) -> Error {
    Error::Internal { detail: error.to_string() }
}
