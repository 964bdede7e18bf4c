//! The operating system's keychain: Keychain, Credential Manager or Secret Service, by the crate keyring. Missing, locked,
//! silent and refusing are four different errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyring::v1::{Entry, Error as KeyringError};

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
    /// A service was there once.
    met: Arc<AtomicBool>,
    calls: Calls,
}

impl Keychain {
    /// Touches nothing.
    pub fn new(service: &str) -> Keychain {
        Keychain {
            service: service.to_owned(),
            limit: LIMIT,
            met: Arc::default(),
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
        probe()
    }

    /// Works on an entry; none where it is not there. A prompt may take as long as a person takes, a service that hangs
    /// takes for ever.
    fn call<T: Send + 'static>(&self, key: &str, work: impl Fn(Entry) -> keyring::v1::Result<T> + Send + 'static) -> Result<Option<T>> {
        // keyring remembers for good that there was no service at its first use; so it is not asked before there is one.
        if self.calls.is_stuck() || !self.met.load(Ordering::Relaxed) {
            match probe() {
                StoreState::Missing => return Err(Error::KeychainMissing),
                StoreState::Locked if self.calls.is_stuck() => return Err(Error::KeychainLocked),
                StoreState::Silent => return Err(Error::KeychainSilent),
                _ if self.calls.is_stuck() => return Err(Error::KeychainSilent),
                _ => {}
            }
        }
        let (service, key, met) = (self.service.clone(), key.to_owned(), self.met.clone());
        let work = move || {
            let entry = Entry::new(&service, &key)?;
            met.store(true, Ordering::Relaxed);
            match work(entry) {
                Err(KeyringError::PlatformFailure(_)) if probe() == StoreState::Ready => {
                    reconnect();
                    work(Entry::new(&service, &key)?)
                }
                done => done,
            }
        };
        let hopeless = || matches!(probe(), StoreState::Missing | StoreState::Silent);
        match self.calls.wait_for(work, hopeless) {
            Some(Ok(done)) => Ok(Some(done)),
            // The Secret Service also says so of a locked collection whose prompt was refused.
            Some(Err(KeyringError::NoEntry)) if probe() == StoreState::Locked => Err(Error::KeychainLocked),
            Some(Err(KeyringError::NoEntry)) => Ok(None),
            Some(Err(error)) => Err(trouble(&error)),
            None => Err(match probe() {
                StoreState::Missing => Error::KeychainMissing,
                StoreState::Locked => Error::KeychainLocked,
                StoreState::Silent | StoreState::Ready => Error::KeychainSilent,
            }),
        }
    }
}

impl Vault for Keychain {
    fn read(&self, key: &str) -> Result<Option<Secret>> {
        self.call(key, |entry| entry.get_password().map(Secret::new))
    }

    fn write(&self, key: &str, secret: &Secret) -> Result<()> {
        let secret = secret.clone();
        let written = self.call(key, move |entry| entry.set_password(secret.expose()))?;
        written.ok_or_else(|| Error::KeychainRefused { detail: "no entry".into() })
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.call(key, |entry| entry.delete_credential()).map(drop)
    }
}

/// keyring's NoStorageAccess means locked as well as absent; a second look tells which.
fn trouble(error: &KeyringError) -> Error {
    match probe() {
        StoreState::Missing => Error::KeychainMissing,
        StoreState::Locked => Error::KeychainLocked,
        StoreState::Silent => Error::KeychainSilent,
        // keyring's texts name the failure and never the secret.
        StoreState::Ready => Error::KeychainRefused { detail: error.to_string() },
    }
}

#[cfg(not(target_os = "linux"))]
fn probe() -> StoreState {
    // macOS and Windows always have one, and unlock it with the session.
    StoreState::Ready
}

#[cfg(not(target_os = "linux"))]
fn reconnect() {}

#[cfg(target_os = "linux")]
use secret_service::{probe, reconnect};

/// The Secret Service, looked at and not touched.
#[cfg(target_os = "linux")]
mod secret_service {
    use std::io::ErrorKind;
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
        match look() {
            Ok(state) => state,
            Err(zbus::Error::InputOutput(e)) if e.kind() == ErrorKind::TimedOut => StoreState::Silent,
            Err(_) => StoreState::Missing,
        }
    }

    /// A service that was started anew knows nothing of the session that keyring once opened.
    pub fn reconnect() {
        if let Ok(store) = zbus_secret_service_keyring_store::Store::new() {
            keyring_core::set_default_store(store);
        }
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
