//! To another computer: two desktops, each with the app, and the one file that a person carries between them.

use keybearer_practice::{Flavor, Practice};

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};
use crate::first_token::account;

/// An account is moved: it rests here, lives there, and its token is the same in both clipboards and nowhere in the file.
#[tokio::test(flavor = "multi_thread")]
async fn moved_to_another_computer() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let here = Desktop::new(Keyring::Unlocked);
    let app = App::start(&here).await;
    app.choose_server("mastodon", server.origin()).await;
    app.click("connect").await;
    let browser = Browser::open(&here, server.origin()).await;
    browser.consent(&here.opened(1), "allow").await;
    app.find("done").await;
    browser.close().await;
    let token = server.tokens().pop().unwrap();

    app.click("settings").await;
    app.click("move").await;
    app.write("moving-passphrase", "correct horse battery").await;
    app.write("moving-again", "correct horse battery").await;
    app.click("confirm").await;
    let said = app.text("bundle").await;
    let name = said.split_whitespace().find(|word| word.contains(".keybearer")).unwrap();
    let path = name.trim_end_matches('.').to_owned();
    assert!(!std::fs::read_to_string(&path).unwrap().contains(&token));
    let (id, record) = account(&here);
    assert_eq!(record["paused"], true);
    app.click(&format!("account-{id}")).await;
    app.find("resume").await;
    app.close().await;

    let there = Desktop::new(Keyring::Unlocked);
    let app = App::start(&there).await;
    app.click("settings").await;
    app.click("import-accounts").await;
    app.find("import-accounts-file").await.send_keys(&path).await.unwrap();
    app.write("import-accounts-passphrase", "not these words").await;
    app.click("confirm").await;
    assert_eq!(app.error().await, "passphrase-wrong");
    app.write("import-accounts-passphrase", "correct horse battery").await;
    app.click("confirm").await;
    app.find("arrived").await;
    assert_eq!(account(&there).1["paused"], false);
    assert!(there.secrets().contains(&token), "the Secret Service has the token");
    app.click(&format!("account-{id}")).await;
    app.click("account-menu").await;
    app.click("verify").await;
    app.click("copy-token").await;
    until("the token", || (there.clipboard() == token).then_some(()));
    app.close().await;
}
