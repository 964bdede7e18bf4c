//! What the provider knows of a token, asked and written down: exact times, and what was really granted. And the one way in
//! which anything is asked about a kept token: with its own client, at its own hosts.

use crate::ask::Asking;
use crate::book::{self, Account, Silence};
use crate::error::{Category, Error, Intermediary, Result};
use crate::keeper::Keeper;
use crate::keeper::login::client::hosts;
use crate::keeper::scheduler::is_over;
use crate::token::Token;
use crate::vault::account_key;

/// The code of [`Error::SilentRefusals`].
const SILENT: &str = "silent-refusals";

impl Keeper {
    /// Asks the provider what it knows of an account's token, and writes it down.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn inspect(&self, account: &str) -> Result<()> {
        let record = self.desk.book.read()?.account(account)?.clone();
        let token = self.token(&record).await?;
        self.learn(&record, &token).await
    }

    /// What the provider knows of a token, written into the book: exact times, and what was really granted.
    pub(in crate::keeper) async fn learn(&self, record: &Account, token: &Token) -> Result<()> {
        let messages = &self.desk.registry.require(&record.provider)?.messages;
        if messages.inspect.is_none() && messages.granted.is_none() {
            return Ok(());
        }
        let asked = async |asking: Asking<'_>| {
            let inspection = asking.inspect(token).await?;
            // A Page's permissions are its person's.
            let granted = match record.parent {
                None => asking.granted(token).await.ok().flatten(),
                Some(_) => None,
            };
            Ok((inspection, granted))
        };
        let (inspection, granted) = match self.asking(record, asked).await {
            Err(
                error @ Error::Refused {
                    category: Category::TokenDead,
                    ..
                },
            ) => {
                let view = error.view();
                self.write_about(record, token.clone(), |a| a.trouble = Some(view)).await?;
                self.changed();
                return Err(error);
            }
            other => other?,
        };
        let wanted: Vec<String> = record.scopes.iter().chain(&record.declined).cloned().collect();
        let scopes = granted.or_else(|| inspection.as_ref().and_then(|i| i.scopes.clone()));
        self.write_about(record, token.clone(), |a| {
            if let Some(scopes) = scopes {
                a.declined = wanted.into_iter().filter(|s| !scopes.contains(s)).collect();
                a.scopes = scopes;
            }
            if let Some(known) = inspection {
                a.issued = known.issued.or(a.issued);
                a.data_access_expires = known.data_access_expires;
                if let Some(end) = known.end {
                    a.expires = end.expires();
                    a.life_unknown = false;
                }
            }
        })
        .await?;
        self.changed();
        Ok(())
    }

    /// Writes down what was said of an account's token, unless that token has been replaced meanwhile.
    pub(in crate::keeper) async fn write_about(
        &self,
        record: &Account,
        token: Token,
        change: impl FnOnce(&mut Account) + Send + 'static,
    ) -> Result<()> {
        let record = record.clone();
        self.blocking(move |keeper| {
            let _held = book::lock::account(&keeper.desk.outside.data, &record.id)?;
            let now = keeper.read_secret(record.store, &account_key(&record.id));
            let same = now.and_then(|s| Token::from_stored(&s));
            if same.is_ok_and(|t| t.access_token != token.access_token) {
                return Ok(());
            }
            keeper.change_account(&record.id, change)
        })
        .await
    }

    /// Asks something about an account's token, with its client where that is known. Refusals without a reason are counted, and
    /// told of when they go on.
    pub(in crate::keeper) async fn asking<T>(&self, record: &Account, ask: impl AsyncFnOnce(Asking<'_>) -> Result<T>) -> Result<T> {
        match self.asking_once(record, ask).await {
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
                        a.trouble = a.trouble.take().filter(|t| t.code != SILENT);
                    })
                })
                .await?;
                self.changed();
                Ok(answer)
            }
            other => other,
        }
    }

    /// Counts a refusal without a reason: the error to go on with. The account says so once they go on for long; its token is
    /// renewed and handed out all the same.
    async fn note_silence(&self, record: &Account, error: Error) -> Error {
        let Error::Intermediary { host, .. } = &error else { return error };
        let (id, now) = (record.id.clone(), self.now());
        let long = Error::SilentRefusals { host: host.clone() };
        let view = long.view();
        let noted = self.blocking(move |keeper| {
            keeper.desk.book.change(|book| {
                let account = book.account_mut(&id)?;
                let silence = Silence::and_now(account.silence, now);
                account.silence = Some(silence);
                if silence.is_long(now) && !is_over(account) {
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

    /// The same where every answer is as good as another.
    pub(in crate::keeper) async fn asking_once<T>(&self, record: &Account, ask: impl AsyncFnOnce(Asking<'_>) -> Result<T>) -> Result<T> {
        let provider = self.desk.registry.require(&record.provider)?;
        let server = self.server(record)?;
        let (book, _) = self.desk.book.look();
        let hosts = hosts(&provider, server.as_ref());
        let elsewhere = !record.hosts.is_empty() && record.hosts != hosts;
        if elsewhere || book.client(&record.client).is_ok_and(|c| c.hosts != hosts) {
            return Err(Error::HostsChanged {
                provider: provider.name.clone(),
            });
        }
        let client = match book.client(&record.client) {
            Ok(client) => Some(self.credentials(client).await?),
            Err(_) => None,
        };
        ask(Asking {
            http: &self.desk.http,
            provider: &provider,
            server: server.as_ref(),
            client: client.as_ref(),
            now: self.now(),
        })
        .await
    }

    /// Changes one account in the book. Blocks.
    pub(in crate::keeper) fn change_account(&self, id: &str, change: impl FnOnce(&mut Account)) -> Result<()> {
        self.desk.book.change(|book| {
            change(book.account_mut(id)?);
            Ok(())
        })
    }
}
