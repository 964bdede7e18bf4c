//! Practice platforms: small real servers on this computer that speak the platforms' wire protocols.
//!
//! [`Practice`] is a server of the Mastodon family. The app offers it as "Practice", and `keybearer practice` runs it, so that a newcomer can make a whole login
//! without an account; tests log in to it too. With the feature `mock-servers`, for tests only, there are also [`meta`]
//! (Threads, Instagram and Facebook), [`x`] (X), [`exchanges`] (any other platform, played from a script) and [`delivery`] (the
//! targets of deliveries).
//!
//! The servers check and refuse what the real ones do. Only a test in the same process can make them fail, never a request. People,
//! posts and tokens are invented, and disappear with the process.
//!
//! A request goes through `server` (sockets), the platform's `router` (records it, applies a fault) and the endpoint's module.
//! What a browser shows is made by `page`, with the texts of `words`.

mod body;
mod clock;
mod crowd;
#[cfg(feature = "mock-servers")]
pub mod delivery;
#[cfg(feature = "mock-servers")]
pub mod exchanges;
mod faults;
mod mastodon;
#[cfg(feature = "mock-servers")]
pub mod meta;
mod page;
mod picture;
mod random;
mod recorded;
mod redirect;
mod scope;
mod server;
mod tickets;
mod words;
#[cfg(feature = "mock-servers")]
pub mod x;

pub use crowd::crowd;
pub use faults::{Fault, HUGE};
pub use mastodon::Practice;
pub use mastodon::behaviour::{Flavor, Paging};
pub use mastodon::endpoint::Endpoint;
pub use mastodon::posting::Silent;
pub use mastodon::token_answer::Answer;
pub use recorded::Recorded;
