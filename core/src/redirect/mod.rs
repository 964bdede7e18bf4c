//! The redirects: how an authorization response arrives. Every redirect delivers a redirect URL to the same waiting login,
//! found by its `state`; nothing without the right state can end or consume one.
//!
//! `expected` the answer that a login expects · `waiting` the logins that wait, and the one place that judges an answer ·
//! `loopback` the listener (RFC 8252 §7.3) · `certificate` of the https redirect · `page` the page that the browser ends on ·
//! `paste` what people paste. A deep link has no code here: the shell hands its URL to [`waiting::Waiting::deliver`].

pub mod certificate;
pub mod expected;
pub mod loopback;
pub mod page;
pub mod paste;
pub mod waiting;

/// The private-use scheme of our deep links (RFC 8252 §7.1: a domain under our control, reversed).
pub const SCHEME: &str = "io.github.keybearer";

/// Where the relay page hands its query on to (docs/callback/index.html has the same).
pub const RELAYED: &str = "io.github.keybearer://callback/relay";

/// The out-of-band redirect URI of the Mastodon family.
pub const OOB: &str = "urn:ietf:wg:oauth:2.0:oob";
