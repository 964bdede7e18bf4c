//! The Secret Service of Linux desktops, as gnome-keyring, KWallet, KeePassXC and others offer it, each with its own peculiarities: one
//! may not support encrypted sessions, have two entries for one key, a default collection that does not exist, or prompt for each
//! operation.

mod session;

use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secret_service::{Collection, Error, Item, SearchItemsResult};
use zbus::Connection;
use zbus::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use self::session::{INTERFACE, IS_PLAIN, ROOT, SERVICE, Session, greet, in_session, is_timeout};
use crate::system::Trouble;
use crate::token::Secret;
use crate::view::StoreState;

/// How long the bus may take to answer (docs/facts/desktop.md#secret-service).
const PATIENCE: Duration = Duration::from_secs(3);
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// The content type, as in entries of earlier versions.
const CONTENT: &str = "application/octet-stream";

/// Whether this process has found two entries for one key.
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
    in_session(async |session| {
        let secret = match read_again(session, service, key).await? {
            Some(secret) => secret,
            None => {
                let found = session.service.search_items(attributes(service, key)).await?;
                let only = only(&found);
                session.remember(service, key, only.as_ref());
                let secret = match only {
                    Some(path) => read_entry(session, path, service, key).await?,
                    None => None,
                };
                match secret {
                    Some(secret) => secret,
                    None => {
                        let found = entries(found, service, key).await?;
                        let Some(newest) = found.first() else { return Ok(None) };
                        unlock(newest).await?;
                        newest.get_secret().await?
                    }
                }
            }
        };
        let text = String::from_utf8(secret).map_err(|_| Error::Crypto("no text"))?;
        Ok(Some(Secret::new(text)))
    })
}

/// The secret of the entry that was found last, if it is still open and the only one of its key; otherwise none. Each question is a round
/// trip to the service, so all are sent at once.
async fn read_again(session: &Session, service: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(last) = session.found_last(service, key) else {
        return Ok(None);
    };
    let search = session.service.search_items(attributes(service, key));
    let (found, secret) = tokio::join!(search, read_entry(session, last.clone(), service, key));
    // KWallet gives an empty secret of an entry that is locked.
    Ok(secret?.filter(|_| found.is_ok_and(|found| only(&found) == Some(last))))
}

/// The secret at this path, if the entry there is of this key and open. The two questions are sent at once.
async fn read_entry(session: &Session, path: OwnedObjectPath, service: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
    let entry = session.service.get_item_by_path(path).await?;
    let (known, secret) = tokio::join!(entry.get_attributes(), entry.get_secret());
    match secret {
        Err(error) if is_timeout(&error) => Err(error),
        secret => Ok(secret
            .ok()
            .filter(|_| known.is_ok_and(|known| has_attributes(&known, service, key)))),
    }
}

/// The path of an entry that is open and the only one that was found.
fn only(found: &SearchItemsResult<Item<'_>>) -> Option<OwnedObjectPath> {
    match found.unlocked.as_slice() {
        [one] if found.locked.is_empty() => Some(one.item_path.clone()),
        _ => None,
    }
}

/// Replaces the newest entry, or creates one. Older entries of the key are deleted, so that none of them is read later.
pub fn write(service: &str, key: &str, secret: &Secret) -> Result<(), Trouble> {
    let secret = secret.expose().as_bytes();
    in_session(async |session| {
        let found = session.service.search_items(attributes(service, key)).await?;
        let found = entries(found, service, key).await?;
        let Some((newest, older)) = found.split_first() else {
            let collection = collection(session).await?;
            let label = format!("keyring:{key}@{service}");
            let created = collection.create_item(&label, attributes(service, key), secret, true, CONTENT);
            created.await?;
            return Ok(());
        };
        unlock(newest).await?;
        newest.set_secret(secret, CONTENT).await?;
        for one in older {
            // An entry that cannot be deleted must not keep an older secret.
            let gone = !one.is_locked().await.unwrap_or(true) && one.delete().await.is_ok();
            if !gone && one.set_secret(secret, CONTENT).await.is_err() {
                tracing::warn!(key, "the keychain keeps an older entry");
            }
        }
        Ok(())
    })
}

/// Deletes all entries of a key.
pub fn delete(service: &str, key: &str) -> Result<(), Trouble> {
    in_session(async |session| {
        let found = session.service.search_items(attributes(service, key)).await?;
        for one in entries(found, service, key).await? {
            unlock(&one).await?;
            one.delete().await?;
        }
        Ok(())
    })
}

/// The keys of a service's entries, locked ones included.
pub fn keys(service: &str) -> Result<BTreeSet<String>, Trouble> {
    in_session(async |session| {
        let found = session.service.search_items(HashMap::from([("service", service)])).await?;
        let mut keys = BTreeSet::new();
        for item in found.unlocked.into_iter().chain(found.locked) {
            // Some services return more than was asked for, and some hide the attributes of locked entries.
            let Ok(known) = item.get_attributes().await else { continue };
            if known.get("service").is_some_and(|of| of == service) {
                keys.extend(known.get("username").cloned());
            }
        }
        Ok(keys)
    })
}

fn attributes<'a>(service: &'a str, key: &'a str) -> HashMap<&'a str, &'a str> {
    HashMap::from([("service", service), ("username", key)])
}

fn has_attributes(known: &HashMap<String, String>, service: &str, key: &str) -> bool {
    attributes(service, key)
        .iter()
        .all(|(name, value)| known.get(*name).is_some_and(|v| v == value))
}

/// The entries of a key among those that were found, newest first. Some services return more than was asked for.
async fn entries<'s>(found: SearchItemsResult<Item<'s>>, service: &str, key: &str) -> Result<Vec<Item<'s>>, Error> {
    let mut entries = Vec::new();
    for item in found.unlocked.into_iter().chain(found.locked) {
        let has = match item.get_attributes().await {
            Ok(known) => has_attributes(&known, service, key),
            // Some services hide the attributes of locked entries.
            Err(_) => item.is_locked().await?,
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
        return Ok(newest_first(entries).await);
    }
    Ok(entries)
}

async fn newest_first(entries: Vec<Item<'_>>) -> Vec<Item<'_>> {
    let mut dated = Vec::new();
    for item in entries {
        let at = match item.get_modified().await {
            Ok(at) => at,
            Err(_) => item.get_created().await.unwrap_or_default(),
        };
        dated.push((at, item));
    }
    dated.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    dated.into_iter().map(|(_, item)| item).collect()
}

/// Unlocks one entry, which may prompt. An entry that stays locked counts as locked, whatever the service answered.
async fn unlock(item: &Item<'_>) -> Result<(), Error> {
    if item.is_locked().await? {
        item.unlock().await?;
        item.ensure_unlocked().await?;
    }
    Ok(())
}

/// The collection for new entries: the default one; if it does not exist, another permanent one; otherwise a new default one.
async fn collection(session: &Session) -> Result<Collection<'_>, Error> {
    let service = &session.service;
    match service.get_default_collection().await {
        // A missing collection that the alias still names has no state.
        Ok(default) if default.is_locked().await.is_ok() => return Ok(default),
        Ok(_) | Err(Error::NoResult) => {}
        Err(error) => return Err(error),
    }
    // The session collection does not outlive the session.
    let passing = service.get_collection_by_alias("session").await.ok();
    let passing = passing.map(|one| one.collection_path.clone());
    let (mut open, mut locked) = (None, None);
    for path in collections(&session.bus)
        .await?
        .into_iter()
        .filter(|path| Some(path) != passing.as_ref())
    {
        let Ok(one) = service.get_collection_by_path(path).await else {
            continue;
        };
        match one.is_locked().await {
            Ok(false) => _ = open.get_or_insert(one),
            Ok(true) => _ = locked.get_or_insert(one),
            Err(_) => {}
        }
    }
    match (open, locked) {
        (Some(open), _) => Ok(open),
        (None, Some(locked)) => {
            locked.unlock().await?;
            Ok(locked)
        }
        (None, None) => service.create_collection("Keybearer", "default").await,
    }
}

/// The present collections; the kept session may remember older ones.
async fn collections(bus: &Connection) -> zbus::Result<Vec<OwnedObjectPath>> {
    let asked = (INTERFACE, "Collections");
    let reply = bus.call_method(Some(SERVICE), ROOT, Some(PROPERTIES), "Get", &asked).await?;
    let all: OwnedValue = reply.body().deserialize()?;
    Ok(Vec::try_from(all)?)
}

/// The state of the Secret Service: whether there is a bus, a service on it (or one that would be started), and whether its default
/// collection is locked.
pub fn probe() -> StoreState {
    match async_io::block_on(look()) {
        Ok(state) => state,
        Err(zbus::Error::InputOutput(e)) if e.kind() == ErrorKind::TimedOut => StoreState::Silent,
        Err(_) => StoreState::Missing,
    }
}

async fn look() -> zbus::Result<StoreState> {
    let bus = Builder::session()?.method_timeout(PATIENCE).build().await?;
    if !names(&bus, "ListNames").await?.iter().any(|n| n == SERVICE) {
        let starts_on_demand = names(&bus, "ListActivatableNames").await?.iter().any(|n| n == SERVICE);
        return Ok(if starts_on_demand { StoreState::Ready } else { StoreState::Missing });
    }
    greet(&bus).await?;
    let reply = bus
        .call_method(Some(SERVICE), ROOT, Some(INTERFACE), "ReadAlias", &("default",))
        .await?;
    let collection: OwnedObjectPath = reply.body().deserialize()?;
    // Without a default collection, the first write uses another one or creates one, with a prompt of its own.
    if collection.as_str() == "/" {
        return Ok(StoreState::Ready);
    }
    let locked = ("org.freedesktop.Secret.Collection", "Locked");
    let reply = match bus
        .call_method(Some(SERVICE), collection.as_ref(), Some(PROPERTIES), "Get", &locked)
        .await
    {
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

async fn names(bus: &Connection, method: &str) -> zbus::Result<Vec<String>> {
    let driver = "org.freedesktop.DBus";
    bus.call_method(Some(driver), "/org/freedesktop/DBus", Some(driver), method, &())
        .await?
        .body()
        .deserialize()
}
