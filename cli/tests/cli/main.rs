//! The command line as a real process, against the practice platform and the session's own keychain.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../../core/tests/it/browser.rs"]
#[allow(dead_code)]
mod browser;
mod deliver;
mod doctor;
mod export;
mod interrupted;
mod logins;
mod renewals;
mod rig;
mod scripts;
mod stores;
mod strict;
