//! What Windows and macOS have in common in the shell: notifications and dialogs by libraries that know both, and a computer that
//! was asleep is found out by the clock.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use rfd::{MessageButtons, MessageDialog, MessageDialogResult, MessageLevel};
use tauri::{AppHandle, Builder, Runtime, Wry};
use tauri_plugin_notification::NotificationExt as _;

use crate::toast::Toast;
use crate::window;

/// Plugins that only these systems need.
pub fn plugins(builder: Builder<Wry>) -> Builder<Wry> {
    builder.plugin(tauri_plugin_notification::init())
}

/// What a notification remembers of the account that a click opens.
const ACCOUNT: &str = "account";

/// Opens the window on a click on a notification: with the account's screen, if it is about one.
pub fn listen_to_clicks(app: &AppHandle<Wry>) -> std::result::Result<(), String> {
    let handle = app.clone();
    let clicked = move |clicked: &tauri_plugin_notification::ActionPerformed| {
        let about = clicked.notification().and_then(|shown| shown.extra().get(ACCOUNT));
        let account = about.and_then(|account| account.as_str()).map(str::to_owned);
        window::open_at(&handle, account);
    };
    app.notification().on_action(clicked).map_err(|e| e.to_string())
}

/// Whether anybody would show a notification.
pub fn can_notify() -> bool {
    true
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

/// Says in a dialog of the system's own what failed, and comes back when it is closed. With two labels it has two buttons:
/// whether the first was pressed.
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

/// A second start finds the first.
pub fn is_found_again() -> bool {
    true
}

/// A tray icon that was made is to be seen.
pub fn is_tray_seen() -> bool {
    true
}

/// Between two looks at the clock.
const LOOK: Duration = Duration::from_secs(15);
/// A computer that is only busy is not this late.
const ASLEEP: Duration = Duration::from_secs(30);

/// Calls the keeper within [`LOOK`] after the computer has woken up, until the end of the program.
pub fn watch_sleep(keeper: Keeper) {
    let watching = move || {
        let mut before = SystemTime::now();
        loop {
            std::thread::sleep(LOOK);
            let now = SystemTime::now();
            if was_asleep(before, now) {
                tracing::info!("awake");
                keeper.network_is_back();
            }
            before = now;
        }
    };
    if let Err(error) = std::thread::Builder::new().name("clock".into()).spawn(watching) {
        tracing::warn!(%error, "sleep is not noticed");
    }
}

/// Between two looks the clock has gone on by far more than the wait: the program stood still. A clock that was set forward looks
/// the same, and costs one look at what is due.
fn was_asleep(before: SystemTime, now: SystemTime) -> bool {
    now.duration_since(before).is_ok_and(|passed| passed > LOOK + ASLEEP)
}

/// Hands a certificate over to a tool that reads files only. It is public; nobody else may write the file.
pub fn with_file<T>(pem: &str, work: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let path = std::env::temp_dir().join(format!("keybearer-{}.pem", std::process::id()));
    // One that is left over from a process that was killed.
    let _ = fs::remove_file(&path);
    let mut file = File::create_new(&path).map_err(Error::disk(&path))?;
    file.write_all(pem.as_bytes()).map_err(Error::disk(&path))?;
    drop(file);
    let done = work(&path);
    let _ = fs::remove_file(&path);
    done
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sleep_is_told_from_a_busy_moment() {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let after = |seconds| was_asleep(noon, noon + Duration::from_secs(seconds));
        assert!(!after(15) && !after(45), "busy");
        assert!(after(46) && after(8 * 3600), "asleep");
        assert!(!was_asleep(noon, noon - Duration::from_secs(3600)), "a clock that was set back");
    }

    #[test]
    fn the_file_of_a_certificate_is_gone_afterwards() {
        let read = with_file("PEM", |path| Ok((path.to_owned(), fs::read_to_string(path).unwrap()))).unwrap();
        assert_eq!(read.1, "PEM");
        assert!(!read.0.exists());
        let failed: Result<()> = with_file("PEM", |_| Err(Error::Cancelled));
        assert!(failed.is_err());
        assert!(!read.0.exists());
    }
}
