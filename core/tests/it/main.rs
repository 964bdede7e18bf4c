//! The core, tried from outside: one binary for all of it. It needs a session of its own: `script/test core`.
//!
//! On Windows, or under Wine, it has no need of one, and leaves these out:
//! - `bad_days`, `wild::secret_services`: doubles of the Secret Service, on a bus of their own. Single tests that need another
//!   session return at once there (`system::SESSIONS`).
//! - `deliver`: its programs are shell scripts, its files have owners, modes and pipes. core/tests/platform.rs has files, links
//!   and programs; GitHub, Cloudflare and vaults are HTTP, alike everywhere.
//! - `real`: servers of other projects, run by an unprivileged user. `oauth1` compares with a Python library of them.
//! - `wild`: a library before `flock`, network namespaces, and otherwise HTTP, alike everywhere.
//! - `exporting::mishaps`, `canary`: full disks, links, modes, /proc.
//! - `uses::copies`, `uses::hostile`, `uses::worker`: copied lines of shell and JavaScript, run by sh and node.
//! - `texts`, `tidy`, `words`, `wire`: they read the sources, which are the same everywhere.
//! - `sixty_days`, `killed`, `answers`, `exporting::cut_off`, `exporting::manners`, `x::kill`, `targets`: minutes each under
//!   Wine. What of them differs between systems is files that are replaced and locks that die with their holder; `book` and
//!   core/tests/platform.rs try those there.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg_attr(windows, allow(dead_code))]

mod accounts;
#[cfg(unix)]
mod answers;
#[cfg(unix)]
mod bad_days;
mod book;
mod browser;
#[cfg(unix)]
mod canary;
mod children;
mod custom;
#[cfg(unix)]
mod deliver;
mod exporting;
mod files;
mod hostile;
mod https;
mod keyring;
#[cfg(unix)]
mod killed;
mod links;
mod login;
mod meta;
mod moving;
#[cfg(unix)]
mod oauth1;
mod paste;
#[cfg(unix)]
mod real;
mod redirects;
mod registry;
mod rig;
mod sealed;
mod servers;
#[cfg(unix)]
mod sixty_days;
mod system;
#[cfg(unix)]
mod targets;
mod tending;
#[cfg(unix)]
mod texts;
#[cfg(unix)]
mod tidy;
mod updates;
mod uses;
mod vault;
mod waiting;
#[cfg(unix)]
mod wild;
#[cfg(unix)]
mod wire;
#[cfg(unix)]
mod words;
mod x;
