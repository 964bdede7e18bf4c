//! Finds any of many needles in one pass, by Aho and Corasick's algorithm.
//!
//! The automaton only looks for pieces of a needle's beginning; the rest is then compared. A needle may be broken into lines, as base64 is
//! after 76 characters: a break leaves one of two pieces whole, and is passed over in the comparison. So are escapes.
//!
//! The needles are wiped when they are dropped. The automaton cannot be: its pieces, which are at most sixteen characters and at most half
//! of a needle, stay in memory until the process ends.

use std::collections::HashSet;
use std::io::{self, Read};

use aho_corasick::{AhoCorasick, BuildError};

use super::compare::{LONGEST, MOST_BLANKS, after, before};
use super::lines::Breaks;
use super::needles::{Encoding, Needle};
use super::room::Room;

/// The longest piece.
const PIECE: usize = 8;
/// A shorter needle has one piece. Of two, lines of 48 characters or more leave one whole.
const DIVIDED: usize = 16;
/// How much of a stream is read at once.
const CHUNK: usize = 256 * 1024;
/// The most places that are remembered of one file or object.
const MOST_PLACES: usize = 1000;

/// A piece of a needle.
struct Piece {
    needle: usize,
    from: usize,
    to: usize,
}

/// Where a needle was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: u64,
    /// The index of the secret.
    pub secret: usize,
    pub encoding: Encoding,
}

/// What was found in one file or object.
#[derive(Debug, Default)]
pub struct Places {
    /// One for each line and secret, in order.
    pub places: Vec<Place>,
    /// Whether there are more.
    pub cut: bool,
}

/// What was found in a stream until it ended or could not be read.
pub struct Searched {
    pub found: Places,
    /// How much was read.
    pub long: u64,
    /// Why the rest was not.
    pub error: Option<io::Error>,
}

/// Looks for needles.
pub struct Matcher {
    needles: Vec<Needle>,
    /// By their numbers in the automaton.
    pieces: Vec<Piece>,
    automaton: AhoCorasick,
    /// The longest that a needle with its line breaks may be.
    reach: usize,
}

/// A needle in a text.
struct Match {
    from: usize,
    to: usize,
    needle: usize,
    /// How some of its characters are escaped.
    escaped: Option<Encoding>,
}

impl Matcher {
    /// # Errors
    /// Where the needles are too many for an automaton: many gigabytes.
    pub fn new(needles: Vec<Needle>) -> Result<Matcher, BuildError> {
        let mut pieces = Vec::new();
        for (needle, Needle { bytes, .. }) in needles.iter().enumerate() {
            let (size, count) = match bytes.len() {
                short if short < DIVIDED => (short / 2, 1),
                long => (PIECE.min(long / 4), 2),
            };
            pieces.extend((0..count).map(|at| Piece {
                needle,
                from: at * size,
                to: (at + 1) * size,
            }));
        }
        let bytes = |piece: &Piece| needles.get(piece.needle)?.bytes.get(piece.from..piece.to);
        let automaton = AhoCorasick::new(pieces.iter().map(|piece| bytes(piece).unwrap_or_default()))?;
        let longest = needles.iter().map(|needle| needle.bytes.len()).max().unwrap_or_default();
        // Each line of at least 32 characters may begin with blanks.
        let reach = longest * LONGEST + (longest / 32 + 2) * (MOST_BLANKS + 8);
        Ok(Matcher {
            needles,
            pieces,
            automaton,
            reach,
        })
    }

    /// Calls `found` for each needle in the text. One needle may be reported several times.
    fn search(&self, text: &[u8], mut found: impl FnMut(Match)) {
        for one in self.automaton.find_overlapping_iter(text) {
            let piece = self.pieces.get(one.pattern().as_usize());
            if let Some(whole) = piece.and_then(|piece| self.whole(piece, text, one.start())) {
                found(whole);
            }
        }
    }

    /// The needle whose piece begins here, if the rest of it is around the piece.
    fn whole(&self, piece: &Piece, text: &[u8], at: usize) -> Option<Match> {
        let needle = &self.needles.get(piece.needle)?.bytes;
        let (front, back) = (needle.get(..piece.from)?, needle.get(piece.to..)?);
        let (rest, escaped) = after(text.get(at + (piece.to - piece.from)..)?, back)?;
        let (ahead, earlier) = before(text.get(..at)?, front)?;
        Some(Match {
            from: ahead.len(),
            to: text.len() - rest.len(),
            needle: piece.needle,
            escaped: earlier.or(escaped),
        })
    }

    /// Searches a text that is in memory.
    pub fn places(&self, text: &[u8]) -> Places {
        let mut lines = Lines::default();
        self.collect(text, &mut lines, 0);
        lines.done()
    }

    /// Searches a stream of any length with limited memory. What comes before an error is searched, too.
    pub fn places_in(&self, reader: &mut dyn Read) -> Searched {
        let mut lines = Lines::default();
        let mut buffer = vec![0; CHUNK + 2 * self.reach];
        let (mut held, mut total) = (0, 0);
        let (mut ended, mut error) = (false, None);
        loop {
            // A reader may return a few bytes at a time.
            while !ended && held < buffer.len() {
                match reader.read(buffer.get_mut(held..).unwrap_or_default()) {
                    Ok(0) => ended = true,
                    Ok(read) => {
                        held += read;
                        total += read as u64;
                    }
                    Err(other) if other.kind() == io::ErrorKind::Interrupted => {}
                    Err(other) => (ended, error) = (true, Some(other)),
                }
            }
            let (text, offset) = (buffer.get(..held).unwrap_or_default(), total - held as u64);
            self.collect(text, &mut lines, offset);
            if ended {
                return Searched {
                    found: lines.done(),
                    long: total,
                    error,
                };
            }
            // What may be the beginning of a needle stays.
            if held > self.reach {
                let gone = held - self.reach;
                lines.breaks.count_to(text, offset, gone);
                buffer.copy_within(gone..held, 0);
                held = self.reach;
            }
        }
    }

    fn collect(&self, text: &[u8], lines: &mut Lines, offset: u64) {
        self.search(text, |one| {
            if let Some(needle) = self.needles.get(one.needle) {
                lines.add(text, offset, &one, needle);
            }
        });
    }

    /// A text, such as a file's name, with each needle replaced, so that it can be printed.
    pub fn hidden(&self, text: &str) -> String {
        let mut found: Vec<(usize, usize)> = Vec::new();
        self.search(text.as_bytes(), |one| found.push((one.from, one.to)));
        if found.is_empty() {
            return text.to_owned();
        }
        found.sort_unstable();
        let (mut out, mut until) = (Vec::new(), 0);
        for (from, to) in found {
            if from >= until {
                out.extend_from_slice(text.as_bytes().get(until..from).unwrap_or_default());
                out.extend_from_slice("…".as_bytes());
            }
            until = until.max(to);
        }
        out.extend_from_slice(text.as_bytes().get(until..).unwrap_or_default());
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// The places that were found, and the line breaks before them.
struct Lines {
    breaks: Breaks,
    found: Places,
    /// Each line and secret counts once. Forms overlap, and a piece of a stream is read twice.
    seen: HashSet<(u64, usize)>,
    room: Room,
}

impl Default for Lines {
    fn default() -> Lines {
        Lines {
            breaks: Breaks::default(),
            found: Places::default(),
            seen: HashSet::new(),
            room: Room::new(MOST_PLACES),
        }
    }
}

impl Lines {
    /// `offset` is where the text begins in its file.
    fn add(&mut self, text: &[u8], offset: u64, one: &Match, needle: &Needle) {
        self.breaks.count_to(text, offset, one.from);
        let line = 1 + self.breaks.before(needle.encoding);
        for secret in &needle.secrets {
            if self.seen.contains(&(line, *secret)) {
                continue;
            }
            if !self.room.takes(*secret) {
                self.found.cut = true;
                continue;
            }
            self.seen.insert((line, *secret));
            self.found.places.push(Place {
                line,
                secret: *secret,
                encoding: match needle.encoding {
                    Encoding::Plain => one.escaped.unwrap_or(Encoding::Plain),
                    other => other,
                },
            });
        }
    }

    fn done(mut self) -> Places {
        self.found.places.sort_unstable();
        self.found
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use zeroize::Zeroizing;

    use super::*;

    fn matcher(needles: &[&[u8]]) -> Matcher {
        let needle = |(index, bytes): (usize, &&[u8])| Needle {
            bytes: Zeroizing::new(bytes.to_vec()),
            encoding: Encoding::Plain,
            secrets: vec![index],
        };
        Matcher::new(needles.iter().enumerate().map(needle).collect()).unwrap()
    }

    /// Numbers without a pattern, the same in each run.
    struct Numbers(u64);
    impl Numbers {
        fn next(&mut self, below: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % below
        }
    }

    #[test]
    fn it_finds_what_a_comparison_at_each_place_finds() {
        let mut numbers = Numbers(17);
        for _ in 0..300 {
            // Few letters, so that needles nearly match, overlap and contain each other.
            let letters = 2 + numbers.next(3);
            let needles: Vec<Vec<u8>> = (0..1 + numbers.next(6))
                .map(|_| {
                    let long = 8 + numbers.next(40);
                    (0..long).map(|_| b'a' + u8::try_from(numbers.next(letters)).unwrap()).collect()
                })
                .collect();
            let mut text: Vec<u8> = (0..numbers.next(600))
                .map(|_| b'a' + u8::try_from(numbers.next(letters)).unwrap())
                .collect();
            for _ in 0..numbers.next(5) {
                let needle = &needles[numbers.next(needles.len())];
                let at = numbers.next(text.len() + 1);
                text.splice(at..at, needle.iter().copied());
            }
            let borrowed: Vec<&[u8]> = needles.iter().map(Vec::as_slice).collect();
            let matcher = matcher(&borrowed);
            let mut found = Vec::new();
            matcher.search(&text, |one| found.push((one.from, one.needle)));
            found.sort_unstable();
            found.dedup();
            let mut wanted = Vec::new();
            for (index, needle) in needles.iter().enumerate() {
                let places = text.windows(needle.len()).enumerate().filter(|(_, part)| part == needle);
                wanted.extend(places.map(|(at, _)| (at, index)));
            }
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{} in {}", needles.len(), String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn a_needle_may_be_broken_into_lines() {
        let needle: Vec<u8> = (0..300).map(|at| b'A' + u8::try_from(at * 7 % 26).unwrap()).collect();
        let matcher = matcher(&[&needle]);
        for width in [48, 60, 64, 72, 76] {
            for lead in 0..width {
                for (line_break, blanks) in [("\n", ""), ("\r\n", "    "), ("=\n", ""), ("\\\n", "\t"), ("\\n", "")] {
                    let mut text = vec![b'.'; lead];
                    for (at, byte) in needle.iter().enumerate() {
                        if at > 0 && (at + lead) % width == 0 {
                            text.extend_from_slice(line_break.as_bytes());
                            text.extend_from_slice(blanks.as_bytes());
                        }
                        text.push(*byte);
                    }
                    assert_eq!(matcher.places(&text).places.len(), 1, "{width} {lead} {line_break:?}");
                }
            }
        }
        assert!(matcher.places(&needle[1..]).places.is_empty());
    }

    #[test]
    fn most_of_a_secret_is_not_in_the_automaton() {
        let needles: [&[u8]; 3] = [
            b"Aa1Bb2Cc3Dd4E",
            b"Ee5Ff6Gg7Hh8Ii9Jj0Kk1",
            b"Ll2Mm3Nn4Oo5Pp6Qq7Rr8Ss9Tt0Uu1Vv2Ww3Xx4",
        ];
        let matcher = matcher(&needles);
        let kept: Vec<&[u8]> = matcher
            .pieces
            .iter()
            .map(|piece| &matcher.needles[piece.needle].bytes[piece.from..piece.to])
            .collect();
        assert_eq!(kept, [&b"Aa1Bb2"[..], b"Ee5Ff", b"6Gg7H", b"Ll2Mm3Nn", b"4Oo5Pp6Q"]);
        assert_eq!((matcher.automaton.patterns_len(), matcher.automaton.max_pattern_len()), (5, 8));
        for needle in needles {
            assert_eq!(matcher.places(needle).places.len(), 1);
            assert!(matcher.places(&needle[..needle.len() - 1]).places.is_empty());
        }
    }

    /// Hands out a few bytes at a time.
    struct Slow<'a>(&'a [u8], usize);
    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(out.len());
            (&mut self.0).take(most as u64).read(out)
        }
    }

    #[test]
    fn a_stream_has_the_places_and_lines_of_a_text() {
        let needle = b"a-secret-of-32-characters-length";
        let matcher = matcher(&[needle]);
        let mut text = Vec::new();
        for line in 0..4000 {
            text.extend_from_slice(format!("line {line} of a file that is longer than what is read at once, by far: x\n").as_bytes());
            if line % 500 == 499 {
                text.extend_from_slice(needle);
            }
        }
        assert!(text.len() > CHUNK);
        let wanted = matcher.places(&text).places;
        assert_eq!(
            wanted.iter().map(|p| p.line).collect::<Vec<_>>(),
            [501, 1001, 1501, 2001, 2501, 3001, 3501, 4001]
        );
        for step in [1, 7, 4096, CHUNK, text.len()] {
            let searched = matcher.places_in(&mut Slow(&text, step));
            assert!(searched.error.is_none());
            assert_eq!(
                (searched.found.places, searched.long),
                (wanted.clone(), text.len() as u64),
                "{step}"
            );
        }
    }

    /// Ends with an error.
    struct Damaged;
    impl Read for Damaged {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("damaged"))
        }
    }

    #[test]
    fn what_comes_before_an_error_is_found() {
        let needle = b"a-secret-of-32-characters-length";
        let text = [b"one\n".as_slice(), needle, &vec![b'.'; 2 * CHUNK]].concat();
        let searched = matcher(&[needle]).places_in(&mut text.chain(Damaged));
        assert_eq!(searched.found.places.len(), 1);
        assert!(searched.error.is_some() && searched.long == text.len() as u64);
    }

    #[test]
    fn lines_of_utf_16_are_those_of_its_characters() {
        // Characters that have a line break's byte in them, as one half and as the other.
        let text = "以上\n上海\n\u{a00}\u{a}\u{a0a}上上\n\u{a00}a-secret".repeat(2000);
        let secret: Vec<u16> = "a-secret".encode_utf16().collect();
        type Bytes = fn(u16) -> [u8; 2];
        let cases: [(Encoding, Bytes); 2] = [(Encoding::Utf16Little, u16::to_le_bytes), (Encoding::Utf16Big, u16::to_be_bytes)];
        for (encoding, bytes) in cases {
            let matcher = Matcher::new(vec![Needle {
                bytes: Zeroizing::new(secret.iter().copied().flat_map(bytes).collect()),
                encoding,
                secrets: vec![0],
            }])
            .unwrap();
            for lead in [&b""[..], b"\n", b"\0\n"] {
                let text = [lead, &text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()].concat();
                let lines = |places: Places| places.places.iter().map(|place| place.line).collect::<Vec<_>>();
                // The last lead is a line break of UTF-16 where the high half comes first.
                let first = 4 + 1 + u64::from(lead.len() == 2 && encoding == Encoding::Utf16Big);
                let wanted: Vec<u64> = (0..MOST_PLACES as u64).map(|at| first + at * 4).collect();
                assert_eq!(lines(matcher.places(&text)), wanted, "{encoding:?} {lead:?}");
                let searched = matcher.places_in(&mut Slow(&text, 4097));
                assert_eq!(lines(searched.found), wanted, "{encoding:?} {lead:?}");
            }
        }
    }

    #[test]
    fn many_hits_take_little_time_and_hide_no_other_secret() {
        let (often, once) = (b"often-in-the-file", b"once-in-the-file!");
        let matcher = matcher(&[often, once]);
        let mut text = [&often[..], b"\n"].concat().repeat(200_000);
        text.extend_from_slice(once);
        let begun = std::time::Instant::now();
        let Places { places, cut } = matcher.places(&text);
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        assert_eq!((places.len(), cut), (MOST_PLACES + 1, true));
        assert_eq!(places.last().map(|place| (place.line, place.secret)), Some((200_001, 1)));
    }

    #[test]
    fn a_name_is_printed_without_the_secret() {
        let matcher = matcher(&[b"secret-1234"]);
        assert_eq!(matcher.hidden("a/secret-1234/b-secret-1234.txt"), "a/…/b-….txt");
        assert_eq!(matcher.hidden("a/b"), "a/b");
    }
}
