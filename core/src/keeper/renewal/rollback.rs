//! Rollback: where a renewal leaves its predecessor valid, the predecessor can be put back for a day.

use crate::book::{Account, Later, lock};
use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::keeper::renewal::reconcile::describe;
use crate::provider::{Lifetime, Predecessor, Renewal};
use crate::token::{DAY, Token};
use crate::vault::{account_key, previous_key};

/// How long a predecessor is kept at most, in seconds.
const KEPT: i64 = DAY;

impl Keeper {
    /// Puts back the token that an account had before its last renewal.
    ///
    /// # Errors
    /// [`Error::SecretMissing`] where it is no longer kept; the store's.
    pub async fn step_back(&self, account: &str) -> Result<()> {
        let account_lock = self.lock_account(account).await?;
        let record = self.shared.book.read()?.account(account)?.clone();
        if self.step_back_until(&record).is_none() {
            return Err(Error::SecretMissing);
        }
        let now = self.now();
        self.blocking(move |keeper| {
            let before = keeper.read_secret(record.store, &previous_key(&record.id))?;
            let token = Token::from_stored(&before)?;
            let (store, _) = keeper.keep_secret_in(record.store, &account_key(&record.id), &before)?;
            keeper.shared.book.change(|book| {
                book.owe_again(&record.id);
                let a = book.account_mut(&record.id)?;
                a.store = store;
                describe(a, &token);
                a.renewed = None;
                // Otherwise the next sweep would renew it at once.
                a.later = Some(Later {
                    until: Some(now + KEPT),
                    tries: 0,
                    why: None,
                });
                Ok(())
            })?;
            keeper.forget_secret(record.store, &previous_key(&record.id))
        })
        .await?;
        drop(account_lock);
        self.watch_store();
        self.token_changed(account);
        self.changed();
        Ok(())
    }

    /// Until when the predecessor can be put back, Unix seconds; none where it cannot.
    pub(in crate::keeper) fn step_back_until(&self, record: &Account) -> Option<i64> {
        let kept = kept(&self.lifetime(record).ok()?)?;
        record.renewed.map(|at| at + kept).filter(|until| *until > self.now())
    }

    /// Deletes predecessors that can no longer be put back.
    pub(in crate::keeper) async fn forget_predecessors(self) {
        let (book, _) = self.shared.book.read_lossy();
        let kept = |a: &Account| self.lifetime(a).ok().and_then(|l| kept(&l)).unwrap_or(KEPT);
        let old = |a: &Account| a.renewed.is_some_and(|at| at + kept(a) <= self.now());
        for record in book.accounts.into_iter().filter(old) {
            let forgotten = self.blocking(move |keeper| {
                let _lock = lock::account(&keeper.shared.outside.data, &record.id)?;
                // A renewal may have kept another one meanwhile.
                let Some(now) = keeper.shared.book.read()?.account(&record.id).ok().cloned() else {
                    return Ok(());
                };
                if now.renewed != record.renewed {
                    return Ok(());
                }
                keeper.forget_secret(now.store, &previous_key(&now.id))?;
                keeper.change_account(&now.id, |a| a.renewed = None)
            });
            if let Err(error) = forgotten.await {
                tracing::info!(code = %error.code(), "a predecessor stays for now");
            }
        }
    }
}

/// How long a token is kept beside its successor, in seconds; none where it dies, or where the next one is had for the asking.
pub(in crate::keeper) fn kept(lifetime: &Lifetime) -> Option<i64> {
    let lives = lifetime.predecessor == Predecessor::Lives && lifetime.renewal != Renewal::Issue;
    let minutes = lifetime.predecessor_minutes.map_or(KEPT, |minutes| i64::from(minutes) * 60);
    lives.then(|| minutes.min(KEPT))
}
