//! Who used which token: before a token is handed to a person, a program or a target, a line goes into the ledger. If the line cannot
//! be written, the token is handed out all the same, and the account says so.
//!
//! What the keeper does by itself is not recorded: renewing and revoking a token, asking whose it is and when it ends, and restoring the
//! previous one. An app's own secret and token belong to no account, and are not in the ledger.

use std::time::Duration;

use super::{Keeper, lock};
use crate::book::Account;
use crate::error::{Error, Result};
use crate::ledger::{KEPT, Line, Program, Purpose, Use};
use crate::text::escape_unseen;
use crate::token::Token;
use crate::view::{LedgerView, UnrecordedView, UseView};

/// The longest wait for the ledger, whose own patience with another process is less: a network folder may not answer at all.
const PATIENCE: Duration = Duration::from_secs(6);

impl Keeper {
    /// A use by the program that this keeper works for.
    pub(in crate::keeper) fn own_use(&self, purpose: Purpose) -> Use {
        Use::of(purpose, (self.shared.outside.program)())
    }

    /// A valid token for a use, as [`Keeper::valid_token`]. The use is recorded before the token is returned; so is a refusal.
    pub(in crate::keeper) async fn token_for(&self, account: &str, used: &Use) -> Result<Token> {
        let token = self.valid_token(account).await;
        self.record_use(account, used, token.as_ref().err()).await;
        token
    }

    /// Appends a line for a use. A failure is noted at the account and is no error.
    pub(in crate::keeper) async fn record_use(&self, account: &str, used: &Use, refused: Option<&Error>) {
        let (book, _) = self.shared.book.read_lossy();
        if !book.settings.ledger || book.account(account).is_err() {
            return;
        }
        let time = self.now();
        let line = Line {
            time,
            account: account.to_owned(),
            purpose: used.purpose,
            program: used.program.clone(),
            refused: refused.map(Error::code),
        };
        let writing = self.blocking(move |keeper| keeper.shared.ledger.append(&line));
        let error = match tokio::time::timeout(PATIENCE, writing).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_) => Error::disk(self.shared.ledger.path())(std::io::ErrorKind::TimedOut.into()),
        };
        tracing::warn!(code = %error.code(), "a use is not in the ledger");
        let unrecorded = UnrecordedView { time, why: error.view() };
        lock(&self.shared.unrecorded).insert(account.to_owned(), unrecorded.clone());
        let id = account.to_owned();
        // Other processes learn of it from the book, unless a full disk prevents that, too.
        let noted = self.blocking(move |keeper| keeper.change_account(&id, |a| a.unrecorded = Some(unrecorded)));
        if let Err(error) = noted.await {
            tracing::warn!(code = %error.code(), "nor is it noted at the account");
        }
        self.changed();
    }

    /// What an account's token was used for last, at most `most` uses, newest first.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], [`Error::Disk`], [`Error::NoLocks`].
    pub async fn last_uses(&self, account: &str, most: usize) -> Result<Vec<UseView>> {
        let account = self.shared.book.read()?.account(account)?.id.clone();
        let now = self.now();
        let lines = self
            .blocking(move |keeper| {
                keeper.prune_ledger();
                keeper.shared.ledger.last(&account, now - KEPT, most)
            })
            .await?;
        Ok(lines.into_iter().map(use_view).collect())
    }

    /// The whole ledger since a time.
    ///
    /// # Errors
    /// [`Error::Disk`], [`Error::NoLocks`].
    pub async fn uses_since(&self, since: i64) -> Result<LedgerView> {
        let now = self.now();
        let (book, _) = self.shared.book.read_lossy();
        let found = self
            .blocking(move |keeper| {
                // Counted before the damaged lines go.
                let found = keeper.shared.ledger.read(since.max(now - KEPT));
                keeper.prune_ledger();
                found
            })
            .await?;
        Ok(LedgerView {
            on: book.settings.ledger,
            uses: found.lines.into_iter().map(use_view).collect(),
            torn: found.torn,
        })
    }

    /// Removes the lines that are too old. Blocks.
    pub(in crate::keeper) fn prune_ledger(&self) {
        if let Err(error) = self.shared.ledger.prune(self.trusted_now()) {
            tracing::warn!(code = %error.code(), "old lines stay in the ledger");
        }
    }

    /// Removes an account's lines, because it is deleted. Blocks.
    pub(in crate::keeper) fn forget_uses(&self, account: &str) {
        lock(&self.shared.unrecorded).remove(account);
        if let Err(error) = self.shared.ledger.forget(account, self.now()) {
            tracing::warn!(code = %error.code(), "the uses of a deleted account stay in the ledger");
        }
    }

    /// The last use that could not be recorded.
    pub(in crate::keeper) fn unrecorded(&self, account: &Account) -> Option<UnrecordedView> {
        let here = lock(&self.shared.unrecorded).get(&account.id).cloned();
        let last = here.or_else(|| account.unrecorded.clone());
        last.filter(|unrecorded| unrecorded.time >= self.now() - KEPT)
    }
}

fn use_view(line: Line) -> UseView {
    let shown = |text: Option<String>| text.map(|text| escape_unseen(&text));
    let (name, interpreter, parent, folder) = match line.program {
        Some(Program {
            name,
            interpreter,
            parent,
            folder,
            ..
        }) => (Some(name), interpreter, parent, folder),
        None => (None, None, None, None),
    };
    UseView {
        time: line.time,
        account: line.account,
        purpose: line.purpose,
        program: shown(name),
        interpreter: shown(interpreter),
        parent: shown(parent),
        folder: shown(folder),
        refused: line.refused,
    }
}
