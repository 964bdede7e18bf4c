//! What every room needs of one account: its token, server, client and lifetime; questions to its provider; changes of its
//! record in the book.

use std::collections::BTreeMap;

use url::Url;

use super::{Keeper, new_id};
use crate::ask::{Asking, Credentials};
use crate::book::{self, Account, Silence};
use crate::error::{Code, Error, Intermediary, Result};
use crate::http::site_of;
use crate::provider::answers::TextAnswers;
use crate::provider::request::Values;
use crate::provider::{Lifetime, Provider, RedirectKind};
use crate::refresh::{self, due};
use crate::token::{Token, client_secret_from_stored};
use crate::vault::{account_key, client_key};

impl Keeper {
    pub(super) async fn token(&self, account: &Account) -> Result<Token> {
        let (key, store) = (account_key(&account.id), account.store);
        self.blocking(move |keeper| Token::from_stored(&keeper.read_secret(store, &key)?))
            .await
    }

    /// The account's server, if its provider has many.
    ///
    /// # Errors
    /// [`Error::PracticeOver`].
    pub(super) fn server(&self, account: &Account) -> Result<Option<Url>> {
        if self.is_practice_over(account) {
            return Err(Error::PracticeOver);
        }
        let parsed = account.server.as_deref().map(Url::parse).transpose();
        parsed.map_err(|e| Error::Internal { detail: e.to_string() })
    }

    pub(super) fn lifetime(&self, record: &Account) -> Result<Lifetime> {
        Ok(self.shared.registry.require(&record.provider)?.lifetime())
    }

    pub(super) fn client_of(&self, record: &Account) -> Option<book::Client> {
        self.shared.book.read_lossy().0.client(&record.client).ok().cloned()
    }

    /// Whether a client belongs to this provider's family: the same keys, used in another way.
    pub(super) fn is_family(&self, client: &book::Client, provider: &Provider) -> bool {
        let of_client = self.shared.registry.get(&client.provider);
        client.provider == provider.id || of_client.is_some_and(|e| e.provider.client_family() == provider.client_family())
    }

    pub(super) async fn credentials(&self, client: &book::Client) -> Result<Credentials> {
        let (key, store) = (client_key(&client.id), client.store);
        let client_secret = match client.has_secret {
            true => Some(
                self.blocking(move |keeper| client_secret_from_stored(&keeper.read_secret(store, &key)?))
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

    /// A new account with nothing but its provider, server and client.
    pub(super) fn new_account(&self, provider: &Provider, server: Option<&Url>, answers: &TextAnswers, client: String) -> Account {
        Account {
            id: new_id(),
            provider: provider.id.clone(),
            client,
            hosts: hosts(provider, server, answers),
            answers: answers.clone(),
            name: String::new(),
            display_name: None,
            user_id: None,
            server: server.map(site_of),
            url: None,
            scopes: Vec::new(),
            declined: Vec::new(),
            obtained: self.now(),
            issued: None,
            expires: None,
            refresh_expires: None,
            data_access_expires: None,
            life_unknown: false,
            refreshes: false,
            generation: 0,
            renewing: None,
            later: None,
            silence: None,
            doubted: None,
            renewed: None,
            told: None,
            paused: false,
            on_hold: false,
            login_name: None,
            has_token_secret: false,
            hint: None,
            parent: None,
            tasks: Vec::new(),
            redirect: RedirectKind::Paste,
            store: self.shared.store.kind(),
            verified: None,
            trouble: None,
            unrecorded: None,
            post: None,
        }
    }

    /// Asks the provider about an account's token, with its client where that is known. Refusals without a reason are counted;
    /// if they go on, the account says so.
    pub(super) async fn ask_provider<T>(&self, record: &Account, ask: impl AsyncFnOnce(Asking<'_>) -> Result<T>) -> Result<T> {
        match self.ask_uncounted(record, ask).await {
            Err(
                error @ Error::Intermediary {
                    kind: Intermediary::Silent,
                    status: 401,
                    ..
                },
            ) => Err(self.note_silence(record, error).await),
            Ok(answer) if record.silence.is_some() => {
                let id = record.id.clone();
                self.blocking(move |keeper| {
                    keeper.change_account(&id, |a| {
                        a.silence = None;
                        a.trouble = a.trouble.take().filter(|t| t.code != Code::SilentRefusals);
                    })
                })
                .await?;
                self.changed();
                Ok(answer)
            }
            other => other,
        }
    }

    /// Counts a refusal without a reason, and answers with the error to report. Once they have gone on for long the account says
    /// so; its token is renewed and handed out all the same.
    async fn note_silence(&self, record: &Account, error: Error) -> Error {
        let Error::Intermediary { host, .. } = &error else { return error };
        let (id, now) = (record.id.clone(), self.now());
        let long = Error::SilentRefusals { host: host.clone() };
        let view = long.view();
        let noted = self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
                let account = book.account_mut(&id)?;
                let silence = Silence::and_now(account.silence, now);
                account.silence = Some(silence);
                if silence.is_long(now) && !keeper.is_over(account) {
                    account.trouble = Some(view);
                }
                Ok(silence.is_long(now))
            })
        });
        match noted.await {
            Ok(true) => {
                self.changed();
                long
            }
            Ok(false) => error,
            Err(unwritten) => {
                tracing::warn!(code = %unwritten.code(), "a refusal without a reason is not counted");
                error
            }
        }
    }

    /// The same without counting.
    pub(super) async fn ask_uncounted<T>(&self, record: &Account, ask: impl AsyncFnOnce(Asking<'_>) -> Result<T>) -> Result<T> {
        let provider = self.shared.registry.require(&record.provider)?;
        let server = self.server(record)?;
        let (book, _) = self.shared.book.read_lossy();
        let hosts = hosts(&provider, server.as_ref(), &record.answers);
        let elsewhere = !record.hosts.is_empty() && record.hosts != hosts;
        if elsewhere || book.client(&record.client).is_ok_and(|c| c.hosts != hosts) {
            return Err(Error::HostsChanged {
                provider: Box::new(provider.name.clone()),
            });
        }
        let client = match book.client(&record.client) {
            Ok(client) => Some(self.credentials(client).await?),
            Err(_) => None,
        };
        ask(self.asking(&provider, server.as_ref(), record, client.as_ref())).await
    }

    /// What asks an account's provider.
    pub(super) fn asking<'a>(
        &'a self,
        provider: &'a Provider,
        server: Option<&'a Url>,
        record: &'a Account,
        client: Option<&'a Credentials>,
    ) -> Asking<'a> {
        Asking {
            http: &self.shared.http,
            provider,
            server,
            answers: &record.answers,
            client,
            login_name: record.login_name.as_deref(),
            now: self.now(),
        }
    }

    /// Writes down what was found out about an account's token, unless the token has been replaced meanwhile.
    pub(super) async fn write_about(
        &self,
        record: &Account,
        token: Token,
        change: impl FnOnce(&mut Account) + Send + 'static,
    ) -> Result<()> {
        let record = record.clone();
        self.blocking(move |keeper| {
            let _lock = book::lock::account(&keeper.shared.outside.data, &record.id)?;
            let stored = keeper.read_secret(record.store, &account_key(&record.id));
            let same = stored.and_then(|s| Token::from_stored(&s));
            if same.is_ok_and(|t| t.access_token != token.access_token) {
                return Ok(());
            }
            keeper.change_account(&record.id, change)
        })
        .await
    }

    /// Whether the account's token has ended, and only a new login replaces it.
    pub(super) fn is_over(&self, account: &Account) -> bool {
        has_ended(account) && !self.is_issued_again(account)
    }

    /// Whether the account's token is issued again without a person, whatever has become of it.
    pub(super) fn is_issued_again(&self, account: &Account) -> bool {
        self.lifetime(account).is_ok_and(|lifetime| lifetime.is_issued_again())
    }

    /// Changes one account in the book. Blocks.
    pub(super) fn change_account(&self, id: &str, change: impl FnOnce(&mut Account)) -> Result<()> {
        self.shared.book.change(|book| {
            change(book.account_mut(id)?);
            Ok(())
        })
    }
}

/// Whether the account's token has ended.
pub(super) fn has_ended(account: &Account) -> bool {
    account.trouble.as_ref().is_some_and(|t| t.code.ends_token())
}

/// Whether only a person can help: the renewal failed, and the account still says why.
pub(super) fn waits_for_person(account: &Account) -> bool {
    let later = account.later.as_ref();
    later.is_some_and(|l| l.until.is_none() && l.why.is_some() && l.why == account.trouble)
}

/// An account's life, as the rules of renewal take it.
pub(super) fn life<'a>(lifetime: &'a Lifetime, record: &Account) -> due::Life<'a> {
    let issued = record.issued.unwrap_or(record.obtained);
    due::Life {
        lifetime,
        refreshes: record.refreshes,
        issued,
        renews_until: refresh::renews_until(lifetime, record.refreshes, issued, record.refresh_expires),
        // An assumed end does not count: the first renewal shows the true one.
        expires: record.expires.filter(|_| !record.life_unknown),
    }
}

/// The hosts of a provider with the server and the answers filled in. Clients and accounts are bound to them.
pub(super) fn hosts(provider: &Provider, server: Option<&Url>, answers: &TextAnswers) -> BTreeMap<String, String> {
    Values::of(provider, server, answers).hosts(provider)
}
