//! The book: one JSON file with all metadata and no secret, read and written under a lock that every process of this
//! person shares. The vault is the truth; the book says what is in it.

mod delivery;
pub mod erase;
pub mod file;
mod intent;
mod local;
pub mod lock;
pub mod part;
pub mod relocation;
pub mod unfinished;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::delivery::{Delivery, Stamp};
use self::file::{private_folder, read_text, write_atomically};
pub use self::intent::{Intent, Later, Silence};
pub use self::update::Update;
use crate::error::{Error, Result};
use crate::provider::RedirectKind;
use crate::view::{ErrorView, Settings, StoreKind};

/// The version of the form below. 2 (issue dates, Pages, https), 3 (rotating pairs, signed tokens), 4 (deliveries) only add.
const VERSION: u32 = 5;

/// Everything that is known, without secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// Version of this form.
    pub v: u32,
    /// The person's choices.
    #[serde(default)]
    pub settings: Settings,
    /// Where new secrets go.
    #[serde(default = "keychain")]
    pub store: StoreKind,
    /// Clients, oldest first.
    #[serde(default)]
    pub clients: Vec<Client>,
    /// Accounts, oldest first.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// Deliveries, oldest first.
    #[serde(default)]
    pub deliveries: Vec<Delivery>,
    /// Keys that a keychain may still have, which was gone when they were to be forgotten.
    #[serde(default)]
    pub left_behind: BTreeSet<String>,
    /// The https redirect's certificate stands in the person's own certificate store.
    #[serde(default)]
    pub certificate_trusted: bool,
    /// What is known of newer versions, where the person wants to hear of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
}

impl Default for Book {
    fn default() -> Self {
        Book {
            v: VERSION,
            settings: Settings::default(),
            store: StoreKind::Keychain,
            clients: vec![],
            accounts: vec![],
            deliveries: vec![],
            left_behind: BTreeSet::new(),
            certificate_trusted: false,
            update: None,
        }
    }
}

fn keychain() -> StoreKind {
    StoreKind::Keychain
}

/// A client: the person's own app at a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Ours, random.
    pub id: String,
    /// The provider's.
    pub provider: String,
    /// The hosts it was made with; other hosts mean asking again.
    pub hosts: BTreeMap<String, String>,
    /// The server's origin, where the provider has many.
    #[serde(default)]
    pub server: Option<String>,
    /// The name people see at consent.
    pub name: String,
    /// The public client id (RFC 6749 §2.2).
    pub client_id: String,
    /// There is a secret in the vault.
    pub has_secret: bool,
    /// Which store has it.
    pub store: StoreKind,
    /// Its client type, where the provider has several.
    #[serde(default)]
    pub client_type: Option<String>,
    /// How the provider calls this machine, where it gave it a name (docs/facts/facebook.md#another-device).
    #[serde(default)]
    pub machine_id: Option<String>,
    /// As registered.
    pub redirect_uris: Vec<String>,
    /// As registered.
    pub scopes: Vec<String>,
    /// Unix seconds.
    pub created: i64,
    /// Keybearer registered it.
    pub registered: bool,
}

/// An account: whose token it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Ours, random.
    pub id: String,
    /// The provider's.
    pub provider: String,
    /// The client's; empty where a token was imported whose client is not known.
    pub client: String,
    /// The hosts that its token was won from or imported for; it is sent to no others. Empty in books of version 1.
    #[serde(default)]
    pub hosts: BTreeMap<String, String>,
    /// What the list shows.
    pub name: String,
    /// What people read.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The provider's own id of the person, as text.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The server's origin, where the provider has many.
    #[serde(default)]
    pub server: Option<String>,
    /// The person's page.
    #[serde(default)]
    pub url: Option<String>,
    /// As granted.
    pub scopes: Vec<String>,
    /// Asked for and not granted.
    #[serde(default)]
    pub declined: Vec<String>,
    /// Unix seconds.
    pub obtained: i64,
    /// When the token was issued, by the provider's word; Unix seconds. None: when it was obtained.
    #[serde(default)]
    pub issued: Option<i64>,
    /// Unix seconds.
    #[serde(default)]
    pub expires: Option<i64>,
    /// When its refresh token ends by the provider's word, Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires: Option<i64>,
    /// When access to the person's data ends, Unix seconds.
    #[serde(default)]
    pub data_access_expires: Option<i64>,
    /// Nobody said when it ends: it was imported, and the provider does not tell.
    #[serde(default)]
    pub life_unknown: bool,
    /// It has a refresh token.
    #[serde(default)]
    pub refreshes: bool,
    /// How many renewals are behind the token that the book speaks of.
    #[serde(default)]
    pub generation: u64,
    /// A renewal that was begun and of whose end nobody knows: on disk before the request is sent.
    #[serde(default)]
    pub renewing: Option<Intent>,
    /// A renewal that did not work and is tried again.
    #[serde(default)]
    pub later: Option<Later>,
    /// Refusals without a reason; none since the API last answered. Books of version 4 may have none of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// The login, by its id, that may have ended its token: at the same client, of nobody knows whom.
    #[serde(default)]
    pub doubted: Option<String>,
    /// When it was last renewed, Unix seconds.
    #[serde(default)]
    pub renewed: Option<i64>,
    /// With so many days left the person was told that only a login renews it.
    #[serde(default)]
    pub told: Option<u16>,
    /// Another computer keeps it alive, or may: it is not renewed here.
    #[serde(default)]
    pub paused: bool,
    /// Its token has a secret of its own (RFC 5849).
    #[serde(default)]
    pub has_token_secret: bool,
    /// The first characters of its token, where the console shows them.
    #[serde(default)]
    pub hint: Option<String>,
    /// The account that it is a sub-account of.
    #[serde(default)]
    pub parent: Option<String>,
    /// What the person may do with it.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// By which redirect it came; books up to version 4 call it `door`.
    #[serde(alias = "door")]
    pub redirect: RedirectKind,
    /// Which store has the token.
    pub store: StoreKind,
    /// When the identity call last succeeded, Unix seconds.
    #[serde(default)]
    pub verified: Option<i64>,
    /// Why it last failed.
    #[serde(default)]
    pub trouble: Option<ErrorView>,
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// The book's place on disk.
#[derive(Clone, Debug)]
pub struct BookFile {
    path: PathBuf,
    lock: PathBuf,
}

impl BookFile {
    /// The book in this data folder, which is made.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn new(data: &Path) -> Result<BookFile> {
        private_folder(data)?;
        Ok(BookFile {
            path: data.join("book.json"),
            lock: data.join("book.lock"),
        })
    }

    /// Reads it; one that is not there is empty.
    ///
    /// # Errors
    /// [`Error::BookNewer`], [`Error::BookUnreadable`], [`Error::Disk`]: the file is left as it is.
    pub fn read(&self) -> Result<Book> {
        let text = match read_text(&self.path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Book::default()),
            Err(e) => return Err(Error::disk(&self.path)(e)),
        };
        let unreadable = |e: serde_json::Error| Error::BookUnreadable {
            path: self.path.clone(),
            detail: e.to_string(),
        };
        // Whole at once, for it is read often; a newer form need not fit this one.
        let book = serde_json::from_str::<Book>(&text);
        let newer = match &book {
            Ok(book) => book.v > VERSION,
            Err(_) => serde_json::from_str(&text).is_ok_and(|Version { v }| v > VERSION),
        };
        if newer {
            return Err(Error::BookNewer { path: self.path.clone() });
        }
        let book = book.map_err(unreadable)?;
        Ok(Book { v: VERSION, ..book })
    }

    /// Copies a book of an older form aside, once, before it is written in this one.
    fn back_up(&self) -> Result<()> {
        let text = read_text(&self.path).unwrap_or_default();
        let Ok(Version { v }) = serde_json::from_str(&text) else {
            return Ok(());
        };
        let aside = self.path.with_file_name(format!("book-v{v}.json"));
        if v < VERSION && !aside.exists() {
            write_atomically(&aside, text.as_bytes())?;
        }
        Ok(())
    }

    /// Reads it to look at only: a book newer than the program shows what this program understands of it, and why it
    /// cannot be changed.
    pub fn look(&self) -> (Book, Option<Error>) {
        match self.read() {
            Ok(book) => (book, None),
            Err(error) => {
                let text = read_text(&self.path).unwrap_or_default();
                (serde_json::from_str(&text).unwrap_or_default(), Some(error))
            }
        }
    }

    /// Changes it under the lock: what other processes wrote meanwhile is read first. A change that fails writes nothing.
    ///
    /// # Errors
    /// As [`BookFile::read`], and those of the change itself.
    pub fn change<T>(&self, change: impl FnOnce(&mut Book) -> Result<T>) -> Result<T> {
        let data = self.lock.parent().unwrap_or(Path::new("."));
        let _lock = lock::hold_in(data, &self.lock, true)?;
        let before = self.read()?;
        let mut book = before.clone();
        let result = change(&mut book)?;
        if book != before || !self.path.exists() {
            let mut text = serde_json::to_string_pretty(&book).map_err(|e| Error::Internal { detail: e.to_string() })?;
            text.push('\n');
            self.back_up()?;
            write_atomically(&self.path, text.as_bytes())?;
        }
        Ok(result)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Book {
    /// The account with this id.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`].
    pub fn account(&self, id: &str) -> Result<&Account> {
        self.accounts.iter().find(|a| a.id == id).ok_or(Error::AccountUnknown)
    }

    /// The client with this id.
    ///
    /// # Errors
    /// [`Error::ClientUnknown`].
    pub fn client(&self, id: &str) -> Result<&Client> {
        self.clients.iter().find(|c| c.id == id).ok_or(Error::ClientUnknown)
    }

    /// The account with this id, to change it.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`].
    pub fn account_mut(&mut self, id: &str) -> Result<&mut Account> {
        self.accounts.iter_mut().find(|a| a.id == id).ok_or(Error::AccountUnknown)
    }

    /// The client with this id, to change it.
    ///
    /// # Errors
    /// [`Error::ClientUnknown`].
    pub fn client_mut(&mut self, id: &str) -> Result<&mut Client> {
        self.clients.iter_mut().find(|c| c.id == id).ok_or(Error::ClientUnknown)
    }
}
