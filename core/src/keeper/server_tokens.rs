//! The tokens that a server has for an account: which one is kept here, and which were made by other apps. Each can be ended.

use super::Keeper;
use crate::book::Account;
use crate::error::{Error, Result};
use crate::ledger::Purpose;
use crate::token::Token;
use crate::view::{ServerTokenView, ServerTokensView, TokenOrigin};

/// A server may note a token's time a moment before or after it says it.
const ABOUT: i64 = 2;

impl Keeper {
    /// Asks the account's server for all tokens that it has for the account.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`]; [`Error::InputInvalid`] where the platform lists none; refusals (the token may lack a
    /// permission) and network errors.
    pub async fn server_tokens(&self, account: &str) -> Result<ServerTokensView> {
        let record = self.shared.book.read()?.account(account)?.clone();
        let token = self.token_to_ask(&record).await?;
        let listed = self
            .ask_provider(&record, async |asking| asking.server_tokens(&token).await)
            .await?;
        let own = self.client_of(&record).map(|client| client.name);
        let issued = record.issued.unwrap_or(record.obtained);
        let origin = |app: Option<&String>, at: Option<i64>| match (app, at) {
            (Some(app), _) if Some(app) != own.as_ref() => TokenOrigin::Other,
            (None, _) => TokenOrigin::Other,
            (_, Some(at)) if at.abs_diff(issued) <= ABOUT.unsigned_abs() => TokenOrigin::Present,
            _ => TokenOrigin::SameApp,
        };
        let view = listed.tokens.into_iter().map(|token| ServerTokenView {
            origin: origin(token.app.as_ref(), token.issued),
            id: token.id,
            app: token.app,
            scopes: token.scopes,
            issued: token.issued,
            last_used: token.last_used,
        });
        Ok(ServerTokensView {
            tokens: view.collect(),
            more: listed.more,
        })
    }

    /// Ends one of them at the server. If it is the one that is kept here, the account says that it is no longer valid.
    ///
    /// # Errors
    /// As [`Keeper::server_tokens`]; [`Error::InputInvalid`] for an id that the server does not list.
    pub async fn end_server_token(&self, account: &str, id: &str) -> Result<()> {
        let _busy = self.busy();
        let listed = self.server_tokens(account).await?;
        let ends = listed.tokens.iter().find(|token| token.id == id);
        let ends = ends.ok_or_else(|| Error::InputInvalid { field: "token_id".into() })?;
        let record = self.shared.book.read()?.account(account)?.clone();
        let token = self.token_to_ask(&record).await?;
        self.ask_provider(&record, async |asking| asking.end_server_token(&token, id).await)
            .await?;
        if ends.origin == TokenOrigin::Present && self.is_ended(&record).await {
            let dead = Error::dead_token().view();
            self.write_about(&record, token, |a| a.trouble = Some(dead)).await?;
            self.changed();
        }
        Ok(())
    }

    /// The token as it is, which is a use as any call is.
    async fn token_to_ask(&self, record: &Account) -> Result<Token> {
        let token = self.token(record).await;
        let used = self.own_use(Purpose::Call);
        self.record_use(&record.id, &used, token.as_ref().err()).await;
        token
    }

    /// Whether the server refuses the account's token. Two tokens of one app may have been made at the same moment.
    async fn is_ended(&self, record: &Account) -> bool {
        let Ok(token) = self.token(record).await else { return false };
        let asked = self.ask_provider(record, async |asking| asking.server_tokens(&token).await).await;
        matches!(
            asked,
            Err(Error::Refused {
                category: crate::error::Category::TokenDead,
                ..
            })
        )
    }
}
