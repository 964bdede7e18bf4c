//! Threads, Instagram and Facebook over real sockets: each message, each refusal, and what the switches change.

mod client;
mod dialog;
mod facebook;
mod failures;
mod instagram;
mod pages;
mod threads;
