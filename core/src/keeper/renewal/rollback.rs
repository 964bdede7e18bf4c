//! One step back: where a renewal leaves its predecessor alive, that one can be put back for a day. Where it dies there is
//! nothing to go back to.

use crate::book::{Account, Later};
use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::keeper::renewal::reconcile::describe;
use crate::provider::Predecessor;
use crate::token::Token;
use crate::vault::{account_key, previous_key};

const DAY: i64 = 86_400;

impl Keeper {
    /// Puts the token back that an account had before its last renewal.
    ///
    /// # Errors
    /// [`Error::SecretMissing`] where there is none any more, the store's.
    pub async fn step_back(&self, account: &str) -> Result<()> {
        let alone = self.alone(account).await?;
        let record = self.desk.book.read()?.account(account)?.clone();
        if self.step_back_until(&record).is_none() {
            return Err(Error::SecretMissing);
        }
        let now = self.now();
        self.blocking(move |keeper| {
            let before = keeper.read_secret(record.store, &previous_key(&record.id))?;
            let token = Token::from_stored(&before)?;
            let (store, _) = keeper.keep_secret_in(record.store, &account_key(&record.id), &before)?;
            keeper.desk.book.change(|book| {
                book.owe_again(&record.id);
                let a = book.account_mut(&record.id)?;
                a.store = store;
                describe(a, &token);
                a.renewed = None;
                // Else the next look would take the step forward again.
                a.later = Some(Later {
                    until: Some(now + DAY),
                    tries: 0,
                    why: None,
                });
                Ok(())
            })?;
            keeper.forget_secret(record.store, &previous_key(&record.id))
        })
        .await?;
        drop(alone);
        self.watch_store();
        self.deliver_soon(account);
        self.changed();
        Ok(())
    }

    /// Until when one can step back, Unix seconds; none where one cannot.
    pub(in crate::keeper) fn step_back_until(&self, record: &Account) -> Option<i64> {
        let lives = self.lifetime(record).is_ok_and(|l| l.predecessor == Predecessor::Lives);
        record.renewed.map(|at| at + DAY).filter(|until| lives && *until > self.now())
    }

    /// Forgets predecessors that nobody can go back to any more.
    pub(in crate::keeper) async fn forget_predecessors(&self) {
        let (book, _) = self.desk.book.look();
        let old = |a: &Account| a.renewed.is_some_and(|at| at + DAY <= self.now());
        for record in book.accounts.into_iter().filter(old) {
            let forgotten = self.blocking(move |keeper| {
                keeper.forget_secret(record.store, &previous_key(&record.id))?;
                keeper.change_account(&record.id, |a| a.renewed = a.renewed.filter(|at| Some(*at) != record.renewed))
            });
            if let Err(error) = forgotten.await {
                tracing::info!(code = %error.code(), "a predecessor stays for now");
            }
        }
    }
}
