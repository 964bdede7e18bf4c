//! Stores a new token, then its account: decides which account it belongs to, the order of the writes, and which older token it
//! replaces.

use crate::ask::{Asking, Credentials, Identity};
use crate::book::{self, Account, Book};
use crate::error::{Category, Error, ErrorView, Intermediary, Result};
use crate::keeper::Keeper;
use crate::keeper::login::mismatch::Outcome;
use crate::login::{Grant, LoginRequest};
use crate::provider::{GrantType, QuestionKind, RedirectKind};
use crate::token::Token;
use crate::vault::{account_key, previous_key};
use crate::view::{LoginPlan, StepKind, StoreState};

impl Keeper {
    /// Stores a token before its person is known.
    pub(in crate::keeper) async fn keep_provisionally(&self, account: Account, token: Token) -> Result<String> {
        let (id, _) = self.blocking(move |keeper| keeper.store_token(account, token, false)).await?;
        Ok(id)
    }

    /// Deletes the provisional account of a person who has an account here: the token is stored under that one now.
    pub(in crate::keeper) async fn drop_provisional(&self, provisional: Option<String>, kept: &str) {
        if let Some(id) = provisional.filter(|id| id != kept)
            && let Err(error) = self.delete_account(&id).await
        {
            tracing::warn!(code = %error.code(), "the account is there twice");
        }
    }

    /// A token without consent: the client's own, or one that the person typed in. The provider is asked whose it is, unless that
    /// costs money.
    ///
    /// # Errors
    /// The refusal of a token that was typed in: nothing is kept then. A token that the platform has just issued is kept, whatever
    /// it says next.
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
        let before = self.shared.book.read()?;
        // A token that needs no client is typed in alone.
        let alone = typed.is_some() && request.provider.question(QuestionKind::ClientId).is_none();
        let client = match alone || !request.provider.needs_app() {
            true => None,
            false => Some(self.client_for(request, plan, known, None).await?),
        };
        step(StepKind::ClientReady);
        let credentials = client.as_ref().map(|c| &c.credentials);
        let (granted, identity) = match (typed, &client) {
            (Some(granted), _) => {
                let identity = match self.ask_whose(request, credentials, &granted.token).await {
                    Some(Err(error)) if refuses_token(&error) => {
                        self.drop_unused(client.map(|c| c.id), &before).await;
                        return Err(of_question(request, error));
                    }
                    other => other,
                };
                // Unless the platform has answered it has accepted nothing that was typed: a secret that it once accepted stays.
                let accepted = matches!(identity, Some(Ok(_)));
                if let Some(client) = &client
                    && (accepted || !self.has_verified_account(&client.id))
                {
                    self.keep_typed(client).await?;
                }
                (granted, identity)
            }
            (None, Some(client)) => {
                let granted = request
                    .redeem_for_client(&self.shared.http, &client.credentials, self.now())
                    .await?;
                self.keep_typed(client).await?;
                let identity = self.ask_whose(request, credentials, &granted.token).await;
                (granted, identity)
            }
            (None, None) => return Err(Error::ClientUnknown),
        };
        step(StepKind::TokenReceived);
        if matches!(identity, Some(Ok(_))) {
            step(StepKind::IdentityVerified);
        }
        let client = client.map(|c| c.id).unwrap_or_default();
        let (token, account) = self.account_of(request, client, granted, identity, None, RedirectKind::Paste);
        let id = self.keep_granted(account, token, false, step).await?;
        Ok(Outcome::Kept(id))
    }

    /// Asks whose a token is that came without consent; none where the question costs money or the provider has none.
    async fn ask_whose(&self, request: &LoginRequest, client: Option<&Credentials>, token: &Token) -> Option<Result<Identity>> {
        let provider = &request.provider;
        if provider.messages.identity.is_none() || provider.lifetime.identity_costs {
            return None;
        }
        let asking = Asking {
            http: &self.shared.http,
            provider,
            server: request.server.as_ref(),
            answers: &request.answers,
            client,
            login_name: None,
            now: self.now(),
        };
        Some(match asking.identify(token).await {
            Ok(identity) => Ok(self.with_handle(provider, request.server.as_ref(), identity).await),
            Err(error) => Err(error),
        })
    }

    /// Deletes a client that a login has made and that has no account: nothing that was typed stays.
    async fn drop_unused(&self, client: Option<String>, before: &Book) {
        if let Some(id) = client.filter(|id| before.client(id).is_err())
            && let Err(error) = self.delete_client(&id).await
        {
            tracing::warn!(code = %error.code(), "an app without an account stays");
        }
    }

    /// Whether the platform has accepted this client's keys before.
    fn has_verified_account(&self, client: &str) -> bool {
        let (book, _) = self.shared.book.read_lossy();
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
        let mut granted = granted;
        if let Some(Ok(Identity { end: Some(end), .. })) = &identity {
            granted.token.expires = end.expires();
        }
        let (identity, trouble) = match identity {
            Some(Ok(identity)) => (Some(identity), trouble),
            Some(Err(error)) => (granted.owner, Some(error.view())),
            None => (granted.owner, trouble),
        };
        // A token whose owner is unknown is shown by the name of its app.
        let (book, _) = self.shared.book.read_lossy();
        let app = book
            .client(&client)
            .ok()
            .filter(|_| !request.provider.needs_consent() && verified.is_none())
            .map(|c| c.name.clone());
        let nameless = server.map_or_else(|| self.name_of_platform(&request.provider), crate::http::host_of);
        let own = identity.as_ref().map(|i| i.name.clone()).filter(|name| !name.is_empty());
        let name = app.or(own).unwrap_or(nameless);
        let of_identity = identity.as_ref().and_then(|i| i.scopes.clone());
        // The tokens of apps begin alike, so that the beginning tells nothing.
        let signed = granted.token.token_secret.is_some();
        let hint = request.provider.hint_of(granted.token.access_token.expose()).filter(|_| signed);
        let account = Account {
            name,
            hint,
            refreshes: granted.token.refresh_token.is_some(),
            login_name: granted.login_name,
            has_token_secret: signed,
            display_name: identity.as_ref().and_then(|i| i.display_name.clone()),
            user_id: identity.as_ref().and_then(|i| i.user_id.clone()),
            url: identity.as_ref().and_then(|i| i.url.clone()),
            scopes: of_identity.unwrap_or(granted.scopes),
            declined: granted.declined,
            generation: granted.token.generation,
            issued: Some(granted.token.issued),
            expires: granted.token.expires,
            refresh_expires: granted.token.refresh_expires,
            redirect,
            verified,
            trouble,
            ..self.new_account(&request.provider, server, &request.answers, client)
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

    /// Whether two accounts are by files of one family that replace each other: the server's software had no file of its own when
    /// the first one was made, or the server has changed its software.
    fn is_by_another_file(&self, one: &Account, other: &Account) -> bool {
        let family = |id: &str| Some(&self.shared.registry.get(id)?.provider.discovery.as_ref()?.family);
        one.provider != other.provider && family(&one.provider).is_some_and(|name| family(&other.provider) == Some(name))
    }

    /// Stores a token and writes its account: the same person with the same client is the same account, and so is the same person
    /// at the same server by another file of its family. The answer is the account's id, and whether the store took the token.
    /// Blocks.
    fn store_token(&self, mut account: Account, mut token: Token, imported: bool) -> Result<(String, bool)> {
        let data = &self.shared.outside.data;
        // Two logins of one person may end at the same moment: the second one must find the first one's account.
        let _one_by_one = book::lock::client(data, &account.client)?;
        // A client has one token of its own. The platform may not say whose it is.
        let of_client = self.shared.registry.get(&account.provider).map(|e| e.provider.grant) == Some(GrantType::ClientCredentials);
        let same = |a: &Account, book: &Book| {
            let person = a.user_id.is_some() && a.user_id == account.user_id;
            let by_client = a.provider == account.provider && a.client == account.client && (of_client || person);
            a.server == account.server
                && a.answers == account.answers
                && book.is_same_parent(a, &account)
                && (by_client || (person && a.server.is_some() && self.is_by_another_file(a, &account)))
        };
        // A new login replaces the old token. A token that was made elsewhere does so only if it does not end sooner.
        let ends = |a: &Account| a.expires.unwrap_or(i64::MAX);
        let replaces = |a: &Account| !imported || ends(&account) >= ends(a) || ends(a) <= account.obtained;
        let find = || {
            let (book, _) = self.shared.book.read_lossy();
            let mut known: Vec<&Account> = book.accounts.iter().filter(|a| same(a, &book) && replaces(a)).collect();
            // Rather its own parent's than one whose parent is gone.
            known.sort_by_key(|a| a.parent != account.parent);
            known.first().map(|a| (*a).clone())
        };
        let id = find().map_or_else(|| account.id.clone(), |known| known.id);
        let _held = book::lock::account(data, &id)?;
        // Read again under the lock: it may have been renewed, changed or deleted meanwhile.
        let known = find().filter(|known| known.id == id);
        if let Some(known) = &known {
            account.id.clone_from(&known.id);
            // A login is newer than any renewal before it, also one that is in the store and not in the book.
            let newest = self.stored_generation(known).max(known.generation);
            token.generation = token.generation.max(newest.saturating_add(1));
            account.generation = token.generation;
            // Keys that were typed again are still that person's: asking again would cost money.
            if account.verified.is_none() && account.user_id.is_some() {
                account.name.clone_from(&known.name);
                account.display_name.clone_from(&known.display_name);
                account.url.clone_from(&known.url);
            }
        }
        let (store, stored) = self.keep_secret(&account_key(&account.id), &token.to_stored())?;
        // A rollback never goes back over a login.
        if let Some(known) = known.filter(|known| known.renewed.is_some())
            && let Err(error) = self.forget_secret_later(known.store, &previous_key(&account.id))
        {
            tracing::info!(code = %error.code(), "a predecessor stays");
        }
        let id = account.id.clone();
        let is_new = self.shared.book.read_lossy().0.account(&id).is_err();
        let written = self.shared.book.change(|book| {
            // What was posted stays posted.
            let post = book.account(&account.id).ok().and_then(|known| known.post.clone());
            book.accounts.retain(|a| a.id != account.id);
            book.accounts.push(Account { store, post, ..account });
            Ok(())
        });
        if written.is_err() && is_new {
            // Without an account nothing would ever find it, and it would stay valid.
            let _ = self.forget_secret(store, &account_key(&id));
        }
        written.map(|()| (id, stored))
    }

    /// The generation of an account's token in the store, where that can be read without asking the person. Blocks.
    fn stored_generation(&self, account: &Account) -> u64 {
        let stored = match self.shared.store.state(account.store) {
            StoreState::Ready => self.read_secret(account.store, &account_key(&account.id)).ok(),
            _ => None,
        };
        stored
            .and_then(|secret| Token::from_stored(&secret).ok())
            .map_or(0, |token| token.generation)
    }
}

/// Whether an answer shows that a token that was just typed in is not valid. What the token may not ask says nothing about it.
fn refuses_token(error: &Error) -> bool {
    match error {
        Error::Refused { category, .. } => !matches!(
            category,
            Category::Transient | Category::RateLimited | Category::MissingPermission | Category::EnrolmentOrPayment
        ),
        Error::Intermediary {
            kind: Intermediary::Silent,
            status: 401,
            ..
        }
        | Error::InputInvalid { .. } => true,
        _ => false,
    }
}

/// The error, about the question that the token was typed in at.
fn of_question(request: &LoginRequest, error: Error) -> Error {
    match (&error, request.provider.question(QuestionKind::AccessToken)) {
        (Error::InputInvalid { .. }, Some(question)) => Error::InputInvalid {
            field: question.id.clone(),
        },
        _ => error,
    }
}
