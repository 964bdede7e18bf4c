//! Logins that do not come to their end: what is said, and that one can go on.

use keybearer_practice::{Flavor, Practice};

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, free_port};

/// The field for a server with a name that is wrong.
const REFUSED: &str = "[data-testid=\"question-server\"][aria-invalid=\"true\"]";

/// Deny in the browser, then Try again, then Allow: nothing has to be typed twice.
#[tokio::test(flavor = "multi_thread")]
async fn denied_and_tried_again() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "deny").await;
    browser.address("/denied").await;
    assert_eq!(app.error().await, "denied");
    assert!(!desktop.secrets().contains("account/"), "nothing was stored of an account");

    app.click("retry").await;
    browser.consent(&desktop.opened(2), "allow").await;
    app.find("done").await;
    let registrations = server.requests().iter().filter(|r| r.path == "/api/v1/apps").count();
    assert_eq!(registrations, 1, "the client is registered once");
    app.close().await;
}

/// Cancel while the browser is open; the browser's answer then meets nobody, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn cancelled() {
    let server = Practice::start(Flavor::GoToSocial).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("gotosocial", server.origin()).await;
    app.click("connect").await;
    let address = desktop.opened(1);
    app.click("cancel").await;
    assert_eq!(app.error().await, "cancelled");
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&address, "allow").await;
    browser.address("/callback/").await;
    assert!(server.tokens().is_empty(), "no code was redeemed");
    app.close().await;
}

/// A name that is none, and one where nobody is at home: said on the spot, before anything else is asked.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_server_name_and_server_down() {
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", "not a server").await;
    app.find_css(REFUSED).await;
    assert!(!app.is_there("connect").await);

    app.write("question-server", &format!("127.0.0.1:{}", free_port())).await;
    app.click("next").await;
    app.find_css(REFUSED).await;
    assert!(!app.is_there("connect").await);

    // The server goes down between its name and Connect.
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    app.write("question-server", server.origin()).await;
    app.click("next").await;
    app.find("connect").await;
    drop(server);
    app.click("connect").await;
    assert_eq!(app.error().await, "server-unreachable");
    app.close().await;
}
