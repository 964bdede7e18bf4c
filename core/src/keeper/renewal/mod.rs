//! A token's life: renewed when a person wants it, when somebody needs the token, or so that its refresh token does not age
//! out. One flight an account, across threads and processes: lock, read again, decide, write the intent, send, store,
//! release. When to look by itself is another story.

pub(super) mod clock;
pub(super) mod inspect;
pub(super) mod reconcile;
pub(super) mod reminders;
pub(super) mod rollback;
pub(super) mod superseded;

use std::sync::Arc;

use crate::book::lock::Held;
use crate::book::{self, Account, Intent};
use crate::error::{Category, Code, Error, Result};
use crate::keeper::renewal::reconcile::{describe, is_of_another, is_unfinished};
use crate::keeper::renewal::superseded::seen;
use crate::keeper::{Keeper, lock};
use crate::provider::{Lifetime, Predecessor, Renewal};
use crate::refresh::{self, Renewed, due};
use crate::token::Token;
use crate::vault::{account_key, previous_key};
use crate::view::StoreState;

const DAY: i64 = 86_400;

/// Why a token is to be renewed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// A person pressed the button.
    Asked,
    /// A person wants it although the token is still good.
    Anyway,
    /// Somebody needs the token, and it is over or nearly.
    Needed,
    /// It is due by itself.
    Due,
}

/// An account that nobody else changes meanwhile.
pub(in crate::keeper) struct Alone {
    _flight: tokio::sync::OwnedMutexGuard<()>,
    _file: Held,
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

    /// As [`Keeper::renew`], also for a token that renews by a refresh token and need not yet.
    ///
    /// # Errors
    /// Those of [`Keeper::renew`] but [`Error::RenewalNotNeeded`].
    pub async fn renew_anyway(&self, account: &str) -> Result<()> {
        self.fly(account, Reason::Anyway).await
    }

    /// An account's token, good for at least as long as the provider's file asks: one that renews by a refresh token is
    /// renewed first where it is over or nearly. A dead one is never handed out.
    ///
    /// # Errors
    /// Why it could not be renewed; [`Error::TokenExpired`], "token dead" and [`Error::Interrupted`] for one that only a
    /// new login replaces; [`Error::SecretMissing`], the store's.
    pub(in crate::keeper) async fn fresh(&self, account: &str) -> Result<Token> {
        let mut record = self.desk.book.read()?.account(account)?.clone();
        let lifetime = self.lifetime(&record)?;
        let mut token = self.found(&record).await?;
        if record.refreshes != token.refresh_token.is_some() {
            // A book of version 2 knew of no refresh tokens.
            let id = record.id.clone();
            let refreshes = token.refresh_token.is_some();
            self.blocking(move |keeper| keeper.change_account(&id, |a| a.refreshes = refreshes))
                .await?;
            record.refreshes = refreshes;
        }
        if is_of_another(&record, &token) {
            let _alone = self.alone(account).await?;
            record = self.desk.book.read()?.account(account)?.clone();
            token = self.token(&record).await?;
            record = self.heal(record, &token).await?;
        }
        over(&record)?;
        if self.is_wanting(&record, &token, &lifetime) {
            let result = self.fly(account, Reason::Needed).await;
            record = self.desk.book.read()?.account(account)?.clone();
            match result {
                // What is left of it is better than nothing, unless the request may have reached the server.
                Err(error)
                    if record.doubted.is_some() || is_unfinished(&record, &token) || record.expires.is_none_or(|end| end <= self.now()) =>
                {
                    return Err(error);
                }
                Err(error) => tracing::info!(code = %error.code(), "not renewed, but still good"),
                Ok(()) => token = self.token(&record).await?,
            }
            over(&record)?;
        }
        // The book may be older than the token in hand. Of an end that was only assumed nobody knows.
        let end = if record.refreshes { token.expires } else { record.expires };
        if !record.life_unknown && end.is_some_and(|end| end <= self.now()) {
            return Err(Error::TokenExpired);
        }
        Ok(token)
    }

    /// Whether a token must be renewed before anybody uses it: it is over or nearly, nobody knows whether it is, or a renewal
    /// of it was cut off.
    fn is_wanting(&self, record: &Account, token: &Token, lifetime: &Lifetime) -> bool {
        record.doubted.is_some() || is_unfinished(record, token) || refresh::is_due(lifetime, token, self.now())
    }

    /// Renews an account's token because it is due by itself, or because a renewal of it was cut off.
    pub(in crate::keeper) async fn renew_due(&self, account: &str) -> Result<()> {
        self.fly(account, Reason::Due).await
    }

    /// Takes an account for oneself: in this process without blocking a thread, and then across processes.
    pub(in crate::keeper) async fn alone(&self, account: &str) -> Result<Alone> {
        // An id that is none becomes no lock file.
        let id = self.desk.book.read()?.account(account)?.id.clone();
        let flight = lock(&self.desk.flights).entry(id.clone()).or_default().clone();
        let flight = flight.lock_owned().await;
        let data = self.desk.outside.data.clone();
        let file = self.blocking(move |_| book::lock::account(&data, &id)).await?;
        Ok(Alone {
            _flight: flight,
            _file: file,
        })
    }

    /// One flight, in a task of its own: whoever asked for it may stop waiting, but what is spent must be stored.
    async fn fly(&self, account: &str, reason: Reason) -> Result<()> {
        let (keeper, account) = (self.clone(), account.to_owned());
        let task = tokio::spawn(async move {
            let _busy = keeper.busy();
            keeper.flight(&account, reason).await
        });
        task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }))
    }

    async fn flight(&self, account: &str, reason: Reason) -> Result<()> {
        let before = self.desk.book.read()?.account(account)?.clone();
        let alone = self.alone(account).await?;
        // Read under the lock: another flight, here or in another process, may have done it just now.
        let record = self.desk.book.read()?.account(account)?.clone();
        if record.paused {
            return Err(Error::Paused);
        }
        let token = self.token(&record).await?;
        let record = self.heal(record, &token).await?;
        let lifetime = self.lifetime(&record)?;
        let needed = match reason {
            Reason::Asked | Reason::Anyway => record.issued == before.issued || record.doubted.is_some() || is_unfinished(&record, &token),
            Reason::Needed => self.is_wanting(&record, &token, &lifetime),
            // A pair that rotates is renewed for whoever reads it all the time, and for nobody else.
            Reason::Due if self.desk.book.read()?.delivers(account) && self.is_wanting(&record, &token, &lifetime) => true,
            Reason::Due => is_unfinished(&record, &token) || due::is_due(&life(&lifetime, &record), self.now()),
        };
        if !needed {
            return Ok(());
        }
        if lifetime.renewal == Renewal::RefreshToken {
            over(&record)?;
        }
        let token = seen(&record, token, self.now());
        let result = match lifetime.renewal {
            Renewal::RefreshToken => self.rotate(&record, &token, &lifetime, reason).await,
            _ => self.asking(&record, async |asking| refresh::renew(&asking, &token).await).await,
        };
        match result {
            Ok(renewed) => {
                let successor = renewed.token.clone();
                self.keep_renewed(&record, token, renewed, &lifetime).await?;
                drop(alone);
                self.deliver_soon(&record.id);
                // What else has changed with it: what it may do, and until when the person's data may be read.
                if let Err(error) = self.learn(&record, &successor).await {
                    tracing::info!(code = %error.code(), "the successor's life is not known yet");
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
    /// same is sent once more, because nobody can know whether the server has done it (docs/facts/x.md#rotation).
    async fn rotate(&self, record: &Account, token: &Token, lifetime: &Lifetime, reason: Reason) -> Result<Renewed> {
        refresh::may_renew(lifetime, token, self.now())?;
        if reason != Reason::Anyway {
            refresh::is_needed(&*self.desk.registry.require(&record.provider)?, token, self.now())?;
        }
        self.need_store(record).await?;
        let send = async || self.asking(record, async |asking| refresh::renew(&asking, token).await).await;
        let intent = Intent {
            generation: token.generation,
            time: self.now(),
        };
        // One that was cut off before, or is cut off now, may have been spent.
        let mut perhaps_spent = is_unfinished(record, token);
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
        if !refresh::is_dead(&error, perhaps_spent) {
            // A clear no spends nothing; of an earlier attempt it says nothing.
            if !perhaps_spent {
                self.set_intent(&record.id, None).await?;
            }
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
        // Intent and trouble are written in one step, by `note_failure`.
        Err(if perhaps_spent { Error::Interrupted } else { error })
    }

    /// The store where the account lies must be able to take its successor, before anything is spent.
    async fn need_store(&self, record: &Account) -> Result<()> {
        let kind = record.store;
        let state = self.blocking(move |keeper| Ok(keeper.desk.store.state(kind))).await?;
        match (state, kind) {
            (StoreState::Ready, _) => Ok(()),
            (StoreState::Locked, crate::view::StoreKind::SealedFile) => Err(Error::PassphraseNeeded),
            (StoreState::Locked, _) => Err(Error::KeychainLocked),
            (StoreState::Missing, _) => Err(Error::KeychainMissing),
            (StoreState::Silent, _) => Err(Error::KeychainSilent),
        }
    }

    /// Stores a successor where its predecessor lay, and writes down what is known of it.
    async fn keep_renewed(&self, record: &Account, token: Token, renewed: Renewed, lifetime: &Lifetime) -> Result<()> {
        let Renewed { token: successor, doubt } = renewed;
        // Whose it is nobody of the API's has said: that is no trouble of the token's.
        let (now, trouble) = (self.now(), doubt.as_ref().filter(|e| !e.is_in_between()).map(Error::view));
        let lives = lifetime.predecessor == Predecessor::Lives;
        // Where nobody was asked whose it is, nobody has verified it now.
        let asked = lifetime.renewal != Renewal::RefreshToken && !lifetime.identity_costs && doubt.is_none();
        let (id, kind, doubted) = (record.id.clone(), record.store, record.doubted.clone());
        self.blocking(move |keeper| {
            if lives {
                keeper.keep_secret_in(kind, &previous_key(&id), &token.to_stored())?;
            }
            let (store, stored) = keeper.keep_secret_in(kind, &account_key(&id), &successor.to_stored())?;
            keeper.change_account(&id, |a| {
                a.store = store;
                describe(a, &successor);
                a.renewed = Some(now);
                a.later = None;
                a.told = None;
                // A login since then leaves a doubt of its own.
                a.doubted = a.doubted.take().filter(|by| doubted.as_ref() != Some(by));
                // In memory only is not kept: should the program die now, the account says why its token is dead.
                a.renewing = a.renewing.filter(|_| !stored);
                a.verified = if asked { Some(now) } else { a.verified };
                a.trouble = trouble;
            })
        })
        .await?;
        self.watch_store();
        Ok(())
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
            self.blocking(move |keeper| {
                keeper.change_account(&id, |a| {
                    a.renewing = None;
                    a.trouble = Some(view);
                })
            })
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

    pub(in crate::keeper) fn lifetime(&self, record: &Account) -> Result<Lifetime> {
        Ok(self.desk.registry.require(&record.provider)?.lifetime.clone())
    }
}

/// An account whose token only a new login replaces says so; nobody is asked again.
fn over(record: &Account) -> Result<()> {
    match record.trouble.as_ref().map(|t| t.code) {
        Some(Code::Interrupted) => Err(Error::Interrupted),
        Some(Code::TokenDead) => Err(Error::dead_token()),
        _ => Ok(()),
    }
}

/// What the rules of renewal go by.
pub(in crate::keeper) fn life<'a>(lifetime: &'a Lifetime, record: &Account) -> due::Life<'a> {
    due::Life {
        lifetime,
        refreshes: record.refreshes,
        issued: record.issued.unwrap_or(record.obtained),
        // An end that was only assumed is none to wait for: the first renewal tells the true one.
        expires: record.expires.filter(|_| !record.life_unknown),
    }
}

/// The flights of this process, an account each: who waits here blocks no thread.
pub(in crate::keeper) type Flights = std::collections::BTreeMap<String, Arc<tokio::sync::Mutex<()>>>;
