//! Searches every object of a git repository: those of each branch, tag, stash and reflog, and those that nothing names any more.
//!
//! The files are read here, and nothing of git runs: no configuration, hook, filter or helper of the repository can start a program,
//! nothing is fetched, and no other repository that it names is opened. So the objects are all that `objects/` has, whatever names them.

mod history;
mod loose;
mod object;
mod pack;
mod refs;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

use super::matcher::{Matcher, Place, Places};
use super::report::{Finding, Report, Where};
use super::search::Counters;
use crate::system;

pub use self::object::Id;
use self::object::Kind;
use self::pack::Pack;

/// A larger object that others are made from is not read: it would have to be in memory as a whole.
const LARGEST: usize = 64 << 20;

/// Why an object or a file of a repository cannot be read.
#[derive(Debug)]
pub enum Fault {
    /// The system's error.
    Io(std::io::Error),
    /// It is not what git writes.
    Broken,
    /// It is larger than [`LARGEST`], and has to be in memory.
    Large,
    /// A form of git that this does not read.
    Unknown,
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        // What cannot be decompressed.
        match error.kind() {
            std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => Fault::Broken,
            _ => Fault::Io(error),
        }
    }
}

/// An object's content: in memory, or already searched because it is too large for that.
enum Content {
    Whole(Rc<Vec<u8>>),
    Searched(Places, u64),
}

/// A repository's folder: `.git`, or the repository itself if it is bare.
pub struct Repository {
    folder: PathBuf,
    /// The length of an object's id: SHA-1 or SHA-256.
    id_length: usize,
    packs: Vec<Pack>,
}

/// Whether a folder is a repository's.
pub fn is_repository(folder: &Path) -> bool {
    let is_file = |name: &str| folder.join(name).symlink_metadata().is_ok_and(|known| !known.is_dir());
    let is_folder = |name: &str| folder.join(name).symlink_metadata().is_ok_and(|known| known.is_dir());
    is_file("HEAD") && is_folder("objects")
}

/// Whether a file of a folder of objects is one that [`search`] reads, or an index of them.
pub fn is_object(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let mut above = file.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (above.next(), above.next()) {
        (Some("pack"), Some("objects")) => ["pack", "idx", "rev", "bitmap", "mtimes"].contains(&ending),
        (Some(first), Some("objects")) => first.len() == 2 && is_hex(first) && [38, 62].contains(&name.len()) && is_hex(name),
        _ => false,
    }
}

/// What an object contains, by its id.
type Found = BTreeMap<Id, (Kind, Vec<Place>)>;

/// Searches a repository's objects.
pub fn search(folder: &Path, matcher: &Matcher, counters: &Counters, report: &mut Report) {
    let mut repository = Repository {
        folder: folder.to_owned(),
        id_length: id_length(folder),
        packs: Vec::new(),
    };
    let (mut found, mut commits) = (Found::new(), Vec::new());
    repository.open_packs(report);
    repository.search_packs(matcher, counters, report, &mut found, &mut commits);
    repository.search_loose(matcher, counters, report, &mut found, &mut commits);
    note_what_is_elsewhere(folder, report);
    if found.is_empty() {
        return;
    }
    let named = history::first_commits(&mut repository, &commits, &found);
    for (id, (kind, places)) in found {
        let known = named.get(&id);
        for place in places {
            report.found(Finding {
                file: folder.to_owned(),
                place,
                object: Some(Where {
                    id: id.to_string(),
                    kind: kind.name(),
                    commit: known.map(|named| named.commit.to_string()),
                    path: known.map(|named| named.path.clone()).filter(|path| !path.is_empty()),
                    reachable: known.and_then(|named| named.reachable),
                }),
            });
        }
    }
}

/// By the format that the repository's configuration names; nothing else of it is read.
fn id_length(folder: &Path) -> usize {
    let config = system::open_file(&folder.join("config")).and_then(read_small).unwrap_or_default();
    let config = String::from_utf8_lossy(&config).to_lowercase().replace([' ', '\t'], "");
    match config.lines().any(|line| line.starts_with("objectformat=sha256")) {
        true => 32,
        false => 20,
    }
}

/// Reads a file that is small where it is what it should be.
fn read_small(file: std::fs::File) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    const SMALL: u64 = 16 << 20;
    let mut read = Vec::new();
    file.take(SMALL).read_to_end(&mut read)?;
    Ok(read)
}

/// Lists objects that belong to the repository and are not in its folder.
fn note_what_is_elsewhere(folder: &Path, report: &mut Report) {
    let alternates = folder.join("objects/info/alternates");
    let named = system::open_file(&alternates).and_then(read_small).unwrap_or_default();
    for line in String::from_utf8_lossy(&named)
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        report.elsewhere(&folder.join("objects").join(line), folder);
    }
    if folder.join("shallow").symlink_metadata().is_ok() {
        report.unread(folder, "leaks-unread-shallow");
    }
}

impl Repository {
    /// The content of an object, if it is here and can be in memory.
    fn object(&mut self, id: &Id) -> Option<(Kind, Rc<Vec<u8>>)> {
        for pack in &mut self.packs {
            if let Some(offset) = pack.offset_of(id) {
                return pack.whole(offset).ok();
            }
        }
        match loose::read(&self.loose_file(id), None).ok()? {
            (kind, Content::Whole(whole)) => Some((kind, whole)),
            _ => None,
        }
    }

    fn loose_file(&self, id: &Id) -> PathBuf {
        let name = id.to_string();
        let (folder, rest) = name.split_at(2);
        self.folder.join("objects").join(folder).join(rest)
    }

    fn open_packs(&mut self, report: &mut Report) {
        let folder = self.folder.join("objects/pack");
        let mut names = files_of(&folder, report);
        names.sort();
        let there: HashSet<PathBuf> = names.iter().cloned().collect();
        for file in names {
            let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            match ending {
                "idx" => match Pack::open(&file, self.id_length) {
                    Ok(pack) => self.packs.push(pack),
                    Err(fault) => report.fault(&file, None, &fault),
                },
                "pack" if !there.contains(&file.with_extension("idx")) => report.unread(&file, "leaks-unread-broken"),
                // Objects that were left out when it was cloned. They are not fetched.
                "promisor" => report.unread(&self.folder, "leaks-unread-partial"),
                _ => {}
            }
        }
    }

    fn search_packs(&mut self, matcher: &Matcher, counters: &Counters, report: &mut Report, found: &mut Found, commits: &mut Vec<Id>) {
        for pack in &mut self.packs {
            for at in 0..pack.len() {
                let Some((id, offset)) = pack.entry(at) else { continue };
                counters.objects.fetch_add(1, Relaxed);
                match pack.content(offset, Some(matcher)) {
                    Ok((kind, content)) => note(matcher, counters, id, kind, &content, found, commits),
                    Err(fault) => report.fault(pack.path(), Some(&id), &fault),
                }
            }
            pack.forget();
        }
    }

    fn search_loose(&mut self, matcher: &Matcher, counters: &Counters, report: &mut Report, found: &mut Found, commits: &mut Vec<Id>) {
        let objects = self.folder.join("objects");
        for first in 0..=255_u8 {
            let folder = objects.join(format!("{first:02x}"));
            if folder.symlink_metadata().is_err() {
                continue;
            }
            for file in files_of(&folder, report) {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let Some(id) = Id::from_hex(&format!("{first:02x}{name}"), self.id_length) else {
                    continue;
                };
                counters.objects.fetch_add(1, Relaxed);
                match loose::read(&file, Some(matcher)) {
                    Ok((kind, content)) => note(matcher, counters, id, kind, &content, found, commits),
                    Err(fault) => report.fault(&file, Some(&id), &fault),
                }
            }
        }
    }
}

/// Notes what an object contains.
fn note(matcher: &Matcher, counters: &Counters, id: Id, kind: Kind, content: &Content, found: &mut Found, commits: &mut Vec<Id>) {
    if kind == Kind::Commit {
        commits.push(id);
    }
    let places = match content {
        Content::Whole(whole) => {
            counters.bytes.fetch_add(whole.len() as u64, Relaxed);
            &matcher.places(whole)
        }
        Content::Searched(places, long) => {
            counters.bytes.fetch_add(*long, Relaxed);
            places
        }
    };
    if !places.places.is_empty() {
        found.insert(id, (kind, places.places.clone()));
    }
}

/// The files of a folder.
fn files_of(folder: &Path, report: &mut Report) -> Vec<PathBuf> {
    let Ok(known) = folder.symlink_metadata() else {
        return Vec::new();
    };
    if !known.is_dir() {
        report.unread(folder, "leaks-unread-broken");
        return Vec::new();
    }
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => {
            report.fault(folder, None, &error.into());
            Vec::new()
        }
    }
}
