//! The other redirects: deep link, pasted address, out-of-band code; and the redirects' own tests in the settings.

use std::process::Stdio;

use keybearer_practice::{Flavor, Practice};

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, end_app, until};
use crate::first_token::account;

/// The link reaches the app that waits: Chromium hands it to the system, the system to a second process, that to the first.
#[tokio::test(flavor = "multi_thread")]
async fn deep_link_reaches_the_running_app() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.choose_redirect("private-use-scheme").await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "allow").await;
    app.find("done").await;
    let (_, account) = account(&desktop);
    assert_eq!(account["redirect"], "private-use-scheme");
    assert!(desktop.secrets().contains(&server.tokens().pop().unwrap()));
    app.close().await;
}

/// A link for a login that ended with the app: it opens the app, says that nobody waits, and a new login works at once.
#[tokio::test(flavor = "multi_thread")]
async fn deep_link_starts_a_closed_app() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    // A first run registers the handler, as installing the package does.
    App::start(&desktop).await.close().await;
    let link = "io.github.keybearer://callback/127.0.0.1?code=c&state=s";
    // The app that it starts lives on with whatever it inherits: nobody may wait for its output.
    let opened = desktop
        .command("xdg-open")
        .arg(link)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(opened.success(), "the system opens our link");
    let window = || {
        desktop
            .run("xwininfo", &["-root", "-tree"])
            .filter(|tree| tree.contains("\"Keybearer\""))
    };
    until("the app's window", window);
    end_app(&desktop.path("DESK"));

    let app = App::start_with(&desktop, &[link]).await;
    let notice = app.find("notice").await;
    assert_eq!(notice.attr("data-code").await.unwrap().as_deref(), Some("no-login-waiting"));
    app.choose_server("mastodon", server.origin()).await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "allow").await;
    app.find("done").await;
    app.close().await;
}

/// The browser ends on an address where nothing answers; its address is pasted. Wrong pastes are told apart and cost nothing.
#[tokio::test(flavor = "multi_thread")]
async fn pasted_address() {
    let server = Practice::start(Flavor::GoToSocial).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("gotosocial", server.origin()).await;
    app.choose_redirect("paste").await;
    app.click("connect").await;
    let consent = desktop.opened(1);
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&consent, "allow").await;
    let address = browser.address("code=").await;

    app.write("paste-field", &consent).await;
    app.click("paste-use").await;
    app.find("paste-wrong").await;
    app.write("paste-field", &format!(" \"{address}#_\" ")).await;
    app.click("paste-use").await;
    app.find("done").await;
    assert_eq!(account(&desktop).1["redirect"], "paste");
    app.close().await;
}

/// The server shows a code on a page of its own.
#[tokio::test(flavor = "multi_thread")]
async fn out_of_band_code() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.choose_redirect("out-of-band").await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "allow").await;
    let code = browser.find("#code").await.text().await.unwrap();
    app.write("paste-field", &code).await;
    app.click("paste-use").await;
    app.find("done").await;
    assert_eq!(account(&desktop).1["redirect"], "out-of-band");
    app.close().await;
}

/// One click each proves that loopback and deep link work on this machine.
#[tokio::test(flavor = "multi_thread")]
async fn redirect_tests() {
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.click("settings").await;
    app.click("test-private-use-scheme").await;
    app.find("test-result-private-use-scheme\"][data-ok=\"true").await;
    app.click("test-loopback").await;
    let browser = Browser::open(&desktop, "http://127.0.0.1").await;
    browser.page.goto(&desktop.opened(1)).await.unwrap();
    browser.address("/done").await;
    app.find("test-result-loopback\"][data-ok=\"true").await;
    app.close().await;
}
