//! One run of an export: page after page, the next one on its way while the present one is written, with all the patience
//! that a server asks for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use url::Url;

use super::exporting::ExportReport;
use super::logins::or_cancelled;
use super::sheet::Sheet;
use super::{Keeper, lock};
use crate::ask::{Asking, Page};
use crate::error::{Category, Error, Intermediary, Result};
use crate::http::Request;
use crate::token::Token;
use crate::view::{ExportEvent, ExportPlan};

/// A server that does not say when to come again is asked after this, doubled each time.
const PATIENCE: Duration = Duration::from_secs(2);
/// The windows of the Mastodon family (providers.md §5.9).
const MOST_PATIENCE: Duration = Duration::from_secs(300);
/// Whoever must wait longer than that may as well go on later.
const LONGEST_WAIT: u64 = 900;
/// What is broken for a moment is tried again so often, first after this, doubled each time.
const TRIES: u32 = 4;
const MOMENT: Duration = Duration::from_millis(500);
/// A server with so many empty pages running leads nowhere. What is filtered after it was cut into pages has some.
const MOST_EMPTY: u32 = 50;

/// One run of an export, to its end or to where it is cut off.
pub(super) struct Run {
    pub keeper: Keeper,
    pub plan: ExportPlan,
    pub sheet: Arc<Mutex<Sheet>>,
    pub report: ExportReport,
    pub cancelled: watch::Receiver<bool>,
    pub count: Arc<AtomicU64>,
    /// So many were there already.
    pub before: u64,
    pub began: Instant,
    pub waited: Duration,
}

impl Run {
    /// Reads and writes until the end or until it is cut off.
    pub async fn go(mut self) -> Result<()> {
        let done = self.with_token().await;
        let (keeper, sheet) = (self.keeper.clone(), self.sheet.clone());
        // The last writer has let go of it.
        drop(self);
        let sheet = Arc::into_inner(sheet).map(|s| s.into_inner().unwrap_or_else(PoisonError::into_inner));
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
        let mut empty = 0;
        loop {
            empty = if page.is_empty() { empty + 1 } else { 0 };
            if empty == MOST_EMPTY {
                return Err(led_nowhere());
            }
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
        let mut waits = Waits::default();
        loop {
            let error = match or_cancelled(&self.cancelled, asking.page(token, first, at, &self.plan.filters)).await {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
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

fn led_nowhere() -> Error {
    Error::AnswerUnreadable {
        what: "statuses",
        detail: format!("{MOST_EMPTY} empty pages, one after the other"),
    }
}

/// How often one page had to be waited for: limits do not count as what is broken.
#[derive(Default)]
struct Waits {
    limits: u32,
    breaks: u32,
}

impl Waits {
    /// How long to wait before the same page is asked for again; none where that would not help. As long as the server says,
    /// and longer each time where that was too short.
    fn next(&mut self, error: &Error) -> Option<Duration> {
        let doubled = |first: Duration, times: &mut u32| {
            *times += 1;
            first.saturating_mul(2_u32.saturating_pow(*times - 1)).min(MOST_PATIENCE)
        };
        match error {
            Error::Refused {
                retry_after: Some(seconds),
                ..
            } if *seconds > LONGEST_WAIT => None,
            Error::Refused {
                category: Category::RateLimited,
                retry_after,
                ..
            } => Some(match retry_after {
                Some(seconds) => Duration::from_secs(*seconds).max(doubled(MOMENT, &mut self.limits)),
                None => doubled(PATIENCE, &mut self.limits),
            }),
            _ if self.breaks >= TRIES => None,
            Error::Refused {
                category: Category::Transient,
                retry_after,
                ..
            }
            | Error::Intermediary {
                kind: Intermediary::BotCheck | Intermediary::Page,
                retry_after,
                ..
            } => {
                let asked = Duration::from_secs(retry_after.unwrap_or_default());
                Some(asked.max(doubled(MOMENT, &mut self.breaks)))
            }
            Error::ServerUnreachable { .. } | Error::Offline { .. } => Some(doubled(MOMENT, &mut self.breaks)),
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(category: Category, retry_after: Option<u64>) -> Error {
        Error::Refused {
            category,
            status: 429,
            words: None,
            retry_after,
            action: None,
        }
    }

    #[test]
    fn patience_grows_and_limits_are_no_breaks() {
        let (limit, broken) = (|after| refused(Category::RateLimited, after), refused(Category::Transient, None));
        let mut waits = Waits::default();
        let said: Vec<u64> = (0..12).filter_map(|_| Some(waits.next(&limit(Some(0)))?.as_secs())).collect();
        assert_eq!(
            said,
            [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300],
            "at once is not for ever at once"
        );
        assert_eq!(waits.next(&limit(Some(600))), Some(Duration::from_secs(600)));
        assert_eq!(waits.next(&limit(Some(901))), None);
        for half_seconds in [1, 2, 4, 8] {
            assert_eq!(waits.next(&broken), Some(MOMENT * half_seconds));
            assert!(waits.next(&limit(None)).is_some());
        }
        assert_eq!((waits.next(&broken), waits.next(&limit(None))), (None, Some(MOST_PATIENCE)));
        assert_eq!(waits.next(&Error::Cancelled), None);
    }
}
