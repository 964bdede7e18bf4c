//! The core, tried from outside: one binary for all of it. It needs a session of its own: `script/test core`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod answers;
mod browser;
mod doors;
mod links;
mod login;
mod paste;
mod registry;
mod rig;
mod servers;
mod tidy;
mod wire;
