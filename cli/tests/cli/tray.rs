//! `keybearer serve --tray` as a real process, on a bus of the test's own, with a panel, a notification daemon, and a program in the place
//! of the app that writes down what it is started for.

mod lock;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use keybearer_core::keeper::now;
use keybearer_core::token::DAY;
use keybearer_core::token::Secret;
use keybearer_core::view::{ProgramQuestion, RenewalOutcome, RenewalView, Settings};
use keybearer_practice::meta::{Meta, Platform};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use zbus::zvariant::{DynamicType, OwnedValue, Value};
use zbus::{Connection, connection, interface};

use self::lock::sealed;
use crate::rig::{Home, PATIENCE, Start as _, ended, with_threads};
use crate::serve::{python, runtime, signal, socket};

const WORDS: &str = "correct horse battery";
const TRAY: &str = "io.github.keybearer.Tray";
const PATH: &str = "/io/github/keybearer/Tray";

/// Who shows tray icons: it knows each item by its name on the bus.
struct Watcher(Arc<Mutex<Vec<String>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.lock().unwrap().push(service);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// A line of a menu: its id, its properties, and the lines below it.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// A summary and a body.
type Notice = (String, String);

struct Daemon(Arc<Mutex<Vec<Notice>>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    fn get_capabilities(&self) -> Vec<&str> {
        vec!["body", "actions"]
    }

    #[allow(clippy::too_many_arguments)] // the specification's
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, Value<'_>>,
        _timeout: i32,
    ) -> u32 {
        let mut said = self.0.lock().unwrap();
        said.push((summary, body));
        u32::try_from(said.len()).unwrap()
    }
}

/// A home, a bus, and what is on it.
struct Session {
    home: Home,
    _daemon: Child,
    address: String,
    bus: Connection,
    items: Arc<Mutex<Vec<String>>>,
    said: Arc<Mutex<Vec<Notice>>>,
    changed: Arc<Mutex<usize>>,
}

impl Session {
    async fn new() -> Session {
        let home = Home::new();
        runtime(&home, 0o700);
        let app = home.0.path().join("app");
        let started = home.0.path().join("started");
        std::fs::write(&app, format!("#!/bin/sh\necho \"$*\" >> '{}'\n", started.display())).unwrap();
        std::fs::set_permissions(&app, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut daemon = Command::new("dbus-daemon");
        daemon.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        let mut daemon = daemon.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).start();
        let mut lines = BufReader::new(daemon.stdout.take().unwrap()).lines();
        let address = lines.next_line().await.unwrap().unwrap();
        let (items, said, changed) = <(Arc<_>, Arc<_>, Arc<Mutex<usize>>)>::default();
        let bus = connection::Builder::address(address.as_str())
            .unwrap()
            .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&items)))
            .unwrap()
            .serve_at("/org/freedesktop/Notifications", Daemon(Arc::clone(&said)))
            .unwrap()
            .name("org.kde.StatusNotifierWatcher")
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .build()
            .await
            .unwrap();
        let session = Session {
            home,
            _daemon: daemon,
            address,
            bus,
            items,
            said,
            changed,
        };
        session.count_changes();
        session
    }

    /// Counts the signals of the tray process, on a connection of its own.
    fn count_changes(&self) {
        let (address, changed) = (self.address.clone(), Arc::clone(&self.changed));
        std::thread::spawn(move || {
            let bus = zbus::blocking::connection::Builder::address(address.as_str())
                .unwrap()
                .build()
                .unwrap();
            let rule = format!("type='signal',interface='{TRAY}',member='Changed'");
            let messages = zbus::blocking::MessageIterator::for_match_rule(rule.as_str(), &bus, None).unwrap();
            for _ in messages.flatten() {
                *changed.lock().unwrap() += 1;
            }
        });
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(arguments);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.address)
            .env("XDG_RUNTIME_DIR", self.home.0.path().join("run"))
            .env("APPIMAGE", self.home.0.path().join("app"))
            // The image is mounted somewhere.
            .env("APPDIR", "/");
        command
    }

    /// The tray process, as soon as it is on the bus.
    async fn start(&self, arguments: &[&str]) -> Child {
        let child = self.command(&[&["serve", "--tray"], arguments].concat()).start();
        until("the tray process", async || self.is_here(TRAY).await.then_some(())).await;
        child
    }

    async fn is_here(&self, name: &str) -> bool {
        let dbus = zbus::fdo::DBusProxy::new(&self.bus).await.unwrap();
        dbus.name_has_owner(name.try_into().unwrap()).await.unwrap()
    }

    async fn ask<B: serde::Serialize + DynamicType>(&self, method: &str, body: &B) -> zbus::Result<zbus::Message> {
        self.bus.call_method(Some(TRAY), PATH, Some(TRAY), method, body).await
    }

    async fn text(&self, method: &str) -> String {
        self.ask(method, &()).await.unwrap().body().deserialize().unwrap()
    }

    /// What the app was started for, a line each.
    fn started(&self) -> Vec<String> {
        let lines = std::fs::read_to_string(self.home.0.path().join("started")).unwrap_or_default();
        lines.lines().map(str::to_owned).collect()
    }

    /// The body of the notification with this summary.
    async fn said(&self, summary: &str) -> String {
        until("a notification", async || {
            let said = self.said.lock().unwrap();
            let found = said.iter().find(|(known, _)| known == summary);
            found.map(|(_, body)| body.clone())
        })
        .await
    }

    /// The labels of the whole menu, by their ids.
    async fn menu(&self) -> Option<Vec<(i32, String)>> {
        let name = self.items.lock().unwrap().last().cloned()?;
        let asked = (0_i32, -1_i32, Vec::<&str>::new());
        let menu = Some("com.canonical.dbusmenu");
        let reply = self
            .bus
            .call_method(Some(name.as_str()), "/MenuBar", menu, "GetLayout", &asked)
            .await
            .ok()?;
        let (_, root): (u32, Layout) = reply.body().deserialize().ok()?;
        let mut labels = Vec::new();
        for child in root.2 {
            collect(&child, &mut labels);
        }
        Some(labels)
    }

    /// Clicks the line with this label, once the menu has it.
    async fn click(&self, label: &str) {
        let id = until("the menu", async || {
            let menu = self.menu().await?;
            menu.into_iter().find(|(_, known)| known.starts_with(label)).map(|(id, _)| id)
        })
        .await;
        let name = self.items.lock().unwrap().last().cloned().unwrap();
        let event = (id, "clicked", Value::I32(0), 0_u32);
        let menu = Some("com.canonical.dbusmenu");
        let clicked = self.bus.call_method(Some(name.as_str()), "/MenuBar", menu, "Event", &event);
        match clicked.await {
            // The process may be gone before it answers.
            Err(zbus::Error::MethodError(why, ..)) if label == "Quit" => assert!(why.ends_with(".NoReply"), "{why}"),
            answer => drop(answer.unwrap()),
        }
    }
}

fn collect(line: &Value<'_>, labels: &mut Vec<(i32, String)>) {
    match line {
        Value::Value(inner) => collect(inner, labels),
        Value::Structure(node) => {
            let [Value::I32(id), Value::Dict(properties), Value::Array(children)] = node.fields() else {
                return;
            };
            let label = properties
                .iter()
                .find(|(name, _)| matches!(name, Value::Str(name) if name == "label"));
            labels.push((*id, label.map(|(_, value)| text(value)).unwrap_or_default()));
            for child in children.iter() {
                collect(child, labels);
            }
        }
        _ => {}
    }
}

fn text(value: &Value<'_>) -> String {
    match value {
        Value::Value(inner) => text(inner),
        Value::Str(text) => text.to_string(),
        _ => String::new(),
    }
}

/// Asks again and again until there is an answer.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn there_is_one_tray_process() {
    let s = Session::new().await;
    let meta = Meta::start(Platform::Threads).await.unwrap();
    with_threads(&s.home, Some(WORDS), &meta).await;
    let first = s.start(&[]).await;
    assert_eq!(s.started(), Vec::<String>::new(), "no window was wanted");
    let second = ended(s.command(&["serve", "--tray"]).start()).await;
    assert_eq!((second.code, second.out.as_str(), second.err.as_str()), (0, "", ""));
    // Its data are not deleted under it.
    let erased = ended(s.command(&["forget", "--everything", "--yes"]).start()).await;
    assert_eq!(erased.code, 5, "{erased:?}");
    // What another process writes is in the menu.
    until("the account in the menu", async || {
        let menu = s.menu().await?;
        menu.iter().any(|(_, label)| label.starts_with("@ada")).then_some(())
    })
    .await;
    let keeper = s.home.keeper();
    let id = keeper.view().accounts[0].id.clone();
    keeper.delete_account(&id).await.unwrap();
    until("the menu without the account", async || {
        let menu = s.menu().await?;
        (!menu.iter().any(|(_, label)| label.starts_with("@ada"))).then_some(())
    })
    .await;
    s.click("Open Keybearer").await;
    until("the window", async || (s.started() == [""]).then_some(())).await;
    s.click("Quit").await;
    let said = ended(first).await;
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    assert!(!socket(&s.home).exists());
    assert_eq!(s.started(), [""], "no window's process had to be told to end");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_menu_starts_the_window() {
    let s = Session::new().await;
    let meta = Meta::start(Platform::Threads).await.unwrap();
    with_threads(&s.home, Some(WORDS), &meta).await;
    let id = s.home.keeper().view().accounts[0].id.clone();
    let child = s.start(&[]).await;
    s.click("Copy token").await;
    until("the copy", async || (s.started() == [format!("--copy {id}")]).then_some(())).await;
    s.click("Open").await;
    until("the account", async || {
        (s.started().last() == Some(&format!("--account {id}"))).then_some(())
    })
    .await;
    // A window's process that runs is told to end by Quit.
    s.bus.request_name("io.github.keybearer.SingleInstance").await.unwrap();
    s.click("Quit").await;
    assert_eq!(ended(child).await.code, 0);
    until("the end of the window", async || (s.started().last()? == "--quit").then_some(())).await;
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn renewals_and_notices_by_the_bus() {
    let s = Session::new().await;
    let meta = Meta::start(Platform::Threads).await.unwrap();
    with_threads(&s.home, Some(WORDS), &meta).await;
    // Old enough to be renewed because a person wants it.
    let file = s.home.data().join("book.json");
    let mut book: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for time in ["issued", "obtained"] {
        book["accounts"][0][time] = (now() - 2 * DAY).into();
    }
    std::fs::write(&file, book.to_string()).unwrap();
    let child = s.start(&[]).await;
    assert_eq!(s.text("LastRenewals").await, "[]");
    s.ask("Notify", &("A summary", "<a body>", "")).await.unwrap();
    assert_eq!(s.said("A summary").await, "<a body>");
    // No window is open that would say so.
    s.said("Keybearer is locked").await;
    // A second start for it only asks the first one.
    let second = ended(s.command(&["serve", "--tray", "--refresh"]).start()).await;
    assert_eq!((second.code, second.err.as_str()), (0, ""));
    assert_eq!(s.said("Long-lived tokens renewed").await, "1 to be tried again later");
    until("the signal", async || (*s.changed.lock().unwrap() > 0).then_some(())).await;
    let last: Vec<RenewalView> = serde_json::from_str(&s.text("LastRenewals").await).unwrap();
    // Nobody has typed the passphrase.
    assert!(
        matches!(&last[..], [renewal] if renewal.outcome == RenewalOutcome::Later),
        "{last:?}"
    );
    s.ask("Quit", &()).await.unwrap();
    assert_eq!(ended(child).await.code, 0);
    assert!(!s.is_here(TRAY).await);
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_program_is_asked_about_in_the_window() {
    let s = Session::new().await;
    let meta = Meta::start(Platform::Threads).await.unwrap();
    let token = with_threads(&s.home, Some(WORDS), &meta).await;
    let keeper = s.home.keeper();
    let asks = Settings {
        ask_programs: true,
        ..keeper.view().settings
    };
    keeper.change_settings(asks).unwrap();
    let words = s.home.0.path().join("words");
    std::fs::write(&words, format!("{WORDS}\n")).unwrap();
    let mut command = s.command(&["serve", "--tray", "--passphrase-fd", "0"]);
    let child = command.stdin(std::fs::File::open(&words).unwrap()).start();
    until("the socket", async || socket(&s.home).exists().then_some(())).await;
    for (answer, given) in [("not-now", "program-refused"), ("once", token.as_str())] {
        let before = (*s.changed.lock().unwrap(), s.started().len());
        let path: PathBuf = socket(&s.home);
        let asking = tokio::spawn(async move { python(&path, "ada").await });
        let question = until("the question", async || {
            let questions: Vec<ProgramQuestion> = serde_json::from_str(&s.text("Questions").await).unwrap();
            questions.into_iter().next()
        })
        .await;
        assert!(question.executable.contains("python3"), "{question:?}");
        until("the window", async || (s.started().len() == before.1 + 1).then_some(())).await;
        until("the signal", async || (*s.changed.lock().unwrap() > before.0).then_some(())).await;
        for wrong in [("unknown", answer), (question.id.as_str(), "perhaps")] {
            assert!(s.ask("AnswerProgram", &wrong).await.is_err(), "{wrong:?}");
        }
        s.ask("AnswerProgram", &(question.id.as_str(), answer)).await.unwrap();
        assert_eq!(asking.await.unwrap(), given);
        assert!(
            s.ask("AnswerProgram", &(question.id.as_str(), answer)).await.is_err(),
            "it no longer waits"
        );
        assert_eq!(s.text("Questions").await, "[]");
    }
    signal(&child, "-TERM").await;
    assert_eq!(ended(child).await.code, 0);
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_key_of_the_window_opens_the_files() {
    let (s, child, token, _meta) = sealed().await;
    let path = socket(&s.home);
    assert_eq!(python(&path, "ada").await, "passphrase-needed");
    let keeper = s.home.keeper();
    keeper.open_sealed_file(Secret::new(WORDS)).await.unwrap();
    let key = keeper.sealed_file_key().unwrap();
    let share = async |key: &str, long: &str| {
        let (reader, mut writer) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut writer, key.as_bytes()).unwrap();
        drop(writer);
        let reader = zbus::zvariant::OwnedFd::from(std::os::fd::OwnedFd::from(reader));
        s.ask("Unlock", &(reader, long)).await
    };
    let refused = share(WORDS, "hour").await.unwrap_err().to_string();
    assert!(refused.contains("passphrase-wrong"), "{refused}");
    for long in ["window", "ever"] {
        let refused = share(key.expose(), long).await.unwrap_err().to_string();
        assert!(refused.contains("InvalidArgs"), "{long}: {refused}");
    }
    assert_eq!(python(&path, "ada").await, "passphrase-needed");
    share(key.expose(), "session").await.unwrap();
    assert_eq!(python(&path, "ada").await, token);
    // Only the app's own window gets it back.
    let refused = s.ask("Key", &()).await.unwrap_err().to_string();
    assert!(refused.contains("AccessDenied"), "{refused}");
    s.ask("Lock", &()).await.unwrap();
    until("the lock", async || {
        (python(&path, "ada").await == "passphrase-needed").then_some(())
    })
    .await;
    s.click("Quit").await;
    assert_eq!(ended(child).await.code, 0);
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn where_nothing_can_be_seen() {
    let s = Session::new().await;
    // A package without the app.
    let mut alone = s.command(&["serve", "--tray"]);
    let alone = ended(alone.env("APPIMAGE", "/nonexistent/app").env("APPDIR", "/").start()).await;
    assert!(alone.code == 1 && alone.err.contains("/nonexistent/app"), "{alone:?}");
    let mut without = s.command(&["serve", "--tray"]);
    without.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let without = ended(without.start()).await;
    assert!(without.code == 1 && without.err.contains("no bus"), "{without:?}");
    // Nobody would find it without a tray, and nobody asked it to stay.
    s.bus.release_name("org.kde.StatusNotifierWatcher").await.unwrap();
    let refreshed = ended(s.command(&["serve", "--tray", "--refresh"]).start()).await;
    assert_eq!((refreshed.code, refreshed.err.as_str()), (0, ""));
    assert_eq!(s.said("Long-lived tokens renewed").await, "No token needs it now.");
    // The session ends: so does it.
    let mut s = s;
    let child = s.start(&[]).await;
    s._daemon.start_kill().unwrap();
    let said = ended(child).await;
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
}

/// Each start of an AppImage is mounted in a folder of its own: the window's process is known by the image.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn only_the_window_of_the_same_appimage_may_ask_for_the_key() {
    let s = Session::new().await;
    let tray = s.start(&[]).await;
    let home = s.home.0.path();
    std::fs::write(home.join("another"), "").unwrap();
    let asks = async |name: &str, image: &str, mount: &str| {
        let program = home.join("mount").join(name);
        std::fs::create_dir_all(program.parent().unwrap()).unwrap();
        std::fs::copy("/usr/bin/dbus-send", &program).unwrap();
        let mut command = Command::new(&program);
        command.args(["--print-reply", &format!("--bus={}", s.address), &format!("--dest={TRAY}"), PATH]);
        command.arg(format!("{TRAY}.Key"));
        command.env("APPIMAGE", home.join(image)).env("APPDIR", home.join(mount));
        let said = ended(command.stdout(Stdio::piped()).stderr(Stdio::piped()).start()).await;
        let (has_no_key, denied) = (said.err.contains("locked"), said.err.contains("AccessDenied"));
        assert!(has_no_key != denied, "{said:?}");
        has_no_key
    };
    assert!(asks("keybearer-desktop", "app", "mount").await);
    assert!(!asks("keybearer-desktop", "another", "mount").await);
    assert!(!asks("keybearer-desktop", "app", "run").await, "a variable of another program's");
    assert!(!asks("dbus-send", "app", "mount").await);
    s.click("Quit").await;
    assert_eq!(ended(tray).await.code, 0);
}
