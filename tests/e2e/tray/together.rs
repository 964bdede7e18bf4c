//! The two processes: what each hears of the other, and what is left when one is killed or alone.

use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, Instant};

use keybearer_practice::meta::Message;
use serde_json::json;

use super::panel::{Panel, wait};
use super::{LONG, Process, Stage, invoke};
use crate::app::App;
use crate::desktop::{Desktop, Keyring, command_line, signal, until};
use crate::window::{TRAY, WINDOW};

/// What one process has done is seen in the other by then. An idle machine needs a tenth of it.
const SOON: Duration = Duration::from_secs(5);

impl Stage {
    /// Waits for a line of the tray's menu that says that.
    async fn line(&self, part: &str) {
        self.panel.menu(|menu| menu.iter().any(|line| line.label.contains(part))).await;
    }
}

/// The tray process renews, and a window that is open shows it, with the results of "Renew all now".
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_reaches_the_window() {
    let s = Stage::new(LONG).await;
    s.meta.advance(Duration::from_secs(2 * super::DAY));
    let app = App::start_ahead(&s.desktop, 2).await;
    s.line("@ada").await;
    let ada = s.id("@ada");
    app.click("to-next").await;
    app.find("refresh-all").await;
    assert!(!app.is_there("refresh-results").await);
    s.panel.click(&["Renew all now"]).await;
    s.panel.said(1).await;
    let said = Instant::now();
    assert_eq!(
        app.find(&format!("result-{ada}"))
            .await
            .attr("data-outcome")
            .await
            .unwrap()
            .as_deref(),
        Some("renewed")
    );
    assert!(said.elapsed() < SOON);
    assert_eq!(s.meta.count(Message::Refresh), 2, "one of them renews");

    // And what a third process has written, in both.
    s.rewrite(|book| {
        let mut accounts = book["accounts"].as_array_mut().unwrap().iter_mut();
        accounts.find(|a| a["id"] == json!(ada)).unwrap()["name"] = json!("@eve");
    });
    let written = Instant::now();
    app.find_css(&format!("[data-testid=\"account-{ada}\"][title^=\"@eve\"]")).await;
    s.line("@eve").await;
    assert!(written.elapsed() < SOON);
    app.close().await;
}

/// What changes in the window is in the tray's menu.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_window_reaches_the_tray() {
    let s = Stage::new(LONG).await;
    let app = App::start(&s.desktop).await;
    s.line("Open Keybearer").await;
    let mut settings = invoke(&app, "view", json!({})).await["settings"].clone();
    settings["language"] = json!("zh-Hant");
    invoke(&app, "change_settings", json!({ "settings": settings })).await;
    let changed = Instant::now();
    s.line("全部續期").await;
    assert!(changed.elapsed() < SOON);
    invoke(&app, "delete_account", json!({ "account": s.id("@ada") })).await;
    let changed = Instant::now();
    s.panel.menu(|menu| menu[0].label.starts_with("@grace")).await;
    assert!(changed.elapsed() < SOON);
    let imported = json!({ "token": s.tokens[0], "provider": "here", "client": null, "name": "", "server": "" });
    invoke(&app, "import_token", imported).await;
    let changed = Instant::now();
    s.line("@ada").await;
    assert!(changed.elapsed() < SOON);
    app.close().await;
}

/// A window works on without its tray process, and starts it again; the next start does so at once, or the closing of the window.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_tray_process() {
    let s = Stage::new(LONG).await;
    s.choose("keep");
    let app = App::start(&s.desktop).await;
    s.line("@ada").await;
    let first = s.desktop.tray();
    signal("KILL", first);
    until("its end", || s.desktop.trays().is_empty().then_some(()));
    let ada = s.id("@ada");
    app.click(&format!("account-{ada}")).await;
    app.click("copy-token").await;
    until("the token", || (s.desktop.clipboard() == s.tokens[0]).then_some(()));
    s.line("@ada").await;
    signal("KILL", s.desktop.tray());
    until("its end", || s.desktop.trays().is_empty().then_some(()));
    let _second = s.start_beside(&["--hidden"]);
    s.line("@ada").await;
    // Usually the second one. Where that took five seconds, the window's.
    s.desktop.tray();
    app.close().await;

    let mut window = s.start_on(0, &[]);
    s.open_window();
    signal("KILL", s.desktop.tray());
    until("its end", || s.desktop.trays().is_empty().then_some(()));
    // A window that is closed leaves one behind, whatever became of the last.
    s.desktop.press_cross();
    window.ends();
    s.window_ends();
    s.line("@ada").await;
    s.desktop.tray();
}

/// The tray process works on without the window's, and opens another.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_window() {
    let s = Stage::new(LONG).await;
    let mut window = s.start(2, &[]);
    s.open_window();
    let tray = s.desktop.tray();
    signal("KILL", window.id());
    until("its end", || (!window.runs()).then_some(()));
    until("its name to be free", || (!s.desktop.owns(WINDOW)).then_some(()));
    s.panel.click(&["Renew all now"]).await;
    assert_eq!(s.panel.said(1).await[0].body, "2 renewed");
    s.panel.click(&["Open Keybearer"]).await;
    s.open_window();
    assert_eq!(s.desktop.tray(), tray);
    s.panel.click(&["Quit"]).await;
    s.all_end();
}

/// There is one tray process, and it ends with its session.
#[tokio::test(flavor = "multi_thread")]
async fn one_tray_process_a_session() {
    let desktop = Desktop::new(Keyring::None);
    let mut daemon = desktop.command("dbus-daemon");
    let socket = desktop.path("XDG_RUNTIME_DIR").join("second-bus");
    let address = format!("unix:path={}", socket.display());
    let daemon = daemon
        .args(["--session", "--nofork", "--nopidfile", &format!("--address={address}")])
        .spawn();
    let mut daemon = Process(daemon.unwrap());
    until("the bus", || UnixStream::connect(&socket).ok());
    let start = || {
        let mut command = desktop.command(command_line());
        command.args(["serve", "--tray"]).env("DBUS_SESSION_BUS_ADDRESS", &address);
        Process(command.spawn().unwrap())
    };
    let mut first = start();
    let bus = zbus::connection::Builder::address(address.as_str()).unwrap().build().await.unwrap();
    let names = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
    wait("its name", async || {
        names.name_has_owner(TRAY.try_into().unwrap()).await.unwrap().then_some(())
    })
    .await;
    start().ends();
    assert!(first.runs());
    drop((names, bus));
    daemon.0.kill().unwrap();
    until("its end", || (!first.runs()).then_some(()));
}

/// The command line alone has no window to open, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_app() {
    let desktop = Desktop::new(Keyring::None);
    let _panel = Panel::new(&desktop).await;
    let folder = desktop.path("HOME").join("bin");
    std::fs::create_dir(&folder).unwrap();
    let alone = folder.join("keybearer");
    std::fs::copy(command_line(), &alone).unwrap();
    let mut said = std::collections::BTreeSet::new();
    for language in ["en_US.UTF-8", "zh_CN.UTF-8", "zh_TW.UTF-8"] {
        let mut command: Command = desktop.command(&alone);
        let output = command.args(["serve", "--tray"]).env("LC_ALL", language).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains("keybearer-desktop"), "{text}");
        said.insert(text);
    }
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(!desktop.owns(TRAY));
}
