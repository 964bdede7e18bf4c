//! Transfer to another computer: accounts, with their tokens and clients, go into one sealed file. Accounts that are moved are
//! paused here from then on; copies are paused where they arrive. `import` reads a file, `bundle` has its form.

pub(super) mod bundle;
pub(super) mod import;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::book::file::write_new;
use crate::book::{Account, Client};
use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::keeper::record::hosts;
use crate::keeper::renewal::reminders::date;
use crate::keeper::transfer::bundle::{Bundle, packed};
use crate::ledger::Purpose;
use crate::token::Secret;
use crate::vault::{age_file, client_key};
use crate::view::{BundleView, ImportOutcome, ImportedView};

/// The extension of the file's name.
const EXTENSION: &str = "keybearer";

impl Keeper {
    /// Writes accounts into a new file in this folder, sealed by a passphrase. With `moves` they are paused here, before the file is
    /// written, so that a kill in between never leaves two computers that renew one pair. Practice accounts stay: they end with
    /// their platform.
    ///
    /// # Errors
    /// [`Error::PassphraseShort`]; [`Error::InputInvalid`] where no account is picked; the store's, if no account could be read;
    /// [`Error::Disk`]. Nothing was written then.
    pub async fn export(&self, picked: &[String], passphrase: Secret, moves: bool, folder: &Path) -> Result<BundleView> {
        let _busy = self.busy();
        // Locked until the end, so that none of them is renewed after its token was read. In order, so that two exports do not
        // wait for each other.
        let picked: BTreeSet<&String> = picked.iter().collect();
        let mut locked = Vec::new();
        for id in picked {
            locked.push((id, self.lock_account(id).await?));
        }
        let used = self.own_use(Purpose::Transfer);
        let (mut accounts, mut left) = (Vec::new(), Vec::new());
        let mut failed = Error::InputInvalid { field: "accounts".into() };
        for (id, _) in &locked {
            let record = self.shared.book.read()?.account(id)?.clone();
            match self.pack(&record).await {
                Ok(packed) => {
                    self.record_use(id, &used, None).await;
                    accounts.push(packed);
                }
                Err(error) => {
                    left.push(left_out(&record, &error));
                    failed = error;
                }
            }
        }
        if accounts.is_empty() {
            return Err(failed);
        }
        let folder = folder.to_owned();
        let path = folder.join(format!("{EXTENSION}-{}.{EXTENSION}", date(self.now())));
        let done = self.blocking(move |keeper| {
            let sealed = keeper.seal(&accounts, &passphrase, moves)?;
            std::fs::create_dir_all(&folder).map_err(Error::disk(&folder))?;
            if moves {
                keeper.set_paused(&accounts, |_| (true, false))?;
            }
            let path = write_beside(path, sealed.as_bytes()).or_else(|error| {
                // Accounts that were paused before stay so.
                if moves {
                    keeper.set_paused(&accounts, |before| (before.paused, before.on_hold))?;
                }
                Err(error)
            })?;
            Ok(BundleView {
                path: path.display().to_string(),
                accounts: u32::try_from(accounts.len()).unwrap_or(u32::MAX),
                left,
            })
        });
        let done = done.await;
        drop(locked);
        self.changed();
        done
    }

    /// Pauses an account: it is neither renewed nor delivered nor handed out until [`Keeper::resume`], or until the person logs in
    /// again.
    ///
    /// # Errors
    /// [`Error::Paused`] where another computer renews it: to resume it here would be to renew it twice. [`Error::AccountUnknown`],
    /// the book's.
    pub async fn pause(&self, account: &str) -> Result<()> {
        let account_lock = self.lock_account(account).await?;
        let record = self.shared.book.read()?.account(account)?.clone();
        if record.paused && !record.on_hold {
            return Err(Error::Paused);
        }
        self.blocking(move |keeper| keeper.change_account(&record.id, |a| (a.paused, a.on_hold) = (true, true)))
            .await?;
        drop(account_lock);
        self.changed();
        Ok(())
    }

    /// Has this computer renew and hand out a paused account again.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], the book's.
    pub async fn resume(&self, account: &str) -> Result<()> {
        let account_lock = self.lock_account(account).await?;
        let id = account.to_owned();
        self.blocking(move |keeper| keeper.change_account(&id, |a| (a.paused, a.on_hold) = (false, false)))
            .await?;
        drop(account_lock);
        self.wake_scheduler();
        self.changed();
        Ok(())
    }

    async fn pack(&self, record: &Account) -> Result<(Account, Secret)> {
        let provider = self.shared.registry.require(&record.provider)?;
        if provider.practice {
            return Err(Error::PracticeOver);
        }
        let token = self.token(record).await?;
        // A renewal that was cut off is finished by the computer that renews the account from now on.
        let record = self.reconcile(record.clone(), &token).await?;
        let server = self.server(&record)?;
        let known = Some(&record.hosts).filter(|h| !h.is_empty()).cloned();
        Ok((
            Account {
                hosts: known.unwrap_or_else(|| hosts(&provider, server.as_ref(), &record.answers)),
                ..record
            },
            token.to_stored(),
        ))
    }

    /// Blocks.
    fn seal(&self, accounts: &[(Account, Secret)], passphrase: &Secret, moves: bool) -> Result<String> {
        let (book, _) = self.shared.book.read_lossy();
        let mut clients: BTreeMap<&str, (Client, Option<Secret>)> = BTreeMap::new();
        for (account, _) in accounts {
            let Ok(client) = book.client(&account.client) else { continue };
            let secret = match client.has_secret {
                true => Some(self.read_secret(client.store, &client_key(&client.id))?),
                false => None,
            };
            clients.insert(&account.client, (client.clone(), secret));
        }
        let content = Bundle::of(
            clients.values().map(|(client, secret)| packed(client.clone(), secret.as_ref())),
            accounts.iter().map(|(account, secret)| {
                let record = Account {
                    // What another computer renews stays with it. A person's own pause does not go with the account.
                    paused: (account.paused && !account.on_hold) || !moves,
                    on_hold: false,
                    // Uses on this computer stay here, and what was posted from it.
                    unrecorded: None,
                    post: None,
                    ..account.clone()
                };
                packed(record, Some(secret))
            }),
        )?;
        age_file::seal(self.shared.outside.passphrase_work, passphrase, &content)
    }

    fn set_paused(&self, accounts: &[(Account, Secret)], paused: impl Fn(&Account) -> (bool, bool)) -> Result<()> {
        self.shared.book.change(|book| {
            for (account, _) in accounts {
                let record = book.account_mut(&account.id)?;
                (record.paused, record.on_hold) = paused(account);
            }
            Ok(())
        })
    }
}

/// The result for an account that was left out.
pub(in crate::keeper) fn left_out(record: &Account, error: &Error) -> ImportedView {
    ImportedView {
        account: None,
        provider: record.provider.clone(),
        name: record.name.clone(),
        paused: false,
        outcome: ImportOutcome::Left,
        error: Some(error.view()),
    }
}

/// Writes a new file under this name, or under the next free one.
fn write_beside(path: PathBuf, content: &[u8]) -> Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (mut number, mut to) = (1, path.clone());
    while !write_new(&to, content)? {
        number += 1;
        to = path.with_file_name(format!("{stem}-{number}.{EXTENSION}"));
    }
    Ok(to)
}
