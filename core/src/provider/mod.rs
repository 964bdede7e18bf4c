//! A provider: a platform's protocol, written as data. This room reads and checks provider files; it sends nothing.
//!
//! `file` its form · `check` what a file must fulfil · `registry` which files there are · `exchange` a message on its way: its
//! request, its answer, and an answer without its secrets. `exchange` uses `file`, never the reverse.
//! docs/providers.md explains each field to people who write a file.

pub mod check;
mod exchange;
mod file;
pub mod registry;

pub use self::exchange::{answer, redact, request};
pub use self::file::*;
pub use self::file::{calls as call, copies as copy, messages as message, sources as facts, statuses as listing};
