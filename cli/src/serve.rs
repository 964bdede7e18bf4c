//! `keybearer serve`: gives tokens to programs of the same person, and renews what is due, until it is stopped.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use keybearer_core::book::lock;
use keybearer_core::desktop::Changes;
use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::serve::{Listener, PASSPHRASE_KEPT, Served, Server, Unserved, client, socket_path};
use keybearer_core::view::UnlockedFor;
use tokio::time::timeout;

use crate::exec::SOCKET;
use crate::failure::Failure;
use crate::system;
use crate::system::tray::{Tray, stay};
use crate::terminal::{Terminal, ctrl_c};

/// After how long without a request the memory that it took is given back.
const QUIET: Duration = Duration::from_secs(2);

/// How long a server may take to answer if the token can be had without it.
const ANSWERED: Duration = Duration::from_secs(5);

/// How long to wait for a server if this process cannot get the token itself. A renewal makes a few requests, and each may take 30 seconds.
const RENEWED: Duration = Duration::from_secs(90);

/// A server of tokens.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Asks for the passphrase of encrypted files at the start; without it, their tokens are not served
    #[arg(long)]
    pub ask_passphrase: bool,
    /// Forgets the passphrase after so many minutes without a request; 0 keeps it. By default 60 for one that was typed, and 0 for one
    /// that --passphrase-fd gave
    #[arg(long, value_name = "MINUTES")]
    pub forget_passphrase: Option<u32>,
    /// Ends after so many minutes without a request
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
    pub idle: Option<u32>,
    #[allow(missing_docs)]
    #[command(flatten)]
    pub tray: Tray,
}

/// Serves tokens until Ctrl-C, SIGTERM or the idle time, and answers what has arrived by then.
pub async fn serve(keeper: &Keeper, terminal: &Terminal, wanted: &Serve, is_typed: bool, changes: &Changes) -> Result<ExitCode, Failure> {
    if wanted.tray.is_wanted() {
        return stay(keeper, terminal, &wanted.tray, changes).await;
    }
    if wanted.ask_passphrase && keeper.waits_for_passphrase() {
        // There was no terminal where it could be asked for.
        return Err(Error::PassphraseNeeded.into());
    }
    // Before anyone hears that it serves, and may end it at once.
    let terminated = system::terminated();
    let (listener, own) = match system::given_socket().map_err(|_| Failure::SocketGiven)? {
        Some(given) => (Listener::given(given).map_err(Failure::io("LISTEN_FDS"))?, None),
        None => {
            let path = socket_path()?;
            (Listener::bind(&path)?, Some(path.display().to_string()))
        }
    };
    let place = own.as_deref().unwrap_or("LISTEN_FDS");
    // No other process deletes the data folder while this runs.
    let _work = lock::work(keeper.data(), &format!("serve-{}", std::process::id()))?;
    system::notify_ready().map_err(Failure::io("NOTIFY_SOCKET"))?;
    terminal.say(&terminal.words("cli-serving", &[("path", place)]));
    let _ = keeper.check_store().await;
    keeper.watch_book();
    let server = Server::new(keeper.clone(), false);
    let scheduler = {
        let keeper = keeper.clone();
        tokio::spawn(async move { keeper.run_scheduler().await })
    };
    let typed = if is_typed { PASSPHRASE_KEPT.as_secs() / 60 } else { 0 };
    let keeps = wanted.forget_passphrase.map_or(typed, u64::from);
    let end = end(&server, terminated, wanted.idle);
    let served = async {
        match own {
            Some(_) => {
                server.run_and_reopen(listener, end).await;
                Ok(())
            }
            // systemd, or another program, has opened it, and only that one can open it again.
            None => server.run(listener, end).await,
        }
    };
    tokio::select! {
        ended = served => ended?,
        () = async { ctrl_c().await; ctrl_c().await } => return Err(Failure::Interrupted),
        () = forget(keeper, terminal, &server, keeps) => {}
        () = say_locked(keeper, terminal) => {}
        () = rest(&server) => {}
    }
    scheduler.abort();
    Ok(ExitCode::SUCCESS)
}

/// Waits until the server has to end.
async fn end(server: &Server, terminated: impl Future<Output = ()>, idle: Option<u32>) {
    tokio::select! {
        () = ctrl_c() => {}
        () = terminated => {}
        () = after(server, idle.unwrap_or_default().into()) => {}
    }
}

/// Gives memory back each time no program asks for a moment, and never returns.
pub async fn rest(server: &Server) {
    loop {
        server.idle(QUIET).await;
        system::release_code_pages();
        server.request().await;
    }
}

/// Forgets the passphrase after so many minutes without a request, and never returns.
async fn forget(keeper: &Keeper, terminal: &Terminal, server: &Server, minutes: u64) {
    after(server, minutes).await;
    if keeper.is_open_by_passphrase() {
        keeper.lock_sealed_file(|| false).await;
        terminal.say(&terminal.words("cli-serve-forgotten", &[]));
    }
    std::future::pending().await
}

/// Says that the encrypted files were locked by another process, and never returns.
async fn say_locked(keeper: &Keeper, terminal: &Terminal) {
    // The sender is the keeper's.
    let _ = keeper.unlocked_for().wait_for(|long| *long == UnlockedFor::Window).await;
    terminal.say(&terminal.words("cli-serve-locked", &[]));
    std::future::pending().await
}

/// Waits until so many minutes have passed without a request; for ever with 0.
async fn after(server: &Server, minutes: u64) {
    match minutes {
        0 => std::future::pending().await,
        minutes => server.idle(Duration::from_secs(minutes.saturating_mul(60))).await,
    }
}

/// A server that has not answered yet.
pub struct Late {
    path: PathBuf,
    asking: Pin<Box<dyn Future<Output = Result<Served, Unserved>>>>,
}

/// A token from a server, if one runs and gives it: from the server of the command that this process belongs to, or the usual one.
/// Otherwise the caller gets the token itself. A server without a usable answer is reported; one that may still answer is returned.
pub async fn token(data: &Path, terminal: &Terminal, name: &str) -> Result<Served, Option<Late>> {
    let own = std::env::var_os(SOCKET).map(PathBuf::from).filter(|path| path.is_absolute());
    let mut late = None;
    for path in own.into_iter().chain(socket_path().ok()) {
        let (there, name, data) = (path.clone(), name.to_owned(), data.to_owned());
        let mut asking = Box::pin(async move { client::token(&there, &name, &data, RENEWED).await });
        match timeout(ANSWERED, &mut asking).await {
            Ok(Ok(served)) => return Ok(served),
            Ok(Err(Unserved::Absent | Unserved::Refused(_))) => {}
            Ok(Err(Unserved::Foreign)) => report(terminal, "cli-serve-foreign", &path),
            Ok(Err(Unserved::Silent | Unserved::Unusable)) => report(terminal, "cli-serve-unusable", &path),
            Err(_) => late = Some(Late { path, asking }),
        }
    }
    Err(late)
}

/// The token from a server that is late. It is waited for only where this process cannot get the token itself: the server may be renewing
/// it.
pub async fn late_token(terminal: &Terminal, late: Late, is_needed: bool) -> Option<Served> {
    if is_needed {
        report(terminal, "cli-serve-late", &late.path);
        match late.asking.await {
            Ok(served) => return Some(served),
            // This command then reports the same itself.
            Err(Unserved::Refused(_)) => return None,
            Err(_) => {}
        }
    }
    report(terminal, "cli-serve-silent", &late.path);
    None
}

fn report(terminal: &Terminal, id: &str, path: &Path) {
    terminal.say(&terminal.words(id, &[("path", &path.display().to_string())]));
}
