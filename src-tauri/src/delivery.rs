//! The page's commands about deliveries. Targets are chosen and confirmed in native dialogs: the page names no path and cannot turn a
//! delivery on. Listed in `commands` with all others.

use std::path::PathBuf;

use keybearer_core::deliver::{command, file};
use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::Target;
use keybearer_core::words::say;
use tauri::{AppHandle, Manager, Runtime, State};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons};

use crate::{Answer, WINDOW, dialog, said, wording};

/// Adds a delivery, if the person confirms it in a dialog.
#[tauri::command]
pub async fn add_delivery<R: Runtime>(
    app: AppHandle<R>,
    keeper: State<'_, Keeper>,
    account: String,
    mut target: Target,
    credential: Option<String>,
) -> Answer<String> {
    let credential = credential.map(Secret::new);
    if let Some(program) = target.program_mut() {
        keeper.account(&account).map_err(said)?;
        let path = dialog::open(&app, "native-choose-program").await;
        let path = path.ok_or_else(|| said(Error::Cancelled))?;
        *program = command::program(&path).map_err(said)?;
    }
    keeper.check_delivery(&account, &target).map_err(said)?;
    let is_new = matches!(target, Target::File { .. });
    if let Some(place) = target.place_mut() {
        let path = match is_new {
            true => dialog::save_as(&app, "native-choose", "token").await,
            false => dialog::open(&app, "native-choose").await,
        };
        let path = path.ok_or_else(|| said(Error::Cancelled))?;
        *place = file::place(&path).map_err(said)?;
    }
    confirm(&app, &account, &target).await.map_err(said)?;
    keeper.add_delivery(&account, target, credential).await.map_err(said)
}

/// Turns a delivery on, if the person confirms its present target.
#[tauri::command]
pub async fn confirm_delivery<R: Runtime>(app: AppHandle<R>, keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    let known = keeper.view().deliveries.into_iter().find(|d| d.id == id);
    let known = known.ok_or_else(|| said(Error::DeliveryUnknown))?;
    let mut target = known.target;
    if let Some(place) = target.place_mut() {
        *place = file::place(&PathBuf::from(&place.path)).map_err(said)?;
    }
    keeper.check_delivery(&known.account, &target).map_err(said)?;
    confirm(&app, &known.account, &target).await.map_err(said)?;
    keeper.confirm_delivery(&id, &known.account, &target).await.map_err(said)
}

/// Removes a delivery.
#[tauri::command]
pub async fn remove_delivery(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    keeper.remove_delivery(&id).await.map_err(said)
}

/// Delivers now.
#[tauri::command]
pub async fn deliver(keeper: State<'_, Keeper>, id: String) -> Answer<()> {
    keeper.deliver(&id).await.map_err(said)
}

/// Asks the person to confirm a target, which the dialog shows in full.
async fn confirm<R: Runtime>(app: &AppHandle<R>, account: &str, target: &Target) -> Result<()> {
    let language = wording::language(app);
    let text = app.state::<Keeper>().confirmation(language, account, target)?;
    let (tell, answered) = tokio::sync::oneshot::channel();
    let mut asked = app
        .dialog()
        .message(text)
        .title(say(language, "native-title"))
        .buttons(MessageDialogButtons::OkCancelCustom(
            say(language, "native-yes"),
            say(language, "cancel"),
        ));
    if let Some(window) = app.get_webview_window(WINDOW) {
        asked = asked.parent(&window);
    }
    asked.show(move |yes| _ = tell.send(yes));
    match answered.await {
        Ok(true) => Ok(()),
        _ => Err(Error::Cancelled),
    }
}
