//! `keybearer exec --watch`: stays with the command and gives it each new token of its account. The command is started again with the
//! token, or a signal tells it to get the token from a file or a socket.

use std::cell::Cell;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use keybearer_core::error::{Code, ErrorView};
use keybearer_core::keeper::{Keeper, TICK, TokenChanges};
use keybearer_core::serve::{Listener, OwnSocket, Server};
use keybearer_core::token::Secret;
use keybearer_core::view::AccountView;

use super::{Exec, Given, TokenSource, given, not_started, prepared};
use crate::LAST_WORK;
use crate::failure::Failure;
use crate::find::label;
use crate::system::{End, Job, SIGNALS, Session, TokenFile, Told};
use crate::terminal::{Terminal, ctrl_c};

/// The wait before a command that failed starts again; doubled each time that it ends quickly.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest of these waits.
const LAST_WAIT: Duration = Duration::from_secs(60);
/// A command that ran for at least this long has not ended quickly.
const LONG: Duration = Duration::from_secs(60);

/// How a command gets new tokens.
#[derive(Debug, clap::Args)]
pub struct Watch {
    /// Stays with the command: renews the token in time, and when there is a new one, ends the command and starts it again with it
    ///
    /// When the command ends by itself, so does this, with its exit code. If the token can no longer be renewed, the command keeps
    /// running and a message says so; it gets the new token once you have signed in again.
    #[arg(long)]
    pub watch: bool,
    /// With --watch: how long the command may take to end when it is asked to, before it is killed
    #[arg(long, value_name = "SECONDS", default_value_t = 10, requires = "watch", hide = SIGNALS.is_empty())]
    pub grace: u32,
    /// With --watch: writes the token into a file in memory instead of the environment; ACCESS_TOKEN_FILE (with --as, VARIABLE_FILE)
    /// has its path
    #[arg(long, requires = "watch", hide = SIGNALS.is_empty())]
    pub file: bool,
    /// With --watch: gives the command no token, but a socket that it can ask for one at any time; KEYBEARER_SOCKET has its path
    #[arg(long, requires = "watch", conflicts_with = "file")]
    pub socket: bool,
    /// With --file or --socket: sends the command this signal when there is a new token, instead of starting it again, as in `HUP`
    #[arg(long, value_name = "SIGNAL", requires = "watch", value_parser = told, hide = SIGNALS.is_empty())]
    pub signal: Option<Told>,
    /// With --watch: also starts the command again when it fails, after a wait that grows if it fails quickly
    #[arg(long, requires = "watch")]
    pub restart_on_failure: bool,
}

/// Reads a signal's name, with or without `SIG`.
fn told(typed: &str) -> Result<Told, String> {
    let name = typed.to_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let known = SIGNALS.iter().find(|(known, _)| *known == name);
    let names: Vec<&str> = SIGNALS.iter().map(|(known, _)| *known).collect();
    match (known, names.is_empty()) {
        (Some((_, signal)), _) => Ok(*signal),
        (None, false) => Err(format!("the signals are {}", names.join(", "))),
        (None, true) => Err("this system has no signals; without --signal the command is started again".to_owned()),
    }
}

/// Runs the command until it ends by itself or this process is asked to end.
pub async fn watch(
    keeper: &Keeper,
    terminal: &Terminal,
    wanted: &Exec,
    found: &AccountView,
    passphrase: Option<u32>,
) -> Result<ExitCode, Failure> {
    let how = &wanted.watch;
    if how.signal.is_some() && !how.file && !how.socket {
        return Err(Failure::SignalAlone);
    }
    keeper.watch_book();
    let mut changes = keeper.token_changes(&found.id)?;
    let mut now = tokio::select! {
        now = given(keeper, wanted, found) => now?,
        () = ctrl_c() => return Err(Failure::Interrupted),
    };
    let file = how.file.then(TokenFile::create).transpose()?;
    if let Some(file) = &file {
        file.write(&now.token)?;
    }
    let socket = how.socket.then(|| serve(keeper, found)).transpose()?;
    let mut session = Session::open().map_err(Failure::io("signals"))?;
    let grace = Duration::from_secs(how.grace.into());
    let watched = Watched {
        keeper,
        terminal,
        wanted,
        found,
        told: Cell::new(None),
        owed: Cell::new(false),
    };
    let kept_valid = keeper.keep_valid(&found.id, |error| watched.report(error));
    tokio::pin!(kept_valid);
    let mut quick = 0_u32;
    loop {
        let place = match (&file, &socket) {
            (Some(file), _) => TokenSource::File(file.path()),
            (None, Some(socket)) => TokenSource::Socket(socket.path()),
            (None, None) => TokenSource::Environment,
        };
        let command = prepared(wanted, &now, place, passphrase);
        let mut job = match Job::start(command, &session) {
            Ok(job) => job,
            Err(error) => return Ok(not_started(terminal, wanted, &error)),
        };
        let began = Instant::now();
        let ended = loop {
            tokio::select! {
                biased;
                () = job.ended(&mut session, grace) => break Some(watched.clear(&mut job, &mut session, grace).await),
                () = &mut kept_valid => {}
                next = watched.next(&mut changes, &now.token) => {
                    if let Some(Err(error)) = file.as_ref().map(|file| file.write(&next.token)) {
                        terminal.complain(&error.into());
                        watched.owed.set(true);
                        continue;
                    }
                    now = next;
                    match how.signal {
                        Some(signal) => job.tell(signal),
                        // Nothing is started again.
                        None if job.ends(&mut session) => {}
                        None => break watched.stop(&mut job, &mut session, grace).await,
                    }
                }
            }
        };
        // It was asked to end, and starts again with the new token.
        let Some(end) = ended else { continue };
        if !how.restart_on_failure || end.code == 0 || end.asked || end.by_signal {
            return exit(keeper, session, end).await;
        }
        quick = if began.elapsed() < LONG { quick + 1 } else { 1 };
        let wait = FIRST_WAIT.saturating_mul(1 << (quick - 1).min(10)).min(LAST_WAIT);
        watched.say_again(end, wait);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = &mut kept_valid => {}
            code = session.asked() => return exit(keeper, session, End { code, ..end }).await,
        }
        // Its token may have expired by now. If there is no newer one, a message has said so.
        if let Ok(next) = given(keeper, wanted, found).await {
            now = next;
            if let Some(file) = &file {
                file.write(&now.token)?;
            }
        }
    }
}

/// Gives this account's token at a socket of this process's own, until the process ends.
fn serve(keeper: &Keeper, found: &AccountView) -> Result<OwnSocket, Failure> {
    let (listener, socket) = Listener::of_process()?;
    let server = Server::of_account(keeper.clone(), &found.id);
    tokio::spawn(async move { server.run_and_reopen(listener, std::future::pending()).await });
    Ok(socket)
}

/// Ends with the command's exit code. Windows has codes of 32 bits.
async fn exit(keeper: &Keeper, session: Session, end: End) -> Result<ExitCode, Failure> {
    drop(session);
    if let Ok(code) = u8::try_from(end.code) {
        return Ok(ExitCode::from(code));
    }
    keeper.rest(LAST_WORK).await;
    match keeper.store_state().unstored {
        0 => std::process::exit(end.code),
        _ => Err(Failure::TokenLost),
    }
}

struct Watched<'a> {
    keeper: &'a Keeper,
    terminal: &'a Terminal,
    wanted: &'a Exec,
    found: &'a AccountView,
    /// The problem that was reported last, so that it is not reported again.
    told: Cell<Option<Code>>,
    /// The command may lack a token because an attempt to give it one failed; it is tried again.
    owed: Cell<bool>,
}

impl Watched<'_> {
    /// Waits for a token that the command does not have yet.
    async fn next(&self, changes: &mut TokenChanges, has: &Secret) -> Given {
        loop {
            let changed = match self.owed.get() {
                false => changes.next().await,
                true => tokio::time::timeout(TICK, changes.next()).await.unwrap_or(Ok(())),
            };
            if let Err(error) = changed {
                self.report(&error.view());
                if error.code() == Code::AccountUnknown {
                    std::future::pending::<()>().await;
                }
                continue;
            }
            match self.other_than(has).await {
                Ok(Some(given)) => {
                    self.told.set(None);
                    self.owed.set(false);
                    return given;
                }
                Ok(None) => self.owed.set(false),
                Err(failure) => {
                    self.owed.set(true);
                    if let Failure::Core(error) = failure {
                        self.report(&error);
                    }
                }
            }
        }
    }

    /// What the command gets instead of what it has; none if its token is still the valid one.
    async fn other_than(&self, has: &Secret) -> Result<Option<Given>, Failure> {
        if self.keeper.known_token(&self.found.id).await? == *has {
            return Ok(None);
        }
        given(self.keeper, self.wanted, self.found).await.map(Some)
    }

    /// Ends the command for its next start; none if it can be started again.
    async fn stop(&self, job: &mut Job, session: &mut Session, grace: Duration) -> Option<End> {
        let with = [("name", label(self.found)), ("program", self.program())];
        self.say("cli-watch-restart", &with);
        let end = job.end(session, grace).await;
        self.say_killed(end, grace);
        end.asked.then_some(end)
    }

    /// Ends what a command that has ended left. It isn't cancelled, so that the command's end is the watch's, also when there is a new
    /// token meanwhile.
    async fn clear(&self, job: &mut Job, session: &mut Session, grace: Duration) -> End {
        let end = job.clear(session, grace).await;
        self.say_killed(end, grace);
        end
    }

    fn say_killed(&self, end: End, grace: Duration) {
        if end.killed {
            let with = [("program", self.program()), ("seconds", grace.as_secs().to_string())];
            self.say("cli-watch-killed", &with);
        }
    }

    fn say_again(&self, end: End, wait: Duration) {
        let with = [
            ("program", self.program()),
            ("code", end.code.to_string()),
            ("seconds", wait.as_secs().to_string()),
        ];
        self.say("cli-watch-again", &with);
    }

    /// Reports once why there is no new token.
    fn report(&self, error: &ErrorView) {
        if self.told.replace(Some(error.code)) == Some(error.code) {
            return;
        }
        self.terminal.explain(error);
        if error.code.needs_login() {
            let with = [("name", label(self.found)), ("program", self.program())];
            self.say("cli-watch-login", &with);
        }
    }

    fn say(&self, id: &str, with: &[(&str, String)]) {
        let with: Vec<(&str, &str)> = with.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.terminal.say(&self.terminal.words(id, &with));
    }

    fn program(&self) -> String {
        let program = self.wanted.command.first();
        program.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}
