//! What Windows and macOS share.

pub mod keychain;
pub mod ports;
