//! A login that brought another account than the person meant: its token waits in memory for the person's decision. What was
//! kept before stays untouched, and nothing is revoked.

use crate::book::Account;
use crate::error::{Error, Result};
use crate::keeper::{Keeper, lock};
use crate::token::Token;

/// How a login ended, if it did not fail.
pub(in crate::keeper) enum Outcome {
    /// The account's id.
    Kept(String),
    /// Another account came back.
    Mismatch {
        /// The account that came back.
        name: String,
        /// The account that was meant.
        expected: String,
    },
}

/// Another account than was meant, and its token.
pub(in crate::keeper) struct AccountMismatch {
    account: Account,
    token: Token,
}

impl Keeper {
    pub(in crate::keeper) fn hold(&self, login: &str, account: Account, token: Token, expected: &str) -> Result<Outcome> {
        let name = account.name.clone();
        lock(&self.shared.mismatches).insert(login.to_owned(), AccountMismatch { account, token });
        Ok(Outcome::Mismatch {
            name,
            expected: expected.trim().to_owned(),
        })
    }

    /// Keeps the other account after all, and returns its id.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`]; the store's: then the decision still waits.
    pub async fn keep_mismatch(&self, login: &str) -> Result<String> {
        let _busy = self.busy();
        let mismatch = lock(&self.shared.mismatches).remove(login).ok_or(Error::LoginUnknown)?;
        match self
            .keep_granted(mismatch.account.clone(), mismatch.token.clone(), false, &|_| ())
            .await
        {
            Ok(account) => {
                self.changed();
                Ok(account)
            }
            Err(error) => {
                lock(&self.shared.mismatches).insert(login.to_owned(), mismatch);
                Err(error)
            }
        }
    }

    /// Forgets the other account. Its token stays valid at the provider until it ends.
    pub fn discard_mismatch(&self, login: &str) {
        lock(&self.shared.mismatches).remove(login);
    }
}
