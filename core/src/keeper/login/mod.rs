//! One login. [`Login::run`] is its order, in nine steps; `crate::login` has what each step sends and reads; this
//! room has what it means for the book, the store and the person who waits.

pub(super) mod client;
pub(super) mod device;
mod device_grant;
pub(super) mod import;
pub(super) mod mismatch;
pub(super) mod pasted;
pub(super) mod store;
pub(super) mod sub_accounts;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::ask::{Asking, Identity};
use crate::book;
use crate::book::lock::work;
use crate::error::{Error, ErrorView, Result};
use crate::http::site_of;
use crate::keeper::login::client::ReadyClient;
use crate::keeper::login::mismatch::Outcome;
use crate::keeper::renewal::superseded::Superseded;
use crate::keeper::{Keeper, Running, lock, new_id, or_cancelled};
use crate::login::{self, Consent, ConsentContext, Grant, LoginRedirect, LoginRequest, PreparedAuthorization};
use crate::provider::{GrantType, QuestionKind, RedirectKind};
use crate::view::{LoginEvent, LoginPlan, ServerView, StepKind};

/// Many servers close an idle connection after a minute.
const WARM_AGAIN: Duration = Duration::from_secs(45);

/// Hears what happens in a login.
pub type Report = Arc<dyn Fn(LoginEvent) + Send + Sync>;

/// A login that runs.
struct Login {
    keeper: Keeper,
    id: String,
    plan: LoginPlan,
    report: Report,
    cancelled: watch::Receiver<bool>,
}

/// A token whose account is known as far as it can be.
struct Identified {
    granted: Grant,
    identity: Result<Identity>,
    /// Why the token is a short-lived one.
    trouble: Option<ErrorView>,
    /// The account under which the token was stored before its person was known.
    provisional: Option<String>,
}

impl Login {
    /// The order of a login.
    async fn run(&self) -> Result<Outcome> {
        // A token that could not be stored would be lost.
        self.keeper.blocking(|keeper| keeper.shared.book.has_room()).await?;
        let request = self.find_server().await?;
        let known = self.keeper.known_client(&request, &self.plan)?;
        if !request.provider.needs_consent() {
            return self
                .keeper
                .obtain_without_consent(&request, &self.plan, known, &|step| self.step(step))
                .await;
        }
        if request.provider.grant == GrantType::DeviceCode {
            return self.run_by_device(&request, known).await;
        }
        let redirect = self.open_redirect(&request, known.as_ref()).await?;
        let client = self.ensure_client(&request, known, Some(&redirect)).await?;
        let client = client.as_ref();
        let prepared = self.prepare(&request, client, &redirect).await?;
        let consent = self.await_consent(&request, client, &redirect, prepared).await?;
        // From here on Cancel comes too late: a token that was granted is kept.
        let _busy = self.keeper.busy();
        let (granted, superseded) = self.redeem(&request, client, &redirect, &consent).await?;
        self.finish(&request, client, consent.answer.redirect, granted, superseded).await
    }

    /// What follows once the person has approved and there is a token.
    async fn finish(
        &self,
        request: &LoginRequest,
        client: Option<&ReadyClient>,
        redirect: RedirectKind,
        granted: Grant,
        superseded: Superseded,
    ) -> Result<Outcome> {
        let (granted, trouble) = self.exchange_long_lived(request, client, granted).await;
        let identified = self.identify(request, client, redirect, granted, trouble).await;
        self.keep(request, client, redirect, identified, superseded).await
    }

    fn step(&self, step: StepKind) {
        (self.report)(LoginEvent::Step { step });
    }

    async fn find_server(&self) -> Result<LoginRequest> {
        let (book, _) = self.keeper.shared.book.read_lossy();
        let practice = self.keeper.practice();
        let (http, registry) = (&self.keeper.shared.http, &self.keeper.shared.registry);
        let request = LoginRequest::resolve(http, registry, &self.plan, practice.as_ref(), &book.settings.relay);
        let request = or_cancelled(&self.cancelled, request).await?;
        self.step(StepKind::ServerFound);
        Ok(request)
    }

    async fn open_redirect(&self, request: &LoginRequest, known: Option<&book::Client>) -> Result<LoginRedirect> {
        let registered = known.and_then(|c| request.registered(&c.redirect_uris));
        let certificate = match request.redirect {
            RedirectKind::HttpsLoopback => Some(self.keeper.certificate().await?),
            _ => None,
        };
        let listeners = &self.keeper.shared.redirects;
        let redirect = request.open_redirect(listeners, registered, certificate.as_ref()).await?;
        self.step(StepKind::RedirectOpen);
        Ok(redirect)
    }

    /// None where the file names the client, or the platform knows none.
    async fn ensure_client(
        &self,
        request: &LoginRequest,
        known: Option<book::Client>,
        redirect: Option<&LoginRedirect>,
    ) -> Result<Option<ReadyClient>> {
        if known.is_none() && !request.provider.needs_app() {
            return Ok(None);
        }
        let client = self.keeper.client_for(request, &self.plan, known, redirect);
        let client = or_cancelled(&self.cancelled, client).await?;
        self.step(StepKind::ClientReady);
        Ok(Some(client))
    }

    async fn prepare(
        &self,
        request: &LoginRequest,
        client: Option<&ReadyClient>,
        redirect: &LoginRedirect,
    ) -> Result<PreparedAuthorization> {
        let credentials = client.map(|c| &c.credentials);
        let prepared = request.prepare(&self.keeper.shared.http, credentials, redirect, self.keeper.now());
        or_cancelled(&self.cancelled, prepared).await
    }

    async fn await_consent(
        &self,
        request: &LoginRequest,
        client: Option<&ReadyClient>,
        redirect: &LoginRedirect,
        prepared: PreparedAuthorization,
    ) -> Result<Consent> {
        let (book, _) = self.keeper.shared.book.read_lossy();
        let registered = client.and_then(|c| book.client(&c.id).ok()).map(|c| c.redirect_uris.as_slice());
        let context = ConsentContext {
            login: &self.id,
            waiting: &self.keeper.shared.waiting,
            browser: &*self.keeper.shared.outside.browser,
            announce: &|address| self.announce(address),
            report: &*self.report,
            own_address: registered.is_some_and(|uris| request.is_own(redirect, uris)),
            cancelled: self.cancelled.clone(),
            now: self.keeper.now(),
        };
        let _warm = self.keep_warm(request);
        request.consent(prepared, redirect, context).await
    }

    /// Notes the address for "open again" and "copy the link".
    fn announce(&self, address: &Url) {
        if let Some(running) = lock(&self.keeper.shared.logins).get_mut(&self.id) {
            running.address = Some(address.clone());
        }
    }

    async fn redeem(
        &self,
        request: &LoginRequest,
        client: Option<&ReadyClient>,
        redirect: &LoginRedirect,
        consent: &Consent,
    ) -> Result<(Grant, Superseded)> {
        let credentials = client.map(|c| &c.credentials);
        let client_id = credentials.map(|c| c.client_id.as_str());
        let superseded = Superseded::begin(&self.keeper, &request.provider, &self.id, client_id).await?;
        let redeemed = request.redeem(&self.keeper.shared.http, credentials, redirect, consent, self.keeper.now());
        let granted = match redeemed.await {
            Ok(granted) => granted,
            Err(error) => {
                if !error.may_have_arrived() {
                    superseded.no_token().await;
                }
                return Err(error);
            }
        };
        self.received(client).await;
        Ok((granted, superseded))
    }

    /// There is a token: nothing that fails from here on may cost it.
    async fn received(&self, client: Option<&ReadyClient>) {
        self.step(StepKind::TokenReceived);
        if let Some(client) = client
            && let Err(error) = self.keeper.keep_typed(client).await
        {
            tracing::warn!(code = %error.code(), "what was typed for the client is not kept");
        }
    }

    /// Exchanges a short-lived token at once. Where that fails the short one is kept, and the account says why it is short.
    async fn exchange_long_lived(
        &self,
        request: &LoginRequest,
        client: Option<&ReadyClient>,
        granted: Grant,
    ) -> (Grant, Option<ErrorView>) {
        if request.provider.messages.exchange.is_none() {
            return (granted, None);
        }
        match self.asking(request, client, &granted).exchange(&granted.token).await {
            Ok(token) => {
                self.step(StepKind::TokenExchanged);
                (Grant { token, ..granted }, None)
            }
            Err(error) => (granted, Some(error.view())),
        }
    }

    /// Asks whose token it is. Where this login has ended the one before there is no token but this one: it is stored
    /// meanwhile.
    async fn identify(
        &self,
        request: &LoginRequest,
        client: Option<&ReadyClient>,
        redirect: RedirectKind,
        granted: Grant,
        trouble: Option<ErrorView>,
    ) -> Identified {
        let store_first = request.provider.lifetime.one_login && self.plan.expect.trim().is_empty();
        let store = async {
            if !store_first {
                return None;
            }
            let (client, granted) = (id_of(client), granted.clone());
            let (token, account) = self.keeper.account_of(request, client, granted, None, None, redirect);
            self.keeper.keep_provisionally(account, token).await.ok()
        };
        let ask = async {
            let identity = self.asking(request, client, &granted).identify(&granted.token).await?;
            let server = request.server.as_ref();
            Ok(self.keeper.with_handle(&request.provider, server, identity).await)
        };
        let (provisional, identity) = tokio::join!(store, ask);
        if identity.is_ok() {
            self.step(StepKind::IdentityVerified);
        }
        Identified {
            granted,
            identity,
            trouble,
            provisional,
        }
    }

    async fn keep(
        &self,
        request: &LoginRequest,
        client: Option<&ReadyClient>,
        redirect: RedirectKind,
        identified: Identified,
        superseded: Superseded,
    ) -> Result<Outcome> {
        let Identified {
            granted,
            identity,
            trouble,
            provisional,
        } = identified;
        let (token, mut account) = self
            .keeper
            .account_of(request, id_of(client), granted, Some(identity), trouble, redirect);
        superseded.settled(account.user_id.as_deref()).await;
        let is_known = account.verified.is_some() || account.user_id.is_some();
        if is_known && !self.keeper.is_meant(&account, &self.plan.expect).await {
            return self.keeper.hold(&self.id, account, token, &self.plan.expect);
        }
        if let Some(id) = &provisional {
            account.id.clone_from(id);
        }
        let id = self.keeper.keep_granted(account, token, false, &|step| self.step(step)).await?;
        self.keeper.drop_provisional(provisional, &id).await;
        Ok(Outcome::Kept(id))
    }

    fn asking<'a>(&'a self, request: &'a LoginRequest, client: Option<&'a ReadyClient>, granted: &'a Grant) -> Asking<'a> {
        Asking {
            http: &self.keeper.shared.http,
            provider: &request.provider,
            server: request.server.as_ref(),
            answers: &request.answers,
            client: client.map(|c| &c.credentials),
            login_name: granted.login_name.as_deref(),
            now: self.keeper.now(),
        }
    }

    /// Opens connections to the hosts that the code is redeemed at while the person is at the consent page, so that each
    /// message after it takes one round trip.
    fn keep_warm(&self, request: &LoginRequest) -> Warm {
        let (http, origins) = (self.keeper.shared.http.clone(), request.token_origins());
        Warm(tokio::spawn(async move {
            loop {
                for origin in &origins {
                    http.warm(origin).await;
                }
                tokio::time::sleep(WARM_AGAIN).await;
            }
        }))
    }
}

/// The client's id in the book; empty where there is none.
fn id_of(client: Option<&ReadyClient>) -> String {
    client.map(|c| c.id.clone()).unwrap_or_default()
}

/// Keeps connections open until it is dropped.
struct Warm(JoinHandle<()>);

impl Drop for Warm {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Keeper {
    /// Finds the server behind a typed name.
    ///
    /// # Errors
    /// Those of [`login::find_server`].
    pub async fn find_server(&self, provider: &str, typed: &str) -> Result<ServerView> {
        let provider = self.shared.registry.require(provider)?;
        let found = login::find_server(&self.shared.http, &self.shared.registry, &provider, typed).await?;
        let (server, fits) = (found.server, found.provider);
        let software = server
            .software
            .map(|name| server.version.map_or_else(|| name.clone(), |v| format!("{name} {v}")));
        Ok(ServerView {
            origin: site_of(&server.origin),
            provider: fits.id.clone(),
            software,
        })
    }

    /// Starts a login and returns its id. Everything that happens then, failures included, goes to `report`. Needs a tokio
    /// runtime.
    pub fn start_login(&self, plan: LoginPlan, report: Report) -> String {
        let id = new_id();
        let (cancel, cancelled) = watch::channel(false);
        lock(&self.shared.logins).insert(id.clone(), Running { cancel, address: None });
        let (keeper, login) = (self.clone(), id.clone());
        tokio::spawn(async move {
            let provider = plan.provider.clone();
            // A task of its own: if it panics, the login still ends and says so.
            let task = {
                let (keeper, id, report) = (keeper.clone(), login.clone(), report.clone());
                tokio::spawn(async move {
                    let _work = work(&keeper.shared.outside.data, &id).ok();
                    let plan = keeper.with_known_server(plan)?;
                    let login = Login {
                        keeper,
                        id,
                        plan,
                        report,
                        cancelled,
                    };
                    login.run().await
                })
            };
            let result = task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }));
            lock(&keeper.shared.logins).remove(&login);
            match result {
                Ok(Outcome::Kept(account)) => {
                    tracing::info!(%provider, "login done");
                    report(LoginEvent::Done { account });
                }
                Ok(Outcome::Mismatch { name, expected }) => {
                    tracing::info!(%provider, "login held: another account");
                    report(LoginEvent::Mismatch { name, expected });
                }
                Err(error) => {
                    tracing::info!(%provider, code = %error.code(), "login failed");
                    report(LoginEvent::Failed { error: error.view() });
                }
            }
            keeper.changed();
        });
        id
    }

    /// A plan with a known client goes to that client's server with its answers, so that the person need not type them.
    fn with_known_server(&self, mut plan: LoginPlan) -> Result<LoginPlan> {
        if let Some(id) = &plan.client {
            let (book, _) = self.shared.book.read_lossy();
            let server = book.client(id)?.server.clone();
            for (question, answer) in &book.client(id)?.answers {
                plan.answers.entry(question.clone()).or_insert_with(|| answer.as_str().into());
            }
            let provider = self.shared.registry.require(&plan.provider)?;
            let question = provider.question(QuestionKind::Server).map(|q| q.id.clone());
            if let (Some(question), Some(server)) = (question, server) {
                plan.answers.insert(question, server.into());
            }
        }
        Ok(plan)
    }

    /// Cancels a login. One that already has its answer is finished instead.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`].
    pub fn cancel_login(&self, login: &str) -> Result<()> {
        let logins = lock(&self.shared.logins);
        let running = logins.get(login).ok_or(Error::LoginUnknown)?;
        running.cancel.send_replace(true);
        Ok(())
    }

    /// The consent page's address of a waiting login.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`].
    pub fn consent_link(&self, login: &str) -> Result<String> {
        let logins = lock(&self.shared.logins);
        let address = logins.get(login).and_then(|r| r.address.as_ref()).ok_or(Error::LoginUnknown)?;
        Ok(address.as_str().to_owned())
    }

    /// Opens the consent page again.
    ///
    /// # Errors
    /// [`Error::LoginUnknown`], [`Error::BrowserNotOpened`].
    pub fn open_again(&self, login: &str) -> Result<()> {
        (self.shared.outside.browser)(&self.consent_link(login)?)
    }

    /// Takes what a person pasted for a waiting login, and redeems it at once.
    ///
    /// # Errors
    /// What is wrong with the text; the login waits on.
    pub fn paste(&self, login: &str, text: &str) -> Result<()> {
        self.shared.waiting.paste(login, text)
    }
}
