//! Searches every object of a git repository: those of each branch, tag, stash and reflog, and those that nothing refers to any more.
//!
//! gix's crates decode packs, deltas, commits, trees and tags. Which files are read is decided here, because gix-odb, the crate above
//! them, follows links and the alternates of other folders, and has each object in memory as a whole. Git never runs. So no
//! configuration, hook, filter or helper of the repository can start a program, nothing is fetched, and no other repository is opened.
//! The search reads all that `objects/` has, in use or not.

mod history;
mod inflate;
mod loose;
mod names;
mod objects;
mod pack;
mod refs;

use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;

use gix_hash::ObjectId;
use gix_object::Kind;

use super::matcher::{Matcher, Place, Places};
use super::report::{Counters, Fault, Finding, MOST, Report, Where};
use super::room::Room;
use crate::system;

pub use self::names::{begins_like_names, search_names};
pub use self::objects::{HEAD, Objects, begins_like_objects, folder_named_in, is_repository};
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

/// An object, as far as it could be read.
struct Object {
    kind: Kind,
    content: Content,
    /// Why the rest could not be read.
    fault: Option<Fault>,
}

/// Searches an object that is too large for memory, or one that ends too soon.
fn in_parts(content: impl Read, kind: Kind, size: u64, matcher: Option<&Matcher>) -> Result<Object, Fault> {
    let matcher = matcher.ok_or(Fault::Large)?;
    // An object that is longer than its header says is broken. This also limits how much is decompressed.
    let searched = matcher.places_in(&mut content.take(size.saturating_add(1)));
    let fault = searched.error.map(Fault::from);
    Ok(Object {
        kind,
        fault: fault.or_else(|| (searched.long != size).then_some(Fault::Broken)),
        content: Content::Searched(searched.found, searched.long),
    })
}

/// A repository's folder: `.git`, the repository itself if it is bare, or the folder of objects if there is nothing else.
pub struct Repository {
    folder: PathBuf,
    objects: PathBuf,
    format: gix_hash::Kind,
    packs: Vec<Pack>,
}

/// What an object contains, by its id.
type Found = BTreeMap<ObjectId, (Kind, Vec<Place>)>;

/// Searches a repository's objects, and notes the packs that it reads.
pub fn search(folder: &Path, objects: &mut Objects, matcher: &Matcher, counters: &Counters, report: &mut Report) {
    let mut repository = Repository {
        folder: folder.to_owned(),
        objects: objects.path.clone(),
        format: objects.format,
        packs: Vec::new(),
    };
    repository.open_packs(report);
    objects.packs = repository.packs.iter().map(|pack| pack.path().to_owned()).collect();
    let mut search = Search {
        matcher,
        counters,
        report,
        found: Found::new(),
        room: Room::new(MOST),
        commits: Vec::new(),
        content: Vec::new(),
    };
    search.packs(&mut repository);
    search.loose(&repository);
    let Search { found, commits, .. } = search;
    note_what_is_elsewhere(&repository, report);
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
fn note_what_is_elsewhere(repository: &Repository, report: &mut Report) {
    let Repository { folder, objects, .. } = repository;
    let alternates = objects.join("info/alternates");
    let named = match system::open_file(&alternates).and_then(read_small) {
        Ok(named) => named,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            report.fault(&alternates, None, &Fault::Io(error));
            Vec::new()
        }
    };
    for line in String::from_utf8_lossy(&named)
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        report.elsewhere(&objects.join(line), folder);
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
        read.ok()
            .filter(|object| object.fault.is_none())
            .map(|object| (object.kind, content))
    }

    fn loose_file(&self, id: &ObjectId) -> PathBuf {
        let name = id.to_string();
        let (folder, rest) = name.split_at(2);
        self.objects.join(folder).join(rest)
    }

    fn open_packs(&mut self, report: &mut Report) {
        let folder = self.objects.join("pack");
        let mut names = files_of(&folder, report);
        names.sort();
        let there: HashSet<PathBuf> = names.iter().cloned().collect();
        for file in names {
            let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            match ending {
                "idx" => match Pack::open(&file, self.format) {
                    Ok(pack) => {
                        if !pack.is_whole() {
                            report.unread(pack.path(), "leaks-unread-broken");
                        }
                        self.packs.push(pack);
                    }
                    Err((file, fault)) => report.fault(&file, None, &fault),
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
    room: Room,
    commits: Vec<ObjectId>,
    /// The object that was read last.
    content: Vec<u8>,
}

impl Search<'_> {
    fn packs(&mut self, repository: &mut Repository) {
        for pack in &mut repository.packs {
            for at in 0..pack.len() {
                let Some((id, offset)) = pack.entry(at) else { continue };
                let read = pack.read(offset, &mut self.content, Some(self.matcher));
                self.note(pack.path(), id, read);
            }
            pack.forget();
        }
    }

    fn loose(&mut self, repository: &Repository) {
        for first in 0..=255_u8 {
            let folder = repository.objects.join(format!("{first:02x}"));
            if folder.symlink_metadata().is_err() {
                continue;
            }
            for file in files_of(&folder, self.report) {
                let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let Some(id) = id_of(&format!("{first:02x}{name}"), repository.format) else {
                    continue;
                };
                let read = loose::read(&file, &mut self.content, Some(self.matcher));
                self.note(&file, id, read);
            }
        }
    }

    /// Notes what an object contains, and what of it could not be read.
    fn note(&mut self, file: &Path, id: ObjectId, read: Result<Object, Fault>) {
        self.counters.objects.fetch_add(1, Relaxed);
        let (kind, content) = match read {
            Ok(object) => {
                if let Some(fault) = object.fault {
                    self.report.fault(file, Some(&id), &fault);
                }
                (object.kind, object.content)
            }
            Err(fault) => return self.report.fault(file, Some(&id), &fault),
        };
        let (Places { mut places, cut }, long) = match content {
            Content::Whole => (self.matcher.places(&self.content), self.content.len() as u64),
            Content::Searched(places, long) => (places, long),
        };
        self.counters.bytes.fetch_add(long, Relaxed);
        let all = places.len();
        places.retain(|place| self.room.takes(place.secret));
        self.report.more += u64::from(cut) + (all - places.len()) as u64;
        if kind == Kind::Commit {
            self.commits.push(id);
        }
        if !places.is_empty() {
            self.found.insert(id, (kind, places));
        }
        if self.content.capacity() > LARGE {
            self.content = Vec::new();
        }
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
    let mut files = Vec::new();
    let read = std::fs::read_dir(folder).and_then(|mut entries| entries.try_for_each(|entry| entry.map(|entry| files.push(entry.path()))));
    if let Err(error) = read {
        report.fault(folder, None, &Fault::Io(error));
    }
    files
}
