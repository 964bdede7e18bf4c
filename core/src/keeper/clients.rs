//! What a person does with a client, and with the settings.

use url::Url;

use super::Keeper;
use crate::ask::Asking;
use crate::book::lock;
use crate::error::{Error, Result};
use crate::keeper::record::hosts;
use crate::token::{Secret, client_secret_to_stored};
use crate::vault::client_key;
use crate::view::Settings;

impl Keeper {
    /// The public client id.
    ///
    /// # Errors
    /// [`Error::ClientUnknown`].
    pub fn client_id(&self, client: &str) -> Result<String> {
        Ok(self.shared.book.read()?.client(client)?.client_id.clone())
    }

    /// The client secret, for the clipboard.
    ///
    /// # Errors
    /// [`Error::ClientUnknown`], [`Error::SecretMissing`], the store's.
    pub async fn client_secret(&self, client: &str) -> Result<Secret> {
        let record = self.shared.book.read()?.client(client)?.clone();
        self.credentials(&record).await?.client_secret.ok_or(Error::SecretMissing)
    }

    /// The app's own token, for the clipboard.
    ///
    /// # Errors
    /// [`Error::ClientUnknown`], [`Error::InputInvalid`] where the platform has none, refusals and network errors.
    pub async fn app_token(&self, client: &str) -> Result<Secret> {
        let record = self.shared.book.read()?.client(client)?.clone();
        let provider = self.shared.registry.require(&record.provider)?;
        let server = record.server.as_deref().map(Url::parse).transpose();
        let server = server.map_err(|e| Error::Internal { detail: e.to_string() })?;
        if record.hosts != hosts(&provider, server.as_ref(), &record.answers) {
            return Err(Error::HostsChanged {
                provider: Box::new(provider.name.clone()),
            });
        }
        let asking = Asking {
            http: &self.shared.http,
            provider: &provider,
            server: server.as_ref(),
            answers: &record.answers,
            client: Some(&self.credentials(&record).await?),
            login_name: None,
            now: self.now(),
        };
        asking.app_token().await
    }

    /// Replaces a secret that was regenerated in the console. Where its id was regenerated with it (X: API key and secret), all
    /// tokens of the old pair are invalid.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] for an empty one, [`Error::ClientUnknown`], the store's.
    pub async fn replace_secret(&self, client: &str, new_id: &str, secret: Secret) -> Result<()> {
        if secret.expose().trim().is_empty() {
            return Err(Error::InputInvalid { field: "secret".into() });
        }
        let secret = Secret::new(secret.expose().trim());
        let id = self.shared.book.read()?.client(client)?.id.clone();
        let new_id = new_id.trim().to_owned();
        let stored = self
            .blocking(move |keeper| {
                let _alone = lock::client(&keeper.shared.outside.data, &id)?;
                keeper.shared.book.read()?.client(&id)?;
                let (store, stored) = keeper.keep_secret(&client_key(&id), &client_secret_to_stored(&secret))?;
                keeper.shared.book.change(|book| {
                    let client = book.client_mut(&id)?;
                    client.has_secret = true;
                    client.store = store;
                    // Renewals that waited for a person may go on.
                    for account in book.accounts.iter_mut().filter(|a| a.client == id) {
                        account.later = account.later.take().filter(|later| later.until.is_some());
                    }
                    let client = book.client_mut(&id)?;
                    if !new_id.is_empty() && new_id != client.client_id {
                        client.client_id = new_id;
                        let dead = Error::dead_token().view();
                        for account in book.accounts.iter_mut().filter(|a| a.client == id) {
                            account.trouble = Some(dead.clone());
                        }
                    }
                    Ok(stored)
                })
            })
            .await?;
        if !stored {
            self.watch_store();
        }
        self.changed();
        Ok(())
    }

    /// Deletes a client that has no accounts.
    ///
    /// # Errors
    /// [`Error::ClientInUse`], [`Error::ClientUnknown`], the store's.
    pub async fn delete_client(&self, client: &str) -> Result<()> {
        // Only a client's id may become the name of a lock file.
        let id = self.shared.book.read()?.client(client)?.id.clone();
        self.blocking(move |keeper| {
            // A login adds no account meanwhile.
            let _alone = lock::client(&keeper.shared.outside.data, &id)?;
            let book = keeper.shared.book.read()?;
            let record = book.client(&id)?;
            if book.accounts.iter().any(|a| a.client == id) {
                return Err(Error::ClientInUse);
            }
            if record.has_secret {
                keeper.forget_secret(record.store, &client_key(&id))?;
            }
            keeper.shared.book.change(|book| {
                book.clients.retain(|c| c.id != id);
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(())
    }

    /// Changes the person's choices.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] for a language or theme that is none.
    pub fn change_settings(&self, settings: Settings) -> Result<()> {
        let known = |value: &str, all: &[&str], field: &str| match all.contains(&value) {
            true => Ok(()),
            false => Err(Error::InputInvalid { field: field.to_owned() }),
        };
        known(&settings.language, &["system", "en", "zh-Hans", "zh-Hant"], "language")?;
        known(&settings.theme, &["system", "light", "dark"], "theme")?;
        known(&settings.on_close, &["ask", "keep", "quit"], "on_close")?;
        let wants_updates = settings.check_updates;
        let begins = self.shared.book.change(|book| {
            let begins = wants_updates && !book.settings.check_updates;
            // A relay page is set by `check_relay_page` alone; here it can only be removed.
            let relay = if settings.relay.is_empty() {
                String::new()
            } else {
                book.settings.relay.clone()
            };
            let mut order = settings.order;
            order.retain(|id| book.accounts.iter().any(|a| a.id == *id));
            book.settings = Settings { relay, order, ..settings };
            if !wants_updates {
                book.update = None;
            }
            Ok(begins)
        })?;
        if begins {
            self.wake_scheduler();
        }
        self.changed();
        Ok(())
    }
}
