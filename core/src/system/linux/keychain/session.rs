//! The session with the Secret Service: one is kept in a process, and opened again after a restart of the service. Work in it ends with
//! the service. Not for what is asked in it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secret_service::{EncryptionType, Error, SecretService};
use zbus::connection::Builder;
use zbus::export::ordered_stream::OrderedStreamExt as _;
use zbus::message::Type;
use zbus::zvariant::OwnedObjectPath;
use zbus::{Connection, MatchRule, MessageStream};

use crate::system::Trouble;

/// The service's name on the bus.
pub const SERVICE: &str = "org.freedesktop.secrets";
/// The path of its first object.
pub const ROOT: &str = "/org/freedesktop/secrets";
/// The interface of that object.
pub const INTERFACE: &str = "org.freedesktop.Secret.Service";
/// How long the service may take to answer in a session: it may ask the person first.
const PERSON: Duration = Duration::from_secs(120);

static SESSION: Mutex<Option<Kept>> = Mutex::new(None);
/// Whether the session of this process is not encrypted.
pub static IS_PLAIN: AtomicBool = AtomicBool::new(false);

/// A session that is kept.
struct Kept {
    session: Session,
    /// Signals that the service has ended or begun.
    owners: MessageStream,
}

/// A session with the service.
pub struct Session {
    /// The connection.
    pub bus: Connection,
    /// The service, in this session.
    pub service: SecretService<'static>,
    /// The only entry of a service name and a key, as it was found last.
    found: RefCell<HashMap<(String, String), OwnedObjectPath>>,
}

/// Runs work in the kept session. A service that was restarted does not know it: then the work runs again in a new one.
pub fn in_session<T>(work: impl AsyncFn(&Session) -> Result<T, Error>) -> Result<T, Trouble> {
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
    /// The only entry of a key, as it was found last.
    pub fn found_last(&self, service: &str, key: &str) -> Option<OwnedObjectPath> {
        self.found.borrow().get(&(service.to_owned(), key.to_owned())).cloned()
    }

    /// Remembers the only entry of a key, or that there is none.
    pub fn remember(&self, service: &str, key: &str, path: Option<&OwnedObjectPath>) {
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
pub async fn greet(bus: &Connection) -> zbus::Result<()> {
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

/// Whether the person or the service refused, which a new session does not change.
fn is_no(error: &Error) -> bool {
    is_locked(error) || matches!(error, Error::NoResult)
}

/// Whether the service did not answer in time: it is asked no second time at once.
pub fn is_timeout(error: &Error) -> bool {
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
