//! Walks through folders and searches each file, hidden and binary ones too. It follows no links, enters no other file system, and opens
//! nothing but files (no pipes, no devices).

use std::fs::Metadata;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

use super::git::{self, Objects};
use super::matcher::{Matcher, Place, Searched};
use super::report::{Counters, Fault, Finding, Report};
use crate::failure::Failure;
use crate::system;

/// A folder that waits to be read.
struct Waiting {
    path: PathBuf,
    /// The folder of objects that it is, or that it is in. Those are searched already.
    objects: Option<Rc<Objects>>,
    device: Option<u64>,
}

/// Searches files, and folders with all that is in them. `named` has the paths that the person typed; one that can't be opened is an error.
///
/// # Errors
/// [`Failure::System`] about a path that was typed.
pub fn search(named: &[PathBuf], matcher: &Matcher, counters: &Counters) -> Result<Report, Failure> {
    let mut report = Report::default();
    let named: Result<Vec<Named>, Failure> = named.iter().map(Named::of).collect();
    let named = named?;
    report.folders = named.iter().map(|one| one.there.clone()).collect();
    for folder in named.iter().filter(|one| one.known.is_dir()) {
        repository_above(&folder.there, &mut report);
    }
    for (at, one) in named.iter().enumerate() {
        // Of two that are the same the first one is searched.
        let finds_it = |(other, whole): (usize, &Named)| whole.contains(one) && (other < at || whole.there != one.there);
        if named.iter().enumerate().any(finds_it) {
            continue;
        }
        let device = system::device(&one.known);
        in_name(&one.path, matcher, &mut report);
        if !one.known.is_dir() {
            file(&one.path, &one.known, device, matcher, counters, &mut report);
            continue;
        }
        let mut waiting = vec![Waiting {
            path: one.path.clone(),
            objects: None,
            device,
        }];
        while let Some(next) = waiting.pop() {
            folder(&next, &mut waiting, matcher, counters, &mut report);
        }
    }
    Ok(report)
}

/// A path that the person typed.
struct Named {
    /// As it was typed; where that is a link, what it leads to.
    path: PathBuf,
    there: PathBuf,
    known: Metadata,
}

impl Named {
    fn of(typed: &PathBuf) -> Result<Named, Failure> {
        let failed = Failure::io(typed.display());
        let found = dunce::canonicalize(typed).and_then(|there| Ok((there.metadata()?, there)));
        let (known, there) = found.map_err(failed)?;
        let path = if typed.is_symlink() { there.clone() } else { typed.clone() };
        Ok(Named { path, there, known })
    }

    /// Whether a search of this one finds what is in the other one.
    fn contains(&self, other: &Named) -> bool {
        other.there.starts_with(&self.there) && system::device(&self.known) == system::device(&other.known)
    }
}

fn folder(folder: &Waiting, waiting: &mut Vec<Waiting>, matcher: &Matcher, counters: &Counters, report: &mut Report) {
    let objects = match &folder.objects {
        Some(objects) => Some(objects.clone()),
        None => Objects::of(&folder.path).map(|mut objects| {
            git::search(&folder.path, &mut objects, matcher, counters, report);
            Rc::new(objects)
        }),
    };
    let entries = match std::fs::read_dir(&folder.path) {
        Ok(entries) => entries,
        Err(error) => return report.fault(&folder.path, None, &Fault::Io(error)),
    };
    let mut below = Vec::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                report.fault(&folder.path, None, &Fault::Io(error));
                continue;
            }
        };
        let path = entry.path();
        let known = match path.symlink_metadata() {
            Ok(known) => known,
            // It was deleted after the folder was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                report.fault(&path, None, &Fault::Io(error));
                continue;
            }
        };
        in_name(&path, matcher, report);
        let name = entry.file_name();
        let leads_elsewhere = name == ".git" || (name == "commondir" && git::is_repository(&folder.path));
        if leads_elsewhere && !known.is_dir() && !known.is_symlink() {
            repository_elsewhere(&path, report);
        }
        if known.is_dir() {
            if system::device(&known) != folder.device {
                report.unread(&path, "leaks-unread-mounted");
                continue;
            }
            below.push(Waiting {
                objects: objects.clone().filter(|objects| objects.has(&path)),
                path,
                device: folder.device,
            });
        } else if known.is_file() && !objects.as_ref().is_some_and(|objects| objects.reads(&path)) {
            if known.len() > 0 && objects.as_ref().is_some_and(|objects| objects.keeps(&path)) {
                report.unread(&path, "leaks-unread-objects");
            }
            file(&path, &known, folder.device, matcher, counters, report);
        } else if known.is_symlink() {
            let is_objects = name == "objects" && git::is_repository(&folder.path);
            if is_objects || leads_elsewhere {
                report.elsewhere(&path, &folder.path);
            }
            // The path that a link leads to may contain a secret, too.
            let target = std::fs::read_link(&path).unwrap_or_default();
            add(&path, matcher.places(target.as_os_str().as_encoded_bytes()).places, report);
        }
    }
    // The last one is taken first, so that folders are searched in the order of their names.
    below.sort_by(|a, b| b.path.cmp(&a.path));
    waiting.append(&mut below);
}

/// Lists the repository that a folder is in: its history is not in the folder.
fn repository_above(folder: &Path, report: &mut Report) {
    for above in folder.ancestors() {
        let inside = above.join(".git");
        let known = inside.symlink_metadata();
        let objects = Objects::of(above).or_else(|| Objects::of(&inside));
        if objects.is_none() && !known.as_ref().is_ok_and(|known| !known.is_dir()) {
            continue;
        }
        // The folder's own repository is searched with it.
        if above != folder {
            match known {
                Ok(known) if known.is_dir() || known.is_symlink() => report.elsewhere(&inside, folder),
                Ok(_) => repository_elsewhere(&inside, report),
                Err(_) => report.elsewhere(above, folder),
            }
        }
        return;
    }
}

/// Lists the repository that a file names: a worktree's or submodule's `.git`, or `commondir` in the folder that a worktree's `.git`
/// names.
fn repository_elsewhere(path: &Path, report: &mut Report) {
    let there = match git::folder_named_in(path) {
        Ok(there) => there,
        Err(fault) => return report.fault(path, None, &fault),
    };
    let here = path.parent().unwrap_or(path);
    // A worktree's own folder has no history. It is in the repository's, unless it was moved.
    let whole = git::folder_named_in(&there.join("commondir")).unwrap_or_else(|_| there.clone());
    if !there.starts_with(&whole) {
        report.elsewhere(&there, here);
    }
    if report.is_named(&whole) && Objects::of(&whole).is_none() {
        // It was moved or copied away from its repository.
        return report.unread(path, "leaks-unread-broken");
    }
    report.elsewhere(&whole, here);
}

fn in_name(path: &Path, matcher: &Matcher, report: &mut Report) {
    let name = path.file_name().unwrap_or_default();
    let places = matcher.places(name.as_encoded_bytes()).places;
    add(path, places.into_iter().map(|place| Place { line: 0, ..place }).collect(), report);
}

fn add(path: &Path, places: Vec<Place>, report: &mut Report) {
    for place in places {
        report.found(Finding {
            file: path.to_owned(),
            place,
            object: None,
        });
    }
}

fn file(path: &Path, known: &Metadata, device: Option<u64>, matcher: &Matcher, counters: &Counters, report: &mut Report) {
    if system::device(known) != device {
        return report.unread(path, "leaks-unread-mounted");
    }
    counters.files.fetch_add(1, Relaxed);
    let searched = system::open_file(path).and_then(|mut file| {
        let mut head = Vec::new();
        (&mut file).take(git::HEAD as u64).read_to_end(&mut head)?;
        report.compressed += u64::from(is_compressed(&head));
        if git::begins_like_objects(&head) {
            report.unread(path, "leaks-unread-objects");
        }
        if git::begins_like_names(&head) {
            let (places, fault) = git::search_names(path, matcher);
            add(path, places.into_iter().collect(), report);
            if let Some(fault) = fault {
                report.fault(path, None, &fault);
            }
        }
        Ok(matcher.places_in(&mut head.as_slice().chain(file)))
    });
    match searched {
        Ok(Searched { found, long, error }) => {
            counters.bytes.fetch_add(long, Relaxed);
            report.more += u64::from(found.cut);
            add(path, found.places, report);
            if let Some(error) = error {
                report.fault(path, None, &Fault::Io(error));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => report.fault(path, None, &Fault::Io(error)),
    }
}

/// By a file's first bytes: gzip, zip, bzip2, xz, zstd, 7z, lz4, and age, which encrypts; and tar, which may have compressed files in it.
fn is_compressed(head: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 8] = [
        b"\x1f\x8b",
        b"PK\x03\x04",
        b"BZh",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"7z\xbc\xaf\x27\x1c",
        b"\x04\x22\x4d\x18",
        b"age-encr",
    ];
    let is_tar = head.get(257..).is_some_and(|rest| rest.starts_with(b"ustar"));
    is_tar || BEGINNINGS.iter().any(|begins| head.starts_with(begins))
}
