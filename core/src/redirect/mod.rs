//! Receives authorization responses. Every kind of redirect delivers its URL to the waiting login with the same `state`; without the
//! right state, nothing can end a login or use up its code.
//!
//! `expected` the response that a login expects · `waiting` the logins that wait, and the only place that checks a response · `loopback`
//! the listener (RFC 8252 §7.3) · `certificate` of the https redirect · `page` the page that the browser ends on · `paste` what people
//! paste. A deep link has no code here: the shell passes its URL to [`waiting::Waiting::accept`].

pub mod certificate;
pub mod expected;
pub mod loopback;
pub mod page;
pub mod paste;
pub mod waiting;

/// The private-use scheme of our deep links (RFC 8252 §7.1: a domain under our control, reversed).
pub const SCHEME: &str = "io.github.keybearer";

/// The address that the relay page forwards its query to (docs/callback/index.html has the same one).
pub const RELAYED: &str = "io.github.keybearer://callback/relay";

/// The out-of-band redirect URI of the Mastodon family.
pub const OOB: &str = "urn:ietf:wg:oauth:2.0:oob";
