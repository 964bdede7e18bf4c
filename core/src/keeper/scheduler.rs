//! Tokens that are kept alive without anybody asking: a look over all accounts now and then, what is due renewed, at most a
//! few at once per host, and what did not work tried again later. A failure never deletes anything.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Keeper, lock};
use crate::book::{Account, Book, Later};
use crate::error::{Category, Error, Result};
use crate::keeper::renewal::clock::waits_for_person;
use crate::keeper::renewal::life;
use crate::refresh::{clocks, due};
use crate::view::{RenewalOutcome, RenewalView, StoreKind, StoreState};

/// So many renewals of one host at once.
const AT_ONCE: usize = 4;
/// The usual time between two looks at the clocks: timers stop while a computer sleeps, so the clocks decide what is due.
pub const TICK: Duration = Duration::from_secs(30);
/// Between two looks at the accounts where nothing is due: another process may have changed them.
const LOOK: i64 = 3600;

impl Keeper {
    /// Looks after all tokens until the end of the program. Wakes up twice a minute, to look at the clocks.
    pub async fn tend(&self) {
        loop {
            let began = self.now();
            self.look().await;
            self.deliver_due();
            self.forget_predecessors().await;
            tokio::spawn(self.clone().check_for_update());
            // Whoever shows notices takes them when the view has changed.
            self.changed();
            // A doubtful clock is not asked about without pause.
            let soonest = if self.is_clock_doubted() { clocks::CLOCK } else { 1 };
            let mut next = began.saturating_add(LOOK);
            loop {
                // What did not work meanwhile, here or in another process, is tried again at a time of its own.
                next = next.min(self.next_look().max(began.saturating_add(soonest)));
                let woken = tokio::time::timeout(self.desk.outside.tick, self.desk.wake.notified())
                    .await
                    .is_ok();
                if self.was_clock_set() || woken || self.now() >= next {
                    break;
                }
            }
        }
    }

    /// Has a look at once.
    pub fn look_now(&self) {
        self.desk.wake.notify_one();
    }

    /// Has a look at once after a sleep, or when the network is back: what waits for the network alone waits no longer.
    pub fn network_is_back(&self) {
        self.desk.network_back.store(true, Ordering::Relaxed);
        self.look_now();
    }

    /// Renews what is due now. What was done, an account each.
    pub async fn look(&self) -> Vec<RenewalView> {
        if let Err(error) = self.check_clock().await {
            tracing::warn!(code = %error.code(), "what a wrong clock wrote down stays");
        }
        let now = self.sure_now();
        let back = self.desk.network_back.swap(false, Ordering::Relaxed);
        let waits = |a: &Account| waits_for_person(a) || (self.waits_until(a).is_some() && !(back && waits_for_network(a)));
        let (book, _) = self.desk.book.look();
        let mut due = self.accounts(|a| !waits(a) && (a.renewing.is_some() || self.is_due(a, &book, now)));
        if due.is_empty() {
            return Vec::new();
        }
        // A store that is locked or gone is no failure of a token's, and nobody is asked to open it for this.
        let ready = self.ready_stores().await;
        due.retain(|a| ready.contains(&a.store));
        self.renew_all(due).await
    }

    /// The stores that can be read without asking anybody.
    pub(super) async fn ready_stores(&self) -> Vec<StoreKind> {
        let state = |keeper: &Keeper, kind| keeper.desk.store.state(kind) == StoreState::Ready;
        let both = [StoreKind::Keychain, StoreKind::SealedFile];
        let ready = self.blocking(move |keeper| Ok(both.into_iter().filter(|kind| state(keeper, *kind)).collect()));
        ready.await.unwrap_or_default()
    }

    /// Renews what would gain by it, although it may not be due yet: long-lived tokens, not the rotating ones. A person asked
    /// for it, so that no wait counts.
    pub async fn refresh_long_lived(&self) -> Vec<RenewalView> {
        let now = self.sure_now();
        let may = |a: &Account| self.lifetime(a).is_ok_and(|l| due::may_now(&life(&l, a), now));
        self.renew_all(self.accounts(may)).await
    }

    fn is_due(&self, account: &Account, book: &Book, now: i64) -> bool {
        self.due_from(account, book, now).is_some_and(|from| from <= now)
    }

    /// From when an account is to be renewed without anybody asking, Unix seconds: by itself, or because its token is delivered.
    fn due_from(&self, account: &Account, book: &Book, now: i64) -> Option<i64> {
        let lifetime = self.lifetime(account).ok().filter(|_| !is_over(account))?;
        let life = life(&lifetime, account);
        let by_itself = match due::plan(&life) {
            due::Plan::Renews { best, last, .. } if now < last => Some(best),
            _ => None,
        };
        let wanted = due::wanted_from(&life).filter(|_| book.delivers(&account.id));
        by_itself.into_iter().chain(wanted).min()
    }

    /// From when whoever reads its token all the time has to renew it, Unix seconds.
    pub(super) fn wanted_from(&self, account: &Account) -> Option<i64> {
        let lifetime = self.lifetime(account).ok().filter(|_| !is_over(account))?;
        due::wanted_from(&life(&lifetime, account))
    }

    fn accounts(&self, pick: impl Fn(&Account) -> bool) -> Vec<Account> {
        let (book, _) = self.desk.book.look();
        book.accounts
            .into_iter()
            .filter(|a| !a.paused && !self.is_practice_over(a) && pick(a))
            .collect()
    }

    /// When something is due next, Unix seconds.
    fn next_look(&self) -> i64 {
        let (book, _) = self.desk.book.look();
        let next = |a: &Account| {
            let cut_off = a.renewing.map(|intent| intent.time);
            let wanted = cut_off.or_else(|| self.due_from(a, &book, self.now()))?;
            let next = self.waits_until(a).map_or(wanted, |until| wanted.max(until));
            Some(next).filter(|_| !waits_for_person(a))
        };
        let accounts = book.accounts.iter().filter(|a| !a.paused).filter_map(next);
        accounts.chain(self.next_delivery(&book)).min().unwrap_or(i64::MAX)
    }

    /// Renews these, a few at once per host.
    async fn renew_all(&self, accounts: Vec<Account>) -> Vec<RenewalView> {
        let mut hosts: BTreeMap<String, Arc<Semaphore>> = BTreeMap::new();
        let mut flights = JoinSet::new();
        for account in accounts {
            let host = account.server.clone().or_else(|| account.hosts.values().next().cloned());
            let host = host.unwrap_or_else(|| account.provider.clone());
            let places = hosts.entry(host).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone();
            let keeper = self.clone();
            flights.spawn(async move {
                let _place = places.acquire_owned().await;
                keeper.renew_one(account).await
            });
        }
        let mut done = flights.join_all().await;
        done.sort_by(|a, b| a.name.cmp(&b.name));
        done
    }

    /// One of three outcomes: renewed; later; or the person is needed.
    async fn renew_one(&self, account: Account) -> RenewalView {
        let result = self.renew_due_or_asked(&account).await;
        let outcome = match &result {
            Ok(()) => RenewalOutcome::Renewed,
            Err(error) if is_for_later(error) => RenewalOutcome::Later,
            Err(_) => RenewalOutcome::NeedsYou,
        };
        let mut until = None;
        if let Err(error) = &result {
            tracing::info!(provider = %account.provider, code = %error.code(), ?outcome, "not renewed");
            // A store that is locked or gone says nothing about a token, and is no reason to wait once it is open; and an
            // account may be paused at this very moment.
            let later = (!is_of_store(error) && !matches!(error, Error::Paused)).then(|| self.later(&account, error, outcome));
            until = later.as_ref().and_then(|l| l.until);
            let trouble = (outcome == RenewalOutcome::NeedsYou).then(|| error.view());
            let id = account.id.clone();
            let written = self.blocking(move |keeper| {
                keeper.change_account(&id, |a| {
                    a.later = later.or(a.later.take());
                    a.trouble = trouble.or(a.trouble.take());
                })
            });
            if let Err(error) = written.await {
                tracing::warn!(code = %error.code(), "what became of a renewal is not written down");
            }
            self.changed();
        }
        RenewalView {
            account: account.id,
            name: account.name,
            outcome,
            error: result.err().map(|e| e.view()),
            until,
        }
    }

    async fn renew_due_or_asked(&self, account: &Account) -> Result<()> {
        let (book, _) = self.desk.book.look();
        if account.renewing.is_some() || self.is_due(account, &book, self.now()) {
            self.renew_due(&account.id).await
        } else {
            self.renew(&account.id).await
        }
    }

    /// When it is tried again, and why; what needs a person is not.
    fn later(&self, account: &Account, error: &Error, outcome: RenewalOutcome) -> Later {
        let tries = account.later.as_ref().map_or(0, |l| l.tries);
        let wait = || clocks::wait(tries, error.retry_after(), rand::random());
        Later {
            until: (outcome == RenewalOutcome::Later).then(|| self.now().saturating_add(wait())),
            tries: tries.saturating_add(1),
            why: Some(error.view()),
        }
    }

    /// Whether anything must not be interrupted by an end or a restart of the program.
    pub fn is_busy(&self) -> bool {
        *self.desk.busy.borrow() > 0
            || *self.desk.carrying.borrow() > 0
            || !lock(&self.desk.logins).is_empty()
            || !lock(&self.desk.pending).is_empty()
            || !lock(&self.desk.held).is_empty()
    }
}

/// Its token is over, and only a new login replaces it.
pub(super) fn is_over(account: &Account) -> bool {
    account.trouble.as_ref().is_some_and(|t| t.code.ends_token())
}

/// A renewal did not work because nobody could be reached.
fn waits_for_network(account: &Account) -> bool {
    let why = account.later.as_ref().and_then(|later| later.why.as_ref());
    why.is_some_and(|why| why.code.is_of_network())
}

fn is_of_store(error: &Error) -> bool {
    matches!(
        error,
        Error::KeychainLocked | Error::KeychainMissing | Error::KeychainSilent | Error::KeychainRefused { .. } | Error::PassphraseNeeded
    )
}

/// What may work another time without anybody doing anything.
fn is_for_later(error: &Error) -> bool {
    match error {
        Error::Refused { category, .. } => matches!(
            category,
            Category::Transient | Category::RateLimited | Category::TooYoung | Category::AccountPending
        ),
        Error::Offline { .. }
        | Error::ServerUnreachable { .. }
        | Error::ServerNotFound { .. }
        | Error::ServerTls { .. }
        | Error::ProxyInvalid { .. }
        | Error::ProxyUnreachable { .. }
        | Error::ProxyDenied { .. }
        | Error::ProxyRefused { .. }
        | Error::AnswerUnreadable { .. }
        | Error::AnswerTooLarge { .. }
        | Error::Disk { .. }
        | Error::NoLocks { .. }
        | Error::FolderElsewhere { .. }
        | Error::PracticeOver
        | Error::Internal { .. } => true,
        error => error.is_in_between() || is_of_store(error) || matches!(error, Error::Paused),
    }
}
