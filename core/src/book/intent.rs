//! What the book knows of a renewal beyond its end: that it was begun, and when it is tried again.

use serde::{Deserialize, Serialize};

use crate::view::ErrorView;

/// What somebody was about to do to an account's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The generation of the token that was about to be spent.
    pub generation: u64,
    /// Unix seconds.
    pub time: i64,
}

/// A renewal that is not to be tried now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// Not before this, Unix seconds. None: not by itself, as long as the account says why.
    pub until: Option<i64>,
    /// How often it did not work since it last did.
    pub tries: u32,
    /// Why it did not work; none where nothing failed.
    #[serde(default)]
    pub why: Option<ErrorView>,
}
