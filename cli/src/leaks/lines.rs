//! Counts the line breaks before a place in a text. Only a part of the text is in memory at a time.

use memchr::{memchr, memchr_iter};

use super::needles::Encoding;

/// The line breaks before a place. It moves on, and back over what is still in memory.
#[derive(Default)]
pub struct Breaks {
    /// How far they are counted.
    at: u64,
    bytes: u64,
    /// In UTF-16 a break is two bytes, and the same two may be halves of other characters: those that begin at an even place, and those
    /// at an odd one.
    little: [u64; 2],
    big: [u64; 2],
}

impl Breaks {
    /// Counts up to `to` in a text that begins at `offset`.
    pub fn count_to(&mut self, text: &[u8], offset: u64, to: usize) {
        let at = usize::try_from(self.at.saturating_sub(offset))
            .unwrap_or(usize::MAX)
            .min(text.len());
        let (from, until, back) = match at <= to {
            true => (at, to, false),
            false => (to, at, true),
        };
        let count = |number: &mut u64| *number = if back { number.saturating_sub(1) } else { *number + 1 };
        let part = text.get(from..until).unwrap_or_default();
        let lines = memchr_iter(b'\n', part).count() as u64;
        self.bytes = if back {
            self.bytes.saturating_sub(lines)
        } else {
            self.bytes + lines
        };
        self.at = offset + to as u64;
        // With the second half of a break that begins at the end.
        let part = text.get(from..text.len().min(until + 1)).unwrap_or_default();
        if memchr(0, part).is_none() {
            return;
        }
        for at in memchr_iter(b'\n', part) {
            let odd = |begins: usize| usize::from((offset + (from + begins) as u64) % 2 == 1);
            if at < until - from && part.get(at + 1) == Some(&0) {
                self.little.get_mut(odd(at)).into_iter().for_each(count);
            }
            if let Some(before) = at.checked_sub(1)
                && part.get(before) == Some(&0)
            {
                self.big.get_mut(odd(before)).into_iter().for_each(count);
            }
        }
    }

    /// How many are before that place in a text of this encoding.
    pub fn before(&self, encoding: Encoding) -> u64 {
        let odd = usize::from(self.at % 2 == 1);
        match encoding {
            Encoding::Utf16Little => self.little.get(odd).copied().unwrap_or_default(),
            Encoding::Utf16Big => self.big.get(odd).copied().unwrap_or_default(),
            _ => self.bytes,
        }
    }
}
