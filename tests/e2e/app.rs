//! The app's window, driven.

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::desktop::{CLOCK, Desktop, PATIENCE, end_app, free_port};

/// The app in its window.
pub struct App {
    pub window: Client,
    driver: Child,
    desk: PathBuf,
}

impl App {
    /// Starts the app in a desktop.
    pub async fn start(desktop: &Desktop) -> App {
        App::start_with(desktop, &[]).await
    }

    /// Starts it with arguments, as a link handler does.
    pub async fn start_with(desktop: &Desktop, args: &[&str]) -> App {
        App::start_in(desktop, args, 0).await
    }

    /// Starts it so many days later.
    pub async fn start_ahead(desktop: &Desktop, days: u64) -> App {
        App::start_in(desktop, &[], days).await
    }

    async fn start_in(desktop: &Desktop, args: &[&str], days: u64) -> App {
        let binary = env!("CARGO_BIN_EXE_keybearer-desktop");
        let options = json!({ "webkitgtk:browserOptions": { "binary": binary, "args": args } });
        // Under load the driver now and then misses the app that it has started, and waits for ever; a person would start again.
        for _ in 0..4 {
            let mut command = desktop.command("WebKitWebDriver");
            command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
            command.env(CLOCK, (days * 86_400).to_string());
            if let Some((driver, window)) = drive(command, options.clone()).await {
                let app = App {
                    window,
                    driver,
                    desk: desktop.path("DESK"),
                };
                app.find("add-account").await;
                return app;
            }
            end_app(&desktop.path("DESK"));
        }
        panic!("WebKitWebDriver gives no session");
    }

    /// The element with this test id, once it is there.
    pub async fn find(&self, id: &str) -> Element {
        self.find_css(&format!("[data-testid=\"{id}\"]")).await
    }

    /// The element that this selector finds, once it is there.
    pub async fn find_css(&self, selector: &str) -> Element {
        let started = Instant::now();
        loop {
            if let Ok(element) = self.window.find(Locator::Css(selector)).await {
                return element;
            }
            if started.elapsed() > PATIENCE {
                let page = self
                    .window
                    .find(Locator::Css("body"))
                    .await
                    .unwrap()
                    .text()
                    .await
                    .unwrap_or_default();
                self.photograph(&format!("missing-{selector}")).await;
                panic!("“{selector}” did not appear. The window says:\n{page}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn click(&self, id: &str) {
        // A click may meet an element that a new view has just replaced.
        for _ in 0..5 {
            if self.find(id).await.click().await.is_ok() {
                return;
            }
            self.scroll_to(id).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.photograph(&format!("unclickable-{id}")).await;
        panic!("“{id}” cannot be clicked");
    }

    /// Brings the whole of an element into view, as a person does: the driver is content with an edge, which a bar may cover.
    async fn scroll_to(&self, id: &str) {
        let scroll = format!("document.querySelector('[data-testid=\"{id}\"]')?.scrollIntoView({{ block: 'center' }})");
        self.window.execute(&scroll, Vec::new()).await.unwrap();
    }

    /// Writes into a field, whatever stood there.
    pub async fn write(&self, id: &str, text: &str) {
        self.find(id).await;
        self.scroll_to(id).await;
        self.with(id, async |field| {
            field.clear().await?;
            match text.len() {
                // The driver refuses to type nothing.
                0 => {}
                1..LONG => field.send_keys(text).await?,
                _ => {
                    let paste = format!(
                        "document.querySelector('[data-testid=\"{id}\"]').focus(); document.execCommand('insertText', false, arguments[0])"
                    );
                    self.window.execute(&paste, vec![json!(text)]).await?;
                }
            }
            Ok(())
        })
        .await;
    }

    /// What an act with an element gives. The page may replace the element between the look and the act, which then is done again.
    pub async fn with<T>(&self, id: &str, act: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        let started = Instant::now();
        loop {
            match act(self.find(id).await).await {
                Ok(done) => return done,
                Err(error) => assert!(started.elapsed() < PATIENCE, "“{id}”: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ticks a box, or unticks it. A click may come before the page listens; then it is clicked again.
    pub async fn tick(&self, id: &str, ticked: bool) {
        for _ in 0..10 {
            if self.find(id).await.is_selected().await.is_ok_and(|is| is == ticked) {
                return;
            }
            self.click(id).await;
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        panic!("“{id}” cannot be ticked");
    }

    /// Chooses in a list.
    pub async fn pick(&self, id: &str, value: &str) {
        self.with(id, async |list| list.select_by_value(value).await).await;
    }

    pub async fn text(&self, id: &str) -> String {
        self.with(id, async |element| element.text().await).await
    }

    /// What an element says, where it stands there now: a page that is just changing takes it away between two questions.
    pub async fn shown(&self, id: &str) -> Option<String> {
        let found = self.window.find(Locator::Css(&format!("[data-testid=\"{id}\"]"))).await.ok()?;
        found.text().await.ok()
    }

    pub async fn is_there(&self, id: &str) -> bool {
        self.window.find(Locator::Css(&format!("[data-testid=\"{id}\"]"))).await.is_ok()
    }

    /// Waits until an element is gone.
    pub async fn gone(&self, id: &str) {
        let started = Instant::now();
        while self.is_there(id).await {
            assert!(started.elapsed() < PATIENCE, "“{id}” did not go away");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// An attribute of an element; empty where it has none.
    pub async fn attribute(&self, id: &str, name: &str) -> String {
        self.with(id, async |element| element.attr(name).await).await.unwrap_or_default()
    }

    /// The code of the error that is shown.
    pub async fn error(&self) -> String {
        self.attribute("error", "data-code").await
    }

    /// From the list to the permissions of a platform with a server's name.
    pub async fn choose_server(&self, tile: &str, server: &str) {
        self.click("add-account").await;
        self.click(&format!("tile-{tile}")).await;
        self.write("question-server", server).await;
        self.click("next").await;
    }

    /// From the list to the permissions of Practice.
    pub async fn choose_practice(&self) {
        self.click("add-account").await;
        self.click("tile-practice").await;
        self.find("connect").await;
    }

    pub async fn choose_redirect(&self, redirect: &str) {
        self.click("redirects").await;
        self.click(&format!("redirect-{redirect}")).await;
    }

    /// A picture of the window, under target/e2e.
    pub async fn photograph(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/e2e");
        std::fs::create_dir_all(&folder).unwrap();
        if let Some(png) = picture(&self.window).await {
            let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
        }
    }

    /// Ends the app, its tray process included, as the end of a session does.
    pub async fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        end_app(&self.desk);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // A test that fails while it cleans up would hide why it failed.
        if !std::thread::panicking() {
            self.end();
        }
    }
}

/// A text of so many letters is pasted, as a person does: the driver types twenty letters a second.
const LONG: usize = 16;

/// How long a session may take to open: it takes one second on an idle machine.
const SESSION: Duration = Duration::from_secs(12);

/// Starts a driver on a free port and opens a session; none if it does not open in time.
pub async fn drive(mut command: std::process::Command, capabilities: Value) -> Option<(Child, Client)> {
    let port = free_port();
    let mut driver = command
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let Value::Object(capabilities) = capabilities else {
        panic!("capabilities are an object")
    };
    let address = format!("http://127.0.0.1:{port}");
    let session = async {
        loop {
            match ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&address)
                .await
            {
                Ok(client) => return client,
                // It does not listen yet.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    };
    match tokio::time::timeout(SESSION, session).await {
        Ok(client) => Some((driver, client)),
        Err(_) => {
            let _ = driver.kill();
            let _ = driver.wait();
            None
        }
    }
}

/// A picture of the app's window. WebKit takes it after the page's next drawing, and a page that is painted without the
/// graphics card draws only what changes: so something does, unseen.
pub async fn picture(window: &Client) -> Option<Vec<u8>> {
    const TICK: &str = "let n = 0; const at = document.documentElement; const timer = setInterval(() => { \
        at.style.outlineColor = (n += 1) % 2 ? 'red' : 'blue'; at.style.outline = n % 2 ? '1px solid transparent' : 'none'; \
        if (n > 100) { clearInterval(timer); at.style.outline = ''; } }, 30);";
    window.execute(TICK, vec![]).await.ok()?;
    let taken = tokio::time::timeout(Duration::from_secs(10), window.screenshot()).await;
    taken.ok()?.ok()
}
