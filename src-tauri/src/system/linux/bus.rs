//! The desktop's buses: one kept connection to the session bus, and threads that listen to signals. Linux only; everything works without
//! a bus.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator, connection};
use zbus::message::{Message, Type};
use zbus::names::BusName;

/// How long an answer may take, so that a hanging notification daemon blocks nothing else.
const PATIENCE: Duration = Duration::from_secs(5);

/// The one connection to the session bus. It is kept, because a desktop removes notifications together with their connection.
pub fn session() -> zbus::Result<Connection> {
    static SESSION: OnceLock<Mutex<Option<Connection>>> = OnceLock::new();
    let mut kept = SESSION.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(connection) = kept.as_ref() {
        return Ok(connection.clone());
    }
    let connection = connection::Builder::session()?.method_timeout(PATIENCE).build()?;
    *kept = Some(connection.clone());
    Ok(connection)
}

/// Whether this name has an owner on the session bus.
pub fn has_owner(name: &str) -> bool {
    let ask = || -> zbus::Result<bool> { Ok(DBusProxy::new(&session()?)?.name_has_owner(BusName::try_from(name)?)?) };
    ask().unwrap_or_default()
}

/// The process that owns this name on the session bus.
pub fn owner(name: &str) -> Option<u32> {
    let ask = || -> zbus::Result<u32> { Ok(DBusProxy::new(&session()?)?.get_connection_unix_process_id(BusName::try_from(name)?)?) };
    ask().ok()
}

/// Calls `on` with every signal that matches one of the rules, on a thread of its own, as long as the bus exists.
pub fn listen(bus: &Connection, rules: &[&str], mut on: impl FnMut(&Message) + Send + 'static) -> zbus::Result<()> {
    let daemon = DBusProxy::new(bus)?;
    // Before the rules, so that no signal is missed.
    let messages = MessageIterator::from(bus);
    for rule in rules {
        daemon.add_match_rule((*rule).try_into()?)?;
    }
    let listening = move || {
        for message in messages.flatten() {
            if message.message_type() == Type::Signal {
                on(&message);
            }
        }
    };
    std::thread::Builder::new().name("bus".into()).spawn(listening)?;
    Ok(())
}

/// The last part of a signal's name.
pub fn member(message: &Message) -> String {
    message.header().member().map(ToString::to_string).unwrap_or_default()
}
