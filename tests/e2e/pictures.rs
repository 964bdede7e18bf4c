//! The guide's pictures: the real window in each language. `script/run --pictures` makes them and puts them into
//! docs/guide/pictures; KEYBEARER_PICTURES names another folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::Client;

use crate::app::{App, picture};
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring};
use crate::first_token::account;

async fn save(window: &Client, folder: &Path, language: &str, name: &str) {
    // A picture that is taken right after a click may be a frame old.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let path = folder.join(format!("{name}.{language}.png"));
    std::fs::write(&path, picture(window).await.unwrap()).unwrap();
}

/// Signs in to the practice platform, so that there is an account to show.
async fn sign_in(desktop: &Desktop, app: &App) {
    app.choose_practice().await;
    app.click("connect").await;
    app.find("waiting").await;
    let address = desktop.opened(1);
    let browser = Browser::open(desktop, address.split("/oauth").next().unwrap()).await;
    browser.page.goto(&address).await.unwrap();
    browser.find("#allow").await.click().await.unwrap();
    browser.address("/done").await;
    app.find("done").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes files for the guide: script/run --pictures"]
async fn pictures() {
    let folder = std::env::var_os("KEYBEARER_PICTURES")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/pictures"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    sign_in(&desktop, &app).await;
    let (id, _) = account(&desktop);
    for language in ["en", "zh-Hans", "zh-Hant"] {
        app.click("settings").await;
        app.pick("language", language).await;
        app.click("add-account").await;
        app.find("tile-practice").await;
        save(&app.window, &folder, language, "platforms").await;
        app.click("tile-threads").await;
        app.find("scopes-more").await;
        save(&app.window, &folder, language, "permissions").await;
        app.click("next").await;
        app.find("question-client_id").await;
        save(&app.window, &folder, language, "console").await;
        app.click("settings").await;
        app.click("add-account").await;
        app.click("tile-x").await;
        app.find("kind-x").await;
        save(&app.window, &folder, language, "kinds").await;
        app.click(&format!("account-{id}")).await;
        app.find("use-deliver").await;
        save(&app.window, &folder, language, "account").await;
    }
    app.close().await;
}
