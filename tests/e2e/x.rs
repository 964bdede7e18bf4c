//! X as a person lives it: each kind of key by the tile's table, in the app's window and a real browser. The files are the
//! shipped ones with other hosts, and the practice platform behind them.

use keybearer_practice::x::{self, AppType, Message, X};
use serde_json::Value;

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};
use crate::fixed_port::FixedPort;

/// Where X's redirects are.
static PORT: FixedPort = FixedPort::new(47020);

struct Stage {
    desktop: Desktop,
    x: X,
    app: App,
}

impl Stage {
    async fn new() -> Stage {
        let x = X::start().await.unwrap();
        let desktop = Desktop::new(Keyring::Unlocked);
        let folder = desktop.path("XDG_CONFIG_HOME").join("io.github.keybearer/providers");
        std::fs::create_dir_all(&folder).unwrap();
        for (base, hosts) in [
            ("x", &["web", "api"][..]),
            ("x-oauth1", &["api"]),
            ("x-app", &["api"]),
            ("x-keys", &["api"]),
        ] {
            let hosts: Vec<String> = hosts.iter().map(|h| format!("{h} = \"{}\"\n", x.origin())).collect();
            let file = format!(
                "format = 1\nid = \"{base}-here\"\nextends = \"{base}\"\n[hosts]\n{}",
                hosts.concat()
            );
            std::fs::write(folder.join(format!("{base}-here.toml")), file).unwrap();
        }
        let app = App::start(&desktop).await;
        Stage { desktop, x, app }
    }

    /// From the list to the console of a kind, with a redirect where it has any; the address goes into the "console".
    async fn choose(&self, kind: &str, redirect: Option<&str>) {
        self.app.click("add-account").await;
        self.app.click("tile-x").await;
        self.app.click(&format!("kind-{kind}-here")).await;
        let Some(redirect) = redirect else { return };
        if kind == "x" {
            self.app.click("next").await;
        }
        self.app.choose_redirect(redirect).await;
        let address = match redirect {
            // No address of ours; but the console must know some.
            "out-of-band" => "https://example.com/".to_owned(),
            _ => self.app.text("copy-redirect-value").await,
        };
        self.x.register_callback(&address).unwrap();
    }

    async fn answer(&self, answers: &[(&str, &str)]) {
        for (question, answer) in answers {
            self.app.write(&format!("question-{question}"), answer).await;
        }
        // What goes to the browser is connected by the test.
        if self.app.is_there("next").await {
            self.app.click("next").await;
        }
    }

    async fn browser(&self) -> Browser {
        Browser::open(&self.desktop, self.x.origin()).await
    }

    fn account(&self) -> Value {
        let path = self.desktop.book();
        let book: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        book["accounts"][0].clone()
    }
}

const KEYS: [(&str, &str); 2] = [("client_id", x::API_KEY), ("client_secret", x::API_SECRET)];

/// A confidential app, by http loopback; and a copy two hours later is a new token.
#[tokio::test(flavor = "multi_thread")]
async fn x_oauth2_by_loopback() {
    let _port = PORT.alone().await;
    let s = Stage::new().await;
    s.x.set_app_type(AppType::Confidential);
    s.choose("x", Some("loopback")).await;
    s.app.click("question-client_type-confidential").await;
    s.answer(&[("client_id", x::CLIENT_ID), ("client_secret", x::CLIENT_SECRET)]).await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    let end = browser.address("/done").await;
    assert!(end.starts_with("http://127.0.0.1:47020/") && !end.contains('?'), "{end}");
    s.app.find("done").await;
    let account = s.account();
    assert_eq!((&account["redirect"], &account["name"]), (&"loopback".into(), &"@ada".into()));
    assert_eq!(s.x.count(Message::Me), 1, "asked once: it costs money");
    let first =
        s.x.tokens()
            .into_iter()
            .find(|t| s.x.token(t).unwrap().kind == x::Kind::Access)
            .unwrap();
    assert!(s.desktop.secrets().contains(&first));
    s.app.click("done-copy").await;
    until("the token in the clipboard", || (s.desktop.clipboard() == first).then_some(()));
    s.app.close().await;
}

/// A public app, by deep link; and told before a second login that it ends the first.
#[tokio::test(flavor = "multi_thread")]
async fn x_oauth2_by_deep_link() {
    let s = Stage::new().await;
    s.choose("x", Some("private-use-scheme")).await;
    s.app.click("question-client_type-public").await;
    assert!(!s.app.is_there("question-client_secret").await, "a public app has none");
    s.answer(&[("client_id", x::CLIENT_ID)]).await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    s.app.find("done").await;
    assert_eq!(s.account()["redirect"], "private-use-scheme");
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x_oauth1_by_callback() {
    let _port = PORT.alone().await;
    let s = Stage::new().await;
    s.choose("x-oauth1", Some("loopback")).await;
    s.answer(&KEYS).await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    browser.address("/done").await;
    s.app.find("done").await;
    let account = s.account();
    assert_eq!((&account["name"], &account["scopes"][0]), (&"@ada".into(), &"read-write".into()));
    let token = s.x.tokens().into_iter().find(|t| *t != x::ACCESS_TOKEN).unwrap();
    let secret = s.x.token(&token).unwrap().secret.unwrap();
    s.app.click("done-copy-secret").await;
    until("its secret in the clipboard", || (s.desktop.clipboard() == secret).then_some(()));
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x_oauth1_by_pin() {
    let s = Stage::new().await;
    s.choose("x-oauth1", Some("out-of-band")).await;
    s.answer(&KEYS).await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    let pin = browser.find("#code").await.text().await.unwrap();
    s.app.write("paste-field", &pin).await;
    s.app.click("paste-use").await;
    s.app.find("done").await;
    assert_eq!(s.account()["redirect"], "out-of-band");
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x_app_only() {
    let s = Stage::new().await;
    s.choose("x-app", None).await;
    s.answer(&KEYS).await;
    s.app.find("done").await;
    let token = s.x.tokens().into_iter().find(|t| t.contains("%2F")).unwrap();
    s.app.click("done-copy").await;
    until("the token, percent signs and all", || {
        (s.desktop.clipboard() == token).then_some(())
    });
    assert_eq!(s.x.count(Message::Me), 0);
    s.app.close().await;
}

/// No, by callback: the app says so, and nothing is kept.
#[tokio::test(flavor = "multi_thread")]
async fn x_denied() {
    let _port = PORT.alone().await;
    let s = Stage::new().await;
    s.choose("x-oauth1", Some("loopback")).await;
    s.answer(&KEYS).await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "deny").await;
    assert_eq!(s.app.error().await, "denied");
    assert!(s.account().is_null());
    s.app.close().await;
}

/// Four fields, kept; one signed call when the person asks for it. The app's keys stand together.
#[tokio::test(flavor = "multi_thread")]
async fn x_import() {
    let s = Stage::new().await;
    s.choose("x-keys", None).await;
    let [key, secret] = KEYS;
    s.answer(&[
        key,
        secret,
        ("access_token", x::ACCESS_TOKEN),
        ("token_secret", x::ACCESS_TOKEN_SECRET),
    ])
    .await;
    s.app.find("done").await;
    assert!(s.x.requests().is_empty(), "nobody is asked: it costs money");
    let account = s.account();
    assert!(account["verified"].is_null() && s.desktop.secrets().contains(x::ACCESS_TOKEN_SECRET));
    s.app.click(&format!("account-{}", account["id"].as_str().unwrap())).await;
    s.app.click("account-menu").await;
    s.app.click("verify").await;
    s.app.click("confirm").await;
    until("checked", || (s.account()["name"] == "@ada").then_some(()));
    assert_eq!(s.x.requests().len(), 1);
    s.app.close().await;
}
