//! Tokens brought to where they are used, after each login and renewal: what is owed, brought; what did not work, tried again
//! later. Nothing here is waited for by a renewal.

use tokio::task::JoinSet;

use crate::book::{self, Account, Book, Delivery, Later, Stamp};
use crate::deliver;
use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::keeper::delivery::digest;
use crate::keeper::scheduler::is_over;
use crate::refresh::clocks;
use crate::token::target_from_stored;
use crate::vault::target_key;
use crate::view::{DeliveredView, Proof};

/// What is owed and could not even be tried is looked at again after so long, in seconds.
const AGAIN: i64 = 300;
/// So many deliveries at once: a program may take its time.
pub(in crate::keeper) const AT_ONCE: usize = 4;
/// One that is owed again as soon as it was brought is brought again, so often at a stretch.
const TURNS: usize = 3;

impl Keeper {
    /// Delivers now, because a person asked for it: no wait counts, and one that is under way is waited for.
    ///
    /// # Errors
    /// Why it did not arrive; the delivery shows that too, and is tried again by itself.
    pub async fn deliver(&self, id: &str) -> Result<()> {
        let (keeper, id) = (self.clone(), id.to_owned());
        let task = tokio::spawn(async move {
            keeper.carry(&id, true).await?;
            let account = keeper.desk.book.read()?.delivery(&id)?.account.clone();
            // Who found it taken meanwhile has left it.
            keeper.deliver_soon(&account);
            Ok(())
        });
        task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }))
    }

    /// Delivers what an account owes, without anybody waiting for it.
    pub(in crate::keeper) fn deliver_soon(&self, account: &str) {
        let (book, _) = self.desk.book.look();
        if book.deliveries.iter().any(|d| d.account == account) {
            let (keeper, account, carries) = (self.clone(), account.to_owned(), self.carries());
            tokio::spawn(async move {
                let _carries = carries;
                keeper.carry_owed(|d| d.account == account).await;
            });
        }
    }

    /// Delivers all that is owed and may be tried now, without anybody waiting for it.
    pub(in crate::keeper) fn deliver_due(&self) {
        let keeper = self.clone();
        tokio::spawn(async move { keeper.carry_owed(|_| true).await });
    }

    /// The same, waited for: also what this process has under way already. Each has its own time limit, and the view says what
    /// became of it.
    pub async fn deliver_owed(&self) {
        self.carry_owed(|_| true).await;
        let _ = self.desk.carrying.subscribe().wait_for(|n| *n == 0).await;
    }

    async fn carry_owed(&self, pick: impl Fn(&Delivery) -> bool) {
        let (book, _) = self.desk.book.look();
        let now = self.now();
        let may = |d: &&Delivery| pick(d) && self.owes(d, &book) && self.held_until(d, &book, now).is_none();
        let owed: Vec<&Delivery> = book.deliveries.iter().filter(may).collect();
        if owed.is_empty() {
            return;
        }
        // A store that is locked is no failure: nobody is asked to open it for this.
        let ready = self.ready_stores().await;
        let mut ways = JoinSet::new();
        for delivery in owed {
            let of_account = book.account(&delivery.account).map(|a| a.store);
            if !ready.contains(&delivery.store) || !of_account.is_ok_and(|store| ready.contains(&store)) {
                continue;
            }
            let (keeper, id, places) = (self.clone(), delivery.id.clone(), self.desk.carriers.clone());
            ways.spawn(async move {
                let _place = places.acquire_owned().await;
                for _ in 0..TURNS {
                    match keeper.carry(&id, false).await {
                        // Who found it taken meanwhile has left it.
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
        ways.join_all().await;
    }

    fn is_owed(&self, id: &str) -> bool {
        let (book, _) = self.desk.book.look();
        book.delivery(id).is_ok_and(|d| self.owes(d, &book))
    }

    /// Whether a delivery is on, and the other side has not the token of now.
    fn owes(&self, delivery: &Delivery, book: &Book) -> bool {
        let of_now = |a: &Account| delivery.stamp == Some(a.stamp());
        let lives = |a: &Account| !a.paused && !is_over(a) && !self.is_practice_over(a);
        delivery.confirmed && book.account(&delivery.account).is_ok_and(|a| lives(a) && !of_now(a))
    }

    /// Until when it waits, Unix seconds: its target, or a server that is not to be asked for the token yet.
    fn held_until(&self, delivery: &Delivery, book: &Book, now: i64) -> Option<i64> {
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
            self.held_until(d, book, now)
                .unwrap_or(if over.is_some() { now } else { now + AGAIN })
        };
        book.deliveries.iter().filter(|d| self.owes(d, book)).map(next).min()
    }

    /// Brings one token to its target, and writes down what became of it. Where nobody asked, one that another carries stays
    /// owed, and the answer is no: who has it may have it for long, and looks again in the end.
    async fn carry(&self, id: &str, asked: bool) -> Result<bool> {
        let _carries = self.carries();
        self.desk.book.read()?.delivery(id)?;
        let (data, of) = (self.desk.outside.data.clone(), id.to_owned());
        let alone = self.blocking(move |_| match asked {
            true => book::lock::delivery(&data, &of).map(Some),
            false => book::lock::free_delivery(&data, &of),
        });
        let Some(_alone) = alone.await? else { return Ok(false) };
        let book = self.desk.book.read()?;
        let delivery = book.delivery(id)?.clone();
        if !asked && !self.owes(&delivery, &book) {
            return Ok(true);
        }
        let result = self.bring(&delivery).await;
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
                    Err((false, later)) => d.later = Some(later),
                }
                Ok(())
            })
        })
        .await?;
        self.changed();
        result.map(|_| true)
    }

    /// Never a dead token; and says which one it was.
    async fn bring(&self, delivery: &Delivery) -> Result<(Proof, Stamp)> {
        let (store, key) = (delivery.store, target_key(&delivery.id));
        let stored = match self.blocking(move |keeper| keeper.read_secret(store, &key)).await {
            // A book that came from elsewhere.
            Err(Error::SecretMissing) => return Err(Error::DeliveryUnconfirmed),
            other => other?,
        };
        let (confirmed, credential) = target_from_stored(&stored)?;
        if !delivery.confirmed || confirmed != digest(&delivery.account, &delivery.target) {
            return Err(Error::DeliveryUnconfirmed);
        }
        // The account is read before its token: a newer token under an older stamp is brought once more, and never the reverse.
        let before = self.desk.book.read()?.account(&delivery.account)?.clone();
        let token = self.fresh(&delivery.account).await?;
        let last = delivery.done.as_ref().map(|done| &done.proof);
        let target = &delivery.target;
        let proof = deliver::deliver(&self.desk.http, target, credential.as_ref(), &token.access_token, last).await?;
        Ok((proof, before.stamp_of(token.generation)))
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
