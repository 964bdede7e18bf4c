//! Unfinished exports: the progress of each one in a file in `exports/`, without secrets. The statuses themselves are in the file in
//! progress, next to the path that the person chose.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::file::{self, private_folder, write_atomically};
use super::part;
use crate::error::Result;
use crate::view::{ExportPlan, SkippedView};

/// An export's progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unfinished {
    /// The plan.
    pub plan: ExportPlan,
    /// The path of the finished file.
    pub target: PathBuf,
    /// How many bytes of the file in progress are valid.
    pub length: u64,
    /// How many statuses these bytes contain.
    pub count: u64,
    /// The next page; none before the first page and after the last one.
    pub next: Option<Url>,
    /// The last page is written.
    pub complete: bool,
    /// What else is known of the list. Exports of earlier versions do not have it.
    #[serde(default, flatten)]
    pub walk: WalkState,
}

/// What is known of a list that was read in part.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WalkState {
    /// How many different statuses the server returned, including those that were left out here; none if they were not counted.
    pub given: Option<u64>,
    /// The server's own count at the beginning.
    pub expected: Option<u64>,
    /// The oldest id that was read.
    pub bound: Option<String>,
    /// The server's links led nowhere, so pages are requested by id.
    pub by_id: bool,
    /// The most statuses that a page had.
    pub largest: usize,
    /// The server returned the same statuses again and again.
    pub repeats: bool,
    /// What the server could not return, newest first.
    pub skipped: Vec<SkippedView>,
}

impl Unfinished {
    /// The progress of an export that has not begun.
    pub fn new(plan: ExportPlan, target: PathBuf) -> Unfinished {
        Unfinished {
            plan,
            target,
            length: 0,
            count: 0,
            next: None,
            complete: false,
            walk: WalkState {
                given: Some(0),
                ..WalkState::default()
            },
        }
    }
}

/// The unfinished exports of a data folder.
#[derive(Clone, Debug)]
pub struct UnfinishedExports {
    folder: PathBuf,
}

impl UnfinishedExports {
    /// Makes the handle; nothing is created yet.
    pub fn new(data: &Path) -> UnfinishedExports {
        UnfinishedExports {
            folder: data.join("exports"),
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// Saves an export's progress.
    ///
    /// # Errors
    /// [`crate::error::Error::Disk`].
    pub fn save(&self, id: &str, export: &Unfinished) -> Result<()> {
        private_folder(&self.folder)?;
        write_atomically(&self.path(id), &serde_json::to_vec(export).unwrap_or_default())
    }

    /// An export's progress; none if there is none, or if its file in progress is gone.
    pub fn get(&self, id: &str) -> Option<Unfinished> {
        self.read(id).filter(|export| part::path_of(&export.target).is_file())
    }

    fn read(&self, id: &str) -> Option<Unfinished> {
        // The id may come from the page, and becomes a file name.
        if !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let text = file::read(&self.path(id)).ok()?;
        let export: Unfinished = serde_json::from_slice(&text).ok()?;
        // Version 0.1.0 saved Windows' `\\?\` form of the path.
        let target = dunce::simplified(&export.target).to_owned();
        Some(Unfinished { target, ..export })
    }

    /// How long ago an export's progress was saved; `Duration::MAX` if unknown.
    pub fn time_since_saved(&self, id: &str) -> Duration {
        let noted = std::fs::metadata(self.path(id)).and_then(|note| note.modified());
        noted.ok().and_then(|at| at.elapsed().ok()).unwrap_or(Duration::MAX)
    }

    /// All unfinished exports with their ids. One whose file in progress was removed is deleted, unless its whole folder is missing: a
    /// drive may come back.
    pub fn all(&self) -> Vec<(String, Unfinished)> {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let ids = files.filter_map(|f| Some(f.file_name().to_str()?.strip_suffix(".json")?.to_owned()));
        let is_there = |(id, export): &(String, Unfinished)| {
            let there = part::path_of(&export.target).is_file();
            if !there && export.target.parent().is_some_and(Path::is_dir) {
                let _ = self.remove(id);
            }
            there
        };
        let mut all: Vec<_> = ids.filter_map(|id| Some((id.clone(), self.read(&id)?))).filter(is_there).collect();
        all.sort_by(|a, b| a.1.target.cmp(&b.1.target));
        all
    }

    /// Deletes an export's progress.
    ///
    /// # Errors
    /// [`crate::error::Error::Disk`].
    pub fn remove(&self, id: &str) -> Result<()> {
        file::remove(&self.path(id))
    }
}
