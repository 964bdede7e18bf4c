//! Where a platform keeps one login an app and person, a new login ends the one before; and until somebody says whose the
//! new one is, nobody knows which that was. A token in doubt counts as over: whoever wants it renews it first, which tells,
//! and costs nothing.

use crate::book::Account;
use crate::error::Result;
use crate::keeper::{Keeper, new_id};
use crate::token::Token;

impl Keeper {
    /// Before a code is sent: from now on any token of this client may be over, even if the answer is lost.
    ///
    /// # Errors
    /// The book's: nothing was sent.
    pub(in crate::keeper) async fn doubt(&self, login: &str, provider: &str, client_id: &str) -> Result<()> {
        let (login, provider, client_id) = (login.to_owned(), provider.to_owned(), client_id.to_owned());
        self.blocking(move |keeper| {
            let (book, _) = keeper.desk.book.look();
            let same = |a: &Account| a.provider == provider && book.client(&a.client).is_ok_and(|c| c.client_id == client_id);
            if !book.accounts.iter().any(same) {
                return Ok(());
            }
            keeper.desk.book.change(|now| {
                for account in now.accounts.iter_mut().filter(|a| same(a)) {
                    // Whoever was in doubt before stays so, whatever this login or that one turns out to be.
                    let other = account.doubted.as_ref().is_some_and(|by| *by != login);
                    account.doubted = Some(if other { new_id() } else { login.clone() });
                }
                Ok(())
            })
        })
        .await
    }

    /// The login has ended nothing; or it is `person`'s, so that nobody else's token has ended. A doubt that cannot be taken
    /// out of the book costs a renewal, and nothing else.
    pub(in crate::keeper) async fn settle(&self, login: &str, person: Option<String>) {
        let login = login.to_owned();
        let settled = self.blocking(move |keeper| {
            let by_it = |a: &Account| a.doubted.as_deref() == Some(&login);
            let another = |a: &Account| person.is_none() || (a.user_id.is_some() && a.user_id != person);
            if !keeper.desk.book.look().0.accounts.iter().any(by_it) {
                return Ok(());
            }
            keeper.desk.book.change(|book| {
                for account in book.accounts.iter_mut().filter(|a| by_it(a) && another(a)) {
                    account.doubted = None;
                }
                Ok(())
            })
        });
        if let Err(error) = settled.await {
            tracing::warn!(code = %error.code(), "a doubt stays");
        }
    }
}

/// The token as the rules of renewal are to see it: one in doubt counts as over.
pub(in crate::keeper) fn seen(account: &Account, token: Token, now: i64) -> Token {
    match account.doubted {
        Some(_) => Token {
            expires: Some(token.expires.map_or(now, |end| end.min(now))),
            ..token
        },
        None => token,
    }
}
