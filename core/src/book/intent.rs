//! What the book knows of a renewal beyond its end: that it was begun, and when it is tried again; and of refusals that gave no
//! reason.

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

/// Refusals that gave no reason (HTTP 401), since the API last answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// How many.
    pub count: u32,
    /// When the first one came, Unix seconds.
    pub first: i64,
}

impl Silence {
    /// So many make one that a person is told of, over at least a day: a server that is being repaired is silent, too.
    const ENOUGH: u32 = 3;
    /// Seconds.
    const LONG: i64 = 86_400;

    /// One more at `now`.
    pub fn and_now(before: Option<Silence>, now: i64) -> Silence {
        // One from the future was noted by a clock that has been set since.
        match before.filter(|before| before.first <= now) {
            Some(before) => Silence {
                count: before.count.saturating_add(1),
                ..before
            },
            None => Silence { count: 1, first: now },
        }
    }

    /// Whether a person is told of it.
    pub fn is_long(self, now: i64) -> bool {
        self.count >= Silence::ENOUGH && now.saturating_sub(self.first) >= Silence::LONG
    }
}
