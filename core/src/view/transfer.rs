//! A transfer to another machine and its results, as a screen shows them.

use serde::Serialize;
use ts_rs::TS;

use crate::error::ErrorView;

/// A written transfer file.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BundleView {
    /// Where it is.
    pub path: String,
    /// How many accounts are in it.
    pub accounts: u32,
    /// The accounts that were left out, each with the reason.
    pub left: Vec<ImportedView>,
}

/// The import of one account.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ImportedView {
    /// Our id of the account; none if it was not imported.
    pub account: Option<String>,
    /// The provider's id.
    pub provider: String,
    /// What the list shows.
    pub name: String,
    /// It is not renewed here until the person asks for it.
    pub paused: bool,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// Why it was left out.
    pub error: Option<ErrorView>,
}

/// One of four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum ImportOutcome {
    /// It is new here.
    Added,
    /// It was here, and the file had the better token or the right to keep it alive.
    Renewed,
    /// It was here already, with as good a token.
    Kept,
    /// It was left out: nothing of it was stored.
    Left,
}
