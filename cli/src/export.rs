//! Exports an account's statuses to a file, or to standard output as they arrive.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap_complete::engine::ArgValueCompleter;
use keybearer_core::book::part;
use keybearer_core::keeper::{Keeper, Output, now};
use keybearer_core::view::{ExportEvent, ExportFormat, ExportPlan, ExportView, MissingView, SkippedView};
use keybearer_core::words::explain;
use tokio::sync::mpsc::unbounded_channel;

use crate::complete::names;
use crate::failure::{Failure, INTERRUPTED, PARTIAL, ignore_closed_output};
use crate::find::{account, label};
use crate::terminal::{Terminal, ctrl_c, one_line, output};

/// The filter that includes statuses which only the mentioned people can read.
const PRIVATE: &str = "private_mentions";

/// An export.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// The file; it appears when the export has finished. Within a day the same command continues an interrupted export. `-` or no
    /// file is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// One array, or one status per line; by default as the file's name says, and one per line on standard output
    #[arg(long)]
    pub format: Option<Format>,
    /// A filter, such as `exclude_replies` or `only_media`; may be repeated. An unknown one lists those of the platform
    #[arg(long = "filter", value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Includes private mentions, which only the people mentioned can read
    #[arg(long)]
    pub private_mentions: bool,
    /// Exports only the newest N statuses
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Discards what an interrupted export has written instead: the one into the file, or without a file all of the account
    #[arg(long, conflicts_with_all = ["format", "filters", "private_mentions", "limit"])]
    pub discard: bool,
}

/// How statuses are written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Format {
    /// One array
    Json,
    /// One status per line
    Jsonl,
}

impl From<Format> for ExportFormat {
    fn from(format: Format) -> ExportFormat {
        match format {
            Format::Json => ExportFormat::Json,
            Format::Jsonl => ExportFormat::Jsonl,
        }
    }
}

/// Exports all statuses that the filters leave. The same command continues an interrupted export.
pub async fn export(keeper: &Keeper, terminal: &Terminal, wanted: Export) -> Result<ExitCode, Failure> {
    let output = wanted.output.filter(|path| path.as_os_str() != "-");
    let wanted = Export { output, ..wanted };
    if wanted.discard {
        return discard(keeper, &wanted).await;
    }
    let plan = plan(keeper, &wanted)?;
    let (report, mut events) = unbounded_channel();
    let report = Arc::new(move |event| _ = report.send(event));
    let unheard = Arc::new(AtomicBool::new(false));
    let output = match &wanted.output {
        Some(path) => Output::File(path.clone()),
        None => Output::Stream(Box::new(Pipe(unheard.clone()))),
    };
    let id = keeper.start_export(plan, output, report)?;
    let (mut so_far, mut interrupted) = (String::new(), false);
    // Ctrl-C is noticed between two events, too.
    let mut pressed = Box::pin(ctrl_c());
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            () = &mut pressed => {
                pressed.set(ctrl_c());
                if interrupted {
                    // A second Ctrl-C stops at once. The saved progress stays valid.
                    terminal.progress("");
                    return Ok(ExitCode::from(INTERRUPTED));
                }
                interrupted = true;
                // The export may have ended just now.
                let _ = keeper.cancel_export(&id);
                continue;
            }
        };
        match event {
            Some(ExportEvent::Progress { count, rate }) => {
                so_far = terminal.words("cli-export-count", &[("count", &count.to_string()), ("rate", &rate.to_string())]);
                terminal.progress(&so_far);
            }
            Some(ExportEvent::Waiting { until, error }) => {
                let seconds = (until - now()).max(1).to_string();
                let [why, ..] = explain(terminal.language, &error);
                let wait = terminal.words("cli-export-wait", &[("seconds", &seconds), ("why", &why)]);
                terminal.progress(format!("{so_far} {wait}").trim());
            }
            Some(ExportEvent::Done { count, path, expected }) => {
                terminal.progress("");
                if !path.is_empty() {
                    terminal.say(&terminal.words("cli-export-done", &[("count", &count.to_string()), ("path", &path)]));
                }
                if let Some(expected) = expected {
                    terminal.say(&terminal.words("export-counts", &[("expected", &expected.to_string())]));
                }
                return Ok(ExitCode::SUCCESS);
            }
            Some(ExportEvent::Partial { count, path, missing }) => {
                terminal.progress("");
                for line in partial(terminal, count, &path, &missing) {
                    terminal.say(&line);
                }
                return Ok(ExitCode::from(PARTIAL));
            }
            // The reader has closed standard output.
            Some(ExportEvent::Stopped { .. }) if unheard.load(Ordering::Relaxed) => return Ok(ExitCode::SUCCESS),
            Some(ExportEvent::Stopped { count, resumable, error }) => {
                terminal.progress("");
                let failure = Failure::Core(error);
                if !interrupted {
                    terminal.complain(&failure);
                }
                if resumable {
                    terminal.say(&terminal.words("cli-export-part", &[("count", &count.to_string())]));
                }
                let code = if interrupted { INTERRUPTED } else { failure.exit_code() };
                return Ok(ExitCode::from(code));
            }
            None => return Ok(ExitCode::FAILURE),
        }
    }
}

/// Deletes the unfinished files of interrupted exports, and prints a line for each. Those that run are left alone.
async fn discard(keeper: &Keeper, wanted: &Export) -> Result<ExitCode, Failure> {
    let found = account(keeper, &wanted.name)?;
    let file = wanted.output.as_deref().map(part::place).transpose()?;
    let is_meant = |export: &ExportView| !export.runs && file.as_ref().is_none_or(|file| Path::new(&export.path) == file);
    let meant: Vec<ExportView> = keeper.exports(&found.id).await.into_iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Err(Failure::NoExport(label(&found)));
    }
    let mut printed = Ok(());
    for export in meant {
        keeper.discard_export(&export.id).await?;
        let line = format!("discarded\texport\t{}", one_line(&export.path));
        printed = printed.and(writeln!(output(), "{line}").map_err(Failure::print));
    }
    ignore_closed_output(printed)?;
    Ok(ExitCode::SUCCESS)
}

/// The lines of a partial export: what was written, what was skipped, and the server's count.
fn partial(terminal: &Terminal, count: u64, path: &str, missing: &MissingView) -> Vec<String> {
    let (count, skipped) = (count.to_string(), missing.skipped.len().to_string());
    let words = |id: &str, more: &[(&str, &str)]| terminal.words(id, &[&[("count", count.as_str()), ("path", path)], more].concat());
    let closing = match (path, missing.expected) {
        ("", None) => words("cli-export-partial-out", &[("skipped", &skipped)]),
        ("", Some(n)) => words("cli-export-partial-out-of", &[("skipped", &skipped), ("expected", &n.to_string())]),
        (_, None) => words("cli-export-partial", &[("skipped", &skipped)]),
        (_, Some(n)) => words("cli-export-partial-of", &[("skipped", &skipped), ("expected", &n.to_string())]),
    };
    let mut lines = vec![closing];
    lines.extend(missing.skipped.iter().map(|skipped| match skipped {
        SkippedView::Status { id } => words("export-skipped", &[("id", id)]),
        SkippedView::Between { newer, older } => {
            let edges = [
                ("newer", newer.as_deref().unwrap_or("…")),
                ("older", older.as_deref().unwrap_or("…")),
            ];
            words("export-skipped-between", &edges)
        }
    }));
    if missing.repeats {
        lines.push(words("export-repeats", &[]));
    }
    lines
}

fn plan(keeper: &Keeper, wanted: &Export) -> Result<ExportPlan, Failure> {
    let found = account(keeper, &wanted.name)?;
    let known = keeper.provider(&found.provider).ok().and_then(|p| p.lists);
    let known = known.ok_or_else(|| Failure::NoStatuses(found.provider.clone()))?;
    let mut filters: Vec<String> = Vec::new();
    let private = wanted.private_mentions.then(|| PRIVATE.to_owned());
    for typed in wanted.filters.iter().chain(&private) {
        let filter = known.iter().find(|f| f.id == typed.replace('-', "_"));
        let filter = filter.ok_or_else(|| Failure::Unknown(typed.clone(), known.iter().map(|f| f.id.clone()).collect()))?;
        filters.push(filter.id.clone());
    }
    // Sorted, so that the same filters in another order continue the same export.
    filters.sort();
    filters.dedup();
    Ok(ExportPlan {
        account: found.id,
        format: wanted.format.map_or_else(|| usual(wanted.output.as_deref()), Format::into),
        filters,
        limit: wanted.limit,
    })
}

/// One status per line for a stream, or if the file's name says so.
fn usual(output: Option<&Path>) -> ExportFormat {
    let Some(path) = output else { return ExportFormat::Jsonl };
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => ExportFormat::Jsonl,
        _ => ExportFormat::Json,
    }
}

/// Standard output, and whether its reader has closed it.
struct Pipe(Arc<AtomicBool>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.note(output().write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.note(output().flush())
    }
}

impl Pipe {
    fn note<T>(&self, done: std::io::Result<T>) -> std::io::Result<T> {
        if done.as_ref().is_err_and(|e| e.kind() == ErrorKind::BrokenPipe) {
            self.0.store(true, Ordering::Relaxed);
        }
        done
    }
}
