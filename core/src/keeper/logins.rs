//! A login at the desk: started, cancelled, helped along by a paste, and what it wins put away. The story itself is
//! `login.rs`; here stands what it means for the book and the store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::{Keeper, Running, lock, new_id};
use crate::book::{self, Account};
use crate::error::{Error, Result};
use crate::login::{self, Credentials, Errand, Identity, Visit, Way, Won};
use crate::oauth2;
use crate::provider::request::Values;
use crate::provider::{Callback, DoorKind, Provider, QuestionKind};
use crate::redirect::SCHEME;
use crate::redirect::waiting::{Arrival, Expected};
use crate::token::{Secret, client_secret_from_stored, client_secret_to_stored};
use crate::vault::{account_key, client_key};
use crate::view::{DoorTest, LoginEvent, LoginPlan, ServerView, StepKind};

/// Hears what happens in a login.
pub type Report = Arc<dyn Fn(LoginEvent) + Send + Sync>;

/// A door's self-test is answered by this machine alone; a browser that has to start takes a few seconds.
const TEST_PATIENCE: Duration = Duration::from_secs(20);

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
            let result = keeper.log_in(&login, &plan, &report, cancelled).await;
            lock(&keeper.desk.logins).remove(&login);
            match result {
                Ok(account) => {
                    tracing::info!(provider = %plan.provider, "login done");
                    report(LoginEvent::Done { account });
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

    async fn log_in(&self, login: &str, plan: &LoginPlan, report: &Report, cancelled: watch::Receiver<bool>) -> Result<String> {
        let step = |step| report(LoginEvent::Step { step });
        let http = &self.desk.http;
        let practice = lock(&self.desk.practice).clone();

        let plan = &self.complete(plan)?;
        let errand = or_cancelled(&cancelled, Errand::new(http, &self.desk.registry, plan, practice.as_ref())).await?;
        step(StepKind::ServerFound);
        let known = self.known_client(&errand, plan)?;
        let registered = known.as_ref().and_then(|c| errand.registered(&c.redirect_uris));
        let way = errand.open_door(&self.desk.doors, registered).await?;
        step(StepKind::DoorOpen);
        let (client, credentials) = or_cancelled(&cancelled, self.client_for(&errand, plan, known, &way)).await?;
        step(StepKind::ClientReady);

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
        let consent = errand.consent(&credentials, &way, visit).await?;

        // From here on Cancel comes too late: what is won is kept.
        let won = errand.redeem(http, &credentials, &way, &consent, self.now()).await?;
        step(StepKind::TokenReceived);
        let identity = login::identify(http, &errand.provider, errand.server.as_ref(), &won.token.access_token).await;
        if identity.is_ok() {
            step(StepKind::IdentityVerified);
        }
        let (account, stored) = self.keep_account(&errand, client, won, identity, consent.door).await?;
        if stored {
            step(StepKind::Stored);
        } else {
            self.watch_store();
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

    /// A client that is known for this server, name, scopes and (best) redirect URI; made with the same hosts.
    fn known_client(&self, errand: &Errand, plan: &LoginPlan) -> Result<Option<book::Client>> {
        // A book that cannot be written is said now, and not when the token is won and has no place.
        let book = self.desk.book.read()?;
        let hosts = hosts(&errand.provider, errand.server.as_ref());
        let fits = |c: &&book::Client| {
            c.provider == errand.provider.id && c.hosts == hosts && errand.scopes.iter().all(|s| !c.registered || c.scopes.contains(s))
        };
        match &plan.client {
            Some(id) => {
                let client = book.client(id)?;
                Ok(Some(client.clone()).filter(|c| fits(&c)))
            }
            None if errand.provider.registers() => {
                let mut known: Vec<_> = book
                    .clients
                    .iter()
                    .filter(fits)
                    .filter(|c| c.name == name_of(plan))
                    .cloned()
                    .collect();
                known.sort_by_key(|c| (errand.registered(&c.redirect_uris).is_none(), std::cmp::Reverse(c.created)));
                Ok(known.into_iter().next())
            }
            None => Ok(None),
        }
    }

    /// Credentials to log in with: those of a known client that the server still knows, or of a new one, which is kept
    /// before anything else is done with it (the Mastodon family allows five registrations in ten minutes).
    async fn client_for(&self, errand: &Errand, plan: &LoginPlan, known: Option<book::Client>, way: &Way) -> Result<(String, Credentials)> {
        let http = &self.desk.http;
        if !errand.provider.registers() {
            return match known {
                Some(client) => Ok((client.id.clone(), self.credentials(&client).await?)),
                None => self.client_of_answers(errand, plan, way).await,
            };
        }
        let mut forgotten = None;
        if let Some(client) = known.filter(|c| !way.stale && errand.registered(&c.redirect_uris).is_some()) {
            match self.credentials(&client).await {
                Ok(credentials) if !errand.is_forgotten(http, &credentials, way).await? => return Ok((client.id, credentials)),
                // Its secret is gone from the store, or the server has forgotten it: registered anew, silently.
                Ok(_) | Err(Error::SecretMissing) => forgotten = Some(client),
                Err(other) => return Err(other),
            }
        }
        let redirect_uris = errand.redirect_uris(way);
        let name = forgotten.as_ref().map_or_else(|| name_of(plan), |c| c.name.clone());
        let credentials = errand.register(http, &name, &redirect_uris).await?;
        let id = forgotten.map_or_else(new_id, |c| c.id);
        self.keep_client(errand, id, name, redirect_uris, true, credentials).await
    }

    /// A client that the person made in a console and typed in.
    async fn client_of_answers(&self, errand: &Errand, plan: &LoginPlan, way: &Way) -> Result<(String, Credentials)> {
        let answer = |kind| {
            let question = errand.provider.question(kind)?;
            plan.answers
                .get(&question.id)
                .map(|a| a.trim().to_owned())
                .filter(|a| !a.is_empty())
        };
        let client_id = answer(QuestionKind::ClientId).ok_or_else(|| Error::InputInvalid { field: "client_id".into() })?;
        let client_secret = answer(QuestionKind::ClientSecret).map(Secret::new);
        let credentials = Credentials {
            client_id,
            client_secret,
            client_type: answer(QuestionKind::ClientType),
        };
        let redirect_uris = vec![way.redirect_uri.clone()];
        self.keep_client(errand, new_id(), name_of(plan), redirect_uris, false, credentials)
            .await
    }

    async fn keep_client(
        &self,
        errand: &Errand,
        id: String,
        name: String,
        redirect_uris: Vec<String>,
        registered: bool,
        credentials: Credentials,
    ) -> Result<(String, Credentials)> {
        let record = book::Client {
            id: id.clone(),
            provider: errand.provider.id.clone(),
            hosts: hosts(&errand.provider, errand.server.as_ref()),
            server: errand.server.as_ref().map(|s| s.origin().ascii_serialization()),
            name,
            client_id: credentials.client_id.clone(),
            has_secret: credentials.client_secret.is_some(),
            store: self.desk.store.kind(),
            client_type: credentials.client_type.clone(),
            redirect_uris,
            scopes: errand.scopes.clone(),
            created: self.now(),
            registered,
        };
        let secret = credentials.client_secret.clone();
        let stored = self
            .blocking(move |keeper| {
                let (store, stored) = match &secret {
                    Some(secret) => keeper.keep_secret(&client_key(&record.id), &client_secret_to_stored(secret))?,
                    None => (record.store, true),
                };
                keeper.desk.book.change(|book| {
                    book.clients.retain(|c| c.id != record.id);
                    book.clients.push(book::Client { store, ..record });
                    Ok(())
                })?;
                Ok(stored)
            })
            .await?;
        if !stored {
            self.watch_store();
        }
        Ok((id, credentials))
    }

    pub(super) async fn credentials(&self, client: &book::Client) -> Result<Credentials> {
        let (key, store) = (client_key(&client.id), client.store);
        let client_secret = match client.has_secret {
            true => Some(
                self.blocking(move |k| client_secret_from_stored(&k.read_secret(store, &key)?))
                    .await?,
            ),
            false => None,
        };
        Ok(Credentials {
            client_id: client.client_id.clone(),
            client_secret,
            client_type: client.client_type.clone(),
        })
    }

    /// Keeps what was won. The same person at the same client is the same account; an identity that could not be asked
    /// makes an account of its own, "not verified".
    async fn keep_account(
        &self,
        errand: &Errand,
        client: String,
        won: Won,
        identity: Result<Identity>,
        door: DoorKind,
    ) -> Result<(String, bool)> {
        let now = self.now();
        let server = errand.server.as_ref();
        let (identity, trouble) = match identity {
            Ok(identity) => (Some(identity), None),
            Err(error) => (None, Some(error.view())),
        };
        let nameless = server.map_or_else(|| errand.provider.name.clone(), crate::http::host_of);
        let record = Account {
            id: new_id(),
            provider: errand.provider.id.clone(),
            client,
            name: identity.as_ref().map_or(nameless, |i| i.name.clone()),
            display_name: identity.as_ref().and_then(|i| i.display_name.clone()),
            user_id: identity.as_ref().and_then(|i| i.user_id.clone()),
            server: server.map(|s| s.origin().ascii_serialization()),
            url: identity.as_ref().and_then(|i| i.url.clone()),
            scopes: won.scopes,
            declined: won.declined,
            obtained: now,
            expires: won.token.expires,
            door,
            store: self.desk.store.kind(),
            verified: identity.is_some().then_some(now),
            trouble,
        };
        let secret = won.token.to_stored();
        self.blocking(move |keeper| keeper.put_away(record, &secret)).await
    }

    fn put_away(&self, mut record: Account, secret: &Secret) -> Result<(String, bool)> {
        // Two logins of one person may end at the same moment: the second one must find the first one's account.
        let _one_by_one = book::lock::client(&self.desk.outside.data, &record.client)?;
        let same = |a: &Account| {
            a.provider == record.provider
                && a.client == record.client
                && a.server == record.server
                && a.user_id.is_some()
                && a.user_id == record.user_id
        };
        let (book, _) = self.desk.book.look();
        if let Some(known) = book.accounts.iter().find(|a| same(a)) {
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

    /// Proves that a door works on this machine: sends a redirect of our own through the system's browser or link handler.
    pub async fn test_door(&self, door: DoorKind) -> DoorTest {
        let state = oauth2::random();
        let way = match door {
            DoorKind::Loopback => self
                .desk
                .doors
                .open(None)
                .await
                .map(|open| (format!("http://127.0.0.1:{}/self-test", open.port), Some(open))),
            DoorKind::DeepLink => Ok((format!("{SCHEME}://callback/self-test"), None)),
            _ => Err(Error::InputInvalid { field: "door".into() }),
        };
        let (address, _open) = match way {
            Ok(way) => way,
            Err(error) => {
                return DoorTest {
                    door,
                    ok: false,
                    error: Some(error.view()),
                    address: String::new(),
                };
            }
        };
        let test = async {
            let authorize = Url::parse(&address).map_err(|e| Error::Internal { detail: e.to_string() })?;
            let expected = Expected {
                state: state.clone(),
                redirect_uri: address.clone(),
                authorize,
                issuer: String::new(),
                issuer_required: false,
                callback: Callback::default(),
            };
            let mut place = self.desk.waiting.expect(&format!("self-test {state}"), expected);
            (self.desk.outside.browser)(&format!("{address}?code=self-test&state={state}"))?;
            let silent = |_| Error::DoorUnavailable {
                door: name_of_door(door),
                detail: "nothing came back".into(),
            };
            match tokio::time::timeout(TEST_PATIENCE, place.arrivals.recv()).await.map_err(silent)? {
                Some(Arrival::Answer(answer)) => answer.map(drop),
                _ => Err(Error::NobodyWaits),
            }
        };
        let error = test.await.err().map(|e: Error| e.view());
        DoorTest {
            door,
            ok: error.is_none(),
            error,
            address,
        }
    }
}

fn name_of_door(door: DoorKind) -> &'static str {
    match door {
        DoorKind::Loopback => "loopback",
        DoorKind::HttpsLoopback => "https-loopback",
        DoorKind::DeepLink => "deep-link",
        DoorKind::Relay => "relay",
        DoorKind::Paste => "paste",
        DoorKind::Oob => "oob",
    }
}

/// The name a new client is registered under. Mastodon takes 60 characters.
fn name_of(plan: &LoginPlan) -> String {
    let name: String = plan.client_name.trim().chars().take(60).collect();
    if name.is_empty() { "Keybearer".to_owned() } else { name }
}

/// The hosts of a provider with the server filled in: what a client is bound to.
fn hosts(provider: &Provider, server: Option<&Url>) -> BTreeMap<String, String> {
    let values = Values::of(provider, server);
    provider
        .hosts
        .iter()
        .filter_map(|(name, origin)| Some((name.clone(), values.fill(origin)?)))
        .collect()
}

async fn or_cancelled<T>(cancelled: &watch::Receiver<bool>, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut cancelled = cancelled.clone();
    tokio::select! {
        result = work => result,
        _ = cancelled.wait_for(|c| *c) => Err(Error::Cancelled),
    }
}
