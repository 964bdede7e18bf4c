//! The shell: window, plugins, and the wiring between them and the keeper. It knows no OAuth.
//!
//! `start` what a start is for, `failure` the message when one fails · `commands`, `away`, `transfer`, `copies`, `api_calls`, `first_post`, `posts`
//! and `delivery` what the window may call, one line each · `window` the one window · `wording` the language outside the page ·
//! `clipboard` copies that are cleared · `practice` the practice platform while it is used ·
//! `downloads` files for the person, `dialog` where they choose · `autostart` · `serve` tokens for programs · `system` all that differs
//! between systems, with the tray and notifications: on Linux those, and tokens for programs, are the tray process's, where there is
//! one.

#![allow(missing_docs)] // a shell has no public items to speak of

pub mod api_calls;
pub mod autostart;
pub mod away;
pub mod clipboard;
pub mod commands;
pub mod copies;
pub mod delivery;
pub mod dialog;
pub mod downloads;
pub mod failure;
pub mod first_post;
pub mod posts;
pub mod practice;
mod serve;
mod start;
pub mod system;
pub mod transfer;
pub mod window;
pub mod wording;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keybearer_core::book::lock;
use keybearer_core::desktop::logs;
use keybearer_core::error::{Error, ErrorView, Result};
use keybearer_core::keeper::{Keeper, Outside, data_folder, now};
use keybearer_core::ledger::Program;
use keybearer_core::redirect::waiting::Verdict;
use keybearer_core::view::UnlockedFor;
use tauri::ipc::Channel;
use tauri::{AppHandle, Builder, Manager, RunEvent, Runtime, WindowEvent, Wry};
use tauri_plugin_deep_link::DeepLinkExt as _;
use tauri_plugin_opener::OpenerExt as _;

use failure::Failure;
use start::Start;
pub use window::WINDOW;

/// A command's result, or an error for a person.
pub type Answer<T> = std::result::Result<T, ErrorView>;

/// A core error for the window.
pub fn said(error: Error) -> ErrorView {
    error.view()
}

/// How long the end of the program waits for a token that is being obtained, renewed or stored.
const LAST_WORK: Duration = Duration::from_secs(15);

/// The channels of windows that are told when their view is out of date.
#[derive(Default)]
pub struct Listeners(Mutex<Vec<Channel<()>>>);

impl Listeners {
    /// Adds a channel.
    pub fn add(&self, channel: Channel<()>) {
        self.lock().push(channel);
    }

    /// Tells all windows.
    pub fn tell(&self) {
        self.lock().retain(|channel| channel.send(()).is_ok());
    }

    /// Removes all channels, because their window is gone.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Channel<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long a start waits for an earlier run to end before it reports that the app is already running.
const LAST_RUN: Duration = Duration::from_secs(3);

/// Runs the app until its window is closed, or until it is told to quit if it stays in the tray. Returns the process's exit code. A
/// failed start is reported: no home folder, another running instance, no window.
pub fn run() -> i32 {
    match failure::caught(start_up) {
        Ok(code) => code,
        Err(failure) => {
            failure::report(&failure);
            1
        }
    }
}

fn start_up() -> std::result::Result<i32, Failure> {
    let data = data_folder()?;
    logs::start(&data, "keybearer");
    failure::log_panics();
    let start = match system::before_start(Start::of(std::env::args())) {
        ControlFlow::Continue(start) => start,
        ControlFlow::Break(code) => {
            logs::end();
            return Ok(code);
        }
    };
    let context = tauri::generate_context!();
    let internal = |e: tauri::Error| Error::Internal { detail: e.to_string() };
    let app = with_hand_over(tauri::Builder::default())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build());
    let failed = Arc::new(Mutex::new(None));
    let note = Arc::clone(&failed);
    let begun = start.clone();
    let mut app = with_commands(system::plugins(app))
        .setup(move |app| {
            // Tauri turns an error that is returned here into a panic without a message for a person.
            if let Err(error) = set_up(app.handle(), begun) {
                *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                app.handle().exit(1);
            }
            Ok(())
        })
        .build(context)
        .map_err(|error| {
            system::try_again(&error);
            internal(error)
        })?;
    if start == Start::Quit {
        // No instance is running.
        return Ok(0);
    }
    // The plugin that hands over may be off: without a session bus, or by another user's socket.
    let instance = take_over(&data)?;
    system::set_up(&mut app, &start);
    let code = app.run_return(|app, event| match event {
        RunEvent::WindowEvent { label, event, .. } if label == WINDOW => match event {
            WindowEvent::CloseRequested { api, .. } => window::close_requested(app, &api),
            WindowEvent::Destroyed => window::gone(app),
            _ => {}
        },
        // No code: the exit was not requested; the last window was closed.
        RunEvent::ExitRequested { code: None, api, .. } if app.state::<window::Window>().stays() => api.prevent_exit(),
        // At the exit itself, the clipboard's plugin is already gone.
        RunEvent::ExitRequested { .. } => clipboard::clear_ours(app),
        RunEvent::Exit => {
            clipboard::clear_at_exit(app);
            tauri::async_runtime::block_on(system::end(app, LAST_WORK));
            if let Some(keeper) = app.try_state::<Keeper>() {
                tauri::async_runtime::block_on(keeper.rest(LAST_WORK));
            }
        }
        event => system::on_event(app, &event),
    });
    if let Some(error) = failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(error);
    }
    drop(instance);
    logs::end();
    Ok(code)
}

/// The plugin by which a start passes on what it is for, and its link, to an instance that runs. It comes first, because a second start
/// must end there before it touches anything.
fn with_hand_over(builder: Builder<Wry>) -> Builder<Wry> {
    if !system::can_hand_over() {
        return builder;
    }
    builder.plugin(tauri_plugin_single_instance::init(|app, arguments, _folder| {
        let unlocking = app.clone();
        tauri::async_runtime::spawn(async move { unlock_as_tray(&unlocking).await });
        match Start::of(arguments) {
            Start::Window => window::show(app),
            Start::Account(account) => window::open_at(app, Some(account)),
            Start::Copy(account) => copies::copy_outside(app, account),
            Start::Hidden => {}
            Start::Refresh => system::renew_all(app),
            Start::Quit => window::quit(app),
        }
    }))
}

/// The window, the keeper, and what runs beside the window.
fn set_up(handle: &AppHandle, start: Start) -> std::result::Result<(), Failure> {
    // The window first: other processes load its page while the keeper opens. Its commands are answered after this function.
    if start.opens_window() {
        if let Start::Account(account) = &start {
            handle.state::<window::Window>().want(Some(account.clone()));
        }
        window::open(handle).map_err(|e| Failure::of_window(&e))?;
    }
    let keeper = Keeper::open(outside(handle)?)?;
    keeper.set_language(wording::session());
    keeper.keep_unlocked(UnlockedFor::Window);
    keeper.watch_book();
    handle.manage(keeper);
    listen_to_links(handle);
    system::begin(handle);
    tauri::async_runtime::spawn(begin(handle.clone(), start));
    Ok(())
}

/// Takes the app's lock, and waits for an instance that is just ending.
fn take_over(data: &Path) -> Result<lock::Held> {
    let began = Instant::now();
    loop {
        match lock::instance(data) {
            Err(Error::AlreadyRunning) if began.elapsed() < LAST_RUN => std::thread::sleep(Duration::from_millis(50)),
            taken => return taken,
        }
    }
}

/// Does the work of a start, and then runs the scheduler until the end.
async fn begin<R: Runtime>(app: AppHandle<R>, start: Start) {
    let keeper = app.state::<Keeper>().inner().clone();
    unlock_as_tray(&app).await;
    // An error of the store is shown by the view.
    let _ = keeper.check_store().await;
    system::store_checked(&app, &start).await;
    if let Start::Copy(account) = start {
        copies::copy_outside(&app, account);
    }
    keeper.run_scheduler().await;
}

/// Unlocks the encrypted files if the tray process has.
pub async fn unlock_as_tray<R: Runtime>(app: &AppHandle<R>) {
    let Some(keeper) = app.try_state::<Keeper>().filter(|keeper| keeper.waits_for_passphrase()) else {
        return;
    };
    let (tray, mark) = (app.clone(), keeper.lock_mark());
    let key = tauri::async_runtime::spawn_blocking(move || system::key_of_tray(&tray)).await;
    let Ok(Some(key)) = key else { return };
    if let Err(error) = keeper.open_sealed_file_with(key, mark).await {
        tracing::warn!(code = %error.code(), "the encrypted files stay locked");
    }
}

/// The commands and their state, on any runtime (tests have one without windows).
pub fn with_commands<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    system::with_state(builder)
        .manage(Listeners::default())
        .manage(clipboard::Ours::default())
        .manage(practice::Running::default())
        .manage(window::Window::default())
        .manage(autostart::Applied::default())
        .manage(serve::Serving::default())
        .invoke_handler(commands::handler())
}

/// What the keeper needs from its surroundings: the system's browser, and a signal that views are out of date.
fn outside<R: Runtime>(app: &AppHandle<R>) -> Result<Outside> {
    let (opener, listener) = (app.clone(), app.clone());
    let browser = move |address: &str| {
        opener
            .opener()
            .open_url(address, None::<&str>)
            .map_err(|e| Error::BrowserNotOpened { detail: e.to_string() })
    };
    let changed = move || {
        if let Some(listeners) = listener.try_state::<Listeners>() {
            listeners.tell();
        }
        system::changed(&listener);
    };
    let usual = Outside::usual(Arc::new(browser), Arc::new(changed))?;
    Ok(Outside {
        clock: Arc::new(clock),
        program: || Some(Program::window()),
        ..usual
    })
}

/// Unix seconds, as the keeper reads them.
fn clock() -> i64 {
    now().saturating_add(ahead())
}

/// How far the clock is put forward; for tests only, and never in a release.
#[cfg(feature = "automation")]
fn ahead() -> i64 {
    std::env::var("KEYBEARER_CLOCK_AHEAD")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or_default()
}

#[cfg(not(feature = "automation"))]
fn ahead() -> i64 {
    0
}

/// Handles deep links: those that reach the running app, and the one that started it.
fn listen_to_links<R: Runtime>(app: &AppHandle<R>) {
    let deep_link = app.deep_link();
    // An installed app is registered by its package; a development build registers itself.
    #[cfg(any(debug_assertions, feature = "automation"))]
    if let Err(error) = deep_link.register_all() {
        tracing::warn!(%error, "the link handler is not registered");
    }
    if let Ok(Some(links)) = deep_link.get_current() {
        for link in links {
            let keeper = app.state::<Keeper>();
            if keeper.accept_link(link.as_str()) != Verdict::Accepted {
                // The login that waited for it ended with the app that was closed.
                keeper.note(&Error::NoLoginWaiting);
            }
        }
    }
    let handle = app.clone();
    deep_link.on_open_url(move |event| {
        for link in event.urls() {
            // A website can open a link, too, so one that no login waits for is ignored silently.
            handle.state::<Keeper>().accept_link(link.as_str());
        }
        window::show(&handle);
    });
}
