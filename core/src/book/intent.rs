//! The book's notes on renewals: one that has begun, when to retry one that failed, and refusals without a reason.

use serde::{Deserialize, Serialize};

use crate::token::DAY;
use crate::view::ErrorView;

/// A renewal that is about to spend an account's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The generation of that token.
    pub generation: u64,
    /// When it began, Unix seconds.
    pub time: i64,
}

/// A failed renewal, and when to retry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// Not before this time, Unix seconds. None: not automatically, as long as the account's trouble is the reason below.
    pub until: Option<i64>,
    /// How many attempts have failed in a row.
    pub tries: u32,
    /// Why it failed; none if nothing failed.
    #[serde(default)]
    pub why: Option<ErrorView>,
}

/// Refusals without a reason (HTTP 401) since the API last answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// How many.
    pub count: u32,
    /// When the first one arrived, Unix seconds.
    pub first: i64,
}

impl Silence {
    /// Tells the person after this many refusals over at least a day. A server under maintenance also refuses without a reason.
    const ENOUGH: u32 = 3;

    /// Adds one at `now`, Unix seconds.
    pub fn and_now(before: Option<Silence>, now: i64) -> Silence {
        // A first refusal in the future was noted by a wrong clock.
        match before.filter(|before| before.first <= now) {
            Some(before) => Silence {
                count: before.count.saturating_add(1),
                ..before
            },
            None => Silence { count: 1, first: now },
        }
    }

    /// Whether the account tells the person.
    pub fn is_long(self, now: i64) -> bool {
        self.count >= Silence::ENOUGH && now.saturating_sub(self.first) >= DAY
    }
}
