//! Searches every object of a git repository: those of each branch, tag, stash and reflog, and those that nothing refers to any more.
//!
//! gix's crates decode packs, deltas, commits, trees and tags. Which files are read is decided here, because gix-odb, the crate above
//! them, follows links and the alternates of other folders, and has each object in memory as a whole. Git never runs. So no
//! configuration, hook, filter or helper of the repository can start a program, nothing is fetched, and no other repository is opened.
//! The search reads all that `objects/` has, in use or not.

mod history;
mod loose;
mod pack;
mod refs;

use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use gix_hash::ObjectId;
use gix_object::Kind;

use super::matcher::{Matcher, Place, Places};
use super::report::{Counters, Fault, Finding, Report, Where};
use crate::system;

use self::pack::Pack;

/// A larger object is searched in parts where that is possible, and otherwise not read.
const LARGEST: usize = 64 << 20;
/// The memory of a larger object is freed before the next one is read.
const LARGE: usize = 4 << 20;

/// An object's content.
enum Content {
    /// In memory.
    Whole,
    /// Already searched, because it is too large for memory; and its size.
    Searched(Places, u64),
}

/// Searches a blob that is too large for memory.
fn in_parts(content: impl Read, kind: Kind, size: u64, matcher: Option<&Matcher>) -> Result<Content, Fault> {
    let matcher = matcher.filter(|_| kind == Kind::Blob).ok_or(Fault::Large)?;
    // An object that is longer than its header says is broken. This also limits how much is decompressed.
    let (places, long) = matcher.places_in(&mut content.take(size.saturating_add(1)))?;
    match long == size {
        true => Ok(Content::Searched(places, size)),
        false => Err(Fault::Broken),
    }
}

/// A repository's folder: `.git`, or the repository itself if it is bare.
pub struct Repository {
    folder: PathBuf,
    /// How objects are named: by SHA-1 or SHA-256.
    format: gix_hash::Kind,
    packs: Vec<Pack>,
}

/// Whether a folder is a repository's folder.
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
type Found = BTreeMap<ObjectId, (Kind, Vec<Place>)>;

/// Searches a repository's objects.
pub fn search(folder: &Path, matcher: &Matcher, counters: &Counters, report: &mut Report) {
    let mut repository = Repository {
        folder: folder.to_owned(),
        format: format(folder),
        packs: Vec::new(),
    };
    repository.open_packs(report);
    let mut search = Search {
        matcher,
        counters,
        report,
        found: Found::new(),
        commits: Vec::new(),
        content: Vec::new(),
    };
    search.packs(&mut repository);
    search.loose(&repository);
    let Search { found, commits, .. } = search;
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
                    kind: kind.to_string(),
                    commit: known.map(|named| named.commit.to_string()),
                    path: known.map(|named| named.path.clone()).filter(|path| !path.is_empty()),
                    reachable: known.and_then(|named| named.reachable),
                }),
            });
        }
    }
}

/// The length of ids, by the format that the repository's configuration names. Nothing else in it is read.
fn format(folder: &Path) -> gix_hash::Kind {
    let config = system::open_file(&folder.join("config")).and_then(read_small).unwrap_or_default();
    let config = String::from_utf8_lossy(&config).to_lowercase().replace([' ', '\t'], "");
    match config.lines().any(|line| line.starts_with("objectformat=sha256")) {
        true => gix_hash::Kind::Sha256,
        false => gix_hash::Kind::Sha1,
    }
}

/// An id of this format, from its digits.
fn id_of(digits: &str, format: gix_hash::Kind) -> Option<ObjectId> {
    let id = ObjectId::from_hex(digits.as_bytes()).ok()?;
    (id.kind() == format).then_some(id)
}

/// Reads a file that is small, unless it is not git's.
fn read_small(file: std::fs::File) -> std::io::Result<Vec<u8>> {
    const SMALL: u64 = 16 << 20;
    let mut read = Vec::new();
    file.take(SMALL).read_to_end(&mut read)?;
    Ok(read)
}

/// Lists the other folders that have objects of the repository.
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
    fn object(&mut self, id: &ObjectId) -> Option<(Kind, Vec<u8>)> {
        let mut content = Vec::new();
        let there = self.packs.iter_mut().find_map(|pack| Some((pack.offset_of(id)?, pack)));
        let read = match there {
            Some((offset, pack)) => pack.read(offset, &mut content, None),
            None => loose::read(&self.loose_file(id), &mut content, None),
        };
        read.ok().map(|(kind, _)| (kind, content))
    }

    fn loose_file(&self, id: &ObjectId) -> PathBuf {
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
                "idx" => match Pack::open(&file, self.format) {
                    Ok(pack) => self.packs.push(pack),
                    Err(fault) => report.fault(&file, None, &fault),
                },
                "pack" if !there.contains(&file.with_extension("idx")) => report.unread(&file, "leaks-unread-broken"),
                // A partial clone leaves objects out. They are not fetched.
                "promisor" => report.unread(&self.folder, "leaks-unread-partial"),
                _ => {}
            }
        }
    }
}

/// What a search of one repository has found.
struct Search<'a> {
    matcher: &'a Matcher,
    counters: &'a Counters,
    report: &'a mut Report,
    found: Found,
    commits: Vec<ObjectId>,
    /// The object that was read last.
    content: Vec<u8>,
}

impl Search<'_> {
    fn packs(&mut self, repository: &mut Repository) {
        for pack in &mut repository.packs {
            for at in 0..pack.len() {
                let Some((id, offset)) = pack.entry(at) else { continue };
                match pack.read(offset, &mut self.content, Some(self.matcher)) {
                    Ok((kind, content)) => self.note(id, kind, content),
                    Err(fault) => self.fault(pack.path(), &id, &fault),
                }
            }
            pack.forget();
        }
    }

    fn loose(&mut self, repository: &Repository) {
        let objects = repository.folder.join("objects");
        for first in 0..=255_u8 {
            let folder = objects.join(format!("{first:02x}"));
            if folder.symlink_metadata().is_err() {
                continue;
            }
            for file in files_of(&folder, self.report) {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let Some(id) = id_of(&format!("{first:02x}{name}"), repository.format) else {
                    continue;
                };
                match loose::read(&file, &mut self.content, Some(self.matcher)) {
                    Ok((kind, content)) => self.note(id, kind, content),
                    Err(fault) => self.fault(&file, &id, &fault),
                }
            }
        }
    }

    /// Notes what an object contains.
    fn note(&mut self, id: ObjectId, kind: Kind, content: Content) {
        let (places, long) = match content {
            Content::Whole => (self.matcher.places(&self.content), self.content.len() as u64),
            Content::Searched(places, long) => (places, long),
        };
        self.counters.objects.fetch_add(1, Relaxed);
        self.counters.bytes.fetch_add(long, Relaxed);
        self.report.more += u64::from(places.cut);
        if kind == Kind::Commit {
            self.commits.push(id);
        }
        if !places.places.is_empty() {
            self.found.insert(id, (kind, places.places));
        }
        if self.content.capacity() > LARGE {
            self.content = Vec::new();
        }
    }

    fn fault(&mut self, file: &Path, id: &ObjectId, fault: &Fault) {
        self.counters.objects.fetch_add(1, Relaxed);
        self.report.fault(file, Some(id), fault);
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
