//! X over real sockets: each message, each refusal, and what the switches change.

mod api;
mod app_only;
mod client;
mod dialog;
mod failures;
mod oauth1;
mod refresh;
mod signatures;
mod token;
