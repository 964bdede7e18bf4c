//! Which folders have git's objects, which of their files the search reads, and which files elsewhere have objects.
//!
//! A folder is known by what is in it: a repository may be damaged, a folder of objects may be a copy, and a fetch that was interrupted
//! leaves one behind.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use gix_object::bstr::ByteSlice as _;

use super::{Fault, id_of, loose, read_small};
use crate::system;

/// How many files of a folder are looked at to see whether they are objects.
const TRIED: usize = 64;
/// How much of a file shows what it is.
pub const HEAD: usize = 512;

/// A folder of objects: `objects` of a repository, or a copy of it.
#[derive(Debug)]
pub struct Objects {
    pub path: PathBuf,
    /// How objects are named: by SHA-1 or SHA-256.
    pub format: gix_hash::Kind,
    /// The packs that the search reads.
    pub packs: HashSet<PathBuf>,
}

impl Objects {
    /// The objects of a repository's folder, or the folder itself if it has objects.
    pub fn of(folder: &Path) -> Option<Objects> {
        let below = folder.join("objects");
        let is_repository = is_folder(&below) && (is_there(&folder.join("HEAD")) || has_objects(&below));
        let path = match is_repository {
            true => below,
            false if has_objects(folder) => folder.to_owned(),
            false => return None,
        };
        let format = format(&path).or_else(|| configured(folder)).unwrap_or(gix_hash::Kind::Sha1);
        let packs = HashSet::new();
        Some(Objects { path, format, packs })
    }

    /// Whether a folder is this one, or one in it where git keeps objects.
    pub fn has(&self, folder: &Path) -> bool {
        let below = folder.strip_prefix(&self.path).ok().and_then(Path::to_str);
        below.is_some_and(|name| ["", "pack", "info"].contains(&name) || is_first(name))
    }

    /// Whether a file is one whose objects the search reads, or belongs to such a pack and has no text.
    pub fn reads(&self, file: &Path) -> bool {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match self.place_of(file) {
            // gitformat-pack(5), git's Documentation/technical/bitmap-format.
            Some(("pack", _)) if self.packs.contains(&file.with_extension("pack")) => match ending {
                "pack" | "idx" => true,
                "rev" => head(file).starts_with(b"RIDX"),
                "bitmap" => head(file).starts_with(b"BITM"),
                "mtimes" => head(file).starts_with(b"MTME"),
                _ => false,
            },
            Some((first, rest)) => is_first(first) && id_of(&format!("{first}{rest}"), self.format).is_some(),
            None => false,
        }
    }

    /// Whether a file is where objects have files of their own.
    pub fn keeps(&self, file: &Path) -> bool {
        self.place_of(file).is_some_and(|(first, _)| is_first(first))
    }

    /// The names of a file and of its folder in this one.
    fn place_of<'a>(&self, file: &'a Path) -> Option<(&'a str, &'a str)> {
        let below = file.strip_prefix(&self.path).ok()?;
        let folder = below.parent()?.to_str()?;
        Some((folder, below.file_name()?.to_str()?))
    }
}

/// Whether a folder is a repository's folder, wherever its objects are.
pub fn is_repository(folder: &Path) -> bool {
    let is_named = folder.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".git"));
    is_named || is_there(&folder.join("HEAD"))
}

/// The folder that a `.git` file or a `commondir` file names (gitrepository-layout(5)).
///
/// # Errors
/// The file can't be read, or it is not git's.
pub fn folder_named_in(file: &Path) -> Result<PathBuf, Fault> {
    let text = system::open_file(file).and_then(read_small)?;
    let named = match file.ends_with(".git") {
        true => text.strip_prefix(b"gitdir:").ok_or(Fault::Broken)?.trim(),
        false => text.trim(),
    };
    // On Unix a path need not be UTF-8.
    let named = named
        .to_path()
        .ok()
        .filter(|named| !named.as_os_str().is_empty())
        .ok_or(Fault::Broken)?;
    let there = file.parent().unwrap_or(file).join(named);
    Ok(dunce::canonicalize(&there).unwrap_or(there))
}

/// Whether a file that begins like this has objects: a pack, a bundle, which has a pack, or an object in a file of its own.
pub fn begins_like_objects(head: &[u8]) -> bool {
    // gitformat-pack(5), gitformat-bundle(5).
    let is_bundle = head
        .strip_prefix(b"# v")
        .is_some_and(|rest| rest.get(1..).is_some_and(|rest| rest.starts_with(b" git bundle\n")));
    head.starts_with(b"PACK\0\0\0") || is_bundle || loose::is_one(head)
}

/// Whether a folder has objects as git keeps them.
fn has_objects(folder: &Path) -> bool {
    let is_one = |file: PathBuf| {
        let head = head(&file);
        begins_like_objects(&head) || head.starts_with(b"\xfftOc")
    };
    is_there(&folder.join("info/alternates")) || files(folder).take(TRIED).any(is_one)
}

/// How a file begins; nothing if it can't be read.
fn head(file: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    let read = system::open_file(file).and_then(|file| file.take(HEAD as u64).read_to_end(&mut head));
    read.map(|_| head).unwrap_or_default()
}

/// The format of the ids that files are named by.
fn format(objects: &Path) -> Option<gix_hash::Kind> {
    files(objects).find_map(|file| {
        let name = file.file_stem()?.to_str()?;
        let is_hex = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        match (name.strip_prefix("pack-"), name.len()) {
            (Some(digits), _) if is_hex(digits) && digits.len() == 40 => Some(gix_hash::Kind::Sha1),
            (Some(digits), _) if is_hex(digits) && digits.len() == 64 => Some(gix_hash::Kind::Sha256),
            (None, 38) if is_hex(name) => Some(gix_hash::Kind::Sha1),
            (None, 62) if is_hex(name) => Some(gix_hash::Kind::Sha256),
            _ => None,
        }
    })
}

/// The format that a repository's configuration names. Nothing else in it is read.
fn configured(folder: &Path) -> Option<gix_hash::Kind> {
    let config = system::open_file(&folder.join("config")).and_then(read_small).ok()?;
    let config = String::from_utf8_lossy(&config).to_lowercase().replace([' ', '\t', '"'], "");
    let named = config.lines().any(|line| line.contains("objectformat=sha256"));
    named.then_some(gix_hash::Kind::Sha256)
}

/// The files where git keeps objects: in `pack` and in `00` to `ff`.
fn files(objects: &Path) -> impl Iterator<Item = PathBuf> {
    let below = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let has_name = |name: &str| name == "pack" || is_first(name);
    below(objects)
        .filter(move |entry| entry.file_name().to_str().is_some_and(has_name) && is_folder(&entry.path()))
        .flat_map(move |entry| below(&entry.path()))
        .map(|entry| entry.path())
}

/// The first two digits of ids are the name of a folder.
fn is_first(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|known| known.is_dir())
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|known| !known.is_dir())
}
