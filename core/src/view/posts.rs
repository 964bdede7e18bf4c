//! An export of statuses: its plan and its events.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorView;
use crate::text::Text;

/// A filter of a provider's list of statuses.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FilterView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
}

/// The plan of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportPlan {
    /// The account's id.
    pub account: String,
    /// The format of the file.
    pub format: ExportFormat,
    /// The ids of the chosen filters.
    pub filters: Vec<String>,
    /// How many of the newest statuses; none for all.
    pub limit: Option<u64>,
}

/// The format of a file of statuses. Each status is in it as the server wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// One array.
    #[default]
    Json,
    /// One status per line.
    Jsonl,
}

/// An event of an export.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum ExportEvent {
    /// Another page is written, or an export continues from here.
    Progress {
        /// How many statuses are in the file.
        count: u64,
        /// How many statuses arrive in a second, without waits; 0 before the first page.
        rate: u64,
    },
    /// The export waits for the server or the network.
    Waiting {
        /// Until when.
        until: i64,
        /// Why.
        error: ErrorView,
    },
    /// The export is complete.
    Done {
        /// How many statuses are in the file.
        count: u64,
        /// The file's path; empty for a stream.
        path: String,
        /// The server's own count, if it is slightly more than its list has, which means that its counter is inexact.
        expected: Option<u64>,
    },
    /// The file has its name, but the server could not return everything.
    Partial {
        /// How many statuses are in the file.
        count: u64,
        /// The file's path; empty for a stream.
        path: String,
        /// What is missing.
        missing: MissingView,
    },
    /// The export stopped.
    Stopped {
        /// How many statuses are in the file.
        count: u64,
        /// It can continue from there.
        resumable: bool,
        /// Why; `cancelled` if a person stopped it.
        error: ErrorView,
    },
}

/// What a server could not return.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct MissingView {
    /// Places at which it always answers with an error, newest first.
    pub skipped: Vec<SkippedView>,
    /// It returned the same statuses again and again.
    pub repeats: bool,
    /// The server's own count, if it returned fewer.
    pub expected: Option<u64>,
}

/// A status that the server could not return, or a range with at least one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum SkippedView {
    /// One.
    Status {
        /// Its id.
        id: String,
    },
    /// At least one.
    Between {
        /// The id of the next newer status, if there is one.
        newer: Option<String>,
        /// The id of the next older one, if there is one.
        older: Option<String>,
    },
}

/// An export that is running or can be continued.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ExportView {
    /// Its id.
    pub id: String,
    /// The plan.
    pub plan: ExportPlan,
    /// Where the file will be.
    pub path: String,
    /// How many statuses are in the file.
    pub count: u64,
    /// It is running.
    pub runs: bool,
}
