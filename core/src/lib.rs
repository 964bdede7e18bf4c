//! The keeper: gets, keeps and renews API access tokens, without a window.
//!
//! A map from top to bottom; a room only uses rooms below it:
//! - [`desktop`]: what a desktop shows outside the window
//! - [`serve`]: tokens for programs of the same person, by a socket
//! - [`keeper`]: everything that a shell may ask for; [`view`]: what it shows
//! - [`login`]: the steps of a login; [`refresh`]: the renewal of one token; [`ask`]: requests that both send to a provider
//! - [`book`]: the metadata file; [`vault`]: the secrets
//! - [`deliver`]: writes a token to where a bot reads it; [`ledger`]: who used which token
//! - [`discovery`]: finds a server by its name; [`redirect`]: receives authorization responses
//! - [`provider`]: a platform's protocol as data
//! - [`oauth2`], [`oauth1`]: messages without IO; [`http`]: requests, responses, and the one client
//! - `system`: what differs between Linux, macOS and Windows
//! - [`token`], [`text`], [`error`], [`words`]: used by all
//!
//! docs/architecture.md has the invariants.

pub mod ask;
pub mod book;
pub mod deliver;
pub mod desktop;
pub mod discovery;
pub mod error;
pub mod http;
pub mod keeper;
pub mod ledger;
pub mod login;
pub mod oauth1;
pub mod oauth2;
pub mod provider;
pub mod redirect;
pub mod refresh;
pub mod serve;
mod system;
pub mod text;
pub mod token;
pub mod vault;
pub mod view;
pub mod words;
