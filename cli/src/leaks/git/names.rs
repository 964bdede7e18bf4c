//! Files of git that have of each name only what differs from the one before: an index of version 4 (gitformat-index(5)), and reftables
//! (git's Documentation/technical/reftable), whose reflogs are compressed as well.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use super::inflate::Inflating;
use super::{Fault, LARGEST};
use crate::leaks::matcher::{Matcher, Place};
use crate::system;

/// A longer name is damage.
const LONGEST: usize = 1 << 16;
/// The lengths of ids: SHA-1, SHA-256.
const IDS: [usize; 2] = [20, 32];

/// Whether a file that begins like this is one of these.
pub fn begins_like_names(head: &[u8]) -> bool {
    let is_table = matches!(head, [b'R', b'E', b'F', b'T', version, ..] if version.is_ascii_control());
    is_table || head.starts_with(b"DIRC\0\0\0\x04")
}

/// Searches the names and the reflogs of such a file. Names have no lines.
pub fn search_names(file: &Path, matcher: &Matcher) -> (BTreeSet<Place>, Option<Fault>) {
    let mut names = Names {
        matcher,
        name: Vec::new(),
        found: BTreeSet::new(),
    };
    let fault = match read(file) {
        Err(fault) => Some(fault),
        Ok(content) => match content.as_slice() {
            [b'R', _, _, _, 1 | 2, ..] => names.table(&content).is_none().then_some(Fault::Broken),
            [b'R', ..] => Some(Fault::Unknown),
            // Only the repository's configuration tells which ids an index has, but each name's length shows whether it is right.
            _ => IDS.iter().all(|id| names.index(&content, *id).is_none()).then_some(Fault::Broken),
        },
    };
    (names.found, fault)
}

fn read(file: &Path) -> Result<Vec<u8>, Fault> {
    let mut content = Vec::new();
    system::open_file(file)?.take(LARGEST as u64 + 1).read_to_end(&mut content)?;
    (content.len() <= LARGEST).then_some(content).ok_or(Fault::Large)
}

/// Reads names, and searches each. Where a method returns none, the file is damaged.
struct Names<'a> {
    matcher: &'a Matcher,
    /// The one before.
    name: Vec<u8>,
    found: BTreeSet<Place>,
}

impl Names<'_> {
    fn index(&mut self, mut rest: &[u8], id: usize) -> Option<()> {
        let count = rest.split_off(..12)?.last_chunk()?;
        self.name.clear();
        for _ in 0..u32::from_be_bytes(*count) {
            // The file's state, its id and its flags.
            let flags = u16::from_be_bytes(*rest.split_off(..40 + id + 2)?.last_chunk()?);
            if flags & 0x4000 != 0 {
                rest.split_off(..2)?;
            }
            let same = self.name.len().checked_sub(number(&mut rest)?)?;
            let long = rest.iter().position(|byte| *byte == 0)?;
            self.next(same, rest.split_off(..long)?)?;
            rest.split_off_first()?;
            (self.name.len().min(0xfff) == usize::from(flags & 0xfff)).then_some(())?;
        }
        Some(())
    }

    fn table(&mut self, table: &[u8]) -> Option<()> {
        let (header, footer, id) = match table.get(4..28)? {
            [1, ..] => (24, 68, 20),
            [.., b's', b'2', b'5', b'6'] => (28, 72, 32),
            _ => (28, 72, 20),
        };
        let (end, mut at) = (table.len().checked_sub(footer)?, header);
        while at < end {
            let [kind, long @ ..] = *table.get(at..)?.first_chunk::<4>()?;
            if kind == 0 {
                // Blocks may be padded.
                at += 1;
                continue;
            }
            let long = long.iter().fold(0, |long, byte| long << 8 | usize::from(*byte));
            // The first block begins with the file's header.
            let from = if at == header { 0 } else { at };
            let next = from + long;
            if kind == b'g' {
                let (mut rest, mut block) = (table.get(at + 4..end)?, Vec::new());
                let read = Inflating::new(&mut rest).take(long as u64).read_to_end(&mut block);
                self.search(&block);
                (read.is_ok() && at + 4 + block.len() == next).then_some(())?;
                self.records(&block, kind, id)?;
                at = end - rest.len();
            } else {
                let block = table.get(at + 4..next.min(end))?;
                match kind {
                    b'r' => self.records(block, kind, id)?,
                    b'i' | b'o' => {}
                    _ => return None,
                }
                at = next;
            }
        }
        Some(())
    }

    /// Reads the records of a block, which ends with a list of some of them.
    fn records(&mut self, block: &[u8], kind: u8, id: usize) -> Option<()> {
        let listed = usize::from(u16::from_be_bytes(*block.last_chunk()?));
        let mut rest = block.get(..block.len().checked_sub(2 + 3 * listed)?)?;
        self.name.clear();
        while !rest.is_empty() {
            let (same, long) = (number(&mut rest)?, number(&mut rest)?);
            self.next(same, rest.split_off(..long >> 3)?)?;
            // What a name leads to, or a reflog's line: two ids, a name and an address, a time and its zone, and the message.
            let (ids, texts) = match (kind, long & 7) {
                (b'r', kind @ 0..=2) => (kind, 0),
                (b'r', 3) => (0, 1),
                (b'g', 0) => continue,
                (b'g', 1) => (2, 3),
                _ => return None,
            };
            if kind == b'r' {
                number(&mut rest)?;
            }
            rest.split_off(..ids * id)?;
            for text in 0..texts {
                if text == 2 {
                    number(&mut rest)?;
                    rest.split_off(..2)?;
                }
                let long = number(&mut rest)?;
                rest.split_off(..long)?;
            }
        }
        Some(())
    }

    /// Goes on to the next name, which begins with so much of the one before.
    fn next(&mut self, same: usize, more: &[u8]) -> Option<()> {
        (same <= self.name.len() && same + more.len() <= LONGEST).then_some(())?;
        self.name.truncate(same);
        self.name.extend(more);
        let name = std::mem::take(&mut self.name);
        self.search(&name);
        self.name = name;
        Some(())
    }

    fn search(&mut self, text: &[u8]) {
        let places = self.matcher.places(text).places;
        self.found.extend(places.into_iter().map(|place| Place { line: 0, ..place }));
    }
}

/// A number, of which each byte has 7 bits (gitformat-pack(5), "offset encoding").
fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    loop {
        let byte = *rest.split_off_first()?;
        number = number.checked_mul(0x80)?.checked_add(usize::from(byte & 0x7f))?;
        if byte < 0x80 {
            return Some(number);
        }
        number = number.checked_add(1)?;
    }
}
