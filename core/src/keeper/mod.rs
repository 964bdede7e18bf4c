//! The keeper: everything that a shell may ask for, one method each. This file holds its state, how it is opened and how it
//! rests before the program ends.
//!
//! The rooms, lowest first; a room uses only what is listed before it, and core/tests/it/tidy/rooms.rs checks that:
//! - `secrets`: secrets on their way into the store; `passphrase`: what opens the sealed files; `practice`: where the practice platform
//!   runs; `record`: what every room needs of one account
//! - `renewal`: a token that is valid, or renewed · `ledger`: who used it · `updates`: newer versions of the program
//! - `delivery`: tokens into the files, secrets and programs that use them · `posts`: an account's statuses into a file
//! - `api_calls`: requests that a person tries · `first_post`: a post, and whether strangers see it · `redirects`: what is done about redirects before a login
//! - `clients`, and the settings · `programs`: which programs get tokens by the socket · `transfer`: accounts to and from another machine
//! - `accounts`: revoke and delete · `copies`: what a token is copied as · `own_secrets`: what `keybearer leaks` looks for ·
//!   `server_tokens`: what a server has for an account
//! - `login`: new accounts, by a login, an import, a device code or as sub-accounts
//! - `scheduler`: renews and delivers what is due · `view`: what a shell shows · `network`: whether platforms can be reached
//! - `erase`: removes everything · `folders`: where the data are

mod accounts;
mod api_calls;
mod clients;
mod copies;
mod delivery;
mod erase;
mod first_post;
mod folders;
mod ledger;
mod login;
mod network;
mod own_secrets;
mod passphrase;
mod posts;
mod practice;
mod programs;
mod record;
mod redirects;
mod renewal;
mod scheduler;
mod secrets;
mod server_tokens;
mod transfer;
mod updates;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};
use url::Url;

use crate::book::{BookFile, practice::Announced};
use crate::error::{Error, Result};
use crate::http::client::Client as HttpClient;
use crate::ledger::{Ledger, Program};
use crate::provider::registry::Registry;
use crate::provider::{Provider, RedirectKind};
use crate::redirect::loopback::Listeners;
use crate::redirect::waiting::{Verdict, Waiting};
use crate::refresh::clocks::Moment;
use crate::token::Secret;
use crate::vault::Store;
use crate::vault::keychain::{Entries, Keychain, SystemKeychain};
use crate::view::{ErrorView, StoreState, UnlockedFor, UnrecordedView};
use crate::words::Language;

pub use self::copies::Copied;
pub use self::erase::Erased;
use self::folders::Folders;
pub use self::folders::{TEST_FOLDER, data_folder};
pub use self::login::import::TokenImport;
use self::login::mismatch::AccountMismatch;
pub use self::own_secrets::{OwnSecret, OwnSecrets, Owner, Remedy, SecretKind};
pub use self::posts::{ExportReport, Output};
pub use self::programs::Permission;
pub use self::renewal::Reason;
pub use self::renewal::changes::TokenChanges;
pub use self::renewal::clock::since_boot;
pub use self::scheduler::TICK;
pub use crate::redirect::certificate::SUBJECT as CERTIFICATE;
pub use crate::vault::PASSPHRASE_WORK;

/// The name of everything that is ours: data folder, keychain service, deep-link scheme.
pub const IDENTIFIER: &str = "io.github.keybearer";

/// Opens an address in the person's browser.
pub type Browser = Arc<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// Reads a clock, in seconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the keeper needs from outside.
pub struct Outside {
    /// The data folder ([`data_folder`]).
    pub data: PathBuf,
    /// The config folder, with the person's own provider files in `providers/`.
    pub config: PathBuf,
    /// The keychain's service name.
    pub service: String,
    /// The keychain's entries: the system's, or a test's.
    pub entries: Arc<dyn Entries>,
    /// Opens addresses.
    pub browser: Browser,
    /// Called when a view is out of date.
    pub changed: Arc<dyn Fn() + Send + Sync>,
    /// Unix seconds.
    pub clock: Clock,
    /// See [`since_boot`].
    pub since_boot: Clock,
    /// The time between two looks of the scheduler at the clocks; see [`TICK`].
    pub tick: Duration,
    /// scrypt's work factor for a new passphrase and for a transfer file; see [`PASSPHRASE_WORK`].
    pub passphrase_work: u8,
    /// The program that this process works for, for the ledger: [`Program::this`] in the command line.
    pub program: fn() -> Option<Program>,
}

impl Outside {
    /// The usual folders and clock of this machine.
    ///
    /// # Errors
    /// [`Error::Internal`] where the machine has no home folder.
    pub fn usual(browser: Browser, changed: Arc<dyn Fn() + Send + Sync>) -> Result<Outside> {
        let Folders { data, config, service } = folders::usual()?;
        Ok(Outside {
            data,
            config,
            service,
            entries: Arc::new(SystemKeychain),
            browser,
            changed,
            clock: Arc::new(now),
            since_boot: Arc::new(since_boot),
            tick: TICK,
            passphrase_work: PASSPHRASE_WORK,
            program: Program::this,
        })
    }

    fn moment(&self) -> Moment {
        Moment {
            wall: (self.clock)(),
            boot: (self.since_boot)(),
        }
    }
}

/// Unix seconds by the system's clock.
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map(|d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX)).unwrap_or_default()
}

/// Everything that a shell may ask for. Clones share one state.
#[derive(Clone)]
pub struct Keeper {
    shared: Arc<Shared>,
}

/// The state of a keeper.
struct Shared {
    outside: Outside,
    registry: Registry,
    /// Problems that concern no account.
    problems: Mutex<Vec<ErrorView>>,
    book: BookFile,
    ledger: Ledger,
    /// The last use of each account that is not in the ledger.
    unrecorded: Mutex<BTreeMap<String, UnrecordedView>>,
    store: Store,
    http: HttpClient,
    waiting: Waiting,
    redirects: Listeners,
    logins: Mutex<BTreeMap<String, Running>>,
    /// Other accounts than were meant, by login, until the person decides. In memory only.
    mismatches: Mutex<BTreeMap<String, AccountMismatch>>,
    /// Secrets that their store did not take yet, by key. In memory only.
    pending: Mutex<BTreeMap<String, Secret>>,
    /// Locked while a secret goes into the store or out of it, so that no older secret overwrites a newer one.
    storing: Mutex<()>,
    /// A task checks the store until it has taken what waits. Cleared only while `pending` is locked.
    watching_store: AtomicBool,
    /// The keychain's state at the last check: a view never waits for a bus.
    keychain: Mutex<StoreState>,
    /// The practice platform, while this process runs it.
    practice: Mutex<Option<Announced>>,
    /// The session's language.
    language: Mutex<Language>,
    /// One lock an account: within this process, before the one that holds across processes.
    account_locks: Mutex<renewal::AccountLocks>,
    /// Accounts whose token changed, until the delivery runner has taken them. Written by [`Keeper::token_changed`] alone.
    changed_tokens: watch::Sender<BTreeSet<String>>,
    /// Starts the delivery runner at the first change: a front may open the keeper before it has a tokio runtime.
    delivery_runner: Once,
    /// Wakes the scheduler.
    wake: Notify,
    /// The network may have come back since the last sweep.
    network_back: AtomicBool,
    /// Both clocks, as they were read last.
    clocks: Mutex<Moment>,
    /// The clock was set, and no server has said since that it is right.
    clock_set: AtomicBool,
    /// How long a passphrase that was entered is kept.
    unlocked_for: watch::Sender<UnlockedFor>,
    /// The book's mark of the last lock when the passphrase was entered; see [`crate::book::Book::locked`].
    unlocked_after: Mutex<Option<String>>,
    /// A thread forgets the passphrase as soon as it is not needed any more, because the files were locked.
    locking: AtomicBool,
    /// Programs that wait for the person's decision, by id.
    program_questions: Mutex<BTreeMap<String, programs::Asked>>,
    /// Exports of statuses that run, by id.
    exports: Mutex<BTreeMap<String, posts::Exporting>>,
    /// How many things run that must not be cut off.
    busy: watch::Sender<usize>,
    /// How many deliveries run. One that is cut off stays owed.
    delivering: watch::Sender<usize>,
    /// Deliveries that this process tried and whose last try failed, by id.
    failed_deliveries: Mutex<BTreeMap<String, ErrorView>>,
    /// Limits the deliveries that run at once without a person having asked for them.
    delivery_slots: Arc<Semaphore>,
    /// Locked while the https redirect's certificate is read or made.
    certificate: Mutex<()>,
}

/// Counts something that runs, until it is dropped.
struct Busy(watch::Sender<usize>);

impl Busy {
    fn with(count: &watch::Sender<usize>) -> Busy {
        count.send_modify(|n| *n += 1);
        Busy(count.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.send_modify(|n| *n -= 1);
    }
}

/// A login that runs.
struct Running {
    cancel: watch::Sender<bool>,
    /// The consent page's address, once there is one.
    address: Option<Url>,
}

impl Keeper {
    /// Opens the book. Touches no keychain and no network, reads no provider file, and creates nothing.
    ///
    /// # Errors
    /// [`Error::Disk`] if the data folder is not a folder, or belongs to another person.
    pub fn open(outside: Outside) -> Result<Keeper> {
        let book = BookFile::new(&outside.data)?;
        let (kept, _) = book.read_lossy();
        let keychain = Keychain::new(&outside.service).with_entries(outside.entries.clone());
        let store = Store::new(&outside.data, kept.store, &outside.service)
            .with_keychain(keychain)
            .with_passphrase_work(outside.passphrase_work);
        let waiting = Waiting::default();
        let shared = Shared {
            registry: Registry::with_folder(outside.config.join("providers")),
            problems: Mutex::default(),
            book,
            ledger: Ledger::new(&outside.data),
            unrecorded: Mutex::default(),
            store,
            http: HttpClient::default(),
            redirects: Listeners::new(waiting.clone()),
            waiting,
            logins: Mutex::default(),
            mismatches: Mutex::default(),
            pending: Mutex::default(),
            storing: Mutex::default(),
            watching_store: AtomicBool::new(false),
            keychain: Mutex::new(StoreState::Ready),
            practice: Mutex::default(),
            language: Mutex::new(Language::En),
            account_locks: Mutex::default(),
            changed_tokens: watch::Sender::default(),
            delivery_runner: Once::new(),
            wake: Notify::new(),
            network_back: AtomicBool::new(false),
            clocks: Mutex::new(outside.moment()),
            clock_set: AtomicBool::new(false),
            unlocked_for: watch::Sender::new(UnlockedFor::Session),
            unlocked_after: Mutex::default(),
            locking: AtomicBool::new(false),
            program_questions: Mutex::default(),
            exports: Mutex::default(),
            busy: watch::Sender::new(0),
            delivering: watch::Sender::new(0),
            failed_deliveries: Mutex::default(),
            delivery_slots: Arc::new(Semaphore::new(delivery::runner::AT_ONCE)),
            certificate: Mutex::default(),
            outside,
        };
        Ok(Keeper { shared: Arc::new(shared) })
    }

    /// Sets the session's language. The names that apps and accounts get from their platform are in it, where the person has chosen no
    /// language.
    pub fn set_language(&self, language: Language) {
        *lock(&self.shared.language) = language;
    }

    /// A platform's name, for an app or an account without a name of its own.
    fn name_of_platform(&self, provider: &Provider) -> String {
        let (book, _) = self.shared.book.read_lossy();
        let language = match book.settings.language.as_str() {
            "system" => *lock(&self.shared.language),
            chosen => Language::negotiate(chosen),
        };
        provider.name.of(language.tag()).to_owned()
    }

    /// Takes the answer in a deep link. Any program may open one: what no login waits for is ignored.
    pub fn accept_link(&self, link: &str) -> Verdict {
        // As long as a request to a listener may be.
        const MAX_LINK: usize = 16 * 1024;
        let url = Some(link).filter(|l| l.len() <= MAX_LINK).and_then(|l| Url::parse(l).ok());
        let verdict = match url {
            Some(url) if url.scheme() == crate::redirect::SCHEME => self.shared.waiting.accept(&url, RedirectKind::PrivateUseScheme),
            _ => Verdict::Malformed,
        };
        tracing::info!(?verdict, "deep link");
        verdict
    }

    /// Prepares for the end of the program: waits for at most `limit` until no token is being obtained or renewed, and stores
    /// what waits in memory. Exports stop where they are. Deliveries get a short time; what they do not finish stays owed.
    pub async fn rest(&self, limit: Duration) {
        // A delivery may run a program that takes long.
        const DELIVERIES: Duration = Duration::from_secs(10);
        self.stop_exports();
        let mut busy = self.shared.busy.subscribe();
        let work = async {
            let _ = busy.wait_for(|n| *n == 0).await;
            let _ = tokio::time::timeout(DELIVERIES, self.deliveries_end()).await;
            // A delivery may have started a renewal.
            let _ = busy.wait_for(|n| *n == 0).await;
            if !lock(&self.shared.pending).is_empty() {
                let _ = self.check_store().await;
            }
        };
        let _ = tokio::time::timeout(limit, work).await;
    }

    /// Shows a problem in the view until the program ends.
    pub fn note(&self, error: &Error) {
        lock(&self.shared.problems).push(error.view());
        self.changed();
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.shared.outside.data
    }

    /// Wakes the scheduler: something may be due now.
    pub fn wake_scheduler(&self) {
        self.shared.wake.notify_one();
    }

    fn busy(&self) -> Busy {
        Busy::with(&self.shared.busy)
    }

    fn delivering(&self) -> Busy {
        Busy::with(&self.shared.delivering)
    }

    /// Waits until each change of a token is heard and no delivery runs.
    pub async fn deliveries_end(&self) {
        let _ = self.shared.changed_tokens.subscribe().wait_for(BTreeSet::is_empty).await;
        let _ = self.shared.delivering.subscribe().wait_for(|n| *n == 0).await;
    }

    /// Says that an account has another token: by a login, a renewal, an import or a rollback. This is the only signal for
    /// it. The delivery runner and the scheduler hear it; who sends it knows neither.
    fn token_changed(&self, account: &str) {
        self.shared.changed_tokens.send_modify(|accounts| {
            accounts.insert(account.to_owned());
        });
        self.shared.delivery_runner.call_once(|| {
            tokio::spawn(delivery::runner::run(
                Arc::downgrade(&self.shared),
                self.shared.changed_tokens.subscribe(),
            ));
        });
    }

    fn changed(&self) {
        (self.shared.outside.changed)();
    }

    /// Unix seconds, by the clock that this keeper was opened with.
    pub fn now(&self) -> i64 {
        (self.shared.outside.clock)()
    }

    /// Runs what may block (the keychain, a file lock) in a thread of its own.
    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Keeper) -> Result<T> + Send + 'static) -> Result<T> {
        let keeper = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&keeper)).await;
        done.map_err(|e| Error::Internal { detail: e.to_string() })?
    }
}

/// The work, or [`Error::Cancelled`] as soon as that is wanted.
async fn or_cancelled<T>(cancelled: &watch::Receiver<bool>, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut cancelled = cancelled.clone();
    tokio::select! {
        result = work => result,
        _ = cancelled.wait_for(|c| *c) => Err(Error::Cancelled),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A random id: 128 bits.
fn new_id() -> String {
    rand::random::<[u8; 16]>().iter().map(|b| format!("{b:02x}")).collect()
}
