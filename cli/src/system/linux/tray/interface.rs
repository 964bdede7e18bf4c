//! What other processes of Keybearer may ask the tray process by the session's bus. No token goes over it. As with the socket, the answer
//! about a program stops mistakes, not a hostile program of the same person.

use std::fs::File;
use std::time::Duration;

use keybearer_core::desktop::{Desktop, Toast};
use keybearer_core::token::Secret;
use keybearer_core::view::{ProgramAnswer, UnlockedFor};
use tokio::runtime::Handle;
use zbus::blocking::Connection;
use zbus::fdo::{self, RequestNameFlags};
use zbus::message::Header;
use zbus::zvariant::OwnedFd;

use super::address::{NAME, PATH};
use super::surface::TrayProcess;
use super::window;

/// The answer to a call is on its way by then.
const ANSWERED: Duration = Duration::from_millis(100);

/// The interface of the tray process.
pub struct Interface {
    desktop: Desktop<TrayProcess>,
    /// The bus has an executor of its own, which knows no timers of tokio.
    runtime: Handle,
}

impl Interface {
    /// For this desktop, on the runtime of the caller.
    pub fn new(desktop: &Desktop<TrayProcess>) -> Interface {
        Interface {
            desktop: desktop.clone(),
            runtime: Handle::current(),
        }
    }
}

#[zbus::interface(name = "io.github.keybearer.Tray")]
impl Interface {
    /// Starts renewing the long-lived tokens.
    fn refresh(&self) {
        let desktop = self.desktop.clone();
        self.runtime.spawn(async move { desktop.refresh().await });
    }

    /// The results of the last renewal that a person started outside the window, as JSON. Marks them as read.
    fn last_renewals(&self) -> fdo::Result<String> {
        json(&self.desktop.refreshing.last())
    }

    /// The programs that wait for the person's decision, as JSON.
    fn questions(&self) -> fdo::Result<String> {
        json(&self.desktop.keeper.view().program_questions)
    }

    /// The person's decision.
    async fn answer_program(&self, id: String, answer: String) -> fdo::Result<()> {
        let invalid = |e: serde_json::Error| fdo::Error::InvalidArgs(e.to_string());
        let answer: ProgramAnswer = serde_json::from_value(answer.into()).map_err(invalid)?;
        let keeper = self.desktop.keeper.clone();
        let answered = self.runtime.spawn(async move { keeper.answer_program(&id, answer).await });
        let answered = answered.await.map_err(|e| fdo::Error::Failed(e.to_string()))?;
        answered.map_err(|e| fdo::Error::Failed(e.code().to_string()))
    }

    /// Opens the encrypted files with the key that this file has, for as long as the person chose: a file, so that no other program on
    /// the bus reads it.
    async fn unlock(&self, key: OwnedFd, long: String) -> fdo::Result<()> {
        let invalid = |e: serde_json::Error| fdo::Error::InvalidArgs(e.to_string());
        let long: UnlockedFor = serde_json::from_value(long.into()).map_err(invalid)?;
        if long == UnlockedFor::Window {
            return Err(fdo::Error::InvalidArgs("for the window alone".into()));
        }
        let keeper = self.desktop.keeper.clone();
        let opened = self.runtime.spawn(async move {
            let mark = keeper.lock_mark();
            let file = File::from(std::os::fd::OwnedFd::from(key));
            let key = tokio::task::spawn_blocking(|| Secret::from_pipe(file)).await;
            let key = key.map_err(|e| e.to_string())?.map_err(|e| e.to_string())?;
            // First, so that nothing forgets the key that an earlier choice would.
            let before = *keeper.unlocked_for().borrow();
            keeper.keep_unlocked(long);
            let opened = keeper.open_sealed_file_with(key, mark).await;
            opened.map_err(|e| {
                keeper.keep_unlocked(before);
                e.code().to_string()
            })
        });
        let opened = opened.await.map_err(|e| fdo::Error::Failed(e.to_string()))?;
        opened.map_err(fdo::Error::Failed)
    }

    /// The key of the encrypted files and how long it is kept, for the window's process alone, so that the person need not enter the
    /// passphrase again. As with the socket, this stops mistakes.
    async fn key(&self, #[zbus(connection)] bus: &zbus::Connection, #[zbus(header)] header: Header<'_>) -> fdo::Result<(OwnedFd, String)> {
        let denied = || fdo::Error::AccessDenied("for the window alone".into());
        let caller = header.sender().ok_or_else(denied)?.to_owned();
        let daemon = fdo::DBusProxy::new(bus).await?;
        let process = daemon.get_connection_unix_process_id(caller.into()).await?;
        if !window::is_own(process) {
            return Err(denied());
        }
        let keeper = &self.desktop.keeper;
        let long = *keeper.unlocked_for().borrow();
        // For the window alone: it is being locked.
        let key = keeper.sealed_file_key().filter(|_| long != UnlockedFor::Window);
        let key = key.ok_or_else(|| fdo::Error::Failed("locked".into()))?;
        let pipe = key.to_pipe().map_err(|e| fdo::Error::Failed(e.to_string()))?;
        let long = serde_json::to_value(long).unwrap_or_default();
        let long = long.as_str().unwrap_or_default().to_owned();
        Ok((std::os::fd::OwnedFd::from(pipe).into(), long))
    }

    /// Forgets the key of the encrypted files as soon as no renewal needs it, and hands it out no more from now on. Whether that is done.
    async fn lock(&self) -> fdo::Result<bool> {
        let keeper = self.desktop.keeper.clone();
        let locked = self.runtime.spawn(async move { keeper.lock_soon().await });
        locked.await.map_err(|e| fdo::Error::Failed(e.to_string()))
    }

    /// Shows a notification; a click on it opens this account, if one is named.
    fn notify(&self, summary: String, body: String, account: String) {
        let account = Some(account).filter(|account| !account.is_empty());
        let desktop = self.desktop.clone();
        self.runtime
            .spawn(async move { desktop.notify(Toast { summary, body, account }).await });
    }

    /// Ends the tray process.
    fn quit(&self) {
        let surface = self.desktop.surface.clone();
        self.runtime.spawn(async move {
            tokio::time::sleep(ANSWERED).await;
            surface.end();
        });
    }
}

fn json(value: &impl serde::Serialize) -> fdo::Result<String> {
    serde_json::to_string(value).map_err(|e| fdo::Error::Failed(e.to_string()))
}

/// Offers the interface under its name. False if another process has it.
pub fn offer(bus: &Connection, interface: Interface) -> zbus::Result<bool> {
    // Before the name: a program that finds the name must find the interface, too.
    bus.object_server().at(PATH, interface)?;
    match bus.request_name_with_flags(NAME, RequestNameFlags::DoNotQueue.into()) {
        Ok(_) => Ok(true),
        Err(zbus::Error::NameTaken) => Ok(false),
        Err(error) => Err(error),
    }
}
