//! Programs that ask for tokens, and what the person decided about them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A program that the person was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProgramView {
    /// Our id.
    pub id: String,
    /// Its executable's path.
    pub executable: String,
    /// The script that it runs, if it is an interpreter.
    #[serde(default)]
    pub script: Option<String>,
    /// The id of the account whose token it asked for.
    pub account: String,
    /// Whether it gets that token.
    pub allowed: bool,
    /// When the person decided, Unix seconds.
    pub decided: i64,
}

/// A program that waits for the person's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProgramQuestion {
    /// Our id, for the answer.
    pub id: String,
    /// As in [`ProgramView`].
    pub executable: String,
    /// As in [`ProgramView`].
    pub script: Option<String>,
    /// As in [`ProgramView`].
    pub account: String,
    /// False for an interpreter without a script: it could run anything the next time.
    pub can_remember: bool,
}

/// The person's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum ProgramAnswer {
    /// It gets the token this time.
    Once,
    /// It always gets the tokens of this account.
    Always,
    /// It does not get it this time.
    NotNow,
    /// It never does.
    Never,
}
