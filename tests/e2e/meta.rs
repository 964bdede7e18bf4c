//! Threads, Instagram and Facebook as a person lives them: by the https redirect, by a relay page, by paste; denied; Pages; a
//! token from elsewhere; somebody else at the browser. Each platform is the shipped file with other hosts, and the practice
//! platform behind them.

use std::time::Duration;

use keybearer_practice::meta::{APP_SECRET, Message, Meta, Platform};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, Keyring, until};
use crate::fixed_port::FixedPort;

/// Where Threads' redirects are.
static PORT: FixedPort = FixedPort::new(47018);

struct Stage {
    desktop: Desktop,
    meta: Meta,
    app: App,
    id: &'static str,
}

impl Stage {
    async fn new(platform: Platform) -> Stage {
        let (base, id, hosts): (_, _, &[&str]) = match platform {
            Platform::Threads => ("threads", "threads-here", &["web", "graph"]),
            Platform::Instagram => ("instagram", "instagram-here", &["web", "api", "graph"]),
            Platform::Facebook => ("facebook", "facebook-here", &["web", "graph"]),
        };
        let meta = Meta::start(platform).await.unwrap();
        let desktop = Desktop::new(Keyring::Unlocked);
        let folder = desktop.path("XDG_CONFIG_HOME").join("io.github.keybearer/providers");
        std::fs::create_dir_all(&folder).unwrap();
        let hosts: Vec<String> = hosts.iter().map(|h| format!("{h} = \"{}\"\n", meta.origin())).collect();
        let file = format!("format = 1\nid = \"{id}\"\nextends = \"{base}\"\n[hosts]\n{}", hosts.concat());
        std::fs::write(folder.join(format!("{id}.toml")), file).unwrap();
        let app = App::start(&desktop).await;
        Stage { desktop, meta, app, id }
    }

    /// From the tile to the console's screen: any account, and the redirect.
    async fn choose(&self, redirect: &str) {
        self.choose_account("", redirect).await;
    }

    /// The proposed permissions for an account; the redirect, its address into the "console", the app's id and secret.
    async fn choose_account(&self, account: &str, redirect: &str) {
        self.to_console(account).await;
        self.app.choose_redirect(redirect).await;
        // Some addresses need no entry.
        if self.app.is_there("copy-redirect-value").await {
            self.register(&self.app.text("copy-redirect-value").await);
        }
        self.type_keys().await;
    }

    async fn to_console(&self, account: &str) {
        self.app.click("add-account").await;
        self.app.click(&format!("tile-{}", self.id)).await;
        self.app.write("expect", account).await;
        self.app.click("next").await;
        self.app.find("question-client_id").await;
    }

    async fn type_keys(&self) {
        self.app.write("question-client_id", self.meta.platform().app_id()).await;
        self.app.write("question-client_secret", APP_SECRET).await;
        self.app.find("connect").await;
    }

    /// What the person does with the address that the screen shows.
    fn register(&self, address: &str) {
        if address.starts_with("https") {
            assert_eq!(self.meta.register_redirect(address).as_deref(), Ok(address));
        }
    }

    async fn browser(&self) -> Browser {
        Browser::open(&self.desktop, self.meta.origin()).await
    }

    fn book(&self) -> Value {
        let path = self.desktop.book();
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }
}

/// Consent in Chromium; its warning about our certificate is clicked through as a person does.
#[tokio::test(flavor = "multi_thread")]
async fn meta_threads_by_the_https_redirect() {
    let _port = PORT.alone().await;
    let s = Stage::new(Platform::Threads).await;
    s.choose("https-loopback").await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    browser.find("#details-button").await.click().await.unwrap();
    browser.find("#proceed-link").await.click().await.unwrap();
    let end = browser.address("/done").await;
    assert!(end.starts_with("https://127.0.0.1:47018/") && !end.contains('?'), "{end}");
    s.app.find("done").await;
    let account = &s.book()["accounts"][0];
    assert_eq!((&account["redirect"], &account["name"]), (&"https-loopback".into(), &"@ada".into()));
    assert_eq!(account["user_id"], "17841400000000001");
    let token = s
        .meta
        .tokens()
        .into_iter()
        .find(|t| s.meta.token(t).is_some_and(|t| t.long))
        .unwrap();
    assert!(s.desktop.secrets().contains(&token), "the sixty-day token is in the Secret Service");
    s.app.close().await;
}

/// The certificate is put into the person's own store, and Chromium warns no more; taken out, it warns again.
#[tokio::test(flavor = "multi_thread")]
async fn meta_trusted_certificate() {
    let _port = PORT.alone().await;
    let s = Stage::new(Platform::Threads).await;
    s.app.click("settings").await;
    s.app.click("trust-certificate").await;
    s.app.find("distrust-certificate").await;
    s.app.click("test-https-loopback").await;
    let browser = s.browser().await;
    browser.page.goto(&s.desktop.opened(1)).await.unwrap();
    browser.address("/done").await;
    s.app.find("test-result-https-loopback\"][data-ok=\"true").await;
    browser.close().await;
    s.app.click("distrust-certificate").await;
    s.app.find("trust-certificate").await;
    let listed = s.desktop.run(
        "certutil",
        &["-L", "-d", &format!("sql:{}/.pki/nssdb", s.desktop.path("HOME").display())],
    );
    assert!(!listed.unwrap().contains("Keybearer"), "nothing of ours is left in it");
    s.app.close().await;
}

/// A web space with the page that the app wrote out.
async fn web_space(page: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = [0; 8192];
            let _ = stream.read(&mut buffer).await;
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all(format!("{head}{page}").as_bytes()).await;
        }
    });
    origin
}

/// The page is written out, "uploaded" to a second server, checked, registered, and hands the answer to the running app.
#[tokio::test(flavor = "multi_thread")]
async fn meta_threads_by_relay() {
    let s = Stage::new(Platform::Threads).await;
    s.to_console("").await;
    s.app.choose_redirect("relay").await;
    s.app.click("relay-save").await;
    let said = s.app.text("relay-path").await;
    let path = &said[said.find('/').unwrap()..said.rfind("index.html").unwrap()];
    let page = std::fs::read_to_string(format!("{path}index.html")).unwrap();
    let origin = web_space(page).await;
    let address = format!("{origin}/callback/");
    s.app.write("relay-address", &address).await;
    s.app.click("relay-check").await;
    assert_eq!(s.app.text("copy-redirect-value").await, address);
    s.meta.set_redirects(&[&address]);
    s.type_keys().await;
    s.app.click("connect").await;
    let browser = Browser::open(&s.desktop, &origin).await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    s.app.find("done").await;
    assert_eq!(s.book()["accounts"][0]["redirect"], "relay");
    s.app.close().await;
}

/// Nothing answers at the address; it is pasted, tail and all.
#[tokio::test(flavor = "multi_thread")]
async fn meta_threads_by_paste() {
    let s = Stage::new(Platform::Threads).await;
    s.choose("paste").await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    let address = browser.address("code=").await;
    s.app.write("paste-field", &format!("{address}#_")).await;
    s.app.click("paste-use").await;
    s.app.find("done").await;
    assert_eq!(s.book()["accounts"][0]["redirect"], "paste");
    s.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn meta_instagram_denied() {
    let s = Stage::new(Platform::Instagram).await;
    s.choose("paste").await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "deny").await;
    let address = browser.address("error=").await;
    s.app.write("paste-field", &address).await;
    s.app.click("paste-use").await;
    assert_eq!(s.app.error().await, "denied");
    assert!(s.meta.tokens().is_empty() && s.book()["accounts"].as_array().unwrap().is_empty());
    s.app.close().await;
}

/// One login, two Pages picked of six.
#[tokio::test(flavor = "multi_thread")]
async fn meta_facebook_with_two_pages() {
    let s = Stage::new(Platform::Facebook).await;
    s.choose("loopback").await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    let end = browser.address("/done").await;
    assert!(end.starts_with("http://localhost:47019/"), "{end}");
    s.app.find("done").await;
    // All are ticked at first.
    for other in ["103", "107", "109", "111"] {
        s.app.tick(&format!("page-104857600000000{other}"), false).await;
    }
    s.app.click("pages-keep").await;
    let kept = || {
        let accounts = s.book()["accounts"].as_array().unwrap().clone();
        Some(accounts).filter(|a| a.len() == 3)
    };
    let accounts = until("two Pages in the book", kept);
    let person = accounts.iter().find(|a| a["parent"].is_null()).unwrap();
    let ids: Vec<&Value> = accounts.iter().filter(|a| !a["parent"].is_null()).map(|a| &a["user_id"]).collect();
    assert_eq!(ids, ["104857600000000101", "104857600000000105"]);
    for page in accounts.iter().filter(|a| !a["parent"].is_null()) {
        assert_eq!((&page["parent"], &page["expires"]), (&person["id"], &Value::Null));
        s.app.click(&format!("account-{}", page["id"].as_str().unwrap())).await;
        s.app.find("parent").await;
        s.app.click("copy-token").await;
        // The clipboard may still hold the page before.
        until("this Page's token in the clipboard", || {
            let known = s.meta.token(&s.desktop.clipboard())?;
            (known.page.map(|p| p.to_string()).as_deref() == page["user_id"].as_str()).then_some(())
        });
    }
    s.app.close().await;
}

/// A token from the dashboard's generator, pasted as a line of a `.env` file.
#[tokio::test(flavor = "multi_thread")]
async fn meta_adopt() {
    let s = Stage::new(Platform::Threads).await;
    let lives = Duration::from_secs(50 * 86_400);
    let made = s.meta.generate_token("grace", &["threads_basic"], Some(lives)).unwrap();
    s.app.click("add-account").await;
    s.app.click("tile-import").await;
    s.app.write("import-token-field", &format!("THREADS_ACCESS_TOKEN={made}")).await;
    s.app.pick("import-token-platform", s.id).await;
    s.app.click("import-token-go").await;
    let title = s.app.text("account-title").await;
    assert!(title.contains("@grace"), "{title}");
    assert!(s.desktop.secrets().contains(&made));
    s.app.close().await;
}

/// The browser is logged in as somebody else: held, tried again, and then it is the right one.
#[tokio::test(flavor = "multi_thread")]
async fn meta_wrong_account() {
    let s = Stage::new(Platform::Threads).await;
    s.meta.log_in_browser(Some("grace"));
    s.choose_account("@ada", "paste").await;
    s.app.click("connect").await;
    let browser = s.browser().await;
    browser.consent(&s.desktop.opened(1), "allow").await;
    s.app.write("paste-field", &browser.address("code=").await).await;
    s.app.click("paste-use").await;
    let held = s.app.text("mismatch").await;
    assert!(held.contains("@grace"), "{held}");
    assert!(s.book()["accounts"].as_array().unwrap().is_empty());
    s.meta.log_in_browser(Some("ada"));
    s.app.click("mismatch-again").await;
    s.app.find("waiting").await;
    browser.consent(&s.desktop.opened(2), "allow").await;
    s.app.write("paste-field", &browser.address("code=").await).await;
    s.app.click("paste-use").await;
    s.app.find("done").await;
    assert_eq!(s.book()["accounts"][0]["name"], "@ada");
    assert_eq!(s.meta.count(Message::Revoke), 0);
    s.app.close().await;
}
