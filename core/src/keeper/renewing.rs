//! A token's life: renewed when a person wants it, when somebody needs the token, or so that its refresh token does not age
//! out. One flight an account, across threads and processes: lock, read again, decide, write the intent, send, store,
//! release. When to look by itself is another story.

use std::sync::Arc;

use super::{Keeper, lock};
use crate::book::{self, Account, Intent};
use crate::error::{Category, Error, Result};
use crate::provider::{Lifetime, Predecessor, Renewal};
use crate::refresh::{self, Renewed};
use crate::token::Token;
use crate::vault::{account_key, previous_key};

const DAY: i64 = 86_400;

/// Why a token is to be renewed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// A person pressed the button.
    Asked,
    /// Somebody needs the token, and it is over or nearly.
    Needed,
    /// A renewal was cut off, or the refresh token is getting old.
    Start,
}

impl Keeper {
    /// Renews an account's token now, where that needs no person. Where the predecessor lives on it stays until its
    /// successor has been asked whose it is.
    ///
    /// # Errors
    /// Those of [`refresh::renew`]: the token that was there is untouched, unless it was spent and the answer was lost:
    /// [`Error::Interrupted`].
    pub async fn renew(&self, account: &str) -> Result<()> {
        self.fly(account, Reason::Asked).await
    }

    /// An account's token, good for at least as long as the provider's file asks: one that renews by a refresh token is
    /// renewed first where it is over or nearly. A dead one is never handed out.
    ///
    /// # Errors
    /// Why it could not be renewed; [`Error::TokenExpired`], "token dead" and [`Error::Interrupted`] for one that only a
    /// new login replaces; [`Error::SecretMissing`], the store's.
    pub(super) async fn fresh(&self, account: &str) -> Result<Token> {
        let mut record = self.desk.book.read()?.account(account)?.clone();
        let lifetime = self.lifetime(&record)?;
        let now = self.now();
        if refresh::is_due(&lifetime, record.refreshes, record.expires, now) {
            match self.fly(account, Reason::Needed).await {
                Ok(()) => record = self.desk.book.read()?.account(account)?.clone(),
                // What is left of it is better than nothing.
                Err(error) if record.expires.is_none_or(|end| end <= now) => return Err(error),
                Err(error) => tracing::info!(code = error.code(), "not renewed, but still good"),
            }
        }
        match record.trouble.as_ref().map(|t| t.code.as_str()) {
            Some("interrupted") => return Err(Error::Interrupted),
            Some("token-dead") => return Err(Error::dead_token()),
            _ => {}
        }
        // Of an end that was only assumed nobody knows.
        if !record.life_unknown && record.expires.is_some_and(|end| end <= now) {
            return Err(Error::TokenExpired);
        }
        self.token(&record).await
    }

    /// What a start has to do: ends renewals that were cut off, and keeps refresh tokens from ageing out. Failures stand at
    /// their accounts.
    pub async fn catch_up(&self) {
        let (book, _) = self.desk.book.look();
        for account in &book.accounts {
            let Ok(lifetime) = self.lifetime(account) else { continue };
            let issued = account.issued.unwrap_or(account.obtained);
            let old = account.trouble.is_none() && refresh::is_keep_alive_due(&lifetime, account.refreshes, issued, self.now());
            if (account.renewing.is_some() || old)
                && let Err(error) = self.fly(&account.id, Reason::Start).await
            {
                tracing::info!(code = error.code(), "not caught up");
            }
        }
    }

    /// One flight.
    async fn fly(&self, account: &str, reason: Reason) -> Result<()> {
        // An id that is none becomes no lock file.
        let before = self.desk.book.read()?.account(account)?.clone();
        let flight = lock(&self.desk.flights).entry(before.id.clone()).or_default().clone();
        let _alone = flight.lock().await;
        let (data, id) = (self.desk.outside.data.clone(), before.id.clone());
        let held = self.blocking(move |_| book::lock::account(&data, &id)).await?;
        // Read under the lock: another flight, here or in another process, may have done it just now.
        let record = self.desk.book.read()?.account(account)?.clone();
        let token = self.token(&record).await?;
        let record = self.heal(record, &token).await?;
        let lifetime = self.lifetime(&record)?;
        let now = self.now();
        let needed = match reason {
            Reason::Asked => record.issued == before.issued || record.renewing.is_some(),
            Reason::Needed => refresh::is_due(&lifetime, record.refreshes, token.expires, now),
            Reason::Start => record.renewing.is_some() || refresh::is_keep_alive_due(&lifetime, record.refreshes, token.issued, now),
        };
        if !needed {
            return Ok(());
        }
        if record.trouble.as_ref().is_some_and(|t| t.code == "interrupted") {
            return Err(Error::Interrupted);
        }
        let result = match lifetime.renewal {
            Renewal::RefreshToken => self.rotate(&record, &token).await,
            _ => self.asking(&record, async |asking| refresh::renew(&asking, &token).await).await,
        };
        match result {
            Ok(renewed) => {
                let successor = renewed.token.clone();
                self.keep_renewed(&record, token, renewed, &lifetime).await?;
                drop(held);
                // What else has changed with it: what it may do, and until when the person's data may be read.
                if let Err(error) = self.learn(&record, &successor).await {
                    tracing::info!(code = error.code(), "the successor's life is not known yet");
                }
                self.changed();
                Ok(())
            }
            Err(error) => {
                self.note_failure(&record, &token, &lifetime, &error).await?;
                Err(error)
            }
        }
    }

    /// Spends a refresh token (RFC 6749 §6). The intent is on disk before the request is sent. Where the answer is lost the
    /// same is sent once more, because nobody can know whether the server has done it (providers.md §4.2).
    async fn rotate(&self, record: &Account, token: &Token) -> Result<Renewed> {
        let send = async || self.asking(record, async |asking| refresh::renew(&asking, token).await).await;
        let intent = Intent {
            generation: token.generation,
            time: self.now(),
        };
        // One that was cut off before, or is cut off now, may have been spent.
        let mut perhaps_spent = record.renewing.is_some();
        self.set_intent(&record.id, Some(intent)).await?;
        let mut result = send().await;
        if result.as_ref().is_err_and(refresh::may_have_arrived) {
            perhaps_spent = true;
            result = send().await;
        }
        let error = match result {
            Ok(renewed) => return Ok(renewed),
            Err(error) => error,
        };
        if refresh::may_have_arrived(&error) {
            // The intent stays: whoever comes next tries it again.
            return Err(error);
        }
        let dead = matches!(
            error,
            Error::Refused {
                category: Category::TokenDead,
                ..
            }
        );
        if !dead && perhaps_spent {
            return Err(error);
        }
        self.set_intent(&record.id, None).await?;
        if !dead {
            return Err(error);
        }
        // Before it is called dead the store is read again: an older version of this program knows no locks of ours.
        let stored = self.token(record).await?;
        if stored.access_token != token.access_token {
            return Ok(Renewed {
                token: stored,
                doubt: None,
            });
        }
        Err(if perhaps_spent { Error::Interrupted } else { error })
    }

    /// Stores a successor, and writes down what is known of it.
    async fn keep_renewed(&self, record: &Account, token: Token, renewed: Renewed, lifetime: &Lifetime) -> Result<()> {
        let Renewed { token: successor, doubt } = renewed;
        let (now, doubt) = (self.now(), doubt.map(|e| e.view()));
        let lives = lifetime.predecessor == Predecessor::Lives;
        // Where nobody was asked whose it is, nobody has verified it now.
        let asked = lifetime.renewal != Renewal::RefreshToken && !lifetime.identity_costs;
        let id = record.id.clone();
        self.blocking(move |keeper| {
            if lives {
                keeper.keep_secret(&previous_key(&id), &token.to_stored())?;
            }
            let (store, stored) = keeper.keep_secret(&account_key(&id), &successor.to_stored())?;
            keeper.change_account(&id, |a| {
                a.store = store;
                a.issued = Some(successor.issued);
                a.expires = successor.expires;
                a.refreshes = successor.refresh_token.is_some();
                a.life_unknown = false;
                // In memory only is not kept: should the program die now, the account says why its token is dead.
                a.renewing = a.renewing.filter(|_| !stored);
                a.verified = if asked && doubt.is_none() { Some(now) } else { a.verified };
                a.trouble = doubt;
            })
        })
        .await?;
        self.watch_store();
        Ok(())
    }

    /// A pair that was stored, and of which the book did not hear any more: the vault is the truth.
    async fn heal(&self, record: Account, token: &Token) -> Result<Account> {
        if record.renewing.is_none_or(|intent| token.generation <= intent.generation) {
            return Ok(record);
        }
        let (id, token) = (record.id.clone(), token.clone());
        self.blocking(move |keeper| {
            keeper.change_account(&id, |a| {
                a.renewing = None;
                a.issued = Some(token.issued);
                a.expires = token.expires;
                a.refreshes = token.refresh_token.is_some();
                a.trouble = None;
            })
        })
        .await?;
        self.changed();
        Ok(self.desk.book.read()?.account(&record.id)?.clone())
    }

    /// Writes down a failure that only a person can mend. Whatever else failed will be tried again.
    async fn note_failure(&self, record: &Account, token: &Token, lifetime: &Lifetime, error: &Error) -> Result<()> {
        let lead = i64::from(lifetime.lead_days) * DAY;
        // With weeks left a refusal to extend is no trouble yet.
        let near = token.expires.is_some_and(|end| end <= self.now() + lead);
        let trouble = match error {
            Error::Interrupted => true,
            Error::Refused {
                category: Category::TokenDead,
                ..
            } => lifetime.renewal == Renewal::RefreshToken,
            Error::NotExtended | Error::TokenExpired => near,
            _ => false,
        };
        if trouble {
            let (id, view) = (record.id.clone(), error.view());
            self.blocking(move |keeper| keeper.change_account(&id, |a| a.trouble = Some(view)))
                .await?;
            self.changed();
        }
        Ok(())
    }

    async fn set_intent(&self, account: &str, intent: Option<Intent>) -> Result<()> {
        let id = account.to_owned();
        self.blocking(move |keeper| keeper.change_account(&id, |a| a.renewing = intent))
            .await
    }

    fn lifetime(&self, record: &Account) -> Result<Lifetime> {
        Ok(self.desk.registry.require(&record.provider)?.lifetime.clone())
    }
}

/// The flights of this process, an account each: who waits here blocks no thread.
pub(super) type Flights = std::collections::BTreeMap<String, Arc<tokio::sync::Mutex<()>>>;
