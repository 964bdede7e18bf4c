//! To another machine: accounts, with their tokens and clients, go into one sealed file. Who moves lets them rest here from
//! then on; what was copied rests where it arrives. How a file is taken in stands in `arriving`.

pub(super) mod bundle;
pub(super) mod import;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::book::file::write_new;
use crate::book::{Account, Client};
use crate::error::{Error, Result};
use crate::keeper::Keeper;
use crate::keeper::login::client::hosts;
use crate::keeper::renewal::reminders::date;
use crate::keeper::transfer::bundle::{Parcel, packed};
use crate::token::Secret;
use crate::vault::{client_key, parcel};
use crate::view::{ArrivalOutcome, ArrivalView, ParcelView};

/// What the file's name ends with.
const EXTENSION: &str = "keybearer";

impl Keeper {
    /// Writes accounts into one new file in this folder, sealed by a passphrase. With `moves` they are not renewed here any
    /// more: they rest before the file is there, so that whatever ends this in between, no two computers renew one pair. Practice accounts stay: they end with their platform.
    ///
    /// # Errors
    /// [`Error::PassphraseShort`]; [`Error::InputInvalid`] where nothing was picked; the store's, where no account could be
    /// read; [`Error::Disk`]. Nothing was written then.
    pub async fn export(&self, picked: &[String], passphrase: Secret, moves: bool, folder: &Path) -> Result<ParcelView> {
        let _busy = self.busy();
        // Nobody renews one of them between the reading of its token and the end. In order, so that two who do this do not
        // wait for each other.
        let picked: BTreeSet<&String> = picked.iter().collect();
        let mut alone = Vec::new();
        for id in picked {
            alone.push((id, self.alone(id).await?));
        }
        let (mut accounts, mut left) = (Vec::new(), Vec::new());
        let mut failed = Error::InputInvalid { field: "accounts".into() };
        for (id, _) in &alone {
            let record = self.desk.book.read()?.account(id)?.clone();
            match self.pack(&record).await {
                Ok(packed) => accounts.push(packed),
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
                keeper.pause(&accounts, |_| true)?;
            }
            let path = write_beside(path, sealed.as_bytes()).or_else(|error| {
                // What rested before goes on resting.
                if moves {
                    keeper.pause(&accounts, |before| before.paused)?;
                }
                Err(error)
            })?;
            Ok(ParcelView {
                path: path.display().to_string(),
                accounts: u32::try_from(accounts.len()).unwrap_or(u32::MAX),
                left,
            })
        });
        let done = done.await;
        drop(alone);
        self.changed();
        done
    }

    /// Has this computer keep a paused account alive.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], the book's.
    pub async fn resume(&self, account: &str) -> Result<()> {
        let alone = self.alone(account).await?;
        let id = account.to_owned();
        self.blocking(move |keeper| keeper.change_account(&id, |a| a.paused = false))
            .await?;
        drop(alone);
        self.look_now();
        self.changed();
        Ok(())
    }

    async fn pack(&self, record: &Account) -> Result<(Account, Secret)> {
        let provider = self.desk.registry.require(&record.provider)?;
        if provider.practice {
            return Err(Error::PracticeOver);
        }
        let token = self.token(record).await?;
        // A renewal that was cut off goes along, and whoever keeps the account alive ends it.
        let record = self.heal(record.clone(), &token).await?;
        let server = self.server(&record)?;
        let known = Some(&record.hosts).filter(|h| !h.is_empty()).cloned();
        Ok((
            Account {
                hosts: known.unwrap_or_else(|| hosts(&provider, server.as_ref())),
                ..record
            },
            token.to_stored(),
        ))
    }

    /// Blocks.
    fn seal(&self, accounts: &[(Account, Secret)], passphrase: &Secret, moves: bool) -> Result<String> {
        let (book, _) = self.desk.book.look();
        let mut clients: BTreeMap<&str, (Client, Option<Secret>)> = BTreeMap::new();
        for (account, _) in accounts {
            let Ok(client) = book.client(&account.client) else { continue };
            let secret = match client.has_secret {
                true => Some(self.read_secret(client.store, &client_key(&client.id))?),
                false => None,
            };
            clients.insert(&account.client, (client.clone(), secret));
        }
        let content = Parcel::of(
            clients.values().map(|(client, secret)| packed(client.clone(), secret.as_ref())),
            accounts.iter().map(|(account, secret)| {
                let record = Account {
                    // What rests here already is kept alive elsewhere, whoever moves it on.
                    paused: account.paused || !moves,
                    ..account.clone()
                };
                packed(record, Some(secret))
            }),
        )?;
        parcel::seal(passphrase, &content)
    }

    fn pause(&self, accounts: &[(Account, Secret)], rests: impl Fn(&Account) -> bool) -> Result<()> {
        self.desk.book.change(|book| {
            for (account, _) in accounts {
                book.account_mut(&account.id)?.paused = rests(account);
            }
            Ok(())
        })
    }
}

/// A line for an account that was left out.
pub(in crate::keeper) fn left_out(record: &Account, error: &Error) -> ArrivalView {
    ArrivalView {
        account: None,
        provider: record.provider.clone(),
        name: record.name.clone(),
        paused: false,
        outcome: ArrivalOutcome::Left,
        error: Some(error.view()),
    }
}

/// Writes a new file under this name, or beside one that is there under the next.
fn write_beside(path: PathBuf, content: &[u8]) -> Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (mut number, mut to) = (1, path.clone());
    while !write_new(&to, content)? {
        number += 1;
        to = path.with_file_name(format!("{stem}-{number}.{EXTENSION}"));
    }
    Ok(to)
}
