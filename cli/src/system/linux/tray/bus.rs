//! The desktop's buses: connections, and threads that listen to signals.

use std::time::Duration;

use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator, connection};
use zbus::message::{Message, Type};
use zbus::names::BusName;

/// How long an answer may take, so that a hanging notification daemon blocks nothing else.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection to the session's bus. Keep it: a desktop removes notifications together with their connection.
pub fn session() -> zbus::Result<Connection> {
    connection::Builder::session()?.method_timeout(PATIENCE).build()
}

/// Whether this name has an owner on the bus.
pub fn has_owner(bus: &Connection, name: &str) -> bool {
    let ask = || -> zbus::Result<bool> { Ok(DBusProxy::new(bus)?.name_has_owner(BusName::try_from(name)?)?) };
    ask().unwrap_or_default()
}

/// Calls `on` with every signal that matches one of the rules, on a thread of its own, as long as the bus exists; then `over`.
pub fn listen(
    bus: &Connection,
    rules: &[&str],
    mut on: impl FnMut(&Message) + Send + 'static,
    over: impl FnOnce() + Send + 'static,
) -> zbus::Result<()> {
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
        over();
    };
    std::thread::Builder::new().name("bus".into()).spawn(listening)?;
    Ok(())
}

/// The last part of a signal's name.
pub fn member(message: &Message) -> String {
    message.header().member().map(ToString::to_string).unwrap_or_default()
}
