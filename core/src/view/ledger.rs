//! The uses of a token as a screen shows them: lines of the ledger. Their texts come from other programs, and contain no unseen
//! characters.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ErrorView;
use crate::error::Code;

/// What a token is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Purpose {
    /// Copied, by a person.
    Copy,
    /// Shown, to a person.
    Show,
    /// Printed by `keybearer token`.
    Token,
    /// Put into the environment of a command by `keybearer exec`.
    Exec,
    /// Asked for over the socket of `keybearer serve`.
    Serve,
    /// Delivered to a target.
    Delivery,
    /// Sent with a call of the API that a person tries.
    Call,
    /// Sent with the requests that publish or delete a first post.
    Post,
    /// Sent with the requests of an export of statuses.
    Export,
    /// Written into the file for another computer.
    Transfer,
    /// What a newer version wrote.
    #[serde(other)]
    Other,
}

/// One use of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct UseView {
    /// When.
    pub time: i64,
    /// The account's id.
    pub account: String,
    /// What for.
    pub purpose: Purpose,
    /// The name of the program's script or executable; none if the system did not tell.
    pub program: Option<String>,
    /// What runs the script.
    pub interpreter: Option<String>,
    /// The name of the program that started it.
    pub parent: Option<String>,
    /// The folder in which it worked.
    pub folder: Option<String>,
    /// Why no token was handed out; none if it was.
    pub refused: Option<Code>,
}

/// A use that could not be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnrecordedView {
    /// When.
    pub time: i64,
    /// Why not.
    pub why: ErrorView,
}

/// The ledger, or its end.
#[derive(Clone, Debug)]
pub struct LedgerView {
    /// Uses are recorded.
    pub on: bool,
    /// The uses, oldest first.
    pub uses: Vec<UseView>,
    /// How many lines are damaged.
    pub torn: usize,
}
