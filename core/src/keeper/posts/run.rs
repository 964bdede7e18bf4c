//! One run of an export: it reads page after page, the next one while the present one is written, and waits as long as the server
//! demands.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use url::Url;

use crate::ask::{Asking, Page, Statuses};
use crate::error::{Category, Error, Result};
use crate::keeper::or_cancelled;
use crate::keeper::posts::retry::{Waits, may_be_one_status};
use crate::keeper::posts::writer::Writer;
use crate::keeper::{Keeper, lock};
use crate::ledger::Purpose;
use crate::token::Token;
use crate::view::{ExportEvent, ExportPlan, MissingView};

/// Hears what happens in an export.
pub type ExportReport = Arc<dyn Fn(ExportEvent) + Send + Sync>;

/// The end of an export that was not cut off.
pub(in crate::keeper) struct Ending {
    /// What is missing in the file.
    pub missing: Option<MissingView>,
    /// The server's own count, if it gave fewer.
    pub expected: Option<u64>,
}

/// One run of an export, to its end or to where it is cut off.
pub(in crate::keeper) struct Run {
    pub keeper: Keeper,
    pub plan: ExportPlan,
    pub writer: Arc<Mutex<Writer>>,
    pub report: ExportReport,
    pub cancelled: watch::Receiver<bool>,
    pub count: Arc<AtomicU64>,
    /// How many statuses the file had before this run.
    pub before: u64,
    pub began: Instant,
    pub waited: Mutex<Duration>,
    /// How many requests are left to step over statuses that the server cannot give.
    pub probes: u32,
}

impl Run {
    /// Reads and writes until the end or until it is cut off.
    pub async fn go(mut self) -> Result<Ending> {
        let done = self.with_token().await;
        let (keeper, writer) = (self.keeper.clone(), self.writer.clone());
        // Nothing writes any more.
        drop(self);
        let writer = Arc::into_inner(writer).map(|s| s.into_inner().unwrap_or_else(PoisonError::into_inner));
        let Some(writer) = writer else {
            return Err(done.err().unwrap_or(Error::Cancelled));
        };
        let ended = keeper.blocking(move |_| match done {
            Ok(()) => {
                let ending = Ending {
                    missing: writer.missing(),
                    expected: writer.short_of(),
                };
                writer.finish().map(|()| ending)
            }
            Err(error) => {
                // The error to report is why it stopped.
                if let Err(worse) = writer.stop() {
                    tracing::warn!(code = %worse.code(), "an export's place is not noted");
                }
                Err(error)
            }
        });
        ended.await
    }

    /// Reads all pages with a valid token. If it turns out to be dead midway and was renewed meanwhile, the new one is used;
    /// otherwise the account says that it is dead.
    async fn with_token(&mut self) -> Result<()> {
        let (keeper, account) = (self.keeper.clone(), self.plan.account.clone());
        let mut record = keeper.shared.book.read()?.account(&account)?.clone();
        if record.user_id.is_none() {
            or_cancelled(&self.cancelled, keeper.verify(&account)).await?;
            record = keeper.shared.book.read()?.account(&account)?.clone();
        }
        let user_id = record
            .user_id
            .clone()
            .ok_or_else(|| Error::InputInvalid { field: "user_id".into() })?;
        let used = keeper.own_use(Purpose::Export);
        loop {
            let token = or_cancelled(&self.cancelled, keeper.token_for(&account, &used)).await?;
            let (own, used, person) = (&mut *self, &token, user_id.as_str());
            let done = keeper
                .ask_provider(&record, async move |asking| own.all_pages(&asking, used, person).await)
                .await;
            match done {
                Err(error) if is_dead(&error) => {
                    let _ = keeper.verify(&account).await;
                    let now = keeper.valid_token(&account).await;
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
        let statuses = asking.statuses(token, user_id, most, &self.plan.filters)?;
        // The server counts all of them, whatever is asked for.
        let listing = asking.provider.statuses.as_ref();
        let counted = self.plan.limit.is_none() && listing.is_some_and(|listing| listing.is_whole(&self.plan.filters));
        if counted && lock(&self.writer).is_new() {
            self.count_there(asking, token).await?;
        }
        let mut at = lock(&self.writer).begin(&statuses);
        while let Some(from) = at {
            at = match self.pages_from(&statuses, from).await? {
                Some((stuck, error)) => self.around(&statuses, user_id, &stuck, error).await?,
                None => None,
            };
        }
        let short = lock(&self.writer).short_of();
        if short.is_some() {
            self.count_there(asking, token).await?;
        }
        let writer = lock(&self.writer);
        let detail = match writer.short_of() {
            Some(expected) => format!("an empty list, where the server counts {expected}"),
            None if writer.repeats() => "an empty list, whose link leads to the same one".to_owned(),
            None => return Ok(()),
        };
        // A file that has this name already is worth more.
        if writer.is_empty() {
            return Err(Error::AnswerUnreadable { what: "statuses", detail });
        }
        Ok(())
    }

    /// Asks the server how many statuses there are. The export goes on without the answer.
    async fn count_there(&self, asking: &Asking<'_>, token: &Token) -> Result<()> {
        match or_cancelled(&self.cancelled, asking.statuses_count(token)).await {
            Err(Error::Cancelled) => Err(Error::Cancelled),
            Err(error) => {
                tracing::debug!(code = %error.code(), "the server does not say how many statuses there are");
                Ok(())
            }
            Ok(count) => {
                lock(&self.writer).count_says(count);
                Ok(())
            }
        }
    }

    /// Reads and writes to the last page. If a page fails, the answer is its address and why.
    async fn pages_from(&mut self, statuses: &Statuses<'_>, mut at: Url) -> Result<Option<(Url, Error)>> {
        let mut page = match self.page(statuses, &at).await {
            Ok(page) => page,
            Err(error) => return Ok(Some((at, error))),
        };
        loop {
            let next = lock(&self.writer).after(statuses, &page, &at)?;
            let writing = self.write(page, next.clone());
            let reading = async {
                match &next {
                    Some(at) => Some(self.page(statuses, at).await),
                    None => None,
                }
            };
            let (written, read) = tokio::join!(writing, reading);
            self.report_progress(written?);
            (page, at) = match read.zip(next) {
                Some((Ok(page), at)) => (page, at),
                Some((Err(error), at)) => return Ok(Some((at, error))),
                None => return Ok(None),
            };
        }
    }

    /// Writes a page in a thread of its own. The answer is how many statuses are in the file then.
    pub(in crate::keeper) fn write(&self, page: Page, next: Option<Url>) -> impl Future<Output = Result<u64>> + use<> {
        let writer = self.writer.clone();
        let writing = tokio::task::spawn_blocking(move || lock(&writer).add(&page, next));
        async { writing.await.map_err(|e| Error::Internal { detail: e.to_string() })? }
    }

    /// Reads one page, waiting as long as the server demands. If one status may be the cause of a failure, the page is tried again
    /// once only: `skip` finds out whether it is.
    async fn page(&self, statuses: &Statuses<'_>, at: &Url) -> Result<Page> {
        let mut waits = Waits::default();
        loop {
            let error = match or_cancelled(&self.cancelled, statuses.page(at)).await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            if waits.has_tried_again() && statuses.knows_ids() && may_be_one_status(&error) {
                return Err(error);
            }
            self.wait(&mut waits, error).await?;
        }
    }

    /// Waits until the page may be asked for again.
    ///
    /// # Errors
    /// The given one, where waiting does not help.
    pub(in crate::keeper) async fn wait(&self, waits: &mut Waits, error: Error) -> Result<()> {
        let Some(wait) = waits.next(&error) else { return Err(error) };
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
        *lock(&self.waited) += wait;
        Ok(())
    }

    pub(in crate::keeper) fn report_progress(&self, count: u64) {
        self.count.store(count, Ordering::Relaxed);
        let worked = self.began.elapsed().saturating_sub(*lock(&self.waited)).as_secs_f64();
        let rate = (count.saturating_sub(self.before) as f64 / worked.max(0.001)).round() as u64;
        (self.report)(ExportEvent::Progress { count, rate });
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
