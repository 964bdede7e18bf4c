//! The renewal of a token: because a person asks for it, because something uses the token, or because it is due. An account is
//! renewed in a single flight, across threads and processes: lock, read again, decide, write the intent, send, store, unlock.
//!
//! `clock` which time renewals go by · `changes` when an account has another token · `issue` by the client's keys ·
//! `identity` whose token it is · `inspect` its exact times and scopes · `reconcile` where book and store disagree · `superseded`
//! where a login ends the login before · `rollback` back to the predecessor · `reminders` of logins that only a person can do.

pub(super) mod changes;
pub(super) mod clock;
pub(super) mod identity;
pub(super) mod inspect;
mod issue;
pub(super) mod reconcile;
pub(super) mod reminders;
pub(super) mod rollback;
pub(super) mod superseded;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::book::{self, Account, Intent, Later};
use crate::error::{Category, Code, Error, Result};
use crate::keeper::record::{has_ended, life, waits_for_person};
use crate::keeper::renewal::reconcile::{describe, is_of_another, is_unfinished};
use crate::keeper::renewal::rollback::kept;
use crate::keeper::renewal::superseded::with_doubt;
use crate::keeper::{Keeper, lock};
use crate::provider::{Lifetime, Renewal};
use crate::refresh::{self, Renewed, due};
use crate::token::{DAY, Token};
use crate::vault::{account_key, previous_key};
use crate::view::StoreState;

/// How long to wait after a platform has answered with the same token, in seconds.
const SAME_TOKEN: i64 = 60;

/// Why a token is renewed. It decides whether the renewal is still needed once the account is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A person asks for it. A token that renews on demand is renewed only if it expires soon.
    Asked,
    /// A person asks for it, whether or not the token needs it yet.
    Anyway,
    /// Something is about to use the token. It is renewed only if it has expired or is about to.
    Used,
    /// The token is due, or a renewal of it was cut off.
    Due,
}

/// The locks of accounts within this process, by their ids.
pub(in crate::keeper) type AccountLocks = BTreeMap<String, Arc<tokio::sync::Mutex<()>>>;

/// As long as this is held, no thread and no process renews or deletes the account.
pub(in crate::keeper) struct AccountLock {
    _process: tokio::sync::OwnedMutexGuard<()>,
    _file: book::lock::Held,
}

impl Keeper {
    /// Renews an account's token in a task of its own, if that needs no person: the caller may stop waiting, but what was spent
    /// must be stored.
    ///
    /// # Errors
    /// Those of [`refresh::renew`]: the token is as good as before. [`Error::RenewalNotNeeded`], but not for [`Reason::Anyway`].
    /// [`Error::Interrupted`]: it was spent, and the answer was lost.
    pub async fn renew(&self, account: &str, reason: Reason) -> Result<()> {
        let (keeper, account) = (self.clone(), account.to_owned());
        let task = tokio::spawn(async move {
            let _busy = keeper.busy();
            keeper.renew_single_flight(&account, reason).await
        });
        task.await.unwrap_or_else(|e| Err(Error::Internal { detail: e.to_string() }))
    }

    /// An account's token, valid for at least as long as the provider's file demands. A token that renews on demand is renewed
    /// first if it has expired or nearly so. A dead token is never the answer.
    ///
    /// # Errors
    /// Why it could not be renewed; [`Error::TokenExpired`], "token dead" and [`Error::Interrupted`] where only a new login
    /// helps; [`Error::OnHold`], [`Error::PracticeOver`], [`Error::SecretMissing`], the store's.
    pub(in crate::keeper) async fn valid_token(&self, account: &str) -> Result<Token> {
        let mut record = self.shared.book.read()?.account(account)?.clone();
        if record.on_hold {
            return Err(Error::OnHold);
        }
        if self.is_practice_over(&record) {
            return Err(Error::PracticeOver);
        }
        let lifetime = self.lifetime(&record)?;
        let mut token = self.checked_token(&record).await?;
        if record.refreshes != token.refresh_token.is_some() {
            // A book of version 2 did not note refresh tokens.
            let id = record.id.clone();
            let refreshes = token.refresh_token.is_some();
            self.blocking(move |keeper| keeper.change_account(&id, |a| a.refreshes = refreshes))
                .await?;
            record.refreshes = refreshes;
        }
        if is_of_another(&record, &token) {
            let _lock = self.lock_account(account).await?;
            record = self.shared.book.read()?.account(account)?.clone();
            token = self.token(&record).await?;
            record = self.reconcile(record, &token).await?;
        }
        refuse_dead(&record, &lifetime)?;
        if self.must_renew(&record, &token, &lifetime) {
            let result = self.renew(account, Reason::Used).await;
            record = self.shared.book.read()?.account(account)?.clone();
            match result {
                // The old token is still valid, unless the request may have reached the server.
                Err(error)
                    if record.doubted.is_some()
                        || is_unfinished(&record, &token)
                        || has_ended_early(&record, &lifetime)
                        || record.expires.is_none_or(|end| end <= self.now()) =>
                {
                    return Err(error);
                }
                Err(error) => tracing::info!(code = %error.code(), "not renewed, but still valid"),
                Ok(()) => token = self.token(&record).await?,
            }
            refuse_dead(&record, &lifetime)?;
        }
        // The book may be older than this token. An assumed end does not count.
        let end = match record.refreshes || lifetime.renews_on_demand(record.refreshes) {
            true => token.expires,
            false => record.expires,
        };
        if !record.life_unknown && end.is_some_and(|end| end <= self.now()) {
            return Err(Error::TokenExpired);
        }
        Ok(token)
    }

    /// Whether a token must be renewed before it is used: it has expired or nearly so, it is in doubt, a renewal of it was cut off,
    /// or the platform has ended it and issues another one.
    fn must_renew(&self, record: &Account, token: &Token, lifetime: &Lifetime) -> bool {
        record.doubted.is_some()
            || is_unfinished(record, token)
            || has_ended_early(record, lifetime)
            || refresh::is_due(lifetime, token, self.now())
    }

    /// Locks an account: within this process without blocking a thread, and then across processes.
    pub(in crate::keeper) async fn lock_account(&self, account: &str) -> Result<AccountLock> {
        // Only an account's id may become the name of a lock file.
        let id = self.shared.book.read()?.account(account)?.id.clone();
        let process = lock(&self.shared.account_locks).entry(id.clone()).or_default().clone();
        let process = process.lock_owned().await;
        let data = self.shared.outside.data.clone();
        let file = self.blocking(move |_| book::lock::account(&data, &id)).await?;
        Ok(AccountLock {
            _process: process,
            _file: file,
        })
    }

    /// Renews an account under its lock, if it is still needed once the lock is held.
    async fn renew_single_flight(&self, account: &str, reason: Reason) -> Result<()> {
        let before = self.shared.book.read()?.account(account)?.clone();
        let account_lock = self.lock_account(account).await?;
        // Read again under the lock: another thread or process may have renewed it just now.
        let record = self.shared.book.read()?.account(account)?.clone();
        match &record {
            Account { on_hold: true, .. } => return Err(Error::OnHold),
            Account { paused: true, .. } => return Err(Error::Paused),
            _ => {}
        }
        let token = self.token(&record).await?;
        let record = self.reconcile(record, &token).await?;
        let lifetime = self.lifetime(&record)?;
        let needed = match reason {
            Reason::Asked | Reason::Anyway => record.issued == before.issued || record.doubted.is_some() || is_unfinished(&record, &token),
            Reason::Used => self.must_renew(&record, &token, &lifetime),
            // What renews on demand is renewed ahead of its use only where deliveries read it.
            Reason::Due if self.shared.book.read()?.delivers(account) && self.must_renew(&record, &token, &lifetime) => true,
            Reason::Due => is_unfinished(&record, &token) || due::is_due(&life(&lifetime, &record), self.now()),
        };
        if !needed {
            return Ok(());
        }
        if lifetime.renewal == Renewal::RefreshToken {
            refuse_dead(&record, &lifetime)?;
        }
        let asked = matches!(reason, Reason::Asked | Reason::Anyway);
        if lifetime.reissues && !asked && waits_for_person(&record) && !has_ended(&record) {
            return Err(self.failed_before(&record));
        }
        let token = with_doubt(&record, token, self.now());
        let result = match lifetime.renewal {
            Renewal::RefreshToken => match self.spend_refresh_token(&record, &token, &lifetime, reason).await {
                Err(error) if lifetime.reissues && error.code().is_final() => self.issue_instead(&record, &token, error, asked).await,
                other => other,
            },
            Renewal::Issue => self.issue_again(&record, &token, &lifetime, reason).await,
            _ => {
                self.ask_provider(&record, async |asking| refresh::renew(&asking, &token).await)
                    .await
            }
        };
        match result {
            Ok(renewed) => {
                let successor = renewed.token.clone();
                let is_new = successor.generation != token.generation;
                self.keep_renewed(&record, token, renewed, &lifetime).await?;
                drop(account_lock);
                if is_new {
                    self.token_changed(&record.id);
                }
                // Its scopes may have changed, too, and until when the person's data may be read.
                if let Err(error) = self.inspect_token(&record, &successor).await {
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

    /// Spends a refresh token (RFC 6749 §6). The intent is on disk before the request is sent. After a lost answer the same
    /// request is sent again, because nothing shows whether the server has spent the token (docs/facts/x.md#rotation).
    async fn spend_refresh_token(&self, record: &Account, token: &Token, lifetime: &Lifetime, reason: Reason) -> Result<Renewed> {
        refresh::may_renew(lifetime, token, self.now())?;
        if reason != Reason::Anyway && !has_ended_early(record, lifetime) {
            refresh::is_needed(&*self.shared.registry.require(&record.provider)?, token, self.now())?;
        }
        self.require_store(record).await?;
        let send = async || self.ask_provider(record, async |asking| refresh::renew(&asking, token).await).await;
        let intent = Intent {
            generation: token.generation,
            time: self.now(),
        };
        // A renewal that is cut off may have spent the token.
        let mut perhaps_spent = is_unfinished(record, token);
        self.set_intent(&record.id, Some(intent)).await?;
        let mut result = send().await;
        if result.as_ref().is_err_and(Error::may_have_arrived) {
            perhaps_spent = true;
            result = send().await;
        }
        let error = match result {
            Ok(renewed) => return Ok(renewed),
            Err(error) => error,
        };
        if error.may_have_arrived() {
            // The intent stays: the next use or sweep tries again.
            return Err(error);
        }
        if !refresh::is_dead(&error, perhaps_spent) {
            // A clear refusal spends nothing. About an earlier attempt it says nothing.
            if !perhaps_spent {
                self.set_intent(&record.id, None).await?;
            }
            return Err(error);
        }
        // Read again before it is called dead: an older version of this program does not use the locks.
        let stored = self.token(record).await?;
        if stored.access_token != token.access_token {
            return Ok(Renewed {
                token: stored,
                doubt: None,
            });
        }
        // `note_failure` clears the intent and writes the trouble in one step.
        Err(if perhaps_spent { Error::Interrupted } else { error })
    }

    /// Checks that the account's store can take the successor, before anything is spent.
    async fn require_store(&self, record: &Account) -> Result<()> {
        let kind = record.store;
        let state = self.blocking(move |keeper| Ok(keeper.shared.store.state(kind))).await?;
        match (state, kind) {
            (StoreState::Ready, _) => Ok(()),
            (StoreState::Locked, crate::view::StoreKind::SealedFile) => Err(Error::PassphraseNeeded),
            (StoreState::Locked, _) => Err(Error::KeychainLocked),
            (StoreState::Missing, _) => Err(Error::KeychainMissing),
            (StoreState::Silent, _) => Err(Error::KeychainSilent),
        }
    }

    /// Stores a successor in the place of its predecessor, and describes it in the book.
    async fn keep_renewed(&self, record: &Account, token: Token, renewed: Renewed, lifetime: &Lifetime) -> Result<()> {
        let Renewed { token: successor, doubt } = renewed;
        // An answer that did not come from the API is no trouble of the token.
        let (now, trouble) = (self.now(), doubt.as_ref().filter(|e| !e.is_in_between()).map(Error::view));
        let lives = kept(lifetime).is_some();
        // Without the question whose token it is, nothing is verified now.
        let asks = matches!(lifetime.renewal, Renewal::Itself | Renewal::Exchange) && !lifetime.identity_costs;
        let asked = asks && doubt.is_none();
        // The same token again: not asked for at once.
        let later = (successor.generation == token.generation).then_some(Later {
            until: Some(now.saturating_add(SAME_TOKEN)),
            tries: 0,
            why: None,
        });
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
                a.later = later;
                a.told = None;
                // A doubt that a login has cast since then stays.
                a.doubted = a.doubted.take().filter(|by| doubted.as_ref() != Some(by));
                // The intent stays while the token is in memory only: if the program dies now, the account can say why its token
                // is dead.
                a.renewing = a.renewing.filter(|_| !stored);
                a.verified = if asked { Some(now) } else { a.verified };
                a.trouble = trouble;
            })
        })
        .await?;
        self.watch_store();
        Ok(())
    }

    /// Writes down a failure that only a person can resolve. Any other renewal is tried again.
    async fn note_failure(&self, record: &Account, token: &Token, lifetime: &Lifetime, error: &Error) -> Result<()> {
        let lead = i64::from(lifetime.lead_days) * DAY;
        // While weeks are left, a refusal to extend is no trouble.
        let near = token.expires.is_some_and(|end| end <= self.now() + lead);
        let trouble = match error {
            Error::Interrupted => true,
            Error::Refused {
                category: Category::TokenDead,
                ..
            } => lifetime.renewal == Renewal::RefreshToken,
            Error::Refused {
                category: Category::ClientAuth,
                ..
            } => lifetime.is_issued_again(),
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
}

/// Whether the platform has ended a token that it issues again.
fn has_ended_early(record: &Account, lifetime: &Lifetime) -> bool {
    lifetime.is_issued_again() && has_ended(record)
}

/// Refuses an account whose token only a new login replaces, without asking the provider again.
fn refuse_dead(record: &Account, lifetime: &Lifetime) -> Result<()> {
    if lifetime.is_issued_again() {
        return Ok(());
    }
    match record.trouble.as_ref().map(|t| t.code) {
        Some(Code::Interrupted) => Err(Error::Interrupted),
        Some(Code::TokenDead) => Err(Error::dead_token()),
        _ => Ok(()),
    }
}
