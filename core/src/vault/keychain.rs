//! The operating system's keychain, by `system::keychain`: Keychain, Credential Manager or the Secret Service. Missing, locked, not
//! responding and refusing are four different errors. Tests replace the system's entries with a mock: see [`Entries`].

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Vault;
use super::patience::{Calls, Patience};
use crate::error::{Error, Result};
use crate::system::{KEYCHAIN_LIMIT, keychain as system};
use crate::token::Secret;
use crate::view::StoreState;

pub use crate::system::Trouble;

/// What a keychain can do with the entries of a service. Calls may block for as long as a person takes to answer a prompt.
pub trait Entries: Send + Sync {
    /// The keychain's state. Writes nothing, asks the person nothing and starts no service.
    fn probe(&self) -> StoreState;
    /// The secret of an entry, if there is one.
    ///
    /// # Errors
    /// [`Trouble::Locked`] if the person did not unlock the keychain; otherwise [`Trouble::Failed`] with the keychain's own words.
    fn read(&self, service: &str, key: &str) -> std::result::Result<Option<Secret>, Trouble>;
    /// Writes an entry in one step.
    ///
    /// # Errors
    /// As [`Entries::read`].
    fn write(&self, service: &str, key: &str, secret: &Secret) -> std::result::Result<(), Trouble>;
    /// Deletes an entry. A missing entry is no error.
    ///
    /// # Errors
    /// As [`Entries::read`].
    fn delete(&self, service: &str, key: &str) -> std::result::Result<(), Trouble>;
    /// The keys of all entries of a service. Reads no secret.
    ///
    /// # Errors
    /// As [`Entries::read`].
    fn keys(&self, service: &str) -> std::result::Result<BTreeSet<String>, Trouble>;
    /// Ids of the notes that `keybearer doctor` prints about this keychain.
    fn notes(&self) -> Vec<&'static str>;
}

/// The operating system's own keychain.
pub struct SystemKeychain;

impl Entries for SystemKeychain {
    fn probe(&self) -> StoreState {
        system::probe()
    }

    fn read(&self, service: &str, key: &str) -> std::result::Result<Option<Secret>, Trouble> {
        system::read(service, key)
    }

    fn write(&self, service: &str, key: &str, secret: &Secret) -> std::result::Result<(), Trouble> {
        system::write(service, key, secret)
    }

    fn delete(&self, service: &str, key: &str) -> std::result::Result<(), Trouble> {
        system::delete(service, key)
    }

    fn keys(&self, service: &str) -> std::result::Result<BTreeSet<String>, Trouble> {
        system::keys(service)
    }

    fn notes(&self) -> Vec<&'static str> {
        system::notes()
    }
}

/// The keychain, under our service name.
pub struct Keychain {
    entries: Arc<dyn Entries>,
    service: String,
    limit: usize,
    calls: Calls,
}

impl Keychain {
    /// Makes the handle; the keychain is not contacted yet.
    pub fn new(service: &str) -> Keychain {
        Keychain {
            entries: Arc::new(SystemKeychain),
            service: service.to_owned(),
            limit: KEYCHAIN_LIMIT,
            calls: Calls::default(),
        }
    }

    /// Sets a smaller limit, as other systems have; see [`Keychain::limit`].
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Keychain {
        Keychain { limit, ..self }
    }

    /// Replaces the system's entries.
    #[must_use]
    pub fn with_entries(self, entries: Arc<dyn Entries>) -> Keychain {
        Keychain { entries, ..self }
    }

    /// Sets how long calls may take.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Keychain {
        Keychain {
            calls: Calls::new(patience),
            ..self
        }
    }

    /// The longest secret it takes, in bytes. With 0 it takes none but the key of the sealed files.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Its state. Writes nothing, asks the person nothing and starts no service.
    pub fn state(&self) -> StoreState {
        self.entries.probe()
    }

    /// The keys of all entries under our service name. Reads no secret, so nothing prompts.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn keys(&self) -> Result<BTreeSet<String>> {
        self.call("", |entries, service, _| entries.keys(service))
    }

    /// Peculiarities of this keychain, as keys of the locales.
    pub fn notes(&self) -> Vec<&'static str> {
        self.entries.notes()
    }

    /// Runs one call. A prompt may take as long as a person does, and a service that hangs takes forever.
    fn call<T: Send + 'static>(
        &self,
        key: &str,
        work: impl FnOnce(&dyn Entries, &str, &str) -> std::result::Result<T, Trouble> + Send + 'static,
    ) -> Result<T> {
        // Do not probe a keychain that works: `keybearer token` opens one session and reads one entry.
        if self.calls.is_stuck() {
            return Err(match self.entries.probe() {
                StoreState::Missing => Error::KeychainMissing,
                StoreState::Locked => Error::KeychainLocked,
                StoreState::Silent | StoreState::Ready => Error::KeychainSilent,
            });
        }
        let (entries, service, key) = (self.entries.clone(), self.service.clone(), key.to_owned());
        let hopeless = || matches!(self.entries.probe(), StoreState::Missing | StoreState::Silent);
        match self.calls.wait_for(move || work(&*entries, &service, &key), hopeless) {
            Some(Ok(done)) => Ok(done),
            Some(Err(trouble)) => Err(match (self.entries.probe(), trouble) {
                (StoreState::Missing, _) => Error::KeychainMissing,
                (StoreState::Silent, _) => Error::KeychainSilent,
                (StoreState::Locked, _) | (_, Trouble::Locked) => Error::KeychainLocked,
                (StoreState::Ready, Trouble::Failed(detail)) => Error::KeychainRefused { detail },
            }),
            None => Err(match self.entries.probe() {
                StoreState::Missing => Error::KeychainMissing,
                StoreState::Locked => Error::KeychainLocked,
                StoreState::Silent | StoreState::Ready => Error::KeychainSilent,
            }),
        }
    }
}

impl Vault for Keychain {
    fn read(&self, key: &str) -> Result<Option<Secret>> {
        let read = self.call(key, |entries, service, key| entries.read(service, key))?;
        // A locked keychain may answer that there is no such entry.
        match read.is_none() && self.entries.probe() == StoreState::Locked {
            true => Err(Error::KeychainLocked),
            false => Ok(read),
        }
    }

    fn write(&self, key: &str, secret: &Secret) -> Result<()> {
        let secret = secret.clone();
        self.call(key, move |entries, service, key| entries.write(service, key, &secret))
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.call(key, |entries, service, key| entries.delete(service, key))?;
        match self.entries.probe() {
            StoreState::Locked => Err(Error::KeychainLocked),
            _ => Ok(()),
        }
    }
}
