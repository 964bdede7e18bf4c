//! Objects in packs, read by gix-pack. An object may be stored as a delta of another one.
//!
//! gix-pack maps a pack into memory, so what it has read doesn't count as the program's own memory. Git never changes a pack. If one is
//! cut short while it is read, the search is killed, as git would be.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use gix_hash::ObjectId;
use gix_object::Kind;
use gix_pack::cache::DecodeEntry;
use gix_pack::cache::lru::MemoryCappedHashmap;
use gix_pack::data::Entry;
use gix_pack::data::decode::entry::ResolvedBase;
use gix_pack::data::entry::Header;
use gix_pack::{data, index};
use gix_zlib::Inflate;

use super::inflate::Inflating;
use super::{Content, Fault, LARGEST, Object, in_parts};
use crate::leaks::matcher::Matcher;

/// A larger index is not read, because the order of its objects has to be in memory. One of this size has 35 million objects.
const LARGEST_INDEX: u64 = 1 << 30;
/// Git writes chains of at most 4095 deltas. A longer one is a circle.
const LONGEST_CHAIN: usize = 4096;
/// The memory for objects that others are based on.
const KEPT: usize = 32 << 20;
/// A smaller object is not kept, because its entry would need more memory than the object.
const SMALLEST_KEPT: usize = 128;

/// A pack and its index.
pub struct Pack {
    path: PathBuf,
    index: index::File,
    data: data::File,
    /// Where each object begins, and its number in the index, in the pack's order.
    order: Vec<(u64, u32)>,
    inflate: Inflate,
    kept: Kept,
}

impl Pack {
    /// Opens a pack by its index.
    ///
    /// # Errors
    /// Which of the two files can't be read, and why.
    pub fn open(index: &Path, format: gix_hash::Kind) -> Result<Pack, (PathBuf, Fault)> {
        let path = index.with_extension("pack");
        let of = |file: &Path| {
            let file = file.to_owned();
            |fault| (file, fault)
        };
        if known(index).map_err(of(index))?.len() > LARGEST_INDEX {
            return Err(of(index)(Fault::Large));
        }
        known(&path).map_err(of(&path))?;
        let index = index::File::at(index, format).map_err(fault).map_err(of(index))?;
        let data = data::File::at(&path, format).map_err(fault).map_err(of(&path))?;
        let numbers = 0..index.num_objects();
        let mut order: Vec<_> = numbers.map(|number| (index.pack_offset_at_index(number), number)).collect();
        order.sort_unstable();
        Ok(Pack {
            path,
            index,
            data: data.with_alloc_limit_bytes(Some(LARGEST)),
            order,
            inflate: Inflate::default(),
            kept: Kept::default(),
        })
    }

    /// The pack's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the index is this pack's own and lists all of its objects.
    pub fn is_whole(&self) -> bool {
        self.index.num_objects() == self.data.num_objects() && self.index.pack_checksum() == self.data.checksum()
    }

    /// How many objects the index lists.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The object at this place in the pack's order: its id, and where it begins.
    pub fn entry(&self, at: usize) -> Option<(ObjectId, u64)> {
        let (offset, number) = *self.order.get(at)?;
        Some((self.index.oid_at_index(number).to_owned(), offset))
    }

    /// Where an object begins, if the pack has it.
    pub fn offset_of(&self, id: &ObjectId) -> Option<u64> {
        Some(self.index.pack_offset_at_index(self.index.lookup(id)?))
    }

    /// Drops the objects in memory: from now on only some are read.
    pub fn forget(&mut self) {
        self.kept = Kept::default();
    }

    /// Reads an object into `out`, or searches it if it is too large for memory, or damaged, and not a delta.
    pub fn read(&mut self, offset: u64, out: &mut Vec<u8>, matcher: Option<&Matcher>) -> Result<Object, Fault> {
        let entry = self.entry_at(offset)?;
        if let Some(kind) = entry.header.as_kind() {
            if entry.decompressed_size <= LARGEST as u64 {
                match self.decoded(entry.clone(), out) {
                    Err(Fault::Broken) if matcher.is_some() => {}
                    decoded => return decoded.map(whole),
                }
            }
            let end = self.data.pack_end() as u64;
            let data = self.data.entry_slice(entry.data_offset..end).ok_or(Fault::Broken)?;
            return in_parts(Inflating::new(data), kind, entry.decompressed_size, matcher);
        }
        let chain = self.chain(&entry)?;
        let mut decoded = self.decoded(entry.clone(), out);
        // All deltas of a chain are in memory at once, unless their results were kept one after the other.
        if chain.len() > 1 && matches!(decoded, Err(Fault::Large)) {
            for base in chain.into_iter().rev() {
                let base = self.entry_at(base)?;
                self.decoded(base, out)?;
            }
            decoded = self.decoded(entry, out);
        }
        decoded.map(whole)
    }

    fn decoded(&mut self, entry: Entry, out: &mut Vec<u8>) -> Result<Kind, Fault> {
        let (index, data) = (&self.index, &self.data);
        // Git allows a delta of another pack's object only while it sends them.
        let base = |id: &gix_hash::oid, _: &mut Vec<u8>| {
            let offset = index.lookup(id).map(|number| index.pack_offset_at_index(number));
            offset.map(|offset| data.entry(offset).map(ResolvedBase::InPack)).transpose()
        };
        let decoded = data.decode_entry(entry, out, &mut self.inflate, &base, &mut self.kept);
        decoded.map(|object| object.kind).map_err(fault)
    }

    fn entry_at(&self, offset: u64) -> Result<Entry, Fault> {
        self.data.entry(offset).map_err(fault)
    }

    /// Where the objects are that this one is based on. gix-pack would follow a circle until memory ends.
    fn chain(&self, entry: &Entry) -> Result<Vec<u64>, Fault> {
        let (mut chain, mut base) = (Vec::new(), self.base(entry)?);
        while let Some(offset) = base {
            if chain.len() == LONGEST_CHAIN {
                return Err(Fault::Broken);
            }
            chain.push(offset);
            base = self.base(&self.entry_at(offset)?)?;
        }
        Ok(chain)
    }

    /// Where the base of this object is.
    fn base(&self, entry: &Entry) -> Result<Option<u64>, Fault> {
        let base = match entry.header {
            Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(base_distance),
            Header::RefDelta { base_id } => self.offset_of(&base_id),
            Header::Commit | Header::Tree | Header::Blob | Header::Tag => return Ok(None),
        };
        base.map(Some).ok_or(Fault::Broken)
    }
}

fn whole(kind: Kind) -> Object {
    Object {
        kind,
        content: Content::Whole,
        fault: None,
    }
}

/// A file's metadata, if it is a file: gix-pack would follow links and wait for pipes.
fn known(path: &Path) -> Result<Metadata, Fault> {
    let known = path.symlink_metadata()?;
    match known.is_file() {
        true => Ok(known),
        false => Err(Fault::Io(io::Error::other("not a file"))),
    }
}

fn fault(error: gix_error::Error) -> Fault {
    if let Some(system) = error.downcast_any_ref::<io::Error>() {
        return io::Error::new(system.kind(), system.to_string()).into();
    }
    match (error.is_resource_exhausted(), error.is_unsupported()) {
        (true, _) => Fault::Large,
        (_, true) => Fault::Unknown,
        _ => Fault::Broken,
    }
}

/// The objects that deltas may be based on, as far as they were used recently.
struct Kept(MemoryCappedHashmap);

impl Default for Kept {
    fn default() -> Kept {
        Kept(MemoryCappedHashmap::new(KEPT))
    }
}

impl DecodeEntry for Kept {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        if data.len() >= SMALLEST_KEPT {
            self.0.put(pack, offset, data, kind, compressed);
        }
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        self.0.get(pack, offset, out)
    }
}
