//! The operating system's keychain: Keychain and Credential Manager by the crate keyring, the Secret Service by
//! `secret_service`. Missing, locked, silent and refusing are four different errors.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Vault;
use super::patience::{Calls, Patience};
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::StoreState;

/// Windows' Credential Manager takes 2,560 bytes of UTF-16, which is half as many letters.
const LIMIT: usize = if cfg!(windows) { 1280 } else { usize::MAX };

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
            limit: LIMIT,
            met: AtomicBool::new(false),
            calls: Calls::default(),
        }
    }

    /// The same with a smaller limit, as on another system.
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

    /// The longest secret it takes, in bytes.
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

/// Why a keychain did not do what it was asked.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It is locked, or the person did not open it.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
    Locked,
    /// In its own words, which name the failure and never the secret.
    Failed(String),
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

#[cfg(target_os = "linux")]
use super::secret_service as system;

/// By keyring.
#[cfg(not(target_os = "linux"))]
mod system {
    use std::collections::{BTreeSet, HashMap};

    use keyring::v1::{Entry, Error};

    use super::Trouble;
    use crate::token::Secret;
    use crate::view::StoreState;

    /// macOS and Windows always have one, and unlock it with the session.
    pub fn probe() -> StoreState {
        StoreState::Ready
    }

    pub fn notes() -> Vec<&'static str> {
        Vec::new()
    }

    pub fn read(service: &str, key: &str) -> Result<Option<Secret>, Trouble> {
        match entry(service, key)?.get_password() {
            Err(Error::NoEntry) => Ok(None),
            read => read.map(|text| Some(Secret::new(text))).map_err(failed),
        }
    }

    pub fn write(service: &str, key: &str, secret: &Secret) -> Result<(), Trouble> {
        entry(service, key)?.set_password(secret.expose()).map_err(failed)
    }

    pub fn delete(service: &str, key: &str) -> Result<(), Trouble> {
        match entry(service, key)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            deleted => deleted.map_err(failed),
        }
    }

    /// The keys of a service's entries.
    pub fn keys(service: &str) -> Result<BTreeSet<String>, Trouble> {
        // This opens the system's store, once.
        if let Err(error) = Entry::store_status() {
            return Err(Trouble::Failed(error.to_string()));
        }
        // Of two names for one entry, only that one is known that the system's store searches by.
        let pattern = format!("^.*\\.{}$", regex_lite::escape(service));
        let found = keyring_core::Entry::search(&HashMap::from([("pattern", pattern.as_str())]));
        let found = found.or_else(|_| keyring_core::Entry::search(&HashMap::from([("service", service)])));
        let (found, end) = (found.map_err(failed)?, format!(".{service}"));
        let names = found.iter().filter_map(|entry| entry.get_specifiers());
        let keys = names.filter_map(|(service, key)| format!("{key}.{service}").strip_suffix(&end).map(str::to_owned));
        Ok(keys.collect())
    }

    fn entry(service: &str, key: &str) -> Result<Entry, Trouble> {
        Entry::new(service, key).map_err(failed)
    }

    fn failed(error: Error) -> Trouble {
        Trouble::Failed(error.to_string())
    }
}
