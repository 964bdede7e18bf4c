//! What is late, and what needs the person. Core computes an account's state, [`Standing`]; this file only turns it into an exit code.

use keybearer_core::error::ErrorView;
use keybearer_core::keeper::Keeper;
use keybearer_core::token::{DAY, HOUR};
use keybearer_core::view::{AccountView, DeliveryView, Standing, StoreKind, StoreState};

use crate::failure;

/// Everything that the outputs show.
pub struct Report {
    /// The time of the report, Unix seconds.
    pub now: i64,
    /// The stores that have the accounts' tokens.
    pub stores: Vec<(StoreKind, StoreState)>,
    /// The accounts, without those of the practice platform.
    pub accounts: Vec<Judged>,
    /// The practice platform has accounts.
    pub has_practice: bool,
    /// Only a passphrase opens the encrypted files, so each process without it finds them locked.
    by_passphrase: bool,
}

/// An account and what is late about it.
pub struct Judged {
    /// The account.
    pub account: AccountView,
    /// Its deliveries, each with whether its target lacks a token that works.
    pub deliveries: Vec<(DeliveryView, bool)>,
    /// A person has to act, in most cases by signing in again.
    pub needs_login: bool,
    /// When it stops working unless something is done, Unix seconds.
    pub ends: Option<i64>,
    /// That end is only assumed, by the provider's file.
    pub assumed: bool,
    /// For how long its renewal has been due, in seconds.
    pub overdue: i64,
    /// How long a renewal may be due before it is late. A program that renews may run only once a day.
    grace: i64,
}

/// A store's name, as `keybearer store` has it.
pub fn name(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::Keychain => "keychain",
        StoreKind::SealedFile => "files",
    }
}

impl Report {
    /// Judges all accounts.
    pub fn of(keeper: &Keeper, now: i64) -> Report {
        let view = keeper.view();
        let deliveries = view.deliveries;
        let has_practice = view.accounts.iter().any(|a| a.practice);
        let real = view.accounts.into_iter().filter(|a| !a.practice);
        let accounts: Vec<Judged> = real.map(|a| Judged::of(a, &deliveries, now)).collect();
        let by_passphrase = keeper.waits_for_passphrase();
        let state = |kind| match kind {
            StoreKind::Keychain => view.store.keychain,
            StoreKind::SealedFile if by_passphrase => StoreState::Locked,
            StoreKind::SealedFile if view.store.kind == kind => view.store.state,
            // The keychain has their key.
            StoreKind::SealedFile => view.store.keychain,
        };
        let used = [StoreKind::Keychain, StoreKind::SealedFile].into_iter();
        let used = used.filter(|kind| accounts.iter().any(|j| j.account.store == *kind));
        Report {
            now,
            stores: used.map(|kind| (kind, state(kind))).collect(),
            accounts,
            has_practice,
            by_passphrase,
        }
    }

    /// The closed store that prevents renewals and uses. Files that a passphrase opens count only once something is late and no other
    /// reason for it is noted, which shows that no process has the passphrase.
    pub fn closed(&self) -> Option<(StoreKind, StoreState)> {
        let waits = |kind| self.accounts.iter().any(|j| j.account.store == kind && j.waits_for_store());
        let usual = |kind| kind == StoreKind::SealedFile && self.by_passphrase && !waits(kind);
        let mut stores = self.stores.iter().copied();
        stores.find(|(kind, state)| *state != StoreState::Ready && !usual(*kind))
    }

    /// The exit code: what needs a person first.
    pub fn code(&self) -> u8 {
        let any = |fits: fn(&Judged) -> bool| self.accounts.iter().any(fits);
        match self.closed() {
            _ if any(|j| j.needs_login) => 4,
            Some(_) => 6,
            None if any(|j| j.is_late() || j.owes()) => 5,
            None => 0,
        }
    }
}

impl Judged {
    fn of(account: AccountView, deliveries: &[DeliveryView], now: i64) -> Judged {
        // The target of a token that renews on demand only needs one that has not expired.
        let expired = account.expires.filter(|at| account.renews_on_demand && *at <= now);
        let lacks = |d: &DeliveryView| !d.confirmed || d.later.is_some() || !d.current || expired.is_some();
        let own = deliveries.iter().filter(|d| d.account == account.id);
        let deliveries: Vec<_> = own.map(|d| (d.clone(), lacks(d) && !account.paused)).collect();
        let needs_login = needs_person(&account, now);
        let wanted = expired.filter(|_| deliveries.iter().any(|(d, _)| d.confirmed) && !account.paused);
        let due = wanted.or(account.renews_next).filter(|_| !needs_login);
        let room = account.breaks.zip(account.renews_next).map(|(end, next)| (end - next).max(0) / 2);
        Judged {
            ends: account.breaks.or(account.ends),
            assumed: account.breaks.is_none() && account.is_assumed(),
            overdue: due.map_or(0, |due| (now - due).max(0)),
            grace: if wanted.is_some() {
                HOUR
            } else {
                room.map_or(DAY, |room| room.min(DAY))
            },
            needs_login,
            deliveries,
            account,
        }
    }

    /// A renewal failed and is retried, or is overdue.
    pub fn is_late(&self) -> bool {
        self.account.later.is_some() || self.overdue > self.grace
    }

    /// A target has no working token, or is off.
    pub fn owes(&self) -> bool {
        self.deliveries.iter().any(|(_, lacks)| *lacks)
    }

    /// Something is late because of the store: that is noted, or nothing is, because nothing is tried while the store is closed.
    fn waits_for_store(&self) -> bool {
        let is_of_store = |noted: Option<&ErrorView>| noted.is_none_or(|why| failure::of(why.code) == 6);
        let noted = self.account.later.as_ref().map(|later| &later.why);
        let renewal = self.is_late() && is_of_store(noted.or(self.account.trouble.as_ref()));
        let waits = |d: &DeliveryView| d.confirmed && is_of_store(d.later.as_ref().map(|later| &later.why));
        renewal || self.deliveries.iter().any(|(d, lacks)| *lacks && waits(d))
    }

    /// Neither a person nor Keybearer has anything to do.
    pub fn is_ok(&self) -> bool {
        !self.needs_login && !self.is_late() && !self.owes()
    }
}

/// Whether an account waits for a person: for a new login, or for what its trouble says.
fn needs_person(account: &AccountView, now: i64) -> bool {
    if account.paused {
        return false;
    }
    let data_over = matches!(account.standing, Standing::DataEnds { at } if at <= now);
    let trouble = account.trouble.as_ref().map(|trouble| trouble.code);
    let pressing = trouble.is_some_and(|code| !code.passes() && !matches!(failure::of(code), 5 | 6));
    account.standing.needs_login() || data_over || pressing
}
