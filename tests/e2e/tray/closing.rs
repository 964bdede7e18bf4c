//! What becomes of a window that was closed: asked once, its process ended as soon as nothing would be lost, and the way back from
//! the tray process, which stays.

use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::Locator;
use keybearer_practice::meta::Message;
use keybearer_practice::{Flavor, Practice};
use serde_json::json;
use zbus::export::ordered_stream::OrderedStreamExt as _;
use zbus::message::Type;
use zbus::{MessageStream, connection};

use super::panel::{Panel, wait};
use super::{LONG, LONG_ENOUGH, Process, Stage, invoke};
use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};
use crate::window::{TRAY, WINDOW, arguments};

/// The window asks before it closes, and its process ends; the tray stays, and brings the window back.
#[tokio::test(flavor = "multi_thread")]
async fn closing() {
    let s = Stage::new(LONG).await;
    let app = App::start(&s.desktop).await;
    // The window has started it.
    s.panel.menu(|menu| !menu.is_empty()).await;
    let tray = s.desktop.tray();
    let ada = s.id("@ada");
    s.panel.click(&["@ada", "Open"]).await;
    // Either the page has fetched it by now, or it is still there to be fetched.
    wait("the account's screen", async || {
        let there = app.is_there("account-title").await || invoke(&app, "wanted_account", json!({})).await == json!(ada);
        there.then_some(())
    })
    .await;
    until("the end of the start that said so", || {
        (s.desktop.windows().len() == 1).then_some(())
    });
    s.desktop.press_cross();
    app.find("confirm").await;
    app.photograph("tray-closing").await;
    app.click("dismiss").await;
    app.gone("dismiss").await;
    assert!(s.desktop.has_window(), "the person has thought better of it");
    s.desktop.press_cross();
    // The answer to this click may never come: the page is gone.
    let _ = tokio::time::timeout(Duration::from_secs(5), app.find("confirm").await.click()).await;
    s.window_ends();
    assert_eq!(s.book()["settings"]["on_close"], "keep");
    s.panel.menu(|menu| !menu.is_empty()).await;
    let mut window = s.start_beside(&[]);
    s.open_window();
    // Chosen once, not asked again.
    s.desktop.press_cross();
    window.ends();
    s.window_ends();
    s.panel.click(&["@ada", "Open"]).await;
    s.open_window();
    let windows = s.desktop.windows();
    assert!(arguments(windows[0]).ends_with(&format!("--account\n{ada}\n")), "{windows:?}");
    assert_eq!(s.desktop.tray(), tray, "the same all the time");
    s.panel.click(&["Quit"]).await;
    s.all_end();
    app.close().await;

    // That start opens the account's screen.
    let app = App::start_with(&s.desktop, &["--account", &ada]).await;
    assert!(app.text("account-title").await.contains("ada"));
    app.photograph("tray-account").await;
    app.close().await;
}

/// Nobody shows a tray: the question says so, and whoever starts the app again has its window back.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray() {
    let mut s = Stage::new(LONG).await;
    let elsewhere = Desktop::new(Keyring::None);
    s.panel = Panel::new(&elsewhere).await;
    let app = App::start(&s.desktop).await;
    let tray = s.desktop.tray();
    s.desktop.press_cross();
    app.find("confirm").await;
    let question = app.window.find(Locator::Css("dialog")).await.unwrap().text().await.unwrap();
    assert!(question.contains("has no tray"), "{question}");
    let _ = tokio::time::timeout(Duration::from_secs(5), app.find("confirm").await.click()).await;
    s.window_ends();
    assert_eq!(s.book()["settings"]["on_close"], "keep");
    assert_eq!(s.desktop.tray(), tray);
    let mut window = s.start_beside(&[]);
    s.open_window();
    s.start_again(&["--quit"]);
    window.ends();
    s.all_end();
    app.close().await;

    // The desktop entry's action reaches what nobody sees; a window that was closed for good ends the app.
    let mut tray = s.start(2, &["--hidden"]);
    until("the tray process", || s.desktop.owns(TRAY).then_some(()));
    s.start_again(&["--refresh"]);
    until("both renewed", || (s.meta.count(Message::Refresh) == 2).then_some(()));
    let mut window = s.start_beside(&[]);
    s.open_window();
    s.choose("quit");
    s.desktop.press_cross();
    window.ends();
    tray.ends();
    let mut tray = s.start_on(2, &["--hidden"]);
    until("the tray process", || s.desktop.owns(TRAY).then_some(()));
    s.start_again(&["--quit"]);
    tray.ends();
    s.start_again(&["--quit"]);
    s.all_end();
}

/// A window that was closed leaves the tray process alone, and the tray brings it back, as often as somebody wants it. What was
/// copied would go with its process.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_leaves_the_tray_process() {
    let s = Stage::new(LONG).await;
    s.choose("keep");
    let mut window = s.start(2, &[]);
    s.open_window();
    let tray = s.desktop.tray();
    s.desktop.press_cross();
    window.ends();
    s.window_ends();
    s.panel.menu(|menu| menu.iter().any(|line| line.label.starts_with("@ada"))).await;
    s.panel.click(&["Open Keybearer"]).await;
    s.open_window();
    s.desktop.press_cross();
    s.window_ends();
    assert_eq!(s.desktop.tray(), tray);

    let mut window = s.start_beside(&["io.github.keybearer://callback/nobody-waits"]);
    s.open_window();
    s.panel.click(&["@grace", "Copy token"]).await;
    until("the token in the clipboard", || {
        (s.desktop.clipboard() == s.tokens[1]).then_some(())
    });
    s.desktop.press_cross();
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    std::thread::sleep(LONG_ENOUGH);
    assert!(s.desktop.clipboard() == s.tokens[1], "it is still there");
    assert!(window.runs(), "it stays as it is");
    // The person copies something else.
    s.desktop.copy("other");
    window.ends();
    assert_eq!(s.desktop.clipboard(), "other");
    assert_eq!(s.desktop.tray(), tray);
}

/// A token is copied without a window, by a process that ends when the clipboard is another's.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_without_a_window() {
    let s = Stage::new(LONG).await;
    let _tray = s.start(2, &["--hidden"]);
    s.panel.click(&["@grace", "Copy token"]).await;
    until("the token in the clipboard", || {
        (s.desktop.clipboard() == s.tokens[1]).then_some(())
    });
    let process = s.desktop.windows();
    assert_eq!(process.len(), 1);
    assert!(!arguments(process[0]).contains(&s.tokens[1]) && !s.desktop.has_window());
    // It is a window's process like any other.
    s.panel.click(&["Open Keybearer"]).await;
    s.open_window();
    assert_eq!(s.desktop.windows(), process);
    s.choose("keep");
    s.desktop.press_cross();
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    assert_eq!(s.desktop.windows(), process);
    s.desktop.copy("other");
    s.window_ends();
}

/// A login that waits outlives its window; when it is done, nothing is in the way any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_waits_keeps_the_process() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let s = Stage::new(LONG).await;
    s.choose("keep");
    let app = App::start(&s.desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.click("connect").await;
    let address = s.desktop.opened(1);
    s.desktop.tray();
    s.desktop.press_cross();
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    std::thread::sleep(LONG_ENOUGH);
    assert_eq!(s.desktop.windows().len(), 1, "it stays as it is");
    let browser = Browser::open(&s.desktop, server.origin()).await;
    browser.consent(&address, "allow").await;
    browser.address("/done").await;
    s.window_ends();
    let token = server.tokens().pop().unwrap();
    assert!(s.desktop.secrets().contains(&token), "nothing is lost");
    assert_eq!(s.book()["accounts"].as_array().unwrap().len(), 3);
    let third = |label: &str| label.starts_with("@ada@127.0.0.1");
    s.panel.menu(|menu| menu.iter().any(|line| third(&line.label))).await;
    app.close().await;
}

/// Without a bus nobody finds the running app: a second one says so and goes, and closing the window ends the first, which serves programs
/// until then.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_bus() {
    let desktop = Desktop::new(Keyring::None);
    let command = || {
        let mut command = desktop.command(env!("CARGO_BIN_EXE_keybearer-desktop"));
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        command
    };
    let mut first = Process(command().spawn().unwrap());
    until("the window", || desktop.has_window().then_some(()));
    until("its page", || desktop.has_page().then_some(()));
    let second = command().output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && said.contains("already"), "{said}");
    assert!(first.runs() && desktop.windows() == [first.id()]);
    assert!(desktop.trays().is_empty(), "no bus, no tray");
    let socket = desktop.path("XDG_RUNTIME_DIR").join("keybearer/socket");
    until("the socket", || UnixStream::connect(&socket).ok());
    desktop.press_cross();
    first.ends();
    assert!(!socket.exists());
}

/// An instance that ends is on the bus for a moment longer, and answers no start.
#[tokio::test(flavor = "multi_thread")]
async fn start_beside_an_end() {
    const LINK: &str = "io.github.keybearer://callback/nobody-waits";
    let s = Stage::new(LONG).await;
    until("the end of the last one on the bus", || (!s.desktop.owns(WINDOW)).then_some(()));
    let address = s.desktop.path("DBUS_SESSION_BUS_ADDRESS");
    let ending = connection::Builder::address(address.to_str().unwrap())
        .unwrap()
        .name(WINDOW)
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut asked = MessageStream::from(&ending);
    let mut window = Process(s.command(&[LINK]).spawn().unwrap());
    wait("the call of the start", async || {
        let message = asked.next().await.unwrap().unwrap();
        (message.message_type() == Type::MethodCall).then_some(())
    })
    .await;
    drop(asked);
    ending.close().await.unwrap();
    s.open_window();
    // The plugin for links takes one that is the only argument.
    assert!(arguments(window.id()).ends_with(&format!("keybearer-desktop\n{LINK}\n")));
    s.panel.menu(|menu| !menu.is_empty()).await;
    s.panel.click(&["Quit"]).await;
    window.ends();
    s.all_end();
}

/// Quit ends both processes, however far the start of one of them is.
#[tokio::test(flavor = "multi_thread")]
async fn quit_during_a_start() {
    let moments = || (0..1_000).step_by(150);
    let s = Stage::new(LONG).await;
    for moment in moments() {
        // This start tells the window's process, which starts the tray process a moment after its first view.
        let mut window = s.start_on(0, &[]);
        until("the window's process", || s.desktop.owns(WINDOW).then_some(()));
        std::thread::sleep(Duration::from_millis(moment));
        s.start_again(&["--quit"]);
        window.ends();
        s.all_end();
    }
    for moment in moments() {
        let mut tray = s.start_on(0, &["--hidden"]);
        s.panel.click(&["Open Keybearer"]).await;
        std::thread::sleep(Duration::from_millis(moment));
        s.panel.click(&["Quit"]).await;
        tray.ends();
        s.all_end();
    }
}

/// A window's process that is stopped takes no start over.
#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_window() {
    let s = Stage::new(LONG).await;
    let window = s.start_on(0, &[]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    let stop = Command::new("kill").args(["-STOP", &window.id().to_string()]).status();
    assert!(stop.unwrap().success());
    let start = |arguments: &[&str]| s.command(arguments).stderr(Stdio::piped()).spawn().unwrap();
    for start in [start(&[]), start(&["--quit"])] {
        let output = start.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && said.contains(&format!("process {}", window.id())),
            "{said}"
        );
    }
    // Quit ends what it can.
    until("the end of the tray process", || s.desktop.trays().is_empty().then_some(()));
    drop(window);
    s.all_end();
}
