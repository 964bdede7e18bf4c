//! A provider: a platform's protocol, written as data. This room reads and checks provider files; it sends nothing.
//!
//! `file` the form · `check` what a file must fulfil · `registry` which files there are · `new` one to begin with · `exchange` a request, its answer, and what a
//! token is copied as. `exchange` uses `file`, never the reverse.
//! docs/providers.md explains each field to people who write a file.

pub mod check;
mod exchange;
mod file;
mod new;
pub mod registry;

pub use self::exchange::{answer, copy, posted, redact, request, sieve, upload};
pub use self::file::*;
pub use self::new::{FILL_IN, new_file};
