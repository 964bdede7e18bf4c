//! A token put to use: a call is tried in the window, the command that is copied runs in a shell, the Worker is saved,
//! and a program of the person's takes it.

mod deliver;
mod export;

use keybearer_practice::{Flavor, Practice};

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, PATIENCE, until};

/// On the page of an account that was just won.
pub async fn logged_in() -> (Practice, Desktop, App) {
    let server = Practice::start(Flavor::GoToSocial).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("gotosocial", server.origin()).await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "allow").await;
    app.find("done").await;
    browser.close().await;
    app.click("done-show").await;
    (server, desktop, app)
}

/// Waits until an element says that.
pub async fn says(app: &App, id: &str, part: &str) -> String {
    let started = std::time::Instant::now();
    loop {
        let said = app.text(id).await;
        if said.contains(part) {
            return said;
        }
        assert!(started.elapsed() < PATIENCE, "{id} says {said:?}, not {part:?}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn use_a_token() {
    let (server, _desktop, app) = logged_in().await;
    let token = server.tokens().pop().unwrap();

    app.click("try").await;
    app.click("try-send").await;
    assert!(app.text("try-status").await.starts_with("200"));
    assert!(app.text("try-text").await.contains("\"username\": \"ada\""));
    app.pick("try-call", "statuses").await;
    app.gone("try-answer").await;
    app.write("try-limit", "0").await;
    says(&app, "try-panel", "A whole number").await;
    assert!(
        !app.with("try-send", async |button| button.is_enabled().await).await,
        "none is no number of statuses"
    );
    app.write("try-limit", "2").await;
    app.tick("try-only_public", true).await;
    says(&app, "request", "limit=2").await;
    app.click("try-send").await;
    let answer = app.text("try-text").await;
    assert_eq!(answer.matches("\"visibility\": \"public\"").count(), 2, "{answer}");
    assert!(app.text("try-left").await.contains("299"));
    app.write("try-find", "VISIBILITY").await;
    says(&app, "try-found", "2").await;
    server.kill_tokens();
    app.click("try-send").await;
    says(&app, "try-status", "401").await;
    app.photograph("use-refused").await;
    app.click("copy-menu").await;
    app.click("copy-as").await;
    app.find("copy-as-panel").await;
    assert!(!app.window.source().await.unwrap().contains(&token), "the page never has the token");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn use_a_copy() {
    let (server, desktop, app) = logged_in().await;
    let token = server.tokens().pop().unwrap();

    app.click("copy-menu").await;
    app.click("save-worker").await;
    // A message is no text to WebKit while it rises.
    let said = app
        .with("toast", async |toast| toast.prop("textContent").await)
        .await
        .unwrap_or_default();
    let path = &said[said.find('/').unwrap_or_else(|| panic!("{said:?}"))..];
    let worker = std::fs::read_to_string(path.trim()).unwrap();
    assert!(worker.contains(server.origin()) && !worker.contains(&token));
    app.click("copy-menu").await;
    app.click("copy-as-curl").await;
    let command = until("the command", || Some(desktop.clipboard()).filter(|text| text.starts_with("curl ")));
    let said = desktop.run("sh", &["-c", &format!("{command} -fsS")]).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(answer["username"], "ada");
    app.click("copy-menu").await;
    app.click("copy-as-env").await;
    let lines = until("the lines", || {
        Some(desktop.clipboard()).filter(|text| text.starts_with("GOTOSOCIAL_URL="))
    });
    assert!(lines.lines().any(|line| line == format!("GOTOSOCIAL_ACCESS_TOKEN={token}")));
    assert!(!app.window.source().await.unwrap().contains(&token), "the page never has the token");
    app.photograph("use-copies").await;
    app.close().await;
}
