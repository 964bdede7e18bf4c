//! The page's commands about another machine. The page names no file: exports go into the Downloads folder, and the content of a file
//! that the person chose is passed in encrypted. Listed in `commands` with all others.

use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{BundleView, ImportedView};
use tauri::{AppHandle, Runtime, State, command};

use crate::{Answer, downloads, said};

/// Writes accounts into one encrypted file. With `moves` they are paused here.
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

/// Imports the accounts of such a file.
#[command]
pub async fn import_accounts(keeper: State<'_, Keeper>, file: String, passphrase: String) -> Answer<Vec<ImportedView>> {
    keeper.import(file, Secret::new(passphrase)).await.map_err(said)
}

/// Makes this computer renew a paused account.
#[command]
pub async fn resume(keeper: State<'_, Keeper>, account: String) -> Answer<()> {
    keeper.resume(&account).await.map_err(said)
}
