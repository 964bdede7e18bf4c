//! Renewals that a person started outside the window, from the tray's menu or the desktop entry. Their results are shown in one
//! notification and in the window.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use keybearer_core::keeper::{Keeper, Reason};
use keybearer_core::view::{RenewalOutcome, RenewalView};
use keybearer_core::words::{Language, say};
use tauri::{AppHandle, Manager, Runtime};

use crate::toast::Toast;
use crate::{Listeners, notices, wording};

/// How many names fit into a notification.
const NAMED: usize = 3;

/// Whether a renewal is running, and the results of the last one.
#[derive(Default)]
pub struct Refreshing {
    runs: AtomicBool,
    last: Mutex<Vec<RenewalView>>,
    /// The page has not fetched the results yet.
    unread: AtomicBool,
}

impl Refreshing {
    /// The results of the last one. Marks them as read.
    pub fn last(&self) -> Vec<RenewalView> {
        self.unread.store(false, Ordering::Release);
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether one is running.
    pub fn runs(&self) -> bool {
        self.runs.load(Ordering::Acquire)
    }

    /// Whether the results of the last one are unread.
    pub fn is_unread(&self) -> bool {
        self.unread.load(Ordering::Acquire)
    }
}

/// Starts renewing the long-lived tokens, if that is not under way.
pub fn start<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { refresh(&app).await });
}

/// Renews the long-lived tokens and notifies of the results.
pub async fn refresh<R: Runtime>(app: &AppHandle<R>) {
    let Some(keeper) = app.try_state::<Keeper>().map(|k| k.inner().clone()) else {
        return;
    };
    let state = app.state::<Refreshing>();
    if state.runs.swap(true, Ordering::AcqRel) {
        return;
    }
    let renewals = keeper.refresh_long_lived().await;
    notices::show(app, said(&renewals, wording::language(app))).await;
    *state.last.lock().unwrap_or_else(PoisonError::into_inner) = renewals;
    state.unread.store(true, Ordering::Release);
    state.runs.store(false, Ordering::Release);
    app.state::<Listeners>().tell();
}

/// Renews one account and notifies of the result.
pub fn renew<R: Runtime>(app: &AppHandle<R>, account: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let keeper = app.state::<Keeper>().inner().clone();
        let language = wording::language(&app);
        let body = match keeper.renew(&account, Reason::Asked).await {
            Ok(()) => say(language, "notice-renewed-one"),
            Err(error) => wording::what_happened(language, &error.view()),
        };
        let summary = notices::name_of(&app, &account);
        let account = Some(account);
        notices::show(&app, Toast { summary, body, account }).await;
    });
}

/// One notification for all results: their counts, and the names of the accounts that need the person.
fn said(renewals: &[RenewalView], language: Language) -> Toast {
    let of = |outcome| renewals.iter().filter(move |r| r.outcome == outcome);
    let outcomes = [
        (RenewalOutcome::Renewed, "notice-renewed"),
        (RenewalOutcome::Later, "notice-later"),
        (RenewalOutcome::NeedsYou, "notice-needs-you"),
    ];
    let counts = outcomes.into_iter().filter_map(|(outcome, id)| {
        let number = of(outcome).count();
        (number > 0).then(|| wording::count(language, id, number.try_into().unwrap_or_default()))
    });
    let mut lines = vec![counts.collect::<Vec<_>>().join(" · ")];
    if renewals.is_empty() {
        lines = vec![say(language, "notice-none")];
    }
    let reasons = of(RenewalOutcome::NeedsYou).take(NAMED).filter_map(|r| {
        let reason = wording::what_happened(language, r.error.as_ref()?);
        Some(format!("{} – {reason}", wording::name(&r.name)))
    });
    lines.extend(reasons);
    // A click opens the account that needs the person, if there is just one.
    let mut needs = of(RenewalOutcome::NeedsYou);
    let first = needs.next().map(|r| r.account.clone());
    Toast {
        summary: say(language, "notice-refreshed"),
        body: lines.join("\n"),
        account: first.filter(|_| needs.next().is_none()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renewal(name: &str, outcome: RenewalOutcome) -> RenewalView {
        RenewalView {
            account: format!("id of {name}"),
            name: name.to_owned(),
            outcome,
            error: None,
            until: None,
        }
    }

    #[test]
    fn one_notification_counts_all() {
        let none = said(&[], Language::En);
        assert_eq!((none.body.as_str(), none.account), ("No token needs it now.", None));
        let all = [
            renewal("a", RenewalOutcome::Renewed),
            renewal("b", RenewalOutcome::Renewed),
            renewal("c", RenewalOutcome::NeedsYou),
        ];
        let toast = said(&all, Language::En);
        assert_eq!(toast.body, "2 renewed · 1 waiting for you");
        assert_eq!(toast.account.as_deref(), Some("id of c"));
    }
}
