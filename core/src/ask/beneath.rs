//! The accounts beneath a person, each with a token of its own: Pages, those of the person and those of the businesses
//! that the person belongs to (docs/facts/facebook.md#pages). A named step: the walk is here, the messages are the file's.

use url::Url;

use super::{Asking, no_message};
use crate::error::{Category, Error, Result};
use crate::http::Request;
use crate::provider::answer::{self, Answers};
use crate::provider::messages::{Answer, Message};
use crate::provider::request::{Values, request};
use crate::token::{Secret, Token};

/// So many pages of a list are read: at 100 an item, more than any person manages.
const MAX_PAGES: usize = 50;

/// An account beneath a person.
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
    /// Its token; none where the person's role gives none.
    pub token: Option<Secret>,
}

impl<'a> Asking<'a> {
    /// Every account beneath the person, each once.
    ///
    /// # Errors
    /// Refusals and network errors of the person's own list. A group that refuses is passed over: people see groups that
    /// they have no say in.
    pub async fn sub_accounts(&self, token: &Token) -> Result<Vec<SubAccount>> {
        let messages = &self.provider.messages;
        let message = messages.sub_accounts.as_ref().ok_or_else(|| no_message("sub_accounts"))?;
        let mut values = self.values(token);
        let mut found: Vec<SubAccount> = Vec::new();
        let mut add = |items: Vec<Answers<'_>>| {
            for account in items.iter().filter_map(read) {
                match found.iter_mut().find(|f| f.user_id == account.user_id) {
                    // A group's list may know the page without its token, the person's own list with it.
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
            let groups = passed_over(self.list("groups", groups, &values).await)?;
            for id in groups.iter().filter_map(|g| g.text(Answer::UserId)) {
                values.put("group_id", id);
                for message in &messages.group_accounts {
                    add(passed_over(self.list("group_accounts", message, &values).await)?);
                }
            }
        }
        Ok(found)
    }

    /// Reads a list to its end. A next page is followed at the same origin only: its address may hold the token.
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
            // Graph's own next address has the token, and perhaps not the proof that goes with it [M].
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

/// A group that refuses has nothing for this person; one that cannot be reached is another matter.
fn passed_over(list: Result<Vec<Answers<'_>>>) -> Result<Vec<Answers<'_>>> {
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
