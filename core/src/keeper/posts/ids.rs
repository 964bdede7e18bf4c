//! Ids of statuses: which of them are in the file, in little memory; and the numbers between two ids, among which `skip` looks for
//! the one that the server cannot give.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::BufRead;

use serde::Deserializer as _;
use serde::de::{SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::view::ExportFormat;

/// The statuses that were met, by fingerprints of eight bytes: with the tables' overhead at most 22 bytes a status. A table that
/// grows is in memory twice for a moment; many small ones grow one at a time. Among a million statuses two have the same
/// fingerprint once in forty million exports.
#[derive(Debug)]
pub(in crate::keeper) struct Met([Table; TABLES]);

type Table = HashSet<u64, BuildHasherDefault<AsItIs>>;

const TABLES: usize = 64;

/// Which table a fingerprint is in: by bits that a table itself uses neither for the place (the low ones) nor for its marks (the
/// high ones).
fn table_of(print: u64) -> usize {
    (print >> 40) as usize % TABLES
}

impl Default for Met {
    fn default() -> Met {
        Met(std::array::from_fn(|_| Table::default()))
    }
}

/// Fingerprints are evenly spread: they need no hash.
#[derive(Debug, Default)]
pub(in crate::keeper) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

impl Met {
    /// Adds a status. Whether it is new.
    pub fn meet(&mut self, print: u64) -> bool {
        self.0[table_of(print)].insert(print)
    }

    /// Whether a status was added before.
    pub fn has(&self, print: u64) -> bool {
        self.0[table_of(print)].contains(&print)
    }

    /// Adds the statuses of an unfinished file, which may end in the middle of one.
    pub fn read(&mut self, file: impl BufRead, format: ExportFormat, print: impl Fn(&str) -> u64) {
        let mut json = serde_json::Deserializer::from_reader(file);
        let mut meet = |item: Box<RawValue>| _ = self.meet(print(item.get()));
        match format {
            // An unfinished array ends with an error.
            ExportFormat::Json => _ = json.deserialize_seq(Items(&mut meet)),
            ExportFormat::Jsonl => json.into_iter().map_while(Result::ok).for_each(meet),
        }
    }
}

struct Items<F>(F);

impl<'de, F: FnMut(Box<RawValue>)> Visitor<'de> for Items<F> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            (self.0)(item);
        }
        Ok(())
    }
}

/// How ids are numbers, so that there is a middle between two of them: decimal ids (Mastodon, Pixelfed), ULIDs (GoToSocial), and
/// others of one length that sort as text (flake ids of Pleroma).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::keeper) struct Space {
    alphabet: &'static [u8],
    /// The length, to which shorter ids are filled up; none for decimal numbers.
    length: Option<usize>,
}

const DECIMAL: &[u8] = b"0123456789";
/// Crockford's base32, which ULIDs use.
const ULID: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SMALL: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const ALL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Space {
    /// The kind of an id; none where its order is unknown.
    pub fn of(id: &str) -> Option<Space> {
        let made_of = |alphabet: &[u8]| !id.is_empty() && id.bytes().all(|b| alphabet.contains(&b));
        if made_of(DECIMAL) {
            let decimal = Space {
                alphabet: DECIMAL,
                length: None,
            };
            return (!id.starts_with('0') && id.len() <= 19).then_some(decimal);
        }
        let ulid = (id.len() == 26).then_some(ULID);
        let alphabet = ulid.into_iter().chain([SMALL, ALL]).find(|alphabet| made_of(alphabet))?;
        let space = Space {
            alphabet,
            length: Some(id.len()),
        };
        space.number(id).map(|_| space)
    }

    /// An id as a number.
    pub fn number(self, id: &str) -> Option<u128> {
        if self.length.is_some_and(|length| id.len() != length) {
            return None;
        }
        let base = self.alphabet.len() as u128;
        id.bytes().try_fold(0_u128, |sum, byte| {
            let digit = self.alphabet.iter().position(|b| *b == byte)?;
            sum.checked_mul(base)?.checked_add(digit as u128)
        })
    }

    /// A number as an id.
    pub fn text(self, mut number: u128) -> String {
        let base = self.alphabet.len() as u128;
        let mut digits = Vec::new();
        while number > 0 || digits.is_empty() {
            digits.push(self.alphabet[(number % base) as usize]);
            number /= base;
        }
        let length = self.length.unwrap_or_default().max(digits.len());
        digits.resize(length, self.alphabet[0]);
        digits.iter().rev().map(|byte| char::from(*byte)).collect()
    }

    /// The lowest number. Servers may read a zero as no number at all.
    pub fn least(self) -> u128 {
        1
    }

    /// A number above all ids. Servers keep numbers in 63 bits.
    pub fn most(self) -> u128 {
        let base = self.alphabet.len() as u128;
        match self.length {
            None => i64::MAX as u128,
            Some(length) => base.checked_pow(length as u32).map_or(u128::MAX, |over| over - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn ids_have_a_middle() {
        for id in [
            "1",
            "61",
            "115500090000000036",
            "01KP0000061000000000000036",
            "9hCDHTsFpVkAqSHdpg",
            "9ab01cdx",
        ] {
            let space = Space::of(id).unwrap();
            let number = space.number(id).unwrap();
            assert_eq!(space.text(number), id);
            assert!(space.text(number - 1).as_str() < id || space.length.is_none());
            assert!(number < space.most() && space.least() <= number);
            assert!(space.number(&space.text(space.most())).is_some(), "{id}");
        }
        assert_eq!(Space::of("61").unwrap().text(60), "60");
        for id in [
            "",
            "a-b",
            "https://h/1",
            "0061",
            "99999999999999999999",
            "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        ] {
            assert_eq!(Space::of(id), None, "{id}");
        }
    }

    #[test]
    fn what_is_in_a_part_is_met() {
        let print = |item: &str| item.bytes().filter(u8::is_ascii_digit).fold(0, |n, d| n * 10 + u64::from(d - b'0'));
        for (text, format, has) in [
            ("[\n{\"id\": 1},\n{\"id\":\n2}", ExportFormat::Json, vec![1, 2]),
            ("[\n{\"id\": 1},\n{\"id\":", ExportFormat::Json, vec![1]),
            ("", ExportFormat::Json, vec![]),
            ("{\"id\": 1}\n{\"id\": 2}\n", ExportFormat::Jsonl, vec![1, 2]),
            ("{\"id\": 1}\n{\"id\"", ExportFormat::Jsonl, vec![1]),
        ] {
            let mut met = Met::default();
            met.read(text.as_bytes(), format, print);
            assert_eq!((1..4).filter(|n| met.has(*n)).collect::<Vec<_>>(), has, "{text}");
        }
    }

    #[test]
    fn a_million_are_at_most_22_bytes_each() {
        let mut met = Met::default();
        // Seven eighths of the buckets are used at most, and each takes a byte more. While it grows both tables are there.
        let bytes = |table: &Table| table.capacity() as f64 / 0.875 * 9.0;
        let (mut all, mut most) = (0.0, 0.0_f64);
        for n in 0..1_000_000_u64 {
            let print = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let before = bytes(&met.0[table_of(print)]);
            met.meet(print);
            let now = bytes(&met.0[table_of(print)]);
            all += now - before;
            let held = all + if now > before { before } else { 0.0 };
            if n > 10_000 {
                most = most.max(held / (n + 1) as f64);
            }
        }
        assert!(most <= 22.0, "{most}");
        assert_eq!(met.0.iter().map(HashSet::len).sum::<usize>(), 1_000_000);
    }
}
