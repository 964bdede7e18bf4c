//! What objects are: their ids and kinds, and the fields of commits, trees and tags that say how they belong together.

use std::fmt;

/// An object's id: SHA-1, or SHA-256 with all 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    bytes: [u8; 32],
    length: u8,
}

impl Id {
    /// From as many bytes as an id of this repository has.
    pub fn new(from: &[u8]) -> Option<Id> {
        let mut bytes = [0; 32];
        bytes.get_mut(..from.len())?.copy_from_slice(from);
        Some(Id {
            bytes,
            length: u8::try_from(from.len()).ok()?,
        })
    }

    /// From its digits.
    pub fn from_hex(digits: &str, length: usize) -> Option<Id> {
        let mut bytes = [0; 32];
        if digits.len() != length * 2 || !digits.is_ascii() {
            return None;
        }
        for (at, byte) in bytes.iter_mut().take(length).enumerate() {
            *byte = u8::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Id {
            bytes,
            length: u8::try_from(length).ok()?,
        })
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl Kind {
    /// By the word of a loose object.
    pub fn of(word: &[u8]) -> Option<Kind> {
        [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag]
            .into_iter()
            .find(|kind| kind.name().as_bytes() == word)
    }

    /// By the number of a packed one.
    pub fn of_number(number: u8) -> Option<Kind> {
        match number {
            1 => Some(Kind::Commit),
            2 => Some(Kind::Tree),
            3 => Some(Kind::Blob),
            4 => Some(Kind::Tag),
            _ => None,
        }
    }

    /// Git's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
            Kind::Tag => "tag",
        }
    }
}

/// A commit's place in the history.
#[derive(Debug)]
pub struct Commit {
    pub tree: Id,
    pub parents: Vec<Id>,
    /// Unix seconds, by the committer.
    pub time: i64,
}

impl Commit {
    /// Reads the header.
    pub fn read(content: &[u8], id_length: usize) -> Option<Commit> {
        let (mut tree, mut parents, mut time) = (None, Vec::new(), 0);
        let id = |value: &[u8]| Id::from_hex(std::str::from_utf8(value).ok()?, id_length);
        for line in content.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty()) {
            if let Some(value) = line.strip_prefix(b"tree ") {
                tree = tree.or(id(value));
            } else if let Some(value) = line.strip_prefix(b"parent ") {
                parents.extend(id(value));
            } else if let Some(value) = line.strip_prefix(b"committer ") {
                let after = value.rsplit(|byte| *byte == b'>').next().unwrap_or_default();
                let seconds = String::from_utf8_lossy(after);
                time = seconds.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0);
            }
        }
        Some(Commit {
            tree: tree?,
            parents,
            time,
        })
    }
}

/// What a tag names.
pub fn tagged(content: &[u8], id_length: usize) -> Option<Id> {
    let line = content.split(|byte| *byte == b'\n').next()?.strip_prefix(b"object ")?;
    Id::from_hex(std::str::from_utf8(line).ok()?, id_length)
}

/// An entry of a tree.
pub struct Entry<'a> {
    pub name: &'a [u8],
    pub id: Id,
    pub is_tree: bool,
}

/// The entries of a tree, up to the first that is broken.
pub fn entries(content: &[u8], id_length: usize) -> impl Iterator<Item = Entry<'_>> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let space = memchr::memchr(b' ', rest)?;
        let (mode, after) = rest.split_at_checked(space)?;
        let after = after.get(1..)?;
        let end = memchr::memchr(0, after)?;
        let (name, after) = after.split_at_checked(end)?;
        let (id, after) = after.get(1..)?.split_at_checked(id_length)?;
        rest = after;
        Some(Entry {
            name,
            id: Id::new(id)?,
            is_tree: mode == b"40000" || mode == b"040000",
        })
    })
}
