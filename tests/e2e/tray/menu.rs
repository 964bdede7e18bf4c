//! What the tray's menu says and does, and starts that show no window.

use keybearer_practice::meta::Message;
use serde_json::json;

use super::{LONG, Stage, invoke, panel};
use crate::app::App;
use crate::desktop::{Desktop, Keyring, until};

/// Two accounts in the menu; a token copied, both refreshed with one notification, and Quit quits.
#[tokio::test(flavor = "multi_thread")]
async fn menu_and_its_clicks() {
    let s = Stage::new(LONG).await;
    let mut tray = s.start(2, &["--hidden"]);
    let menu = s.panel.menu(|menu| menu.len() > 4).await;
    let labels: Vec<&str> = menu.iter().map(|line| line.label.as_str()).collect();
    assert!(labels[0].starts_with("@ada – ") && labels[1].starts_with("@grace – "), "{labels:?}");
    let rest: Vec<&str> = labels[2..].iter().copied().filter(|label| !label.is_empty()).collect();
    assert_eq!(rest, ["Renew all now", "Open Keybearer", "Quit"]);
    let below: Vec<&str> = menu[0].children.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(below, ["Copy token", "Renew now", "Open"]);

    // The clipboard needs a program of the desktop, which shows nothing.
    s.panel.click(&["@grace", "Copy token"]).await;
    until("the token in the clipboard", || {
        (s.desktop.clipboard() == s.tokens[1]).then_some(())
    });
    assert!(!s.desktop.has_window() && s.desktop.web_processes() == 0);

    s.panel.click(&["Renew all now"]).await;
    let said = s.panel.said(1).await;
    assert_eq!(
        (said[0].summary.as_str(), said[0].body.as_str()),
        ("Long-lived tokens renewed", "2 renewed")
    );
    assert_eq!(s.meta.count(Message::Refresh), 2);
    // What was renewed just now may not be renewed again.
    let young = |line: &panel::Line| line.label.starts_with("@ada") && line.children.len() == 2;
    s.panel.menu(|menu| menu.iter().any(young)).await;
    assert_eq!(s.panel.said(1).await.len(), 1, "one notification");
    s.panel.click(&["Quit"]).await;
    tray.ends();
    s.all_end();
    assert_ne!(s.desktop.clipboard(), s.tokens[1], "a copied token does not outlive Quit");
}

/// A hidden start is the tray process alone; `--refresh` reaches it; a start without arguments shows the window.
#[tokio::test(flavor = "multi_thread")]
async fn hidden_start() {
    let s = Stage::new(LONG).await;
    until("the end of the window's processes", || {
        (s.desktop.web_processes() == 0).then_some(())
    });
    let mut tray = s.start(2, &["--hidden"]);
    s.panel.menu(|menu| !menu.is_empty()).await;
    assert!(!s.desktop.has_window() && s.desktop.web_processes() == 0, "no window, no web view");
    assert!(s.desktop.windows().is_empty());
    assert_eq!(s.desktop.tray(), tray.id(), "the process that was started");
    let libraries = std::fs::read_to_string(format!("/proc/{}/maps", tray.id())).unwrap();
    assert!(libraries.contains("libc.so") && !libraries.contains("libgtk") && !libraries.contains("libwebkit"));
    s.start_again(&["--refresh"]);
    assert_eq!(s.panel.said(1).await[0].body, "2 renewed");
    s.start_again(&["--hidden"]);
    assert!(s.desktop.windows().is_empty() && tray.runs());
    let mut window = s.start_beside(&[]);
    s.open_window();
    s.start_again(&[]);
    s.start_again(&["--hidden"]);
    assert_eq!((s.desktop.windows(), s.desktop.trays()), (vec![window.id()], vec![tray.id()]));
    s.panel.click(&["Quit"]).await;
    window.ends();
    tray.ends();

    // With nobody running it does its work, and stays where it can be found again.
    let mut tray = s.start(2, &["--refresh"]);
    assert_eq!(s.panel.said(2).await.len(), 2);
    assert!(s.desktop.windows().is_empty() && tray.runs());
}

/// Starting with the session is written down when it is chosen, hidden, and taken back.
#[tokio::test(flavor = "multi_thread")]
async fn autostart() {
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
