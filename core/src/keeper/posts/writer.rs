//! Writes an export to a stream, or into an unfinished file; then it notes regularly how far the file is valid. Blocks.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use url::Url;

use crate::ask::{Page, Statuses, fingerprint};
use crate::book::part::{self, Part};
use crate::book::unfinished::{Unfinished, UnfinishedExports};
use crate::error::{Error, Result};
use crate::keeper::posts::paging::Paging;
use crate::system;
use crate::view::{ExportFormat, ExportPlan, MissingView, SkippedView};

/// How often the position is noted: a kill costs at most that much reading.
const NOTE_AGAIN: Duration = Duration::from_secs(1);

/// Writes the statuses of one export.
pub(in crate::keeper) struct Writer {
    state: Unfinished,
    walk: Paging,
    out: Out,
    noted: Instant,
}

enum Out {
    File {
        part: Part,
        progress: UnfinishedExports,
        id: String,
    },
    Stream(Box<dyn Write + Send>),
}

impl Writer {
    /// Writes into a file. If an export of the same plan into it was cut off, no longer ago than `longest_rest`, it goes on.
    /// `pointer` is the JSON pointer to a status's id.
    pub fn file(
        progress: UnfinishedExports,
        id: String,
        plan: ExportPlan,
        target: PathBuf,
        longest_rest: Duration,
        pointer: &str,
    ) -> Result<Writer> {
        let known = progress.get(&id);
        let same = known
            .clone()
            .filter(|k| k.plan == plan && progress.time_since_saved(&id) <= longest_rest);
        let state = same.unwrap_or_else(|| Unfinished::new(plan.clone(), target.clone()));
        let part = match known {
            Some(_) => Part::go_on(&target, state.length)?,
            None => None,
        };
        let (state, mut part) = match part {
            Some(part) => (state, part),
            None => {
                if known.is_some() {
                    // It is shorter than was noted: what is in it is unknown.
                    part::discard(&target)?;
                }
                (Unfinished::new(plan, target.clone()), Part::begin(&target)?)
            }
        };
        let mut walk = Paging::at(state.walk.clone());
        // An earlier version did not count what it left out.
        walk.state.given.get_or_insert(state.count);
        // The file itself shows which statuses are in it.
        let print = |item: &str| fingerprint(item, pointer);
        part.read_again(state.length, |file| walk.met.read(file, state.plan.format, print))?;
        let out = Out::File { part, progress, id };
        let mut writer = Writer::new(state, walk, out);
        // Only a noted file is ours: one without a note would never be removed.
        match writer.note() {
            Ok(()) => Ok(writer),
            Err(error) => {
                if known.is_none() {
                    writer.discard()?;
                }
                Err(error)
            }
        }
    }

    /// Writes to a stream. Nothing is noted.
    pub fn stream(plan: ExportPlan, stream: Box<dyn Write + Send>) -> Writer {
        let state = Unfinished::new(plan, PathBuf::new());
        let walk = Paging::at(state.walk.clone());
        Writer::new(state, walk, Out::Stream(stream))
    }

    fn new(state: Unfinished, walk: Paging, out: Out) -> Writer {
        Writer {
            state,
            walk,
            out,
            noted: Instant::now(),
        }
    }

    /// How many statuses are written.
    pub fn count(&self) -> u64 {
        self.state.count
    }

    /// The page to begin or go on with; none where all are written.
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

    /// Whether nothing was read yet.
    pub fn is_new(&self) -> bool {
        self.state.next.is_none() && !self.state.complete
    }

    /// Notes how many statuses the server counts. It may count fewer than before, if some were deleted meanwhile.
    pub fn count_says(&mut self, count: Option<u64>) {
        let expected = &mut self.walk.state.expected;
        *expected = expected.iter().copied().chain(count).min();
    }

    /// The server's own count, if it gave fewer.
    pub fn short_of(&self) -> Option<u64> {
        let given = self.walk.state.given.unwrap_or_default();
        self.walk.state.expected.filter(|expected| *expected > given)
    }

    /// Whether the server repeats itself instead of giving older statuses.
    pub fn repeats(&self) -> bool {
        self.walk.state.repeats
    }

    /// Whether the server gave nothing at all.
    pub fn is_empty(&self) -> bool {
        self.walk.state.given == Some(0)
    }

    /// The id that the list was read down to.
    pub fn bound(&self) -> Option<String> {
        self.walk.state.bound.clone()
    }

    /// The page after this one, which was at the address `at`; none after the last one, or when the limit is reached.
    pub fn after(&mut self, statuses: &Statuses<'_>, page: &Page, at: &Url) -> Result<Option<Url>> {
        let fitting = self.walk.new_items(page).filter(|(_, text)| text.is_some()).count();
        let with_it = self.state.count.saturating_add(fitting as u64);
        match self.state.plan.limit {
            Some(limit) if with_it >= limit => Ok(None),
            _ => self.walk.after(statuses, page, at),
        }
    }

    /// Writes a page, without the statuses that are in the file already, and answers with how many are written now.
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

    /// Notes statuses that the server cannot give, down to this id.
    pub fn skip(&mut self, skipped: Vec<SkippedView>, down_to: String, next: Option<Url>) -> Result<()> {
        self.walk.state.skipped.extend(skipped);
        self.walk.state.bound = Some(down_to);
        self.go_to(next)
    }

    fn go_to(&mut self, next: Option<Url>) -> Result<()> {
        self.state.complete = next.is_none();
        self.state.next = next;
        if self.noted.elapsed() > NOTE_AGAIN { self.note() } else { Ok(()) }
    }

    /// What is missing in the file; none where it is complete. Servers' counts may be off by one in a hundred.
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

    /// Notes how far the file is valid.
    pub fn note(&mut self) -> Result<()> {
        if let Out::File { part, progress, id } = &self.out {
            part.sync()?;
            self.state.walk = self.walk.state.clone();
            progress.save(id, &self.state)?;
        }
        self.noted = Instant::now();
        Ok(())
    }

    /// Stops before the end. A file with statuses can go on later.
    pub fn stop(mut self) -> Result<()> {
        match self.state.count {
            0 => self.discard(),
            _ => self.note(),
        }
    }

    fn discard(self) -> Result<()> {
        match self.out {
            Out::File { part, progress, id } => {
                part.discard()?;
                progress.remove(&id)
            }
            Out::Stream(_) => Ok(()),
        }
    }

    /// Completes the file and gives it its name.
    pub fn finish(mut self) -> Result<()> {
        if self.state.plan.format == ExportFormat::Json {
            self.out.write(if self.state.count == 0 { "[]\n" } else { "\n]\n" })?;
        }
        match self.out {
            Out::File { part, progress, id } => {
                part.finish()?;
                progress.remove(&id)
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

/// The id of the export into a file.
pub(in crate::keeper) fn id_of(target: &std::path::Path) -> String {
    let digest = Sha256::digest(system::whole_path(target).as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
