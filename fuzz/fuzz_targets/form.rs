//! The form parser, without end: `cargo +nightly fuzz run form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keybearer_fuzz::form(data));
