//! What goes to another machine and what came of it, as a screen sees it.

use serde::Serialize;
use ts_rs::TS;

use crate::error::ErrorView;

/// The file that was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BundleView {
    /// Where it is.
    pub path: String,
    /// How many accounts are in it.
    pub accounts: u32,
    /// The accounts that are not in it, each with the reason.
    pub left: Vec<ImportedView>,
}

/// What became of one account of a file.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ImportedView {
    /// Our id of it; none where it is not here.
    pub account: Option<String>,
    /// The provider's id.
    pub provider: String,
    /// What the list shows.
    pub name: String,
    /// It is not renewed here until the person says so.
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
