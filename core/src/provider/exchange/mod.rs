//! What is done with a provider file: a request is made of its messages, and an answer read by them.
//!
//! `request` and `answer` of a message · `ends` when a token ends · `sieve` the items of a list that stay · `posted` what answers say of a first
//! post · `upload` a request that carries an image · `redact` an answer without its secrets · `copy` a token as what it is copied as.

pub mod answer;
pub mod copy;
mod ends;
pub mod posted;
pub mod redact;
pub mod request;
pub mod sieve;
pub mod upload;
