//! The page's commands to copy something, and the tray's. The page names it and sees no secret. Listed in `commands` with all others.

use keybearer_core::desktop::Toast;
use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::{Copied, Keeper};
use keybearer_core::ledger::Purpose;
use tauri::{AppHandle, Manager, Runtime, State, command};

use crate::{Answer, WINDOW, clipboard, downloads, said, system, unlock_as_tray, wording};

/// Copies an account's access token. Returns the seconds until the clipboard is cleared.
#[command]
pub async fn copy_token<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, account: String) -> Answer<u64> {
    keeper
        .access_token(&account, Purpose::Copy)
        .await
        .and_then(|token| clipboard::copy_secret(&app, token))
        .map_err(said)
}

/// Copies an account's access token for someone who is not at the window: a notification says why it cannot be copied.
pub fn copy_outside<R: Runtime>(app: &AppHandle<R>, account: String) {
    let (app, awaited) = (app.clone(), clipboard::await_copy(app));
    tauri::async_runtime::spawn(async move {
        let Some(keeper) = app.try_state::<Keeper>().map(|keeper| keeper.inner().clone()) else {
            return;
        };
        unlock_as_tray(&app).await;
        let token = keeper.access_token(&account, Purpose::Copy).await;
        if let Err(error) = token.and_then(|token| clipboard::copy_secret(&app, token)) {
            let toast = Toast::of_failure(&keeper.view(), &account, &error.view(), wording::language(&app));
            let teller = app.clone();
            let told = tauri::async_runtime::spawn_blocking(move || system::notify(&teller, &toast)).await;
            if let Ok(Err(error)) = told {
                tracing::warn!(%error, "a notification was not shown");
            }
        }
        drop(awaited);
        if app.get_webview_window(WINDOW).is_none() {
            system::window_closed(&app);
        }
    });
}

/// Copies the token's secret (RFC 5849), as above.
#[command]
pub async fn copy_token_secret<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, account: String) -> Answer<u64> {
    keeper
        .token_secret(&account)
        .await
        .and_then(|secret| clipboard::copy_secret(&app, secret))
        .map_err(said)
}

/// Copies a client's id, which is no secret, or its secret.
#[command]
pub async fn copy_client<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, client: String, what: String) -> Answer<u64> {
    match what.as_str() {
        "id" => keeper.client_id(&client).and_then(|id| clipboard::copy(&app, &id)).map(|()| 0),
        "secret" => keeper
            .client_secret(&client)
            .await
            .and_then(|secret| clipboard::copy_secret(&app, secret)),
        _ => Err(Error::InputInvalid { field: "what".into() }),
    }
    .map_err(said)
}

/// Copies the app's own token.
#[command]
pub async fn copy_app_token<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, client: String) -> Answer<u64> {
    let token = keeper.app_token(&client).await;
    token.and_then(|token| clipboard::copy_secret(&app, token)).map_err(said)
}

/// Copies a code with which another device gets a token of its own.
#[command]
pub async fn copy_device_code<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, account: String) -> Answer<u64> {
    let code = keeper.device_code(&account).await;
    code.and_then(|code| clipboard::copy_secret(&app, code)).map_err(said)
}

/// Copies an account's token in one of its formats, by the copy's id. Returns 0 for a copy without a secret, which is not cleared.
#[command]
pub async fn copy_as<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, account: String, copy: String) -> Answer<u64> {
    let copied = keeper.copied(&account, &copy).await;
    copied.and_then(|copied| to_clipboard(&app, copied)).map_err(said)
}

fn to_clipboard<R: Runtime>(app: &AppHandle<R>, copied: Copied) -> Result<u64> {
    match copied.secret {
        true => clipboard::copy_secret(app, copied.text),
        false => clipboard::copy(app, copied.text.expose()).map(|()| 0),
    }
}

/// Saves a copy without a secret. Returns the path.
#[command]
pub async fn save_copy<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, account: String, copy: String) -> Answer<String> {
    let copied = keeper.copied(&account, &copy).await.map_err(said)?;
    let Some(file) = copied.file.filter(|_| !copied.secret) else {
        return Err(said(Error::InputInvalid { field: "copy".into() }));
    };
    let text = copied.text.expose().to_owned();
    downloads::save(&app, "keybearer", &file, text).await.map_err(said)
}
