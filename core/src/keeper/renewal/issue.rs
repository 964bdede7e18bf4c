//! Renewal by the client's keys: of the client's own token, and of a token whose refresh token has ended.

use crate::ask::Asking;
use crate::book::{Account, Later};
use crate::error::{Category, Error, Result};
use crate::keeper::Keeper;
use crate::keeper::renewal::{Reason, has_ended_early};
use crate::provider::{Lifetime, Provider};
use crate::refresh::{self, Renewed, clocks};
use crate::token::Token;

impl Keeper {
    /// Asks for the client's own token again. This spends nothing: after a lost answer or a kill the next use asks once more.
    pub(super) async fn issue_again(&self, record: &Account, token: &Token, lifetime: &Lifetime, reason: Reason) -> Result<Renewed> {
        refresh::may_renew(lifetime, token, self.now())?;
        let provider = self.shared.registry.require(&record.provider)?;
        if reason != Reason::Anyway && !has_ended_early(record, lifetime) {
            refresh::is_needed(&provider, token, self.now())?;
        }
        self.require_store(record).await?;
        let scope = scope_of(record, &provider);
        self.ask_provider(record, async |asking| refresh::issue(&asking, token, &scope).await)
            .await
    }

    /// Sends the client's keys for a token that replaces one whose refresh token has ended with this error. Platforms count how often
    /// keys are sent. So they are sent once; after a failure the book says when they are sent again, or that only a person helps.
    pub(super) async fn issue_instead(&self, record: &Account, token: &Token, ended: Error, asked: bool) -> Result<Renewed> {
        let provider = self.shared.registry.require(&record.provider)?;
        if !self.client_of(record).is_some_and(|client| client.has_secret) {
            return Err(ended);
        }
        let why = record.later.as_ref().and_then(|later| later.why.as_ref());
        // Without a network nothing was sent.
        let was_sent = why.is_some_and(|why| !why.code.is_of_network());
        if !asked && was_sent && self.waits_until(record).is_some() {
            self.set_intent(&record.id, None).await?;
            return Err(self.failed_before(record));
        }
        let scope = scope_of(record, &provider);
        let issue = async |asking: Asking<'_>| asking.issue(token, &scope).await;
        let error = match self.ask_provider(record, issue).await {
            Ok(issued) => {
                let is_same = issued.owner.is_none() || record.user_id.is_none() || issued.owner == record.user_id;
                // If they differ, the keys now belong to another person.
                return if is_same { Ok(Renewed::of(issued.token)) } else { Err(ended) };
            }
            Err(error) => error,
        };
        let again = match &error {
            Error::Refused { category, .. } => category.passes(),
            _ => true,
        };
        let tries = record.later.as_ref().map_or(0, |later| later.tries);
        let until = self.now().saturating_add(clocks::wait(tries, error.retry_after(), rand::random()));
        let (id, view) = (record.id.clone(), error.view());
        self.blocking(move |keeper| {
            keeper.change_account(&id, |a| {
                a.renewing = None;
                a.later = Some(Later {
                    until: again.then_some(until),
                    tries: tries.saturating_add(1),
                    why: Some(view.clone()),
                });
                a.trouble = if again { a.trouble.take() } else { Some(view) };
            })
        })
        .await?;
        self.changed();
        Err(error)
    }

    /// The failure of the last renewal, as the error of this one, which sends nothing.
    pub(super) fn failed_before(&self, record: &Account) -> Error {
        let why = record.later.as_ref().and_then(|later| later.why.clone());
        let left = self.waits_until(record).map(|until| until.saturating_sub(self.now()));
        Error::Refused {
            category: why.as_ref().and_then(|why| Category::of(why.code)).unwrap_or(Category::Transient),
            status: 0,
            words: why.as_ref().and_then(|why| why.detail.clone()),
            retry_after: left.and_then(|left| u64::try_from(left).ok()),
            action: why.and_then(|why| why.action),
        }
    }
}

/// The scopes to ask for once more.
fn scope_of(record: &Account, provider: &Provider) -> String {
    let separator = provider.authorize.as_ref().map_or(" ", |a| a.scope_separator.as_str());
    let scopes: Vec<&str> = record.scopes.iter().chain(&record.declined).map(String::as_str).collect();
    scopes.join(separator)
}
