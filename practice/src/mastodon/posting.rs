//! What was published here, and what a test has the server do with it. A server can take a post so that no stranger sees it, as real
//! platforms do, in eight ways; the answer to the publication is a success in each of them.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::mastodon::people::Person;

/// Why no stranger sees what is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silent {
    /// The app is in Development mode. No answer says so.
    Development,
    /// The Page is not published: its account says so.
    PageUnpublished,
    /// The profile is private: its account says so.
    PrivateProfile,
    /// The server narrows the visibility: the answer says so.
    Narrowed,
    /// The post stays on the server: the post says so.
    LocalOnly,
    /// The server answers with an earlier post of the same text.
    Duplicate,
    /// The token lacks a permission: the post says so.
    WithoutPermission,
    /// The e-mail address is not confirmed: the account says so.
    Unconfirmed,
}

/// A post that was published here.
#[derive(Clone)]
pub struct Published {
    pub id: String,
    pub person: &'static Person,
    pub text: String,
    pub visibility: String,
    pub local_only: bool,
    pub at: SystemTime,
    pub key: Option<String>,
    pub deleted: bool,
}

/// What the server does with posts.
#[derive(Clone, Default)]
pub struct Posting {
    pub published: Vec<Published>,
    pub silent: Option<Silent>,
    /// Strangers are asked to sign in.
    pub closed: bool,
    /// So many questions of strangers come too early.
    pub early: u32,
    /// What is shown of each post in place of its text.
    pub rewritten: Option<String>,
    /// The answer to a publication takes so long. The post is there before.
    pub late: Option<Duration>,
}

/// What an account says of itself where its posts are not seen.
pub fn of_account(silent: Option<Silent>) -> Value {
    match silent {
        Some(Silent::PageUnpublished) => json!({ "published": false }),
        Some(Silent::PrivateProfile) => json!({ "protected": true }),
        Some(Silent::Unconfirmed) => json!({ "confirmed": false }),
        _ => json!({}),
    }
}
