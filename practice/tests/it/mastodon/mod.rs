//! The Mastodon family over real sockets.

mod accounts;
mod apps;
mod authorize;
mod codes_and_tokens;
mod consent;
mod discovery;
mod page;
mod revoke;
mod token;
