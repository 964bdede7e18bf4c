//! The tray process: the command line's program, which stays when the window is closed (`keybearer serve --tray`). It has the tray,
//! shows notifications, and gives tokens to programs. Here it is started, and spoken to by the session's bus.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use keybearer_core::desktop::{Toast, autostart};
use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{ProgramAnswer, ProgramQuestion, RenewalView, UnlockedFor};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tauri::{AppHandle, Manager, Runtime};
use zbus::blocking::Proxy;
use zbus::zvariant::{DynamicType, OwnedFd};

use super::bus;
use super::handover::{SECOND_TRY, end_without_answer, own_program};
use crate::start::Start;
use crate::{Listeners, serve, window};

/// Its name and its interface.
const NAME: &str = "io.github.keybearer.Tray";
const PATH: &str = "/io/github/keybearer/Tray";
/// The name of the window's process (tauri-plugin-single-instance).
const WINDOW_NAME: &str = "io.github.keybearer.SingleInstance";
/// Its program, beside the window's.
const PROGRAM: &str = "keybearer";

/// What it says has changed; and that it is there, or gone.
const RULES: [&str; 2] = [
    "type='signal',sender='io.github.keybearer.Tray',interface='io.github.keybearer.Tray',member='Changed'",
    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='io.github.keybearer.Tray'",
];

/// How long the page may draw its first view before the tray process is started beside it.
const DRAWN: Duration = Duration::from_millis(500);

/// How long after the tray process's end another one is started.
const AGAIN: Duration = Duration::from_secs(5);

/// How long [`quit`] waits for a tray process that was just started to take its name on the bus.
const NAMED: Duration = Duration::from_secs(5);

/// The tray process, as far as this process started or ended it.
static OURS: Mutex<Ours> = Mutex::new(Ours {
    started: None,
    is_over: false,
});

struct Ours {
    /// The thread that waits for the end of the one that this process started.
    started: Option<JoinHandle<()>>,
    /// This process ends together with the tray process, and must not start another one.
    is_over: bool,
}

/// What the tray process said last, and what it was told.
pub struct Said {
    questions: Mutex<Vec<ProgramQuestion>>,
    /// For how long it has the key of the encrypted files.
    long: Mutex<UnlockedFor>,
    /// Locked while it is asked, so that no older answer replaces a newer one.
    asking: Mutex<()>,
}

/// A start that needs no window is the tray process's: it takes this process's place, or hears of it where it runs. Where it cannot be
/// started, the window opens.
pub fn before_start(start: Start) -> ControlFlow<i32, Start> {
    match start {
        Start::Hidden | Start::Refresh if bus::has_owner(NAME) => {
            if start == Start::Refresh {
                tell("Refresh");
            }
            ControlFlow::Break(0)
        }
        Start::Hidden | Start::Refresh => {
            let error = become_it(start == Start::Refresh);
            tracing::warn!(%error, "no tray process");
            ControlFlow::Continue(Start::Window)
        }
        // A window's process that hears of it ends the tray process, too.
        Start::Quit if bus::has_owner(WINDOW_NAME) => {
            end_without_answer(WINDOW_NAME, || tell("Quit"));
            ControlFlow::Continue(start)
        }
        Start::Quit => {
            tell("Quit");
            ControlFlow::Break(0)
        }
        Start::Window | Start::Account(_) | Start::Copy(_) => {
            end_without_answer(WINDOW_NAME, || ());
            ControlFlow::Continue(start)
        }
    }
}

/// Returns only if that fails.
fn become_it(refresh: bool) -> io::Error {
    let refresh = refresh.then_some("--refresh");
    // Without a bus there is no tray, but renewals.
    let bus = if refresh.is_some() { Ok(()) } else { bus::session().map(drop) };
    match bus.map_err(io::Error::other).and_then(|()| program()) {
        Ok(program) => Command::new(program).args(["serve", "--tray"]).args(refresh).exec(),
        Err(error) => error,
    }
}

/// The tray process's program.
fn program() -> io::Result<PathBuf> {
    let program = own_program()?.with_file_name(PROGRAM);
    match program.is_file() {
        true => Ok(program),
        false => Err(io::Error::new(io::ErrorKind::NotFound, program.display().to_string())),
    }
}

/// Whether it runs, or is started now. May block.
pub fn is_there() -> bool {
    let mut ours = ours();
    if ours.is_over {
        return false;
    }
    if bus::has_owner(NAME) || ours.runs() {
        return true;
    }
    let started = bus::session().map_err(io::Error::other).and_then(|_| start());
    let started = started.inspect_err(|error| tracing::warn!(%error, "no tray process"));
    ours.started = started.ok();
    ours.started.is_some()
}

fn ours() -> MutexGuard<'static, Ours> {
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ours {
    /// Whether the tray process that this process started runs.
    fn runs(&self) -> bool {
        self.started.as_ref().is_some_and(|waiting| !waiting.is_finished())
    }
}

/// Starts it, detached from this process. A second one ends by itself.
fn start() -> io::Result<JoinHandle<()>> {
    let mut command = match autostart::image(&own_program()?) {
        // The files of this process are gone at its end.
        Some(image) => {
            let mut command = Command::new(image);
            command.arg("--hidden");
            command
        }
        None => {
            let mut command = Command::new(program()?);
            command.args(["serve", "--tray"]);
            command
        }
    };
    command
        .env_remove(SECOND_TRY)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    let mut child = command.spawn()?;
    std::thread::Builder::new()
        .name("tray process".into())
        .spawn(move || drop(child.wait()))
}

/// Listens to it, and starts it when the page has drawn its first view. Where it cannot be started, this process serves the tokens.
pub fn follow<R: Runtime>(app: &AppHandle<R>) {
    app.manage(Said {
        questions: Mutex::default(),
        long: Mutex::new(UnlockedFor::Window),
        asking: Mutex::default(),
    });
    let (first, drawn) = (app.clone(), app.clone());
    tauri::async_runtime::spawn_blocking(move || {
        let again = first.clone();
        let listening = bus::session().and_then(|bus| {
            bus::listen(&bus, &RULES, move |signal| {
                let member = bus::member(signal);
                if ["Changed", "NameOwnerChanged"].contains(&member.as_str()) {
                    let app = again.clone();
                    tauri::async_runtime::spawn_blocking(move || {
                        ask_again(&app);
                        app.state::<Listeners>().tell();
                    });
                }
                if member == "NameOwnerChanged" {
                    let app = again.clone();
                    tauri::async_runtime::spawn_blocking(move || match bus::has_owner(NAME) {
                        true => share_key(&app),
                        false => drop(tauri::async_runtime::spawn(start_again())),
                    });
                }
            })
        });
        match listening {
            Ok(()) => ask_again(&first),
            Err(error) => tracing::warn!(%error, "the tray process is not heard"),
        }
    });
    tauri::async_runtime::spawn(async move {
        drawn.state::<window::Window>().first_view().await;
        tokio::time::sleep(DRAWN).await;
        if !tauri::async_runtime::spawn_blocking(is_there).await.unwrap_or_default() {
            serve::start(&drawn);
        } else if !program_questions(&drawn).is_empty() {
            // They may have come between the page's first view and its listening.
            drawn.state::<Listeners>().tell();
        }
    });
}

/// Starts it in a moment, if it has ended and this process goes on: someone may have killed it.
async fn start_again() {
    tokio::time::sleep(AGAIN).await;
    let _ = tauri::async_runtime::spawn_blocking(is_there).await;
}

/// Asks for the questions.
fn ask_again<R: Runtime>(app: &AppHandle<R>) {
    let said = app.state::<Said>();
    let asking = said.asking.lock().unwrap_or_else(PoisonError::into_inner);
    let questions = ask("Questions").unwrap_or_default();
    *said.questions.lock().unwrap_or_else(PoisonError::into_inner) = questions;
    drop(asking);
}

/// The programs that wait for the person's decision.
pub fn program_questions<R: Runtime>(app: &AppHandle<R>) -> Vec<ProgramQuestion> {
    let said = app.try_state::<Said>();
    said.map(|said| said.questions.lock().unwrap_or_else(PoisonError::into_inner).clone())
        .unwrap_or_default()
}

/// Takes the person's decision to it, unless this process asked.
///
/// # Errors
/// [`Error::InputInvalid`] for a question that no longer waits.
pub async fn answer_program<R: Runtime>(app: &AppHandle<R>, question: String, answer: ProgramAnswer) -> Result<()> {
    let own = app.state::<Keeper>().answer_program(&question, answer).await;
    if !matches!(own, Err(Error::InputInvalid { .. })) {
        return own;
    }
    let internal = |detail: String| Error::Internal { detail };
    let gone = || Error::InputInvalid { field: "question".into() };
    if app.try_state::<Said>().is_none() {
        return Err(gone());
    }
    let answer = word(answer);
    let app = app.clone();
    let answered = tauri::async_runtime::spawn_blocking(move || {
        let answered = call("AnswerProgram", &(question, answer));
        ask_again(&app);
        answered
    });
    match answered.await.map_err(|e| internal(e.to_string()))? {
        Ok(_) => Ok(()),
        Err(zbus::Error::MethodError(..)) => Err(gone()),
        Err(error) => Err(internal(error.to_string())),
    }
}

/// The results of the last renewals that were started outside the window.
pub async fn last_renewals<R: Runtime>(app: &AppHandle<R>) -> Vec<RenewalView> {
    if app.try_state::<Said>().is_none() {
        return Vec::new();
    }
    let asked = tauri::async_runtime::spawn_blocking(|| ask("LastRenewals"));
    asked.await.ok().flatten().unwrap_or_default()
}

/// Shows a notification. May block.
///
/// # Errors
/// The bus's: no tray process runs.
pub fn notify(toast: &Toast) -> std::result::Result<(), String> {
    let account = toast.account.as_deref().unwrap_or_default();
    let shown = call("Notify", &(toast.summary.as_str(), toast.body.as_str(), account));
    shown.map(drop).map_err(|e| e.to_string())
}

/// Keeps the encrypted files open for as long as the person chose: in the tray process, where there is one, now and each time that one is
/// started while this process has the key. May block.
pub fn keep_unlocked<R: Runtime>(app: &AppHandle<R>, long: UnlockedFor) {
    app.state::<Keeper>().keep_unlocked(long);
    if let Some(said) = app.try_state::<Said>() {
        *said.long.lock().unwrap_or_else(PoisonError::into_inner) = long;
        share_key(app);
    }
}

/// Gives it the key, if the person chose so and this process has it, which then needs it for the window alone. The key goes through a
/// pipe, so that no other program on the bus reads it.
fn share_key<R: Runtime>(app: &AppHandle<R>) {
    let long = *app.state::<Said>().long.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(keeper) = app.try_state::<Keeper>() else { return };
    let Some(key) = keeper.sealed_file_key().filter(|_| long != UnlockedFor::Window) else {
        return;
    };
    let share = || -> zbus::Result<()> {
        let pipe = key.to_pipe().map_err(|e| zbus::Error::InputOutput(e.into()))?;
        let pipe = OwnedFd::from(std::os::fd::OwnedFd::from(pipe));
        call("Unlock", &(pipe, word(long))).map(drop)
    };
    match share() {
        Ok(()) => {
            keeper.keep_unlocked(UnlockedFor::Window);
            // A lock that came after the key was read, and before the tray process looked, is none for that process.
            if keeper.sealed_file_key().is_none() {
                let _ = lock(app);
            }
        }
        Err(error) => tracing::warn!(%error, "the tray process does not have the key"),
    }
}

/// The key of the encrypted files, if the tray process has it. May block.
pub fn key_of_tray<R: Runtime>(app: &AppHandle<R>) -> Option<Secret> {
    let answer = call("Key", &()).ok()?;
    let (pipe, long): (OwnedFd, String) = answer.body().deserialize().ok()?;
    let key = Secret::from_pipe(File::from(std::os::fd::OwnedFd::from(pipe)));
    let key = key.inspect_err(|error| tracing::warn!(%error, "no key of the tray process")).ok()?;
    if let (Some(said), Ok(long)) = (app.try_state::<Said>(), serde_json::from_value(long.into())) {
        *said.long.lock().unwrap_or_else(PoisonError::into_inner) = long;
    }
    Some(key)
}

/// Has it forget the key of the encrypted files, if it has that. Whether that is done; it may take longer. May block.
///
/// # Errors
/// [`Error::Internal`] if it runs and does not answer.
pub fn lock<R: Runtime>(app: &AppHandle<R>) -> Result<bool> {
    if let Some(said) = app.try_state::<Said>() {
        *said.long.lock().unwrap_or_else(PoisonError::into_inner) = UnlockedFor::Window;
    }
    match call("Lock", &()).and_then(|answer| answer.body().deserialize()) {
        Err(error) if bus::has_owner(NAME) => Err(Error::Internal { detail: error.to_string() }),
        answer => Ok(answer.unwrap_or(true)),
    }
}

/// A value as one word.
fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// Ends it. From then on, this process starts no other one. May block.
pub fn quit() {
    let mut ours = ours();
    ours.is_over = true;
    let began = Instant::now();
    while ours.runs() && !bus::has_owner(NAME) && began.elapsed() < NAMED {
        std::thread::sleep(Duration::from_millis(20));
    }
    tell("Quit");
}

/// Calls a method that gives JSON.
fn ask<T: DeserializeOwned>(method: &str) -> Option<T> {
    let answer = call(method, &()).ok()?;
    let text: String = answer.body().deserialize().ok()?;
    let read = serde_json::from_str(&text);
    read.inspect_err(|error| tracing::warn!(%error, method, "an answer of the tray process"))
        .ok()
}

fn call<B: Serialize + DynamicType>(method: &str, body: &B) -> zbus::Result<zbus::Message> {
    bus::session()?.call_method(Some(NAME), PATH, Some(NAME), method, body)
}

/// Calls a method and does not wait for what it does.
fn tell(method: &str) {
    let told = bus::session().and_then(|bus| Proxy::new(&bus, NAME, PATH, NAME)?.call_noreply(method, &()));
    if let Err(error) = told {
        tracing::warn!(%error, method, "the tray process is not told");
    }
}
