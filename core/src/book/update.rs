//! What is known of newer versions of the program.

use serde::{Deserialize, Serialize};

/// The last check for a newer version, and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Update {
    /// Unix seconds.
    #[serde(default)]
    pub asked: i64,
    /// The version of the newest release, `1.2.3`.
    #[serde(default)]
    pub newest: Option<String>,
}
