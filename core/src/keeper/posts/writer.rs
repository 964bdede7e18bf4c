//! What an export is written on: a file in the making, of which is noted now and then how far it is good, or a stream. Blocks.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::ask::{Page, Statuses, fingerprint};
use crate::book::part::{self, Part};
use crate::book::unfinished::{Shelf, Unfinished};
use crate::error::{Error, Result};
use crate::keeper::posts::walk::Walk;
use crate::system;
use crate::view::{ExportFormat, ExportPlan, MissingView, SkippedView};

/// A kill costs so much work at most: it is read once more.
const NOTED: Duration = Duration::from_secs(1);

/// Where statuses are put.
pub(in crate::keeper) struct Sheet {
    state: Unfinished,
    walk: Walk,
    out: Out,
    noted: Instant,
}

enum Out {
    File { part: Part, shelf: Shelf, id: String },
    Stream(Box<dyn Write + Send>),
}

impl Sheet {
    /// A file; where an export of the same plan to the same place was cut off, and has rested no longer than that, it goes on. At
    /// this pointer stands a status's id.
    pub fn file(shelf: Shelf, id: String, plan: ExportPlan, target: PathBuf, longest_rest: Duration, pointer: &str) -> Result<Sheet> {
        let known = shelf.get(&id);
        let same = known.clone().filter(|k| k.plan == plan && shelf.rested(&id) <= longest_rest);
        let state = same.unwrap_or_else(|| Unfinished::new(plan.clone(), target.clone()));
        let part = match known {
            Some(_) => Part::go_on(&target, state.length)?,
            None => None,
        };
        let (state, mut part) = match part {
            Some(part) => (state, part),
            None => {
                if known.is_some() {
                    // Shorter than what was noted: nobody knows what is in it.
                    part::discard(&target)?;
                }
                (Unfinished::new(plan, target.clone()), Part::begin(&target)?)
            }
        };
        let mut walk = Walk::at(state.walk.clone());
        // An earlier version did not count what it left out.
        walk.state.given.get_or_insert(state.count);
        // The file itself says what is in it.
        let print = |item: &str| fingerprint(item, pointer);
        part.read_again(state.length, |file| walk.met.read(file, state.plan.format, print))?;
        let out = Out::File { part, shelf, id };
        let mut sheet = Sheet::new(state, walk, out);
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
        let state = Unfinished::new(plan, PathBuf::new());
        let walk = Walk::at(state.walk.clone());
        Sheet::new(state, walk, Out::Stream(stream))
    }

    fn new(state: Unfinished, walk: Walk, out: Out) -> Sheet {
        Sheet {
            state,
            walk,
            out,
            noted: Instant::now(),
        }
    }

    /// So many statuses are on it.
    pub fn count(&self) -> u64 {
        self.state.count
    }

    /// The page to begin or go on with; none where all are on it.
    pub fn begin(&mut self, statuses: &Statuses<'_>) -> Option<Url> {
        match (&self.state.next, self.state.complete) {
            (_, true) => None,
            (Some(next), _) => {
                let bound = &mut self.walk.state.bound;
                *bound = bound.take().or_else(|| statuses.bound_of(next));
                Some(next.clone())
            }
            (None, _) => Some(statuses.first().clone()),
        }
    }

    /// Nothing was read yet.
    pub fn is_new(&self) -> bool {
        self.state.next.is_none() && !self.state.complete
    }

    /// So many the server says there are. It may say fewer than before, where some were deleted meanwhile.
    pub fn count_says(&mut self, count: Option<u64>) {
        let expected = &mut self.walk.state.expected;
        *expected = expected.iter().copied().chain(count).min();
    }

    /// The server's own count, where it gave fewer.
    pub fn short_of(&self) -> Option<u64> {
        let given = self.walk.state.given.unwrap_or_default();
        self.walk.state.expected.filter(|expected| *expected > given)
    }

    /// The server gave nothing at all.
    pub fn is_empty(&self) -> bool {
        self.walk.state.given == Some(0)
    }

    /// The id that the list was read down to.
    pub fn bound(&self) -> Option<String> {
        self.walk.state.bound.clone()
    }

    /// The page after this one, which was asked for at that address: none after the last, or where enough is read.
    pub fn after(&mut self, statuses: &Statuses<'_>, page: &Page, at: &Url) -> Result<Option<Url>> {
        let fitting = self.walk.new_items(page).filter(|(_, text)| text.is_some()).count();
        let with_it = self.state.count.saturating_add(fitting as u64);
        match self.state.plan.limit {
            Some(limit) if with_it >= limit => Ok(None),
            _ => self.walk.after(statuses, page, at),
        }
    }

    /// Puts a page on it, and says how many statuses are on it now. Those that were met before are passed over.
    pub fn add(&mut self, page: &Page, next: Option<Url>) -> Result<u64> {
        let (state, walk) = (&mut self.state, &mut self.walk);
        let most = state.plan.limit.unwrap_or(u64::MAX);
        let (mut text, mut count) = (String::new(), state.count);
        let given = walk.state.given.get_or_insert_default();
        for (print, item) in page.items() {
            if count >= most || !walk.met.meet(print) {
                continue;
            }
            *given += 1;
            let Some(item) = item else { continue };
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
        if let Some(last) = page.last_id() {
            walk.state.bound = Some(walk.down_to(last));
        }
        state.length += text.len() as u64;
        state.count = count;
        self.go_to(next)?;
        Ok(count)
    }

    /// Steps over what cannot be had, down to this id.
    pub fn skip(&mut self, skipped: Vec<SkippedView>, down_to: String, next: Option<Url>) -> Result<()> {
        self.walk.state.skipped.extend(skipped);
        self.walk.state.bound = Some(down_to);
        self.go_to(next)
    }

    fn go_to(&mut self, next: Option<Url>) -> Result<()> {
        self.state.complete = next.is_none();
        self.state.next = next;
        if self.noted.elapsed() > NOTED { self.note() } else { Ok(()) }
    }

    /// What is missing on it; none where it is whole. A counter that is off by one in a hundred is nothing that is missing.
    pub fn missing(&self) -> Option<MissingView> {
        let known = &self.walk.state;
        let given = known.given.unwrap_or_default();
        let is_off = |expected: &u64| *expected - given > *expected / 100;
        let missing = MissingView {
            skipped: known.skipped.clone(),
            repeats: known.repeats,
            expected: self.short_of(),
        };
        let partial = !missing.skipped.is_empty() || missing.repeats || missing.expected.as_ref().is_some_and(is_off);
        partial.then_some(missing)
    }

    /// Writes down how far it is good.
    pub fn note(&mut self) -> Result<()> {
        if let Out::File { part, shelf, id } = &self.out {
            part.sync()?;
            self.state.walk = self.walk.state.clone();
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
pub(in crate::keeper) fn id_of(target: &std::path::Path) -> String {
    let digest = Sha256::digest(system::whole_path(target).as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
