//! Wakes the scheduler when the computer wakes up or the network is back, because timers stop while the computer sleeps. Linux signals
//! both on the system bus; without that bus, the scheduler's own look at the clock has to suffice.

use keybearer_core::keeper::Keeper;
use zbus::blocking::Connection;
use zbus::message::Message;

use super::bus;

/// Signals of logind and NetworkManager. The bus guarantees the sender.
const RULES: [&str; 2] = [
    "type='signal',sender='org.freedesktop.login1',interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
    "type='signal',sender='org.freedesktop.NetworkManager',interface='org.freedesktop.NetworkManager',member='StateChanged'",
];

/// NM_STATE_CONNECTED_SITE; from here on there is more than the local network.
const CONNECTED: u32 = 60;

/// Listens until the end of the program. Connecting may take a while on a machine that is still booting, so call it from a thread of its
/// own.
pub fn listen(keeper: Keeper) {
    let listening = Connection::system().and_then(|bus| {
        let heard = move |signal: &Message| {
            if is_awake(signal) {
                tracing::info!("awake, or the network is back");
                keeper.network_is_back();
            }
        };
        bus::listen(&bus, &RULES, heard, || ())
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
