//! Says when an account has another token, for a program that gives it to others. Other processes renew and log in, too: this one
//! learns of it from the book's file, which is looked at once a second (one `stat`) and read only if it has changed.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::book::{Account, Stamp};
use crate::error::Result;
use crate::keeper::Keeper;

/// How often the book's file is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// A file that was written more recently than this is read again at the next look: a second change may have the same time and size.
const SETTLED: Duration = Duration::from_secs(2);

/// What the book says of one token. Two tokens of an account differ in it; a token that is only described better does so, too.
type Described = (Stamp, Option<i64>, Option<i64>);

/// The changes of one account's token, from [`Keeper::token_changes`] on.
pub struct TokenChanges {
    keeper: Keeper,
    account: String,
    known: Option<Described>,
    /// When the book was written that was read last, and its size.
    read: Option<(SystemTime, u64)>,
    /// Tokens that this process itself changes.
    own: watch::Receiver<BTreeSet<String>>,
}

impl Keeper {
    /// The changes of an account's token from now on, by this process or another.
    ///
    /// # Errors
    /// [`crate::error::Error::AccountUnknown`]; the book's.
    pub fn token_changes(&self, account: &str) -> Result<TokenChanges> {
        let mut changes = TokenChanges {
            keeper: self.clone(),
            account: account.to_owned(),
            known: None,
            read: None,
            own: self.shared.changed_tokens.subscribe(),
        };
        changes.look()?;
        Ok(changes)
    }
}

impl TokenChanges {
    /// Waits until the account may have another token than at the last call. May be cancelled: no change is missed.
    ///
    /// # Errors
    /// [`crate::error::Error::AccountUnknown`] once the account has been deleted; the book's.
    pub async fn next(&mut self) -> Result<()> {
        loop {
            tokio::select! {
                // It never closes: the keeper has the other end.
                _ = self.own.changed() => self.read = None,
                () = tokio::time::sleep(LOOK) => {}
            }
            if self.look()? {
                return Ok(());
            }
        }
    }

    /// Whether the book says something new of the token.
    fn look(&mut self) -> Result<bool> {
        let written = self.keeper.shared.book.written();
        if written.is_some() && written == self.read {
            return Ok(false);
        }
        let is_settled = |(at, _): &(SystemTime, u64)| SystemTime::now().duration_since(*at).is_ok_and(|since| since > SETTLED);
        let described = Some(describe(self.keeper.shared.book.read()?.account(&self.account)?));
        self.read = written.filter(is_settled);
        Ok(std::mem::replace(&mut self.known, described) != described)
    }
}

fn describe(account: &Account) -> Described {
    (account.stamp(), account.issued, account.expires)
}
