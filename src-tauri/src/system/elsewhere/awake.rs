//! Wakes the scheduler when the computer wakes up or the network is back, because timers stop while the computer sleeps.
//!
//! The system tells both. A look at the clock and at this computer's addresses every 15 seconds finds what it did not tell.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, SystemTime};

use keybearer_core::keeper::Keeper;

use crate::system::here;

/// The time between two looks.
const LOOK: Duration = Duration::from_secs(15);
/// A look that is this late means that the computer slept; a busy computer is not this late.
const ASLEEP: Duration = Duration::from_secs(30);
/// How long a network that comes back may take to have all its addresses and routes.
const SETTLE: Duration = Duration::from_secs(1);

/// What the system tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// The computer has woken up.
    Awake,
    /// The network changed.
    Network,
}

/// Calls the keeper when the computer has woken up or the network is back, until the end of the program.
pub fn watch(keeper: Keeper) {
    let (tell, told) = channel();
    let (awake, network) = (tell.clone(), tell.clone());
    let on_wake_up = here::on_wake_up(move || _ = awake.send(Event::Awake));
    let on_network_change = here::on_network_change(move || _ = network.send(Event::Network));
    for error in [on_wake_up.err(), on_network_change.err()].into_iter().flatten() {
        tracing::warn!(error, "the system does not tell of sleep or of the network");
    }
    let watching = move || {
        tracing::info!("sleep and network are watched");
        let back = || {
            tracing::info!("awake, or the network is back");
            keeper.network_is_back();
        };
        attend(&told, LOOK, SETTLE, Moment::now, back);
        // Held, so that the looks continue where the system tells nothing.
        drop(tell);
    };
    if let Err(error) = thread::Builder::new().name("awake".into()).spawn(watching) {
        tracing::warn!(%error, "sleep and network are not watched");
    }
}

/// Calls `back` after each event and each look that shows that the computer slept or has a new way to the internet. After a sleep, until
/// nothing was told for the time of a look, the network may come back as it was: then each look that finds a way counts. Ends when no one
/// is left to tell an event.
fn attend(told: &Receiver<Event>, look: Duration, settle: Duration, mut now: impl FnMut() -> Moment, mut back: impl FnMut()) {
    let mut before = now();
    let mut has_slept = false;
    loop {
        let event = told.recv_timeout(look);
        if event == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        let first = now();
        let mut awake = event == Ok(Event::Awake) || before.was_asleep_until(&first);
        let mut is_back = before.network_is_back_in(&first);
        before = first;
        if event == Ok(Event::Network) {
            thread::sleep(settle);
            // One more look for all that was told meanwhile.
            awake |= told.try_iter().filter(|event| *event == Event::Awake).count() > 0;
            let last = now();
            awake |= before.was_asleep_until(&last);
            is_back |= before.network_is_back_in(&last);
            before = last;
        }
        if awake || is_back || (has_slept && before.has_network()) {
            back();
        }
        has_slept = awake || (has_slept && event.is_ok());
    }
}

/// The state at one look.
struct Moment {
    clock: SystemTime,
    /// This computer's addresses towards the internet, IPv4 and IPv6; none without a route.
    addresses: [Option<IpAddr>; 2],
}

impl Moment {
    fn now() -> Moment {
        // Addresses of the documentation's networks (RFC 5737, RFC 3849).
        let far: [(IpAddr, IpAddr); 2] = [
            (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
            (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()),
        ];
        Moment {
            clock: SystemTime::now(),
            addresses: far.map(|(any, far)| address_towards(any, far)),
        }
    }

    /// Whether the clock has advanced far more than the wait, so that the program was suspended. A clock that was set forward looks the
    /// same and only costs one sweep.
    fn was_asleep_until(&self, now: &Moment) -> bool {
        now.clock.duration_since(self.clock).is_ok_and(|passed| passed > LOOK + ASLEEP)
    }

    /// Whether there is a route to the internet.
    fn has_network(&self) -> bool {
        self.addresses.iter().any(Option::is_some)
    }

    /// Whether there is a new route to the internet.
    fn network_is_back_in(&self, now: &Moment) -> bool {
        let mut both = self.addresses.iter().zip(&now.addresses);
        both.any(|(before, now)| now.is_some() && before != now)
    }
}

/// The address from which the system would send to `far`. Connecting a datagram socket chooses the route and sends nothing.
fn address_towards(any: IpAddr, far: IpAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((far, 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(seconds: u64, addresses: [Option<&str>; 2]) -> Moment {
        Moment {
            clock: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds),
            addresses: addresses.map(|address| address.map(|text| text.parse().unwrap())),
        }
    }

    #[test]
    fn sleep_is_told_from_a_busy_moment() {
        let after = |from, to| at(from, [None; 2]).was_asleep_until(&at(to, [None; 2]));
        assert!(!after(0, 15) && !after(0, 45), "busy");
        assert!(after(0, 46) && after(0, 8 * 3600), "asleep");
        assert!(!after(3600, 0), "a clock that was set back");
    }

    #[test]
    fn the_networks_return_is_told_from_its_loss() {
        let back = |before, now| at(0, before).network_is_back_in(&at(15, now));
        let (home, train, v6) = (Some("192.168.1.7"), Some("10.0.0.3"), Some("2001:db8::7"));
        assert!(
            back([None, None], [home, None]) && back([None, None], [None, v6]) && back([home, None], [home, v6]),
            "back"
        );
        assert!(back([home, None], [train, None]), "another network");
        assert!(!back([home, v6], [home, v6]) && !back([None, None], [None, None]), "as before");
        assert!(!back([home, None], [None, None]) && !back([home, v6], [home, None]), "gone");
    }

    #[test]
    fn the_way_to_this_computer_begins_at_it() {
        let loopback = IpAddr::from(Ipv4Addr::LOCALHOST);
        assert_eq!(address_towards(Ipv4Addr::UNSPECIFIED.into(), loopback), Some(loopback));
        // An address of the other family leads nowhere.
        assert_eq!(address_towards(Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::LOCALHOST.into()), None);
    }

    /// How often the keeper is called if the system tells these events at once and the looks see these moments.
    fn calls(events: &[Event], moments: Vec<Moment>) -> u32 {
        let (tell, told) = channel();
        events.iter().for_each(|event| tell.send(*event).unwrap());
        drop(tell);
        let (mut moments, mut calls) = (moments.into_iter(), 0);
        attend(&told, LOOK, Duration::ZERO, || moments.next().unwrap(), || calls += 1);
        assert!(moments.next().is_none(), "a look too few");
        calls
    }

    #[test]
    fn what_the_system_tells_is_looked_at_at_once() {
        use Event::{Awake, Network};
        let home = |second| at(second, [Some("192.168.1.7"), None]);
        let none = |second| at(second, [None, None]);
        assert_eq!(calls(&[Awake], vec![home(0), home(1)]), 1, "a short sleep");
        assert_eq!(calls(&[Network], vec![none(0), none(1), home(2)]), 1, "the network is back");
        assert_eq!(calls(&[Network], vec![home(0), none(1), none(2)]), 0, "the network is gone");
        assert_eq!(
            calls(&[Network], vec![home(0), none(1), home(2)]),
            1,
            "gone and back within a moment"
        );
        assert_eq!(
            calls(&[Network; 5], vec![none(0), none(1), home(2)]),
            1,
            "five addresses of one network"
        );
        assert_eq!(calls(&[Network], vec![home(0), none(1), none(3600)]), 1, "gone because of a sleep");
        assert_eq!(
            calls(&[Network, Awake, Network], vec![home(0), home(1), home(2)]),
            1,
            "awake among them"
        );
    }

    #[test]
    fn after_a_sleep_the_network_may_come_back_as_it_was() {
        use Event::{Awake, Network};
        let home = |second| at(second, [Some("192.168.1.7"), None]);
        let none = |second| at(second, [None, None]);
        assert_eq!(
            calls(&[Awake, Network], vec![home(0), home(1), home(2), home(3)]),
            2,
            "with its address"
        );
        assert_eq!(calls(&[Awake, Network], vec![home(0), none(1), none(2), home(3)]), 2, "and without");
        assert_eq!(calls(&[Awake, Network], vec![home(0), home(1), none(2), none(3)]), 1, "it is gone");
        // A look that no event caused is the last one that counts.
        assert_eq!(looks(vec![home(0), home(90), home(105), home(120), home(135)]), 2);
        assert_eq!(looks(vec![none(0), none(90), none(105), none(120)]), 1);
    }

    /// How often the keeper is called if the system tells nothing and the looks see these moments.
    fn looks(moments: Vec<Moment>) -> u32 {
        let (tell, told) = channel();
        let (mut tell, mut moments, mut calls) = (Some(tell), moments.into_iter(), 0);
        let now = || {
            let moment = moments.next().unwrap();
            if moments.len() == 0 {
                tell = None;
            }
            moment
        };
        attend(&told, Duration::from_millis(1), Duration::ZERO, now, || calls += 1);
        calls
    }
}
