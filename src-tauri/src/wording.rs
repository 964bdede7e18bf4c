//! The language of texts outside the page.

use keybearer_core::desktop::wording;
use keybearer_core::keeper::Keeper;
use keybearer_core::words::Language;
use tauri::{AppHandle, Manager, Runtime};

/// The chosen language, otherwise the session's.
pub fn language<R: Runtime>(app: &AppHandle<R>) -> Language {
    let chosen = app.try_state::<Keeper>().map(|k| k.view().settings.language);
    wording::of(chosen.as_deref().unwrap_or("system"), session())
}

/// The session's language.
pub fn session() -> Language {
    Language::negotiate(&sys_locale::get_locales().collect::<Vec<_>>().join(","))
}
