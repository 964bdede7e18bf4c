//! Sub-accounts, each with a token of its own: the Pages of a person, and of the businesses that the person belongs to
//! (docs/facts/facebook.md#pages). The order of the questions is here; the messages are in the provider's file.

use url::Url;

use super::{Asking, no_message};
use crate::error::{Category, Error, Result};
use crate::http::Request;
use crate::provider::answer::{self, Answers};
use crate::provider::messages::{Answer, Message};
use crate::provider::request::{Values, request};
use crate::token::{Secret, Token};

/// The most pages of a list that are read: at 100 items a page, more than any person manages.
const MAX_PAGES: usize = 50;

/// A sub-account.
#[derive(Clone, Debug)]
pub struct SubAccount {
    /// The provider's id of it.
    pub user_id: String,
    /// Its name.
    pub name: String,
    /// What people read.
    pub display_name: Option<String>,
    /// What the person may do with it.
    pub tasks: Vec<String>,
    /// Its token; none where the person's role does not include one.
    pub token: Option<Secret>,
}

impl<'a> Asking<'a> {
    /// All sub-accounts of the person, each once.
    ///
    /// # Errors
    /// Refusals and network errors of the person's own list. A group that refuses is skipped: people see groups in which they
    /// have no role.
    pub async fn sub_accounts(&self, token: &Token) -> Result<Vec<SubAccount>> {
        let messages = &self.provider.messages;
        let message = messages.sub_accounts.as_ref().ok_or_else(|| no_message("sub_accounts"))?;
        let mut values = self.values(token);
        let mut found: Vec<SubAccount> = Vec::new();
        let mut add = |items: Vec<Answers<'_>>| {
            for account in items.iter().filter_map(read) {
                match found.iter_mut().find(|f| f.user_id == account.user_id) {
                    // A group's list may have the Page without its token, and the person's own list with it.
                    Some(known) => {
                        known.token = known.token.take().or(account.token);
                        known.tasks.extend(account.tasks);
                        known.tasks.sort();
                        known.tasks.dedup();
                    }
                    None => found.push(account),
                }
            }
        };
        add(self.list("sub_accounts", message, &values).await?);
        if let Some(groups) = &messages.groups {
            let groups = unless_refused(self.list("groups", groups, &values).await)?;
            for id in groups.iter().filter_map(|g| g.text(Answer::UserId)) {
                values.put("group_id", id);
                for message in &messages.group_accounts {
                    add(unless_refused(self.list("group_accounts", message, &values).await)?);
                }
            }
        }
        Ok(found)
    }

    /// Reads a list to its end. A next page is followed at the same origin only: its address may contain the token.
    pub(super) async fn list<'m>(&self, what: &'static str, message: &'m Message, values: &Values<'_>) -> Result<Vec<Answers<'m>>> {
        let mut sent = request(what, message, self.authentication(), values)?;
        let mut items = Vec::new();
        for _ in 0..MAX_PAGES {
            let response = self.http.send(&sent).await?;
            let answers = answer::answer_to(&sent, message, self.provider, values, &response)?;
            items.extend(answers.items());
            let Some(next) = answers.next() else { return Ok(items) };
            let url = Url::parse(&next).ok().filter(|url| url.origin() == sent.url.origin());
            let mut url = url.ok_or_else(|| Error::Redirected {
                host: Url::parse(&next).map(|u| crate::http::host_of(&u)).unwrap_or_default(),
            })?;
            // The next address that Graph gives has the token, but perhaps not the proof that belongs to it [M].
            let has = |url: &Url, name: &str| url.query_pairs().any(|(k, _)| k == name);
            let missing: Vec<(String, String)> = sent.url.query_pairs().into_owned().filter(|(k, _)| !has(&url, k)).collect();
            if !missing.is_empty() {
                url.query_pairs_mut().extend_pairs(missing);
            }
            sent = Request { url, ..sent };
        }
        Ok(items)
    }
}

/// A group that refuses has nothing for this person. One that cannot be reached is an error.
fn unless_refused(list: Result<Vec<Answers<'_>>>) -> Result<Vec<Answers<'_>>> {
    match list {
        Err(Error::Refused { category, .. }) if !matches!(category, Category::Transient | Category::RateLimited | Category::TokenDead) => {
            Ok(Vec::new())
        }
        other => other,
    }
}

fn read(item: &Answers<'_>) -> Option<SubAccount> {
    let user_id = item.text(Answer::UserId)?;
    Some(SubAccount {
        name: item.text(Answer::Username).unwrap_or_else(|| user_id.clone()),
        display_name: item.text(Answer::DisplayName),
        tasks: item.words(Answer::Tasks).unwrap_or_default(),
        token: item.text(Answer::AccessToken).map(Secret::new),
        user_id,
    })
}
