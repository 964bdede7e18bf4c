//! The clocks, watched: what is done when the wall clock was set, which time renewals go by, and how long one that did not
//! work has to wait. What to make of it all is `refresh::clocks`.

use std::sync::atomic::Ordering;

use tokio::task::JoinSet;
use url::Url;

use crate::ask::clock_wrong;
use crate::book::Account;
use crate::error::Result;
use crate::keeper::renewal::life;
use crate::keeper::{Keeper, lock};
use crate::refresh::clocks::{CLOCK, holds};
use crate::refresh::due::{Plan, plan};
use crate::system;

/// So many servers are asked for the time.
const WITNESSES: usize = 3;

/// Seconds since a moment of its own, through sleep; nobody sets it.
pub fn since_boot() -> i64 {
    system::since_boot()
}

impl Keeper {
    /// Reads both clocks. Whether the wall clock was set since they were last read: then what was known of its error is known
    /// no more.
    pub(in crate::keeper) fn was_clock_set(&self) -> bool {
        let now = self.desk.outside.moment();
        let by = now.set_since(std::mem::replace(&mut *lock(&self.desk.clocks), now));
        if by != 0 {
            tracing::info!(by, "the clock was set");
            self.desk.http.forget_time();
            self.desk.clock_set.store(true, Ordering::Relaxed);
        }
        by != 0
    }

    /// Whether the clock was set, and no server has said since that it is right.
    pub(in crate::keeper) fn is_clock_doubted(&self) -> bool {
        self.desk.clock_set.load(Ordering::Relaxed)
    }

    /// Asks a server for the time where there is reason to doubt this computer's: it was set, or tokens are from its future.
    pub(in crate::keeper) async fn check_clock(&self) -> Result<()> {
        self.was_clock_set();
        let (book, _) = self.desk.book.look();
        let now = self.now();
        let future = move |a: &Account| a.issued.is_some_and(|issued| issued > now.saturating_add(CLOCK));
        let from_future = book.accounts.iter().any(future);
        if !self.is_clock_doubted() && !from_future {
            return Ok(());
        }
        // The hosts where tokens are renewed next; no token is sent for this. Several, lest one that is wrong be believed.
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
        let mut asked = JoinSet::new();
        for origin in origins {
            let http = self.desk.http.clone();
            asked.spawn(async move { http.warm(&origin).await });
        }
        asked.join_all().await;
        let server = self.desk.http.server_time();
        if server.is_none_or(|server| clock_wrong(now, server).is_some()) {
            return Ok(());
        }
        self.desk.clock_set.store(false, Ordering::Relaxed);
        if !from_future {
            return Ok(());
        }
        // Issued by a clock that was wrong. Nobody knows how old it is: it counts from now, and is renewed before its end.
        self.blocking(move |keeper| {
            keeper.desk.book.change(|book| {
                for account in book.accounts.iter_mut().filter(|a| future(a)) {
                    let ahead = account.issued.unwrap_or(now).saturating_sub(now);
                    account.issued = Some(now);
                    account.expires = account.expires.map(|end| end.saturating_sub(ahead));
                }
                Ok(())
            })
        })
        .await
    }

    /// The time that renewals go by. While the clock is doubted it is the server's where that is earlier, so that nothing is
    /// sent too young.
    pub(in crate::keeper) fn sure_now(&self) -> i64 {
        let now = self.now();
        let server = self.desk.http.server_time().filter(|_| self.is_clock_doubted());
        server.map_or(now, |server| now.min(server))
    }

    /// Until when a renewal is not tried again; none where nothing is in its way but perhaps a person.
    pub(in crate::keeper) fn waits_until(&self, account: &Account) -> Option<i64> {
        let until = account.later.as_ref()?.until?;
        holds(until, self.now()).then_some(until)
    }
}

/// Whether only a person can go on: the renewal did not work, and the account still says why.
pub(in crate::keeper) fn waits_for_person(account: &Account) -> bool {
    let later = account.later.as_ref();
    later.is_some_and(|l| l.until.is_none() && l.why.is_some() && l.why == account.trouble)
}
