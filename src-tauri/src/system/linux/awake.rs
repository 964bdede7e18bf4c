//! Has a look at what is due as soon as the computer wakes up or the network is back: timers sleep with the computer. Linux
//! says both on the system's bus; elsewhere, and without that bus, the keeper's own look at the clock must do.

use keybearer_core::keeper::Keeper;
use zbus::blocking::Connection;
use zbus::message::Message;

use super::bus;

/// logind's, NetworkManager's. The bus itself sees to it that a signal is its sender's.
const RULES: [&str; 2] = [
    "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
    "type='signal',sender='org.freedesktop.NetworkManager',interface='org.freedesktop.NetworkManager',member='StateChanged'",
];

/// NM_STATE_CONNECTED_SITE; from here on there is more than the local network.
const CONNECTED: u32 = 60;

/// Listens until the end of the program. Connecting may take a while on a machine that is still starting: call it aside.
pub fn listen(keeper: Keeper) {
    let listening = Connection::system().and_then(|bus| {
        bus::listen(&bus, &RULES, move |signal| {
            if is_awake(signal) {
                tracing::info!("awake, or the network is back");
                keeper.network_is_back();
            }
        })
    });
    if let Err(error) = listening {
        tracing::info!(%error, "no system bus: sleep and network are not heard");
    }
}

fn is_awake(signal: &Message) -> bool {
    let body = signal.body();
    match bus::member(signal).as_str() {
        // True before the sleep, false after it.
        "PrepareForSleep" => body.deserialize::<bool>().is_ok_and(|begins| !begins),
        "StateChanged" => body.deserialize::<u32>().is_ok_and(|state| state >= CONNECTED),
        _ => false,
    }
}
