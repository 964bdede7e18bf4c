//! Nobody is there: stores that are locked, sealed or gone, a computer that slept, a network that comes back.

use std::time::{Duration, Instant};

use keybearer_practice::meta::Message;
use serde_json::json;

use super::panel::wait;
use super::{A_WHILE, DAY, LONG, PASSPHRASE, Process, Stage, invoke};
use crate::app::App;
use crate::desktop::{CLOCK, Keyring, command_line, signal, until};
use crate::window::TRAY;

/// The store is locked at a hidden start: said once, nothing counts as failed, and after a sleep it goes on at once.
#[tokio::test(flavor = "multi_thread")]
async fn locked_store_and_waking_up() {
    let s = Stage::new(LONG).await;
    s.desktop.lock_keyring();
    let _tray = s.start(55, &["--hidden"]);
    let said = s.panel.said(1).await;
    assert_eq!(said[0].summary, "Keybearer is locked");
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    std::thread::sleep(A_WHILE);
    s.nothing_failed();
    s.desktop.unlock_keyring();
    let woken = Instant::now();
    s.panel.wake().await;
    until("both renewed", || (s.meta.count(Message::Refresh) == 2).then_some(()));
    assert!(woken.elapsed() < Duration::from_secs(10), "it did not wait for its own clock");
    s.panel.menu(|menu| menu[0].label.starts_with("@ada")).await;
    assert_eq!(s.panel.said(1).await.len(), 1, "what renews by itself is no news");
}

/// Sealed by a passphrase, and nobody there to type it: said once, nothing counts as failed, and typed it goes on.
#[tokio::test(flavor = "multi_thread")]
async fn sealed_files() {
    let s = Stage::on(Keyring::None, LONG).await;
    let mut tray = s.start(55, &["--hidden"]);
    assert_eq!(s.panel.said(1).await[0].summary, "Keybearer is locked");
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    std::thread::sleep(A_WHILE);
    s.nothing_failed();
    s.panel.click(&["Quit"]).await;
    tray.ends();

    let app = App::start_ahead(&s.desktop, 55).await;
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    s.nothing_failed();
    let unlock = |long: &str| json!({ "passphrase": PASSPHRASE, "long": long });
    invoke(&app, "use_sealed_file", unlock("window")).await;
    until("both renewed", || (s.meta.count(Message::Refresh) == 2).then_some(()));
    // For the window alone: not for the tray process.
    std::thread::sleep(A_WHILE);
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    invoke(&app, "use_sealed_file", unlock("session")).await;
    s.panel.menu(|menu| menu[0].label.starts_with("@ada")).await;
    // Locked again, in both.
    invoke(&app, "lock_sealed_file", json!({})).await;
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    invoke(&app, "use_sealed_file", unlock("session")).await;
    s.panel.menu(|menu| menu[0].label.starts_with("@ada")).await;
    // The command line locks both, too.
    let locked = s.desktop.command(command_line()).args(["store", "lock"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&locked.stdout), "files\tlocked\n", "{locked:?}");
    s.panel.menu(|menu| menu[0].label.starts_with("Locked")).await;
    wait("the lock of the window", async || {
        let view = invoke(&app, "view", json!({})).await;
        (view["store"]["unlocked"] == false && view["store"]["state"] == "locked").then_some(())
    })
    .await;
    invoke(&app, "use_sealed_file", unlock("session")).await;
    s.panel.menu(|menu| menu[0].label.starts_with("@ada")).await;
    // Another tray process gets the key of the window's process.
    signal("KILL", s.desktop.tray());
    until("its end", || s.desktop.trays().is_empty().then_some(()));
    s.panel.menu(|menu| menu[0].label.starts_with("@ada")).await;
    // No other program gets it.
    let address = s.desktop.path("DBUS_SESSION_BUS_ADDRESS");
    let bus = zbus::connection::Builder::address(address.to_str().unwrap()).unwrap();
    let bus = bus.build().await.unwrap();
    let asked = bus
        .call_method(Some(TRAY), "/io/github/keybearer/Tray", Some(TRAY), "Key", &())
        .await;
    assert!(asked.unwrap_err().to_string().contains("AccessDenied"));
    // Closed, the window's process ends: the next one gets the key of the tray process, whoever starts it.
    s.choose("keep");
    s.desktop.press_cross();
    s.window_ends();
    let _window = Process(s.command(&[]).env(CLOCK, (55 * DAY).to_string()).spawn().unwrap());
    s.open_window();
    s.panel.click(&["@grace", "Copy token"]).await;
    until("the token", || {
        s.meta.token(&s.desktop.clipboard()).is_some_and(|token| token.alive).then_some(())
    });
    assert_eq!(s.panel.said(1).await.len(), 1, "nothing else was said");
    drop(app);
}

/// The Secret Service goes away while the app runs, and comes back: tokens wait for it, and are renewed then.
#[tokio::test(flavor = "multi_thread")]
async fn secret_service_gone_for_a_while() {
    let s = Stage::new(LONG).await;
    let _tray = s.start(2, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    s.desktop.stop_keyring();
    s.panel.click(&["@ada", "Copy token"]).await;
    let said = s.panel.said(1).await;
    assert_eq!(said[0].summary, "@ada");
    s.panel.click(&["Renew all now"]).await;
    assert_eq!(s.panel.said(2).await[1].body, "2 to be tried again later");
    assert_eq!(s.meta.count(Message::Refresh), 0);
    s.desktop.start_keyring();
    s.panel.click(&["@ada", "Copy token"]).await;
    until("the token", || (s.desktop.clipboard() == s.tokens[0]).then_some(()));
    s.panel.click(&["Renew all now"]).await;
    assert_eq!(s.panel.said(3).await[2].body, "2 renewed");
    s.desktop.lock_keyring();
    s.panel.click(&["@grace", "Copy token"]).await;
    assert_eq!(s.panel.said(4).await[3].summary, "@grace");
    s.desktop.unlock_keyring();
    s.panel.click(&["@grace", "Copy token"]).await;
    until("the new token", || {
        let copied = s.desktop.clipboard();
        (copied != s.tokens[0] && s.meta.token(&copied).is_some_and(|t| t.alive)).then_some(())
    });
}

/// The network is back: a look at once. That it is gone is none.
#[tokio::test(flavor = "multi_thread")]
async fn network_back() {
    let s = Stage::new(LONG).await;
    s.desktop.lock_keyring();
    let _tray = s.start(55, &["--hidden"]);
    s.panel.said(1).await;
    s.desktop.unlock_keyring();
    s.panel.network(20).await;
    std::thread::sleep(A_WHILE);
    assert_eq!(s.meta.count(Message::Refresh), 0, "nobody has looked");
    let back = Instant::now();
    s.panel.network(70).await;
    until("both renewed", || (s.meta.count(Message::Refresh) == 2).then_some(()));
    assert!(back.elapsed() < Duration::from_secs(10), "it did not wait for its own clock");
}
