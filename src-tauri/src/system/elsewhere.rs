//! What Windows and macOS have in common in the shell: one process that stays in the tray, notifications and dialogs by libraries that
//! know both, and a look at the clock and the network that finds out what no bus says there.
//!
//! `surface` what is shown outside the window, as core's `desktop` decides · `tray` its menu · `serve` tokens for programs

mod serve;
mod surface;
mod tray;

use std::fs::{self, File};
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, SystemTime};

use keybearer_core::desktop::{Changes, Refreshing, Toast};
use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{ProgramAnswer, ProgramQuestion, RenewalView};
use rfd::{MessageButtons, MessageDialog, MessageDialogResult, MessageLevel};
use tauri::{AppHandle, Builder, Manager as _, Runtime, Wry};
use tauri_plugin_notification::NotificationExt as _;

use crate::start::Start;
use crate::window;

/// Plugins that only these systems need.
pub fn plugins(builder: Builder<Wry>) -> Builder<Wry> {
    builder.plugin(tauri_plugin_notification::init())
}

/// The state of what runs beside the window.
pub fn with_state<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .manage(Refreshing::default())
        .manage(Changes::default())
        .manage(serve::Serving::default())
        .manage(tray::Shown::default())
}

/// Each start is an app's own.
pub fn before_start(start: Start) -> ControlFlow<i32, Start> {
    ControlFlow::Continue(start)
}

/// Does nothing: here a start finds an earlier instance without its answer.
pub fn try_again(_error: &tauri::Error) {}

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

/// Begins what runs beside the window: the tray and the notices, the look at clock and network, and the server of tokens.
pub fn begin<R: Runtime>(app: &AppHandle<R>) {
    let desktop = surface::of(app);
    tray::make(app, desktop.text(), surface::click);
    watch_network(desktop.keeper.clone());
    tauri::async_runtime::spawn(async move { desktop.attend().await });
    let app = app.clone();
    tauri::async_runtime::spawn(async move { serve::start(&app).await });
}

/// The store was checked: does what a start without a window is for.
pub async fn store_checked<R: Runtime>(app: &AppHandle<R>, start: &Start) {
    if !matches!(start, Start::Hidden | Start::Refresh) {
        return;
    }
    surface::of(app).tell_if_locked().await;
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

/// Does nothing: this process is the tray's, too.
pub fn share_passphrase(_passphrase: &Secret) {}

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

/// A second start always finds the first.
pub fn is_found_again() -> bool {
    true
}

/// Whether the tray icon is visible: always, once it was made.
pub fn is_tray_seen<R: Runtime>(app: &AppHandle<R>) -> bool {
    tray::is_seen(app)
}

/// The time between two looks at the clock and the network.
const LOOK: Duration = Duration::from_secs(15);
/// A look that is this late means that the computer slept; a busy computer is not this late.
const ASLEEP: Duration = Duration::from_secs(30);

/// Calls the keeper within [`LOOK`] after the computer has woken up or the network is back, until the end of the program.
///
/// The systems' own signals would need unsafe handlers of different kinds; this look is the same on both and costs two system calls.
fn watch_network(keeper: Keeper) {
    let watching = move || {
        tracing::info!("clock and network are watched");
        let mut before = Moment::now();
        loop {
            std::thread::sleep(LOOK);
            let now = Moment::now();
            if before.was_asleep_until(&now) || before.network_is_back_in(&now) {
                tracing::info!("awake, or the network is back");
                keeper.network_is_back();
            }
            before = now;
        }
    };
    if let Err(error) = std::thread::Builder::new().name("network".into()).spawn(watching) {
        tracing::warn!(%error, "clock and network are not watched");
    }
}

/// The state at one look.
struct Moment {
    clock: SystemTime,
    /// This computer's addresses towards the internet, IPv4 and IPv6; none without a route.
    addresses: [Option<IpAddr>; 2],
}

impl Moment {
    fn now() -> Moment {
        // Addresses of the documentation's networks (RFC 5737, RFC 3849).
        let far: [(IpAddr, IpAddr); 2] = [
            (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::new(192, 0, 2, 1).into()),
            (Ipv6Addr::UNSPECIFIED.into(), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()),
        ];
        Moment {
            clock: SystemTime::now(),
            addresses: far.map(|(any, far)| address_towards(any, far)),
        }
    }

    /// Whether the clock has advanced far more than the wait, so that the program was suspended. A clock that was set forward looks the
    /// same and only costs one sweep.
    fn was_asleep_until(&self, now: &Moment) -> bool {
        now.clock.duration_since(self.clock).is_ok_and(|passed| passed > LOOK + ASLEEP)
    }

    /// Whether there is a new route to the internet.
    fn network_is_back_in(&self, now: &Moment) -> bool {
        let mut both = self.addresses.iter().zip(&now.addresses);
        both.any(|(before, now)| now.is_some() && before != now)
    }
}

/// The address from which the system would send to `far`. Connecting a datagram socket chooses the route and sends nothing.
fn address_towards(any: IpAddr, far: IpAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((far, 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

/// Writes a certificate to a temporary file for a tool that only reads files. The certificate is public, but no one else may write the
/// file.
pub fn with_file<T>(pem: &str, work: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let path = std::env::temp_dir().join(format!("keybearer-{}.pem", std::process::id()));
    // A killed process may have left one.
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

    fn at(seconds: u64, addresses: [Option<&str>; 2]) -> Moment {
        Moment {
            clock: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds),
            addresses: addresses.map(|address| address.map(|text| text.parse().unwrap())),
        }
    }

    #[test]
    fn sleep_is_told_from_a_busy_moment() {
        let after = |from, to| at(from, [None; 2]).was_asleep_until(&at(to, [None; 2]));
        assert!(!after(0, 15) && !after(0, 45), "busy");
        assert!(after(0, 46) && after(0, 8 * 3600), "asleep");
        assert!(!after(3600, 0), "a clock that was set back");
    }

    #[test]
    fn the_networks_return_is_told_from_its_loss() {
        let back = |before, now| at(0, before).network_is_back_in(&at(15, now));
        let (home, train, v6) = (Some("192.168.1.7"), Some("10.0.0.3"), Some("2001:db8::7"));
        assert!(
            back([None, None], [home, None]) && back([None, None], [None, v6]) && back([home, None], [home, v6]),
            "back"
        );
        assert!(back([home, None], [train, None]), "another network");
        assert!(!back([home, v6], [home, v6]) && !back([None, None], [None, None]), "as before");
        assert!(!back([home, None], [None, None]) && !back([home, v6], [home, None]), "gone");
    }

    #[test]
    fn the_way_to_this_computer_begins_at_it() {
        let loopback = IpAddr::from(Ipv4Addr::LOCALHOST);
        assert_eq!(address_towards(Ipv4Addr::UNSPECIFIED.into(), loopback), Some(loopback));
        // An address of the other family leads nowhere.
        assert_eq!(address_towards(Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::LOCALHOST.into()), None);
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
