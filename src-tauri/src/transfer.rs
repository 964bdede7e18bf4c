//! What the page may call about another machine. The page names no file: one is written into the Downloads folder, and one that
//! the person chose comes as the sealed text that it is. Listed in `commands` with all others.

use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{BundleView, ImportedView};
use tauri::{AppHandle, Runtime, State, command};

use crate::commands::{Answer, said};
use crate::downloads;

/// Writes accounts into one sealed file; with `moves` they rest here from then on.
#[command]
pub async fn export_accounts<R: Runtime>(
    app: AppHandle<R>,
    keeper: State<'_, Keeper>,
    accounts: Vec<String>,
    passphrase: String,
    moves: bool,
) -> Answer<BundleView> {
    let passphrase = Secret::new(passphrase);
    let folder = downloads::downloads(&app).map_err(said)?;
    keeper.export(&accounts, passphrase, moves, &folder).await.map_err(said)
}

/// Takes in what such a file holds.
#[command]
pub async fn import_accounts(keeper: State<'_, Keeper>, file: String, passphrase: String) -> Answer<Vec<ImportedView>> {
    keeper.import(file, Secret::new(passphrase)).await.map_err(said)
}

/// Has this computer keep a paused account alive.
#[command]
pub async fn resume(keeper: State<'_, Keeper>, account: String) -> Answer<()> {
    keeper.resume(&account).await.map_err(said)
}
