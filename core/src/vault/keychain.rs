//! The operating system's keychain, by `system::keychain`: Keychain, Credential Manager or the Secret Service. Missing, locked,
//! silent and refusing are four different errors.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Vault;
use super::patience::{Calls, Patience};
use crate::error::{Error, Result};
use crate::system::{KEYCHAIN_LIMIT, Trouble, keychain as system};
use crate::token::Secret;
use crate::view::StoreState;

/// The keychain, under our service name.
pub struct Keychain {
    service: String,
    limit: usize,
    /// It has answered once.
    met: AtomicBool,
    calls: Calls,
}

impl Keychain {
    /// Touches nothing.
    pub fn new(service: &str) -> Keychain {
        Keychain {
            service: service.to_owned(),
            limit: KEYCHAIN_LIMIT,
            met: AtomicBool::new(false),
            calls: Calls::default(),
        }
    }

    /// The same with a smaller limit, as on another system; see [`Keychain::limit`].
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Keychain {
        Keychain { limit, ..self }
    }

    /// The same with another patience.
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

    /// How it is: no write, no prompt, no start of a service.
    pub fn state(&self) -> StoreState {
        system::probe()
    }

    /// The keys of all entries under our service name. Asks nobody: no secret is read.
    ///
    /// # Errors
    /// As [`Vault::read`].
    pub fn keys(&self) -> Result<BTreeSet<String>> {
        self.call("", |service, _| system::keys(service))
    }

    /// What is to be known of this keychain's manners, as the locales call it.
    pub fn notes(&self) -> Vec<&'static str> {
        system::notes()
    }

    /// Works on a key. A prompt may take as long as a person takes, a service that hangs takes for ever.
    fn call<T: Send + 'static>(
        &self,
        key: &str,
        work: impl FnOnce(&str, &str) -> std::result::Result<T, Trouble> + Send + 'static,
    ) -> Result<T> {
        // Whether there is one is told at once, without a call that may hang.
        if self.calls.is_stuck() || !self.met.load(Ordering::Relaxed) {
            match system::probe() {
                StoreState::Missing => return Err(Error::KeychainMissing),
                StoreState::Locked if self.calls.is_stuck() => return Err(Error::KeychainLocked),
                StoreState::Silent => return Err(Error::KeychainSilent),
                _ if self.calls.is_stuck() => return Err(Error::KeychainSilent),
                _ => {}
            }
        }
        let (service, key) = (self.service.clone(), key.to_owned());
        let hopeless = || matches!(system::probe(), StoreState::Missing | StoreState::Silent);
        match self.calls.wait_for(move || work(&service, &key), hopeless) {
            Some(Ok(done)) => {
                self.met.store(true, Ordering::Relaxed);
                Ok(done)
            }
            Some(Err(trouble)) => Err(match (system::probe(), trouble) {
                (StoreState::Missing, _) => Error::KeychainMissing,
                (StoreState::Silent, _) => Error::KeychainSilent,
                (StoreState::Locked, _) | (_, Trouble::Locked) => Error::KeychainLocked,
                (StoreState::Ready, Trouble::Failed(detail)) => Error::KeychainRefused { detail },
            }),
            None => Err(match system::probe() {
                StoreState::Missing => Error::KeychainMissing,
                StoreState::Locked => Error::KeychainLocked,
                StoreState::Silent | StoreState::Ready => Error::KeychainSilent,
            }),
        }
    }
}

impl Vault for Keychain {
    fn read(&self, key: &str) -> Result<Option<Secret>> {
        let read = self.call(key, system::read)?;
        // A locked one may say that there is nothing.
        match read.is_none() && system::probe() == StoreState::Locked {
            true => Err(Error::KeychainLocked),
            false => Ok(read),
        }
    }

    fn write(&self, key: &str, secret: &Secret) -> Result<()> {
        let secret = secret.clone();
        self.call(key, move |service, key| system::write(service, key, &secret))
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.call(key, system::delete)?;
        match system::probe() {
            StoreState::Locked => Err(Error::KeychainLocked),
            _ => Ok(()),
        }
    }
}
