//! Core, tested from outside: one program for all of it. `script/test core` runs it with the tests that need a desktop.
//! On Windows, and under Wine, it leaves out what `cfg(unix)` marks here and in `export`, `serve`, `token_use` and `x`.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg_attr(windows, allow(dead_code))]

mod accounts;
mod book;
mod browser;
mod children;
mod custom_files;
mod deep_links;
mod export;
mod first_post;
mod fixed_port;
mod hostile_requests;
mod https_redirect;
mod keyring;
mod ledger;
mod log;
mod login;
mod loopback_redirect;
mod meta;
mod mock_keychain;
#[cfg(unix)]
mod own_secrets;
mod paste;
mod plan;
mod provider_files;
#[cfg(unix)]
mod provider_form;
mod registry;
mod rig;
mod running_login;
mod scheduler;
mod sealed_files;
mod serve;
mod server_discovery;
mod system;
mod token_use;
mod transfer;
mod typed_names;
mod updates;
mod vault;
mod x;

// Only over HTTP, which is alike on each system.
#[cfg(unix)]
mod account_names;
#[cfg(unix)]
mod api_refusals;
#[cfg(unix)]
mod clock_skew;
#[cfg(unix)]
mod device_grant;
#[cfg(unix)]
mod echoed_secrets;
#[cfg(unix)]
mod intermediaries;
#[cfg(unix)]
mod malformed_responses;
#[cfg(unix)]
mod mastodon_mock;
#[cfg(unix)]
mod platforms;
#[cfg(unix)]
mod raw_server;
#[cfg(unix)]
mod recorded_gotosocial;
#[cfg(unix)]
mod silent_refusals;
#[cfg(unix)]
mod state_and_issuer;
#[cfg(unix)]
mod store_change;
#[cfg(unix)]
mod unusual_servers;

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
mod proxies;
#[cfg(unix)]
mod real;
#[cfg(unix)]
mod secret_services;
