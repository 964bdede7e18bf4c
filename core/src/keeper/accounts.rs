//! What a person does with an account: copy, show, verify, revoke, delete.

use url::Url;

use super::{Keeper, lock};
use crate::ask::{Asking, Identity};
use crate::book::Account;
use crate::error::{Error, ErrorView, Result};
use crate::keeper::renewal::Alone;
use crate::provider::Grant;
use crate::token::{Secret, Token};
use crate::vault::{account_key, previous_key};

impl Keeper {
    /// An account's access token, for the clipboard: never a dead one, and renewed first where that is due.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], [`Error::SecretMissing`], the store's; why a token that is over was not renewed, and
    /// [`Error::TokenExpired`] and its like for one that only a new login replaces.
    pub async fn access_token(&self, account: &str) -> Result<Secret> {
        Ok(self.fresh(account).await?.access_token)
    }

    /// An account's access token to look at, dead or not; renewed first where that is due and works.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], [`Error::SecretMissing`], the store's.
    pub async fn shown_token(&self, account: &str) -> Result<Secret> {
        if let Ok(fresh) = self.fresh(account).await {
            return Ok(fresh.access_token);
        }
        let record = self.desk.book.read()?.account(account)?.clone();
        Ok(self.token(&record).await?.access_token)
    }

    /// The secret that belongs to an account's token (RFC 5849), for the clipboard.
    ///
    /// # Errors
    /// As [`Keeper::access_token`]; [`Error::SecretMissing`] where its token has none.
    pub async fn token_secret(&self, account: &str) -> Result<Secret> {
        self.fresh(account).await?.token_secret.ok_or(Error::SecretMissing)
    }

    pub(super) async fn token(&self, account: &Account) -> Result<Token> {
        let (key, store) = (account_key(&account.id), account.store);
        self.blocking(move |keeper| Token::from_stored(&keeper.read_secret(store, &key)?))
            .await
    }

    /// Asks the provider whose token it is, and writes the answer down.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where nobody can be asked; why it could not be verified: the account shows that too. The token
    /// stays in any case.
    pub async fn verify(&self, account: &str) -> Result<()> {
        let record = self.desk.book.read()?.account(account)?.clone();
        if self.desk.registry.require(&record.provider)?.messages.identity.is_none() {
            return Err(Error::InputInvalid { field: "identity".into() });
        }
        // One that can be renewed is, before anybody says that it is dead.
        let token = match self.fresh(account).await {
            Ok(token) => token,
            Err(_) if !record.refreshes => self.token(&record).await?,
            Err(error) => return Err(error),
        };
        let result = self.ask_identity(&record, &token).await;
        let in_between = result.as_ref().is_err_and(Error::is_in_between);
        let (now, written) = (self.now(), result.as_ref().map(Clone::clone).map_err(Error::view));
        self.write_about(&record, token, move |account| match written {
            Ok(identity) => {
                account.name = identity.name;
                account.display_name = identity.display_name;
                account.user_id = identity.user_id.or(account.user_id.take());
                account.url = identity.url;
                account.scopes = identity.scopes.unwrap_or_else(|| std::mem::take(&mut account.scopes));
                account.verified = Some(now);
                account.trouble = None;
                account.doubted = None;
            }
            // Nobody of the API's has answered: nothing is known that was not known before.
            Err(_) if in_between => {}
            // That a token is dead is not forgotten because nobody could be asked this time.
            Err(trouble) => {
                let final_one = |t: &ErrorView| t.code.is_final();
                if !account.trouble.as_ref().is_some_and(final_one) {
                    account.trouble = Some(trouble);
                }
            }
        })
        .await?;
        self.changed();
        result.map(drop)
    }

    async fn ask_identity(&self, account: &Account, token: &Token) -> Result<Identity> {
        let beneath = account.parent.is_some();
        let ask = async |asking: Asking<'_>| match beneath {
            true => asking.identify_beneath(token).await,
            false => asking.identify(token).await,
        };
        let identity = self.asking(account, ask).await?;
        let provider = self.desk.registry.require(&account.provider)?;
        Ok(self.with_handle(&provider, self.server(account)?.as_ref(), identity).await)
    }

    /// The account's server; a practice platform that is over has none.
    pub(super) fn server(&self, account: &Account) -> Result<Option<Url>> {
        if self.is_practice_over(account) {
            return Err(Error::PracticeOver);
        }
        let parsed = account.server.as_deref().map(Url::parse).transpose();
        parsed.map_err(|e| Error::Internal { detail: e.to_string() })
    }

    /// Revokes the token at the provider, and then deletes the account here. Every copy of the token dies.
    ///
    /// # Errors
    /// Refusals and network errors: nothing is deleted then. Of two tokens (access and refresh) one may be revoked.
    pub async fn revoke(&self, account: &str) -> Result<()> {
        let _busy = self.busy();
        // Not beside a renewal: its successor would live on, and nobody would know it.
        let alone = self.alone(account).await?;
        let record = self.desk.book.read()?.account(account)?.clone();
        let token = self.token(&record).await?;
        let owners = self.owners(&record).await?;
        self.asking(&record, async |asking| asking.revoke(&token, &owners).await).await?;
        let (id, dead) = (record.id.clone(), Error::dead_token().view());
        self.blocking(move |keeper| {
            keeper.desk.book.change(|book| {
                // What was won by this token dies with it (Pages).
                for beneath in book.accounts.iter_mut().filter(|a| a.parent.as_deref() == Some(&id)) {
                    beneath.trouble = Some(dead.clone());
                }
                Ok(())
            })
        })
        .await?;
        self.delete_alone(record, alone).await
    }

    /// Tokens of the client's with which requests are signed, where the way to revoke may want one; those that the console
    /// made for the app's owner first. One that cannot be read is passed over.
    async fn owners(&self, record: &Account) -> Result<Vec<Token>> {
        let provider = self.desk.registry.require(&record.provider)?;
        let mut owners = Vec::new();
        if provider.messages.revocation_otherwise.is_some() {
            let (book, _) = self.desk.book.look();
            let imported = |a: &Account| {
                self.desk
                    .registry
                    .get(&a.provider)
                    .is_some_and(|e| e.provider.grant == Grant::Import)
            };
            let mut signed: Vec<&Account> = book
                .accounts
                .iter()
                .filter(|a| a.client == record.client && a.has_token_secret)
                .collect();
            signed.sort_by_key(|a| !imported(a));
            for account in signed {
                owners.extend(self.token(account).await.ok());
            }
        }
        Ok(owners)
    }

    /// Deletes an account here; the token itself lives on at the provider.
    ///
    /// # Errors
    /// The store's: then nothing was deleted.
    pub async fn delete_account(&self, account: &str) -> Result<()> {
        let alone = self.alone(account).await?;
        let record = self.desk.book.read()?.account(account)?.clone();
        self.delete_alone(record, alone).await
    }

    async fn delete_alone(&self, record: Account, alone: Alone) -> Result<()> {
        lock(&self.desk.flights).remove(&record.id);
        self.blocking(move |keeper| {
            keeper.forget_secret(record.store, &account_key(&record.id))?;
            keeper.forget_secret(record.store, &previous_key(&record.id))?;
            keeper.forget_deliveries(|d| d.account == record.id)?;
            keeper.desk.book.change(|book| {
                book.accounts.retain(|a| a.id != record.id);
                for beneath in book.accounts.iter_mut().filter(|a| a.parent.as_deref() == Some(&record.id)) {
                    beneath.parent = None;
                }
                Ok(())
            })?;
            keeper.forget_exports(&record.id);
            Ok(())
        })
        .await?;
        drop(alone);
        self.changed();
        Ok(())
    }
}
