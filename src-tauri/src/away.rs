//! The page's commands about things outside it: closing its window, the account that a click in the tray or on a notification opens, the
//! results of the tray's renewals, programs that ask for tokens, the calendar. Listed in `commands` with all others.

use keybearer_core::desktop::certificate;
use keybearer_core::error::Error;
use keybearer_core::keeper::{Keeper, data_folder};
use keybearer_core::view::{ProgramAnswer, RenewalView};
use keybearer_core::words::Language;
use serde::Serialize;
use tauri::{AppHandle, Runtime, State, command};

use crate::system::{self, CommandLine};
use crate::window::{self, Closing, Window};
use crate::{Answer, autostart, downloads, said};

/// The results of the last renewals that were started outside the window.
#[command]
pub async fn last_renewals<R: Runtime>(app: AppHandle<R>) -> Vec<RenewalView> {
    system::last_renewals(&app).await
}

/// The person's decision about a program.
#[command]
pub async fn answer_program<R: Runtime>(app: AppHandle<R>, question: String, answer: ProgramAnswer) -> Answer<()> {
    system::answer_program(&app, question, answer).await.map_err(said)
}

/// Forgets a decision: the program is asked about again.
#[command]
pub async fn forget_program(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    keeper.forget_program(&id).await.map_err(said)
}

/// The account whose screen is to be opened. Returned once.
#[command]
pub fn wanted_account(window: State<'_, Window>) -> Option<String> {
    window.take_wanted()
}

/// Whether the page has to ask what closing means, and where the app would stay. Returned once.
#[command]
pub fn closing(window: State<'_, Window>) -> Option<Closing> {
    window.take_asked()
}

/// The system, and its features that the page offers.
#[derive(Debug, Serialize)]
pub struct Abilities {
    /// Which system this is: `linux`, `macos` or `windows`.
    pub system: &'static str,
    /// The data folder.
    pub folder: String,
    /// Whether the https redirect's certificate can be added to the person's certificate store.
    pub trust_certificate: bool,
    /// The command line, if the person may want a link to it.
    pub command_line: Option<CommandLine>,
}

/// The features of this system.
#[command]
pub async fn abilities() -> Abilities {
    Abilities {
        system: std::env::consts::OS,
        folder: data_folder().map(|folder| folder.display().to_string()).unwrap_or_default(),
        trust_certificate: certificate::can_trust(),
        command_line: system::command_line(),
    }
}

/// Links the command line into the search path.
#[command]
pub async fn link_command_line() -> Answer<()> {
    let internal = |e: std::io::Error| Error::Internal { detail: e.to_string() };
    autostart::stays_in_place().map_err(said)?;
    system::link_command_line().map_err(internal).map_err(said)
}

/// The person's answer to what closing means.
#[command]
pub async fn close_window<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, keep: bool) -> Answer<()> {
    window::close(&app, &keeper, keep).map_err(said)
}

/// Saves the dates by which only a login helps as a calendar file.
#[command]
pub async fn save_calendar<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, language: String) -> Answer<String> {
    let calendar = keeper.calendar(Language::negotiate(&language));
    downloads::save(&app, "keybearer-calendar", "keybearer.ics", calendar)
        .await
        .map_err(said)
}
