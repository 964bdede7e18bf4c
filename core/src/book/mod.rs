//! The book: one JSON file with all metadata and no secret, read and written under a lock that all processes of this person share. The
//! vault is authoritative; the book describes what is in it.

mod delivery;
pub mod erase;
pub mod file;
mod intent;
mod local;
pub mod lock;
pub mod part;
mod post;
pub mod practice;
pub mod relocation;
pub mod unfinished;
mod update;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

pub use self::delivery::{Delivery, Stamp};
use self::file::{private_folder, read_text, write_atomically};
pub use self::intent::{Intent, Later, Silence};
pub use self::post::{Dark, Post, Stage};
pub use self::update::Update;
use crate::error::{Error, Result};
use crate::provider::RedirectKind;
use crate::view::{ErrorView, ProgramView, Settings, StoreKind, UnrecordedView};

/// The version of the format below. Versions 2 (issue dates, Pages, https), 3 (rotating pairs, signed tokens) and 4 (deliveries) only
/// add fields.
const VERSION: u32 = 5;
/// The room that a login wants for what it adds to the data folder, in bytes.
const ROOM: usize = 64 * 1024;

/// All metadata, without secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// Version of the format.
    pub v: u32,
    /// The person's choices.
    #[serde(default)]
    pub settings: Settings,
    /// The store for new secrets.
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
    /// Keys that could not be deleted because the keychain was missing, and that it may still have.
    #[serde(default)]
    pub left_behind: BTreeSet<String>,
    /// The https redirect's certificate is in the person's certificate store.
    #[serde(default)]
    pub certificate_trusted: bool,
    /// What is known of newer versions, if the person asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
    /// Programs that the person was asked about. Written only where there is one: older books do not have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<ProgramView>,
    /// A random mark that changes each time the sealed files are locked: a process in which the passphrase was entered before that forgets
    /// it. Absent until the first lock. A program that doesn't know the mark drops it, which locks the files, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<String>,
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
            programs: vec![],
            locked: None,
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
    /// The provider's id.
    pub provider: String,
    /// The hosts that it was made with. If the provider file has other hosts, its secret is asked for again.
    pub hosts: BTreeMap<String, String>,
    /// The server's origin, if the provider has many.
    #[serde(default)]
    pub server: Option<String>,
    /// The answers to the provider's text questions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// The name that people see on the consent page.
    pub name: String,
    /// The public client id (RFC 6749 §2.2).
    pub client_id: String,
    /// The vault has its secret.
    pub has_secret: bool,
    /// The store that has it.
    pub store: StoreKind,
    /// Its client type, if the provider has several.
    #[serde(default)]
    pub client_type: Option<String>,
    /// The provider's id of this machine, if it gave one (docs/facts/facebook.md#another-device).
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
    /// The provider's id.
    pub provider: String,
    /// The client's id; empty for an imported token whose client is unknown.
    pub client: String,
    /// The hosts that its token was obtained from or imported for. It is sent to no other hosts. Empty in books of version 1.
    #[serde(default)]
    pub hosts: BTreeMap<String, String>,
    /// What the list shows.
    pub name: String,
    /// The display name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The provider's id of the person, as text.
    #[serde(default)]
    pub user_id: Option<String>,
    /// The server's origin, if the provider has many.
    #[serde(default)]
    pub server: Option<String>,
    /// The answers to the provider's text questions: its renewals name them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// The address of the person's profile.
    #[serde(default)]
    pub url: Option<String>,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// Scopes that were requested and not granted.
    #[serde(default)]
    pub declined: Vec<String>,
    /// Unix seconds.
    pub obtained: i64,
    /// When the token was issued, according to the provider, Unix seconds. None: when it was obtained.
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
    /// Its end is unknown: it was imported, and the provider does not tell.
    #[serde(default)]
    pub life_unknown: bool,
    /// It has a refresh token.
    #[serde(default)]
    pub refreshes: bool,
    /// The generation of the token that this record describes.
    #[serde(default)]
    pub generation: u64,
    /// A renewal that has begun. It is on disk before the request is sent, and stays if the outcome is unknown.
    #[serde(default)]
    pub renewing: Option<Intent>,
    /// A failed renewal, and when to retry it.
    #[serde(default)]
    pub later: Option<Later>,
    /// Refusals without a reason since the API last answered. Books up to version 4 do not have this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// The id of a login at the same client that may have ended this token, because its person is not known yet.
    #[serde(default)]
    pub doubted: Option<String>,
    /// When it was last renewed, Unix seconds.
    #[serde(default)]
    pub renewed: Option<i64>,
    /// The days that were left when the person was last reminded to log in again.
    #[serde(default)]
    pub told: Option<u16>,
    /// Another computer renews it, or may do so. It is not renewed here.
    #[serde(default)]
    pub paused: bool,
    /// The person has paused it: it is also not handed out. Only ever set together with `paused`, by which a program that does not
    /// know this field leaves the account alone, too. Written only where it is set: older books do not have it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_hold: bool,
    /// The login name with which its token is used (RFC 7617), if that needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_name: Option<String>,
    /// Its token has a secret of its own (RFC 5849).
    #[serde(default)]
    pub has_token_secret: bool,
    /// The first characters of its token, if the console shows them.
    #[serde(default)]
    pub hint: Option<String>,
    /// The account that it is a sub-account of. It may not be in the book any more, or not on this computer.
    #[serde(default)]
    pub parent: Option<String>,
    /// What the person may do with it (a Page's tasks). Only sub-accounts have some.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// The kind of redirect that brought it; books up to version 4 call it `door`.
    #[serde(alias = "door")]
    pub redirect: RedirectKind,
    /// Which store has the token.
    pub store: StoreKind,
    /// When the identity request last succeeded, Unix seconds.
    #[serde(default)]
    pub verified: Option<i64>,
    /// What went wrong last and is not resolved yet.
    #[serde(default)]
    pub trouble: Option<ErrorView>,
    /// The last use of its token that is not in the ledger. Books up to version 5 may not have this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unrecorded: Option<UnrecordedView>,
    /// Its first post. Written only where there is one: older books do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
}

impl Account {
    /// Whether it is a sub-account, and so no person's. Books up to version 4 forgot the parent of one when its account was deleted.
    pub fn is_sub_account(&self) -> bool {
        self.parent.is_some() || !self.tasks.is_empty()
    }
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

/// The book's file.
#[derive(Clone, Debug)]
pub struct BookFile {
    path: PathBuf,
    lock: PathBuf,
    /// The data folder did not exist when this was opened: the first change creates it. One that is deleted later is not created again.
    is_new: bool,
    /// What this process has written, or seen by [`BookFile::watch`], last.
    seen: Arc<Mutex<Option<Written>>>,
}

/// When a file was last written, and its size.
type Written = (SystemTime, u64);

impl BookFile {
    /// The book of this data folder. A missing folder is created by the first change; reading creates nothing.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn new(data: &Path) -> Result<BookFile> {
        let is_missing = std::fs::symlink_metadata(data).is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound);
        // Windows also reports a folder below a file as missing. It can't be created.
        let above = data.ancestors().find_map(|above| std::fs::metadata(above).ok());
        let is_new = is_missing && above.is_none_or(|above| above.is_dir());
        if !is_new {
            private_folder(data)?;
        }
        Ok(BookFile {
            path: data.join("book.json"),
            lock: data.join("book.lock"),
            is_new,
            seen: Arc::default(),
        })
    }

    /// Reads the book. A missing file is an empty book.
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
        // Parsed in one go, because the book is read often. Only if that fails is the version read alone: a newer format may not fit
        // this one.
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

    /// Makes one copy of a book of an older version before it is first written in this one.
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

    /// Reads what can be read of the book, for viewing. For a book that is newer than the program that is what this program understands, and
    /// the error says why it cannot be changed.
    pub fn read_lossy(&self) -> (Book, Option<Error>) {
        match self.read() {
            Ok(book) => (book, None),
            Err(error) => {
                let text = read_text(&self.path).unwrap_or_default();
                (serde_json::from_str(&text).unwrap_or_default(), Some(error))
            }
        }
    }

    /// Changes the book under its lock, after reading what other processes have written. A change that fails writes nothing.
    ///
    /// # Errors
    /// As [`BookFile::read`], and the change's own.
    pub fn change<T>(&self, change: impl FnOnce(&mut Book) -> Result<T>) -> Result<T> {
        let data = self.lock.parent().unwrap_or(Path::new("."));
        if self.is_new {
            private_folder(data)?;
        }
        let _lock = lock::hold_in(data, &self.lock, true)?;
        let before = self.read()?;
        let mut book = before.clone();
        let result = change(&mut book)?;
        if book != before || !self.path.exists() {
            let mut text = serde_json::to_string_pretty(&book).map_err(|e| Error::Internal { detail: e.to_string() })?;
            text.push('\n');
            self.back_up()?;
            // Held, so that our own write is no news.
            let mut seen = self.seen();
            write_atomically(&self.path, text.as_bytes())?;
            *seen = self.written();
        }
        Ok(result)
    }

    /// Whether a change could be stored: there is room beside the book for another one and a few more accounts. Leaves nothing there.
    ///
    /// # Errors
    /// [`Error::Disk`].
    pub fn has_room(&self) -> Result<()> {
        let data = self.path.parent().unwrap_or(Path::new("."));
        private_folder(data)?;
        let book = std::fs::metadata(&self.path).map_or(0, |known| known.len());
        let room = usize::try_from(book).unwrap_or_default().saturating_add(ROOM);
        file::has_room(&self.path, room)
    }

    /// When it was last written, and its size; none if there is no file.
    pub fn written(&self) -> Option<Written> {
        let known = std::fs::metadata(&self.path).ok()?;
        Some((known.modified().ok()?, known.len()))
    }

    fn seen(&self) -> MutexGuard<'_, Option<Written>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its path.
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

    /// Whether an account that is known and another record of it belong to the same account: both to none, or to the same one. A
    /// sub-account whose account is gone may be taken over by another one.
    pub fn is_same_parent(&self, known: &Account, other: &Account) -> bool {
        let is_orphan = known.is_sub_account() && known.parent.as_ref().is_none_or(|id| self.account(id).is_err());
        known.parent == other.parent || (is_orphan && other.is_sub_account())
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
