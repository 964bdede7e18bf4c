//! Import of a sealed file from another computer. Of two tokens of one account the better one is kept. Nothing is asked or run.

use std::collections::BTreeMap;

use url::Url;

use crate::book::{self, Account, Client};
use crate::error::{Error, Result};
use crate::keeper::record::hosts;
use crate::keeper::transfer::bundle::{Contents, contents};
use crate::keeper::transfer::left_out;
use crate::keeper::{Keeper, new_id};
use crate::provider::{GrantType, Provider};
use crate::token::{Secret, Token};
use crate::vault::{account_key, age_file, client_key, previous_key};
use crate::view::{ImportOutcome, ImportedView, StoreKind};

impl Keeper {
    /// Imports a file that [`Keeper::export`] wrote, and says what became of each account. A second import changes nothing.
    ///
    /// # Errors
    /// [`Error::PassphraseWrong`], [`Error::FileForeign`], [`Error::FileDamaged`], [`Error::FileNewer`], the book's: nothing
    /// was touched.
    pub async fn import(&self, sealed: String, passphrase: Secret) -> Result<Vec<ImportedView>> {
        let _busy = self.busy();
        let done = self.blocking(move |keeper| {
            keeper.shared.book.read()?;
            let contents = contents(&age_file::open(&passphrase, &sealed)?)?;
            Ok(keeper.import_all(contents))
        });
        let done = done.await;
        // The new accounts may be due, or owe a delivery.
        self.wake_scheduler();
        self.changed();
        done
    }

    fn import_all(&self, contents: Contents) -> Vec<ImportedView> {
        let Contents { clients, mut accounts } = contents;
        // Sub-accounts come after their accounts.
        accounts.sort_by_key(|(account, _)| account.is_sub_account());
        let mut ids = BTreeMap::new();
        let mut done = Vec::new();
        for (record, token) in accounts {
            let (there, view) = (record.id.clone(), left_out(&record, &Error::AccountUnknown));
            // One whose account is not in the file keeps its id: the account may be here already, or come later.
            let parent = record
                .parent
                .as_ref()
                .and_then(|p| ids.get(p).cloned().or_else(|| Some(p.clone()).filter(|p| is_id(p))));
            let paused = record.paused;
            done.push(match self.import_one(Account { parent, ..record }, token, &clients) {
                Ok((id, outcome)) => {
                    ids.insert(there, id.clone());
                    let here = self.shared.book.read_lossy().0;
                    ImportedView {
                        paused: here.account(&id).map_or(paused, |a| a.paused),
                        account: Some(id),
                        outcome,
                        error: None,
                        ..view
                    }
                }
                Err(error) => ImportedView {
                    error: Some(error.view()),
                    ..view
                },
            });
        }
        done
    }

    /// Blocks.
    fn import_one(&self, mut record: Account, token: Token, clients: &[(Client, Option<Secret>)]) -> Result<(String, ImportOutcome)> {
        let provider = self.shared.registry.require(&record.provider)?;
        if provider.practice {
            return Err(Error::PracticeOver);
        }
        let server = record
            .server
            .as_deref()
            .map(Url::parse)
            .transpose()
            .map_err(|_| Error::FileForeign)?;
        let here = hosts(&provider, server.as_ref(), &record.answers);
        // A token is sent only to the hosts that it came from.
        if record.hosts != here || here.len() != provider.hosts.len() {
            return Err(Error::HostsChanged {
                provider: Box::new(provider.name.clone()),
            });
        }
        if !record.client.is_empty() {
            let packed = clients.iter().find(|(c, _)| c.id == record.client).ok_or(Error::ClientUnknown)?;
            record.client = self.import_client(&provider, &here, packed)?;
        }
        let _one_by_one = book::lock::client(&self.shared.outside.data, &record.client)?;
        let (book, _) = self.shared.book.read_lossy();
        let of_client = provider.grant == GrantType::ClientCredentials;
        let same = |a: &&Account| {
            a.provider == record.provider
                && a.client == record.client
                && a.server == record.server
                && a.answers == record.answers
                && book.is_same_parent(a, &record)
                && a.user_id == record.user_id
                && (a.user_id.is_some() || of_client || a.id == record.id)
        };
        match book.accounts.iter().find(same) {
            Some(known) => record.id.clone_from(&known.id),
            None if is_free(&record.id, |id| book.account(id).is_ok()) => {}
            None => record.id = new_id(),
        }
        let _lock = book::lock::account(&self.shared.outside.data, &record.id)?;
        // Read under the lock: it may have been renewed just now.
        let known = self.shared.book.read()?.account(&record.id).ok().cloned();
        match known {
            Some(known) => self.merge(known, record, &token),
            None => {
                let kind = self.shared.store.kind();
                let id = record.id.clone();
                let put = self.put(kind, record, &token);
                if put.is_err() {
                    // No half an account: its secret is deleted again.
                    let _ = self.forget_secret(kind, &account_key(&id));
                }
                put.map(|()| (id, ImportOutcome::Added))
            }
        }
    }

    /// Merges with an account that is here.
    fn merge(&self, known: Account, record: Account, token: &Token) -> Result<(String, ImportOutcome)> {
        let ours = self
            .read_secret(known.store, &account_key(&known.id))
            .and_then(|s| Token::from_stored(&s));
        let ours = match ours {
            Ok(ours) => Some(ours),
            Err(Error::SecretMissing) => None,
            Err(other) => return Err(other),
        };
        let same = ours.as_ref().is_some_and(|o| o.access_token == token.access_token);
        // What the person paused here stays so.
        let record = Account {
            paused: record.paused || known.on_hold,
            on_hold: known.on_hold,
            ..record
        };
        let wakes = known.paused && !record.paused;
        if same && wakes {
            self.change_account(&known.id, |a| a.paused = false)?;
            return Ok((known.id, ImportOutcome::Renewed));
        }
        let better = ours.is_none_or(|ours| is_better((&record, token), (&known, &ours), self.now()));
        if same || !better {
            return Ok((known.id, ImportOutcome::Kept));
        }
        let id = known.id;
        self.put(known.store, record, token)?;
        // A rollback never goes back over an import.
        let _ = self.forget_secret(known.store, &previous_key(&id));
        Ok((id, ImportOutcome::Renewed))
    }

    fn put(&self, kind: StoreKind, record: Account, token: &Token) -> Result<()> {
        let store = self.keep_or_leave(kind, &account_key(&record.id), &token.to_stored())?;
        self.shared.book.change(|book| {
            book.accounts.retain(|a| a.id != record.id);
            book.owe_again(&record.id);
            book.accounts.push(Account { store, ..record });
            Ok(())
        })
    }

    /// A client that is known here keeps its id and its secret, and gets the secret of the file if it has none.
    fn import_client(&self, provider: &Provider, hosts: &BTreeMap<String, String>, packed: &(Client, Option<Secret>)) -> Result<String> {
        let (record, secret) = packed;
        if record.hosts != *hosts || !self.is_family(record, provider) {
            return Err(Error::HostsChanged {
                provider: Box::new(provider.name.clone()),
            });
        }
        let (book, _) = self.shared.book.read_lossy();
        let same = |c: &&Client| {
            self.is_family(c, provider) && c.hosts == record.hosts && c.server == record.server && c.client_id == record.client_id
        };
        let known = book.clients.iter().find(same);
        let id = match known {
            Some(known) if known.has_secret || secret.is_none() => return Ok(known.id.clone()),
            Some(known) => known.id.clone(),
            None if is_free(&record.id, |id| book.client(id).is_ok()) => record.id.clone(),
            None => new_id(),
        };
        let _lock = book::lock::client(&self.shared.outside.data, &id)?;
        let kind = known.map_or_else(|| self.shared.store.kind(), |c| c.store);
        let store = match secret {
            Some(secret) => self.keep_or_leave(kind, &client_key(&id), secret)?,
            None => kind,
        };
        self.shared.book.change(|book| {
            match book.client_mut(&id) {
                Ok(known) => (known.has_secret, known.store) = (true, store),
                Err(_) => book.clients.push(Client {
                    id: id.clone(),
                    has_secret: secret.is_some(),
                    store,
                    ..record.clone()
                }),
            }
            Ok(())
        })?;
        Ok(id)
    }
}

/// Whether the file's token of an account is worth more than ours.
fn is_better(theirs: (&Account, &Token), ours: (&Account, &Token), now: i64) -> bool {
    let is_dead = |(account, token): (&Account, &Token)| {
        let ended = token.refresh_token.is_none() && account.expires.is_some_and(|end| end <= now);
        is_final(account) || ended
    };
    if is_dead(theirs) || is_dead(ours) {
        return !is_dead(theirs);
    }
    // An account that was moved here is renewed here, but an older file does not replace its token. Each computer counts its own
    // generations, so that only the time tells one login from another.
    if ours.0.paused && !theirs.0.paused {
        return theirs.1.issued >= ours.1.issued;
    }
    let ends = |account: &Account| account.expires.unwrap_or(i64::MAX);
    match (&theirs.1.refresh_token, &ours.1.refresh_token) {
        (Some(_), Some(_)) => (theirs.1.issued, theirs.1.generation) > (ours.1.issued, ours.1.generation),
        (None, None) => ends(theirs.0) > ends(ours.0),
        (refreshes, _) => refreshes.is_some(),
    }
}

fn is_final(account: &Account) -> bool {
    account.trouble.as_ref().is_some_and(|t| t.code.ends_token())
}

/// Whether an id has our form and is not in use here.
fn is_free(id: &str, taken: impl Fn(&str) -> bool) -> bool {
    is_id(id) && !taken(id)
}

/// Whether an id has our form.
fn is_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
