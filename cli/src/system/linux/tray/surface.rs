//! The desktop as the tray process shows something there.

use std::sync::{Arc, Mutex, PoisonError};

use keybearer_core::desktop::{Surface, Toast, TrayText, wording};
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{AppView, ProgramQuestion};
use keybearer_core::words::Language;
use tokio::sync::{Notify, watch};
use zbus::blocking::Connection;

use super::address;
use super::notice::Notices;
use super::window::{self, Window};

/// The tray process's surface. Clones share one state.
#[derive(Clone)]
pub struct TrayProcess {
    keeper: Keeper,
    language: Language,
    bus: Connection,
    notices: Notices,
    window: Window,
    /// The tray's present texts.
    texts: watch::Sender<Option<TrayText>>,
    /// The questions of programs that the window's process knows of.
    asked: Arc<Mutex<Vec<ProgramQuestion>>>,
    end: Arc<Notify>,
}

impl TrayProcess {
    /// A surface on this bus. `end` ends the process.
    pub fn new(
        keeper: &Keeper,
        language: Language,
        bus: &Connection,
        notices: &Notices,
        window: &Window,
        end: &Arc<Notify>,
    ) -> TrayProcess {
        TrayProcess {
            keeper: keeper.clone(),
            language,
            bus: bus.clone(),
            notices: notices.clone(),
            window: window.clone(),
            texts: watch::Sender::default(),
            asked: Arc::default(),
            end: end.clone(),
        }
    }

    /// The texts that the tray is to show.
    pub fn texts(&self) -> watch::Receiver<Option<TrayText>> {
        self.texts.subscribe()
    }

    /// Ends this process alone.
    pub fn end(&self) {
        self.end.notify_one();
    }
}

impl Surface for TrayProcess {
    fn language(&self) -> Language {
        self.language
    }

    fn draw(&self, view: &AppView, text: TrayText) {
        self.texts.send_if_modified(|shown| {
            let is_new = shown.as_ref() != Some(&text);
            *shown = Some(text);
            is_new
        });
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if *asked != view.program_questions {
            asked.clone_from(&view.program_questions);
            address::tell(&self.bus);
        }
    }

    fn can_notify(&self) -> bool {
        self.notices.can_notify()
    }

    fn notify(&self, toast: &Toast) -> Result<(), String> {
        let language = wording::of(&self.keeper.view().settings.language, self.language);
        self.notices.show(toast, language).map_err(|e| e.to_string())
    }

    fn open(&self, account: Option<String>) {
        match account {
            Some(account) => self.window.start(&["--account", &account]),
            None => self.window.start(&[]),
        }
    }

    fn has_window(&self) -> bool {
        window::is_running(&self.bus)
    }

    fn copy(&self, account: String) {
        self.window.start(&["--copy", &account]);
    }

    fn refreshed(&self) {
        address::tell(&self.bus);
    }

    fn quit(&self) {
        let surface = self.clone();
        // The window's process first: it starts a tray process where there is none.
        tokio::task::spawn_blocking(move || {
            surface.window.end(&surface.bus);
            surface.end();
        });
    }
}
