//! Credentials to log in with: those of a known client, of one that is registered now, or of one that was typed in.

use std::collections::BTreeMap;

use url::Url;

use crate::ask::Credentials;
use crate::book;
use crate::error::{Error, Result};
use crate::keeper::{Keeper, new_id};
use crate::login::{Errand, Way};
use crate::provider::messages::Authenticate;
use crate::provider::request::Values;
use crate::provider::{Authentication, Provider, QuestionKind};
use crate::token::{Secret, client_secret_from_stored, client_secret_to_stored};
use crate::vault::client_key;
use crate::view::LoginPlan;

/// A client to log in with.
pub(in crate::keeper) struct Ready {
    /// Ours.
    pub id: String,
    pub credentials: Credentials,
    /// What was typed over a client that is known.
    typed: Option<book::Client>,
}

impl Keeper {
    /// A client that is known for this server, name, scopes and (best) redirect URI; made with the same hosts.
    pub(in crate::keeper) fn known_client(&self, errand: &Errand, plan: &LoginPlan) -> Result<Option<book::Client>> {
        // A book that cannot be written is said now, and not when the token is won and has no place.
        let book = self.desk.book.read()?;
        let hosts = hosts(&errand.provider, errand.server.as_ref());
        let fits = |c: &&book::Client| {
            self.is_family(c, &errand.provider) && c.hosts == hosts && errand.scopes.iter().all(|s| !c.registered || c.scopes.contains(s))
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
    pub(in crate::keeper) async fn client_for(
        &self,
        errand: &Errand,
        plan: &LoginPlan,
        known: Option<book::Client>,
        way: Option<&Way>,
    ) -> Result<Ready> {
        let http = &self.desk.http;
        let ready = |id: String, credentials| Ready {
            id,
            credentials,
            typed: None,
        };
        if !errand.provider.registers() {
            return match known {
                Some(client) => Ok(ready(client.id.clone(), self.credentials(&client).await?)),
                None => self.client_of_answers(errand, plan, way).await,
            };
        }
        let way = way.ok_or_else(|| Error::InputInvalid { field: "redirect".into() })?;
        let mut forgotten = None;
        if let Some(client) = known.filter(|c| !way.stale && errand.registered(&c.redirect_uris).is_some()) {
            match self.credentials(&client).await {
                Ok(credentials) if !errand.is_forgotten(http, &credentials, way).await? => return Ok(ready(client.id, credentials)),
                // Its secret is gone from the store, or the server has forgotten it: registered anew, silently.
                Ok(_) | Err(Error::SecretMissing) => forgotten = Some(client),
                Err(other) => return Err(other),
            }
        }
        let redirect_uris = errand.redirect_uris(way);
        let name = forgotten.as_ref().map_or_else(|| name_of(plan), |c| c.name.clone());
        let credentials = errand.register(http, &name, &redirect_uris).await?;
        let record = book::Client {
            id: forgotten.map_or_else(new_id, |c| c.id),
            name,
            redirect_uris,
            registered: true,
            ..self.client_record(errand, &credentials)
        };
        let id = record.id.clone();
        self.keep_client(record, credentials.client_secret.clone()).await?;
        Ok(ready(id, credentials))
    }

    /// A client that the person made in a console and typed in. One that is known keeps its secret until the platform has
    /// believed the new one: consoles show secrets once.
    async fn client_of_answers(&self, errand: &Errand, plan: &LoginPlan, way: Option<&Way>) -> Result<Ready> {
        let credentials = typed_credentials(errand, plan)?;
        let record = self.client_record(errand, &credentials);
        // The same app typed in once more is the same client, whatever else it is used for.
        let (book, _) = self.desk.book.look();
        let same = |c: &&book::Client| self.is_family(c, &errand.provider) && c.hosts == record.hosts && c.client_id == record.client_id;
        let known = book.clients.iter().find(same);
        let mut redirect_uris: Vec<String> = way.iter().map(|w| w.redirect_uri.clone()).collect();
        for uri in known.iter().flat_map(|c| &c.redirect_uris) {
            if !redirect_uris.contains(uri) {
                redirect_uris.push(uri.clone());
            }
        }
        let name = match (known, plan.client_name.trim()) {
            (Some(known), "") => known.name.clone(),
            // Two apps without a name are still two.
            (None, "") => {
                let start: String = credentials.client_id.chars().take(6).collect();
                format!("{} {start}…", errand.provider.name)
            }
            _ => name_of(plan),
        };
        let record = book::Client {
            id: known.map_or_else(new_id, |c| c.id.clone()),
            name,
            redirect_uris,
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
        Ok(Ready { id, credentials, typed })
    }

    /// Keeps what was typed over a known client, now that the platform has believed it.
    pub(in crate::keeper) async fn believe(&self, ready: &Ready) -> Result<()> {
        match &ready.typed {
            Some(record) => self.keep_client(record.clone(), ready.credentials.client_secret.clone()).await,
            None => Ok(()),
        }
    }

    /// A client of which the store and the console know nothing yet.
    fn client_record(&self, errand: &Errand, credentials: &Credentials) -> book::Client {
        book::Client {
            id: String::new(),
            provider: errand.provider.id.clone(),
            hosts: hosts(&errand.provider, errand.server.as_ref()),
            server: errand.server.as_ref().map(|s| s.origin().ascii_serialization()),
            name: String::new(),
            client_id: credentials.client_id.clone(),
            has_secret: credentials.client_secret.is_some(),
            store: self.desk.store.kind(),
            client_type: credentials.client_type.clone(),
            machine_id: None,
            redirect_uris: Vec::new(),
            scopes: errand.scopes.clone(),
            created: self.now(),
            registered: false,
        }
    }

    /// Whether a client is one of this provider's family: the same keys, used in another way.
    pub(in crate::keeper) fn is_family(&self, client: &book::Client, provider: &Provider) -> bool {
        let of_client = self.desk.registry.get(&client.provider);
        client.provider == provider.id || of_client.is_some_and(|e| e.provider.client_family() == provider.client_family())
    }

    async fn keep_client(&self, record: book::Client, secret: Option<Secret>) -> Result<()> {
        let stored = self
            .blocking(move |keeper| {
                let known = keeper.desk.book.look().0.client(&record.id).ok().cloned();
                let (store, stored) = match &secret {
                    Some(secret) => keeper.keep_secret(&client_key(&record.id), &client_secret_to_stored(secret))?,
                    None => (record.store, true),
                };
                // A client that turned out to be public needs its secret no more.
                if let Some(known) = known.as_ref().filter(|k| k.has_secret && secret.is_none()) {
                    keeper.forget_secret(known.store, &client_key(&record.id))?;
                }
                keeper.desk.book.change(|book| {
                    book.clients.retain(|c| c.id != record.id);
                    book.clients.push(book::Client {
                        store,
                        machine_id: known.as_ref().and_then(|c| c.machine_id.clone()),
                        // Its kind, where another one of the family made it.
                        provider: known.map_or(record.provider.clone(), |c| c.provider),
                        ..record
                    });
                    Ok(())
                })?;
                Ok(stored)
            })
            .await?;
        if !stored {
            self.watch_store();
        }
        Ok(())
    }

    pub(in crate::keeper) async fn credentials(&self, client: &book::Client) -> Result<Credentials> {
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
}

/// What the person typed of a client.
fn typed_credentials(errand: &Errand, plan: &LoginPlan) -> Result<Credentials> {
    let answer = |kind| {
        let question = errand.provider.question(kind)?;
        plan.answers
            .get(&question.id)
            .map(|a| a.trim().to_owned())
            .filter(|a| !a.is_empty())
    };
    let missing = |field: &str| Error::InputInvalid { field: field.into() };
    let client_id = answer(QuestionKind::ClientId).ok_or_else(|| missing("client_id"))?;
    let client_type = answer(QuestionKind::ClientType);
    let types = &errand.provider.client_types;
    let asked = errand.provider.question(QuestionKind::ClientType).is_some();
    if asked && !types.iter().any(|t| Some(&t.id) == client_type.as_ref()) {
        return Err(missing("client_type"));
    }
    let authentication = errand.provider.authentication(client_type.as_deref());
    // A public client has none; what was typed before the type was chosen is nobody's.
    let client_secret = answer(QuestionKind::ClientSecret).filter(|_| authentication != Authentication::None);
    let signs = errand.provider.messages.iter().any(|(_, m)| m.authenticate == Authenticate::Oauth1);
    if client_secret.is_none() && (authentication == Authentication::Basic || signs) {
        return Err(missing("client_secret"));
    }
    Ok(Credentials {
        client_id,
        client_secret: client_secret.map(Secret::new),
        client_type,
    })
}

/// The name a new client is registered under. Mastodon takes 60 characters.
fn name_of(plan: &LoginPlan) -> String {
    let name: String = plan.client_name.trim().chars().take(60).collect();
    if name.is_empty() { "Keybearer".to_owned() } else { name }
}

/// The hosts of a provider with the server filled in: what a client is bound to.
pub(in crate::keeper) fn hosts(provider: &Provider, server: Option<&Url>) -> BTreeMap<String, String> {
    let values = Values::of(provider, server);
    provider
        .hosts
        .iter()
        .filter_map(|(name, origin)| Some((name.clone(), values.fill(origin)?)))
        .collect()
}
