//! What a person does with an account: copy and show its token, revoke it, delete the account.

use super::{Keeper, lock};
use crate::book::Account;
use crate::error::{Error, Result};
use crate::keeper::renewal::AccountLock;
use crate::ledger::{Purpose, Use};
use crate::provider::GrantType;
use crate::token::{Secret, Token};
use crate::vault::{account_key, previous_key};

impl Keeper {
    /// An account's access token: a valid one, renewed first where that is due. The program of the use is the one that this
    /// process works for.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], [`Error::SecretMissing`], the store's; why an expired token could not be renewed, and
    /// [`Error::TokenExpired`] and its like where only a new login helps.
    pub async fn access_token(&self, account: &str, purpose: Purpose) -> Result<Secret> {
        self.access_token_for(account, &self.own_use(purpose)).await
    }

    /// An account's access token for a use by another program.
    ///
    /// # Errors
    /// As [`Keeper::access_token`].
    pub async fn access_token_for(&self, account: &str, used: &Use) -> Result<Secret> {
        Ok(self.token_for(account, used).await?.access_token)
    }

    /// An account's valid token for this process alone, such as to see whether it is another one: no one gets it, so it is no use.
    ///
    /// # Errors
    /// As [`Keeper::access_token`].
    pub async fn known_token(&self, account: &str) -> Result<Secret> {
        Ok(self.valid_token(account).await?.access_token)
    }

    /// An account's access token to look at, valid or not; renewed first where that is due and works.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], [`Error::OnHold`], [`Error::SecretMissing`], the store's.
    pub async fn shown_token(&self, account: &str) -> Result<Secret> {
        let token = match self.valid_token(account).await {
            Err(Error::OnHold) => Err(Error::OnHold),
            Err(_) => {
                let record = self.shared.book.read()?.account(account)?.clone();
                self.token(&record).await
            }
            fresh => fresh,
        };
        self.record_use(account, &self.own_use(Purpose::Show), token.as_ref().err()).await;
        Ok(token?.access_token)
    }

    /// The secret that belongs to an account's token (RFC 5849), for the clipboard.
    ///
    /// # Errors
    /// As [`Keeper::access_token`]; [`Error::SecretMissing`] where its token has none.
    pub async fn token_secret(&self, account: &str) -> Result<Secret> {
        let token = self.token_for(account, &self.own_use(Purpose::Copy)).await?;
        token.token_secret.ok_or(Error::SecretMissing)
    }

    /// Revokes the token at the provider, and then deletes the account here. Every copy of the token is invalid then.
    ///
    /// # Errors
    /// Refusals and network errors: nothing is deleted then. Of two tokens (access and refresh) one may be revoked.
    pub async fn revoke(&self, account: &str) -> Result<()> {
        let _busy = self.busy();
        // Locked against renewals: a successor would stay valid unseen.
        let account_lock = self.lock_account(account).await?;
        let record = self.shared.book.read()?.account(account)?.clone();
        let token = self.token(&record).await?;
        let owners = self.owners(&record).await?;
        self.ask_provider(&record, async |asking| asking.revoke(&token, &owners).await)
            .await?;
        let (id, dead) = (record.id.clone(), Error::dead_token().view());
        self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
                // The tokens of sub-accounts end with it. The account itself stays if it cannot be deleted.
                for account in book.accounts.iter_mut().filter(|a| a.id == id || a.parent.as_deref() == Some(&id)) {
                    account.trouble = Some(dead.clone());
                }
                Ok(())
            })
        })
        .await?;
        self.delete_locked(record, account_lock).await
    }

    /// The client's tokens that can sign a revocation, where the provider may demand one of its owner's; those that the console
    /// made come first. One that cannot be read is skipped.
    async fn owners(&self, record: &Account) -> Result<Vec<Token>> {
        let provider = self.shared.registry.require(&record.provider)?;
        let mut owners = Vec::new();
        if provider.messages.revocation_otherwise.is_some() {
            let (book, _) = self.shared.book.read_lossy();
            let imported = |a: &Account| {
                self.shared
                    .registry
                    .get(&a.provider)
                    .is_some_and(|e| e.provider.grant == GrantType::Import)
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

    /// Deletes an account here. Its token stays valid at the provider.
    ///
    /// # Errors
    /// The store's: then nothing was deleted.
    pub async fn delete_account(&self, account: &str) -> Result<()> {
        let account_lock = self.lock_account(account).await?;
        let record = self.shared.book.read()?.account(account)?.clone();
        self.delete_locked(record, account_lock).await
    }

    async fn delete_locked(&self, record: Account, account_lock: AccountLock) -> Result<()> {
        lock(&self.shared.account_locks).remove(&record.id);
        self.blocking(move |keeper| {
            keeper.forget_secret(record.store, &account_key(&record.id))?;
            keeper.forget_secret(record.store, &previous_key(&record.id))?;
            keeper.forget_deliveries(|d| d.account == record.id)?;
            keeper.shared.book.change(|book| {
                // Its sub-accounts stay what they are, and keep its id.
                book.accounts.retain(|a| a.id != record.id);
                book.programs.retain(|known| known.account != record.id);
                Ok(())
            })?;
            keeper.forget_exports(&record.id);
            keeper.forget_uses(&record.id);
            Ok(())
        })
        .await?;
        drop(account_lock);
        self.changed();
        Ok(())
    }
}
