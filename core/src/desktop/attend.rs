//! Keeps the tray and the notifications up to date, and does what a person clicks outside the window: one loop for every system.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::{Click, Surface, Toast, TrayText, wording};
use crate::error::ErrorView;
use crate::keeper::{Keeper, Reason};
use crate::view::{AppView, RenewalView, StoreState};
use crate::words::Language;

/// Changes within this time count as one.
const TOGETHER: Duration = Duration::from_millis(300);
/// How soon a locked store is checked again when something happens.
const AGAIN: Duration = Duration::from_secs(2);
/// How often the desktop is asked whether it shows notifications by now, while there is one to show.
const NOTIFIER: Duration = Duration::from_secs(10);
/// How many days before its end an account that only a login renews is first named.
const SOON: i64 = 14 * crate::token::DAY;

/// Says that views are out of date. Clones share one state.
#[derive(Clone, Debug, Default)]
pub struct Changes(Arc<Notify>);

impl Changes {
    /// A view is out of date.
    pub fn tell(&self) {
        self.0.notify_one();
    }
}

/// Whether a renewal that a person started outside the window is running, and the results of the last one. Clones share one state.
#[derive(Clone, Debug, Default)]
pub struct Refreshing(Arc<Renewals>);

#[derive(Debug, Default)]
struct Renewals {
    runs: AtomicBool,
    last: Mutex<Vec<RenewalView>>,
    /// The page has not fetched the results yet.
    unread: AtomicBool,
}

impl Refreshing {
    /// The results of the last one. Marks them as read.
    pub fn last(&self) -> Vec<RenewalView> {
        self.0.unread.store(false, Ordering::Release);
        self.results().clone()
    }

    /// Whether one is running.
    pub fn runs(&self) -> bool {
        self.0.runs.load(Ordering::Acquire)
    }

    /// Whether the results of the last one are unread.
    pub fn is_unread(&self) -> bool {
        self.0.unread.load(Ordering::Acquire)
    }

    fn results(&self) -> MutexGuard<'_, Vec<RenewalView>> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A keeper and the desktop that shows it.
#[derive(Clone)]
pub struct Desktop<S> {
    /// The keeper.
    pub keeper: Keeper,
    /// Where it is shown.
    pub surface: S,
    /// Renewals that a person started here.
    pub refreshing: Refreshing,
    /// Told by the keeper ([`crate::keeper::Outside::changed`]).
    pub changes: Changes,
}

impl<S: Surface> Desktop<S> {
    /// The language of all texts.
    pub fn language(&self) -> Language {
        self.language_of(&self.keeper.view())
    }

    fn language_of(&self, view: &AppView) -> Language {
        wording::of(&view.settings.language, self.surface.language())
    }

    /// The tray's present texts.
    pub fn text(&self) -> TrayText {
        self.text_of(&self.keeper.view())
    }

    fn text_of(&self, view: &AppView) -> TrayText {
        TrayText::of(view, self.keeper.now(), self.language_of(view))
    }

    /// Keeps the tray and the notifications up to date, until the end of the program.
    pub async fn attend(&self) {
        let mut looked = Instant::now();
        let mut asked = None;
        let mut told_locked = false;
        loop {
            // The store's state is cached, and nothing signals that it was unlocked. A check is itself a change, so don't check too often.
            if self.keeper.store_state().state == StoreState::Locked && looked.elapsed() > AGAIN {
                let _ = self.keeper.check_store().await;
                looked = Instant::now();
            }
            let view = self.keeper.view();
            self.ask(&view, &mut asked);
            told_locked = self.tell_if_locked(&view, told_locked).await;
            self.surface.draw(&view, self.text_of(&view));
            let changed = self.changes.0.notified();
            if self.tell(&view).await {
                changed.await;
            } else {
                let _ = tokio::time::timeout(NOTIFIER, changed).await;
            }
            tokio::time::sleep(TOGETHER).await;
        }
    }

    /// Brings the window to the front for a program that waits for the person's decision, once for each.
    fn ask(&self, view: &AppView, asked: &mut Option<String>) {
        let waiting = view.program_questions.first().map(|question| question.id.clone());
        if waiting.is_some() && waiting != *asked {
            self.surface.open(None);
        }
        *asked = waiting;
    }

    /// Shows new notices. If no service would show them, none counts as shown, and the answer is false: at the start of a session
    /// that service may come later than this program.
    async fn tell(&self, view: &AppView) -> bool {
        // Usually there is nothing to show, so don't start a notification daemon for it.
        let now = self.keeper.now();
        let is_soon = |by: i64| (1..=SOON).contains(&by.saturating_sub(now));
        if !view.accounts.iter().any(|a| a.needs_login && a.breaks.is_some_and(is_soon)) {
            return true;
        }
        let surface = self.surface.clone();
        let can = tokio::task::spawn_blocking(move || surface.can_notify());
        if !can.await.unwrap_or_default() {
            return false;
        }
        match self.keeper.take_notices().await {
            Ok(notices) => {
                let language = self.language_of(view);
                for notice in notices {
                    self.notify(Toast::of_notice(&notice, language)).await;
                }
            }
            Err(error) => tracing::warn!(code = %error.code(), "notices are not given"),
        }
        true
    }

    /// Notifies once, while there is no window, that tokens wait for a locked store. Whether that has been said for this time.
    async fn tell_if_locked(&self, view: &AppView, told: bool) -> bool {
        let now = self.keeper.now();
        let waits = || view.accounts.iter().any(|a| a.renews_next.is_some_and(|next| next <= now));
        if view.store.state != StoreState::Locked || !waits() {
            return false;
        }
        let surface = self.surface.clone();
        let has_window = async || tokio::task::spawn_blocking(move || surface.has_window()).await.unwrap_or_default();
        if told || has_window().await {
            return told;
        }
        self.notify(Toast::locked(self.language_of(view))).await;
        true
    }

    /// Shows a notification, or logs a line if the desktop shows none.
    pub async fn notify(&self, toast: Toast) {
        let surface = self.surface.clone();
        let shown = tokio::task::spawn_blocking(move || surface.notify(&toast));
        if let Ok(Err(error)) = shown.await {
            tracing::warn!(%error, "a notification was not shown");
        }
    }

    /// Notifies why something that a person wanted of an account did not work.
    pub async fn notify_failure(&self, account: &str, error: &ErrorView) {
        let view = self.keeper.view();
        let language = self.language_of(&view);
        self.notify(Toast::of_failure(&view, account, error, language)).await;
    }

    /// Does what a person clicked in the tray's menu.
    pub async fn click(&self, click: Click) {
        match click {
            Click::Copy(account) => self.surface.copy(account),
            Click::Renew(account) => self.renew(&account).await,
            Click::Open(account) => self.surface.open(Some(account)),
            Click::Refresh => self.refresh().await,
            Click::Window => self.surface.open(None),
            Click::Quit => self.surface.quit(),
        }
    }

    /// Renews the long-lived tokens and notifies of the results, if that is not under way.
    pub async fn refresh(&self) {
        let state = &self.refreshing;
        if state.0.runs.swap(true, Ordering::AcqRel) {
            return;
        }
        let renewals = self.keeper.refresh_long_lived().await;
        self.notify(Toast::of_renewals(&renewals, self.language())).await;
        *state.results() = renewals;
        state.0.unread.store(true, Ordering::Release);
        state.0.runs.store(false, Ordering::Release);
        self.surface.refreshed();
    }

    /// Renews one account and notifies of the result.
    async fn renew(&self, account: &str) {
        let result = self.keeper.renew(account, Reason::Asked).await.map_err(|error| error.view());
        let view = self.keeper.view();
        let language = self.language_of(&view);
        self.notify(Toast::of_renewal(&view, account, result, language)).await;
    }
}
