//! What is done with a provider file: a request is made of its messages, and an answer read by them.

pub mod answer;
pub mod redact;
pub mod request;
