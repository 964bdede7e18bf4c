//! The tray process's name and object on the session's bus, the call that another start makes, and the signal that it sends.

use zbus::blocking::Connection;

/// The name on the bus, and that of the interface.
pub const NAME: &str = "io.github.keybearer.Tray";
/// The object that has the interface.
pub const PATH: &str = "/io/github/keybearer/Tray";

/// Lets the tray process that runs renew the long-lived tokens.
pub fn ask_to_refresh(bus: &Connection) -> zbus::Result<()> {
    bus.call_method(Some(NAME), PATH, Some(NAME), "Refresh", &()).map(drop)
}

/// Says that the questions or the last renewals have changed.
pub fn tell(bus: &Connection) {
    if let Err(error) = bus.emit_signal(None::<&str>, PATH, NAME, "Changed", &()) {
        tracing::warn!(%error, "a change is not told");
    }
}
