//! The paste box, without end: `cargo +nightly fuzz run paste`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| keybearer_fuzz::paste(data));
