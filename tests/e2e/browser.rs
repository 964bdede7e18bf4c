//! The person's own browser: Debian's Chromium with a window, under chromedriver. It goes where the app sent it, and a person
//! clicks there.

use std::process::Child;
use std::time::{Duration, Instant};

use fantoccini::{Client, Locator};
use serde_json::json;

use crate::app::drive;
use crate::desktop::{Desktop, PATIENCE};

/// A browser.
pub struct Browser {
    pub page: Client,
    driver: Child,
}

impl Browser {
    /// Opens one. A page of `origin` may open our deep links without asking: a person's answer to Chromium's question.
    pub async fn open(desktop: &Desktop, origin: &str) -> Browser {
        Browser::open_with(desktop, origin, &[]).await
    }

    /// The same with further arguments.
    pub async fn open_with(desktop: &Desktop, origin: &str, more: &[&str]) -> Browser {
        let profile = desktop.path("DESK").join("chromium");
        let user_data = format!("--user-data-dir={}", profile.display());
        let mut arguments = vec![
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--window-size=900,700",
            &user_data,
        ];
        arguments.extend(more);
        let capabilities = json!({ "goog:chromeOptions": {
            "args": arguments,
            "prefs": { "protocol_handler": { "allowed_origin_protocol_pairs": { origin: { "io.github.keybearer": true } } } },
        }});
        let (driver, page) = drive(desktop.command("chromedriver"), capabilities)
            .await
            .expect("chromedriver gives no session");
        Browser { page, driver }
    }

    /// Goes to the consent page and presses a button on it: `allow` or `deny`.
    pub async fn consent(&self, address: &str, button: &str) {
        self.page.goto(address).await.unwrap();
        self.find(&format!("#{button}")).await.click().await.unwrap();
    }

    pub async fn find(&self, selector: &str) -> fantoccini::elements::Element {
        let started = Instant::now();
        loop {
            match self.page.find(Locator::Css(selector)).await {
                Ok(element) => return element,
                Err(error) if started.elapsed() > PATIENCE => panic!("the browser shows no {selector}: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// The address bar, once it holds this text.
    pub async fn address(&self, part: &str) -> String {
        let started = Instant::now();
        loop {
            let address = self.page.current_url().await.map(String::from).unwrap_or_default();
            if address.contains(part) {
                return address;
            }
            assert!(started.elapsed() < PATIENCE, "the browser is at {address}, not at {part}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn close(mut self) {
        let _ = self.page.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
