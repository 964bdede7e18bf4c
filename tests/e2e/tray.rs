//! The tray as a person lives it, on a bus of the test's own. Here is the stage: a desktop with a panel, a platform, and two
//! accounts that the app keeps.
//!
//! `menu` its lines and clicks, a start without a window · `closing` what becomes of a window that was closed, and what stays ·
//! `together` what each of the two processes hears of the other, and what is left when one is killed · `programs` the question about
//! a program · `asleep` stores that are locked or gone, a computer that slept · `notices` what is said in time · `panel` the other
//! side

mod asleep;
mod closing;
mod menu;
mod notices;
pub mod panel;
mod programs;
mod together;

use std::process::{Child, Stdio};
use std::time::Duration;

use keybearer_practice::meta::{Message, Meta, Platform};
use serde_json::{Value, json};

use self::panel::Panel;
use crate::app::App;
use crate::desktop::{CLOCK, Desktop, Keyring, until};
use crate::window::{TRAY, WINDOW};

const DAY: u64 = 86_400;
const PASSPHRASE: &str = "correct horse battery";
/// A window's process that holds nothing would have ended by then.
const LONG_ENOUGH: Duration = Duration::from_secs(5);
/// What must not come would have come by then.
const A_WHILE: Duration = Duration::from_secs(2);
/// What Threads gives.
const LONG: Duration = Duration::from_secs(60 * DAY);

/// A desktop with a panel, a platform, and two of its accounts.
struct Stage {
    desktop: Desktop,
    panel: Panel,
    meta: Meta,
    tokens: Vec<String>,
}

impl Stage {
    async fn new(lives: Duration) -> Stage {
        Stage::on(Keyring::Unlocked, lives).await
    }

    async fn on(keyring: Keyring, lives: Duration) -> Stage {
        let meta = Meta::start(Platform::Threads).await.unwrap();
        let desktop = Desktop::new(keyring);
        let folder = desktop.path("XDG_CONFIG_HOME").join("io.github.keybearer/providers");
        std::fs::create_dir_all(&folder).unwrap();
        let hosts = format!("web = \"{0}\"\ngraph = \"{0}\"\n", meta.origin());
        let file = format!("format = 1\nid = \"here\"\nextends = \"threads\"\n[hosts]\n{hosts}");
        std::fs::write(folder.join("here.toml"), file).unwrap();
        let app = App::start(&desktop).await;
        if matches!(keyring, Keyring::None) {
            invoke(&app, "use_sealed_file", json!({ "passphrase": PASSPHRASE, "long": "session" })).await;
        }
        let mut tokens = Vec::new();
        for name in ["ada", "grace"] {
            let token = meta.generate_token(name, &["threads_basic"], Some(lives)).unwrap();
            let adopted = json!({ "token": token, "provider": "here", "client": null, "name": "", "server": "" });
            invoke(&app, "import_token", adopted).await;
            tokens.push(token);
        }
        // The window starts it a moment after its first view: one that starts now would outlive the window, and be found by the next start.
        until("the tray process", || desktop.owns(TRAY).then_some(()));
        app.close().await;
        let panel = Panel::new(&desktop).await;
        Stage {
            desktop,
            panel,
            meta,
            tokens,
        }
    }

    /// Starts the app, of which nothing runs, so many days later, for the platform as well.
    fn start(&self, days: u64, arguments: &[&str]) -> Process {
        self.meta.advance(Duration::from_secs(days * DAY));
        self.start_on(days, arguments)
    }

    /// The same for the app alone.
    fn start_on(&self, days: u64, arguments: &[&str]) -> Process {
        // The bus may know the last ones for a moment after their end, and a start in that moment would find them.
        until("the end of the last ones on the bus", || {
            (!self.desktop.owns(WINDOW) && !self.desktop.owns(TRAY)).then_some(())
        });
        let child = self.command(arguments).env(CLOCK, (days * DAY).to_string()).spawn();
        Process(child.unwrap())
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.desktop.command(env!("CARGO_BIN_EXE_keybearer-desktop"));
        let bus = self.desktop.path("DBUS_SESSION_BUS_ADDRESS");
        command.args(arguments).env("DBUS_SYSTEM_BUS_ADDRESS", bus).stdout(Stdio::null());
        command
    }

    /// A start beside what runs, which becomes the window's process or the tray process.
    fn start_beside(&self, arguments: &[&str]) -> Process {
        Process(self.command(arguments).spawn().unwrap())
    }

    /// A second start, which ends at once.
    fn start_again(&self, arguments: &[&str]) {
        assert!(self.command(arguments).status().unwrap().success(), "a second start ends in peace");
    }

    /// Waits until nothing of the app runs.
    fn all_end(&self) {
        until("the end of both processes", || {
            (self.desktop.windows().is_empty() && self.desktop.trays().is_empty()).then_some(())
        });
    }

    /// Waits until the window's process has ended.
    fn window_ends(&self) {
        until("the end of the window's process", || {
            self.desktop.windows().is_empty().then_some(())
        });
        // The X server may hear of the process's end a moment later.
        until("the end of its window", || (!self.desktop.has_window()).then_some(()));
        until("the end of the page's processes", || {
            (self.desktop.web_processes() == 0).then_some(())
        });
    }

    /// The id of an account.
    fn id(&self, name: &str) -> String {
        let book = self.book();
        let account = book["accounts"].as_array().unwrap().iter().find(|a| a["name"] == name);
        account.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// Waits for the window and its page: by then it hears what a window manager says.
    fn open_window(&self) {
        until("the window", || self.desktop.has_window().then_some(()));
        until("its page", || self.desktop.has_page().then_some(()));
        assert!(self.desktop.web_processes() >= 2, "the page has ended");
    }

    fn book(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.book_file()).unwrap()).unwrap()
    }

    /// Nothing was tried, and nothing counts as failed.
    fn nothing_failed(&self) {
        assert_eq!(self.meta.count(Message::Refresh), 0);
        let book = self.book();
        let accounts = book["accounts"].as_array().unwrap();
        assert!(!accounts.is_empty(), "{book}");
        assert!(accounts.iter().all(|a| a["trouble"].is_null() && a["later"].is_null()), "{book}");
    }

    /// What the person chose for the closing of the window; while the app does not write.
    fn choose(&self, on_close: &str) {
        self.rewrite(|book| book["settings"]["on_close"] = json!(on_close));
    }

    /// Makes an account one that does not renew by itself, and ends so many seconds after it was issued.
    fn only_a_login_renews(&self, name: &str, lives: u64) {
        self.rewrite(|book| {
            let mut accounts = book["accounts"].as_array_mut().unwrap().iter_mut();
            let account = accounts.find(|a| a["name"] == name).unwrap();
            let issued = account["issued"].as_u64().or(account["obtained"].as_u64()).unwrap();
            account["provider"] = json!("x");
            account["expires"] = json!(issued + lives);
        });
    }

    /// Writes the book as another process does.
    fn rewrite(&self, change: impl FnOnce(&mut Value)) {
        let mut book = self.book();
        change(&mut book);
        let part = self.book_file().with_extension("test");
        std::fs::write(&part, book.to_string()).unwrap();
        std::fs::rename(part, self.book_file()).unwrap();
    }

    fn book_file(&self) -> std::path::PathBuf {
        self.desktop.book()
    }
}

/// The app without a driver; ended when dropped.
pub struct Process(pub Child);

impl Process {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    fn ends(&mut self) {
        let status = until("the end of the app", || self.0.try_wait().unwrap());
        assert!(status.success(), "{status}");
    }

    pub fn runs(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A command, as the page calls it.
pub async fn invoke(app: &App, command: &str, arguments: Value) -> Value {
    const SCRIPT: &str = "const [command, given, done] = arguments; \
        window.__TAURI_INTERNALS__.invoke(command, given).then((ok) => done({ ok }), (error) => done({ error }))";
    let answer = app.window.execute_async(SCRIPT, vec![json!(command), arguments]).await.unwrap();
    assert!(answer.get("error").is_none(), "{command}: {answer}");
    answer["ok"].clone()
}
