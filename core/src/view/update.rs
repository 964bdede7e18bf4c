//! A newer version of the program.

use serde::Serialize;
use ts_rs::TS;

/// A release that is newer than this program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct UpdateView {
    /// `1.2.3`.
    pub version: String,
    /// Its page at the project's repository.
    pub page: String,
}
