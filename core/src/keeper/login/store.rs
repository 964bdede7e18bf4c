//! What a login wins, put away: as which account, in which order, and beside what was known before.

use crate::ask::Identity;
use crate::book::{self, Account};
use crate::error::{ErrorView, Result};
use crate::keeper::Keeper;
use crate::keeper::login::mismatch::Outcome;
use crate::login::{Errand, Won};
use crate::provider::{Grant, RedirectKind};
use crate::token::Token;
use crate::vault::{account_key, previous_key};
use crate::view::{LoginPlan, StepKind};

impl Keeper {
    /// Keeps a token before anybody knows whose it is.
    pub(in crate::keeper) async fn keep_first(&self, errand: &Errand, client: &str, won: &Won, redirect: RedirectKind) -> Result<String> {
        let (token, record) = self.record(errand, client.to_owned(), won.clone(), None, None, redirect);
        let (id, _) = self.blocking(move |keeper| keeper.put_away(record, token, false)).await?;
        Ok(id)
    }

    /// A token that needs nobody's consent: the client's own, or one that the person brought along. Nobody is asked whose
    /// it is: the first is nobody's, and asking about the other costs money where this is how tokens come.
    pub(in crate::keeper) async fn win_without_consent(
        &self,
        errand: &Errand,
        plan: &LoginPlan,
        known: Option<book::Client>,
        step: &(dyn Fn(StepKind) + Sync),
    ) -> Result<Outcome> {
        // Read before the client is kept: a form with a gap leaves nothing behind.
        let brought = match errand.provider.grant {
            Grant::Import => Some(errand.brought(plan, self.now())?),
            _ => None,
        };
        let ready = self.client_for(errand, plan, known, None).await?;
        step(StepKind::ClientReady);
        let won = match brought {
            // Nobody is asked, so nobody has believed what was typed: a secret that is known to be right stays.
            Some(won) => {
                if !self.has_verified_account(&ready.id) {
                    self.believe(&ready).await?;
                }
                won
            }
            None => {
                let won = errand.win_for_client(&self.desk.http, &ready.credentials, self.now()).await?;
                self.believe(&ready).await?;
                won
            }
        };
        step(StepKind::TokenReceived);
        let (token, record) = self.record(errand, ready.id, won, None, None, RedirectKind::Paste);
        let account = self.keep_won(record, token, false, step).await?;
        Ok(Outcome::Kept(account))
    }

    /// Whether the platform has once answered for this client's keys.
    fn has_verified_account(&self, client: &str) -> bool {
        let (book, _) = self.desk.book.look();
        book.accounts.iter().any(|a| a.client == client && a.verified.is_some())
    }

    /// Keeps what was won (or `brought` along), says so, and asks what the provider knows of it: exact times, what was really granted.
    pub(in crate::keeper) async fn keep_won(
        &self,
        record: Account,
        token: Token,
        brought: bool,
        step: &(dyn Fn(StepKind) + Sync),
    ) -> Result<String> {
        let kept = token.clone();
        let (account, stored) = self.blocking(move |keeper| keeper.put_away(record, kept, brought)).await?;
        if stored {
            step(StepKind::Stored);
        } else {
            self.watch_store();
        }
        self.deliver_soon(&account);
        let kept = self.desk.book.read()?.account(&account)?.clone();
        if let Err(error) = self.learn(&kept, &token).await {
            tracing::info!(code = %error.code(), "the token's life is not known yet");
        }
        Ok(account)
    }

    /// What was won, as an account: the same person at the same client is the same account; an identity that could not
    /// be asked makes an account of its own, "not verified", unless the token's answer said whose it is.
    pub(in crate::keeper) fn record(
        &self,
        errand: &Errand,
        client: String,
        won: Won,
        identity: Option<Result<Identity>>,
        trouble: Option<ErrorView>,
        redirect: RedirectKind,
    ) -> (Token, Account) {
        let now = self.now();
        let server = errand.server.as_ref();
        let verified = matches!(identity, Some(Ok(_))).then_some(now);
        let (identity, trouble) = match identity {
            Some(Ok(identity)) => (Some(identity), trouble),
            Some(Err(error)) => (won.told, Some(error.view())),
            None => (won.told, trouble),
        };
        // Without a person it is the app's name that tells one from another.
        let (book, _) = self.desk.book.look();
        let app = book
            .client(&client)
            .ok()
            .filter(|_| !errand.provider.needs_consent())
            .map(|c| c.name.clone());
        let nameless = server.map_or_else(|| errand.provider.name.clone(), crate::http::host_of);
        let name = app.or_else(|| identity.as_ref().map(|i| i.name.clone())).unwrap_or(nameless);
        let of_identity = identity.as_ref().and_then(|i| i.scopes.clone());
        // Every app's own token begins alike.
        let signed = won.token.token_secret.is_some();
        let hint = errand.provider.hint_of(won.token.access_token.expose()).filter(|_| signed);
        let record = Account {
            name,
            hint,
            refreshes: won.token.refresh_token.is_some(),
            has_token_secret: signed,
            display_name: identity.as_ref().and_then(|i| i.display_name.clone()),
            user_id: identity.as_ref().and_then(|i| i.user_id.clone()),
            url: identity.as_ref().and_then(|i| i.url.clone()),
            scopes: of_identity.unwrap_or(won.scopes),
            declined: won.declined,
            generation: won.token.generation,
            issued: Some(won.token.issued),
            expires: won.token.expires,
            redirect,
            verified,
            trouble,
            ..self.blank(&errand.provider, server, client)
        };
        (won.token, record)
    }

    /// Keeps a token under its account, and says so to whoever looks.
    pub(in crate::keeper) async fn keep_token(&self, record: Account, token: Token) -> Result<String> {
        let (id, stored) = self.blocking(move |keeper| keeper.put_away(record, token, true)).await?;
        if !stored {
            self.watch_store();
        }
        self.deliver_soon(&id);
        self.changed();
        Ok(id)
    }

    fn put_away(&self, mut record: Account, mut token: Token, brought: bool) -> Result<(String, bool)> {
        // Two logins of one person may end at the same moment: the second one must find the first one's account.
        let _one_by_one = book::lock::client(&self.desk.outside.data, &record.client)?;
        let (book, _) = self.desk.book.look();
        // The client's own token is nobody's, and the client has one.
        let of_client = self.desk.registry.get(&record.provider).map(|e| e.provider.grant) == Some(Grant::ClientCredentials);
        let same = |a: &&Account| {
            a.provider == record.provider
                && a.client == record.client
                && a.server == record.server
                && a.parent == record.parent
                && (a.user_id.is_some() || of_client)
                && a.user_id == record.user_id
        };
        // A new login takes the place of the old token; one that was brought along does so only if it does not end sooner.
        let ends = |a: &Account| a.expires.unwrap_or(i64::MAX);
        let better = |a: &&Account| !brought || ends(&record) >= ends(a) || ends(a) <= record.obtained;
        if let Some(known) = book.accounts.iter().filter(same).find(better) {
            record.id = known.id.clone();
            // A login is newer than any renewal before it.
            token.generation = token.generation.max(known.generation.saturating_add(1));
            record.generation = token.generation;
            // Keys that were entered anew are still that person's: asking again would cost money.
            if record.verified.is_none() && record.user_id.is_some() {
                record.name.clone_from(&known.name);
                record.display_name.clone_from(&known.display_name);
                record.url.clone_from(&known.url);
            }
        }
        let _held = book::lock::account(&self.desk.outside.data, &record.id)?;
        let (store, stored) = self.keep_secret(&account_key(&record.id), &token.to_stored())?;
        // Nobody steps back over a login.
        if let Some(known) = book.accounts.iter().find(|a| a.id == record.id && a.renewed.is_some())
            && let Err(error) = self.forget_secret(known.store, &previous_key(&record.id))
        {
            tracing::info!(code = %error.code(), "a predecessor stays");
        }
        let id = record.id.clone();
        self.desk.book.change(|book| {
            book.accounts.retain(|a| a.id != record.id);
            book.accounts.push(Account { store, ..record });
            Ok(())
        })?;
        Ok((id, stored))
    }
}
