//! `keybearer serve --tray`: the process that stays while no window is open. It has the tray, the notifications, the scheduler and the
//! socket, and starts the window's process on demand.
//!
//! `item` the tray's icon and menu · `notice` notifications · `surface` both for core's `desktop` · `interface` what other processes of
//! Keybearer may ask by the session's bus, `address` its name there · `window` the window's process · `bus` the buses, `awake` the end of sleep and the network's return

mod address;
mod awake;
mod bus;
mod interface;
mod item;
mod notice;
mod surface;
mod window;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use keybearer_core::book::lock;
use keybearer_core::desktop::{Changes, Click, Desktop, Refreshing, logs};
use keybearer_core::keeper::Keeper;
use keybearer_core::serve::{Server, socket_path};
use tokio::sync::{Notify, mpsc, oneshot};
use zbus::blocking::Connection;

use self::interface::Interface;
use self::item::Item;
use self::notice::Notices;
use self::surface::TrayProcess;
use self::window::Window;
use crate::failure::Failure;
use crate::serve::rest;
use crate::system;
use crate::terminal::{Terminal, ctrl_c};

/// Who shows tray icons.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// How long the end waits for answers on the socket that have begun, and for the panel.
const LAST_WORK: Duration = Duration::from_secs(15);

/// The options of `serve` for the tray.
#[derive(Debug, clap::Args)]
pub struct Tray {
    /// Shows the accounts in the desktop's tray, too, and notifies; ends at once if that runs already
    ///
    /// The app starts this by itself. It needs the app, which it opens from the tray.
    #[arg(long, conflicts_with_all = ["ask_passphrase", "forget_passphrase", "idle"])]
    tray: bool,
    /// Renews the long-lived tokens first, or lets the tray that runs already do so; stays only where a tray is visible
    #[arg(long, requires = "tray")]
    refresh: bool,
}

impl Tray {
    /// Whether `serve` is asked for a tray.
    pub fn is_wanted(&self) -> bool {
        self.tray
    }
}

/// Stays in the tray until it is told to end, and finishes what it has begun.
///
/// # Errors
/// [`Failure::Tray`] where there is no app to open, or no session bus.
pub async fn stay(keeper: &Keeper, terminal: &Terminal, wanted: &Tray, changes: &Changes) -> Result<ExitCode, Failure> {
    let terminated = system::terminated();
    let window = Window::find()?;
    logs::start(keeper.data(), "tray");
    let bus = match bus::session() {
        Ok(bus) => bus,
        Err(error) if wanted.refresh => {
            tracing::warn!(%error, "no session bus: renews without a tray");
            let _ = keeper.check_store().await;
            keeper.refresh_long_lived().await;
            return Ok(ExitCode::SUCCESS);
        }
        Err(error) => return Err(Failure::Tray("cli-tray-no-bus", error.to_string())),
    };
    let end = Arc::new(Notify::new());
    let notices = Notices::new(&bus);
    let surface = TrayProcess::new(keeper, terminal.language, &bus, &notices, &window, &end);
    let desktop = Desktop {
        keeper: keeper.clone(),
        surface,
        refreshing: Refreshing::default(),
        changes: changes.clone(),
    };
    if !interface::offer(&bus, Interface::new(&desktop)).map_err(no_bus)? {
        tracing::info!("a tray process runs already");
        if wanted.refresh {
            address::ask_to_refresh(&bus).map_err(no_bus)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    // No other process deletes the data folder while this runs.
    let _work = lock::work(keeper.data(), &format!("serve-{}", std::process::id()))?;
    tracing::info!("the tray process runs");
    match notices.hear_clicks(desktop.surface.clone(), end.clone()) {
        // The bus was there a moment ago: the session has ended.
        Err(zbus::Error::InputOutput(_)) => return Ok(ExitCode::SUCCESS),
        heard => heard.map_err(no_bus)?,
    }
    keeper.watch_book();
    let (clicks, clicked) = mpsc::unbounded_channel();
    let item = Item::new(desktop.text(), clicks);
    tokio::spawn(click(desktop.clone(), clicked));
    let (hide, hides) = oneshot::channel();
    let item = tokio::spawn(item::keep(item, desktop.surface.texts(), hides));
    let listening = keeper.clone();
    tokio::task::spawn_blocking(|| awake::listen(listening));
    let (serve_end, serving) = serve(keeper);
    let shown = desktop.clone();
    tokio::spawn(async move { shown.attend().await });
    let working = tokio::spawn(work(desktop, bus, wanted.refresh, end.clone()));
    tokio::select! {
        () = ctrl_c() => {}
        () = terminated => {}
        () = end.notified() => {}
    }
    working.abort();
    drop(hide);
    let _ = tokio::time::timeout(LAST_WORK, item).await;
    drop(serve_end);
    let _ = tokio::time::timeout(LAST_WORK, serving).await;
    tracing::info!("the tray process ends");
    logs::end();
    Ok(ExitCode::SUCCESS)
}

fn no_bus(error: impl ToString) -> Failure {
    Failure::Tray("cli-tray-no-bus", error.to_string())
}

/// Starts the socket's server, which waits for one that runs already. Dropping the sender ends it.
fn serve(keeper: &Keeper) -> (oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    // The window's process can ask the person.
    let server = Server::new(keeper.clone(), true);
    let (end, ends) = oneshot::channel::<()>();
    let runs = tokio::spawn(async move {
        let ended = async { drop(ends.await) };
        tokio::select! {
            () = server.run_when_free(socket_path(), ended) => {}
            () = rest(&server) => {}
            () = server.forget_passphrase(|| false) => {}
        }
    });
    (end, runs)
}

/// Does what is clicked.
async fn click(desktop: Desktop<TrayProcess>, mut clicked: mpsc::UnboundedReceiver<Click>) {
    while let Some(click) = clicked.recv().await {
        let desktop = desktop.clone();
        tokio::spawn(async move { desktop.click(click).await });
    }
}

/// Does the work of the start, and then runs the scheduler until the end.
async fn work(desktop: Desktop<TrayProcess>, bus: Connection, refresh: bool, end: Arc<Notify>) {
    let keeper = desktop.keeper.clone();
    // An error of the store is shown by the tray.
    let _ = keeper.check_store().await;
    if refresh {
        desktop.refresh().await;
        // No one could find the tray process, and no one asked it to stay.
        if !bus::has_owner(&bus, WATCHER) && !window::is_running(&bus) {
            return end.notify_one();
        }
    }
    keeper.run_scheduler().await;
}
