//! What Windows and macOS have in common in the shell: one process that stays in the tray, notifications and dialogs by libraries that
//! know both.
//!
//! `awake` when the computer wakes up and when the network is back · `surface` what is shown outside the window, as core's `desktop` decides · `tray` its menu

mod awake;
mod surface;
mod tray;

use std::fmt::Display;
use std::ops::ControlFlow;
use std::time::Duration;

use keybearer_core::desktop::{Changes, Refreshing, Toast, autostart};
use keybearer_core::error::Result;
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{ProgramAnswer, ProgramQuestion, RenewalView, UnlockedFor};
use rfd::{MessageButtons, MessageDialog, MessageDialogResult, MessageLevel};
use tauri::{AppHandle, Builder, Manager as _, Runtime, Wry};
use tauri_plugin_notification::NotificationExt as _;

use crate::start::Start;
use crate::{serve, window};

/// Plugins that only these systems need.
pub fn plugins(builder: Builder<Wry>) -> Builder<Wry> {
    builder.plugin(tauri_plugin_notification::init())
}

/// The state of what runs beside the window.
pub fn with_state<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .manage(Refreshing::default())
        .manage(Changes::default())
        .manage(tray::Shown::default())
}

/// Each start is an app's own.
pub fn before_start(start: Start) -> ControlFlow<i32, Start> {
    ControlFlow::Continue(start)
}

/// Does nothing: here a start finds an earlier instance without its answer.
pub fn try_again(_error: &tauri::Error) {}

/// Logs the failure of something without which the app continues.
pub fn log_failure<E: Display>(what: &'static str, result: std::result::Result<(), E>) {
    if let Err(error) = result {
        tracing::warn!(%error, "does not work: {what}");
    }
}

/// The notification's field for the account that a click opens.
const ACCOUNT: &str = "account";

/// Opens the window on a click on a notification, with the account's screen if it names one.
pub fn listen_to_clicks(app: &AppHandle<Wry>) -> std::result::Result<(), String> {
    let handle = app.clone();
    let clicked = move |clicked: &tauri_plugin_notification::ActionPerformed| {
        let about = clicked.notification().and_then(|shown| shown.extra().get(ACCOUNT));
        let account = about.and_then(|account| account.as_str()).map(str::to_owned);
        window::open_at(&handle, account);
    };
    app.notification().on_action(clicked).map_err(|e| e.to_string())
}

/// A view is out of date.
pub fn changed<R: Runtime>(app: &AppHandle<R>) {
    if let Some(changes) = app.try_state::<Changes>() {
        changes.tell();
    }
}

/// Begins what runs beside the window: the tray and the notices, what hears of wake-up and network, and the server of tokens.
pub fn begin<R: Runtime>(app: &AppHandle<R>) {
    let desktop = surface::of(app);
    tray::make(app, desktop.text(), surface::click);
    awake::watch(desktop.keeper.clone());
    tauri::async_runtime::spawn(async move { desktop.attend().await });
    serve::start(app);
}

/// The store was checked: does what a start without a window is for.
pub async fn store_checked<R: Runtime>(app: &AppHandle<R>, start: &Start) {
    if *start == Start::Refresh {
        surface::of(app).refresh().await;
        // Without a tray no one could find the app again, and no one asked it to stay.
        if !tray::is_seen(app) && app.get_webview_window(window::WINDOW).is_none() {
            app.exit(0);
        }
    }
}

/// Ends the server of tokens.
pub async fn end<R: Runtime>(app: &AppHandle<R>, limit: Duration) {
    serve::end(app, limit).await;
}

/// The programs that wait for the person's decision are in the keeper's own view.
pub fn program_questions<R: Runtime>(_app: &AppHandle<R>) -> Vec<ProgramQuestion> {
    Vec::new()
}

/// Takes the person's decision about a program.
///
/// # Errors
/// As [`Keeper::answer_program`].
pub async fn answer_program<R: Runtime>(app: &AppHandle<R>, question: String, answer: ProgramAnswer) -> Result<()> {
    app.state::<Keeper>().answer_program(&question, answer).await
}

/// The results of the last renewals that were started outside the window.
pub async fn last_renewals<R: Runtime>(app: &AppHandle<R>) -> Vec<RenewalView> {
    app.state::<Refreshing>().last()
}

/// "Renew all now".
pub fn renew_all<R: Runtime>(app: &AppHandle<R>) {
    surface::refresh(app);
}

/// The tray ends with this process.
pub fn quit_tray() {}

/// Keeps the encrypted files open for as long as the person chose.
pub fn keep_unlocked<R: Runtime>(app: &AppHandle<R>, long: UnlockedFor) {
    app.state::<Keeper>().keep_unlocked(long);
}

/// Done: no other process of ours has the key.
///
/// # Errors
/// Never here.
pub fn lock_tray<R: Runtime>(_app: &AppHandle<R>) -> Result<bool> {
    Ok(true)
}

/// Nothing: no other process of ours has the key.
pub fn key_of_tray<R: Runtime>(_app: &AppHandle<R>) -> Option<Secret> {
    None
}

/// Shows a notification.
pub fn notify<R: Runtime>(app: &AppHandle<R>, toast: &Toast) -> std::result::Result<(), String> {
    let builder = app.notification().builder().title(&toast.summary).body(&toast.body);
    let builder = match &toast.account {
        Some(account) => builder.extra(ACCOUNT, account),
        None => builder,
    };
    builder.show().map_err(|e| e.to_string())
}

/// Reports a failure in a system dialog, and returns when it is closed. With two labels it has two buttons; true if the first was
/// pressed.
pub fn say_failure(title: &str, text: &str, buttons: Option<(&str, &str)>) -> bool {
    let dialog = MessageDialog::new()
        .set_level(MessageLevel::Error)
        .set_title(title)
        .set_description(text);
    let Some((yes, no)) = buttons else {
        dialog.set_buttons(MessageButtons::Ok).show();
        return false;
    };
    let answer = dialog
        .set_buttons(MessageButtons::OkCancelCustom(yes.to_owned(), no.to_owned()))
        .show();
    match answer {
        MessageDialogResult::Custom(pressed) => pressed == yes,
        MessageDialogResult::Ok => true,
        _ => false,
    }
}

/// Turns starting with the session on or off.
///
/// # Errors
/// The disk's, or the registry's.
pub fn start_with_session<R: Runtime>(_app: &AppHandle<R>, wanted: bool) -> std::result::Result<(), String> {
    if !wanted {
        return autostart::remove().map_err(|e| e.to_string());
    }
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    autostart::write(&own).map_err(|e| e.to_string())
}

/// Renames what starts version 0.1.0 with the session.
///
/// # Errors
/// As [`start_with_session`].
pub fn rename_autostart() -> std::result::Result<(), String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    autostart::rename(&own).map_err(|e| e.to_string())
}

/// A second start always finds the first.
pub fn is_found_again() -> bool {
    true
}

/// Whether the tray icon is visible: always, once it was made.
pub fn is_tray_seen<R: Runtime>(app: &AppHandle<R>) -> bool {
    tray::is_seen(app)
}
