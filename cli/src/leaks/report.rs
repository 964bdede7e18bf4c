//! What a search found, what it could not read, and how far it is.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use gix_hash::ObjectId;

use super::matcher::Place;
use super::room::Room;

/// The most findings, and the most unread things, that are listed; the rest is only counted.
pub const MOST: usize = 10_000;

/// A secret in a file or in an object of a repository.
#[derive(Debug)]
pub struct Finding {
    /// The file, or the repository's folder.
    pub file: PathBuf,
    /// Line 0 is the file's name.
    pub place: Place,
    pub object: Option<Where>,
}

/// Where an object of a repository is.
#[derive(Debug)]
pub struct Where {
    pub id: String,
    /// Git's word for what it is.
    pub kind: String,
    /// The first commit that has it.
    pub commit: Option<String>,
    /// Its path in that commit.
    pub path: Option<String>,
    /// Whether a branch, a tag or the stash still leads to that commit; none if that is not known.
    pub reachable: Option<bool>,
}

/// What was not read.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    pub path: PathBuf,
    /// An object's id, or the system's words.
    pub detail: String,
    /// Why, as a key of the locales.
    pub why: &'static str,
}

/// Why a file, or an object of a repository, cannot be read.
#[derive(Debug)]
pub enum Fault {
    /// The system's error.
    Io(std::io::Error),
    /// It is not what git writes.
    Broken,
    /// It has to be in memory as a whole, and is too large for that.
    Large,
    /// A format of git that this does not read.
    Unknown,
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        // These come from data that cannot be decompressed.
        match error.kind() {
            std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => Fault::Broken,
            _ => Fault::Io(error),
        }
    }
}

/// How far a search is.
#[derive(Debug, Default)]
pub struct Counters {
    pub files: AtomicU64,
    pub objects: AtomicU64,
    pub bytes: AtomicU64,
}

/// The result of a search.
#[derive(Debug)]
pub struct Report {
    /// The folders that were searched, by paths without links.
    pub folders: Vec<PathBuf>,
    pub findings: Vec<Finding>,
    room: Room,
    pub unread: Vec<Unread>,
    /// How many findings and unread things are not listed.
    pub more: u64,
    /// How many files were compressed, and so not searched.
    pub compressed: u64,
}

impl Default for Report {
    fn default() -> Report {
        Report {
            folders: Vec::new(),
            findings: Vec::new(),
            room: Room::new(MOST),
            unread: Vec::new(),
            more: 0,
            compressed: 0,
        }
    }
}

impl Report {
    pub fn found(&mut self, finding: Finding) {
        match self.room.takes(finding.place.secret) {
            true => self.findings.push(finding),
            false => self.more += 1,
        }
    }

    /// Lists something as not read, once.
    pub fn unread(&mut self, path: &Path, why: &'static str) {
        self.not_read(path, why, String::new());
    }

    /// Lists a fault of a repository's file, or of one of its objects.
    pub fn fault(&mut self, path: &Path, object: Option<&ObjectId>, fault: &Fault) {
        let object = object.map(ToString::to_string).unwrap_or_default();
        match fault {
            Fault::Io(error) => self.not_read(path, "leaks-unread-system", error.to_string()),
            Fault::Broken => self.not_read(path, "leaks-unread-broken", object),
            Fault::Large => self.not_read(path, "leaks-unread-large", object),
            Fault::Unknown => self.not_read(path, "leaks-unread-unknown", object),
        }
    }

    /// Lists a folder outside `here` that its repository uses, unless it is searched itself.
    pub fn elsewhere(&mut self, path: &Path, here: &Path) {
        let whole = dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_listed = |last: &Unread| last.why == "leaks-unread-elsewhere" && last.path == whole;
        if !self.is_named(&whole) && !self.unread.last().is_some_and(is_listed) {
            self.not_read(&whole, "leaks-unread-elsewhere", here.display().to_string());
        }
    }

    /// Whether a path without links is in the folders that are searched.
    pub fn is_named(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder))
    }

    fn not_read(&mut self, path: &Path, why: &'static str, detail: String) {
        let unread = Unread {
            path: path.to_owned(),
            detail,
            why,
        };
        // A broken pack repeats its fault many times.
        if self.unread.last() == Some(&unread) {
            return;
        }
        match self.unread.len() {
            0..MOST => self.unread.push(unread),
            _ => self.more += 1,
        }
    }
}
