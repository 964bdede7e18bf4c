//! The tray as a person lives it, on a bus of the test's own: the menu, its clicks, what is said; a start without a window; a
//! window that closes into the tray; a store that is locked meanwhile.

mod panel;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use keybearer_practice::meta::{Message, Meta, Platform};
use serde_json::{Value, json};

use self::panel::{Panel, wait};
use crate::app::App;
use crate::desktop::{Desktop, Keyring, until};

const DAY: u64 = 86_400;
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
        let meta = Meta::start(Platform::Threads).await.unwrap();
        let desktop = Desktop::new(Keyring::Unlocked);
        let folder = desktop.path("XDG_CONFIG_HOME").join("io.github.keybearer/providers");
        std::fs::create_dir_all(&folder).unwrap();
        let hosts = format!("web = \"{0}\"\ngraph = \"{0}\"\n", meta.origin());
        let file = format!("format = 1\nid = \"here\"\nextends = \"threads\"\n[hosts]\n{hosts}");
        std::fs::write(folder.join("here.toml"), file).unwrap();
        let app = App::start(&desktop).await;
        let mut tokens = Vec::new();
        for name in ["ada", "grace"] {
            let token = meta.generate_token(name, &["threads_basic"], Some(lives)).unwrap();
            let adopted = json!({ "token": token, "provider": "here", "client": null, "name": "" });
            invoke(&app, "adopt", adopted).await;
            tokens.push(token);
        }
        app.close().await;
        let panel = Panel::new(&desktop).await;
        Stage {
            desktop,
            panel,
            meta,
            tokens,
        }
    }

    /// Starts the app so many days later, for the platform as well.
    fn start(&self, days: u64, arguments: &[&str]) -> Process {
        self.meta.advance(Duration::from_secs(days * DAY));
        let child = self
            .command(arguments)
            .env("KEYBEARER_CLOCK_AHEAD", (days * DAY).to_string())
            .spawn();
        Process(child.unwrap())
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.desktop.command(env!("CARGO_BIN_EXE_keybearer-desktop"));
        let bus = self.desktop.path("DBUS_SESSION_BUS_ADDRESS");
        command.args(arguments).env("DBUS_SYSTEM_BUS_ADDRESS", bus).stdout(Stdio::null());
        command
    }

    /// A second start, which ends at once.
    fn start_again(&self, arguments: &[&str]) {
        assert!(self.command(arguments).status().unwrap().success(), "a second start ends in peace");
    }

    fn book(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.book_file()).unwrap()).unwrap()
    }

    fn book_file(&self) -> std::path::PathBuf {
        self.desktop.path("XDG_DATA_HOME").join("io.github.keybearer/book.json")
    }

    fn has_window(&self) -> bool {
        self.desktop
            .run("xdotool", &["search", "--onlyvisible", "--name", "^Keybearer$"])
            .is_some()
    }

    /// The processes of a web view in this desktop.
    fn web_processes(&self) -> usize {
        let mark = format!("DESK={}", self.desktop.path("DESK").display());
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let is_web = |path: std::path::PathBuf| {
            let name = std::fs::read_to_string(path.join("comm")).unwrap_or_default();
            let env = std::fs::read(path.join("environ")).unwrap_or_default();
            name.starts_with("WebKit") && String::from_utf8_lossy(&env).split('\0').any(|v| v == mark)
        };
        processes.filter(|p| is_web(p.path())).count()
    }

    /// What a window manager sends when somebody presses the window's cross.
    fn press_cross(&self) {
        const SCRIPT: &str = "import ctypes as c, sys\n\
            class M(c.Structure): _fields_ = [('type', c.c_int), ('serial', c.c_ulong), ('send', c.c_int), ('display', c.c_void_p),\n\
            \x20 ('window', c.c_ulong), ('message', c.c_ulong), ('format', c.c_int), ('data', c.c_long * 5), ('pad', c.c_long * 24)]\n\
            x = c.CDLL('libX11.so.6'); x.XOpenDisplay.restype = c.c_void_p; x.XInternAtom.restype = c.c_ulong\n\
            d = c.c_void_p(x.XOpenDisplay(None)); w = int(sys.argv[1])\n\
            m = M(33, 0, 1, None, w, x.XInternAtom(d, b'WM_PROTOCOLS', 0), 32)\n\
            m.data[0] = x.XInternAtom(d, b'WM_DELETE_WINDOW', 0)\n\
            x.XSendEvent(d, c.c_ulong(w), 0, c.c_long(0), c.byref(m)); x.XFlush(d); x.XCloseDisplay(d)";
        let found = self
            .desktop
            .run("xdotool", &["search", "--onlyvisible", "--name", "^Keybearer$"])
            .unwrap();
        let window = found.lines().next().unwrap().to_owned();
        assert!(self.desktop.run("/usr/bin/python3", &["-c", SCRIPT, &window]).is_some());
    }
}

/// The app without a driver; ended when dropped.
struct Process(Child);

impl Process {
    fn ends(&mut self) {
        let status = until("the end of the app", || self.0.try_wait().unwrap());
        assert!(status.success(), "{status}");
    }

    fn runs(&mut self) -> bool {
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
async fn invoke(app: &App, command: &str, arguments: Value) -> Value {
    const SCRIPT: &str = "const [command, given, done] = arguments; \
        window.__TAURI_INTERNALS__.invoke(command, given).then((ok) => done({ ok }), (error) => done({ error }))";
    let answer = app.window.execute_async(SCRIPT, vec![json!(command), arguments]).await.unwrap();
    assert!(answer.get("error").is_none(), "{command}: {answer}");
    answer["ok"].clone()
}

/// Two accounts in the menu; a token copied, both refreshed with one notification, and Quit quits.
#[tokio::test(flavor = "multi_thread")]
async fn tray_menu_and_its_clicks() {
    let s = Stage::new(LONG).await;
    let mut app = s.start(2, &["--hidden"]);
    let menu = s.panel.menu(|menu| menu.len() > 4).await;
    let labels: Vec<&str> = menu.iter().map(|line| line.label.as_str()).collect();
    assert!(labels[0].starts_with("@ada – ") && labels[1].starts_with("@grace – "), "{labels:?}");
    let rest: Vec<&str> = labels[2..].iter().copied().filter(|label| !label.is_empty()).collect();
    assert_eq!(rest, ["Refresh long-lived tokens", "Open Keybearer", "Quit"]);
    let beneath: Vec<&str> = menu[0].children.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(beneath, ["Copy token", "Refresh now", "Open"]);

    s.panel.click(&["@grace", "Copy token"]).await;
    until("the token in the clipboard", || {
        (s.desktop.clipboard() == s.tokens[1]).then_some(())
    });

    s.panel.click(&["Refresh long-lived tokens"]).await;
    let said = s.panel.said(1).await;
    assert_eq!(
        (said[0].summary.as_str(), said[0].body.as_str()),
        ("Long-lived tokens refreshed", "2 renewed")
    );
    assert_eq!(s.meta.count(Message::Refresh), 2);
    // What was renewed just now may not be renewed again.
    let young = |line: &panel::Line| line.label.starts_with("@ada") && line.children.len() == 2;
    s.panel.menu(|menu| menu.iter().any(young)).await;
    assert_eq!(s.panel.said(1).await.len(), 1, "one notification");
    s.panel.click(&["Quit"]).await;
    app.ends();
}

/// A hidden start has no web view; `--refresh` reaches it; a second start shows the window.
#[tokio::test(flavor = "multi_thread")]
async fn tray_hidden_start() {
    let s = Stage::new(LONG).await;
    until("the end of the window's processes", || (s.web_processes() == 0).then_some(()));
    let mut app = s.start(2, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    assert!(!s.has_window() && s.web_processes() == 0, "no window, no web view");
    s.start_again(&["--refresh"]);
    assert_eq!(s.panel.said(1).await[0].body, "2 renewed");
    s.start_again(&["--hidden"]);
    assert!(!s.has_window() && app.runs());
    s.start_again(&[]);
    until("the window", || s.has_window().then_some(()));
    s.panel.click(&["Quit"]).await;
    app.ends();

    // With nobody running it does its work, and stays where it can be found again.
    let mut app = s.start(2, &["--refresh"]);
    assert_eq!(s.panel.said(2).await.len(), 2);
    assert!(!s.has_window() && app.runs());
}

/// The window asks before it closes, stays in the tray, and comes back; the tray is Quit's. Without a panel closing quits.
#[tokio::test(flavor = "multi_thread")]
async fn tray_closing() {
    let s = Stage::new(LONG).await;
    let app = App::start(&s.desktop).await;
    s.panel.menu(|menu| !menu.is_empty()).await;
    let ada = s.book()["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|a| a["name"] == "@ada")
        .unwrap()["id"]
        .clone();
    s.panel.click(&["@ada", "Open"]).await;
    // Either the page has fetched it by now, or it is still there to be fetched.
    wait("the account's screen", async || {
        let there = app.is_there("account-title").await || invoke(&app, "wanted_account", json!({})).await == ada;
        there.then_some(())
    })
    .await;
    s.press_cross();
    app.click("dismiss").await;
    app.gone("dismiss").await;
    assert!(s.has_window(), "the person has thought better of it");
    s.press_cross();
    // The answer to this click may never come: the page is gone.
    let _ = tokio::time::timeout(Duration::from_secs(5), app.find("confirm").await.click()).await;
    until("the window to go", || (!s.has_window()).then_some(()));
    assert_eq!(s.book()["settings"]["on_close"], "keep");
    s.panel.menu(|menu| !menu.is_empty()).await;
    s.start_again(&[]);
    until("the window", || s.has_window().then_some(()));
    // Chosen once, not asked again.
    s.press_cross();
    until("the window to go", || (!s.has_window()).then_some(()));
    s.panel.click(&["@ada", "Open"]).await;
    until("the window", || s.has_window().then_some(()));
    s.panel.click(&["Quit"]).await;
    app.close().await;
}

/// Nobody shows a tray: closing the window ends the app, and nothing is asked.
#[tokio::test(flavor = "multi_thread")]
async fn tray_absent() {
    let mut s = Stage::new(LONG).await;
    let elsewhere = Desktop::new(Keyring::None);
    s.panel = Panel::new(&elsewhere).await;
    let mut app = s.start(0, &[]);
    until("the window", || s.has_window().then_some(()));
    // A window that is not yet listened to takes no message.
    std::thread::sleep(Duration::from_secs(2));
    s.press_cross();
    app.ends();
}

/// The store is locked at a hidden start: said once, nothing counts as failed, and after a sleep it goes on at once.
#[tokio::test(flavor = "multi_thread")]
async fn tray_locked_store_and_waking_up() {
    let s = Stage::new(LONG).await;
    s.desktop.lock_keyring();
    let _app = s.start(55, &["--hidden"]);
    let said = s.panel.said(1).await;
    assert_eq!(said[0].summary, "Keybearer is locked");
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(s.meta.count(Message::Refresh), 0);
    assert!(
        s.book()["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .all(|a| a["trouble"].is_null() && a["later"].is_null())
    );
    s.desktop.unlock_keyring();
    let woken = Instant::now();
    s.panel.wake().await;
    until("both renewed", || (s.meta.count(Message::Refresh) == 2).then_some(()));
    assert!(woken.elapsed() < Duration::from_secs(10), "it did not wait for its own clock");
    s.panel.menu(|menu| menu[0].label.starts_with("@ada")).await;
    assert_eq!(s.panel.said(1).await.len(), 1, "what renews by itself is no news");
}

/// What only a login renews is said in time, once, and a click leads to it. While nobody showed it nothing counted as said.
#[tokio::test(flavor = "multi_thread")]
async fn tray_notices() {
    // Too short a life to become old enough for a renewal.
    let s = Stage::new(Duration::from_secs(20 * 3600)).await;
    let mut app = s.start(0, &["--hidden"]);
    let said = s.panel.said(2).await;
    let mut names: Vec<&str> = said.iter().map(|n| n.summary.as_str()).collect();
    names.sort_unstable();
    assert!(names[0].starts_with("@ada · ") && names[1].starts_with("@grace · "), "{names:?}");
    assert_eq!(said[0].body, "Log in again within a day, or its token stops working.");
    assert_eq!(said[0].actions, ["default", "Open", "open", "Open"]);
    s.panel.act(1, "open").await;
    until("the window", || s.has_window().then_some(()));
    s.panel.click(&["Quit"]).await;
    app.ends();
    let _app = s.start(0, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(s.panel.said(2).await.len(), 2, "once each");
}

/// Starting with the session is written down when it is chosen, hidden, and taken back.
#[tokio::test(flavor = "multi_thread")]
async fn tray_autostart() {
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    let entry = desktop.path("XDG_CONFIG_HOME").join("autostart/io.github.keybearer.desktop");
    let mut settings = invoke(&app, "view", json!({})).await["settings"].clone();
    assert_eq!((&settings["autostart"], entry.exists()), (&json!(false), false), "off until chosen");
    settings["autostart"] = json!(true);
    invoke(&app, "change_settings", json!({ "settings": settings })).await;
    let text = until("the entry", || {
        std::fs::read_to_string(&entry).ok().filter(|text| text.contains("Exec="))
    });
    let exec = text.lines().find(|line| line.starts_with("Exec=")).unwrap();
    assert!(exec.contains("keybearer-desktop") && exec.ends_with("--hidden"), "{exec}");
    settings["autostart"] = json!(false);
    invoke(&app, "change_settings", json!({ "settings": settings })).await;
    until("its end", || (!entry.exists()).then_some(()));
    app.close().await;
}
