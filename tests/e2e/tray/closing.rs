//! Behind a window that was closed: asked once, kept running, small again, and the way back.

use std::time::Duration;

use fantoccini::Locator;
use keybearer_practice::meta::Message;
use keybearer_practice::{Flavor, Practice};
use serde_json::json;
use zbus::export::ordered_stream::OrderedStreamExt as _;
use zbus::message::Type;
use zbus::{MessageStream, connection};

use super::panel::{Panel, wait};
use super::{LONG, Process, Stage, invoke};
use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};

/// A process that may would have run itself anew by then.
const LONG_ENOUGH: Duration = Duration::from_secs(5);

/// The window asks before it closes, stays in the tray, and comes back; the tray is Quit's.
#[tokio::test(flavor = "multi_thread")]
async fn closing() {
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
    s.desktop.press_cross();
    app.click("dismiss").await;
    app.gone("dismiss").await;
    assert!(s.desktop.has_window(), "the person has thought better of it");
    s.desktop.press_cross();
    // The answer to this click may never come: the page is gone.
    let _ = tokio::time::timeout(Duration::from_secs(5), app.find("confirm").await.click()).await;
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    assert_eq!(s.book()["settings"]["on_close"], "keep");
    s.panel.menu(|menu| !menu.is_empty()).await;
    s.start_again(&[]);
    until("the window", || s.desktop.has_window().then_some(()));
    // Chosen once, not asked again.
    s.desktop.press_cross();
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    s.panel.click(&["@ada", "Open"]).await;
    until("the window", || s.desktop.has_window().then_some(()));
    s.panel.click(&["Quit"]).await;
    app.close().await;
}

/// Nobody shows a tray: the question says so, and whoever starts the app again has its window back.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray() {
    let mut s = Stage::new(LONG).await;
    let elsewhere = Desktop::new(Keyring::None);
    s.panel = Panel::new(&elsewhere).await;
    let app = App::start(&s.desktop).await;
    s.desktop.press_cross();
    app.find("confirm").await;
    let question = app.window.find(Locator::Css("dialog")).await.unwrap().text().await.unwrap();
    assert!(question.contains("has no tray"), "{question}");
    let _ = tokio::time::timeout(Duration::from_secs(5), app.find("confirm").await.click()).await;
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    assert_eq!(s.book()["settings"]["on_close"], "keep");
    until("a hidden run", || was_hidden(&s.desktop, 1).then_some(()));
    // Before it is found, a second start would take its place, and not end.
    until("the app", || is_found(&s.desktop).then_some(()));
    s.start_again(&[]);
    until("the window", || s.desktop.has_window().then_some(()));
    app.close().await;

    // The desktop entry's action reaches what nobody sees; a window that was closed for good ends the app.
    let mut app = s.start(2, &["--hidden"]);
    until("the app", || is_found(&s.desktop).then_some(()));
    std::thread::sleep(Duration::from_secs(1));
    s.start_again(&["--refresh"]);
    until("both renewed", || (s.meta.count(Message::Refresh) == 2).then_some(()));
    s.start_again(&[]);
    s.open_window();
    s.choose("quit");
    s.desktop.press_cross();
    app.ends();
    let mut app = s.start_on(2, &["--hidden"]);
    until("the app", || is_found(&s.desktop).then_some(()));
    s.start_again(&["--quit"]);
    app.ends();
    s.start_again(&["--quit"]);
    assert!(s.desktop.app().is_empty(), "nobody runs, and nobody does after it");
}

/// A window that was closed leaves a hidden start behind: the same process, without what the window needed, and all is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_leaves_a_hidden_start() {
    let s = Stage::new(LONG).await;
    s.choose("keep");
    let mut app = s.start(2, &[]);
    s.open_window();
    let held = app.holds("/dev/urandom");
    for times in 1..=2 {
        s.desktop.press_cross();
        until("a hidden run", || was_hidden(&s.desktop, times).then_some(()));
        assert!(app.runs(), "the same process");
        until("the end of the window's processes", || (app.children() == 0).then_some(()));
        assert!(!s.desktop.has_window() && s.desktop.web_processes() == 0);
        assert!(app.holds("/dev/urandom") <= held, "what was open is closed");
        s.panel.menu(|menu| menu.iter().any(|line| line.label.starts_with("@ada"))).await;
        s.panel.click(&["Open Keybearer"]).await;
        s.open_window();
    }
    s.start_again(&["io.github.keybearer://callback/nobody-waits"]);
    s.panel.click(&["@grace", "Copy token"]).await;
    until("the token in the clipboard", || {
        (s.desktop.clipboard() == s.tokens[1]).then_some(())
    });
    // What was copied would go with the process.
    s.desktop.press_cross();
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    std::thread::sleep(LONG_ENOUGH);
    assert!(s.desktop.clipboard() == s.tokens[1], "it is still there");
    assert!(was_hidden(&s.desktop, 2), "it stays as it is");
    s.panel.click(&["Quit"]).await;
    app.ends();
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
    s.desktop.press_cross();
    until("the window to go", || (!s.desktop.has_window()).then_some(()));
    std::thread::sleep(LONG_ENOUGH);
    assert!(was_hidden(&s.desktop, 0), "it stays as it is");
    let browser = Browser::open(&s.desktop, server.origin()).await;
    browser.consent(&address, "allow").await;
    browser.address("/done").await;
    until("a hidden run", || was_hidden(&s.desktop, 1).then_some(()));
    let token = server.tokens().pop().unwrap();
    assert!(s.desktop.secrets().contains(&token), "nothing is lost");
    assert_eq!(s.book()["accounts"].as_array().unwrap().len(), 3);
    app.close().await;
}

/// Without a bus nobody finds the running app: a second one says so and goes, and closing the window ends the first.
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
    std::thread::sleep(Duration::from_secs(2));
    let second = command().output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && said.contains("already"), "{said}");
    assert!(first.runs() && desktop.app().len() == 1);
    desktop.press_cross();
    first.ends();
}

/// The app runs, hidden, for so many times after a window was closed: one log tells of all.
fn was_hidden(desktop: &Desktop, times: usize) -> bool {
    let folder = desktop.path("XDG_DATA_HOME").join("io.github.keybearer/logs");
    let files = std::fs::read_dir(folder).unwrap();
    let log: String = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    log.matches("hidden again").count() == times && desktop.app().iter().any(|line| line.contains("--again") == (times > 0))
}

/// An instance that ends is on the bus for a moment longer, and answers no start.
#[tokio::test(flavor = "multi_thread")]
async fn start_beside_an_end() {
    let s = Stage::new(LONG).await;
    until("the end of the last one on the bus", || (!is_found(&s.desktop)).then_some(()));
    let address = s.desktop.path("DBUS_SESSION_BUS_ADDRESS");
    let ending = connection::Builder::address(address.to_str().unwrap())
        .unwrap()
        .name("io.github.keybearer.SingleInstance")
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut asked = MessageStream::from(&ending);
    let mut app = Process(s.command(&["--hidden"]).spawn().unwrap());
    wait("the call of the start", async || {
        let message = asked.next().await.unwrap().unwrap();
        (message.message_type() == Type::MethodCall).then_some(())
    })
    .await;
    drop(asked);
    ending.close().await.unwrap();
    s.panel.menu(|menu| !menu.is_empty()).await;
    s.panel.click(&["Quit"]).await;
    app.ends();
}

/// A second start would reach it.
pub(super) fn is_found(desktop: &Desktop) -> bool {
    let ask = "--session --dest org.freedesktop.DBus --object-path / --method org.freedesktop.DBus.NameHasOwner io.github.keybearer.SingleInstance";
    let words: Vec<&str> = ["call"].into_iter().chain(ask.split(' ')).collect();
    desktop.run("gdbus", &words).is_some_and(|answer| answer.contains("true"))
}
