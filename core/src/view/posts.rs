//! An export of statuses, as a shell asks for it and hears of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorView;
use crate::text::Text;

/// A filter that a provider's list of statuses knows.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FilterView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
}

/// What is wanted of whose statuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportPlan {
    /// The account's id.
    pub account: String,
    /// How the file is written.
    pub format: ExportFormat,
    /// The filters that are on, by their ids.
    pub filters: Vec<String>,
    /// Only so many, the newest; none for all.
    pub limit: Option<u64>,
}

/// How a file of statuses is written. Each status stands there as the server wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// One array.
    #[default]
    Json,
    /// One a line.
    Jsonl,
}

/// What happens in an export.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum ExportEvent {
    /// Another page is in it; or it goes on, and this is from where.
    Progress {
        /// So many statuses are in it.
        count: u64,
        /// So many come in a second, waits left out; none before the first page.
        rate: u64,
    },
    /// The server or the network wants patience.
    Waiting {
        /// Until when.
        until: i64,
        /// Why.
        error: ErrorView,
    },
    /// The file is whole.
    Done {
        /// So many are in it.
        count: u64,
        /// Where it is; empty where it was no file.
        path: String,
        /// The server's own count, where it says a few more than its list has: its counter is a little off.
        expected: Option<u64>,
    },
    /// The file has its name, and the server could not give all of it.
    Partial {
        /// So many are in it.
        count: u64,
        /// Where it is; empty where it was no file.
        path: String,
        /// What is missing.
        missing: MissingView,
    },
    /// It stopped before its end.
    Stopped {
        /// So many are in it.
        count: u64,
        /// It can go on from there.
        resumable: bool,
        /// Why; `cancelled` where a person wanted that.
        error: ErrorView,
    },
}

/// What a server could not give.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct MissingView {
    /// Where it answers with an error whatever is asked, newest first.
    pub skipped: Vec<SkippedView>,
    /// It gave the same statuses again and again.
    pub repeats: bool,
    /// So many the server says there are, where it gave fewer.
    pub expected: Option<u64>,
}

/// A status that could not be had, or a place where one or more are.
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
        /// The id of the next newer status; none where there is none.
        newer: Option<String>,
        /// The id of the next older one; none where there is none.
        older: Option<String>,
    },
}

/// An export that can go on, or goes on just now.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ExportView {
    /// Its id.
    pub id: String,
    /// What was wanted.
    pub plan: ExportPlan,
    /// Where the file will be.
    pub path: String,
    /// So many statuses are in it.
    pub count: u64,
    /// It runs.
    pub runs: bool,
}
