//! Tokens brought to where they are used, after each login and renewal: what is owed, brought; what did not work, tried again
//! later. Nothing here is waited for by a renewal. A delivery is off until the person has confirmed it as it is: the store
//! keeps a digest of what was confirmed, so that who writes into the book sends nothing anywhere.

use sha2::{Digest as _, Sha256};

use super::tending::is_over;
use super::{Keeper, new_id};
use crate::book::{self, Account, Book, Delivery, Later};
use crate::deliver;
use crate::error::{Error, Result};
use crate::refresh::clocks;
use crate::token::{Secret, target_from_stored, target_to_stored};
use crate::vault::target_key;
use crate::view::{DeliveredView, DeliveryView, LaterView, Proof, Target};

/// What is owed and could not even be tried is looked at again after so long, in seconds.
const AGAIN: i64 = 300;

impl Keeper {
    /// Delivers an account's tokens to this target from now on, and the one of now at once. To be called once the person has
    /// confirmed it in a native dialog. The same target again takes the new credential.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] names what is wrong with the definition; [`Error::AccountUnknown`]; the store's.
    pub async fn add_delivery(&self, account: &str, target: Target, credential: Option<Secret>) -> Result<String> {
        deliver::check(&target)?;
        let credential = credential.filter(|c| !c.expose().is_empty() && target.needs_credential());
        if target.needs_credential() && credential.is_none() {
            return Err(Error::InputInvalid {
                field: "credential".into(),
            });
        }
        let (account, of) = (account.to_owned(), account.to_owned());
        let id = self
            .blocking(move |keeper| {
                let book = keeper.desk.book.read()?;
                book.account(&account)?;
                let same = book.deliveries.into_iter().find(|d| d.account == account && d.target == target);
                let id = same.map_or_else(new_id, |d| d.id);
                let stored = target_to_stored(digest(&account, &target), credential.as_ref());
                let store = keeper.keep_or_leave(keeper.desk.store.kind(), &target_key(&id), &stored)?;
                let delivery = Delivery {
                    id: id.clone(),
                    account,
                    target,
                    store,
                    confirmed: true,
                    done: None,
                    stamp: None,
                    later: None,
                };
                keeper.desk.book.change(|book| {
                    book.deliveries.retain(|d| d.id != delivery.id);
                    book.deliveries.push(delivery);
                    Ok(())
                })?;
                Ok(id)
            })
            .await?;
        self.deliver_soon(&of);
        self.changed();
        Ok(id)
    }

    /// Whether a delivery could be added: to be asked before a person is.
    ///
    /// # Errors
    /// As [`Keeper::add_delivery`].
    pub fn check_delivery(&self, account: &str, target: &Target) -> Result<()> {
        self.desk.book.read()?.account(account)?;
        deliver::check(target)
    }

    /// Turns on a delivery that was off, as it was shown to the person in a native dialog; where its file leads may be new.
    ///
    /// # Errors
    /// [`Error::DeliveryUnconfirmed`] where it is no longer what was shown; [`Error::SecretMissing`] where the store has no
    /// credential for it: it has to be added anew.
    pub async fn confirm_delivery(&self, id: &str, shown: &Target) -> Result<()> {
        deliver::check(shown)?;
        let (id, shown) = (id.to_owned(), shown.clone());
        let account = self
            .blocking(move |keeper| {
                let _alone = book::lock::delivery(&keeper.desk.outside.data, &id)?;
                let delivery = keeper.desk.book.read()?.delivery(&id)?.clone();
                let key = target_key(&id);
                let credential = match keeper.read_secret(delivery.store, &key) {
                    Ok(stored) => target_from_stored(&stored)?.1,
                    Err(Error::SecretMissing) => None,
                    Err(error) => return Err(error),
                };
                if shown.needs_credential() && credential.is_none() {
                    return Err(Error::SecretMissing);
                }
                let stored = target_to_stored(digest(&delivery.account, &shown), credential.as_ref());
                let store = keeper.keep_or_leave(delivery.store, &key, &stored)?;
                keeper.change_delivery(&id, |d| {
                    if d.target.clone().without_link() != shown.clone().without_link() {
                        return Err(Error::DeliveryUnconfirmed);
                    }
                    d.target = shown;
                    d.confirmed = true;
                    d.store = store;
                    (d.done, d.stamp, d.later) = (None, None, None);
                    Ok(())
                })?;
                Ok(delivery.account)
            })
            .await?;
        self.deliver_soon(&account);
        self.changed();
        Ok(())
    }

    /// Delivers no more; what was delivered stays where it is.
    ///
    /// # Errors
    /// [`Error::DeliveryUnknown`], the store's.
    pub async fn remove_delivery(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        self.blocking(move |keeper| {
            let delivery = keeper.desk.book.read()?.delivery(&id)?.clone();
            keeper.forget_delivery(&delivery)
        })
        .await?;
        self.changed();
        Ok(())
    }

    fn forget_delivery(&self, delivery: &Delivery) -> Result<()> {
        let _alone = book::lock::delivery(&self.desk.outside.data, &delivery.id)?;
        self.forget_secret(delivery.store, &target_key(&delivery.id))?;
        self.desk.book.change(|book| {
            book.deliveries.retain(|d| d.id != delivery.id);
            Ok(())
        })
    }

    /// An account has an older token again, and the next one may be told by nothing from the one before.
    pub(super) fn owe_again(&self, account: &str) -> Result<()> {
        self.desk.book.change(|book| {
            for delivery in book.deliveries.iter_mut().filter(|d| d.account == account) {
                delivery.stamp = None;
            }
            Ok(())
        })
    }

    /// An account's deliveries go with it. Its lock is held, so that theirs are not waited for: one under way ends as it can.
    pub(super) fn forget_deliveries(&self, account: &str) -> Result<()> {
        let (book, _) = self.desk.book.look();
        for delivery in book.deliveries.iter().filter(|d| d.account == account) {
            self.forget_secret(delivery.store, &target_key(&delivery.id))?;
        }
        self.desk.book.change(|book| {
            book.deliveries.retain(|d| d.account != account);
            Ok(())
        })
    }

    /// Delivers now, because a person asked for it: no wait counts, and a token that is over is renewed first.
    ///
    /// # Errors
    /// Why it did not arrive; the delivery shows that too, and is tried again by itself.
    pub async fn deliver(&self, id: &str) -> Result<()> {
        let (keeper, id, busy) = (self.clone(), id.to_owned(), self.busy());
        let task = tokio::spawn(async move {
            let _busy = busy;
            keeper.carry(&id, true).await
        });
        task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }))
    }

    /// Delivers what an account owes, without anybody waiting for it.
    pub(super) fn deliver_soon(&self, account: &str) {
        let (book, _) = self.desk.book.look();
        if book.deliveries.iter().any(|d| d.account == account) {
            let (keeper, account, busy) = (self.clone(), account.to_owned(), self.busy());
            tokio::spawn(async move {
                let _busy = busy;
                keeper.carry_owed(|d| d.account == account).await;
            });
        }
    }

    /// Delivers all that is owed and may be tried now, without anybody waiting for it.
    pub(super) fn deliver_due(&self) {
        let keeper = self.clone();
        tokio::spawn(async move {
            // One look at a time: a program may take longer than a look at the clocks.
            if let Ok(_one) = keeper.desk.delivering.try_lock() {
                keeper.carry_owed(|_| true).await;
            }
        });
    }

    async fn carry_owed(&self, pick: impl Fn(&Delivery) -> bool) {
        let (book, _) = self.desk.book.look();
        let now = self.now();
        let waits = |d: &Delivery| {
            d.later
                .as_ref()
                .and_then(|l| l.until)
                .is_some_and(|until| clocks::holds(until, now))
        };
        let owed: Vec<&Delivery> = book
            .deliveries
            .iter()
            .filter(|d| pick(d) && self.owes(d, &book) && !waits(d))
            .collect();
        if owed.is_empty() {
            return;
        }
        // A store that is locked is no failure: nobody is asked to open it for this.
        let ready = self.ready_stores().await;
        for delivery in owed {
            let of_account = book.account(&delivery.account).map(|a| a.store);
            if !ready.contains(&delivery.store) || !of_account.is_ok_and(|store| ready.contains(&store)) {
                continue;
            }
            if let Err(error) = self.carry(&delivery.id, false).await {
                tracing::info!(code = error.code(), "not delivered");
            }
        }
    }

    /// Whether a delivery is on, and the other side has not the token of now.
    fn owes(&self, delivery: &Delivery, book: &Book) -> bool {
        let of_now = |a: &Account| delivery.stamp == Some(a.stamp());
        let lives = |a: &Account| !a.paused && !is_over(a) && !self.is_practice_over(a);
        delivery.confirmed && book.account(&delivery.account).is_ok_and(|a| lives(a) && !of_now(a))
    }

    /// When something is to be delivered next, Unix seconds.
    pub(super) fn next_delivery(&self, book: &Book) -> Option<i64> {
        let now = self.now();
        let next = |d: &Delivery| {
            let until = d.later.as_ref().and_then(|l| l.until).filter(|until| clocks::holds(*until, now));
            until.unwrap_or(now + AGAIN)
        };
        book.deliveries.iter().filter(|d| self.owes(d, book)).map(next).min()
    }

    /// Brings one token to its target, and writes down what became of it.
    async fn carry(&self, id: &str, asked: bool) -> Result<()> {
        let account = self.desk.book.read()?.delivery(id)?.account.clone();
        if asked {
            // Before the delivery's lock: a renewal may take its time.
            self.fresh(&account).await?;
        }
        let (data, of) = (self.desk.outside.data.clone(), id.to_owned());
        let _alone = self.blocking(move |_| book::lock::delivery(&data, &of)).await?;
        let book = self.desk.book.read()?;
        let delivery = book.delivery(id)?.clone();
        if !asked && !self.owes(&delivery, &book) {
            return Ok(());
        }
        // The stamp is read before the token: a newer token under an older stamp is brought once more, and never the reverse.
        let record = book.account(&account)?.clone();
        let result = self.bring(&delivery, &record).await;
        let now = self.now();
        let tries = delivery.later.as_ref().map_or(0, |l| l.tries);
        let written = match &result {
            Ok(proof) => Ok((
                DeliveredView {
                    time: now,
                    proof: proof.clone(),
                },
                record.stamp(),
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
        result.map(drop)
    }

    async fn bring(&self, delivery: &Delivery, record: &Account) -> Result<Proof> {
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
        let token = self.token(record).await?.access_token;
        deliver::deliver(&self.desk.http, &delivery.target, credential.as_ref(), &token).await
    }

    fn change_delivery(&self, id: &str, change: impl FnOnce(&mut Delivery) -> Result<()>) -> Result<()> {
        self.desk.book.change(|book| {
            let delivery = book.deliveries.iter_mut().find(|d| d.id == id);
            change(delivery.ok_or(Error::DeliveryUnknown)?)
        })
    }

    pub(super) fn delivery_view(&self, d: &Delivery, book: &Book) -> DeliveryView {
        let later = d.later.as_ref().and_then(|l| Some((l.until?, l.why.clone()?)));
        DeliveryView {
            id: d.id.clone(),
            account: d.account.clone(),
            target: d.target.clone(),
            confirmed: d.confirmed,
            done: d.done.clone(),
            current: book.account(&d.account).is_ok_and(|a| d.stamp == Some(a.stamp())),
            later: later.map(|(until, why)| LaterView { until, why }),
        }
    }
}

/// When it is tried again, and why.
fn later(error: &Error, tries: u32, now: i64) -> Later {
    let asked = match error {
        Error::Refused { retry_after, .. } => *retry_after,
        _ => None,
    };
    Later {
        until: Some(now.saturating_add(clocks::wait(tries, asked, rand::random()))),
        tries: tries.saturating_add(1),
        why: Some(error.view()),
    }
}

/// What the person has confirmed, as a short text: whose token, and where to.
fn digest(account: &str, target: &Target) -> String {
    let text = serde_json::to_string(&(account, target)).unwrap_or_default();
    Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect()
}
