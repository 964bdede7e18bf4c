//! The keychain, by the crate keyring: Keychain and Credential Manager.

use std::collections::{BTreeSet, HashMap};

use keyring::v1::Entry;
use keyring_core::Error;

use crate::system::{Trouble, here};
use crate::token::Secret;
use crate::view::StoreState;

/// The keychain's state. macOS and Windows always have one, and unlock it with the session. One that is locked all
/// the same says so when it is used.
pub fn probe() -> StoreState {
    StoreState::Ready
}

/// These keychains have no peculiarities.
pub fn notes() -> Vec<&'static str> {
    Vec::new()
}

/// The secret of an entry; none if there is no entry.
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

/// The keys of a service's entries. Reads no secret.
pub fn keys(service: &str) -> Result<BTreeSet<String>, Trouble> {
    opened()?;
    let (by, wanted) = here::keychain_search(service);
    let found = keyring_core::Entry::search(&HashMap::from([(by, wanted.as_str())])).map_err(failed)?;
    let (names, end) = (found.iter().filter_map(|entry| entry.get_specifiers()), format!(".{service}"));
    // Windows has one name for both, which keyring splits at its last dot.
    let keys = names.filter_map(|(of, key)| format!("{key}.{of}").strip_suffix(&end).map(str::to_owned));
    Ok(keys.collect())
}

/// Removes an entry.
pub fn delete(service: &str, key: &str) -> Result<(), Trouble> {
    match entry(service, key)?.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        deleted => deleted.map_err(failed),
    }
}

fn entry(service: &str, key: &str) -> Result<keyring_core::Entry, Trouble> {
    opened()?;
    let modifiers = here::KEYCHAIN_MODIFIERS.iter().copied().collect();
    keyring_core::Entry::new_with_modifiers(service, key, &modifiers).map_err(failed)
}

/// Opens the system's store at the first call.
fn opened() -> Result<(), Trouble> {
    match Entry::store_status() {
        Ok(_) => Ok(()),
        Err(error) => Err(Trouble::Failed(error.to_string())),
    }
}

fn failed(error: Error) -> Trouble {
    match here::is_locked(&error) {
        true => Trouble::Locked,
        false => Trouble::Failed(error.to_string()),
    }
}
