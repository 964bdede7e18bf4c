//! What the page may call about things outside it: the closing of its window, the account that a click in the tray or on a
//! notification wants, the renewals that the tray was asked for, the dates for a calendar. Listed in `commands` with all others.

use keybearer_core::error::Error;
use keybearer_core::keeper::{Keeper, data_folder};
use keybearer_core::view::RenewalView;
use keybearer_core::words::Language;
use serde::Serialize;
use tauri::{AppHandle, Runtime, State, command};

use crate::commands::{Answer, said};
use crate::downloads;
use crate::renewal::Refreshing;
use crate::system::{self, CommandLine};
use crate::window::{self, Closing, Window};

/// What became of the last renewals that were asked for outside the window.
#[command]
pub fn last_renewals(refreshing: State<'_, Refreshing>) -> Vec<RenewalView> {
    refreshing.last()
}

/// The account whose screen is wanted; once.
#[command]
pub fn wanted_account(window: State<'_, Window>) -> Option<String> {
    window.take_wanted()
}

/// Whether the page is to ask what closing means, and where the app would stay; once.
#[command]
pub fn closing(window: State<'_, Window>) -> Option<Closing> {
    window.take_asked()
}

/// What the system is and can, as far as the page offers it.
#[derive(Debug, Serialize)]
pub struct Abilities {
    /// Which system this is: `linux`, `macos` or `windows`.
    pub system: &'static str,
    /// Where the data are.
    pub folder: String,
    /// Whether the https redirect's certificate can go into the person's own certificate store.
    pub trust_certificate: bool,
    /// The command line, where the person may want a link to it.
    pub command_line: Option<CommandLine>,
}

/// What the system can.
#[command]
pub async fn abilities() -> Abilities {
    Abilities {
        system: std::env::consts::OS,
        folder: data_folder().map(|folder| folder.display().to_string()).unwrap_or_default(),
        trust_certificate: system::can_trust(),
        command_line: system::command_line(),
    }
}

/// Links the command line to where terminals look.
#[command]
pub async fn link_command_line() -> Answer<()> {
    let internal = |e: std::io::Error| Error::Internal { detail: e.to_string() };
    system::link_command_line().map_err(internal).map_err(said)
}

/// The person's answer.
#[command]
pub async fn close_window<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, keep: bool) -> Answer<()> {
    window::close(&app, &keeper, keep).map_err(said)
}

/// The dates on which only a login helps, as a file for a calendar.
#[command]
pub async fn save_calendar<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, language: String) -> Answer<String> {
    let calendar = keeper.calendar(Language::negotiate(&language));
    downloads::save(&app, "keybearer-calendar", "keybearer.ics", calendar)
        .await
        .map_err(said)
}
