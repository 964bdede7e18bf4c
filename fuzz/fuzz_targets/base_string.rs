//! The signature base string, without end: `cargo +nightly fuzz run base_string`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keybearer_fuzz::base_string(data));
