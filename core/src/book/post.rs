//! The book's note on an account's first post: written before each request that changes something, so that after the program has ended
//! in between it is known what was posted, or that it may have been. It contains no secret.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::view::{DarkCode, Draft, Lamp};

/// A first post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// What was to be posted.
    pub draft: Draft,
    /// The key by which a platform posts it once only.
    pub key: String,
    /// When the publication began, Unix seconds.
    pub began: i64,
    /// The same by the clock that cannot be set, which begins anew at each start of the computer.
    #[serde(default)]
    pub began_boot: Option<i64>,
    /// How far it is.
    pub stage: Stage,
    /// What the platform's answers said, by the names of the provider file.
    #[serde(default)]
    pub kept: BTreeMap<String, String>,
    /// When the platform took it, Unix seconds.
    #[serde(default)]
    pub posted: Option<i64>,
    /// Whether the token's owner finds it.
    #[serde(default)]
    pub there: Lamp,
    /// Whether a stranger finds it.
    #[serde(default)]
    pub seen: Lamp,
    /// Why not.
    #[serde(default)]
    pub dark: Option<Dark>,
    /// A reason that the answer to the publication showed, for a post that is not seen.
    #[serde(default)]
    pub shown: Option<String>,
    /// When it was last looked for, Unix seconds.
    #[serde(default)]
    pub checked: Option<i64>,
    /// The post that this one replaces, until the platform took this one. It comes back if that refuses this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Post>>,
    /// Why the platform refused the one after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Dark>,
}

/// Why a lamp is dark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dark {
    /// The reason's id. A newer version may know more of them.
    pub code: String,
    /// An answer showed it.
    pub certain: bool,
}

impl Dark {
    /// A reason that is no guess.
    pub fn certain(code: DarkCode) -> Dark {
        Dark {
            code: code.id().to_owned(),
            certain: true,
        }
    }
}

/// How far a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// A request that publishes nothing yet is under way.
    Preparing,
    /// The request that publishes is under way.
    Publishing,
    /// The platform took it.
    Posted,
    /// The request that deletes it is under way.
    Deleting,
    /// It was deleted.
    Deleted,
    /// Nothing was posted.
    Refused,
    /// It may have been posted. Also what a newer version wrote.
    #[serde(other)]
    Unclear,
}
