//! The tokens that a server has for an account, of all apps. The answers have their ids and descriptions, and no tokens.

use std::collections::HashSet;

use super::{Asking, no_message};
use crate::error::{Error, Result};
use crate::provider::messages::Answer;
use crate::token::Token;

/// A token, as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerToken {
    /// The server's id of it.
    pub id: String,
    /// The name of the app that it was made for.
    pub app: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made, Unix seconds.
    pub issued: Option<i64>,
    /// When it was last used, Unix seconds. Servers round it.
    pub last_used: Option<i64>,
}

/// The tokens of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTokens {
    /// Each once.
    pub tokens: Vec<ServerToken>,
    /// The server has more of them than are read.
    pub more: bool,
}

impl Asking<'_> {
    /// All tokens of the account that this token belongs to. One whose id cannot be part of an address is left out.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where the file has no such message; refusals and network errors.
    pub async fn server_tokens(&self, token: &Token) -> Result<ServerTokens> {
        let message = self.provider.messages.tokens.as_ref().ok_or_else(|| no_message("tokens"))?;
        let values = self.values(token);
        let echoes = values.echoes();
        // A server's text goes to terminals: no control characters, and nothing of what it was sent.
        let plain = |text: String| {
            let plain: String = text.chars().filter(|c| !c.is_control()).collect();
            echoes.hidden(&plain, "…")
        };
        let list = self.list("tokens", message, &values).await?;
        let read = list.items.iter().filter_map(|item| {
            Some(ServerToken {
                id: item.text(Answer::TokenId).filter(|id| is_plain(id))?,
                app: item.text(Answer::AppName).map(plain),
                scopes: item.words(Answer::Scope).unwrap_or_default().into_iter().map(plain).collect(),
                issued: item.time(Answer::IssuedAt),
                last_used: item.time(Answer::LastUsedAt),
            })
        });
        // A token that is made between two pages moves the others, so that one is on both.
        let mut seen = HashSet::new();
        let tokens = read.filter(|token| seen.insert(token.id.clone())).collect();
        Ok(ServerTokens { tokens, more: list.more })
    }

    /// Ends one of them.
    ///
    /// # Errors
    /// As [`Asking::server_tokens`].
    pub async fn end_server_token(&self, token: &Token, id: &str) -> Result<()> {
        let message = self.provider.messages.end_token.as_ref().ok_or_else(|| no_message("end_token"))?;
        if !is_plain(id) {
            return Err(Error::InputInvalid { field: "token_id".into() });
        }
        let mut values = self.values(token);
        values.put("token_id", id);
        self.ask("end_token", message, &values).await.map(drop)
    }
}

/// Whether an id may become part of an address.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}
