//! The ledger's file: a JSON object a line, appended under a lock that all processes of this person share. A line that was cut
//! off, by a full disk or a loss of power, is no JSON: readers count and skip it, and the next line begins on a line of its own.
//!
//! Besides uses there are two kinds of notes, which earlier versions count as torn: `{"time":…,"torn":3}` stands for damaged lines that
//! were removed, and `{"time":…,"checked":…}`, as the first line, for the oldest time of a file that does not begin with it.
//!
//! Lines are not synced: a loss of power may take those of the last seconds (about thirty on Linux). A crash or kill of the
//! program takes none.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::Line;
use crate::book::file::{open_to_append, read_up_to, remove, remove_left, write_atomically};
use crate::book::lock;
use crate::error::{Error, Result};
use crate::token::DAY;

/// How long a line is kept, in seconds.
pub const KEPT: i64 = 90 * DAY;
/// The size in bytes at which the oldest half is removed, whatever its age: about 400,000 lines.
const LARGEST: usize = 64 * 1024 * 1024;
/// How each line begins, before its time.
const HEAD: &[u8] = br#"{"time":"#;
/// So many bytes are enough for a note, and for the time of a line.
const BEGIN: u64 = 80;
/// The longest wait for another process that writes, so that a stopped one delays no token and no reader for longer.
const PATIENCE: Duration = Duration::from_secs(5);
/// After a wait in vain nobody waits for so long.
const PAUSE: Duration = Duration::from_secs(60);

/// The ledger of a data folder.
#[derive(Clone, Debug)]
pub struct Ledger {
    data: PathBuf,
    path: PathBuf,
    /// When the last wait for the lock was in vain.
    stuck: Arc<Mutex<Option<Instant>>>,
}

/// What the ledger contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The lines, in the order in which they were written.
    pub lines: Vec<Line>,
    /// How many lines were cut off or are damaged, with those that were removed.
    pub torn: usize,
}

/// A line that is no use.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Note {
    time: i64,
    /// So many damaged lines were removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    torn: Option<usize>,
    /// When the file was last looked through. The time is then that of the oldest line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checked: Option<i64>,
}

impl Ledger {
    /// The ledger of this data folder. Touches no file.
    pub fn new(data: &Path) -> Ledger {
        Ledger {
            data: data.to_owned(),
            path: data.join("ledger.jsonl"),
            stuck: Arc::default(),
        }
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a line, and removes lines that are too old. Blocks while another process appends, for five seconds at the most.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`]. The file then has no part of the line, unless it cannot be shortened either.
    pub fn append(&self, line: &Line) -> Result<()> {
        let text = serde_json::to_string(line).map_err(|e| Error::Internal { detail: e.to_string() })?;
        let _lock = self.hold()?.ok_or_else(|| self.is_stuck())?;
        let mut file = open_to_append(&self.path)?;
        let (length, begin) = append_to(&mut file, &text).map_err(Error::disk(&self.path))?;
        drop(file);
        if is_due(&begin, line.time, DAY) || length > LARGEST as u64 {
            // The line is written. The next append tries again to remove what is too old.
            let _ = self.shorten(line.time);
        }
        Ok(())
    }

    /// The lines since a time, and how many of the whole file are torn. After five seconds under another process's lock they are read
    /// without it: the last one may then look torn.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn read(&self, since: i64) -> Result<Found> {
        let content = self.content()?;
        let mut found = Found::default();
        for raw in raw_lines(&content) {
            match parsed(raw) {
                Some(line) if line.time >= since => found.lines.push(line),
                Some(_) => {}
                None => found.torn += note(raw).map_or(1, |note| note.torn.unwrap_or_default()),
            }
        }
        Ok(found)
    }

    /// The last lines of an account since a time, at most `most`, newest first.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn last(&self, account: &str, since: i64, most: usize) -> Result<Vec<Line>> {
        let content = self.content()?;
        let content = String::from_utf8_lossy(&content);
        // Most lines are another account's, and need not be parsed.
        let may_be = content.rsplit('\n').filter(|raw| raw.contains(account));
        let lines = may_be.filter_map(|raw| parsed(raw.as_bytes()));
        Ok(lines
            .filter(|line| line.account == account && line.time >= since)
            .take(most)
            .collect())
    }

    /// Removes the lines of an account, and damaged lines, which are counted from then on.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`]; the file then stays as it was.
    pub fn forget(&self, account: &str, now: i64) -> Result<()> {
        match self.path.exists() {
            true => {
                // There is no second try.
                let _lock = self.hold_for(PATIENCE)?.ok_or_else(|| self.is_stuck())?;
                let content = self.whole()?;
                self.rewrite(&content, now, None, i64::MIN, |line| line.account != account)
            }
            false => Ok(()),
        }
    }

    /// Removes the lines that are too old at this time.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`]; the file then stays as it was.
    pub fn prune(&self, now: i64) -> Result<()> {
        // A file that is seldom rewritten has them for long.
        remove_left(&self.path);
        match read_up_to(&self.path, BEGIN)? {
            Some(begin) if is_due(&begin, now, 0) => {
                let _lock = self.hold()?.ok_or_else(|| self.is_stuck())?;
                self.shorten(now)
            }
            _ => Ok(()),
        }
    }

    /// Takes the lock. None if another process holds it for long.
    fn hold(&self) -> Result<Option<lock::Held>> {
        let waited = *self.stuck.lock().unwrap_or_else(PoisonError::into_inner);
        self.hold_for(match waited {
            Some(at) if at.elapsed() < PAUSE => Duration::ZERO,
            _ => PATIENCE,
        })
    }

    fn hold_for(&self, patience: Duration) -> Result<Option<lock::Held>> {
        let mut stuck = self.stuck.lock().unwrap_or_else(PoisonError::into_inner);
        let held = lock::ledger(&self.data, patience)?;
        match held {
            Some(_) => *stuck = None,
            None if patience > Duration::ZERO => *stuck = Some(Instant::now()),
            None => {}
        }
        Ok(held)
    }

    fn is_stuck(&self) -> Error {
        Error::disk(&self.path)(std::io::ErrorKind::TimedOut.into())
    }

    /// The file's whole content, read under the lock, so that no line is half written; without the lock where that fails, as on a disk that
    /// cannot be written.
    fn content(&self) -> Result<Vec<u8>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let _lock = self.hold().ok().flatten();
        self.whole()
    }

    fn whole(&self) -> Result<Vec<u8>> {
        Ok(read_up_to(&self.path, u64::MAX)?.unwrap_or_default())
    }

    /// Removes the lines that are too old. A clock that jumps ahead and back must cost none: the time that counts is at least a day old
    /// at `now`, that of a line or of the last look. Times from the future count for nothing.
    fn shorten(&self, now: i64) -> Result<()> {
        let content = self.whole()?;
        let looked = raw_lines(&content).next().and_then(note).and_then(|note| note.checked);
        let times = raw_lines(&content).filter_map(parsed).map(|line| line.time);
        let proven = times.chain(looked).filter(|time| *time <= now - DAY).max();
        let oldest = proven.map_or(i64::MIN, |time| time.saturating_sub(KEPT));
        self.rewrite(&content, now, Some(now), oldest, |line| line.time >= oldest)
    }

    /// Replaces the file by its lines that are kept, and by its notes since a time. Its caller holds the lock, so that no line of another
    /// process is lost. `checked` says that the ages of all lines were looked at.
    fn rewrite(&self, content: &[u8], now: i64, checked: Option<i64>, since: i64, keeps: impl Fn(&Line) -> bool) -> Result<()> {
        let (mut kept, mut head) = (Vec::with_capacity(content.len()), Vec::new());
        let (mut torn, mut first, mut oldest) = (0, None, None);
        for raw in raw_lines(content) {
            if let Some(line) = parsed(raw) {
                if keeps(&line) {
                    first.get_or_insert(line.time);
                    if line.time <= now + DAY {
                        oldest = Some(line.time.min(oldest.unwrap_or(i64::MAX)));
                    }
                    put(&mut kept, raw);
                }
                continue;
            }
            match note(raw) {
                None => torn += 1,
                Some(note) if note.checked.is_some() => put(&mut head, raw),
                Some(note) if note.time >= since => put(&mut kept, raw),
                Some(_) => {}
            }
        }
        if torn > 0 {
            put(&mut kept, &Note::of(now, Some(torn), None));
        }
        if kept.len() > LARGEST {
            let half = kept.len() - LARGEST / 2;
            let next = kept[half..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(kept.len(), |at| half + at + 1);
            kept.drain(..next);
        }
        if checked.is_some() {
            head.clear();
            let tells = |first: i64| Some(first) == oldest && first >= now - KEPT;
            if !first.is_some_and(tells) {
                put(&mut head, &Note::of(oldest.unwrap_or(now), None, checked));
            }
        }
        if first.is_some() {
            kept.splice(..0, head);
        }
        match kept.is_empty() {
            _ if kept == content => Ok(()),
            true => remove(&self.path),
            false => write_atomically(&self.path, &kept),
        }
    }
}

impl Note {
    fn of(time: i64, torn: Option<usize>, checked: Option<i64>) -> Vec<u8> {
        // Numbers are always JSON.
        serde_json::to_vec(&Note { time, torn, checked }).unwrap_or_default()
    }
}

fn put(lines: &mut Vec<u8>, raw: &[u8]) {
    lines.extend_from_slice(raw);
    lines.push(b'\n');
}

/// Appends a line with one write, on a line of its own. Returns the file's length and its first bytes.
fn append_to(file: &mut File, text: &str) -> std::io::Result<(u64, Vec<u8>)> {
    let before = file.seek(SeekFrom::End(0))?;
    let mut whole = String::with_capacity(text.len() + 2);
    if before > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            whole.push('\n');
        }
    }
    whole.push_str(text);
    whole.push('\n');
    if let Err(error) = file.write_all(whole.as_bytes()) {
        let _ = file.set_len(before);
        return Err(error);
    }
    file.seek(SeekFrom::Start(0))?;
    let mut begin = Vec::new();
    file.take(BEGIN).read_to_end(&mut begin)?;
    Ok((before + whole.len() as u64, begin))
}

/// Whether a file that begins so may have lines that are older than they may be, by more than `slack`. A head was looked through on its day.
fn is_due(begin: &[u8], now: i64, slack: i64) -> bool {
    let raw = begin.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let (time, checked) = match note(raw) {
        Some(note) => (Some(note.time), note.checked),
        None => (time_of(raw), None),
    };
    let is_old = time.is_none_or(|time| time < now - KEPT - slack || time > now + DAY);
    is_old && checked.is_none_or(|checked| checked.abs_diff(now) >= DAY.unsigned_abs())
}

/// The time of a line, of which this is the beginning; none if that is damaged.
fn time_of(begin: &[u8]) -> Option<i64> {
    let digits = begin.strip_prefix(HEAD)?.split(|byte| *byte == b',').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The lines, without the empty ones.
fn raw_lines(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|byte| *byte == b'\n').filter(|raw| !raw.is_empty())
}

/// A line; none if it is torn. The beginning of an object is no JSON.
fn parsed(raw: &[u8]) -> Option<Line> {
    serde_json::from_slice(raw).ok()
}

/// A line that is a note.
fn note(raw: &[u8]) -> Option<Note> {
    let note: Note = serde_json::from_slice(raw).ok()?;
    (note.torn.is_some() || note.checked.is_some()).then_some(note)
}
