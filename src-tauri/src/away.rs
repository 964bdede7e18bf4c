//! What the page may call about things outside it: the closing of its window, the account that a click in the tray or on a
//! notification wants, the renewals that the tray was asked for, the dates for a calendar. Listed in `commands` with all others.

use keybearer_core::keeper::Keeper;
use keybearer_core::view::RenewalView;
use keybearer_core::words::Language;
use tauri::{AppHandle, Runtime, State, command};

use crate::commands::{Answer, said};
use crate::downloads;
use crate::refreshing::Refreshing;
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
