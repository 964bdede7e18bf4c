//! The core, tried from outside: one binary for all of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod wire;
