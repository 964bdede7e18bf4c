//! The page's commands to try a token: its uses, the request as it would be sent, and the answer. None of them returns a secret. Listed
//! in `commands` with all others.

use std::collections::BTreeMap;

use keybearer_core::keeper::Keeper;
use keybearer_core::view::{RequestView, TriedView, UseView, UsesView};
use tauri::{State, command};

use crate::{Answer, said};

/// The most uses that the account's page lists.
const LISTED: usize = 20;

/// What an account's token was used for last, newest first.
#[command]
pub async fn last_uses(keeper: State<'_, Keeper>, account: String) -> Answer<Vec<UseView>> {
    keeper.last_uses(&account, LISTED).await.map_err(said)
}

/// The uses of an account's token.
#[command]
pub async fn uses(keeper: State<'_, Keeper>, account: String) -> Answer<UsesView> {
    keeper.uses(&account).map_err(said)
}

/// The request of a call as it would be sent, with its secrets masked.
#[command]
pub async fn prepare_call(
    keeper: State<'_, Keeper>,
    account: String,
    call: String,
    inputs: BTreeMap<String, String>,
) -> Answer<RequestView> {
    keeper.prepare_call(&account, &call, &inputs).map_err(said)
}

/// Runs a call. One that writes only runs if the person has confirmed it.
#[command]
pub async fn try_call(
    keeper: State<'_, Keeper>,
    account: String,
    call: String,
    inputs: BTreeMap<String, String>,
    confirmed: bool,
) -> Answer<TriedView> {
    keeper.try_call(&account, &call, &inputs, confirmed).await.map_err(said)
}
