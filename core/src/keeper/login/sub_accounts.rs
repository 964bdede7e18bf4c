//! Accounts beneath an account: Pages are looked up by the person's token, and those that the person picks become
//! accounts of their own. Their tokens are asked for anew when they are kept and never wait anywhere.

use crate::ask::SubAccount;
use crate::book::Account;
use crate::error::Result;
use crate::keeper::Keeper;
use crate::token::Token;
use crate::view::SubAccountView;

impl Keeper {
    /// The accounts beneath an account, as the provider lists them now.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn sub_accounts(&self, account: &str) -> Result<Vec<SubAccountView>> {
        let record = self.desk.book.read()?.account(account)?.clone();
        let found = self.walk(&record).await?;
        let (book, _) = self.desk.book.look();
        let kept = |id: &str| {
            let same = |a: &&Account| a.parent.as_deref() == Some(account) && a.user_id.as_deref() == Some(id);
            book.accounts.iter().any(|a| same(&a))
        };
        // Without a token there is nothing to keep.
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

    /// Keeps these accounts beneath an account, and returns their ids here.
    ///
    /// # Errors
    /// Refusals, network errors, the store's.
    pub async fn keep_sub_accounts(&self, account: &str, picked: &[String]) -> Result<Vec<String>> {
        let _busy = self.busy();
        let record = self.desk.book.read()?.account(account)?.clone();
        let found = self.walk(&record).await?;
        let mut ids = Vec::new();
        for sub in found.into_iter().filter(|f| picked.contains(&f.user_id)) {
            let Some(secret) = sub.token else { continue };
            let now = self.now();
            let provider = self.desk.registry.require(&record.provider)?;
            // A Page's token that was got with a long-lived one does not end (docs/facts/facebook.md#pages), with a short one it
            // does: nobody knows until the provider has said it.
            let token = Token::new(secret, now);
            let beneath = Account {
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
                ..self.blank(&provider, None, record.client.clone())
            };
            let id = self.keep_token(beneath, token.clone()).await?;
            // Whether it really does not end is the provider's to say; if it says nothing now, "Inspect" asks again.
            let kept = self.desk.book.read()?.account(&id)?.clone();
            if let Err(error) = self.learn(&kept, &token).await {
                tracing::warn!(code = %error.code(), "a sub-account's life is not known yet");
            }
            ids.push(id);
        }
        self.changed();
        Ok(ids)
    }

    async fn walk(&self, record: &Account) -> Result<Vec<SubAccount>> {
        let token = self.token(record).await?;
        self.asking(record, async |asking| asking.sub_accounts(&token).await).await
    }
}
