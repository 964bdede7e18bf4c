//! The tour: the trip that `script/run` makes on a machine without a display. It prints a line a step and leaves a picture of
//! each screen in $KEYBEARER_TOUR (target/tour by default).

use std::path::PathBuf;

use crate::app::{App, picture};
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};
use crate::first_token::account;

struct Tour {
    folder: PathBuf,
    pictures: usize,
}

impl Tour {
    async fn picture(&mut self, client: &fantoccini::Client, step: &str) {
        // A picture taken right after a click may be a frame old.
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        self.pictures += 1;
        let name = step.split(':').next().unwrap().to_lowercase().replace(' ', "-");
        let path = self.folder.join(format!("{:02}-{name}.png", self.pictures));
        std::fs::write(&path, picture(client).await.unwrap()).unwrap();
        println!("{:2}. {step}", self.pictures);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tour() {
    let folder =
        std::env::var_os("KEYBEARER_TOUR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/tour"), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    let mut tour = Tour { folder, pictures: 0 };
    let desktop = Desktop::new(Keyring::Unlocked);
    let app = App::start(&desktop).await;
    let window = app.window.clone();
    tour.picture(&window, "Empty: the app has started, with an unlocked keychain of its own")
        .await;
    app.click("add-account").await;
    app.find("tile-practice").await;
    tour.picture(&window, "Platforms: a tile for each; Practice needs no account").await;
    app.click("tile-threads").await;
    app.find("scopes-more").await;
    tour.picture(&window, "Threads: what the token may do").await;
    app.click("next").await;
    app.find("question-client_id").await;
    tour.picture(&window, "Console: its steps in Meta's dashboard, each with its fields")
        .await;
    app.click("settings").await;
    app.click("add-account").await;
    app.click("tile-practice").await;
    app.find("connect").await;
    tour.picture(&window, "Permissions: what the token may do").await;
    app.click("redirects").await;
    tour.picture(&window, "Redirects: the other redirect addresses").await;
    app.click("connect").await;
    app.find("waiting").await;
    let address = desktop.opened(1);
    tour.picture(&window, "Waiting: the system's browser was sent to the consent page")
        .await;
    let browser = Browser::open(&desktop, address.split("/oauth").next().unwrap()).await;
    browser.page.goto(&address).await.unwrap();
    tour.picture(&browser.page, "Consent: the practice platform in Chromium").await;
    browser.find("#allow").await.click().await.unwrap();
    browser.address("/done").await;
    tour.picture(&browser.page, "Result: the page that the browser ends on").await;
    app.find("done").await;
    tour.picture(&window, "Done: the account is verified, its token in the keychain")
        .await;
    app.click("done-copy").await;
    let token = until("a token in the clipboard", || Some(desktop.clipboard()).filter(|c| c.len() > 20));
    assert!(
        desktop.secrets().contains(&token),
        "secret-tool finds the same token in the Secret Service"
    );
    app.click("done-show").await;
    tour.picture(&window, "Account: copied, and the same token read back with secret-tool")
        .await;
    app.click("clients").await;
    tour.picture(&window, "Apps: the app that Keybearer registered").await;
    app.click("settings").await;
    tour.picture(&window, "Settings: language, theme, store, redirects").await;
    let (id, _) = account(&desktop);
    app.click(&format!("account-{id}")).await;
    app.click("account-menu").await;
    app.click("delete").await;
    app.find("confirm").await;
    tour.picture(&window, "Delete: asks first").await;
    app.click("confirm").await;
    app.gone(&format!("account-{id}")).await;
    assert!(!desktop.secrets().contains(&token), "and nothing is left of it");
    tour.picture(&window, "Gone: deleted here and in the keychain").await;
    app.close().await;
}
