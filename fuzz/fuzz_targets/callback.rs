//! The callback parser, without end: `cargo +nightly fuzz run callback`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keybearer_fuzz::callback(data));
