//! The first token, as a person lives it, by the first redirect.

use keybearer_practice::{Flavor, Practice};

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};

/// Practice by loopback: tile, permissions, consent in Chromium, the verified account, its token in the Secret Service and,
/// by Copy, in the clipboard; a restart finds everything; deletion leaves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn first_token_by_loopback() {
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_practice().await;
    app.click("connect").await;
    let address = desktop.opened(1);
    let origin = address.split("/oauth").next().unwrap();
    let browser = Browser::open(&desktop, origin).await;
    browser.consent(&address, "allow").await;
    let end = browser.address("/done").await;
    assert!(!end.contains('?'), "no parameter stays in the address bar: {end}");
    browser.close().await;

    app.click("done-copy").await;
    let token = until("a token in the clipboard", || Some(desktop.clipboard()).filter(|c| c.len() > 20));
    assert!(desktop.secrets().contains(&token), "the Secret Service has the token");

    app.click("done-show").await;
    assert!(app.text("account-title").await.contains("ada"));
    app.click("show-token").await;
    assert_eq!(app.text("token-text").await, token);
    app.close().await;

    let app = App::start(&desktop).await;
    let (id, _) = account(&desktop);
    app.click(&format!("account-{id}")).await;
    // The platform lived in the closed app: the token is kept all the same, and only shown.
    app.click("show-token").await;
    assert_eq!(app.text("token-text").await, token);
    app.click("copy-token").await;
    app.find_css("[data-testid=\"error\"][data-code=\"practice-over\"]").await;
    app.click("account-menu").await;
    app.click("delete").await;
    app.click("confirm").await;
    app.gone(&format!("account-{id}")).await;
    assert!(!desktop.secrets().contains(&token), "nothing of it is left");
    app.close().await;
}

/// A GoToSocial server by its name, typed into Mastodon's tile: the app finds out.
#[tokio::test(flavor = "multi_thread")]
async fn first_token_from_gotosocial() {
    let server = Practice::start(Flavor::GoToSocial).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "allow").await;
    browser.address("/done").await;
    app.find("done").await;
    let token = server.tokens().pop().unwrap();
    assert!(desktop.secrets().contains(&token));
    let (_, account) = account(&desktop);
    assert_eq!(account["provider"], "gotosocial");
    assert!(account["name"].as_str().unwrap().starts_with("@ada@127.0.0.1:"));
    app.close().await;
}

/// The one account of the book, with its id.
pub fn account(desktop: &Desktop) -> (String, serde_json::Value) {
    let book: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(desktop.book()).unwrap()).unwrap();
    let account = book["accounts"][0].clone();
    (account["id"].as_str().unwrap().to_owned(), account)
}
