//! Linux only: the Secret Service, /proc, and a clock that counts from boot.

use std::path::{Path, PathBuf};

pub use super::unix::*;

pub mod autostart;
pub mod certificates;
pub mod keychain;
pub mod ports;
pub mod programs;
mod watch;

pub use self::watch::watch_folder;

/// The longest secret that the keychain takes, in bytes.
pub const KEYCHAIN_LIMIT: usize = usize::MAX;

/// Seconds since boot, sleep included. This clock cannot be set (clock_gettime(2)).
pub fn since_boot() -> i64 {
    rustix::time::clock_gettime(rustix::time::ClockId::Boottime).tv_sec
}

/// The folder for programs' data.
pub fn data_folder(base: &directories::BaseDirs) -> &Path {
    base.data_dir()
}

/// The folder for sockets and the like that ends with the person's session: `XDG_RUNTIME_DIR`, if it is set to an absolute path.
pub fn runtime_folder(_data: &Path) -> Option<PathBuf> {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
}
