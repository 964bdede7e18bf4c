//! Credentials to log in with: those of a known client, of one that is registered now, or of one that was typed in.

use std::collections::BTreeMap;

use url::Url;

use super::{Keeper, new_id};
use crate::ask::Credentials;
use crate::book;
use crate::error::{Error, Result};
use crate::login::{Errand, Way};
use crate::provider::request::Values;
use crate::provider::{Provider, QuestionKind};
use crate::token::{Secret, client_secret_from_stored, client_secret_to_stored};
use crate::vault::client_key;
use crate::view::LoginPlan;

impl Keeper {
    /// A client that is known for this server, name, scopes and (best) redirect URI; made with the same hosts.
    pub(super) fn known_client(&self, errand: &Errand, plan: &LoginPlan) -> Result<Option<book::Client>> {
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
    pub(super) async fn client_for(
        &self,
        errand: &Errand,
        plan: &LoginPlan,
        known: Option<book::Client>,
        way: &Way,
    ) -> Result<(String, Credentials)> {
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
        // The same app typed in once more is the same client, with the secret of today.
        let (book, _) = self.desk.book.look();
        let hosts = hosts(&errand.provider, errand.server.as_ref());
        let same = |c: &&book::Client| c.provider == errand.provider.id && c.hosts == hosts && c.client_id == credentials.client_id;
        let id = book.clients.iter().find(same).map_or_else(new_id, |c| c.id.clone());
        self.keep_client(errand, id, name_of(plan), redirect_uris, false, credentials).await
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
            machine_id: None,
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
                    let machine_id = book.client(&record.id).ok().and_then(|c| c.machine_id.clone());
                    book.clients.retain(|c| c.id != record.id);
                    book.clients.push(book::Client {
                        store,
                        machine_id,
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
}

/// The name a new client is registered under. Mastodon takes 60 characters.
fn name_of(plan: &LoginPlan) -> String {
    let name: String = plan.client_name.trim().chars().take(60).collect();
    if name.is_empty() { "Keybearer".to_owned() } else { name }
}

/// The hosts of a provider with the server filled in: what a client is bound to.
pub(super) fn hosts(provider: &Provider, server: Option<&Url>) -> BTreeMap<String, String> {
    let values = Values::of(provider, server);
    provider
        .hosts
        .iter()
        .filter_map(|(name, origin)| Some((name.clone(), values.fill(origin)?)))
        .collect()
}
