//! Core, tested from outside: one program for all of it. `script/test core` runs it with the tests that need a desktop.
//! On Windows, and under Wine, it leaves out what `cfg(unix)` marks, here and in other files; a comment beside each says why.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg_attr(windows, allow(dead_code))]

mod account_names;
mod accounts;
mod api_refusals;
mod between_steps;
mod book;
mod browser;
mod children;
mod clock_skew;
mod cookie_browser;
mod custom_files;
mod deep_links;
mod delivery;
mod device_grant;
mod echoed_secrets;
mod endpoint_failures;
mod export;
mod first_post;
mod fixed_port;
mod hostile_requests;
mod https_redirect;
mod intermediaries;
mod keychain_failures;
mod keyring;
mod ledger;
mod log;
mod login;
mod loopback_redirect;
mod malformed_responses;
mod mastodon_mock;
mod meta;
mod mock_keychain;
mod own_secrets;
mod paste;
mod plan;
mod platforms;
mod practice;
mod provider_files;
mod provider_form;
mod proxies;
mod raw_server;
mod recorded_gotosocial;
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

// Minutes under Wine: a hundred kills, and sixty days of two hundred accounts. `x::crash_recovery` kills there, too.
#[cfg(unix)]
mod crash_recovery;
#[cfg(unix)]
mod long_run;

// Functions of texts alone, alike on each system: half a minute under Wine.
#[cfg(unix)]
mod fuzz_targets;

// They read the sources.
#[cfg(unix)]
mod texts;
#[cfg(unix)]
mod tidy;
#[cfg(unix)]
mod typescript_types;
#[cfg(unix)]
mod words;

// A session's bus, and /proc.
#[cfg(unix)]
mod canary;
#[cfg(unix)]
mod secret_services;
// A library that stands before the system's `flock`.
#[cfg(unix)]
mod folders_without_locks;
// Programs of other projects, which `script/test` downloads for Linux.
#[cfg(unix)]
mod oauth1;
#[cfg(unix)]
mod real;
