//! The core, tried from outside: one binary for all of it. It needs a session of its own: `script/test core`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod answers;
mod book;
mod browser;
mod canary;
mod children;
mod custom;
mod doors;
mod drafts;
mod example;
mod hostile;
mod https;
mod keyring;
mod links;
mod login;
mod meta;
mod paste;
mod registry;
mod rig;
mod servers;
mod tidy;
mod vault;
mod wild;
mod wire;
mod words;
