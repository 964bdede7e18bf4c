//! The command line as a real process, against the practice platform and the system's own keychain, on every system.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod account;
#[path = "../../../core/tests/it/browser.rs"]
#[allow(dead_code)]
mod browser;
mod choices;
mod clients;
mod deliver;
mod device;
mod doctor;
mod exec;
mod export;
mod fields;
mod imports;
mod log;
mod logins;
mod parity;
mod post;
mod practice;
mod provider;
mod renewals;
mod rig;
mod scripts;
mod sealed;
mod status;
mod strict;

/// What the tests need of the system, under one name.
#[cfg(unix)]
#[path = "here/unix.rs"]
mod here;
#[cfg(windows)]
#[path = "here/windows.rs"]
mod here;

// Unix by nature: signals that one process sends to another.
#[cfg(unix)]
mod interrupted;
// Linux by nature: repositories that git makes, with links and pipes; bash and others in a terminal made by util-linux' `script`;
// descriptors by number, sockets and /proc; systemd's sockets; a bus to point elsewhere, the tray and a list of authorities by a variable;
// groups of processes, and a terminal's own; the examples for the socket; the desktop's entries for a login; the store of certificates.
#[cfg(target_os = "linux")]
mod asked;
#[cfg(target_os = "linux")]
mod autostart;
#[cfg(target_os = "linux")]
mod bash;
#[cfg(target_os = "linux")]
mod certificate;
#[cfg(target_os = "linux")]
mod examples;
#[cfg(target_os = "linux")]
#[path = "leaks/main.rs"]
mod leaks;
#[cfg(target_os = "linux")]
mod mistakes;
#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(target_os = "linux")]
mod serve;
#[cfg(target_os = "linux")]
mod service;
#[cfg(target_os = "linux")]
mod stores;
#[cfg(target_os = "linux")]
mod targets;
#[cfg(target_os = "linux")]
mod tray;
#[cfg(target_os = "linux")]
mod watch;
// Windows by nature: batch files, and exit codes of 32 bits.
#[cfg(windows)]
mod windows;
