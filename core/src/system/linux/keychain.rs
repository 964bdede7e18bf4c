//! The Secret Service of Linux desktops, as gnome-keyring, KWallet, KeePassXC and others offer it, each with its own peculiarities: one
//! may not support encrypted sessions, have two entries for one key, a default collection that does not exist, or prompt for each
//! operation. One session is kept, and opened again after a restart of the service.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secret_service::{Collection, EncryptionType, Error, Item, SearchItemsResult, SecretService};
use zbus::connection::Builder;
use zbus::export::ordered_stream::OrderedStreamExt as _;
use zbus::message::Type;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, MatchRule, MessageStream};

use crate::system::Trouble;
use crate::token::Secret;
use crate::view::StoreState;

/// How long the bus may take to answer (docs/facts/desktop.md#secret-service).
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the service may take to answer in a session: it may ask the person first.
const PERSON: Duration = Duration::from_secs(120);
const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const INTERFACE: &str = "org.freedesktop.Secret.Service";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// The content type, as in entries of earlier versions.
const CONTENT: &str = "application/octet-stream";

static SESSION: Mutex<Option<Kept>> = Mutex::new(None);
/// Peculiarities that this process has noticed.
static IS_PLAIN: AtomicBool = AtomicBool::new(false);
static HAS_TWO: AtomicBool = AtomicBool::new(false);

/// A session that is kept.
struct Kept {
    session: Session,
    /// Signals that the service has ended or begun.
    owners: MessageStream,
}

/// A session with the service.
struct Session {
    bus: Connection,
    service: SecretService<'static>,
    /// The only entry of a service name and a key, as it was found last.
    found: RefCell<HashMap<(String, String), OwnedObjectPath>>,
}

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

/// Runs work in the kept session. A service that was restarted does not know it: then the work runs again in a new one.
fn in_session<T>(work: impl AsyncFn(&Session) -> Result<T, Error>) -> Result<T, Trouble> {
    let mut kept = SESSION.lock().unwrap_or_else(PoisonError::into_inner);
    async_io::block_on(async {
        let mut open = kept.take();
        if let Some(session) = &mut open
            && session.is_over().await
        {
            open = None;
        }
        let known = open.is_some();
        let mut session = match open {
            Some(session) => session,
            None => Kept::open().await?,
        };
        let mut done = session.run(&work).await;
        if known && done.as_ref().is_err_and(|error| !is_no(error) && !is_timeout(error)) {
            session = Kept::open().await?;
            done = session.run(&work).await;
        }
        if done.as_ref().err().is_none_or(is_no) {
            *kept = Some(session);
        }
        done.map_err(trouble)
    })
}

impl Kept {
    /// Opens an encrypted session, or a plain one if the service does not support it. Only this person uses the bus in either case.
    async fn open() -> Result<Kept, Trouble> {
        let failed = |error: zbus::Error| trouble(error.into());
        let (bus, mut owners) = connect().await.map_err(failed)?;
        greet(&bus).await.map_err(failed)?;
        // The question may have started the service, which is no restart. A signal after this one ends the session.
        while is_told(&mut owners).await {}
        let (service, is_plain) = match SecretService::connect_with_existing(EncryptionType::Dh, bus.clone()).await {
            Ok(service) => (service, false),
            Err(refusal) if is_silence(&refusal) => return Err(trouble(refusal)),
            Err(refusal) => {
                let plain = SecretService::connect_with_existing(EncryptionType::Plain, bus.clone()).await;
                (plain.map_err(|_| trouble(refusal))?, true)
            }
        };
        if is_plain {
            tracing::info!("the keychain knows no encrypted session");
        }
        IS_PLAIN.store(is_plain, Ordering::Relaxed);
        let found = RefCell::default();
        let session = Session { bus, service, found };
        Ok(Kept { session, owners })
    }

    /// Runs work until it is done or the service has ended or begun: a prompt, which may stay open for as long as a person takes, ends
    /// with its service and without an answer.
    async fn run<T>(&mut self, work: &impl AsyncFn(&Session) -> Result<T, Error>) -> Result<T, Error> {
        tokio::select! {
            biased;
            done = work(&self.session) => done,
            Some(_) = self.owners.next() => Err(Error::Unavailable),
        }
    }

    /// Whether the service has ended or begun since the session was opened.
    async fn is_over(&mut self) -> bool {
        // The bus answers in order: what it told before this answer has arrived with it.
        let driver = Some("org.freedesktop.DBus");
        let bus = &self.session.bus;
        let asked = bus.call_method(driver, "/org/freedesktop/DBus", driver, "NameHasOwner", &(SERVICE,));
        asked.await.is_err() || is_told(&mut self.owners).await
    }
}

impl Session {
    fn found_last(&self, service: &str, key: &str) -> Option<OwnedObjectPath> {
        self.found.borrow().get(&(service.to_owned(), key.to_owned())).cloned()
    }

    fn remember(&self, service: &str, key: &str, path: Option<&OwnedObjectPath>) {
        let of = (service.to_owned(), key.to_owned());
        match path {
            Some(path) => _ = self.found.borrow_mut().insert(of, path.clone()),
            None => _ = self.found.borrow_mut().remove(&of),
        }
    }
}

/// Whether a signal of a start or an end of the service has arrived. Does not wait for one.
async fn is_told(owners: &mut MessageStream) -> bool {
    tokio::select! {
        biased;
        signal = owners.next() => signal.is_some(),
        () = std::future::ready(()) => false,
    }
}

/// A connection to the session bus, and the signals that the service has ended or begun.
async fn connect() -> zbus::Result<(Connection, MessageStream)> {
    let bus = Builder::session()?.method_timeout(PERSON).build().await?;
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.DBus")?
        .interface("org.freedesktop.DBus")?
        .member("NameOwnerChanged")?
        .arg(0, SERVICE)?
        .build();
    let owners = MessageStream::for_match_rule(rule, &bus, None).await?;
    Ok((bus, owners))
}

/// Asks the first question of a connection, and of a new run of the service: which collection has an alias that no one uses.
/// gnome-keyring registers each program at its first question. It may answer before that, and aborts if the answer needs the
/// registration. This answer does not (docs/facts/desktop.md#the-keyrings-first-question). The call may start the service.
async fn greet(bus: &Connection) -> zbus::Result<()> {
    let unused = &("keybearer",);
    match bus.call_method(Some(SERVICE), ROOT, Some(INTERFACE), "ReadAlias", unused).await {
        // There is a service, and the question after this one says what is wrong with it.
        Err(zbus::Error::MethodError(name, ..)) if !is_absence(&name) => Ok(()),
        answer => answer.map(drop),
    }
}

/// Whether the bus answers this for a service that is not there, cannot be started, or has just ended.
fn is_absence(name: &str) -> bool {
    let name = name.strip_prefix("org.freedesktop.DBus.Error.").unwrap_or_default();
    ["ServiceUnknown", "NameHasNoOwner", "NoReply"].contains(&name) || name.starts_with("Spawn.")
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

/// Whether the person or the service refused, which a new session does not change.
fn is_no(error: &Error) -> bool {
    is_locked(error) || matches!(error, Error::NoResult)
}

/// Whether the service did not answer in time: it is asked no second time at once.
fn is_timeout(error: &Error) -> bool {
    matches!(error, Error::Zbus(zbus::Error::InputOutput(e)) if e.kind() == ErrorKind::TimedOut)
}

/// Whether this is no answer of the service.
fn is_silence(error: &Error) -> bool {
    match error {
        Error::Unavailable => true,
        Error::Zbus(zbus::Error::MethodError(name, ..)) => is_absence(name),
        error => is_timeout(error),
    }
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
