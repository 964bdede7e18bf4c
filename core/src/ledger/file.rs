//! The ledger's file: a JSON object a line, appended under a lock that all processes of this person share. A line that was cut
//! off, by a full disk or a loss of power, is no JSON: readers count and skip it, and the next line begins on a line of its own.
//!
//! Lines are not synced: a loss of power may take those of the last seconds (about thirty on Linux). A crash or kill of the
//! program takes none.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::Line;
use crate::book::file::{open_to_append, read, remove, write_atomically};
use crate::book::lock;
use crate::error::{Error, Result};
use crate::token::DAY;

/// How long a line is kept, in seconds.
pub const KEPT: i64 = 90 * DAY;
/// The size in bytes at which the oldest half is removed, whatever its age: about 400,000 lines.
const LARGEST: usize = 64 * 1024 * 1024;
/// How each line begins, before its time.
const HEAD: &[u8] = br#"{"time":"#;

/// The ledger of a data folder.
#[derive(Clone, Debug)]
pub struct Ledger {
    data: PathBuf,
    path: PathBuf,
}

/// What the ledger contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The lines, in the order in which they were written.
    pub lines: Vec<Line>,
    /// How many lines were cut off or are damaged.
    pub torn: usize,
}

impl Ledger {
    /// The ledger of this data folder. Touches no file.
    pub fn new(data: &Path) -> Ledger {
        Ledger {
            data: data.to_owned(),
            path: data.join("ledger.jsonl"),
        }
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a line, and removes lines that are too old. Blocks while another process appends.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`]. The file then has no part of the line, unless it cannot be shortened either.
    pub fn append(&self, line: &Line) -> Result<()> {
        let text = serde_json::to_string(line).map_err(|e| Error::Internal { detail: e.to_string() })?;
        let _lock = lock::ledger(&self.data)?;
        let mut file = open_to_append(&self.path)?;
        let appended = append_to(&mut file, &text).map_err(Error::disk(&self.path))?;
        drop(file);
        let is_old = appended.oldest.is_none_or(|oldest| oldest < line.time - KEPT - DAY);
        if is_old || appended.length > LARGEST as u64 {
            // The line is written. The next append tries again to remove what is too old.
            let _ = self.rewrite(|kept| kept.time >= line.time - KEPT);
        }
        Ok(())
    }

    /// The lines since a time, and how many of the whole file are torn.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`].
    pub fn read(&self, since: i64) -> Result<Found> {
        let content = self.content()?;
        let mut found = Found::default();
        for raw in raw_lines(&content) {
            match parsed(raw) {
                Some(line) if line.time >= since => found.lines.push(line),
                Some(_) => {}
                None => found.torn += 1,
            }
        }
        Ok(found)
    }

    /// The last lines of an account since a time, at most `most`, newest first.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`].
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

    /// Removes the lines of an account, and damaged lines.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`]; the file then stays as it was.
    pub fn forget(&self, account: &str) -> Result<()> {
        match self.path.exists() {
            true => {
                let _lock = lock::ledger(&self.data)?;
                self.rewrite(|line| line.account != account)
            }
            false => Ok(()),
        }
    }

    /// Removes the lines that are too old at this time.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`]; the file then stays as it was.
    pub fn prune(&self, now: i64) -> Result<()> {
        let oldest = match File::open(&self.path) {
            Ok(mut file) => oldest(&mut file),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(e) => Err(e),
        };
        if oldest.map_err(Error::disk(&self.path))?.is_none_or(|oldest| oldest < now - KEPT) {
            let _lock = lock::ledger(&self.data)?;
            self.rewrite(|line| line.time >= now - KEPT)?;
        }
        Ok(())
    }

    /// The file's whole content, read under the lock, so that no line is half written.
    fn content(&self) -> Result<Vec<u8>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let _lock = lock::ledger(&self.data)?;
        self.content_locked()
    }

    fn content_locked(&self) -> Result<Vec<u8>> {
        match read(&self.path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            content => content.map_err(Error::disk(&self.path)),
        }
    }

    /// Replaces the file by its lines that are kept. Its caller holds the lock, so that no line of another process is lost.
    fn rewrite(&self, keeps: impl Fn(&Line) -> bool) -> Result<()> {
        let content = self.content_locked()?;
        let mut kept = Vec::with_capacity(content.len());
        for raw in raw_lines(&content).filter(|raw| parsed(raw).is_some_and(|line| keeps(&line))) {
            kept.extend_from_slice(raw);
            kept.push(b'\n');
        }
        if kept.len() > LARGEST {
            let half = kept.len() - LARGEST / 2;
            let next = kept[half..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(kept.len(), |at| half + at + 1);
            kept.drain(..next);
        }
        match kept.is_empty() {
            _ if kept == content => Ok(()),
            true => remove(&self.path),
            false => write_atomically(&self.path, &kept),
        }
    }
}

/// What an append found.
struct Appended {
    /// The file's length after it.
    length: u64,
    /// The time of its first line; none if that is damaged.
    oldest: Option<i64>,
}

/// Appends a line with one write, on a line of its own.
fn append_to(file: &mut File, text: &str) -> std::io::Result<Appended> {
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
    Ok(Appended {
        length: before + whole.len() as u64,
        oldest: oldest(file)?,
    })
}

/// The time of the first line.
fn oldest(file: &mut File) -> std::io::Result<Option<i64>> {
    file.seek(SeekFrom::Start(0))?;
    let mut begin = Vec::new();
    file.take(HEAD.len() as u64 + 20).read_to_end(&mut begin)?;
    let digits = begin.strip_prefix(HEAD).and_then(|rest| rest.split(|byte| *byte == b',').next());
    Ok(digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()))
}

/// The lines, without the empty ones.
fn raw_lines(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|byte| *byte == b'\n').filter(|raw| !raw.is_empty())
}

/// A line; none if it is torn. The beginning of an object is no JSON.
fn parsed(raw: &[u8]) -> Option<Line> {
    serde_json::from_slice(raw).ok()
}
