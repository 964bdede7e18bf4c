//! An account's statuses into a file: the next page is on its way while the present one is written. What is cut off, by a
//! person, a kill, the network or a dead token, goes on where it was. How the file is written stands in `sheet`.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use url::Url;

use super::logins::or_cancelled;
use super::sheet::{Sheet, id_of};
use super::{Keeper, lock, new_id};
use crate::ask::{Asking, Page};
use crate::book::part;
use crate::book::unfinished::Shelf;
use crate::error::{Category, Error, Result};
use crate::http::Request;
use crate::token::Token;
use crate::view::{ExportEvent, ExportPlan, ExportView};

/// Hears what happens in an export.
pub type ExportReport = Arc<dyn Fn(ExportEvent) + Send + Sync>;

/// Where statuses go.
pub enum Output {
    /// Into this file, which is whole in the end or not there.
    File(PathBuf),
    /// Out, as they come; cannot go on once it was cut off.
    Stream(Box<dyn Write + Send>),
}

/// A server that does not say when to come again is asked after this, doubled each time.
const PATIENCE: Duration = Duration::from_secs(2);
/// The windows of the Mastodon family (providers.md §5.9).
const MOST_PATIENCE: Duration = Duration::from_secs(300);
/// Whoever must wait longer than that may as well go on later.
const LONGEST_WAIT: u64 = 900;
/// What is broken for a moment is tried again so often, first after this, doubled each time.
const TRIES: u32 = 4;
const MOMENT: Duration = Duration::from_millis(500);

/// An export that runs.
pub(super) struct Exporting {
    cancel: watch::Sender<bool>,
    count: Arc<AtomicU64>,
}

/// One run of an export, to its end or to where it is cut off.
struct Run {
    keeper: Keeper,
    plan: ExportPlan,
    sheet: Arc<Mutex<Sheet>>,
    report: ExportReport,
    cancelled: watch::Receiver<bool>,
    count: Arc<AtomicU64>,
    /// So many were there already.
    before: u64,
    began: Instant,
    waited: Duration,
}

impl Keeper {
    /// Starts an export and returns its id at once; everything after, failures included, is reported. To a place where one of
    /// the same plan was cut off it goes on. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Disk`] where no file can be at that place, or one is on its way there.
    pub fn start_export(&self, plan: ExportPlan, output: Output, report: ExportReport) -> Result<String> {
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
            let mut exports = lock(&self.desk.exports);
            if exports.contains_key(&id) {
                return Err(Error::disk(target)(std::io::ErrorKind::ResourceBusy.into()));
            }
            let running = Exporting {
                cancel,
                count: count.clone(),
            };
            exports.insert(id.clone(), running);
        }
        let (keeper, own) = (self.clone(), id.clone());
        // Whatever breaks in it, it ends and says so.
        let busy = self.busy();
        tokio::spawn(async move {
            let (desk, shelf) = (keeper.clone(), keeper.shelf());
            let (wanted, place, sheet_id, heard) = (plan, target.clone(), own.clone(), report.clone());
            let counted = count.clone();
            let task = tokio::spawn(async move {
                let of_plan = wanted.clone();
                let opened = desk.blocking(move |_| match stream {
                    Some(stream) => Ok(Sheet::stream(of_plan, stream)),
                    None => Sheet::file(shelf, sheet_id, of_plan, place),
                });
                let sheet = opened.await?;
                let before = sheet.count();
                counted.store(before, Ordering::Relaxed);
                let run = Run {
                    keeper: desk,
                    plan: wanted,
                    sheet: Arc::new(Mutex::new(sheet)),
                    report: heard,
                    cancelled,
                    count: counted,
                    before,
                    began: Instant::now(),
                    waited: Duration::ZERO,
                };
                run.to_the_end().await
            });
            let end = task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }));
            let count = count.load(Ordering::Relaxed);
            lock(&keeper.desk.exports).remove(&own);
            drop(busy);
            report(match end {
                Ok(()) => {
                    tracing::info!(count, "export done");
                    let path = target.display().to_string();
                    ExportEvent::Done { count, path }
                }
                Err(error) => {
                    tracing::info!(count, code = error.code(), "export stopped");
                    ExportEvent::Stopped {
                        count,
                        resumable: keeper.shelf().get(&own).is_some(),
                        error: error.view(),
                    }
                }
            });
        });
        Ok(id)
    }

    /// Goes on with an export that was cut off.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where there is none; as [`Keeper::start_export`].
    pub fn resume_export(&self, id: &str, report: ExportReport) -> Result<String> {
        let export = self.shelf().get(id).ok_or_else(no_export)?;
        self.start_export(export.plan, Output::File(export.target), report)
    }

    /// Stops an export after the page that is being written.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where none of this id runs.
    pub fn cancel_export(&self, id: &str) -> Result<()> {
        let exports = lock(&self.desk.exports);
        exports.get(id).ok_or_else(no_export)?.cancel.send_replace(true);
        Ok(())
    }

    /// Deletes what there is of an export that was cut off.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where there is none, or it runs; [`Error::Disk`].
    pub fn discard_export(&self, id: &str) -> Result<()> {
        let runs = lock(&self.desk.exports).contains_key(id);
        let export = self.shelf().get(id).filter(|_| !runs).ok_or_else(no_export)?;
        part::discard(&export.target)?;
        self.shelf().take(id)
    }

    /// An account's exports that run or can go on.
    pub fn exports(&self, account: &str) -> Vec<ExportView> {
        let running = lock(&self.desk.exports);
        let of_account = self.shelf().all().into_iter().filter(|(_, export)| export.plan.account == account);
        of_account
            .map(|(id, export)| {
                let runs = running.get(&id);
                ExportView {
                    count: runs.map_or(export.count, |r| r.count.load(Ordering::Relaxed)),
                    runs: runs.is_some(),
                    path: export.target.display().to_string(),
                    plan: export.plan,
                    id,
                }
            })
            .collect()
    }

    /// Stops all exports: the program ends, and they can go on another time.
    pub(super) fn stop_exports(&self) {
        for export in lock(&self.desk.exports).values() {
            export.cancel.send_replace(true);
        }
    }

    fn shelf(&self) -> Shelf {
        Shelf::new(&self.desk.outside.data)
    }
}

impl Run {
    async fn to_the_end(mut self) -> Result<()> {
        let done = self.with_token().await;
        let (keeper, sheet) = (self.keeper.clone(), self.sheet.clone());
        // The last writer has let go of it.
        drop(self);
        let sheet = Arc::into_inner(sheet).map(|s| s.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner));
        let Some(sheet) = sheet else { return done };
        let ended = keeper.blocking(move |_| match done {
            Ok(()) => sheet.finish(),
            Err(error) => {
                // What is said is why it stopped.
                if let Err(worse) = sheet.stop() {
                    tracing::warn!(code = worse.code(), "an export's place is not noted");
                }
                Err(error)
            }
        });
        ended.await
    }

    /// A token may die midway: whoever has renewed it meanwhile helps, and otherwise the account says so.
    async fn with_token(&mut self) -> Result<()> {
        let (keeper, account) = (self.keeper.clone(), self.plan.account.clone());
        let mut record = keeper.desk.book.read()?.account(&account)?.clone();
        if record.user_id.is_none() {
            or_cancelled(&self.cancelled, keeper.verify(&account)).await?;
            record = keeper.desk.book.read()?.account(&account)?.clone();
        }
        let user_id = record
            .user_id
            .clone()
            .ok_or_else(|| Error::InputInvalid { field: "user_id".into() })?;
        loop {
            let token = or_cancelled(&self.cancelled, keeper.fresh(&account)).await?;
            let (own, used, person) = (&mut *self, &token, user_id.as_str());
            let done = keeper
                .asking(&record, async move |asking| own.all_pages(&asking, used, person).await)
                .await;
            match done {
                Err(error) if is_dead(&error) => {
                    let _ = keeper.verify(&account).await;
                    let now = keeper.fresh(&account).await;
                    if now.is_err() || now.is_ok_and(|t| t.access_token.expose() == token.access_token.expose()) {
                        return Err(error);
                    }
                }
                done => return done,
            }
        }
    }

    async fn all_pages(&mut self, asking: &Asking<'_>, token: &Token, user_id: &str) -> Result<()> {
        let most = self.plan.limit.unwrap_or(u64::MAX);
        let first = asking.statuses(token, user_id, most, &self.plan.filters)?;
        let Some(at) = lock(&self.sheet).begin(&first.url) else {
            return Ok(());
        };
        let mut page = self.page(asking, token, &first, &at).await?;
        loop {
            let next = lock(&self.sheet).after(&page);
            let (sheet, then) = (self.sheet.clone(), next.clone());
            let writing = tokio::task::spawn_blocking(move || lock(&sheet).add(&page, then));
            let reading = async {
                match &next {
                    Some(at) => self.page(asking, token, &first, at).await.map(Some),
                    None => Ok(None),
                }
            };
            let (written, read) = tokio::join!(writing, reading);
            let count = written.map_err(|e| Error::Internal { detail: e.to_string() })??;
            self.say(count);
            match read? {
                Some(next) => page = next,
                None => return Ok(()),
            }
        }
    }

    /// One page, however long the server wants it to take.
    async fn page(&mut self, asking: &Asking<'_>, token: &Token, first: &Request, at: &Url) -> Result<Page> {
        let mut tries = 0;
        loop {
            let error = match or_cancelled(&self.cancelled, asking.page(token, first, at)).await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            let Some(wait) = wait(&error, tries) else { return Err(error) };
            tries += 1;
            let seconds = i64::try_from(wait.as_secs_f64().ceil() as u64).unwrap_or_default();
            (self.report)(ExportEvent::Waiting {
                until: self.keeper.now().saturating_add(seconds),
                error: error.view(),
            });
            let sleep = async {
                tokio::time::sleep(wait).await;
                Ok(())
            };
            or_cancelled(&self.cancelled, sleep).await?;
            self.waited += wait;
        }
    }

    fn say(&self, count: u64) {
        self.count.store(count, Ordering::Relaxed);
        let worked = self.began.elapsed().saturating_sub(self.waited).as_secs_f64();
        let rate = (count.saturating_sub(self.before) as f64 / worked.max(0.001)).round() as u64;
        (self.report)(ExportEvent::Progress { count, rate });
    }
}

/// How long to wait before the same page is asked for again; none where that would not help.
fn wait(error: &Error, tries: u32) -> Option<Duration> {
    let doubled = |first: Duration| first.saturating_mul(2_u32.saturating_pow(tries));
    match error {
        Error::Refused {
            category: Category::RateLimited,
            retry_after,
            ..
        } => match retry_after {
            Some(seconds) if *seconds > LONGEST_WAIT => None,
            Some(seconds) => Some(Duration::from_secs(*seconds).max(MOMENT)),
            None => Some(doubled(PATIENCE).min(MOST_PATIENCE)),
        },
        _ if tries >= TRIES => None,
        Error::Refused {
            category: Category::Transient,
            retry_after,
            ..
        } => match retry_after {
            Some(seconds) if *seconds > LONGEST_WAIT => None,
            Some(seconds) => Some(Duration::from_secs(*seconds).max(doubled(MOMENT))),
            None => Some(doubled(MOMENT)),
        },
        Error::ServerUnreachable { .. } | Error::Offline { .. } => Some(doubled(MOMENT)),
        _ => None,
    }
}

fn is_dead(error: &Error) -> bool {
    matches!(
        error,
        Error::Refused {
            category: Category::TokenDead,
            ..
        }
    )
}

fn no_export() -> Error {
    Error::InputInvalid { field: "export".into() }
}
