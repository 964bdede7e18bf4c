//! The practice platform over real sockets: what it says when all is well, how it refuses, and that it fails as told.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod apps;
mod authorize;
mod consent;
mod discovery;
mod faults;
mod grants;
mod helper;
mod meta;
mod page;
mod revoke;
mod token;
mod x;
