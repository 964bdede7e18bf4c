//! A login at the desk: started, cancelled, helped along by a paste. The story itself is `login.rs`; what it wins is put
//! away in `winning`.

pub(super) mod client;
pub(super) mod device;
pub(super) mod handle;
pub(super) mod import;
pub(super) mod mismatch;
pub(super) mod pasted;
pub(super) mod store;
pub(super) mod sub_accounts;

use std::sync::Arc;

use tokio::sync::watch;

use crate::ask::Asking;
use crate::book::lock::work;
use crate::error::{Error, Result};
use crate::keeper::login::mismatch::Outcome;
use crate::keeper::{Keeper, Running, lock, new_id};
use crate::login::{self, Errand, Visit};
use crate::provider::{QuestionKind, RedirectKind};
use crate::refresh;
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
                    tracing::info!(provider = %plan.provider, code = %error.code(), "login failed");
                    report(LoginEvent::Failed { error: error.view() });
                }
            }
            keeper.changed();
        });
        id
    }

    async fn log_in(&self, login: &str, plan: &LoginPlan, report: &Report, cancelled: watch::Receiver<bool>) -> Result<Outcome> {
        let step = |step| report(LoginEvent::Step { step });
        let _work = work(&self.desk.outside.data, login).ok();
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
        let certificate = match errand.redirect {
            RedirectKind::HttpsLoopback => Some(self.certificate().await?),
            _ => None,
        };
        let way = errand.open_redirect(&self.desk.redirects, registered, certificate.as_ref()).await?;
        step(StepKind::RedirectOpen);
        let ready = or_cancelled(&cancelled, self.client_for(&errand, plan, known, Some(&way))).await?;
        let credentials = &ready.credentials;
        step(StepKind::ClientReady);
        let asked = or_cancelled(&cancelled, errand.ask(http, credentials, &way, self.now())).await?;

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
            own_address: self
                .desk
                .book
                .look()
                .0
                .client(&ready.id)
                .is_ok_and(|c| errand.is_own(&way, &c.redirect_uris)),
            cancelled,
            now: self.now(),
        };
        let consent = {
            let _warm = self.keep_warm(&errand);
            errand.consent(asked, &way, visit).await?
        };

        // From here on Cancel comes too late: what is won is kept.
        let _busy = self.busy();
        let one_login = errand.provider.lifetime.one_login;
        if one_login {
            self.doubt(login, &errand.provider.id, &credentials.client_id).await?;
        }
        let redeemed = errand.redeem(http, credentials, &way, &consent, self.now()).await;
        if one_login && redeemed.as_ref().is_err_and(|e| !refresh::may_have_arrived(e)) {
            self.settle(login, None).await;
        }
        let mut won = redeemed?;
        step(StepKind::TokenReceived);
        // From here on nothing that fails may cost the token.
        if let Err(error) = self.believe(&ready).await {
            tracing::warn!(code = %error.code(), "what was typed for the client is not kept");
        }
        let asking = Asking {
            http,
            provider: &errand.provider,
            server: errand.server.as_ref(),
            client: Some(credentials),
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
        // Where this login has ended the one before, there is nothing else than this token: it is stored while its person is asked for.
        let first = one_login && plan.expect.trim().is_empty();
        let (first, identity) = tokio::join!(
            async {
                match first {
                    true => self.keep_first(&errand, &ready.id, &won, consent.redirect).await.ok(),
                    false => None,
                }
            },
            async {
                let identity = asking.identify(&won.token).await?;
                Ok(self.with_handle(&errand.provider, errand.server.as_ref(), identity).await)
            }
        );
        if identity.is_ok() {
            step(StepKind::IdentityVerified);
        }
        let (token, mut record) = self.record(&errand, ready.id, won, Some(identity), trouble, consent.redirect);
        let known = record.verified.is_some() || record.user_id.is_some();
        if one_login && record.user_id.is_some() {
            self.settle(login, record.user_id.clone()).await;
        }
        if known && !self.is_meant(&record, &plan.expect).await {
            return self.hold(login, record, token, &plan.expect);
        }
        if let Some(first) = &first {
            record.id.clone_from(first);
        }
        let account = self.keep_won(record, token, false, &step).await?;
        // The person was known already: the token stands there now.
        if let Some(first) = first.filter(|first| *first != account)
            && let Err(error) = self.delete_account(&first).await
        {
            tracing::warn!(code = %error.code(), "it stands twice");
        }
        Ok(Outcome::Kept(account))
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

/// The work, or [`Error::Cancelled`] as soon as that is wanted.
pub(in crate::keeper) async fn or_cancelled<T>(cancelled: &watch::Receiver<bool>, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut cancelled = cancelled.clone();
    tokio::select! {
        result = work => result,
        _ = cancelled.wait_for(|c| *c) => Err(Error::Cancelled),
    }
}
