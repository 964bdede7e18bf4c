//! The Secret Service of Linux desktops, as gnome-keyring, KWallet, KeePassXC and others offer it, each with its own peculiarities: one
//! may not support encrypted sessions, have two entries for one key, a default collection that does not exist, or prompt for each
//! operation. One session is kept, and opened again after a restart of the service.

use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secret_service::blocking::{Collection, Item, SecretService};
use secret_service::{EncryptionType, Error};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::system::Trouble;
use crate::token::Secret;
use crate::view::StoreState;

/// How long the bus may take to answer (docs/facts/desktop.md#secret-service).
const PATIENCE: Duration = Duration::from_secs(3);
const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
/// The content type, as in entries of earlier versions.
const CONTENT: &str = "application/octet-stream";

static SESSION: Mutex<Option<SecretService<'static>>> = Mutex::new(None);
/// Peculiarities that this process has noticed.
static IS_PLAIN: AtomicBool = AtomicBool::new(false);
static HAS_TWO: AtomicBool = AtomicBool::new(false);

/// Peculiarities of the service, as keys of the locales.
pub fn notes() -> Vec<&'static str> {
    let all = [(&IS_PLAIN, "cli-keychain-plain"), (&HAS_TWO, "cli-keychain-two")];
    all.into_iter()
        .filter(|(flag, _)| flag.load(Ordering::Relaxed))
        .map(|(_, id)| id)
        .collect()
}

/// The secret of the newest entry; none if there is no entry.
pub fn read(service: &str, key: &str) -> Result<Option<Secret>, Trouble> {
    in_session(|session| {
        let found = entries(session, service, key)?;
        let Some(newest) = found.first() else { return Ok(None) };
        // Each question is a round trip to the service: whether it is locked is asked only where it gives no secret.
        let secret = newest.get_secret().or_else(|_| {
            unlock(newest)?;
            newest.get_secret()
        });
        let text = String::from_utf8(secret?).map_err(|_| Error::Crypto("no text"))?;
        Ok(Some(Secret::new(text)))
    })
}

/// Replaces the newest entry, or creates one. Older entries of the key are deleted, so that none of them is read later.
pub fn write(service: &str, key: &str, secret: &Secret) -> Result<(), Trouble> {
    let secret = secret.expose().as_bytes();
    in_session(|session| {
        let found = entries(session, service, key)?;
        let Some((newest, older)) = found.split_first() else {
            let collection = collection(session)?;
            let label = format!("keyring:{key}@{service}");
            collection.create_item(&label, attributes(service, key), secret, true, CONTENT)?;
            return Ok(());
        };
        unlock(newest)?;
        newest.set_secret(secret, CONTENT)?;
        for one in older {
            // An entry that cannot be deleted must not keep an older secret.
            let gone = !one.is_locked().unwrap_or(true) && one.delete().is_ok();
            if !gone && one.set_secret(secret, CONTENT).is_err() {
                tracing::warn!(key, "the keychain keeps an older entry");
            }
        }
        Ok(())
    })
}

/// Deletes all entries of a key.
pub fn delete(service: &str, key: &str) -> Result<(), Trouble> {
    in_session(|session| {
        for one in entries(session, service, key)? {
            unlock(&one)?;
            one.delete()?;
        }
        Ok(())
    })
}

/// The keys of a service's entries, locked ones included.
pub fn keys(service: &str) -> Result<BTreeSet<String>, Trouble> {
    in_session(|session| {
        let found = session.search_items(HashMap::from([("service", service)]))?;
        let mut keys = BTreeSet::new();
        for item in found.unlocked.into_iter().chain(found.locked) {
            // Some services return more than was asked for, and some hide the attributes of locked entries.
            let Ok(known) = item.get_attributes() else { continue };
            if known.get("service").is_some_and(|of| of == service) {
                keys.extend(known.get("username").cloned());
            }
        }
        Ok(keys)
    })
}

/// Runs work in the kept session. A service that was restarted does not know it: then the work runs again in a new one.
fn in_session<T>(work: impl Fn(&SecretService<'_>) -> Result<T, Error>) -> Result<T, Trouble> {
    let mut kept = SESSION.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept.is_some();
    let session = match kept.take() {
        Some(session) => session,
        None => open()?,
    };
    let done = match work(&session) {
        Err(error) if known && !is_no(&error) => {
            let session = open()?;
            let done = work(&session);
            *kept = Some(session);
            done
        }
        done => {
            *kept = Some(session);
            done
        }
    };
    if done.as_ref().is_err_and(|error| !is_no(error)) {
        *kept = None;
    }
    done.map_err(trouble)
}

/// Opens an encrypted session, or a plain one if the service does not support it. Only this person uses the bus in either case.
fn open() -> Result<SecretService<'static>, Trouble> {
    let refusal = match SecretService::connect(EncryptionType::Dh) {
        Ok(session) => {
            IS_PLAIN.store(false, Ordering::Relaxed);
            return Ok(session);
        }
        Err(Error::Unavailable) => return Err(trouble(Error::Unavailable)),
        Err(error) => error,
    };
    let session = SecretService::connect(EncryptionType::Plain).map_err(|_| trouble(refusal))?;
    tracing::info!("the keychain knows no encrypted session");
    IS_PLAIN.store(true, Ordering::Relaxed);
    Ok(session)
}

fn attributes<'a>(service: &'a str, key: &'a str) -> HashMap<&'a str, &'a str> {
    HashMap::from([("service", service), ("username", key)])
}

/// The entries of a key, newest first. Some services return more than was asked for.
fn entries<'s>(session: &'s SecretService<'_>, service: &str, key: &str) -> Result<Vec<Item<'s>>, Error> {
    let found = session.search_items(attributes(service, key))?;
    let mut entries = Vec::new();
    for item in found.unlocked.into_iter().chain(found.locked) {
        let has = match item.get_attributes() {
            Ok(known) => attributes(service, key)
                .iter()
                .all(|(name, value)| known.get(*name).is_some_and(|v| v == value)),
            // Some services hide the attributes of locked entries.
            Err(_) => item.is_locked()?,
        };
        if has {
            entries.push(item);
        }
    }
    if entries.len() > 1 {
        tracing::warn!(
            key,
            count = entries.len(),
            "the keychain has more than one entry; the newest counts"
        );
        HAS_TWO.store(true, Ordering::Relaxed);
        entries.sort_by_cached_key(|item| {
            let at = item.get_modified().or_else(|_| item.get_created());
            std::cmp::Reverse(at.unwrap_or_default())
        });
    }
    Ok(entries)
}

/// Unlocks one entry, which may prompt. An entry that stays locked counts as locked, whatever the service answered.
fn unlock(item: &Item<'_>) -> Result<(), Error> {
    if item.is_locked()? {
        item.unlock()?;
        item.ensure_unlocked()?;
    }
    Ok(())
}

/// The collection for new entries: the default one; if it does not exist, another permanent one; otherwise a new default one.
fn collection<'s>(session: &'s SecretService<'_>) -> Result<Collection<'s>, Error> {
    // A missing collection that the alias still names has no state.
    let there = |one: &Collection<'_>| one.is_locked().is_ok();
    match session.get_default_collection() {
        Ok(default) if there(&default) => return Ok(default),
        Ok(_) | Err(Error::NoResult) => {}
        Err(error) => return Err(error),
    }
    // The session collection does not outlive the session.
    let passing = session
        .get_collection_by_alias("session")
        .ok()
        .map(|one| one.collection_path.clone());
    let all = collections()?
        .into_iter()
        .filter_map(|path| session.get_collection_by_path(path).ok());
    let mut lasting: Vec<_> = all
        .filter(|one| Some(&one.collection_path) != passing.as_ref() && there(one))
        .collect();
    lasting.sort_by_key(|one| one.is_locked().unwrap_or(true));
    if lasting.is_empty() {
        return session.create_collection("Keybearer", "default");
    }
    let one = lasting.swap_remove(0);
    if one.is_locked()? {
        one.unlock()?;
    }
    Ok(one)
}

/// The present collections; the kept session may remember older ones.
fn collections() -> zbus::Result<Vec<OwnedObjectPath>> {
    let bus = Builder::session()?.method_timeout(PATIENCE).build()?;
    let asked = ("org.freedesktop.Secret.Service", "Collections");
    let reply = bus.call_method(Some(SERVICE), ROOT, Some("org.freedesktop.DBus.Properties"), "Get", &asked)?;
    let all: OwnedValue = reply.body().deserialize()?;
    Ok(Vec::try_from(all)?)
}

/// Whether the person or the service refused, which a new session does not change.
fn is_no(error: &Error) -> bool {
    is_locked(error) || matches!(error, Error::NoResult)
}

fn is_locked(error: &Error) -> bool {
    let named = |error: &zbus::Error| matches!(error, zbus::Error::MethodError(name, ..) if name.ends_with("IsLocked"));
    match error {
        Error::Locked | Error::Prompt | Error::PromptDisconnected => true,
        Error::Zbus(error) => named(error),
        _ => false,
    }
}

fn trouble(error: Error) -> Trouble {
    match &error {
        error if is_locked(error) => Trouble::Locked,
        _ => Trouble::Failed(error.to_string()),
    }
}

/// The state of the Secret Service: whether there is a bus, a service on it (or one that would be started), and whether its default
/// collection is locked.
pub fn probe() -> StoreState {
    match look() {
        Ok(state) => state,
        Err(zbus::Error::InputOutput(e)) if e.kind() == ErrorKind::TimedOut => StoreState::Silent,
        Err(_) => StoreState::Missing,
    }
}

fn look() -> zbus::Result<StoreState> {
    let bus = Builder::session()?.method_timeout(PATIENCE).build()?;
    if !names(&bus, "ListNames")?.iter().any(|n| n == SERVICE) {
        let starts_on_demand = names(&bus, "ListActivatableNames")?.iter().any(|n| n == SERVICE);
        return Ok(if starts_on_demand { StoreState::Ready } else { StoreState::Missing });
    }
    let service = Some("org.freedesktop.Secret.Service");
    let reply = bus.call_method(Some(SERVICE), ROOT, service, "ReadAlias", &("default",))?;
    let collection: OwnedObjectPath = reply.body().deserialize()?;
    // Without a default collection, the first write uses another one or creates one, with a prompt of its own.
    if collection.as_str() == "/" {
        return Ok(StoreState::Ready);
    }
    let reply = bus.call_method(
        Some(SERVICE),
        collection.as_ref(),
        Some("org.freedesktop.DBus.Properties"),
        "Get",
        &("org.freedesktop.Secret.Collection", "Locked"),
    );
    let reply = match reply {
        // The alias names a missing collection.
        Err(zbus::Error::MethodError(..)) => return Ok(StoreState::Ready),
        reply => reply?,
    };
    let locked: OwnedValue = reply.body().deserialize()?;
    Ok(match bool::try_from(locked).unwrap_or(false) {
        true => StoreState::Locked,
        false => StoreState::Ready,
    })
}

fn names(bus: &Connection, method: &str) -> zbus::Result<Vec<String>> {
    let driver = "org.freedesktop.DBus";
    bus.call_method(Some(driver), "/org/freedesktop/DBus", Some(driver), method, &())?
        .body()
        .deserialize()
}
