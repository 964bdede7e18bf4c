//! The practice platform over real sockets: what it says when all is well, how it refuses, and that it fails as told.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod client;
mod exchanges;
mod faults;
mod mastodon;
mod meta;
mod x;
