//! The time that renewals go by: both clocks are compared, servers are asked where this computer's clock is in doubt, and a
//! failed renewal waits. `refresh::clocks` has the rules.

use std::sync::atomic::Ordering;

use tokio::task::JoinSet;
use url::Url;

use crate::ask::clock_wrong;
use crate::book::Account;
use crate::error::Result;
use crate::keeper::record::{has_ended, life};
use crate::keeper::{Keeper, lock};
use crate::refresh::clocks::holds;
use crate::refresh::due::{self, Plan, plan};
use crate::system;
use crate::token::CLOCK;

/// How many servers are asked for the time: one may be wrong.
const WITNESSES: usize = 3;

/// Seconds since some moment, including sleep. It cannot be set.
pub fn since_boot() -> i64 {
    system::since_boot()
}

impl Keeper {
    /// Reads both clocks. Whether the wall clock was set since the last reading: then nothing is known of its error.
    pub(in crate::keeper) fn was_clock_set(&self) -> bool {
        let now = self.shared.outside.moment();
        let by = now.set_since(std::mem::replace(&mut *lock(&self.shared.clocks), now));
        if by != 0 {
            tracing::info!(by, "the clock was set");
            self.shared.http.forget_time();
            self.shared.clock_set.store(true, Ordering::Relaxed);
        }
        by != 0
    }

    /// Whether the clock was set, and no server has confirmed it since.
    pub(in crate::keeper) fn is_clock_doubted(&self) -> bool {
        self.shared.clock_set.load(Ordering::Relaxed)
    }

    /// Asks servers for the time where this computer's clock is in doubt: it was set, or tokens are from the future.
    pub(in crate::keeper) async fn check_clock(&self) -> Result<()> {
        self.was_clock_set();
        let (book, _) = self.shared.book.read_lossy();
        let now = self.now();
        let from_future = book.accounts.iter().any(|a| is_from_future(a, now));
        if !self.is_clock_doubted() && !from_future {
            return Ok(());
        }
        // The hosts where tokens are renewed next. No token is sent.
        let next = |a: &&Account| match self.lifetime(a).map(|l| plan(&life(&l, a))) {
            Ok(Plan::Renews { best, .. }) => best,
            _ => i64::MAX,
        };
        let mut nearest: Vec<&Account> = book.accounts.iter().filter(|a| !self.is_practice_over(a)).collect();
        nearest.sort_by_key(next);
        let mut origins: Vec<Url> = Vec::new();
        for origin in nearest.iter().filter_map(|a| a.server.as_ref().or_else(|| a.hosts.values().next())) {
            if let Ok(origin) = Url::parse(origin)
                && !origins.contains(&origin)
                && origins.len() < WITNESSES
            {
                origins.push(origin);
            }
        }
        let mut questions = JoinSet::new();
        for origin in origins {
            let http = self.shared.http.clone();
            questions.spawn(async move { http.warm(&origin).await });
        }
        questions.join_all().await;
        let server = self.shared.http.server_time();
        if server.is_none_or(|server| clock_wrong(now, server).is_some()) {
            return Ok(());
        }
        self.shared.clock_set.store(false, Ordering::Relaxed);
        if !from_future {
            return Ok(());
        }
        // A wrong clock wrote when it was issued. It counts from now, and is renewed before its end.
        self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
                for account in book.accounts.iter_mut().filter(|a| is_from_future(a, now)) {
                    let ahead = account.issued.unwrap_or(now).saturating_sub(now);
                    account.issued = Some(now);
                    account.expires = account.expires.map(|end| end.saturating_sub(ahead));
                    account.refresh_expires = account.refresh_expires.map(|end| end.saturating_sub(ahead));
                }
                Ok(())
            })
        })
        .await
    }

    /// The time that renewals go by. While the clock is in doubt it is the server's, if that is earlier, so that no renewal is
    /// too early.
    pub(in crate::keeper) fn trusted_now(&self) -> i64 {
        let now = self.now();
        let server = self.shared.http.server_time().filter(|_| self.is_clock_doubted());
        server.map_or(now, |server| now.min(server))
    }

    /// From when a token that renews on demand has to be renewed for its deliveries, Unix seconds.
    pub(in crate::keeper) fn wanted_from(&self, account: &Account) -> Option<i64> {
        let lifetime = self.lifetime(account).ok().filter(|_| !self.is_over(account))?;
        let life = life(&lifetime, account);
        // One that the platform has ended early is wanted at once.
        due::wanted_from(&life).map(|from| if has_ended(account) { life.issued } else { from })
    }

    /// Until when a renewal is not tried again, Unix seconds.
    pub(in crate::keeper) fn waits_until(&self, account: &Account) -> Option<i64> {
        let until = account.later.as_ref()?.until?;
        holds(until, self.now()).then_some(until)
    }
}

/// Whether a token was issued later than now: this computer's clock is wrong, or was.
pub(in crate::keeper) fn is_from_future(account: &Account, now: i64) -> bool {
    account.issued.is_some_and(|issued| issued > now.saturating_add(CLOCK))
}
