//! Exports that are not at their end: where each one stands, a file each in `exports/`. The statuses themselves are in the
//! file in the making, beside the place that the person chose. No secrets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::file::{self, private_folder, write_atomically};
use super::part;
use crate::error::Result;
use crate::view::{ExportPlan, SkippedView};

/// Where an export stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unfinished {
    /// What was wanted.
    pub plan: ExportPlan,
    /// Where it goes.
    pub target: PathBuf,
    /// So many bytes of the file in the making are good.
    pub length: u64,
    /// So many statuses are in them.
    pub count: u64,
    /// The page that comes next; none before the first one and after the last.
    pub next: Option<Url>,
    /// The last page is in it.
    pub complete: bool,
    /// What else is known of the list. An export of an earlier version has none of it.
    #[serde(default, flatten)]
    pub walk: WalkState,
}

/// What is known of a list of which a part was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WalkState {
    /// So many different statuses the server gave, those that were left out here included; none where nobody counted.
    pub given: Option<u64>,
    /// So many the server said there are, at the beginning.
    pub expected: Option<u64>,
    /// The id that the list was read down to.
    pub bound: Option<String>,
    /// The server's links led nowhere: it is asked by ids.
    pub by_id: bool,
    /// The largest page that it gave.
    pub largest: usize,
    /// It gave the same again and again.
    pub repeats: bool,
    /// What it could not give, newest first.
    pub skipped: Vec<SkippedView>,
}

impl Unfinished {
    /// An export at its beginning.
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

/// What is not finished, over a data folder.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The shelf in this data folder; nothing is made yet.
    pub fn new(data: &Path) -> Shelf {
        Shelf {
            folder: data.join("exports"),
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// Writes down where one stands.
    ///
    /// # Errors
    /// [`crate::error::Error::Disk`].
    pub fn put(&self, id: &str, export: &Unfinished) -> Result<()> {
        private_folder(&self.folder)?;
        write_atomically(&self.path(id), &serde_json::to_vec(export).unwrap_or_default())
    }

    /// Where one stands; none where there is none, or its file in the making is gone.
    pub fn get(&self, id: &str) -> Option<Unfinished> {
        self.read(id).filter(|export| part::path_of(&export.target).is_file())
    }

    fn read(&self, id: &str) -> Option<Unfinished> {
        // It may come from the page, and becomes a file's name.
        if !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let text = file::read(&self.path(id)).ok()?;
        let export: Unfinished = serde_json::from_slice(&text).ok()?;
        // Version 0.1.0 noted Windows' own form of it.
        let target = dunce::simplified(&export.target).to_owned();
        Some(Unfinished { target, ..export })
    }

    /// So long ago it was written down where one stands; endless where nobody can tell.
    pub fn rested(&self, id: &str) -> Duration {
        let noted = std::fs::metadata(self.path(id)).and_then(|note| note.modified());
        noted.ok().and_then(|at| at.elapsed().ok()).unwrap_or(Duration::MAX)
    }

    /// All of them with their ids. One whose file in the making somebody has removed is forgotten; a drive that is not there
    /// may come back.
    pub fn all(&self) -> Vec<(String, Unfinished)> {
        let files = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let ids = files.filter_map(|f| Some(f.file_name().to_str()?.strip_suffix(".json")?.to_owned()));
        let is_there = |(id, export): &(String, Unfinished)| {
            let there = part::path_of(&export.target).is_file();
            if !there && export.target.parent().is_some_and(Path::is_dir) {
                let _ = self.take(id);
            }
            there
        };
        let mut all: Vec<_> = ids.filter_map(|id| Some((id.clone(), self.read(&id)?))).filter(is_there).collect();
        all.sort_by(|a, b| a.1.target.cmp(&b.1.target));
        all
    }

    /// Forgets one.
    ///
    /// # Errors
    /// [`crate::error::Error::Disk`].
    pub fn take(&self, id: &str) -> Result<()> {
        file::remove(&self.path(id))
    }
}
