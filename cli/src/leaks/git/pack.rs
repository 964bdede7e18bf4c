//! Objects in packs: git's gitformat-pack, version 2. An object may be written as the changes to another one.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use flate2::bufread::ZlibDecoder;
use flate2::{Decompress, FlushDecompress, Status};

use super::object::{Id, Kind};
use super::{Content, Fault, LARGEST};
use crate::leaks::matcher::Matcher;
use crate::system;

/// A larger index is not read: it is in memory. It has 35 million objects.
const LARGEST_INDEX: u64 = 1 << 30;
/// Git writes at most 4095 changes upon each other. More are a circle.
const LONGEST_CHAIN: usize = 4096;
/// How much of a pack is read at once: of its objects in their order, and of single ones.
const CHUNK: usize = 1 << 20;
const SMALL_CHUNK: usize = 16 << 10;
/// Half of what is kept of objects that others are made from.
const KEPT: usize = 16 << 20;

/// A pack and its index.
pub struct Pack {
    path: PathBuf,
    id_length: usize,
    index: Vec<u8>,
    count: usize,
    /// Where each object begins, and its number in the index, in the pack's order.
    offsets: Vec<(u64, u32)>,
    file: File,
    /// Where the objects end: a checksum follows.
    end: u64,
    /// The part of the file that was read last on the way from its beginning to its end, and one of what lies behind.
    parts: [Part; 2],
    chunk: usize,
    decompress: Decompress,
    kept: Kept,
}

/// A part of the file.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    at: u64,
}

impl Part {
    /// Bytes of the file, if they are in this part.
    fn get(&self, offset: u64, long: usize) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.at)?).ok()?;
        self.bytes.get(from..from.checked_add(long)?)
    }
}

/// What an object begins with.
enum Header {
    /// It is whole.
    Whole(Kind),
    /// It is the changes to the object that begins there.
    Changes(u64),
}

impl Pack {
    /// Opens a pack by its index.
    pub fn open(index: &Path, id_length: usize) -> Result<Pack, Fault> {
        let file = system::open_file(index)?;
        if file.metadata()?.len() > LARGEST_INDEX {
            return Err(Fault::Large);
        }
        let mut read = Vec::new();
        file.take(LARGEST_INDEX).read_to_end(&mut read)?;
        let path = index.with_extension("pack");
        let file = system::open_file(&path)?;
        let end = file.metadata()?.len().checked_sub(id_length as u64).ok_or(Fault::Broken)?;
        let mut pack = Pack {
            path,
            id_length,
            count: 0,
            index: read,
            offsets: Vec::new(),
            file,
            end,
            parts: Default::default(),
            chunk: CHUNK,
            decompress: Decompress::new(true),
            kept: Kept::default(),
        };
        pack.read_index()?;
        let head = pack.bytes(0, 12)?;
        match (head.get(..4), head.get(4..8)) {
            (Some(b"PACK"), Some([0, 0, 0, 2 | 3])) => Ok(pack),
            (Some(b"PACK"), Some(_)) => Err(Fault::Unknown),
            _ => Err(Fault::Broken),
        }
    }

    fn read_index(&mut self) -> Result<(), Fault> {
        match self.index.get(..8) {
            Some([0xff, b't', b'O', b'c', 0, 0, 0, 2]) => {}
            // Version 1 has no header; git has not written it since 2007.
            _ => return Err(Fault::Unknown),
        }
        self.count = self.number(8 + 255 * 4).ok_or(Fault::Broken)? as usize;
        let (ids, checks) = (8 + 256 * 4, self.count.checked_mul(self.id_length).ok_or(Fault::Broken)?);
        let offsets = ids + checks + self.count * 4;
        let large = offsets + self.count * 4;
        if self.index.len() < large + 2 * self.id_length {
            return Err(Fault::Broken);
        }
        self.offsets.reserve_exact(self.count);
        for at in 0..self.count {
            let short = self.number(offsets + at * 4).ok_or(Fault::Broken)?;
            let offset = match short & 0x8000_0000 {
                0 => u64::from(short),
                _ => {
                    let entry = large + (short & 0x7fff_ffff) as usize * 8;
                    let (high, low) = (self.number(entry), self.number(entry + 4));
                    (u64::from(high.ok_or(Fault::Broken)?) << 32) | u64::from(low.ok_or(Fault::Broken)?)
                }
            };
            self.offsets.push((offset, u32::try_from(at).map_err(|_| Fault::Broken)?));
        }
        self.offsets.sort_unstable();
        Ok(())
    }

    fn number(&self, at: usize) -> Option<u32> {
        let bytes = self.index.get(at..at.checked_add(4)?)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    }

    /// The pack's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many objects it has.
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// The object at this place in the pack's order: its id, and where it begins.
    pub fn entry(&self, at: usize) -> Option<(Id, u64)> {
        let (offset, number) = *self.offsets.get(at)?;
        Some((self.id(number as usize)?, offset))
    }

    fn id(&self, number: usize) -> Option<Id> {
        let at = 8 + 256 * 4 + number * self.id_length;
        Id::new(self.index.get(at..at + self.id_length)?)
    }

    /// Where an object begins, if the pack has it.
    pub fn offset_of(&self, id: &Id) -> Option<u64> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle)?.cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let short = self.number(8 + 256 * 4 + self.count * (self.id_length + 4) + middle * 4)?;
                    if short & 0x8000_0000 == 0 {
                        return Some(u64::from(short));
                    }
                    let entry = 8 + 256 * 4 + self.count * (self.id_length + 8) + (short & 0x7fff_ffff) as usize * 8;
                    return Some((u64::from(self.number(entry)?) << 32) | u64::from(self.number(entry + 4)?));
                }
            }
        }
        None
    }

    /// Forgets what was kept of its objects: from now on only some of them are read.
    pub fn forget(&mut self) {
        self.chunk = SMALL_CHUNK;
        self.kept = Kept::default();
        self.parts = Default::default();
    }

    /// An object in memory.
    pub fn whole(&mut self, offset: u64) -> Result<(Kind, Rc<Vec<u8>>), Fault> {
        match self.content(offset, None)? {
            (kind, Content::Whole(whole)) => Ok((kind, whole)),
            _ => Err(Fault::Large),
        }
    }

    /// An object in memory, or searched if it is too large for that and no change to another one.
    pub fn content(&mut self, offset: u64, matcher: Option<&Matcher>) -> Result<(Kind, Content), Fault> {
        let mut changes = Vec::new();
        let mut at = offset;
        // Down to an object that is whole.
        let (kind, mut whole) = loop {
            if let Some(kept) = self.kept.get(at) {
                break kept;
            }
            let (header, size, data) = self.header(at)?;
            match header {
                Header::Whole(kind) if size > LARGEST as u64 => {
                    let matcher = matcher.filter(|_| changes.is_empty() && kind == Kind::Blob).ok_or(Fault::Large)?;
                    return Ok((kind, Content::Searched(self.searched(data, size, matcher)?, size)));
                }
                Header::Whole(kind) => {
                    let whole = Rc::new(self.inflated(at, data, size)?);
                    self.kept.put(at, kind, &whole);
                    break (kind, whole);
                }
                Header::Changes(_) if changes.len() == LONGEST_CHAIN => return Err(Fault::Broken),
                Header::Changes(from) => {
                    changes.push((at, data, size));
                    at = from;
                }
            }
        };
        // And up again.
        for (at, data, size) in changes.into_iter().rev() {
            let delta = self.inflated(at, data, size)?;
            whole = Rc::new(changed(&whole, &delta)?);
            self.kept.put(at, kind, &whole);
        }
        Ok((kind, Content::Whole(whole)))
    }

    /// What an object begins with, its size, and where its data begin.
    fn header(&mut self, offset: u64) -> Result<(Header, u64, u64), Fault> {
        // A type and a size, and an offset or an id.
        const LONGEST: usize = 10 + 32;
        let id_length = self.id_length;
        let bytes = self.bytes(offset, LONGEST)?.to_vec();
        let mut rest = bytes.iter();
        let mut next = || rest.next().copied().ok_or(Fault::Broken);
        let first = next()?;
        let mut size = u64::from(first & 15);
        let (mut byte, mut shift) = (first, 4);
        while byte & 0x80 != 0 {
            byte = next()?;
            let more = u64::from(byte & 0x7f)
                .checked_shl(shift)
                .filter(|_| shift < 57)
                .ok_or(Fault::Broken)?;
            size |= more;
            shift += 7;
        }
        let header = match (first >> 4) & 7 {
            6 => {
                let mut byte = next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next()?;
                    back = (back.checked_add(1).filter(|back| *back < 1 << 56).ok_or(Fault::Broken)? << 7) | u64::from(byte & 0x7f);
                }
                Header::Changes(offset.checked_sub(back).filter(|_| back > 0).ok_or(Fault::Broken)?)
            }
            7 => {
                let id = rest.as_slice().get(..id_length).and_then(Id::new).ok_or(Fault::Broken)?;
                let long = bytes.len() - rest.as_slice().len() + id_length;
                // The object that it changes is in the same pack.
                let from = self.offset_of(&id).ok_or(Fault::Broken)?;
                return Ok((Header::Changes(from), size, offset + long as u64));
            }
            number => Header::Whole(Kind::of_number(number).ok_or(Fault::Broken)?),
        };
        let long = bytes.len() - rest.as_slice().len();
        Ok((header, size, offset + long as u64))
    }

    /// Bytes of the file: as many as are wanted, if the pack has them.
    fn bytes(&mut self, offset: u64, wanted: usize) -> Result<&[u8], Fault> {
        let (part, long) = self.read(offset, wanted)?;
        self.parts.get(part).and_then(|part| part.get(offset, long)).ok_or(Fault::Broken)
    }

    /// Has bytes of the file in memory: in which part, and how many.
    fn read(&mut self, offset: u64, wanted: usize) -> Result<(usize, usize), Fault> {
        let left = usize::try_from(self.end.checked_sub(offset).ok_or(Fault::Broken)?).unwrap_or(usize::MAX);
        let wanted = wanted.min(left);
        if let Some(part) = self.parts.iter().position(|part| part.get(offset, wanted).is_some()) {
            return Ok((part, wanted));
        }
        let is_behind = self.parts.first().is_some_and(|part| offset < part.at);
        let chunk = if is_behind { SMALL_CHUNK } else { self.chunk };
        let index = usize::from(is_behind);
        let part = self.parts.get_mut(index).ok_or(Fault::Broken)?;
        self.file.seek(SeekFrom::Start(offset))?;
        part.bytes.resize(wanted.max(chunk).min(left), 0);
        part.at = offset;
        if let Err(error) = self.file.read_exact(&mut part.bytes) {
            part.bytes.clear();
            return Err(error.into());
        }
        Ok((index, wanted))
    }

    /// Where the object after this one begins.
    fn end_of(&self, offset: u64) -> u64 {
        let after = self.offsets.partition_point(|(other, _)| *other <= offset);
        self.offsets.get(after).map_or(self.end, |(next, _)| *next).min(self.end)
    }

    /// An object's data in memory.
    fn inflated(&mut self, offset: u64, data: u64, size: u64) -> Result<Vec<u8>, Fault> {
        let size = usize::try_from(size).ok().filter(|size| *size <= LARGEST).ok_or(Fault::Large)?;
        // Data that cannot be compressed grow a little.
        let most = size + size / 64 + 4096;
        let long = usize::try_from(self.end_of(offset).saturating_sub(data))
            .unwrap_or(usize::MAX)
            .min(most);
        let (part, long) = self.read(data, long)?;
        let compressed = self.parts.get(part).and_then(|part| part.get(data, long)).ok_or(Fault::Broken)?;
        self.decompress.reset(true);
        // What it says about its size may be a lie: memory is taken as it is needed.
        let mut out = Vec::with_capacity(size.min(long.saturating_mul(64)).saturating_add(1));
        loop {
            let read = usize::try_from(self.decompress.total_in()).unwrap_or(usize::MAX);
            let before = out.len();
            let rest = compressed.get(read..).unwrap_or_default();
            let status = self.decompress.decompress_vec(rest, &mut out, FlushDecompress::Finish);
            match status.map_err(|_| Fault::Broken)? {
                Status::StreamEnd if out.len() == size => return Ok(out),
                _ if out.len() > size => return Err(Fault::Broken),
                Status::StreamEnd => return Err(Fault::Broken),
                _ if out.len() == out.capacity() => out.reserve((size - out.len()).min(out.len().max(CHUNK)) + 1),
                _ if out.len() == before => return Err(Fault::Broken),
                _ => {}
            }
        }
    }

    /// Searches data that are too large for memory.
    fn searched(&mut self, data: u64, size: u64, matcher: &Matcher) -> Result<crate::leaks::matcher::Places, Fault> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(data))?;
        let mut content =
            ZlibDecoder::new(BufReader::with_capacity(CHUNK, file.take(self.end.saturating_sub(data)))).take(size.saturating_add(1));
        let (places, long) = matcher.places_in(&mut content)?;
        match long == size {
            true => Ok(places),
            false => Err(Fault::Broken),
        }
    }
}

/// An object made from another one by its changes.
fn changed(from: &[u8], delta: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut rest = delta;
    let next = |rest: &mut &[u8]| -> Result<u8, Fault> {
        let (first, after) = rest.split_first().ok_or(Fault::Broken)?;
        *rest = after;
        Ok(*first)
    };
    let size = |rest: &mut &[u8]| -> Result<usize, Fault> {
        let (mut size, mut shift) = (0_u64, 0);
        loop {
            let byte = next(rest)?;
            size |= u64::from(byte & 0x7f)
                .checked_shl(shift)
                .filter(|_| shift < 57)
                .ok_or(Fault::Broken)?;
            if byte & 0x80 == 0 {
                return usize::try_from(size).map_err(|_| Fault::Broken);
            }
            shift += 7;
        }
    };
    if size(&mut rest)? != from.len() {
        return Err(Fault::Broken);
    }
    let becomes = size(&mut rest)?;
    if becomes > LARGEST {
        return Err(Fault::Large);
    }
    let mut out = Vec::with_capacity(becomes);
    while let Some((command, after)) = rest.split_first() {
        rest = after;
        if command & 0x80 == 0 {
            // Bytes that follow.
            let (bytes, after) = rest.split_at_checked(usize::from(*command)).ok_or(Fault::Broken)?;
            if bytes.is_empty() {
                return Err(Fault::Broken);
            }
            out.extend_from_slice(bytes);
            rest = after;
        } else {
            // A part of the other object.
            let (mut at, mut long) = (0_usize, 0_usize);
            for bit in 0..4 {
                if command & (1 << bit) != 0 {
                    at |= usize::from(next(&mut rest)?) << (8 * bit);
                }
            }
            for bit in 0..3 {
                if command & (0x10 << bit) != 0 {
                    long |= usize::from(next(&mut rest)?) << (8 * bit);
                }
            }
            if long == 0 {
                long = 0x10000;
            }
            out.extend_from_slice(from.get(at..at + long).ok_or(Fault::Broken)?);
        }
        if out.len() > becomes {
            return Err(Fault::Broken);
        }
    }
    match out.len() == becomes {
        true => Ok(out),
        false => Err(Fault::Broken),
    }
}

/// Objects that others may be made from: the newest, and those that were used since.
#[derive(Default)]
struct Kept {
    young: HashMap<u64, (Kind, Rc<Vec<u8>>)>,
    old: HashMap<u64, (Kind, Rc<Vec<u8>>)>,
    bytes: usize,
}

impl Kept {
    fn get(&mut self, offset: u64) -> Option<(Kind, Rc<Vec<u8>>)> {
        if let Some(kept) = self.young.get(&offset) {
            return Some(kept.clone());
        }
        let (kind, whole) = self.old.remove(&offset)?;
        self.put(offset, kind, &whole);
        Some((kind, whole))
    }

    fn put(&mut self, offset: u64, kind: Kind, whole: &Rc<Vec<u8>>) {
        // An entry of the map needs memory too.
        let weight = whole.len() + 128;
        if self.bytes + weight > KEPT {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += weight;
        self.young.insert(offset, (kind, whole.clone()));
    }
}
