//! A login at the desk: started, cancelled, helped along by a paste, and what it wins put away. The story itself is
//! `login.rs`; here stands what it means for the book and the store.

use std::sync::Arc;

use tokio::sync::watch;

use super::held::{Outcome, is_meant};
use super::{Keeper, Running, lock, new_id};
use crate::ask::{Asking, Identity};
use crate::book::{self, Account};
use crate::error::{Error, ErrorView, Result};
use crate::login::{self, Errand, Visit, Won};
use crate::provider::{DoorKind, Grant, QuestionKind};
use crate::token::{Secret, Token};
use crate::vault::account_key;
use crate::view::{LoginEvent, LoginPlan, ServerView, StepKind};

/// Hears what happens in a login.
pub type Report = Arc<dyn Fn(LoginEvent) + Send + Sync>;

impl Keeper {
    /// Finds the server behind a typed name.
    ///
    /// # Errors
    /// Those of [`login::find_server`].
    pub async fn find_server(&self, provider: &str, typed: &str) -> Result<ServerView> {
        let provider = self.desk.registry.require(provider)?;
        let (server, fits, _) = login::find_server(&self.desk.http, &self.desk.registry, &provider, typed).await?;
        let software = server
            .software
            .map(|name| server.version.map_or_else(|| name.clone(), |v| format!("{name} {v}")));
        Ok(ServerView {
            origin: server.origin.origin().ascii_serialization(),
            provider: fits.id.clone(),
            software,
        })
    }

    /// Starts a login and returns its id at once; everything after, failures included, is reported. Needs a tokio runtime.
    pub fn start_login(&self, plan: LoginPlan, report: Report) -> String {
        let id = new_id();
        let (cancel, cancelled) = watch::channel(false);
        lock(&self.desk.logins).insert(id.clone(), Running { cancel, address: None });
        let (keeper, login) = (self.clone(), id.clone());
        tokio::spawn(async move {
            let (desk, own, asked, heard) = (keeper.clone(), login.clone(), plan.clone(), report.clone());
            // A task of its own: whatever breaks in it, the login ends and says so.
            let task = tokio::spawn(async move { desk.log_in(&own, &asked, &heard, cancelled).await });
            let result = task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }));
            lock(&keeper.desk.logins).remove(&login);
            match result {
                Ok(Outcome::Kept(account)) => {
                    tracing::info!(provider = %plan.provider, "login done");
                    report(LoginEvent::Done { account });
                }
                Ok(Outcome::Held { name, expected }) => {
                    tracing::info!(provider = %plan.provider, "login held: another account");
                    report(LoginEvent::Held { name, expected });
                }
                Err(error) => {
                    tracing::info!(provider = %plan.provider, code = error.code(), "login failed");
                    report(LoginEvent::Failed { error: error.view() });
                }
            }
            keeper.changed();
        });
        id
    }

    async fn log_in(&self, login: &str, plan: &LoginPlan, report: &Report, cancelled: watch::Receiver<bool>) -> Result<Outcome> {
        let step = |step| report(LoginEvent::Step { step });
        let http = &self.desk.http;
        let practice = lock(&self.desk.practice).clone();

        let plan = &self.complete(plan)?;
        let relay = self.desk.book.look().0.settings.relay;
        let errand = Errand::new(http, &self.desk.registry, plan, practice.as_ref(), &relay);
        let errand = or_cancelled(&cancelled, errand).await?;
        step(StepKind::ServerFound);
        let known = self.known_client(&errand, plan)?;
        if !errand.provider.needs_consent() {
            return self.win_without_consent(&errand, plan, known, &step).await;
        }
        let registered = known.as_ref().and_then(|c| errand.registered(&c.redirect_uris));
        let certificate = match errand.door {
            DoorKind::HttpsLoopback => Some(self.certificate().await?),
            _ => None,
        };
        let way = errand.open_door(&self.desk.doors, registered, certificate.as_ref()).await?;
        step(StepKind::DoorOpen);
        let (client, credentials) = or_cancelled(&cancelled, self.client_for(&errand, plan, known, Some(&way))).await?;
        step(StepKind::ClientReady);
        let asked = or_cancelled(&cancelled, errand.ask(http, &credentials, &way, self.now())).await?;

        let visit = Visit {
            login,
            waiting: &self.desk.waiting,
            browser: &*self.desk.outside.browser,
            announce: &|address| {
                if let Some(running) = lock(&self.desk.logins).get_mut(login) {
                    running.address = Some(address.clone());
                }
            },
            report: &**report,
            cancelled,
            now: self.now(),
        };
        let consent = {
            let _warm = self.keep_warm(&errand);
            errand.consent(asked, &way, visit).await?
        };

        // From here on Cancel comes too late: what is won is kept.
        let mut won = errand.redeem(http, &credentials, &way, &consent, self.now()).await?;
        step(StepKind::TokenReceived);
        let asking = Asking {
            http,
            provider: &errand.provider,
            server: errand.server.as_ref(),
            client: Some(&credentials),
            now: self.now(),
        };
        let mut trouble = None;
        if errand.provider.messages.exchange.is_some() {
            match asking.exchange(&won.token).await {
                Ok(long) => {
                    won.token = long;
                    step(StepKind::TokenExchanged);
                }
                // The short one is kept, and the account says why it is short.
                Err(error) => trouble = Some(error.view()),
            }
        }
        let identity = asking.identify(&won.token).await;
        if identity.is_ok() {
            step(StepKind::IdentityVerified);
        }
        let (token, record) = self.record(&errand, client, won, Some(identity), trouble, consent.door);
        if record.verified.is_some() && !is_meant(&record, &plan.expect) {
            return self.hold(login, record, token, &plan.expect);
        }
        let account = self.keep_won(record, token, false, &step).await?;
        Ok(Outcome::Kept(account))
    }

    /// A token that needs nobody's consent: the client's own, or one that the person brought along. Nobody is asked whose
    /// it is: the first is nobody's, and asking about the other costs money where this is how tokens come.
    async fn win_without_consent(
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
        let (client, credentials) = self.client_for(errand, plan, known, None).await?;
        step(StepKind::ClientReady);
        let won = match brought {
            Some(won) => won,
            None => errand.win_for_client(&self.desk.http, &credentials, self.now()).await?,
        };
        step(StepKind::TokenReceived);
        let (token, record) = self.record(errand, client, won, None, None, DoorKind::Paste);
        let account = self.keep_won(record, token, false, step).await?;
        Ok(Outcome::Kept(account))
    }

    /// Keeps what was won (or `brought` along), says so, and asks what the provider knows of it: exact times, what was really granted.
    pub(super) async fn keep_won(&self, record: Account, token: Token, brought: bool, step: &(dyn Fn(StepKind) + Sync)) -> Result<String> {
        let (account, stored) = {
            let secret = token.to_stored();
            self.blocking(move |keeper| keeper.put_away(record, &secret, brought)).await?
        };
        if stored {
            step(StepKind::Stored);
        } else {
            self.watch_store();
        }
        let kept = self.desk.book.read()?.account(&account)?.clone();
        if let Err(error) = self.learn(&kept, &token).await {
            tracing::info!(code = error.code(), "the token's life is not known yet");
        }
        Ok(account)
    }

    /// A plan with a known client goes to that client's server: nobody is asked for it again.
    fn complete(&self, plan: &LoginPlan) -> Result<LoginPlan> {
        let mut plan = plan.clone();
        if let Some(id) = &plan.client {
            let (book, _) = self.desk.book.look();
            let server = book.client(id)?.server.clone();
            let question = self
                .desk
                .registry
                .require(&plan.provider)?
                .question(QuestionKind::Server)
                .map(|q| q.id.clone());
            if let (Some(question), Some(server)) = (question, server) {
                plan.answers.insert(question, server);
            }
        }
        Ok(plan)
    }

    /// What was won, as an account: the same person at the same client is the same account; an identity that could not
    /// be asked makes an account of its own, "not verified", unless the token's answer said whose it is.
    fn record(
        &self,
        errand: &Errand,
        client: String,
        won: Won,
        identity: Option<Result<Identity>>,
        trouble: Option<ErrorView>,
        door: DoorKind,
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
        let hint = errand.provider.hint_of(won.token.access_token.expose());
        let record = Account {
            name,
            hint,
            refreshes: won.token.refresh_token.is_some(),
            has_token_secret: won.token.token_secret.is_some(),
            display_name: identity.as_ref().and_then(|i| i.display_name.clone()),
            user_id: identity.as_ref().and_then(|i| i.user_id.clone()),
            url: identity.as_ref().and_then(|i| i.url.clone()),
            scopes: of_identity.unwrap_or(won.scopes),
            declined: won.declined,
            issued: Some(won.token.issued),
            expires: won.token.expires,
            door,
            verified,
            trouble,
            ..self.blank(&errand.provider, server, client)
        };
        (won.token, record)
    }

    /// Keeps a token under its account, and says so to whoever looks.
    pub(super) async fn keep_token(&self, record: Account, token: Token) -> Result<String> {
        let secret = token.to_stored();
        let (id, stored) = self.blocking(move |keeper| keeper.put_away(record, &secret, true)).await?;
        if !stored {
            self.watch_store();
        }
        self.changed();
        Ok(id)
    }

    pub(super) fn put_away(&self, mut record: Account, secret: &Secret, brought: bool) -> Result<(String, bool)> {
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
        }
        let _held = book::lock::account(&self.desk.outside.data, &record.id)?;
        let (store, stored) = self.keep_secret(&account_key(&record.id), secret)?;
        let id = record.id.clone();
        self.desk.book.change(|book| {
            book.accounts.retain(|a| a.id != record.id);
            book.accounts.push(Account { store, ..record });
            Ok(())
        })?;
        Ok((id, stored))
    }

    /// Cancels a login; one that has its answer already is finished instead.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`].
    pub fn cancel_login(&self, login: &str) -> Result<()> {
        let logins = lock(&self.desk.logins);
        let running = logins.get(login).ok_or(Error::LoginUnknown)?;
        running.cancel.send_replace(true);
        Ok(())
    }

    /// The consent page's address of a waiting login.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`].
    pub fn consent_link(&self, login: &str) -> Result<String> {
        let logins = lock(&self.desk.logins);
        let address = logins.get(login).and_then(|r| r.address.as_ref()).ok_or(Error::LoginUnknown)?;
        Ok(address.as_str().to_owned())
    }

    /// Opens the consent page once more.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`], [`Error::BrowserNotOpened`].
    pub fn open_again(&self, login: &str) -> Result<()> {
        (self.desk.outside.browser)(&self.consent_link(login)?)
    }

    /// Takes what a person pasted for a waiting login; it is redeemed at once.
    ///
    /// # Errors
    /// What is wrong with the text; the login waits on.
    pub fn paste(&self, login: &str, text: &str) -> Result<()> {
        self.desk.waiting.paste(login, text)
    }
}

async fn or_cancelled<T>(cancelled: &watch::Receiver<bool>, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut cancelled = cancelled.clone();
    tokio::select! {
        result = work => result,
        _ = cancelled.wait_for(|c| *c) => Err(Error::Cancelled),
    }
}
