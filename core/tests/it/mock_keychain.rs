//! A keychain for tests, in a folder. Each entry is a file, so that the processes of one test share it, and a kill leaves an
//! entry whole. It takes the system keychain's place unless a test runs in a session of script/desktop: see `children`.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use keybearer_core::token::Secret;
use keybearer_core::vault::Store;
use keybearer_core::vault::keychain::{Entries, Keychain, SystemKeychain, Trouble};
use keybearer_core::view::{StoreKind, StoreState};

use crate::children::SYSTEM_KEYCHAIN;
use crate::system::replace;

struct MockKeychain {
    folder: PathBuf,
}

/// The name under which the entries of this home are kept.
pub fn service(home: &Path) -> String {
    format!("test {}", home.display())
}

/// The entries that a keeper of this home uses.
pub fn entries(home: &Path) -> Arc<dyn Entries> {
    match std::env::var_os(SYSTEM_KEYCHAIN) {
        Some(_) => Arc::new(SystemKeychain),
        None => Arc::new(MockKeychain {
            folder: home.join("keychain"),
        }),
    }
}

/// scrypt's work factor for passphrases of tests: no second for each.
pub const QUICK_WORK: u8 = 4;

/// The keychain of this home.
pub fn keychain(home: &Path) -> Keychain {
    Keychain::new(&service(home)).with_entries(entries(home))
}

/// The stores of this home, as a keeper opens them.
pub fn store(home: &Path) -> Store {
    Store::new(&home.join("data"), StoreKind::Keychain, &service(home))
        .with_keychain(keychain(home))
        .with_passphrase_work(QUICK_WORK)
}

impl MockKeychain {
    fn of(&self, service: &str) -> PathBuf {
        self.folder.join(hex(service))
    }

    fn file(&self, service: &str, key: &str) -> PathBuf {
        self.of(service).join(hex(key))
    }
}

impl Entries for MockKeychain {
    fn probe(&self) -> StoreState {
        StoreState::Ready
    }

    fn read(&self, service: &str, key: &str) -> Result<Option<Secret>, Trouble> {
        match fs::read_to_string(self.file(service, key)) {
            Ok(text) => Ok(Some(Secret::new(text_of(&text)))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    fn write(&self, service: &str, key: &str, secret: &Secret) -> Result<(), Trouble> {
        static DRAFTS: AtomicUsize = AtomicUsize::new(0);
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let (file, folder) = (self.file(service, key), self.of(service));
        let draft = self.folder.join(format!("draft-{}-{number}", std::process::id()));
        let written = fs::create_dir_all(folder)
            .and_then(|()| fs::write(&draft, hex(secret.expose())))
            .and_then(|()| replace(&draft, &file));
        written.map_err(|error| failed(&error))
    }

    fn delete(&self, service: &str, key: &str) -> Result<(), Trouble> {
        match fs::remove_file(self.file(service, key)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&error)),
            _ => Ok(()),
        }
    }

    fn keys(&self, service: &str) -> Result<BTreeSet<String>, Trouble> {
        let folder = match fs::read_dir(self.of(service)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
            folder => folder.map_err(|error| failed(&error))?,
        };
        let names = folder.map(|entry| entry.map(|entry| text_of(&entry.file_name().to_string_lossy())));
        names.collect::<Result<_, _>>().map_err(|error| failed(&error))
    }

    fn notes(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

/// What a call does to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Read,
    Write,
    Delete,
}

/// Runs before a call, and may refuse it.
type Before = Box<dyn Fn(Operation, &str) -> Result<(), Trouble> + Send + Sync>;

/// A home's keychain whose state a test sets, and whose calls it watches and refuses.
pub struct WatchedKeychain {
    entries: Arc<dyn Entries>,
    state: Mutex<StoreState>,
    before: Mutex<Arc<Before>>,
    on_probe: Mutex<Option<Arc<dyn Fn() + Send + Sync>>>,
}

impl WatchedKeychain {
    pub fn new(home: &Path) -> Arc<WatchedKeychain> {
        Arc::new(WatchedKeychain {
            entries: entries(home),
            state: Mutex::new(StoreState::Ready),
            before: Mutex::new(Arc::new(Box::new(|_, _| Ok(())))),
            on_probe: Mutex::default(),
        })
    }

    /// Runs each time that the keychain is asked for its state.
    pub fn on_probe(&self, seen: impl Fn() + Send + Sync + 'static) {
        *self.on_probe.lock().unwrap() = Some(Arc::new(seen));
    }

    pub fn set_state(&self, state: StoreState) {
        *self.state.lock().unwrap() = state;
    }

    pub fn before(&self, before: impl Fn(Operation, &str) -> Result<(), Trouble> + Send + Sync + 'static) {
        *self.before.lock().unwrap() = Arc::new(Box::new(before));
    }

    /// Refuses these calls from now on.
    pub fn refuse(&self, refused: impl Fn(Operation, &str) -> bool + Send + Sync + 'static) {
        self.before(move |call, key| match refused(call, key) {
            true => Err(Trouble::Failed("refused by the test".into())),
            false => Ok(()),
        });
    }

    fn watch(&self, call: Operation, key: &str) -> Result<(), Trouble> {
        if *self.state.lock().unwrap() == StoreState::Locked {
            return Err(Trouble::Locked);
        }
        let before = self.before.lock().unwrap().clone();
        before(call, key)
    }
}

impl Entries for WatchedKeychain {
    fn probe(&self) -> StoreState {
        let seen = self.on_probe.lock().unwrap().clone();
        seen.iter().for_each(|seen| seen());
        *self.state.lock().unwrap()
    }

    fn read(&self, service: &str, key: &str) -> Result<Option<Secret>, Trouble> {
        self.watch(Operation::Read, key)?;
        self.entries.read(service, key)
    }

    fn write(&self, service: &str, key: &str, secret: &Secret) -> Result<(), Trouble> {
        self.watch(Operation::Write, key)?;
        self.entries.write(service, key, secret)
    }

    fn delete(&self, service: &str, key: &str) -> Result<(), Trouble> {
        self.watch(Operation::Delete, key)?;
        self.entries.delete(service, key)
    }

    fn keys(&self, service: &str) -> Result<BTreeSet<String>, Trouble> {
        self.entries.keys(service)
    }

    fn notes(&self) -> Vec<&'static str> {
        self.entries.notes()
    }
}

fn failed(error: &std::io::Error) -> Trouble {
    Trouble::Failed(error.to_string())
}

/// Secrets are not written as clear text, so that a search for them in a test's files finds a leak only.
fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn text_of(hex: &str) -> String {
    let bytes = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    String::from_utf8(bytes.collect()).unwrap()
}

#[test]
fn a_mock_keychain_keeps_reads_lists_and_deletes() {
    let home = tempfile::TempDir::new().unwrap();
    let mock = MockKeychain {
        folder: home.path().join("keychain"),
    };
    let keys = |service| mock.keys(service).unwrap().into_iter().collect::<Vec<_>>();
    assert!(mock.read("s", "account/a").unwrap().is_none() && keys("s").is_empty());
    mock.delete("s", "account/a").unwrap();
    for value in ["", "x", "{\"v\":1,\"t\":\"ü令牌%2F🔑\"}"] {
        mock.write("s", "account/a", &Secret::new(value)).unwrap();
        assert_eq!(mock.read("s", "account/a").unwrap().unwrap().expose(), value);
    }
    assert_eq!((keys("s"), keys("other")), (vec!["account/a".to_owned()], Vec::new()));
    mock.delete("s", "account/a").unwrap();
    assert!(mock.read("s", "account/a").unwrap().is_none() && keys("s").is_empty());
}
