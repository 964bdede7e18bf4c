//! Exports an account's statuses into a file. An export that was cut off, by the person, a kill, the network or a dead token, goes
//! on where it stopped. Here exports are started, stopped and listed.
//!
//! `run` reads page after page · `paging` which page comes next · `retry` how long to wait for one · `skip` steps over a status
//! that the server cannot give · `ids` which statuses are in the file · `writer` writes.

pub(super) mod ids;
pub(super) mod paging;
pub(super) mod retry;
pub(super) mod run;
pub(super) mod skip;
pub(super) mod writer;

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::book::lock::work;
use crate::book::part;
use crate::book::unfinished::UnfinishedExports;
use crate::error::{Error, Result};
pub use crate::keeper::posts::run::ExportReport;
use crate::keeper::posts::run::{Ending, Run};
use crate::keeper::posts::writer::{Writer, id_of};
use crate::keeper::{Keeper, lock, new_id};
use crate::token::DAY;
use crate::view::{ExportEvent, ExportPlan, ExportView};

/// After a longer rest too much was posted meanwhile: a new start begins from the first page.
const LONGEST_REST: Duration = Duration::from_secs(DAY.unsigned_abs());
/// The most requests of one export to step over statuses that the server cannot give. One such status takes up to a hundred.
const MOST_PROBES: u32 = 2000;

/// Where statuses go.
pub enum Output {
    /// Into this file, which appears when it is complete.
    File(PathBuf),
    /// To a stream, as they come. It cannot go on once it was cut off.
    Stream(Box<dyn Write + Send>),
}

/// An export that runs.
pub(in crate::keeper) struct Exporting {
    account: String,
    cancel: watch::Sender<bool>,
    count: Arc<AtomicU64>,
}

impl Keeper {
    /// Starts an export and returns its id. Everything that happens then, failures included, goes to `report`. If an export of the
    /// same plan into this file was cut off within a day it goes on, and its first progress says from how many statuses;
    /// otherwise it begins from the first page. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Disk`] where there can be no such file, or another export writes it.
    pub fn start_export(&self, plan: ExportPlan, output: Output, report: ExportReport) -> Result<String> {
        self.run_export(plan, output, LONGEST_REST, report)
    }

    fn run_export(&self, plan: ExportPlan, output: Output, longest_rest: Duration, report: ExportReport) -> Result<String> {
        let (id, target, stream) = match output {
            Output::File(path) => {
                let target = part::place(&path)?;
                (id_of(&target), target, None)
            }
            Output::Stream(stream) => (new_id(), PathBuf::new(), Some(stream)),
        };
        let (cancel, cancelled) = watch::channel(false);
        let count = Arc::new(AtomicU64::new(0));
        {
            let mut exports = lock(&self.shared.exports);
            if exports.contains_key(&id) {
                return Err(Error::disk(target)(std::io::ErrorKind::ResourceBusy.into()));
            }
            let running = Exporting {
                account: plan.account.clone(),
                cancel,
                count: count.clone(),
            };
            exports.insert(id.clone(), running);
        }
        let (keeper, own) = (self.clone(), id.clone());
        // The export ends and says so even if its task panics.
        let busy = self.busy();
        let work = work(&self.shared.outside.data, &id).ok();
        tokio::spawn(async move {
            let (own_keeper, progress) = (keeper.clone(), keeper.unfinished_exports());
            let (wanted, place, export_id, heard) = (plan, target.clone(), own.clone(), report.clone());
            let counted = count.clone();
            let task = tokio::spawn(async move {
                let of_plan = wanted.clone();
                let opened = own_keeper.blocking(move |keeper| match stream {
                    Some(stream) => Ok(Writer::stream(of_plan, stream)),
                    None => {
                        let pointer = keeper.id_pointer(&of_plan.account)?;
                        Writer::file(progress, export_id, of_plan, place, longest_rest, &pointer)
                    }
                });
                let writer = opened.await?;
                let before = writer.count();
                counted.store(before, Ordering::Relaxed);
                if before > 0 {
                    heard(ExportEvent::Progress { count: before, rate: 0 });
                }
                let run = Run {
                    keeper: own_keeper,
                    plan: wanted,
                    writer: Arc::new(Mutex::new(writer)),
                    report: heard,
                    cancelled,
                    count: counted,
                    before,
                    began: Instant::now(),
                    waited: Mutex::default(),
                    probes: MOST_PROBES,
                };
                run.go().await
            });
            let end = task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }));
            let count = count.load(Ordering::Relaxed);
            let note = own.clone();
            let resumable = keeper.blocking(move |keeper| Ok(keeper.can_go_on(&note))).await.unwrap_or(false);
            lock(&keeper.shared.exports).remove(&own);
            drop((busy, work));
            report(match end {
                Ok(Ending { missing, expected }) => {
                    tracing::info!(count, whole = missing.is_none(), "export done");
                    let path = target.display().to_string();
                    match missing {
                        Some(missing) => ExportEvent::Partial { count, path, missing },
                        None => ExportEvent::Done { count, path, expected },
                    }
                }
                Err(error) => {
                    tracing::info!(count, code = %error.code(), "export stopped");
                    ExportEvent::Stopped {
                        count,
                        resumable,
                        error: error.view(),
                    }
                }
            });
        });
        Ok(id)
    }

    /// The JSON pointer to the id of a status of this account.
    fn id_pointer(&self, account: &str) -> Result<String> {
        let (book, _) = self.shared.book.read_lossy();
        let provider = self.shared.registry.require(&book.account(account)?.provider)?;
        let listing = provider.statuses.as_ref();
        let pointer = listing.map(|listing| listing.id.clone());
        pointer.ok_or_else(|| Error::InputInvalid { field: "statuses".into() })
    }

    /// Checks a plan, and answers with the account's name, which the file's name may contain.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`]; [`Error::InputInvalid`] where its provider lists no statuses, or has no such filter.
    pub fn check_export(&self, plan: &ExportPlan) -> Result<String> {
        let (book, _) = self.shared.book.read_lossy();
        let account = book.account(&plan.account)?;
        let provider = self.shared.registry.require(&account.provider)?;
        let invalid = |field: &str| Error::InputInvalid { field: field.to_owned() };
        let listing = provider.statuses.as_ref().ok_or_else(|| invalid("statuses"))?;
        match plan.filters.iter().find(|wanted| listing.filters.iter().all(|f| f.id != **wanted)) {
            Some(unknown) => Err(invalid(unknown)),
            None => Ok(account.name.clone()),
        }
    }

    /// Goes on with an export that was cut off.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where there is none; as [`Keeper::start_export`].
    pub fn resume_export(&self, id: &str, report: ExportReport) -> Result<String> {
        let export = self.unfinished_exports().get(id).ok_or_else(no_export)?;
        self.run_export(export.plan, Output::File(export.target), Duration::MAX, report)
    }

    /// Stops an export after the page that is being written.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where none of this id runs.
    pub fn cancel_export(&self, id: &str) -> Result<()> {
        let exports = lock(&self.shared.exports);
        exports.get(id).ok_or_else(no_export)?.cancel.send_replace(true);
        Ok(())
    }

    /// Deletes the unfinished file of an export that was cut off.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where there is none, or it runs; [`Error::Disk`] also where it runs in another process.
    pub async fn discard_export(&self, id: &str) -> Result<()> {
        let runs = lock(&self.shared.exports).contains_key(id);
        let id = id.to_owned();
        self.blocking(move |keeper| {
            let export = keeper.unfinished_exports().get(&id).filter(|_| !runs).ok_or_else(no_export)?;
            part::discard(&export.target)?;
            keeper.unfinished_exports().remove(&id)
        })
        .await
    }

    /// An account's exports that run, in any process, or can go on.
    pub async fn exports(&self, account: &str) -> Vec<ExportView> {
        let account = account.to_owned();
        let looked = self.blocking(move |keeper| Ok(keeper.exports_of(&account)));
        looked.await.unwrap_or_default()
    }

    fn exports_of(&self, account: &str) -> Vec<ExportView> {
        let all = self
            .unfinished_exports()
            .all()
            .into_iter()
            .filter(|(_, export)| export.plan.account == account);
        all.map(|(id, export)| {
            let count = lock(&self.shared.exports).get(&id).map(|here| here.count.load(Ordering::Relaxed));
            ExportView {
                count: count.unwrap_or(export.count),
                runs: count.is_some() || part::grows(&export.target),
                path: export.target.display().to_string(),
                plan: export.plan,
                id,
            }
        })
        .collect()
    }

    /// Stops an account's exports and deletes their unfinished files, because the account is deleted. Blocks.
    pub(in crate::keeper) fn forget_exports(&self, account: &str) {
        // The files of those that run are deleted at their end.
        for export in lock(&self.shared.exports).values().filter(|e| e.account == account) {
            export.cancel.send_replace(true);
        }
        for export in self.exports_of(account).into_iter().filter(|e| !e.runs) {
            self.can_go_on(&export.id);
        }
    }

    /// Whether an export that does not run can go on. The file of one whose account is deleted is removed. Blocks.
    fn can_go_on(&self, id: &str) -> bool {
        let Some(export) = self.unfinished_exports().get(id) else {
            return false;
        };
        let gone = self
            .shared
            .book
            .read()
            .is_ok_and(|book| book.account(&export.plan.account).is_err());
        if gone && let Err(error) = part::discard(&export.target).and_then(|()| self.unfinished_exports().remove(id)) {
            tracing::warn!(code = %error.code(), "the unfinished file of a deleted account stays");
        }
        !gone
    }

    /// Stops all exports before the program ends. They can go on later.
    pub(in crate::keeper) fn stop_exports(&self) {
        for export in lock(&self.shared.exports).values() {
            export.cancel.send_replace(true);
        }
    }

    fn unfinished_exports(&self) -> UnfinishedExports {
        UnfinishedExports::new(&self.shared.outside.data)
    }
}

fn no_export() -> Error {
    Error::InputInvalid { field: "export".into() }
}
