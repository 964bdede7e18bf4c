//! What a person does with an account: copy, show, verify, revoke, delete.

use url::Url;

use super::Keeper;
use crate::ask::{Asking, Identity};
use crate::book::{self, Account};
use crate::error::{Error, Result};
use crate::refresh;
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
    /// Why it could not be verified; the account shows it too. The token stays in any case.
    pub async fn verify(&self, account: &str) -> Result<()> {
        let record = self.desk.book.read()?.account(account)?.clone();
        let result = self.ask_identity(&record).await;
        let (now, written) = (self.now(), result.as_ref().map(Clone::clone).map_err(Error::view));
        let id = record.id.clone();
        self.blocking(move |keeper| {
            keeper.desk.book.change(|book| {
                let account = book.account_mut(&id)?;
                match written {
                    Ok(identity) => {
                        account.name = identity.name;
                        account.display_name = identity.display_name;
                        account.user_id = identity.user_id.or(account.user_id.take());
                        account.url = identity.url;
                        account.scopes = identity.scopes.unwrap_or_else(|| std::mem::take(&mut account.scopes));
                        account.verified = Some(now);
                        account.trouble = None;
                    }
                    Err(trouble) => account.trouble = Some(trouble),
                }
                Ok(())
            })
        })
        .await?;
        self.changed();
        result.map(drop)
    }

    async fn ask_identity(&self, account: &Account) -> Result<Identity> {
        // One that can be renewed is, before anybody says that it is dead.
        let lifetime = &self.desk.registry.require(&account.provider)?.lifetime;
        let token = match refresh::is_due(lifetime, account.refreshes, account.expires, self.now()) {
            true => self.fresh(&account.id).await?,
            false => self.token(account).await?,
        };
        let beneath = account.parent.is_some();
        let ask = async |asking: Asking<'_>| match beneath {
            true => asking.identify_beneath(&token).await,
            false => asking.identify(&token).await,
        };
        self.asking(account, ask).await
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
    /// Refusals and network errors: then nothing was revoked and nothing deleted.
    pub async fn revoke(&self, account: &str) -> Result<()> {
        let record = self.desk.book.read()?.account(account)?.clone();
        let token = self.token(&record).await?;
        let owner = self.owner(&record).await?;
        self.asking(&record, async |asking| asking.revoke(&token, owner.as_ref()).await)
            .await?;
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
        self.delete_account(account).await
    }

    /// A token of the client's with which requests are signed, where one is kept: some calls about the client's own token
    /// want it.
    async fn owner(&self, record: &Account) -> Result<Option<Token>> {
        let (book, _) = self.desk.book.look();
        let signed = |a: &&Account| a.client == record.client && a.has_token_secret && a.id != record.id;
        match book.accounts.iter().find(signed) {
            Some(account) => Ok(Some(self.token(account).await?)),
            None => Ok(None),
        }
    }

    /// Deletes an account here; the token itself lives on at the provider.
    ///
    /// # Errors
    /// The store's: then nothing was deleted.
    pub async fn delete_account(&self, account: &str) -> Result<()> {
        let record = self.desk.book.read()?.account(account)?.clone();
        self.blocking(move |keeper| {
            let _held = book::lock::account(&keeper.desk.outside.data, &record.id)?;
            keeper.forget_secret(record.store, &account_key(&record.id))?;
            keeper.forget_secret(record.store, &previous_key(&record.id))?;
            keeper.desk.book.change(|book| {
                book.accounts.retain(|a| a.id != record.id);
                for beneath in book.accounts.iter_mut().filter(|a| a.parent.as_deref() == Some(&record.id)) {
                    beneath.parent = None;
                }
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(())
    }
}
