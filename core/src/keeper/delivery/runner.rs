//! Sends tokens to their targets: after each change of a token, when the scheduler asks, and when a person does. What fails is
//! tried again later. No login and no renewal waits for it.

use std::collections::BTreeSet;
use std::sync::Weak;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::book::{self, Account, Book, Delivery, Later, Stamp};
use crate::deliver;
use crate::error::{Error, Result};
use crate::keeper::delivery::digest;
use crate::keeper::{Keeper, Shared, lock};
use crate::ledger::Purpose;
use crate::refresh::clocks;
use crate::token::target_from_stored;
use crate::vault::target_key;
use crate::view::{DeliveredView, DeliveryView, ErrorView, Proof};

/// Seconds until the scheduler looks again at what is owed and could not be tried.
const AGAIN: i64 = 300;
/// The most deliveries at the same time: each may run a program that takes long.
pub(in crate::keeper) const AT_ONCE: usize = 4;
/// How often in a row a delivery is sent again because its token changed meanwhile.
const TURNS: usize = 3;

impl Keeper {
    /// Delivers now, because a person asked for it. Waits do not count; a run that has begun is waited for.
    ///
    /// # Errors
    /// Why it failed. The delivery shows that too, and is tried again.
    pub async fn deliver(&self, id: &str) -> Result<()> {
        let (keeper, id) = (self.clone(), id.to_owned());
        let task = tokio::spawn(async move {
            keeper.run_one(&id, true).await?;
            let account = keeper.shared.book.read()?.delivery(&id)?.account.clone();
            // Another run may have skipped it while this one held its lock.
            keeper.queue(&account);
            Ok(())
        });
        task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }))
    }

    /// Starts what an account owes, in a task of its own.
    pub(super) fn queue(&self, account: &str) {
        let (book, _) = self.shared.book.read_lossy();
        if book.deliveries.iter().any(|d| d.account == account) {
            let (keeper, account, delivering) = (self.clone(), account.to_owned(), self.delivering());
            tokio::spawn(async move {
                let _delivering = delivering;
                keeper.run_due(|d| d.account == account).await;
            });
        }
    }

    /// Starts all that is owed and may be tried now, in a task of its own.
    pub(in crate::keeper) fn start_due_deliveries(&self) {
        let keeper = self.clone();
        tokio::spawn(async move { keeper.run_due(|_| true).await });
    }

    /// Starts what is owed of tokens that need no renewal now. The others are delivered once they are renewed.
    pub(in crate::keeper) fn start_deliveries_of_valid(&self) {
        let keeper = self.clone();
        tokio::spawn(async move {
            let (book, _) = keeper.shared.book.read_lossy();
            let now = keeper.now();
            let waits = |a: &Account| a.renewing.is_some() || a.doubted.is_some() || keeper.wanted_from(a).is_some_and(|from| from <= now);
            keeper.run_due(|d| book.account(&d.account).is_ok_and(|a| !waits(a))).await;
        });
    }

    /// Delivers all that is owed and may be tried now, and waits also for what this process delivers already. Each delivery has a
    /// time limit; the view shows what became of it.
    pub async fn deliver_due(&self) {
        self.run_due(|_| true).await;
        self.deliveries_end().await;
    }

    /// The deliveries that this process tried and whose last try failed, each with the reason.
    pub fn failed_deliveries(&self) -> Vec<(DeliveryView, ErrorView)> {
        let failed = lock(&self.shared.failed_deliveries).clone();
        if failed.is_empty() {
            return Vec::new();
        }
        let (book, _) = self.shared.book.read_lossy();
        let known = failed
            .into_iter()
            .filter_map(|(id, why)| Some((self.delivery_view(book.delivery(&id).ok()?, &book), why)));
        known.collect()
    }

    async fn queue_changed(&self) {
        // Counted before the set is empty: a wait for the end of all deliveries sees no gap.
        let _delivering = self.delivering();
        let mut changed = BTreeSet::new();
        self.shared.changed_tokens.send_if_modified(|accounts| {
            changed = std::mem::take(accounts);
            !changed.is_empty()
        });
        for account in &changed {
            if let Err(error) = self.forget_waits(account).await {
                tracing::warn!(code = %error.code(), "a new token waits as long as the last one");
            }
            self.queue(account);
        }
    }

    /// Has a new token synced at once, however often its targets failed with the last one, which may have ended.
    async fn forget_waits(&self, account: &str) -> Result<()> {
        let (book, _) = self.shared.book.read_lossy();
        if !book.deliveries.iter().any(|d| d.account == account && d.later.is_some()) {
            return Ok(());
        }
        let of = account.to_owned();
        let forgotten = self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
                book.deliveries.iter_mut().filter(|d| d.account == of).for_each(|d| d.later = None);
                Ok(())
            })
        });
        forgotten.await
    }

    async fn run_due(&self, pick: impl Fn(&Delivery) -> bool) {
        let (book, _) = self.shared.book.read_lossy();
        let owed: Vec<&Delivery> = book
            .deliveries
            .iter()
            .filter(|d| pick(d) && self.is_delivery_due(d, &book))
            .collect();
        if owed.is_empty() {
            return;
        }
        // A locked store is no failure, and no reason to ask for a passphrase.
        let ready = self.ready_stores().await;
        let mut runs = JoinSet::new();
        for delivery in owed {
            let of_account = book.account(&delivery.account).map(|a| a.store);
            if !ready.contains(&delivery.store) || !of_account.is_ok_and(|store| ready.contains(&store)) {
                continue;
            }
            let (keeper, id, slots) = (self.clone(), delivery.id.clone(), self.shared.delivery_slots.clone());
            runs.spawn(async move {
                let _slot = slots.acquire_owned().await;
                for _ in 0..TURNS {
                    match keeper.run_one(&id, false).await {
                        // Another run may have skipped it while this one held its lock.
                        Ok(true) if keeper.is_owed(&id) => {}
                        Ok(_) => break,
                        Err(error) => {
                            tracing::info!(code = %error.code(), "not delivered");
                            break;
                        }
                    }
                }
            });
        }
        runs.join_all().await;
    }

    fn is_owed(&self, id: &str) -> bool {
        let (book, _) = self.shared.book.read_lossy();
        book.delivery(id).is_ok_and(|d| self.owes(d, &book))
    }

    /// Whether anything is owed that may be tried now.
    pub(in crate::keeper) fn has_due_delivery(&self, book: &Book) -> bool {
        book.deliveries.iter().any(|d| self.is_delivery_due(d, book))
    }

    fn is_delivery_due(&self, delivery: &Delivery, book: &Book) -> bool {
        self.owes(delivery, book) && self.delivery_waits_until(delivery, book, self.now()).is_none()
    }

    /// Whether a delivery is on, and its target does not have the present token.
    fn owes(&self, delivery: &Delivery, book: &Book) -> bool {
        let is_current = |a: &Account| delivery.stamp == Some(a.stamp());
        let is_alive = |a: &Account| !a.paused && !self.is_over(a) && !self.is_practice_over(a);
        delivery.confirmed && book.account(&delivery.account).is_ok_and(|a| is_alive(a) && !is_current(a))
    }

    /// Until when a delivery waits, Unix seconds: because of its target, or because the token cannot be renewed yet.
    fn delivery_waits_until(&self, delivery: &Delivery, book: &Book, now: i64) -> Option<i64> {
        let own = delivery
            .later
            .as_ref()
            .and_then(|l| l.until)
            .filter(|until| clocks::holds(*until, now));
        let wants = |a: &&Account| self.wanted_from(a).is_some_and(|from| from <= now);
        let account = book.account(&delivery.account).ok().filter(wants);
        own.max(account.and_then(|a| self.waits_until(a)).filter(|until| *until > now))
    }

    /// When something is to be delivered next, Unix seconds.
    pub(in crate::keeper) fn next_delivery(&self, book: &Book) -> Option<i64> {
        let now = self.now();
        let next = |d: &Delivery| {
            let over = d.later.as_ref().and_then(|l| l.until).filter(|until| now - until < AGAIN);
            self.delivery_waits_until(d, book, now)
                .unwrap_or(if over.is_some() { now } else { now + AGAIN })
        };
        book.deliveries.iter().filter(|d| self.owes(d, book)).map(next).min()
    }

    /// Runs one delivery and writes down what became of it. `asked`: a person waits for it. Otherwise the answer is false if
    /// another run holds its lock: that one may take long, and checks at its end whether the token has changed.
    async fn run_one(&self, id: &str, asked: bool) -> Result<bool> {
        let _delivering = self.delivering();
        self.shared.book.read()?.delivery(id)?;
        let (data, of) = (self.shared.outside.data.clone(), id.to_owned());
        let delivery_lock = self.blocking(move |_| match asked {
            true => book::lock::delivery(&data, &of).map(Some),
            false => book::lock::free_delivery(&data, &of),
        });
        let Some(_lock) = delivery_lock.await? else { return Ok(false) };
        let book = self.shared.book.read()?;
        let delivery = book.delivery(id)?.clone();
        if !asked && !self.owes(&delivery, &book) {
            return Ok(true);
        }
        // No failure of the target's: nothing waits for longer than the person does.
        if book.account(&delivery.account)?.on_hold {
            return Err(Error::OnHold);
        }
        let sent = book.account(&delivery.account)?.stamp();
        let result = self.send(&delivery).await;
        match &result {
            Ok(_) => lock(&self.shared.failed_deliveries).remove(id),
            Err(error) => lock(&self.shared.failed_deliveries).insert(id.to_owned(), error.view()),
        };
        let now = self.now();
        let tries = delivery.later.as_ref().map_or(0, |l| l.tries);
        let written = match &result {
            Ok((proof, stamp)) => Ok((
                DeliveredView {
                    time: now,
                    proof: proof.clone(),
                },
                *stamp,
            )),
            Err(error) => Err((matches!(error, Error::DeliveryUnconfirmed), later(error, tries, now))),
        };
        // A failure of the old token doesn't delay a new one.
        let (now_known, _) = self.shared.book.read_lossy();
        let is_renewed = result.is_err() && now_known.account(&delivery.account).is_ok_and(|a| a.stamp() != sent);
        let of = id.to_owned();
        self.blocking(move |keeper| {
            keeper.change_delivery(&of, |d| {
                match written {
                    Ok((done, stamp)) => {
                        d.done = Some(done);
                        d.stamp = Some(stamp);
                        d.later = None;
                    }
                    Err((true, _)) => {
                        d.confirmed = false;
                        d.later = None;
                    }
                    // It is owed, even if the target had this token before: nothing shows whether it still does.
                    Err((false, later)) => (d.stamp, d.later) = (None, Some(later).filter(|_| !is_renewed)),
                }
                Ok(())
            })
        })
        .await?;
        self.changed();
        match result {
            Err(error) if is_renewed && !asked => {
                tracing::info!(code = %error.code(), "not delivered, and there is a newer token");
                Ok(true)
            }
            result => result.map(|_| true),
        }
    }

    /// Sends a valid token, and says which one it was.
    async fn send(&self, delivery: &Delivery) -> Result<(Proof, Stamp)> {
        let (store, key) = (delivery.store, target_key(&delivery.id));
        let stored = match self.blocking(move |keeper| keeper.read_secret(store, &key)).await {
            // The book came from another computer.
            Err(Error::SecretMissing) => return Err(Error::DeliveryUnconfirmed),
            other => other?,
        };
        let (confirmed, credential) = target_from_stored(&stored)?;
        if !delivery.confirmed || confirmed != digest(&delivery.account, &delivery.target) {
            return Err(Error::DeliveryUnconfirmed);
        }
        // The account is read before its token: a newer token with an older stamp is sent again, and never the reverse.
        let before = self.shared.book.read()?.account(&delivery.account)?.clone();
        let token = self.token_for(&delivery.account, &self.own_use(Purpose::Delivery)).await?;
        let last = delivery.done.as_ref().map(|done| &done.proof);
        let target = &delivery.target;
        let proof = deliver::deliver(&self.shared.http, target, credential.as_ref(), &token.access_token, last).await?;
        Ok((proof, before.stamp_of(token.generation)))
    }
}

/// Delivers after each change of a token, until the keeper is gone. It holds no keeper while it waits.
pub(in crate::keeper) async fn run(keeper: Weak<Shared>, mut changed_tokens: watch::Receiver<BTreeSet<String>>) {
    while let Some(shared) = keeper.upgrade() {
        Keeper { shared }.queue_changed().await;
        if changed_tokens.changed().await.is_err() {
            return;
        }
    }
}

/// When it is tried again, and why.
fn later(error: &Error, tries: u32, now: i64) -> Later {
    Later {
        until: Some(now.saturating_add(clocks::wait(tries, error.retry_after(), rand::random()))),
        tries: tries.saturating_add(1),
        why: Some(error.view()),
    }
}
