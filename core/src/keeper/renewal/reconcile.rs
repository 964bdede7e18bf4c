//! Book and store may disagree: one of them was not written before a kill, or came back from a backup. The store is right, and the
//! book is corrected.

use crate::book::Account;
use crate::error::{Code, Error, Result};
use crate::keeper::{Keeper, lock};
use crate::token::Token;
use crate::vault::account_key;

impl Keeper {
    /// An account's token. While the store has none that can be read, the account says so: an entry was deleted by hand, or a home
    /// folder came back without its keychain.
    pub(in crate::keeper) async fn checked_token(&self, record: &Account) -> Result<Token> {
        let result = self.token(record).await;
        let missed = Error::SecretMissing.view();
        let said = record.trouble.as_ref().map(|t| t.code);
        let known = said == Some(missed.code);
        let missing = matches!(result, Err(Error::SecretMissing));
        // A token that is known to be dead stays so, even if it is missing, too.
        let dead = said.is_some_and(Code::is_final);
        if (missing && !known && !dead) || (known && result.is_ok()) {
            let id = record.id.clone();
            let trouble = missing.then_some(missed);
            self.blocking(move |keeper| keeper.change_account(&id, |a| a.trouble = trouble))
                .await?;
            self.changed();
        }
        result
    }

    /// Corrects the book by the token in the store, if they disagree. Answers with the account as it is then.
    pub(in crate::keeper) async fn reconcile(&self, record: Account, token: &Token) -> Result<Account> {
        if is_unfinished(&record, token) || (record.renewing.is_none() && !is_of_another(&record, token)) {
            return Ok(record);
        }
        let (renewed, other) = (token.generation > record.generation, is_of_another(&record, token));
        let (id, token, now) = (record.id.clone(), token.clone(), self.now());
        self.blocking(move |keeper| {
            let waits = lock(&keeper.shared.pending).contains_key(&account_key(&id));
            keeper.shared.book.change(|book| {
                if other {
                    book.owe_again(&id);
                }
                let a = book.account_mut(&id)?;
                // The intent stays while the token is in memory only.
                a.renewing = a.renewing.filter(|_| waits);
                describe(a, &token);
                a.later = None;
                a.trouble = None;
                // After a renewal the predecessor is in the store, too.
                a.renewed = if renewed { Some(now) } else { a.renewed };
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(self.shared.book.read()?.account(&record.id)?.clone())
    }
}

/// Whether a renewal that would have spent this token was cut off.
pub(in crate::keeper) fn is_unfinished(record: &Account, token: &Token) -> bool {
    record.renewing.is_some_and(|intent| token.generation <= intent.generation)
}

/// Whether the book describes another token than the store has.
pub(in crate::keeper) fn is_of_another(record: &Account, token: &Token) -> bool {
    record.generation != token.generation
}

/// Describes a token in the book.
pub(in crate::keeper) fn describe(account: &mut Account, token: &Token) {
    account.issued = Some(token.issued);
    account.expires = token.expires;
    account.refresh_expires = token.refresh_expires;
    account.generation = token.generation;
    account.refreshes = token.refresh_token.is_some();
    account.life_unknown = false;
}
