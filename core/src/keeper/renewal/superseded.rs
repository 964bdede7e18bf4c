//! One login an app and person: where a platform allows no more, a new login ends the one before it. Whose the new login is
//! the platform says only afterwards; until then each token of the client is in doubt and counts as expired. The next use
//! renews it first, which shows whether it is alive and costs nothing.

use crate::book::Account;
use crate::error::Result;
use crate::keeper::{Keeper, new_id};
use crate::provider::Provider;
use crate::token::Token;

/// The doubt that one login casts on the client's other tokens. If it is dropped without a word they stay in doubt.
pub(in crate::keeper) struct Superseded {
    keeper: Keeper,
    /// The login; none where the platform allows many.
    login: Option<String>,
}

impl Superseded {
    /// Begins before the code is sent: from now on each token of this client may be over, even if the answer is lost. Where the file names
    /// the client, or the platform knows none, those are the tokens without one.
    ///
    /// # Errors
    /// The book's: nothing was sent.
    pub async fn begin(keeper: &Keeper, provider: &Provider, login: &str, client_id: Option<&str>) -> Result<Superseded> {
        let begun = Superseded {
            keeper: keeper.clone(),
            login: provider.lifetime.one_login.then(|| login.to_owned()),
        };
        if let Some(login) = begun.login.clone() {
            let (provider, client_id) = (provider.id.clone(), client_id.map(str::to_owned));
            keeper
                .blocking(move |keeper| keeper.cast_doubt(&login, &provider, client_id.as_deref()))
                .await?;
        }
        Ok(begun)
    }

    /// The code was not sent, or it was refused: there is no new token, and the login has ended nothing.
    pub async fn no_token(self) {
        self.settle(|_| true).await;
    }

    /// The login is this person's, so that no other person's token has ended. Without an id of the person nothing is known, and
    /// the doubt stays.
    pub async fn settled(self, user_id: Option<&str>) {
        if let Some(person) = user_id.map(str::to_owned) {
            self.settle(move |account| account.user_id.as_ref().is_some_and(|id| *id != person))
                .await;
        }
    }

    /// A doubt that cannot be taken out of the book costs a renewal and nothing else.
    async fn settle(self, is_alive: impl Fn(&Account) -> bool + Send + 'static) {
        let Some(login) = self.login else { return };
        let settled = self.keeper.blocking(move |keeper| {
            let by_login = |a: &Account| a.doubted.as_deref() == Some(&login);
            if !keeper.shared.book.read_lossy().0.accounts.iter().any(by_login) {
                return Ok(());
            }
            keeper.shared.book.change(|book| {
                for account in book.accounts.iter_mut().filter(|a| by_login(a) && is_alive(a)) {
                    account.doubted = None;
                }
                Ok(())
            })
        });
        if let Err(error) = settled.await {
            tracing::warn!(code = %error.code(), "tokens stay in doubt");
        }
    }
}

impl Keeper {
    /// Blocks.
    fn cast_doubt(&self, login: &str, provider: &str, client_id: Option<&str>) -> Result<()> {
        let (book, _) = self.shared.book.read_lossy();
        let same = |a: &Account| match client_id {
            Some(client_id) => book.client(&a.client).is_ok_and(|c| c.client_id == client_id),
            None => a.client.is_empty(),
        };
        let of_client = |a: &Account| a.provider == provider && same(a);
        if !book.accounts.iter().any(of_client) {
            return Ok(());
        }
        self.shared.book.change(|book| {
            for account in book.accounts.iter_mut().filter(|a| of_client(a)) {
                // A doubt of another login stays, whatever this one or that one turns out to be.
                let other = account.doubted.as_ref().is_some_and(|by| *by != login);
                account.doubted = Some(if other { new_id() } else { login.to_owned() });
            }
            Ok(())
        })
    }
}

/// The token as the rules of renewal take it: one in doubt counts as expired.
pub(in crate::keeper) fn with_doubt(account: &Account, token: Token, now: i64) -> Token {
    match account.doubted {
        Some(_) => Token {
            expires: Some(token.expires.map_or(now, |end| end.min(now))),
            ..token
        },
        None => token,
    }
}
