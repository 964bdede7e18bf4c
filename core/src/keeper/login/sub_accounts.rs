//! Sub-accounts (Pages): the person's token lists them, and those that the person picks become accounts. Their tokens are
//! asked for again when they are kept, so that none waits in memory.

use crate::ask::SubAccount;
use crate::book::Account;
use crate::error::Result;
use crate::keeper::Keeper;
use crate::token::Token;
use crate::view::SubAccountView;

impl Keeper {
    /// The sub-accounts of an account, as the provider lists them now.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn sub_accounts(&self, account: &str) -> Result<Vec<SubAccountView>> {
        let record = self.shared.book.read()?.account(account)?.clone();
        let found = self.list_sub_accounts(&record).await?;
        let (book, _) = self.shared.book.read_lossy();
        let kept = |id: &str| {
            let same = |a: &&Account| a.parent.as_deref() == Some(account) && a.user_id.as_deref() == Some(id);
            book.accounts.iter().any(|a| same(&a))
        };
        // One without a token cannot be kept.
        let with_token = found.into_iter().filter(|f| f.token.is_some());
        Ok(with_token
            .map(|f| SubAccountView {
                kept: kept(&f.user_id),
                id: f.user_id,
                name: f.display_name.unwrap_or(f.name),
                tasks: f.tasks,
            })
            .collect())
    }

    /// Keeps these sub-accounts of an account, and returns the ids of the new accounts.
    ///
    /// # Errors
    /// Refusals, network errors, the store's.
    pub async fn keep_sub_accounts(&self, account: &str, picked: &[String]) -> Result<Vec<String>> {
        let _busy = self.busy();
        let record = self.shared.book.read()?.account(account)?.clone();
        let found = self.list_sub_accounts(&record).await?;
        let mut ids = Vec::new();
        for sub in found.into_iter().filter(|f| picked.contains(&f.user_id)) {
            let Some(secret) = sub.token else { continue };
            let now = self.now();
            let provider = self.shared.registry.require(&record.provider)?;
            // A Page's token does not end if it was obtained with a long-lived token (docs/facts/facebook.md#pages). Which one it
            // was only the provider can say.
            let token = Token::new(secret, now);
            let account = Account {
                name: sub.display_name.clone().unwrap_or_else(|| sub.name.clone()),
                display_name: sub.display_name,
                user_id: Some(sub.user_id),
                scopes: record.scopes.clone(),
                parent: Some(record.id.clone()),
                tasks: sub.tasks,
                redirect: record.redirect,
                issued: Some(now),
                life_unknown: true,
                verified: Some(now),
                ..self.new_account(&provider, None, &record.answers, record.client.clone())
            };
            let id = self.keep_imported(account, token.clone()).await?;
            // If the provider does not say now when it ends, "Inspect" asks again.
            let kept = self.shared.book.read()?.account(&id)?.clone();
            if let Err(error) = self.inspect_token(&kept, &token).await {
                tracing::warn!(code = %error.code(), "a sub-account's life is not known yet");
            }
            ids.push(id);
        }
        self.changed();
        Ok(ids)
    }

    async fn list_sub_accounts(&self, record: &Account) -> Result<Vec<SubAccount>> {
        let token = self.token(record).await?;
        self.ask_provider(record, async |asking| asking.sub_accounts(&token).await).await
    }
}
