//! macOS only. Written from Apple's documents and type-checked; none of it has been run.

use std::path::{Path, PathBuf};

pub use super::elsewhere::{keychain, ports, watch_folder};
pub use super::unix::*;

pub mod autostart;
pub mod certificates;
pub mod programs;

/// The longest secret that the keychain takes, in bytes. It only has the key of the sealed files, to which the limit does not apply: the
/// keychain prompts for each item when the program's signature changes, as it does after each update of a program without a Developer
/// ID, whose designated requirement is a hash of itself (Apple's Technical Note 2206). Ten accounts would mean ten prompts.
pub const KEYCHAIN_LIMIT: usize = 0;

/// Modifiers of new entries: none.
pub const KEYCHAIN_MODIFIERS: [(&str, &str); 0] = [];

/// The search for a service's entries: by their attribute kSecAttrService, which does not prompt.
pub fn keychain_search(service: &str) -> (&'static str, String) {
    ("service", service.to_owned())
}

/// The keychain's errors while it is locked (Apple's SecBase.h): `errSecInteractionNotAllowed`, where it may not prompt, as by ssh;
/// `errSecAuthFailed`, a wrong password at its prompt; `errSecUserCanceled`, a dismissed prompt.
const LOCKED: [i32; 3] = [-25308, -25293, -128];

/// Whether an error means that the keychain is locked, or that the person did not unlock it.
pub fn is_locked(error: &keyring_core::Error) -> bool {
    let (keyring_core::Error::PlatformFailure(cause) | keyring_core::Error::NoStorageAccess(cause)) = error else {
        return false;
    };
    let cause = cause.downcast_ref::<security_framework::base::Error>();
    cause.is_some_and(|error| LOCKED.contains(&error.code()))
}

/// Seconds since an arbitrary moment, sleep included: `CLOCK_MONOTONIC` "will continue to increment while the system is asleep"
/// (clock_gettime(3) of macOS); std's `Instant` is `CLOCK_UPTIME_RAW`, which does not.
pub fn since_boot() -> i64 {
    rustix::time::clock_gettime(rustix::time::ClockId::Monotonic).tv_sec
}

/// The folder for programs' data.
pub fn data_folder(base: &directories::BaseDirs) -> &Path {
    base.data_dir()
}

/// The folder for sockets: the data folder, because macOS has no `XDG_RUNTIME_DIR`, and its temporary folder may be cleared.
pub fn runtime_folder(data: &Path) -> Option<PathBuf> {
    Some(data.to_owned())
}

#[cfg(test)]
mod tests {
    use keyring_core::Error;

    use super::*;

    #[test]
    fn a_locked_keychain_is_told_from_one_that_refuses() {
        let failure = |code| Error::PlatformFailure(Box::new(security_framework::base::Error::from_code(code)));
        assert!(LOCKED.into_iter().all(|code| is_locked(&failure(code))));
        // errSecParam, errSecNotAvailable, errSecMissingEntitlement.
        assert!(![-50, -25291, -34018].into_iter().any(|code| is_locked(&failure(code))));
        assert!(!is_locked(&Error::NoEntry));
    }
}
