//! The scheduler keeps tokens alive by itself: it sweeps over all accounts, renews what is due, at most a few at once for each
//! host, and tries again later what failed. A failure deletes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Keeper, Reason, lock};
use crate::book::{Account, Book, Later};
use crate::error::{Error, Result};
use crate::keeper::record::{life, waits_for_person};
use crate::keeper::renewal::clock::is_from_future;
use crate::refresh::{clocks, due};
use crate::token::{CLOCK, HOUR};
use crate::view::{ErrorView, RenewalOutcome, RenewalView};

/// The most renewals at one host at the same time: more might look like an attack.
const AT_ONCE: usize = 4;
/// How often the clocks are usually read. Timers stand still while a computer sleeps, so that no timer is trusted for long.
pub const TICK: Duration = Duration::from_secs(30);
/// Seconds between two sweeps where nothing is due: another process may have changed the accounts.
const LONGEST_PAUSE: i64 = HOUR;

impl Keeper {
    /// Keeps all tokens alive until the program ends.
    pub async fn run_scheduler(&self) {
        let mut changed_tokens = self.shared.changed_tokens.subscribe();
        loop {
            let began = self.now();
            self.sweep_and_deliver().await;
            tokio::spawn(self.clone().forget_predecessors());
            tokio::spawn(self.clone().check_for_update());
            // A shell takes notices when the view has changed.
            self.changed();
            // While the clock is in doubt each sweep asks servers for the time.
            let soonest = if self.is_clock_doubted() { CLOCK } else { 1 };
            let mut next = began.saturating_add(LONGEST_PAUSE);
            loop {
                // What failed meanwhile, here or in another process, has a time of its own.
                next = next.min(self.next_due().max(began.saturating_add(soonest)));
                let woken = tokio::select! {
                    () = self.shared.wake.notified() => true,
                    // The new token may be due at another time.
                    _ = changed_tokens.changed() => false,
                    () = tokio::time::sleep(self.shared.outside.tick) => false,
                };
                if self.was_clock_set() || woken || self.now() >= next {
                    break;
                }
            }
        }
    }

    /// Renews what is due, and delivers. A delivery waits for the renewal of its own token, and for no other.
    async fn sweep_and_deliver(&self) {
        let sweep = self.sweep();
        tokio::pin!(sweep);
        loop {
            self.start_deliveries_of_valid();
            tokio::select! {
                _ = &mut sweep => break,
                () = tokio::time::sleep(self.shared.outside.tick) => {}
            }
        }
        self.start_due_deliveries();
    }

    /// Wakes the scheduler after a sleep, or when the network is back: what waits only for the network is tried again.
    pub fn network_is_back(&self) {
        self.shared.network_back.store(true, Ordering::Relaxed);
        self.wake_scheduler();
    }

    /// Renews what is due now, and says what became of each account.
    pub async fn sweep(&self) -> Vec<RenewalView> {
        if let Err(error) = self.check_clock().await {
            tracing::warn!(code = %error.code(), "times that a wrong clock wrote stay");
        }
        let _ = self
            .blocking(|keeper| {
                keeper.prune_ledger();
                Ok(())
            })
            .await;
        let back = self.shared.network_back.swap(false, Ordering::Relaxed);
        let goes_on = |a: &Account| back && waits_for_network(a);
        let (book, _) = self.shared.book.read_lossy();
        let due = self.due_accounts(&book, self.trusted_now(), goes_on);
        if due.is_empty() {
            return Vec::new();
        }
        // A locked or missing store is no failure of a token, and no reason to ask for a passphrase.
        let ready = self.ready_stores().await;
        let (due, locked): (Vec<_>, Vec<_>) = due.into_iter().partition(|a| ready.contains(&a.store));
        // They go on as soon as their store is open. A server that was asked in vain just now is left alone.
        let held_up = |accounts: &[Account]| accounts.iter().any(|a| self.waits_until(a).is_some() && goes_on(a));
        if held_up(&locked) && !held_up(&due) {
            self.shared.network_back.store(true, Ordering::Relaxed);
        }
        self.renew_all(due).await
    }

    /// Whether a sweep or [`Keeper::deliver_due`] would find something to do now. Only the book is read, and no store has to be open.
    pub fn has_due(&self) -> bool {
        let (book, _) = self.shared.book.read_lossy();
        let now = self.now();
        // A sweep asks for the time then, and more may be due afterwards.
        let doubts = self.is_clock_doubted() || book.accounts.iter().any(|a| is_from_future(a, now));
        doubts || !self.due_accounts(&book, now, |_| false).is_empty() || self.has_due_delivery(&book)
    }

    /// The accounts that a sweep at this time renews: those that are due, or whose renewal was cut off. One that waits is left out, unless
    /// it `goes_on`.
    fn due_accounts(&self, book: &Book, now: i64, goes_on: impl Fn(&Account) -> bool) -> Vec<Account> {
        let may = |a: &Account| !waits_for_person(a) && (self.waits_until(a).is_none() || goes_on(a));
        self.accounts(|a| may(a) && (a.renewing.is_some() || self.is_due(a, book, now)))
    }

    /// Renews the long-lived tokens that gain by it, due or not, because a person asked for it. Waits do not count. Rotating
    /// tokens are left out.
    pub async fn refresh_long_lived(&self) -> Vec<RenewalView> {
        let now = self.trusted_now();
        let may = |a: &Account| self.lifetime(a).is_ok_and(|l| due::may_now(&life(&l, a), now));
        self.renew_all(self.accounts(may)).await
    }

    fn is_due(&self, account: &Account, book: &Book, now: i64) -> bool {
        let from = self.due_from(account, book.delivers(&account.id), now);
        from.is_some_and(|from| from <= now)
    }

    /// From when an account is due, Unix seconds: because of its lifetime, or because its token has to be `valid` all the time.
    fn due_from(&self, account: &Account, valid: bool, now: i64) -> Option<i64> {
        let lifetime = self.lifetime(account).ok().filter(|_| !self.is_over(account))?;
        let by_itself = match due::plan(&life(&lifetime, account)) {
            due::Plan::Renews { best, last, .. } if now < last => Some(best),
            _ => None,
        };
        let wanted = self.wanted_from(account).filter(|_| valid);
        by_itself.into_iter().chain(wanted).min()
    }

    fn accounts(&self, pick: impl Fn(&Account) -> bool) -> Vec<Account> {
        let (book, _) = self.shared.book.read_lossy();
        book.accounts
            .into_iter()
            .filter(|a| !a.paused && !self.is_practice_over(a) && pick(a))
            .collect()
    }

    /// When something is due next, Unix seconds.
    fn next_due(&self) -> i64 {
        let (book, _) = self.shared.book.read_lossy();
        let accounts = book
            .accounts
            .iter()
            .filter_map(|a| self.next_renewal(a, book.delivers(&a.id), self.now()));
        accounts.chain(self.next_delivery(&book)).min().unwrap_or(i64::MAX)
    }

    /// When an account is renewed next, Unix seconds. `valid`: its token has to be valid all the time.
    fn next_renewal(&self, account: &Account, valid: bool, now: i64) -> Option<i64> {
        let cut_off = account.renewing.map(|intent| intent.time);
        let wanted = cut_off.or_else(|| self.due_from(account, valid, now))?;
        let next = self.waits_until(account).map_or(wanted, |until| wanted.max(until));
        Some(next).filter(|_| !account.paused && !waits_for_person(account))
    }

    /// Renews these, a few at once for each host.
    async fn renew_all(&self, accounts: Vec<Account>) -> Vec<RenewalView> {
        let mut hosts: BTreeMap<String, Arc<Semaphore>> = BTreeMap::new();
        let mut renewals = JoinSet::new();
        for account in accounts {
            let host = account.server.clone().or_else(|| account.hosts.values().next().cloned());
            let host = host.unwrap_or_else(|| account.provider.clone());
            let slots = hosts.entry(host).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))).clone();
            let keeper = self.clone();
            renewals.spawn(async move {
                let _slot = slots.acquire_owned().await;
                keeper.renew_one(account).await
            });
        }
        let mut done = renewals.join_all().await;
        done.sort_by(|a, b| a.name.cmp(&b.name));
        done
    }

    /// Renews one account and writes down when a failed renewal is tried again.
    async fn renew_one(&self, account: Account) -> RenewalView {
        let result = self.renew_due_or_asked(&account).await;
        self.note_renewal(account, result).await
    }

    /// Writes down what became of a renewal.
    async fn note_renewal(&self, account: Account, result: Result<()>) -> RenewalView {
        let outcome = match &result {
            Ok(()) => RenewalOutcome::Renewed,
            Err(error) if is_for_later(error) => RenewalOutcome::Later,
            Err(_) => RenewalOutcome::NeedsYou,
        };
        let mut until = None;
        if let Err(error) = &result {
            tracing::info!(provider = %account.provider, code = %error.code(), ?outcome, "not renewed");
            // A locked store says nothing about the token, which need not wait once the store is open; and the account may have
            // been paused just now.
            let later =
                (!is_of_store(error) && !matches!(error, Error::Paused | Error::OnHold)).then(|| self.later(&account, error, outcome));
            until = later.as_ref().and_then(|l| l.until);
            let trouble = (outcome == RenewalOutcome::NeedsYou).then(|| error.view());
            let (id, generation) = (account.id.clone(), account.generation);
            let written = self.blocking(move |keeper| {
                keeper.change_account(&id, |a| {
                    // A login may have replaced the token since: then nothing has failed. The next sweep notes a failure of a
                    // token that the book learned of only now.
                    if a.generation == generation {
                        a.later = later.or(a.later.take());
                        a.trouble = trouble.or(a.trouble.take());
                    }
                })
            });
            if let Err(error) = written.await {
                tracing::warn!(code = %error.code(), "the outcome of a renewal is not written down");
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
        let (book, _) = self.shared.book.read_lossy();
        let is_due = account.renewing.is_some() || self.is_due(account, &book, self.now());
        self.renew(&account.id, if is_due { Reason::Due } else { Reason::Asked }).await
    }

    /// Keeps one account's token valid for a program that holds it, until the caller stops waiting: renews it when it is due, and a
    /// token that is renewed on demand before it ends. Other processes may do the same; the token is renewed once. Why there is no
    /// valid token, or none soon, is reported at each try.
    pub async fn keep_valid(&self, account: &str, report: impl Fn(&ErrorView)) {
        let tick = self.shared.outside.tick;
        loop {
            let wait = match self.shared.book.read_lossy().0.account(account) {
                Ok(record) => self.keep_valid_once(record.clone(), &report).await,
                Err(_) => tick,
            };
            tokio::time::sleep(wait.clamp(Duration::from_secs(1).min(tick), tick)).await;
        }
    }

    /// Renews an account if it is due. Says how long nothing is due then.
    async fn keep_valid_once(&self, record: Account, report: impl Fn(&ErrorView)) -> Duration {
        let tick = self.shared.outside.tick;
        let now = self.now();
        let next = self.next_renewal(&record, true, now).filter(|_| !self.is_practice_over(&record));
        let Some(next) = next else {
            let ended = record.expires.filter(|end| !record.life_unknown && *end <= now);
            let ended = ended.map(|_| Error::TokenExpired.view());
            let why = record.trouble.clone().filter(|t| t.code.ends_token() || waits_for_person(&record));
            if let Some(why) = why.or(ended) {
                report(&why);
            }
            return tick;
        };
        if next > now {
            return Duration::from_secs((next - now).unsigned_abs());
        }
        // As in a sweep: servers are asked for the time if the clock is in doubt, and a locked store is no failure of a token.
        if let Err(error) = self.check_clock().await {
            tracing::warn!(code = %error.code(), "times that a wrong clock wrote stay");
        }
        let is_due = next <= self.trusted_now();
        if !is_due || !self.ready_stores().await.contains(&record.store) {
            return tick;
        }
        let by_itself = record.renewing.is_some() || self.due_from(&record, false, now).is_some_and(|from| from <= now);
        let reason = if by_itself { Reason::Due } else { Reason::Used };
        let result = self.renew(&record.id, reason).await;
        let renewal = self.note_renewal(record, result).await;
        match renewal.error {
            Some(error) => {
                report(&error);
                tick
            }
            None => Duration::ZERO,
        }
    }

    /// When it is tried again, and why; never where only a person helps.
    fn later(&self, account: &Account, error: &Error, outcome: RenewalOutcome) -> Later {
        let tries = account.later.as_ref().map_or(0, |l| l.tries);
        let wait = || clocks::wait(tries, error.retry_after(), rand::random());
        Later {
            until: (outcome == RenewalOutcome::Later).then(|| self.now().saturating_add(wait())),
            tries: tries.saturating_add(1),
            why: Some(error.view()),
        }
    }

    /// Whether something runs that the end of the program would interrupt.
    pub fn is_busy(&self) -> bool {
        *self.shared.busy.borrow() > 0
            || *self.shared.delivering.borrow() > 0
            || !self.shared.changed_tokens.borrow().is_empty()
            || !lock(&self.shared.logins).is_empty()
            || !lock(&self.shared.pending).is_empty()
            || !lock(&self.shared.mismatches).is_empty()
    }
}

/// The renewal failed because the server could not be reached.
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

/// Whether it may work later without a person doing anything.
fn is_for_later(error: &Error) -> bool {
    match error {
        Error::Refused { category, .. } => category.passes(),
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
        error => error.is_in_between() || is_of_store(error) || matches!(error, Error::Paused | Error::OnHold),
    }
}
