//! Another account than the one that was meant: its token is held in memory until the person decides. What was kept
//! before is untouched, and nothing is revoked by itself.

use crate::book::Account;
use crate::error::{Error, Result};
use crate::keeper::{Keeper, lock};
use crate::token::Token;

/// How a login ended well.
pub(in crate::keeper) enum Outcome {
    /// The account's id.
    Kept(String),
    /// Somebody else came back.
    Held {
        /// Who.
        name: String,
        /// Who was meant.
        expected: String,
    },
}

/// A token that waits for a decision.
pub(in crate::keeper) struct Held {
    record: Account,
    token: Token,
}

impl Keeper {
    pub(in crate::keeper) fn hold(&self, login: &str, record: Account, token: Token, expected: &str) -> Result<Outcome> {
        let name = record.name.clone();
        lock(&self.desk.held).insert(login.to_owned(), Held { record, token });
        Ok(Outcome::Held {
            name,
            expected: expected.trim().to_owned(),
        })
    }

    /// Keeps a held token after all, as the account that it is of. Returns the account's id.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`], the store's; then it is held on.
    pub async fn keep_held(&self, login: &str) -> Result<String> {
        let held = lock(&self.desk.held).remove(login).ok_or(Error::LoginUnknown)?;
        match self.keep_won(held.record.clone(), held.token.clone(), false, &|_| ()).await {
            Ok(account) => {
                self.changed();
                Ok(account)
            }
            Err(error) => {
                lock(&self.desk.held).insert(login.to_owned(), held);
                Err(error)
            }
        }
    }

    /// Forgets a held token. At the provider it lives on until it ends.
    pub fn discard_held(&self, login: &str) {
        lock(&self.desk.held).remove(login);
    }
}
