//! Stores a new token, then its account: decides which account it belongs to, the order of the writes, and which older token it
//! replaces.

use crate::ask::Identity;
use crate::book::{self, Account};
use crate::error::{ErrorView, Result};
use crate::keeper::Keeper;
use crate::keeper::login::mismatch::Outcome;
use crate::login::{Grant, LoginRequest};
use crate::provider::{GrantType, RedirectKind};
use crate::token::Token;
use crate::vault::{account_key, previous_key};
use crate::view::{LoginPlan, StepKind};

impl Keeper {
    /// Stores a token before its person is known.
    pub(in crate::keeper) async fn keep_provisionally(
        &self,
        request: &LoginRequest,
        client: &str,
        granted: &Grant,
        redirect: RedirectKind,
    ) -> Result<String> {
        let (token, account) = self.account_of(request, client.to_owned(), granted.clone(), None, None, redirect);
        let (id, _) = self.blocking(move |keeper| keeper.store_token(account, token, false)).await?;
        Ok(id)
    }

    /// A token without consent: the client's own, or one that the person typed in. Its owner is not asked for: the client's
    /// own token has none, and where tokens are typed in the question costs money.
    pub(in crate::keeper) async fn obtain_without_consent(
        &self,
        request: &LoginRequest,
        plan: &LoginPlan,
        known: Option<book::Client>,
        step: &(dyn Fn(StepKind) + Sync),
    ) -> Result<Outcome> {
        // Read before the client is kept: an incomplete form leaves nothing behind.
        let typed = match request.provider.grant {
            GrantType::Import => Some(request.typed_token(plan, self.now())?),
            _ => None,
        };
        let client = self.client_for(request, plan, known, None).await?;
        step(StepKind::ClientReady);
        let granted = match typed {
            // Nothing was sent, so the platform has accepted nothing that was typed: a secret that it once accepted stays.
            Some(granted) => {
                if !self.has_verified_account(&client.id) {
                    self.keep_typed(&client).await?;
                }
                granted
            }
            None => {
                let granted = request
                    .redeem_for_client(&self.shared.http, &client.credentials, self.now())
                    .await?;
                self.keep_typed(&client).await?;
                granted
            }
        };
        step(StepKind::TokenReceived);
        let (token, account) = self.account_of(request, client.id, granted, None, None, RedirectKind::Paste);
        let id = self.keep_granted(account, token, false, step).await?;
        Ok(Outcome::Kept(id))
    }

    /// Whether the platform has accepted this client's keys before.
    fn has_verified_account(&self, client: &str) -> bool {
        let (book, _) = self.shared.book.look();
        book.accounts.iter().any(|a| a.client == client && a.verified.is_some())
    }

    /// Stores an obtained token, and asks the provider for its exact times and scopes. `imported`: it was made elsewhere.
    pub(in crate::keeper) async fn keep_granted(
        &self,
        account: Account,
        token: Token,
        imported: bool,
        step: &(dyn Fn(StepKind) + Sync),
    ) -> Result<String> {
        let kept = token.clone();
        let (id, stored) = self.blocking(move |keeper| keeper.store_token(account, kept, imported)).await?;
        if stored {
            step(StepKind::Stored);
        } else {
            self.watch_store();
        }
        self.token_changed(&id);
        let account = self.shared.book.read()?.account(&id)?.clone();
        if let Err(error) = self.inspect_token(&account, &token).await {
            tracing::info!(code = %error.code(), "the token's life is not known yet");
        }
        Ok(id)
    }

    /// The account of an obtained token. Without an identity it is "not verified", unless the token's own answer names its
    /// owner. [`Keeper::keep_granted`] finds out whether the person has an account here already.
    pub(in crate::keeper) fn account_of(
        &self,
        request: &LoginRequest,
        client: String,
        granted: Grant,
        identity: Option<Result<Identity>>,
        trouble: Option<ErrorView>,
        redirect: RedirectKind,
    ) -> (Token, Account) {
        let now = self.now();
        let server = request.server.as_ref();
        let verified = matches!(identity, Some(Ok(_))).then_some(now);
        let (identity, trouble) = match identity {
            Some(Ok(identity)) => (Some(identity), trouble),
            Some(Err(error)) => (granted.owner, Some(error.view())),
            None => (granted.owner, trouble),
        };
        // A token without a person is shown by the name of its app.
        let (book, _) = self.shared.book.look();
        let app = book
            .client(&client)
            .ok()
            .filter(|_| !request.provider.needs_consent())
            .map(|c| c.name.clone());
        let nameless = server.map_or_else(|| request.provider.name.clone(), crate::http::host_of);
        let name = app.or_else(|| identity.as_ref().map(|i| i.name.clone())).unwrap_or(nameless);
        let of_identity = identity.as_ref().and_then(|i| i.scopes.clone());
        // The tokens of apps begin alike, so that the beginning tells nothing.
        let signed = granted.token.token_secret.is_some();
        let hint = request.provider.hint_of(granted.token.access_token.expose()).filter(|_| signed);
        let account = Account {
            name,
            hint,
            refreshes: granted.token.refresh_token.is_some(),
            has_token_secret: signed,
            display_name: identity.as_ref().and_then(|i| i.display_name.clone()),
            user_id: identity.as_ref().and_then(|i| i.user_id.clone()),
            url: identity.as_ref().and_then(|i| i.url.clone()),
            scopes: of_identity.unwrap_or(granted.scopes),
            declined: granted.declined,
            generation: granted.token.generation,
            issued: Some(granted.token.issued),
            expires: granted.token.expires,
            redirect,
            verified,
            trouble,
            ..self.new_account(&request.provider, server, client)
        };
        (granted.token, account)
    }

    /// Stores a token that was made elsewhere, without asking the provider anything.
    pub(in crate::keeper) async fn keep_imported(&self, account: Account, token: Token) -> Result<String> {
        let (id, stored) = self.blocking(move |keeper| keeper.store_token(account, token, true)).await?;
        if !stored {
            self.watch_store();
        }
        self.token_changed(&id);
        self.changed();
        Ok(id)
    }

    /// Stores a token and writes its account: the same person with the same client is the same account. The answer is the
    /// account's id, and whether the store took the token. Blocks.
    fn store_token(&self, mut account: Account, mut token: Token, imported: bool) -> Result<(String, bool)> {
        // Two logins of one person may end at the same moment: the second one must find the first one's account.
        let _one_by_one = book::lock::client(&self.shared.outside.data, &account.client)?;
        let (book, _) = self.shared.book.look();
        // A client has one token of its own, which belongs to no person.
        let of_client = self.shared.registry.get(&account.provider).map(|e| e.provider.grant) == Some(GrantType::ClientCredentials);
        let same = |a: &&Account| {
            a.provider == account.provider
                && a.client == account.client
                && a.server == account.server
                && a.parent == account.parent
                && (a.user_id.is_some() || of_client)
                && a.user_id == account.user_id
        };
        // A new login replaces the old token. A token that was made elsewhere does so only if it does not end sooner.
        let ends = |a: &Account| a.expires.unwrap_or(i64::MAX);
        let replaces = |a: &&Account| !imported || ends(&account) >= ends(a) || ends(a) <= account.obtained;
        if let Some(known) = book.accounts.iter().filter(same).find(replaces) {
            account.id = known.id.clone();
            // A login is newer than any renewal before it.
            token.generation = token.generation.max(known.generation.saturating_add(1));
            account.generation = token.generation;
            // Keys that were typed again are still that person's: asking again would cost money.
            if account.verified.is_none() && account.user_id.is_some() {
                account.name.clone_from(&known.name);
                account.display_name.clone_from(&known.display_name);
                account.url.clone_from(&known.url);
            }
        }
        let _held = book::lock::account(&self.shared.outside.data, &account.id)?;
        let (store, stored) = self.keep_secret(&account_key(&account.id), &token.to_stored())?;
        // A rollback never goes back over a login.
        if let Some(known) = book.accounts.iter().find(|a| a.id == account.id && a.renewed.is_some())
            && let Err(error) = self.forget_secret(known.store, &previous_key(&account.id))
        {
            tracing::info!(code = %error.code(), "a predecessor stays");
        }
        let id = account.id.clone();
        self.shared.book.change(|book| {
            book.accounts.retain(|a| a.id != account.id);
            book.accounts.push(Account { store, ..account });
            Ok(())
        })?;
        Ok((id, stored))
    }
}
