//! The real app, driven end to end: its window through WebKitWebDriver, a Chromium with a window through chromedriver, a
//! gnome-keyring, a session bus, the system's own way of opening addresses, and servers over real sockets. Each scenario has
//! a throw-away desktop (script/desktop), so that several run side by side, and leaves a screenshot in target/e2e/ where it fails. On
//! other systems than Linux this program is empty: they have no such buses, WebKitWebDriver and X.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod app;
mod browser;
#[path = "../../cli/tests/headless/debian.rs"]
mod debian;
mod desktop;
mod first_token;
#[path = "../../core/tests/it/fixed_port.rs"]
mod fixed_port;
mod installed;
mod meta;
mod names;
mod pictures;
mod platforms;
mod post;
mod redirects;
mod store;
mod tour;
mod transfer;
mod tray;
mod trouble;
mod used;
mod window;
mod x;
