//! What every test uses: a keeper over folders and a keychain of its own, practice platforms, and a person with a browser. A
//! login is one line: `rig.log_in(plan).await`.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use keybearer_core::error::{Error, ErrorView};
use keybearer_core::keeper::{Clock, Keeper, Outside, TICK, now, since_boot};
use keybearer_core::provider::RedirectKind;
use keybearer_core::vault::keychain::Entries;
use keybearer_core::view::{AccountView, LoginEvent, LoginPlan, StepKind};
use keybearer_practice::{Flavor, Practice};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::browser::{Landing, Visit, visit};
pub use crate::fixed_port::FixedPort;
use crate::mock_keychain::{QUICK_WORK, entries, service};
use crate::plan;
pub use crate::running_login::Login;

/// Longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits, but not for ever.
pub async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_) => panic!("nothing came: {what}"),
    }
}

/// Waits until something has happened, but not for ever.
pub async fn until(what: &str, happened: impl Fn() -> bool) {
    soon(what, async {
        while !happened() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// What the person does when the browser opens.
#[derive(Clone, Debug)]
pub enum Habit {
    /// Goes through with it as this person of the practice platform.
    Allow(&'static str),
    /// The same, but takes the tick off these permissions.
    AllowBut(&'static str, &'static [&'static str]),
    /// Presses Deny.
    Deny,
    /// Looks at the address and does nothing.
    Nothing,
    /// Has no browser.
    NoBrowser,
}

/// A keeper and its person.
pub struct Rig {
    pub keeper: Keeper,
    pub home: TempDir,
    person: Arc<Person>,
    landings: tokio::sync::Mutex<UnboundedReceiver<Landing>>,
}

struct Person {
    habit: Mutex<Habit>,
    opened: Mutex<Vec<String>>,
    keeper: OnceLock<Keeper>,
    landings: UnboundedSender<Landing>,
}

/// A login that got its token.
pub struct Trip {
    pub account: AccountView,
    pub events: Vec<LoginEvent>,
}

impl Rig {
    pub fn new() -> Rig {
        let home = TempDir::new().unwrap();
        Rig::over(home)
    }

    /// Over folders that are there already.
    pub fn over(home: TempDir) -> Rig {
        Rig::with_clock(home, Arc::new(now))
    }

    pub fn with_clock(home: TempDir, clock: Clock) -> Rig {
        let entries = entries(home.path());
        Rig::with_entries(home, clock, entries)
    }

    pub fn with_entries(home: TempDir, clock: Clock, entries: Arc<dyn Entries>) -> Rig {
        let (landings, landed) = unbounded_channel();
        let person = Arc::new(Person {
            habit: Mutex::new(Habit::Allow("ada")),
            opened: Mutex::default(),
            keeper: OnceLock::new(),
            landings,
        });
        let opener = person.clone();
        let outside = Outside {
            browser: Arc::new(move |address| opener.open(address)),
            entries,
            ..outside(home.path(), clock)
        };
        let keeper = Keeper::open(outside).unwrap();
        let _ = person.keeper.set(keeper.clone());
        Rig {
            keeper,
            home,
            person,
            landings: tokio::sync::Mutex::new(landed),
        }
    }

    /// The same folders, opened again as after a restart.
    pub fn restart(self) -> Rig {
        // Keepers here outlive their tests, and a process does not.
        self.keeper.end_practice();
        Rig::over(self.home)
    }

    pub fn habit(&self, habit: Habit) {
        *self.person.habit.lock().unwrap() = habit;
    }

    /// The addresses that the browser was asked to open.
    pub fn opened(&self) -> Vec<String> {
        self.person.opened.lock().unwrap().clone()
    }

    /// Where the person's last visit ended.
    pub async fn landing(&self) -> Landing {
        soon("a landing", async { self.landings.lock().await.recv().await.unwrap() }).await
    }

    pub fn start(&self, plan: LoginPlan) -> Login {
        let (report, events) = unbounded_channel();
        let id = self.keeper.start_login(
            plan,
            Arc::new(move |event| {
                let _ = report.send(event);
            }),
        );
        Login::new(id, events)
    }

    /// A login whose person has the address and does nothing yet.
    pub async fn wait(&self, plan: LoginPlan) -> Login {
        self.habit(Habit::Nothing);
        let mut login = self.start(plan);
        login.until_waiting().await;
        login
    }

    /// The whole trip, as the plan's redirect wants it.
    pub async fn try_log_in(&self, plan: LoginPlan) -> Result<Trip, ErrorView> {
        while self.landings.lock().await.try_recv().is_ok() {}
        let mut login = self.start(plan);
        let redirect = match login.waiting_or_end().await {
            Ok(redirect) => redirect,
            Err(end) => return self.trip(login, end),
        };
        if matches!(redirect, RedirectKind::Paste | RedirectKind::OutOfBand) {
            match self.landing().await {
                // The redirect of an earlier login may still stand ajar there; the address bar is the same.
                Landing::Code(text) | Landing::Nowhere(text) | Landing::Home(text, _) => self.keeper.paste(&login.id, &text).unwrap(),
                other => panic!("nothing to paste: {other:?}"),
            }
        }
        let end = login.end().await;
        self.trip(login, end)
    }

    fn trip(&self, login: Login, end: Result<String, ErrorView>) -> Result<Trip, ErrorView> {
        Ok(Trip {
            account: self.account(&end?),
            events: login.seen,
        })
    }

    /// A login that works.
    pub async fn log_in(&self, plan: LoginPlan) -> Trip {
        match self.try_log_in(plan).await {
            Ok(trip) => trip,
            Err(error) => panic!("no login: {error:?}"),
        }
    }

    /// A login that does not, by the code of its error.
    pub async fn fail(&self, plan: LoginPlan) -> ErrorView {
        match self.try_log_in(plan).await {
            Ok(_) => panic!("this login was to fail"),
            Err(error) => error,
        }
    }

    pub fn account(&self, id: &str) -> AccountView {
        let view = self.keeper.view();
        view.accounts.into_iter().find(|a| a.id == id).unwrap()
    }

    pub async fn token(&self, account: &str) -> String {
        self.keeper.shown_token(account).await.unwrap().expose().to_owned()
    }

    /// The book as it is on disk.
    pub fn book(&self) -> String {
        std::fs::read_to_string(self.home.path().join("data/book.json")).expect("a book")
    }
}

impl Person {
    fn open(&self, address: &str) -> Result<(), Error> {
        self.opened.lock().unwrap().push(address.to_owned());
        let decision = match self.habit.lock().unwrap().clone() {
            Habit::Allow(name) => Visit::allow(name),
            Habit::AllowBut(name, unticked) => Visit::allow_but(name, unticked),
            Habit::Deny => Visit::deny(),
            Habit::Nothing => return Ok(()),
            Habit::NoBrowser => {
                return Err(Error::BrowserNotOpened {
                    detail: "no browser here".into(),
                });
            }
        };
        let (keeper, landings, address) = (self.keeper.get().unwrap().clone(), self.landings.clone(), address.to_owned());
        tokio::spawn(async move {
            let _ = landings.send(visit(&address, &decision, &keeper).await);
        });
        Ok(())
    }
}

/// The steps among the events.
pub fn steps(events: &[LoginEvent]) -> Vec<StepKind> {
    events
        .iter()
        .filter_map(|e| match e {
            LoginEvent::Step { step } => Some(*step),
            _ => None,
        })
        .collect()
}

pub async fn practice(flavor: Flavor) -> Practice {
    Practice::start(flavor).await.unwrap()
}

/// A login at this platform by this redirect, as a person would fill it in.
pub fn plan(rig: &Rig, practice: &Practice, redirect: RedirectKind) -> LoginPlan {
    plan::plan(&rig.keeper, practice, redirect)
}

/// How often a path was asked.
pub fn asked(practice: &Practice, path: &str) -> usize {
    practice
        .requests()
        .iter()
        .filter(|r| r.path == path && r.method != "OPTIONS")
        .count()
}

/// What a keeper over these folders has around it: no browser, and a keychain of these folders' own.
pub fn outside(home: &Path, clock: Clock) -> Outside {
    Outside {
        data: home.join("data"),
        config: home.join("config"),
        service: service(home),
        entries: entries(home),
        browser: Arc::new(|_| Ok(())),
        changed: Arc::new(|| {}),
        clock,
        since_boot: Arc::new(since_boot),
        tick: TICK,
        passphrase_work: QUICK_WORK,
        program: || None,
    }
}

/// A keeper of another process over the same folders: with nobody in front of it.
pub fn keeper_at(home: &Path, clock: Clock) -> Keeper {
    Keeper::open(outside(home, clock)).unwrap()
}

/// A file of the person's own that extends a shipped one and replaces its hosts by one origin: every word but the hosts is
/// the shipped one.
pub fn provider_file(home: &Path, id: &str, base: &str, origin: &str, hosts: &[&str]) {
    let hosts: Vec<(&str, &str)> = hosts.iter().map(|host| (*host, origin)).collect();
    extend(home, id, base, &hosts);
}

/// The same, with an origin for each host.
pub fn extend(home: &Path, id: &str, base: &str, hosts: &[(&str, &str)]) {
    let folder = home.join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let hosts: Vec<String> = hosts.iter().map(|(host, origin)| format!("{host} = \"{origin}\"\n")).collect();
    let file = format!("format = 1\nid = \"{id}\"\nextends = \"{base}\"\n[hosts]\n{}", hosts.concat());
    std::fs::write(folder.join(format!("{id}.toml")), file).unwrap();
}
