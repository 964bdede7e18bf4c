//! The Mastodon family: Mastodon, GoToSocial, and the server that the app offers for practice.

pub mod accounts;
pub mod apps;
pub mod authorize;
pub mod behaviour;
pub mod discovery;
pub mod people;
pub mod refusal;
pub mod revoke;
pub mod router;
pub mod state;
pub mod statuses;
pub mod token;
pub mod token_answer;
pub mod tokens;
pub mod viewer;
