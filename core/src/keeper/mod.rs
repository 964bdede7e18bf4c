//! The keeper, the core's front desk: everything that a shell may ask for, one method each.
//!
//! `mod` what it holds, `folders` where · `logins` a login from plan to answer, `credentials` what it is given, `winning` what it wins put away,
//! `held` one that brought somebody else, `handles` whose it is · `adopting` tokens made elsewhere, `pasted` found in a text · `beneath` Pages · `devices` other machines ·
//! `renewing` a token's life, `tending` all of them without being asked, `clocks` when, `doubting` and `healing` what the book
//! says of it, `stepping_back`, `telling` a person in time, `learning` what the provider knows of it · `accounts` and `clients`
//! what is kept, `keeping` secrets on their way into the store · `trying` a call, `copying` a token as what it is needed as ·
//! `exporting` an account's statuses, `pages` on a `sheet`, with `patience` · `delivering` what goes where tokens are used, `carrying` them there ·
//! `moving` to another machine, `arriving` from one, in the form of `parcel` · `redirect` what is done about redirects before a login,
//! `self_test` whether they work here · `reaching` the platforms · `updates` newer versions · `looking` and `tiles` what a shell sees ·
//! `erase` all of it taken away.

mod accounts;
mod api_calls;
mod clients;
mod copies;
mod delivery;
mod erase;
mod folders;
mod login;
mod network;
mod posts;
mod redirects;
mod renewal;
mod scheduler;
mod secrets;
mod transfer;
mod updates;
mod view;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};
use url::Url;

use crate::book::BookFile;
use crate::error::{Error, Result};
use crate::http::client::Client as HttpClient;
use crate::provider::RedirectKind;
use crate::provider::registry::Registry;
use crate::redirect::loopback::Listeners;
use crate::redirect::waiting::{Verdict, Waiting};
use crate::refresh::clocks::Moment;
use crate::token::Secret;
use crate::vault::Store;
use crate::vault::keychain::{Entries, Keychain, SystemKeychain};
use crate::view::{ErrorView, StoreState};

pub use self::copies::Copied;
pub use self::erase::Erased;
use self::folders::Folders;
pub use self::folders::{TEST_FOLDER, data_folder};
pub use self::login::import::Adoption;
pub use self::posts::{ExportReport, Output};
pub use self::renewal::clock::since_boot;
pub use self::scheduler::TICK;

/// The name of everything that is ours: data folder, keychain service, deep-link scheme.
pub const IDENTIFIER: &str = "io.github.keybearer";

/// Opens an address in the person's own browser.
pub type Browser = Arc<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// Seconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the keeper needs from the world.
pub struct Outside {
    /// The data folder; see [`data_folder`].
    pub data: PathBuf,
    /// The config folder, with the person's own provider files in `providers/`.
    pub config: PathBuf,
    /// The keychain's service name.
    pub service: String,
    /// The keychain's entries: the system's, or a test's.
    pub entries: Arc<dyn Entries>,
    /// Opens addresses.
    pub browser: Browser,
    /// Hears that a view is out of date.
    pub changed: Arc<dyn Fn() + Send + Sync>,
    /// Unix seconds.
    pub clock: Clock,
    /// See [`since_boot`].
    pub since_boot: Clock,
    /// The time between two looks of the scheduler at the clocks; see [`TICK`].
    pub tick: Duration,
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

/// The front desk. Clones share.
#[derive(Clone)]
pub struct Keeper {
    desk: Arc<Desk>,
}

struct Desk {
    outside: Outside,
    registry: Registry,
    /// What is wrong at large.
    problems: Mutex<Vec<ErrorView>>,
    book: BookFile,
    store: Store,
    http: HttpClient,
    waiting: Waiting,
    redirects: Listeners,
    logins: Mutex<BTreeMap<String, Running>>,
    /// Tokens of other accounts than were meant, by login: in memory only.
    held: Mutex<BTreeMap<String, login::mismatch::Held>>,
    /// Secrets that their store did not take yet, by key: in memory only.
    pending: Mutex<BTreeMap<String, Secret>>,
    /// Held while a secret goes into the store or out of it, so that an older one is never written over a newer one.
    storing: Mutex<()>,
    /// How the keychain was when it was last looked at: a view never waits for a bus.
    keychain: Mutex<StoreState>,
    practice: Mutex<Option<Url>>,
    flights: Mutex<renewal::Flights>,
    /// Has a look at what is due when somebody knocks.
    wake: Notify,
    /// The network may be back since the last look.
    network_back: AtomicBool,
    /// What the clocks said when they were last looked at.
    clocks: Mutex<Moment>,
    /// The clock was set, and no server has said since that it is right.
    clock_set: AtomicBool,
    /// Exports of statuses that run, by id.
    exports: Mutex<BTreeMap<String, posts::Exporting>>,
    /// How many things are under way that must not be cut off.
    busy: watch::Sender<usize>,
    /// How many deliveries are: what is cut off of them stays owed.
    carrying: watch::Sender<usize>,
    /// The places of those that nobody asked for.
    carriers: Arc<Semaphore>,
    /// Held while the https redirect's certificate is looked for or made.
    certificate: Mutex<()>,
}

/// Something is under way, as long as this is.
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
    /// Opens the book. Touches no keychain and no network, and reads no provider file.
    ///
    /// # Errors
    /// [`Error::Disk`] where the data folder cannot be made.
    pub fn open(outside: Outside) -> Result<Keeper> {
        let book = BookFile::new(&outside.data)?;
        let (kept, _) = book.look();
        let keychain = Keychain::new(&outside.service).with_entries(outside.entries.clone());
        let store = Store::new(&outside.data, kept.store, &outside.service).with_keychain(keychain);
        let waiting = Waiting::default();
        let desk = Desk {
            registry: Registry::with_folder(outside.config.join("providers")),
            problems: Mutex::default(),
            book,
            store,
            http: HttpClient::default(),
            redirects: Listeners::new(waiting.clone()),
            waiting,
            logins: Mutex::default(),
            held: Mutex::default(),
            pending: Mutex::default(),
            storing: Mutex::default(),
            keychain: Mutex::new(StoreState::Ready),
            practice: Mutex::default(),
            flights: Mutex::default(),
            wake: Notify::new(),
            network_back: AtomicBool::new(false),
            clocks: Mutex::new(outside.moment()),
            clock_set: AtomicBool::new(false),
            exports: Mutex::default(),
            busy: watch::Sender::new(0),
            carrying: watch::Sender::new(0),
            carriers: Arc::new(Semaphore::new(delivery::runner::AT_ONCE)),
            certificate: Mutex::default(),
            outside,
        };
        Ok(Keeper { desk: Arc::new(desk) })
    }

    /// Says where the practice platform runs, or that it does not.
    pub fn set_practice(&self, origin: Option<Url>) {
        *lock(&self.desk.practice) = origin;
        self.changed();
    }

    /// Takes a deep link. It may come from anybody: what nobody waits for is ignored.
    pub fn deliver_link(&self, link: &str) -> Verdict {
        // Longer than any request a listener takes is longer than any answer.
        const MAX_LINK: usize = 16 * 1024;
        let url = Some(link).filter(|l| l.len() <= MAX_LINK).and_then(|l| Url::parse(l).ok());
        let verdict = match url {
            Some(url) if url.scheme() == crate::redirect::SCHEME => self.desk.waiting.deliver(&url, RedirectKind::PrivateUseScheme),
            _ => Verdict::Malformed,
        };
        tracing::info!(?verdict, "deep link");
        verdict
    }

    /// Waits until nothing is under way that must not be cut off (a token that is being won or renewed), and stores what
    /// waits; for so long at most. Exports stop where they are; deliveries are waited for a little, and stay owed. To be called
    /// before the program ends.
    pub async fn rest(&self, limit: Duration) {
        // Whoever asked for a token waits for its end, and not for a program that takes its time.
        const DELIVERIES: Duration = Duration::from_secs(10);
        self.stop_exports();
        let (mut busy, mut carrying) = (self.desk.busy.subscribe(), self.desk.carrying.subscribe());
        let work = async {
            let _ = busy.wait_for(|n| *n == 0).await;
            let _ = tokio::time::timeout(DELIVERIES, carrying.wait_for(|n| *n == 0)).await;
            // A delivery may have had its token renewed.
            let _ = busy.wait_for(|n| *n == 0).await;
            if !lock(&self.desk.pending).is_empty() {
                let _ = self.check_store().await;
            }
        };
        let _ = tokio::time::timeout(limit, work).await;
    }

    fn busy(&self) -> Busy {
        Busy::with(&self.desk.busy)
    }

    fn carries(&self) -> Busy {
        Busy::with(&self.desk.carrying)
    }

    fn changed(&self) {
        (self.desk.outside.changed)();
    }

    fn now(&self) -> i64 {
        (self.desk.outside.clock)()
    }

    /// Runs what may block (the keychain, a file lock) where it blocks nobody.
    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Keeper) -> Result<T> + Send + 'static) -> Result<T> {
        let keeper = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&keeper)).await;
        done.map_err(|e| Error::Internal { detail: e.to_string() })?
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A random id of ours: 128 bits.
fn new_id() -> String {
    rand::random::<[u8; 16]>().iter().map(|b| format!("{b:02x}")).collect()
}
