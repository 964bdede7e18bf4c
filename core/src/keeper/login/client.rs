//! The client of a login: one that is known here, one that the server registers now, or one that the person typed in.

use sha2::{Digest as _, Sha256};

use crate::ask::Credentials;
use crate::book;
use crate::book::lock::{self, Held};
use crate::error::{Error, Result};
use crate::keeper::record::hosts;
use crate::keeper::{Keeper, new_id};
use crate::login::{LoginRedirect, LoginRequest};
use crate::provider::messages::Authenticate;
use crate::provider::{Authentication, QuestionKind};
use crate::token::{Secret, client_secret_to_stored};
use crate::vault::client_key;
use crate::view::LoginPlan;

/// A client that a login can use.
pub(in crate::keeper) struct ReadyClient {
    /// Its id in the book.
    pub id: String,
    pub credentials: Credentials,
    /// What the person typed for a client that is known here. It is kept once the platform has accepted it.
    typed: Option<book::Client>,
}

impl Keeper {
    /// A known client with the same hosts, server, name and scopes; preferably one that is registered with a redirect URI of
    /// this login.
    pub(in crate::keeper) fn known_client(&self, request: &LoginRequest, plan: &LoginPlan) -> Result<Option<book::Client>> {
        // A book that cannot be read fails the login now, and not when there is a token to keep.
        let book = self.shared.book.read()?;
        let hosts = hosts(&request.provider, request.server.as_ref(), &request.answers);
        let fits = |c: &&book::Client| {
            self.is_family(c, &request.provider) && c.hosts == hosts && request.scopes.iter().all(|s| !c.registered || c.scopes.contains(s))
        };
        match &plan.client {
            Some(id) => {
                let client = book.client(id)?;
                Ok(Some(client.clone()).filter(|c| fits(&c)))
            }
            None if request.provider.registers() => {
                let mut known: Vec<_> = book
                    .clients
                    .iter()
                    .filter(fits)
                    .filter(|c| c.name == name_of(plan))
                    .cloned()
                    .collect();
                known.sort_by_key(|c| (request.registered(&c.redirect_uris).is_none(), std::cmp::Reverse(c.created)));
                Ok(known.into_iter().next())
            }
            None => Ok(None),
        }
    }

    /// The known client, if the server still knows it, or a new one. A new client is kept before anything else is done with
    /// it: the Mastodon family allows five registrations in ten minutes.
    pub(in crate::keeper) async fn client_for(
        &self,
        request: &LoginRequest,
        plan: &LoginPlan,
        known: Option<book::Client>,
        redirect: Option<&LoginRedirect>,
    ) -> Result<ReadyClient> {
        let http = &self.shared.http;
        let ready = |id: String, credentials| ReadyClient {
            id,
            credentials,
            typed: None,
        };
        // Its record may be another one by now.
        let as_it_is = |client: book::Client| self.shared.book.read_lossy().0.client(&client.id).cloned().unwrap_or(client);
        if !request.provider.registers() {
            return match known.map(as_it_is) {
                Some(client) => Ok(ready(client.id.clone(), self.credentials(&client).await?)),
                None => self.typed_client(request, plan, redirect).await,
            };
        }
        let redirect = redirect.ok_or_else(|| Error::InputInvalid { field: "redirect".into() })?;
        // One registration at a time: another login may have registered the same client meanwhile.
        let _alone = self.lock_keys(request, &name_of(plan)).await?;
        let is_usable = |c: &book::Client| c.redirect_uris.contains(&redirect.redirect_uri);
        let known = match known {
            Some(known) => Some(as_it_is(known)),
            None => self.known_client(request, plan)?.filter(is_usable),
        };
        let mut forgotten = None;
        if let Some(client) = known.filter(|c| !redirect.stale && request.registered(&c.redirect_uris).is_some()) {
            match self.credentials(&client).await {
                Ok(credentials) if !request.is_forgotten(http, &credentials, redirect).await? => return Ok(ready(client.id, credentials)),
                // Its secret is gone, or the server has forgotten it: it is registered again, without a question.
                Ok(_) | Err(Error::SecretMissing) => forgotten = Some(client),
                Err(other) => return Err(other),
            }
        }
        let redirect_uris = request.redirect_uris(redirect);
        let name = forgotten.as_ref().map_or_else(|| name_of(plan), |c| c.name.clone());
        let credentials = request.register(http, &name, &redirect_uris).await?;
        let record = book::Client {
            id: forgotten.map_or_else(new_id, |c| c.id),
            name,
            redirect_uris,
            registered: true,
            ..self.client_record(request, &credentials)
        };
        let id = record.id.clone();
        self.keep_client(record, credentials.client_secret.clone()).await?;
        Ok(ready(id, credentials))
    }

    /// A client that the person made in a console and typed in. A known one keeps its secret until the platform has accepted
    /// the new one: consoles show a secret once.
    async fn typed_client(&self, request: &LoginRequest, plan: &LoginPlan, redirect: Option<&LoginRedirect>) -> Result<ReadyClient> {
        let credentials = typed_credentials(request, plan)?;
        let record = self.client_record(request, &credentials);
        // Two logins that type in the same new app at the same time keep it once.
        let _alone = self.lock_keys(request, &credentials.client_id).await?;
        // An app that is typed in again is the same client, whatever else it is used for.
        let (book, _) = self.shared.book.read_lossy();
        let same = |c: &&book::Client| self.is_family(c, &request.provider) && c.hosts == record.hosts && c.client_id == record.client_id;
        let known = book.clients.iter().find(same);
        let name = match (known, plan.client_name.trim()) {
            (Some(known), "") => known.name.clone(),
            // Two apps without a name need two names.
            (None, "") => {
                let start: String = credentials.client_id.chars().take(6).collect();
                format!("{} {start}…", self.name_of_platform(&request.provider))
            }
            _ => name_of(plan),
        };
        let used = redirect.iter().map(|r| r.redirect_uri.clone());
        let record = book::Client {
            id: known.map_or_else(new_id, |c| c.id.clone()),
            name,
            redirect_uris: used.filter(|uri| !uri.is_empty()).collect(),
            ..record
        };
        let id = record.id.clone();
        let typed = match known {
            Some(_) => Some(record),
            None => {
                self.keep_client(record, credentials.client_secret.clone()).await?;
                None
            }
        };
        Ok(ReadyClient { id, credentials, typed })
    }

    /// Locks a client by its family, its hosts and its name or id, before it is known whether there is one: across processes.
    async fn lock_keys(&self, request: &LoginRequest, key: &str) -> Result<Held> {
        let hosts = hosts(&request.provider, request.server.as_ref(), &request.answers);
        let text = serde_json::to_string(&(request.provider.client_family(), hosts, key)).unwrap_or_default();
        let digest: String = Sha256::digest(text).iter().take(16).map(|b| format!("{b:02x}")).collect();
        self.blocking(move |keeper| lock::client(&keeper.shared.outside.data, &digest))
            .await
    }

    /// Keeps what was typed for a known client, once the platform has accepted it.
    pub(in crate::keeper) async fn keep_typed(&self, client: &ReadyClient) -> Result<()> {
        match &client.typed {
            Some(record) => self.keep_client(record.clone(), client.credentials.client_secret.clone()).await,
            None => Ok(()),
        }
    }

    /// A client by its credentials alone.
    fn client_record(&self, request: &LoginRequest, credentials: &Credentials) -> book::Client {
        book::Client {
            id: String::new(),
            provider: request.provider.id.clone(),
            hosts: hosts(&request.provider, request.server.as_ref(), &request.answers),
            server: request.server.as_ref().map(crate::http::site_of),
            answers: request.answers.clone(),
            name: String::new(),
            client_id: credentials.client_id.clone(),
            has_secret: credentials.client_secret.is_some(),
            store: self.shared.store.kind(),
            client_type: credentials.client_type.clone(),
            machine_id: None,
            redirect_uris: Vec::new(),
            scopes: request.scopes.clone(),
            created: self.now(),
            registered: false,
        }
    }

    async fn keep_client(&self, record: book::Client, secret: Option<Secret>) -> Result<()> {
        let stored = self
            .blocking(move |keeper| {
                let _alone = lock::client(&keeper.shared.outside.data, &record.id)?;
                let known = keeper.shared.book.read_lossy().0.client(&record.id).ok().cloned();
                let (store, stored) = match &secret {
                    Some(secret) => keeper.keep_secret(&client_key(&record.id), &client_secret_to_stored(secret))?,
                    None => (record.store, true),
                };
                // A public client needs no secret. The book is changed first: it never promises a secret that is gone.
                let unneeded = known.as_ref().filter(|k| k.has_secret && secret.is_none()).map(|k| k.store);
                let (key, is_new) = (client_key(&record.id), known.is_none());
                let written = keeper.shared.book.change(|book| {
                    let known = book
                        .clients
                        .iter()
                        .position(|c| c.id == record.id)
                        .map(|at| book.clients.remove(at));
                    book.clients.push(match known {
                        Some(known) => book::Client {
                            store,
                            ..kept_over(known, record)
                        },
                        None => book::Client { store, ..record },
                    });
                    Ok(())
                });
                if written.is_err() && is_new {
                    let _ = keeper.forget_secret(store, &key);
                }
                written?;
                if let Some(store) = unneeded {
                    keeper.forget_secret(store, &key)?;
                }
                Ok(stored)
            })
            .await?;
        if !stored {
            self.watch_store();
        }
        Ok(())
    }
}

/// A client as it is kept from now on. What another login has added stays.
fn kept_over(known: book::Client, mut record: book::Client) -> book::Client {
    if !record.registered {
        for uri in known.redirect_uris {
            if !record.redirect_uris.contains(&uri) {
                record.redirect_uris.push(uri);
            }
        }
    }
    book::Client {
        machine_id: known.machine_id,
        // The provider that first made it, where another one of its family uses it too.
        provider: known.provider,
        ..record
    }
}

/// The credentials that the person typed.
fn typed_credentials(request: &LoginRequest, plan: &LoginPlan) -> Result<Credentials> {
    let answer = |kind| match request.provider.question(kind) {
        Some(question) => question
            .answer(plan.answers.get(&question.id).map(Secret::expose))
            .map(|answer| answer.map(str::to_owned)),
        None => Ok(None),
    };
    let missing = |field: &str| Error::InputInvalid { field: field.into() };
    let client_id = answer(QuestionKind::ClientId)?.ok_or_else(|| missing("client_id"))?;
    let proposed = request.provider.question(QuestionKind::ClientType).and_then(|q| q.default.clone());
    let client_type = answer(QuestionKind::ClientType)?.or(proposed);
    let types = &request.provider.client_types;
    let has_types = request.provider.question(QuestionKind::ClientType).is_some();
    if has_types && !types.iter().any(|t| Some(&t.id) == client_type.as_ref()) {
        return Err(missing("client_type"));
    }
    let authentication = request.provider.authentication(client_type.as_deref());
    // A public client has no secret: what was typed before the type was chosen does not count.
    let client_secret = match authentication {
        Authentication::None => None,
        _ => answer(QuestionKind::ClientSecret)?,
    };
    let signs = request
        .provider
        .messages
        .iter()
        .any(|(_, m)| m.authenticate == Authenticate::Oauth1);
    if client_secret.is_none() && (authentication == Authentication::Basic || signs) {
        return Err(missing("client_secret"));
    }
    Ok(Credentials {
        client_id,
        client_secret: client_secret.map(Secret::new),
        client_type,
    })
}

/// The name that a new client is registered under. Mastodon accepts 60 characters.
fn name_of(plan: &LoginPlan) -> String {
    let name: String = plan.client_name.trim().chars().take(60).collect();
    if name.is_empty() { "Keybearer".to_owned() } else { name }
}
