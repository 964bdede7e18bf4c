//! The operating system's keychain: Keychain, Credential Manager or Secret Service, by the crate keyring. Missing, locked
//! and refusing are three different errors.

use std::sync::atomic::{AtomicBool, Ordering};

use keyring::v1::{Entry, Error as KeyringError};

use super::Vault;
use crate::error::{Error, Result};
use crate::token::Secret;
use crate::view::StoreState;

/// Windows' Credential Manager takes 2,560 bytes of UTF-16, which is half as many letters.
const LIMIT: usize = if cfg!(windows) { 1280 } else { usize::MAX };

/// The keychain, under our service name.
pub struct Keychain {
    service: String,
    limit: usize,
    /// A service was there once.
    met: AtomicBool,
}

impl Keychain {
    /// Touches nothing.
    pub fn new(service: &str) -> Keychain {
        Keychain {
            service: service.to_owned(),
            limit: LIMIT,
            met: AtomicBool::new(false),
        }
    }

    /// The same with a smaller limit, as on another system.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Keychain {
        Keychain { limit, ..self }
    }

    /// The longest secret it takes, in bytes.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// How it is: no write, no prompt, no start of a service.
    pub fn state(&self) -> StoreState {
        probe()
    }

    fn entry(&self, key: &str) -> Result<Entry> {
        // keyring remembers for good that there was no service at its first use; so it is not asked before there is one.
        if !self.met.load(Ordering::Relaxed) && probe() == StoreState::Missing {
            return Err(Error::KeychainMissing);
        }
        let entry = Entry::new(&self.service, key).map_err(|e| trouble(&e))?;
        self.met.store(true, Ordering::Relaxed);
        Ok(entry)
    }
}

impl Vault for Keychain {
    fn read(&self, key: &str) -> Result<Option<Secret>> {
        match self.entry(key)?.get_password() {
            Ok(secret) => Ok(Some(Secret::new(secret))),
            // The Secret Service also says so of a locked collection whose prompt was refused.
            Err(KeyringError::NoEntry) if probe() == StoreState::Locked => Err(Error::KeychainLocked),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(e) => Err(trouble(&e)),
        }
    }

    fn write(&self, key: &str, secret: &Secret) -> Result<()> {
        self.entry(key)?.set_password(secret.expose()).map_err(|e| trouble(&e))
    }

    fn delete(&self, key: &str) -> Result<()> {
        match self.entry(key)?.delete_credential() {
            Ok(()) => Ok(()),
            Err(KeyringError::NoEntry) if probe() == StoreState::Locked => Err(Error::KeychainLocked),
            Err(KeyringError::NoEntry) => Ok(()),
            Err(e) => Err(trouble(&e)),
        }
    }
}

/// keyring's NoStorageAccess means locked as well as absent; a second look tells which.
fn trouble(error: &KeyringError) -> Error {
    match probe() {
        StoreState::Missing => Error::KeychainMissing,
        StoreState::Locked => Error::KeychainLocked,
        // keyring's texts name the failure and never the secret.
        StoreState::Ready => Error::KeychainRefused { detail: error.to_string() },
    }
}

#[cfg(not(target_os = "linux"))]
fn probe() -> StoreState {
    // macOS and Windows always have one, and unlock it with the session.
    StoreState::Ready
}

#[cfg(target_os = "linux")]
use secret_service::probe;

/// The Secret Service, looked at and not touched.
#[cfg(target_os = "linux")]
mod secret_service {
    use std::time::Duration;

    use zbus::blocking::Connection;
    use zbus::blocking::connection::Builder;
    use zbus::zvariant::{OwnedObjectPath, OwnedValue};

    use crate::view::StoreState;

    /// A bus that takes longer hangs (peers.md 1.5, row 11).
    const PATIENCE: Duration = Duration::from_secs(3);
    const SERVICE: &str = "org.freedesktop.secrets";

    /// Is there a bus, a service on it (or one that would be started), and is its default collection locked?
    pub fn probe() -> StoreState {
        look().unwrap_or(StoreState::Missing)
    }

    fn look() -> zbus::Result<StoreState> {
        let bus = Builder::session()?.method_timeout(PATIENCE).build()?;
        let on_bus = |method: &str, name: &str| -> zbus::Result<bool> {
            let names: Vec<String> = match method {
                "ListNames" | "ListActivatableNames" => bus_call(&bus, method)?,
                _ => Vec::new(),
            };
            Ok(names.iter().any(|n| n == name))
        };
        if !on_bus("ListNames", SERVICE)? {
            let starts_on_demand = on_bus("ListActivatableNames", SERVICE)?;
            return Ok(if starts_on_demand { StoreState::Ready } else { StoreState::Missing });
        }
        let reply = bus.call_method(
            Some(SERVICE),
            "/org/freedesktop/secrets",
            Some("org.freedesktop.Secret.Service"),
            "ReadAlias",
            &("default",),
        )?;
        let collection: OwnedObjectPath = reply.body().deserialize()?;
        // Without a default collection the first write makes one, with a prompt of its own.
        if collection.as_str() == "/" {
            return Ok(StoreState::Ready);
        }
        let reply = bus.call_method(
            Some(SERVICE),
            collection.as_ref(),
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.freedesktop.Secret.Collection", "Locked"),
        )?;
        let locked: OwnedValue = reply.body().deserialize()?;
        Ok(if bool::try_from(locked).unwrap_or(false) {
            StoreState::Locked
        } else {
            StoreState::Ready
        })
    }

    fn bus_call(bus: &Connection, method: &str) -> zbus::Result<Vec<String>> {
        let driver = "org.freedesktop.DBus";
        bus.call_method(Some(driver), "/org/freedesktop/DBus", Some(driver), method, &())?
            .body()
            .deserialize()
    }
}
