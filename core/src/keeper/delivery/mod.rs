//! Deliveries: each account's tokens go to the targets that the person adds, confirms and removes here. A delivery is off until
//! the person has confirmed it: the store keeps a digest of what was confirmed, so that another program that writes into the
//! book cannot send a token anywhere. `confirmation` is the text that the person reads before; `runner` sends.

mod confirmation;
pub(super) mod runner;

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::book::{self, Book, Delivery};
use crate::deliver;
use crate::error::{Error, Result};
use crate::keeper::{Keeper, new_id};
use crate::token::{Secret, target_from_stored, target_to_stored};
use crate::vault::target_key;
use crate::view::{DeliveryView, LaterView, Target};

impl Keeper {
    /// Delivers an account's tokens to this target from now on, and the present one at once. Call it after the person has
    /// confirmed what [`Keeper::confirmation`] says. A target that is added again replaces the earlier one.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] names what is wrong with the target; [`Error::AccountUnknown`]; the store's. Nothing is kept then.
    pub async fn add_delivery(&self, account: &str, target: Target, credential: Option<Secret>) -> Result<String> {
        self.check_delivery(account, &target)?;
        let credential = credential.filter(|c| !c.expose().is_empty() && target.needs_credential());
        if target.needs_credential() && credential.is_none() {
            return Err(Error::InputInvalid {
                field: "credential".into(),
            });
        }
        let (id, of) = (new_id(), account.to_owned());
        let mut delivery = Delivery {
            id: id.clone(),
            account: account.to_owned(),
            target,
            store: self.shared.store.kind(),
            confirmed: true,
            done: None,
            stamp: None,
            later: None,
        };
        self.blocking(move |keeper| {
            let stored = target_to_stored(digest(&delivery.account, &delivery.target), credential.as_ref());
            delivery.store = keeper.keep_or_leave(delivery.store, &target_key(&delivery.id), &stored)?;
            let (store, key) = (delivery.store, target_key(&delivery.id));
            let added = keeper.shared.book.change(|book| {
                book.account(&delivery.account)?;
                let same = |d: &Delivery| d.account == delivery.account && d.target == delivery.target;
                let (same, others): (Vec<_>, Vec<_>) = std::mem::take(&mut book.deliveries).into_iter().partition(same);
                book.deliveries = others;
                book.deliveries.push(delivery);
                Ok(same)
            });
            let unused: Vec<_> = match &added {
                Ok(replaced) => replaced.iter().map(|d| (d.store, target_key(&d.id))).collect(),
                Err(_) => vec![(store, key)],
            };
            for (store, key) in unused {
                if let Err(error) = keeper.forget_secret(store, &key) {
                    tracing::info!(code = %error.code(), key, "a credential stays");
                }
            }
            added.map(drop)
        })
        .await?;
        self.queue(&of);
        self.changed();
        Ok(id)
    }

    /// Whether a delivery could be added. Call it before the person is asked.
    ///
    /// # Errors
    /// As [`Keeper::add_delivery`].
    pub fn check_delivery(&self, account: &str, target: &Target) -> Result<()> {
        deliver::check(target)?;
        self.shared.book.read()?.account(account).map(drop)
    }

    /// Turns on a delivery that was off, after the person has confirmed what [`Keeper::confirmation`] says. The file that a link
    /// leads to may have changed.
    ///
    /// # Errors
    /// [`Error::DeliveryUnconfirmed`] where it is no longer what was shown; [`Error::SecretMissing`] where the store has no
    /// credential for it: it has to be added again.
    pub async fn confirm_delivery(&self, id: &str, account: &str, shown: &Target) -> Result<()> {
        deliver::check(shown)?;
        let (id, of, shown) = (id.to_owned(), account.to_owned(), shown.clone());
        self.blocking(move |keeper| {
            let _lock = book::lock::delivery(&keeper.shared.outside.data, &id)?;
            let (store, key) = (keeper.shared.book.read()?.delivery(&id)?.store, target_key(&id));
            let credential = match keeper.read_secret(store, &key) {
                Ok(stored) => target_from_stored(&stored)?.1,
                Err(Error::SecretMissing) => None,
                Err(error) => return Err(error),
            };
            if shown.needs_credential() && credential.is_none() {
                return Err(Error::SecretMissing);
            }
            let stored = target_to_stored(digest(&of, &shown), credential.as_ref());
            let store = keeper.keep_or_leave(store, &key, &stored)?;
            let turned_on = keeper.change_delivery(&id, |d| {
                if d.account != of || d.target.clone().without_link() != shown.clone().without_link() {
                    return Err(Error::DeliveryUnconfirmed);
                }
                d.target = shown;
                d.confirmed = true;
                d.store = store;
                // What was delivered before may have been another token, or to another target.
                (d.done, d.stamp, d.later) = (None, None, None);
                Ok(())
            });
            if matches!(turned_on, Err(Error::DeliveryUnknown)) {
                // It was removed meanwhile.
                keeper.forget_secret(store, &key)?;
            }
            turned_on
        })
        .await?;
        self.queue(account);
        self.changed();
        Ok(())
    }

    /// Removes a delivery. What it delivered stays where it is; one that runs is not waited for.
    ///
    /// # Errors
    /// [`Error::DeliveryUnknown`], the store's.
    pub async fn remove_delivery(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        self.blocking(move |keeper| {
            keeper.shared.book.read()?.delivery(&id)?;
            keeper.forget_deliveries(|d| d.id == id)
        })
        .await?;
        self.changed();
        Ok(())
    }

    /// Removes these and their secrets. Blocks.
    pub(in crate::keeper) fn forget_deliveries(&self, pick: impl Fn(&Delivery) -> bool) -> Result<()> {
        let mut forgotten = BTreeSet::new();
        loop {
            for delivery in self.shared.book.read()?.deliveries.into_iter().filter(|d| pick(d)) {
                self.forget_secret(delivery.store, &target_key(&delivery.id))?;
                forgotten.insert(delivery.id);
            }
            let removed = self.shared.book.change(|book| {
                // One that was added since still has its secret.
                let all = book.deliveries.iter().filter(|d| pick(d)).all(|d| forgotten.contains(&d.id));
                if all {
                    book.deliveries.retain(|d| !pick(d));
                }
                Ok(all)
            })?;
            if removed {
                return Ok(());
            }
        }
    }

    pub(in crate::keeper) fn change_delivery(&self, id: &str, change: impl FnOnce(&mut Delivery) -> Result<()>) -> Result<()> {
        self.shared.book.change(|book| {
            let delivery = book.deliveries.iter_mut().find(|d| d.id == id);
            change(delivery.ok_or(Error::DeliveryUnknown)?)
        })
    }

    pub(in crate::keeper) fn delivery_view(&self, d: &Delivery, book: &Book) -> DeliveryView {
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

/// A digest of what the person confirms: whose token goes where.
pub(in crate::keeper) fn digest(account: &str, target: &Target) -> String {
    let text = serde_json::to_string(&(account, target)).unwrap_or_default();
    Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect()
}
