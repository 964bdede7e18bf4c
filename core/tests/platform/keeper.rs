//! A keeper with the system's own keychain and clocks, and its data in a folder: for these tests and for the benches.

use std::path::Path;
use std::sync::Arc;

use keybearer_core::keeper::{Keeper, Outside, PASSPHRASE_WORK, TICK, now, since_boot};
use keybearer_core::vault::keychain::SystemKeychain;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The keeper, and the addresses that it opens in a browser.
pub fn keeper(home: &Path, service: &str) -> (Keeper, UnboundedReceiver<String>) {
    let (opened, addresses) = unbounded_channel();
    let outside = Outside {
        data: home.join("data"),
        config: home.join("config"),
        service: service.into(),
        entries: Arc::new(SystemKeychain),
        browser: Arc::new(move |address| {
            let _ = opened.send(address.to_owned());
            Ok(())
        }),
        changed: Arc::new(|| {}),
        clock: Arc::new(now),
        since_boot: Arc::new(since_boot),
        tick: TICK,
        passphrase_work: PASSPHRASE_WORK,
        program: || None,
    };
    (Keeper::open(outside).unwrap(), addresses)
}
