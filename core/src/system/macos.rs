//! What macOS alone has. Nothing of it was run: it is written by Apple's documents and type-checked.

use std::path::Path;

pub use super::elsewhere::{keychain, ports};
pub use super::unix::*;

/// The longest secret that the keychain takes, in bytes. None but the key of the sealed files, which has no limit: the keychain
/// asks the person about each item as soon as the program's signature is another one, as it is after each update of a program
/// without a Developer ID, whose designated requirement is a hash of itself (Apple's Technical Note 2206). Ten accounts would be
/// ten questions.
pub const KEYCHAIN_LIMIT: usize = 0;

/// How entries are made: as usual.
pub const KEYCHAIN_MODIFIERS: [(&str, &str); 0] = [];

/// How the keychain is searched for a service's entries: by an attribute of theirs (kSecAttrService), which asks nobody.
pub fn keychain_search(service: &str) -> (&'static str, String) {
    ("service", service.to_owned())
}

/// Seconds since a moment of its own, sleep included: `CLOCK_MONOTONIC` "will continue to increment while the system is asleep"
/// (clock_gettime(3) of macOS); std's `Instant` is `CLOCK_UPTIME_RAW`, which does not.
pub fn since_boot() -> i64 {
    rustix::time::clock_gettime(rustix::time::ClockId::Monotonic).tv_sec
}

/// Where programs of this person's keep their data.
pub fn data_folder(base: &directories::BaseDirs) -> &Path {
    base.data_dir()
}
