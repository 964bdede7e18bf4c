//! The core, tried from outside: one binary for all of it. It needs a session of its own: `script/test core`.
//!
//! On Windows, or under Wine, it has no need of one, and leaves these out:
//! - `keychain_failures`, `secret_services`: mock Secret Services, on a bus of their own. Single tests that need another
//!   session return at once there (`system::SESSIONS`).
//! - `delivery`: its programs are shell scripts, its files have owners, modes and pipes. core/tests/platform.rs has files, links
//!   and programs; GitHub, Cloudflare and vaults are HTTP, alike everywhere.
//! - `real`: servers of other projects, run by an unprivileged user. `oauth1` compares with a Python library of them.
//! - `folders_without_locks`: a library before `flock`. `proxies`: network namespaces.
//! - `account_names`, `api_refusals`, `clock_skew`, `echoed_secrets`, `intermediaries`, `malformed_responses`,
//!   `recorded_gotosocial`, `silent_refusals`, `state_and_issuer`, `unusual_servers`: HTTP, alike everywhere.
//! - `export::failures`, `canary`: full disks, links, modes, /proc.
//! - `token_use::copies`, `token_use::hostile_values`, `token_use::worker`: copied lines of shell and JavaScript, run by sh and node.
//! - `texts`, `tidy`, `words`, `typescript_types`: they read the sources, which are the same everywhere.
//! - `long_run`, `crash_recovery`, `endpoint_failures`, `export::interrupted`, `export::server_behaviour`, `x::crash_recovery`,
//!   `fuzz_targets`: minutes each under Wine. What of them differs between systems is files that are replaced and locks that die with their holder; `book` and
//!   core/tests/platform.rs try those there.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg_attr(windows, allow(dead_code))]

#[cfg(unix)]
mod account_names;
mod accounts;
#[cfg(unix)]
mod api_refusals;
mod book;
mod browser;
#[cfg(unix)]
mod canary;
mod children;
#[cfg(unix)]
mod clock_skew;
#[cfg(unix)]
mod crash_recovery;
mod custom_files;
mod deep_links;
#[cfg(unix)]
mod delivery;
#[cfg(unix)]
mod echoed_secrets;
#[cfg(unix)]
mod endpoint_failures;
mod export;
#[cfg(unix)]
mod folders_without_locks;
#[cfg(unix)]
mod fuzz_targets;
mod hostile_requests;
mod https_redirect;
#[cfg(unix)]
mod intermediaries;
#[cfg(unix)]
mod keychain_failures;
mod keyring;
mod login;
#[cfg(unix)]
mod long_run;
mod loopback_redirect;
#[cfg(unix)]
mod malformed_responses;
#[cfg(unix)]
mod mastodon_mock;
mod meta;
mod mock_keychain;
#[cfg(unix)]
mod oauth1;
mod paste;
mod provider_files;
#[cfg(unix)]
mod proxies;
#[cfg(unix)]
mod raw_server;
#[cfg(unix)]
mod real;
#[cfg(unix)]
mod recorded_gotosocial;
mod registry;
mod rig;
mod running_login;
mod scheduler;
mod sealed_files;
#[cfg(unix)]
mod secret_services;
mod server_discovery;
#[cfg(unix)]
mod silent_refusals;
#[cfg(unix)]
mod state_and_issuer;
mod system;
#[cfg(unix)]
mod texts;
#[cfg(unix)]
mod tidy;
mod token_use;
mod transfer;
#[cfg(unix)]
mod typescript_types;
#[cfg(unix)]
mod unusual_servers;
mod updates;
mod vault;
#[cfg(unix)]
mod words;
mod x;
