//! What an export is written on: a file in the making, of which is noted now and then how far it is good, or a stream. Blocks.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::ask::Page;
use crate::book::part::{self, Part};
use crate::book::unfinished::{Shelf, Unfinished};
use crate::error::{Error, Result};
use crate::view::{ExportFormat, ExportPlan};

/// A kill costs so much work at most: it is read once more.
const NOTED: Duration = Duration::from_secs(1);

/// Where statuses are put.
pub(super) struct Sheet {
    state: Unfinished,
    out: Out,
    noted: Instant,
}

enum Out {
    File { part: Part, shelf: Shelf, id: String },
    Stream(Box<dyn Write + Send>),
}

impl Sheet {
    /// A file; where an export of the same plan to the same place was cut off, and has rested no longer than that, it goes on.
    pub fn file(shelf: Shelf, id: String, plan: ExportPlan, target: PathBuf, longest_rest: Duration) -> Result<Sheet> {
        let known = shelf.get(&id);
        let same = known.clone().filter(|k| k.plan == plan && shelf.rested(&id) <= longest_rest);
        let state = same.unwrap_or_else(|| Unfinished::new(plan.clone(), target.clone()));
        let part = match known {
            Some(_) => Part::go_on(&target, state.length)?,
            None => None,
        };
        let (state, part) = match part {
            Some(part) => (state, part),
            None => {
                if known.is_some() {
                    // Shorter than what was noted: nobody knows what is in it.
                    part::discard(&target)?;
                }
                (Unfinished::new(plan, target.clone()), Part::begin(&target)?)
            }
        };
        let out = Out::File { part, shelf, id };
        let mut sheet = Sheet::new(state, out);
        // From here on the file is known to be ours; what is not noted would be nobody's.
        match sheet.note() {
            Ok(()) => Ok(sheet),
            Err(error) => {
                if known.is_none() {
                    sheet.discard()?;
                }
                Err(error)
            }
        }
    }

    /// A stream, of which nothing is noted.
    pub fn stream(plan: ExportPlan, stream: Box<dyn Write + Send>) -> Sheet {
        Sheet::new(Unfinished::new(plan, PathBuf::new()), Out::Stream(stream))
    }

    fn new(state: Unfinished, out: Out) -> Sheet {
        Sheet {
            state,
            out,
            noted: Instant::now(),
        }
    }

    /// So many statuses are on it.
    pub fn count(&self) -> u64 {
        self.state.count
    }

    /// The page to begin or go on with; none where all are on it.
    pub fn begin(&mut self, first: &Url) -> Option<Url> {
        match (&self.state.next, self.state.complete) {
            (_, true) => None,
            (Some(next), _) => Some(next.clone()),
            (None, _) => {
                self.state.seen.insert(fingerprint(first));
                Some(first.clone())
            }
        }
    }

    /// The page after this one: none where there is none, where it was there before, or where enough is read.
    pub fn after(&self, page: &Page) -> Option<Url> {
        let with_it = self.state.count.saturating_add(page.len() as u64);
        let enough = self.state.plan.limit.is_some_and(|limit| with_it >= limit);
        let next = page.next.clone().filter(|_| !enough);
        next.filter(|next| !self.state.seen.contains(&fingerprint(next)))
    }

    /// Puts a page on it, and says how many statuses are on it now. Only what is written counts as seen.
    pub fn add(&mut self, page: &Page, next: Option<Url>) -> Result<u64> {
        let state = &mut self.state;
        let left = state.plan.limit.map_or(u64::MAX, |limit| limit.saturating_sub(state.count));
        let (mut text, mut count) = (String::new(), state.count);
        for item in page.items().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            match state.plan.format {
                ExportFormat::Json => {
                    text.push_str(if count == 0 { "[\n" } else { ",\n" });
                    text.push_str(item);
                }
                // Between its tokens JSON may be broken into lines, within them never (RFC 8259 §7).
                ExportFormat::Jsonl => {
                    text.extend(item.split(['\n', '\r']).flat_map(|line| [line, " "]));
                    text.pop();
                    text.push('\n');
                }
            }
            count += 1;
        }
        self.out.write(&text)?;
        let state = &mut self.state;
        state.length += text.len() as u64;
        state.count = count;
        state.complete = next.is_none();
        state.seen.extend(next.as_ref().map(fingerprint));
        state.next = next;
        if self.noted.elapsed() > NOTED {
            self.note()?;
        }
        Ok(count)
    }

    /// Writes down how far it is good.
    pub fn note(&mut self) -> Result<()> {
        if let Out::File { part, shelf, id } = &self.out {
            part.sync()?;
            shelf.put(id, &self.state)?;
        }
        self.noted = Instant::now();
        Ok(())
    }

    /// Stops before the end; what has something on it can go on.
    pub fn stop(mut self) -> Result<()> {
        match self.state.count {
            0 => self.discard(),
            _ => self.note(),
        }
    }

    fn discard(self) -> Result<()> {
        match self.out {
            Out::File { part, shelf, id } => {
                part.discard()?;
                shelf.take(&id)
            }
            Out::Stream(_) => Ok(()),
        }
    }

    /// Gives the whole file its name.
    pub fn finish(mut self) -> Result<()> {
        if self.state.plan.format == ExportFormat::Json {
            self.out.write(if self.state.count == 0 { "[]\n" } else { "\n]\n" })?;
        }
        match self.out {
            Out::File { part, shelf, id } => {
                part.finish()?;
                shelf.take(&id)
            }
            Out::Stream(_) => Ok(()),
        }
    }
}

impl Out {
    fn write(&mut self, text: &str) -> Result<()> {
        match self {
            Out::File { part, .. } => part.add(text.as_bytes()),
            Out::Stream(stream) => {
                let written = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
                written.map_err(Error::disk("stdout"))
            }
        }
    }
}

/// The id of the export to a place.
pub(super) fn id_of(target: &std::path::Path) -> String {
    format!("{:016x}", first_bytes(target.as_os_str().as_encoded_bytes()))
}

fn fingerprint(url: &Url) -> u64 {
    first_bytes(url.as_str().as_bytes())
}

fn first_bytes(bytes: &[u8]) -> u64 {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
