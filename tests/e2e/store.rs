//! The keychain's bad days: none at all, and one that locks while the person is at the consent page.

use keybearer_practice::{Flavor, Practice};

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};
use crate::first_token::account;

/// No keychain: the person chooses sealed files with a passphrase; a restart asks for it and has the token again.
#[tokio::test(flavor = "multi_thread")]
async fn no_keychain() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let desktop = Desktop::new(Keyring::None);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.write("passphrase", "correct horse battery").await;
    app.write("passphrase-again", "correct horse battery").await;
    app.click("seal").await;
    app.click("connect").await;
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&desktop.opened(1), "allow").await;
    app.find("done").await;
    app.close().await;

    let token = server.tokens().pop().unwrap();
    let data = desktop.path("XDG_DATA_HOME").join("io.github.keybearer");
    let (id, account) = account(&desktop);
    assert_eq!(account["store"], "sealed-file");
    for file in files(&data) {
        let content = std::fs::read(&file).unwrap();
        assert!(
            !String::from_utf8_lossy(&content).contains(&token),
            "{} holds the token in the clear",
            file.display()
        );
    }

    let app = App::start(&desktop).await;
    app.click("settings").await;
    app.write("passphrase", "correct horse battery").await;
    app.click("seal").await;
    app.gone("passphrase").await;
    app.click(&format!("account-{id}")).await;
    app.click("copy-token").await;
    until("the token", || (desktop.clipboard() == token).then_some(()));
    app.close().await;
}

/// The keychain locks midway: the token waits in memory, and is stored by itself once the keychain is unlocked.
#[tokio::test(flavor = "multi_thread")]
async fn keychain_locks_midway() {
    let server = Practice::start(Flavor::Mastodon).await.unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    app.choose_server("mastodon", server.origin()).await;
    app.click("connect").await;
    let address = desktop.opened(1);
    desktop.lock_keyring();
    let browser = Browser::open(&desktop, server.origin()).await;
    browser.consent(&address, "allow").await;
    app.find("done").await;
    app.click("done-show").await;
    app.find("unstored").await;
    // It can be used meanwhile.
    let token = server.tokens().pop().unwrap();
    app.click("copy-token").await;
    until("the token", || (desktop.clipboard() == token).then_some(()));

    desktop.unlock_keyring();
    app.gone("unstored").await;
    assert!(desktop.secrets().contains(&token), "stored by itself");
    app.close().await;
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}
