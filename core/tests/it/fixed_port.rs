//! Ports that platforms' consoles know: one test at a time listens on each.

use std::net::TcpListener;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};

/// Another test's connection may have a fixed port for as long as it is idle (90 seconds), and be used for a while before that.
const LENT: Duration = Duration::from_secs(240);

/// A port that one test at a time listens on.
pub struct FixedPort(u16, Mutex<()>);

impl FixedPort {
    pub const fn new(port: u16) -> FixedPort {
        FixedPort(port, Mutex::const_new(()))
    }

    /// Waits until no other test has the port, and no connection to which the system has lent it.
    pub async fn alone(&self) -> MutexGuard<'_, ()> {
        let alone = self.1.lock().await;
        let free = || ["127.0.0.1", "::1"].iter().all(|host| TcpListener::bind((*host, self.0)).is_ok());
        let lent = async {
            while !free() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(LENT, lent).await.expect("a free port");
        alone
    }
}
