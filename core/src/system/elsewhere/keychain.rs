//! The keychain by keyring: Keychain and Credential Manager.

use keyring::v1::Entry;
use keyring_core::Error;

use crate::system::{Trouble, here};
use crate::token::Secret;
use crate::view::StoreState;

/// macOS and Windows always have one, and unlock it with the session.
pub fn probe() -> StoreState {
    StoreState::Ready
}

/// Nothing is to be known of its manners.
pub fn notes() -> Vec<&'static str> {
    Vec::new()
}

/// The secret of an entry; none where there is none.
pub fn read(service: &str, key: &str) -> Result<Option<Secret>, Trouble> {
    match entry(service, key)?.get_password() {
        Err(Error::NoEntry) => Ok(None),
        read => read.map(|text| Some(Secret::new(text))).map_err(failed),
    }
}

/// Writes an entry, or replaces it.
pub fn write(service: &str, key: &str, secret: &Secret) -> Result<(), Trouble> {
    entry(service, key)?.set_password(secret.expose()).map_err(failed)
}

/// Removes an entry.
pub fn delete(service: &str, key: &str) -> Result<(), Trouble> {
    match entry(service, key)?.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        deleted => deleted.map_err(failed),
    }
}

fn entry(service: &str, key: &str) -> Result<keyring_core::Entry, Trouble> {
    // This opens the system's store, once.
    let status = Entry::store_status();
    if let Err(error) = status {
        return Err(Trouble::Failed(error.to_string()));
    }
    let modifiers = here::KEYCHAIN_MODIFIERS.iter().copied().collect();
    keyring_core::Entry::new_with_modifiers(service, key, &modifiers).map_err(failed)
}

fn failed(error: Error) -> Trouble {
    Trouble::Failed(error.to_string())
}
