//! A thousand posts into a file: stopped, gone on with, and the same as the server has them.

use std::collections::BTreeSet;
use std::time::Duration;

use keybearer_practice::{Endpoint, Fault, Flavor, Practice};

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring};
use crate::first_token::account;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_posts_with_a_cancel_and_a_resume() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    server.set_posts(1000);
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "allow").await;
    app.find("done").await;
    browser.close().await;
    let (id, _) = account(&desktop);
    app.click(&format!("account-{id}")).await;

    server.fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(300))));
    let file = desktop.path("HOME").join("chosen");
    app.click("use-export").await;
    app.click("export-private_mentions").await;
    app.click("export-start").await;
    desktop.choose("Save the posts", &file);
    let count = async || -> u64 { app.attribute("export-going", "data-count").await.parse().unwrap_or_default() };
    while count().await < 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.click("export-cancel").await;
    app.find("export-rest").await;
    assert!(!file.exists() && file.with_file_name("chosen.part").exists(), "never half");
    let asked = || server.requests().iter().filter(|r| r.path.ends_with("/statuses")).count();
    let before = asked();
    assert!((5..25).contains(&before), "{before}");
    app.close().await;

    // Another day it goes on where it was.
    let app = App::start(&desktop).await;
    server.fail_always(Endpoint::Statuses, None);
    app.click(&format!("account-{id}")).await;
    app.click("use-export").await;
    app.click("export-go-on").await;
    let done = app.text("export-done").await;
    assert!(done.contains("1,000"), "{done}");
    assert_eq!(app.text("export-path-value").await, file.to_str().unwrap());
    let asked = asked();
    // Twenty-five pages, the one that was cut off, and an empty one at the end.
    assert!(asked <= 27, "what was there was not read again: {asked}");
    let all: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let ids: BTreeSet<&str> = all.iter().map(|post| post["id"].as_str().unwrap()).collect();
    assert_eq!((all.len(), ids.len()), (1000, 1000));
    assert!(!file.with_file_name("chosen.part").exists() && !app.is_there("export-rest").await);
    app.close().await;
}
