//! Notifications that no one asked for: accounts that only a login renews, once for each level, and a locked store that tokens wait for.
//! `toast` shows them.

use keybearer_core::keeper::Keeper;
use keybearer_core::view::{NoticeView, StoreState};
use keybearer_core::words::{Language, say};
use tauri::{AppHandle, Manager, Runtime};

use crate::toast::{self, Toast};
use crate::{system, wording};

/// Shows a notification from a blocking thread.
pub async fn show<R: Runtime>(app: &AppHandle<R>, toast: Toast) {
    let app = app.clone();
    let _ = tauri::async_runtime::spawn_blocking(move || toast::show(&app, &toast)).await;
}

/// Shows new notices. If no service would show them, none counts as shown, and the answer is false: at the start of a session
/// that service may come later than this app.
pub async fn tell<R: Runtime>(app: &AppHandle<R>) -> bool {
    let keeper = app.state::<Keeper>().inner().clone();
    // Usually there is nothing to show, so don't start a notification daemon for it.
    let soon = |left: i64| left > 0 && left <= 14 * 86_400;
    let view = keeper.view();
    if !view
        .accounts
        .iter()
        .any(|a| a.needs_login && a.breaks.is_some_and(|by| soon(by - crate::clock())))
    {
        return true;
    }
    if !tauri::async_runtime::spawn_blocking(system::can_notify).await.unwrap_or_default() {
        return false;
    }
    match keeper.take_notices().await {
        Ok(notices) => {
            let language = wording::of(&view.settings.language);
            for notice in notices {
                show(app, of(&notice, language)).await;
            }
        }
        Err(error) => tracing::warn!(code = %error.code(), "notices are not given"),
    }
    true
}

/// Notifies once at a hidden start if the store is locked and tokens wait for it.
pub async fn tell_if_locked<R: Runtime>(app: &AppHandle<R>) {
    let view = app.state::<Keeper>().view();
    let now = crate::clock();
    let waits = view.accounts.iter().any(|a| a.renews_next.is_some_and(|next| next <= now));
    if view.store.state == StoreState::Locked && waits {
        let language = wording::of(&view.settings.language);
        let toast = Toast {
            summary: say(language, "notice-locked"),
            body: say(language, "notice-locked-body"),
            account: None,
        };
        show(app, toast).await;
    }
}

/// An account's name for a notification.
pub fn name_of<R: Runtime>(app: &AppHandle<R>, account: &str) -> String {
    let view = app.state::<Keeper>().view();
    let found = view.accounts.iter().find(|a| a.id == account);
    found.map_or_else(|| "Keybearer".to_owned(), |a| wording::name(&a.name))
}

fn of(notice: &NoticeView, language: Language) -> Toast {
    let body = match notice.days {
        0 | 1 => say(language, "notice-day"),
        days => wording::count(language, "notice-days", days.into()),
    };
    Toast {
        summary: format!(
            "{} · {}",
            wording::name(&notice.name),
            wording::name(notice.provider.of(language.tag()))
        ),
        body,
        account: Some(notice.account.clone()),
    }
}
