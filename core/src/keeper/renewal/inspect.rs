//! What the provider knows of a token: its exact times, and the scopes that were granted.

use crate::ask::Asking;
use crate::book::Account;
use crate::error::{Category, Error, Result};
use crate::keeper::Keeper;
use crate::token::Token;

impl Keeper {
    /// Asks the provider what it knows of an account's token, and writes it down.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn inspect(&self, account: &str) -> Result<()> {
        let record = self.shared.book.read()?.account(account)?.clone();
        let token = self.token(&record).await?;
        self.inspect_token(&record, &token).await
    }

    /// The same for a token in hand.
    pub(in crate::keeper) async fn inspect_token(&self, record: &Account, token: &Token) -> Result<()> {
        let messages = &self.shared.registry.require(&record.provider)?.messages;
        if messages.inspect.is_none() && messages.granted.is_none() {
            return Ok(());
        }
        let ask = async |asking: Asking<'_>| {
            let inspection = asking.inspect(token).await?;
            // A Page has its person's permissions.
            let granted = match record.is_sub_account() {
                false => asking.granted(token).await.ok().flatten(),
                true => None,
            };
            Ok((inspection, granted))
        };
        let (inspection, granted) = match self.ask_provider(record, ask).await {
            Err(
                error @ Error::Refused {
                    category: Category::TokenDead,
                    ..
                },
            ) => {
                let view = error.view();
                self.write_about(record, token.clone(), |a| a.trouble = Some(view)).await?;
                self.changed();
                return Err(error);
            }
            other => other?,
        };
        let wanted: Vec<String> = record.scopes.iter().chain(&record.declined).cloned().collect();
        let scopes = granted.or_else(|| inspection.as_ref().and_then(|i| i.scopes.clone()));
        self.write_about(record, token.clone(), |a| {
            if let Some(scopes) = scopes {
                a.declined = wanted.into_iter().filter(|s| !scopes.contains(s)).collect();
                a.scopes = scopes;
            }
            if let Some(known) = inspection {
                a.issued = known.issued.or(a.issued);
                a.data_access_expires = known.data_access_expires;
                if let Some(end) = known.end {
                    a.expires = end.expires();
                    a.life_unknown = false;
                }
            }
        })
        .await?;
        self.changed();
        Ok(())
    }
}
