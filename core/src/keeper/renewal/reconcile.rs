//! Book and store are two files: what the book says of a token, put right by the store where the two disagree.

use crate::book::Account;
use crate::error::{Code, Error, Result};
use crate::keeper::{Keeper, lock};
use crate::token::Token;
use crate::vault::account_key;

impl Keeper {
    /// An account's token; the account says so while the store has none, or one that cannot be read: an entry that was
    /// deleted by hand, or a home folder that came back without its keychain.
    pub(in crate::keeper) async fn found(&self, record: &Account) -> Result<Token> {
        let result = self.token(record).await;
        let missed = Error::SecretMissing.view();
        let said = record.trouble.as_ref().map(|t| t.code);
        let known = said == Some(missed.code);
        let missing = matches!(result, Err(Error::SecretMissing));
        // That a token is dead is not forgotten because it is missing, too.
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

    /// A pair that was stored and of which the book did not hear any more, or a book from before or after what is stored: the
    /// vault is the truth.
    pub(in crate::keeper) async fn heal(&self, record: Account, token: &Token) -> Result<Account> {
        if is_unfinished(&record, token) || (record.renewing.is_none() && !is_of_another(&record, token)) {
            return Ok(record);
        }
        let (renewed, other) = (token.generation > record.generation, is_of_another(&record, token));
        let (id, token, now) = (record.id.clone(), token.clone(), self.now());
        self.blocking(move |keeper| {
            let waits = lock(&keeper.desk.pending).contains_key(&account_key(&id));
            keeper.desk.book.change(|book| {
                if other {
                    book.owe_again(&id);
                }
                let a = book.account_mut(&id)?;
                // What is in memory only is not stored.
                a.renewing = a.renewing.filter(|_| waits);
                describe(a, &token);
                a.later = None;
                a.trouble = None;
                // The predecessor of one that was renewed lies beside it.
                a.renewed = if renewed { Some(now) } else { a.renewed };
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(self.desk.book.read()?.account(&record.id)?.clone())
    }
}

/// A renewal that would have spent this very token was cut off.
pub(in crate::keeper) fn is_unfinished(record: &Account, token: &Token) -> bool {
    record.renewing.is_some_and(|intent| token.generation <= intent.generation)
}

/// The book speaks of another token than the store has: one of the two is from a backup.
pub(in crate::keeper) fn is_of_another(record: &Account, token: &Token) -> bool {
    record.generation != token.generation
}

/// What the book says of a token.
pub(in crate::keeper) fn describe(account: &mut Account, token: &Token) {
    account.issued = Some(token.issued);
    account.expires = token.expires;
    account.generation = token.generation;
    account.refreshes = token.refresh_token.is_some();
    account.life_unknown = false;
}
