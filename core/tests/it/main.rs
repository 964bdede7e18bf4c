//! Core, tested from outside: one program for all of it. `script/test core` runs it with the tests that need a desktop.
//! On Windows, and under Wine, it leaves out what `cfg(unix)` marks, here and in other files; a comment beside each says why.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg_attr(windows, allow(dead_code))]

mod account_names;
mod accounts;
mod api_refusals;
mod book;
mod browser;
mod children;
mod clock_skew;
mod custom_files;
mod deep_links;
mod device_grant;
mod echoed_secrets;
mod export;
mod first_post;
mod fixed_port;
mod hostile_requests;
mod https_redirect;
mod intermediaries;
mod keyring;
mod ledger;
mod log;
mod login;
mod loopback_redirect;
mod malformed_responses;
mod mastodon_mock;
mod meta;
mod mock_keychain;
mod paste;
mod plan;
mod platforms;
mod provider_files;
mod provider_form;
mod raw_server;
mod registry;
mod rig;
mod running_login;
mod scheduler;
mod sealed_files;
mod serve;
mod server_discovery;
mod silent_refusals;
mod state_and_issuer;
mod store_change;
mod system;
mod token_use;
mod transfer;
mod typed_names;
mod unusual_servers;
mod updates;
mod vault;
mod x;

// Minutes under Wine. What differs between systems is how files are replaced and how locks end with their holder: `book` and
// core/tests/platform.rs test that.
#[cfg(unix)]
mod crash_recovery;
#[cfg(unix)]
mod endpoint_failures;
#[cfg(unix)]
mod fuzz_targets;
#[cfg(unix)]
mod long_run;

// They read the sources.
#[cfg(unix)]
mod texts;
#[cfg(unix)]
mod tidy;
#[cfg(unix)]
mod typescript_types;
#[cfg(unix)]
mod words;

// They need Linux's own: D-Bus, modes and pipes of files, full disks, /proc, `flock`, network namespaces, unprivileged users.
// core/tests/platform.rs has what is alike elsewhere.
#[cfg(unix)]
mod between_steps;
#[cfg(unix)]
mod canary;
#[cfg(unix)]
mod delivery;
#[cfg(unix)]
mod folders_without_locks;
#[cfg(unix)]
mod keychain_failures;
#[cfg(unix)]
mod oauth1;
#[cfg(unix)]
mod own_secrets;
#[cfg(unix)]
mod proxies;
#[cfg(unix)]
mod real;
// Its requests are those of `real`.
#[cfg(unix)]
mod recorded_gotosocial;
#[cfg(unix)]
mod secret_services;
