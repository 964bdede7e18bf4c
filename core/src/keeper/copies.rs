//! What a token is copied as: a header, a command, the lines of a file. They are written here, so that the page sees dots in the
//! place of secrets.

use std::collections::BTreeMap;

use super::Keeper;
use crate::ask::{Credentials, Filled};
use crate::book::Account;
use crate::error::{Error, Result};
use crate::keeper::api_calls::{call_view, can_run, dotted, find, header, is_of};
use crate::keeper::first_post::can_post;
use crate::keeper::record::hosts;
use crate::ledger::{Purpose, Use};
use crate::provider::Provider;
use crate::provider::calls::Of;
use crate::provider::copies::{Copy, CopyKind};
use crate::provider::copy::command;
use crate::provider::request::Values;
use crate::token::{Secret, Token};
use crate::view::{CopyView, UsesView};

/// A text to be copied.
pub struct Copied {
    /// The text.
    pub text: Secret,
    /// It contains a secret.
    pub secret: bool,
    /// The file name to save it under.
    pub file: Option<String>,
}

impl Keeper {
    /// What can be done with an account's token. Neither the store nor the provider is asked.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], [`Error::PracticeOver`].
    pub fn uses(&self, account: &str) -> Result<UsesView> {
        let (record, provider) = self.account_and_provider(account)?;
        let client = self.client_of(&record);
        let calls = provider
            .calls
            .iter()
            .filter(|call| can_run(call, &record, &provider, client.as_ref()));
        let copies = provider.copies.iter().filter(|copy| is_of(copy.of, &record));
        Ok(UsesView {
            calls: calls.map(call_view).collect(),
            // A copy for which a value is missing is not offered.
            copies: copies.filter_map(|copy| self.copy_view(&record, copy).ok()).collect(),
            can_post: can_post(&record, &provider, client.as_ref()),
            pages_can_post: !record.is_sub_account() && provider.post.as_ref().is_some_and(|post| post.of == Of::SubAccount),
        })
    }

    /// The text of a copy, by the copy's id. A token in it is valid, and renewed first where that is due.
    ///
    /// # Errors
    /// As [`Keeper::access_token`]; [`Error::InputInvalid`] where there is no such copy, or it cannot contain a value.
    pub async fn copied(&self, account: &str, copy: &str) -> Result<Copied> {
        let (record, provider) = self.account_and_provider(account)?;
        let copy = provider.copies.iter().find(|c| c.id == copy);
        let copy = copy.ok_or_else(|| Error::InputInvalid { field: "copy".into() })?;
        let text = match copy.is_secret() {
            true => self.write_secret(&record, copy).await?,
            false => copy.write(&self.plain_values(&record, &provider)?)?,
        };
        Ok(Copied {
            text: Secret::new(text),
            secret: copy.is_secret(),
            file: copy.file.clone(),
        })
    }

    /// A valid token with the variables of the platform's lines for `.env`, by their names; none where its file has no such copy. Both
    /// are one use.
    ///
    /// # Errors
    /// As [`Keeper::access_token`].
    pub async fn token_and_variables(&self, account: &str, used: &Use) -> Result<(Secret, Vec<(String, Secret)>)> {
        let (record, provider) = self.account_and_provider(account)?;
        let token = self.token_for(account, used).await?;
        let Some(copy) = provider.copies.iter().find(|c| c.kind == CopyKind::Env) else {
            return Ok((token.access_token, Vec::new()));
        };
        let variables = self.ask_provider(&record, async |asking| {
            let mut values = self.plain_values(&record, asking.provider)?;
            put_secrets(&mut values, &token, asking.client);
            let filled = copy.filled(&values).into_iter();
            Ok(filled.map(|(name, value)| (name.to_owned(), Secret::new(value))).collect())
        });
        let variables = variables.await?;
        Ok((token.access_token, variables))
    }

    /// The name of one of these variables that no command may get; none if all are right. A provider file could choose by it what the
    /// command runs.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`] and the like.
    pub fn refused_variable(&self, account: &str) -> Result<Option<String>> {
        let (_, provider) = self.account_and_provider(account)?;
        let copy = provider.copies.iter().find(|c| c.kind == CopyKind::Env);
        let refused = copy.and_then(|copy| copy.lines.iter().find(|line| !line.is_variable_of_account()));
        Ok(refused.map(|line| line.name.clone()))
    }

    async fn write_secret(&self, record: &Account, copy: &Copy) -> Result<String> {
        let token = self.token_for(&record.id, &self.own_use(Purpose::Copy)).await?;
        self.ask_provider(record, async |asking| {
            if let Some(call) = &copy.call {
                let call = find(asking.provider, call)?;
                let filled = Filled {
                    call,
                    inputs: call.filled(&BTreeMap::new())?,
                    user_id: record.user_id.clone(),
                };
                return command(&asking.request_of(&filled, &token, None)?);
            }
            let mut values = self.plain_values(record, asking.provider)?;
            put_secrets(&mut values, &token, asking.client);
            copy.write(&values)
        })
        .await
    }

    pub(super) fn copy_view(&self, record: &Account, copy: &Copy) -> Result<CopyView> {
        let provider = self.shared.registry.require(&record.provider)?;
        let shown = match (copy.kind, &copy.call) {
            (CopyKind::Curl, Some(call)) => {
                let mut request = self.stand_in(record, &provider, call, &BTreeMap::new())?;
                for (name, value) in &mut request.headers {
                    *value = Secret::new(header(name, value.expose()));
                }
                command(&request)?
            }
            _ => {
                let mut values = self.plain_values(record, &provider)?;
                let (token, client) = self.stand_ins(record);
                put_secrets(&mut values, &token, client.as_ref());
                copy.write(&values)?
            }
        };
        Ok(CopyView {
            id: copy.id.clone(),
            kind: copy.kind,
            secret: copy.is_secret(),
            shown: dotted(&shown),
            file: copy.file.clone(),
        })
    }

    /// The values of an account that are no secrets.
    fn plain_values<'a>(&self, record: &Account, provider: &'a Provider) -> Result<Values<'a>> {
        let server = self.server(record)?;
        // A token is copied only for the hosts that it was made for.
        if !record.hosts.is_empty() && record.hosts != hosts(provider, server.as_ref(), &record.answers) {
            return Err(Error::HostsChanged {
                provider: Box::new(provider.name.clone()),
            });
        }
        let mut values = Values::of(provider, server.as_ref(), &record.answers);
        values.put("account_name", record.name.clone());
        values.put("scope", record.scopes.join(" "));
        if let Some(id) = &record.user_id {
            values.put("user_id", id.clone());
        }
        if let Some(login_name) = &record.login_name {
            values.put("login_name", login_name.clone());
        }
        if let Some(end) = record.expires.filter(|_| !record.life_unknown) {
            values.put("expires_at", end.to_string());
        }
        if let Some(client) = self.client_of(record) {
            values.put("client_id", client.client_id);
        }
        Ok(values)
    }
}

fn put_secrets(values: &mut Values<'_>, token: &Token, client: Option<&Credentials>) {
    values.put_secret("access_token", Some(&token.access_token));
    values.put_secret("refresh_token", token.refresh_token.as_ref());
    values.put_secret("token_secret", token.token_secret.as_ref());
    values.put_secret("client_secret", client.and_then(|c| c.client_secret.as_ref()));
    // The book may not have the end of a token that was just renewed.
    if let Some(end) = token.expires {
        values.put("expires_at", end.to_string());
    }
}
