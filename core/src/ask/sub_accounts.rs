//! Sub-accounts, each with a token of its own: the Pages of a person, and of the businesses that the person belongs to
//! (docs/facts/facebook.md#pages). The order of the questions is here; the messages are in the provider's file.

use super::list::Listed;
use super::{Asking, no_message};
use crate::error::{Category, Error, Result};
use crate::provider::answer::Answers;
use crate::provider::messages::Answer;
use crate::token::{Secret, Token};

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

impl Asking<'_> {
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
        add(self.list("sub_accounts", message, &values).await?.items);
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
}

/// A group that refuses has nothing for this person. One that cannot be reached is an error.
fn unless_refused(list: Result<Listed<'_>>) -> Result<Vec<Answers<'_>>> {
    match list.map(|list| list.items) {
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
