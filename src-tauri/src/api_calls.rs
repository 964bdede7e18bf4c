//! What the page may call to try a token: what there is, the request as it would be sent, and the answer. Nothing of it holds a
//! secret. Listed in `commands` with all others.

use std::collections::BTreeMap;

use keybearer_core::keeper::Keeper;
use keybearer_core::view::{RequestView, TriedView, UsesView};
use tauri::{State, command};

use crate::commands::{Answer, said};

/// What can be done with an account's token.
#[command]
pub async fn uses(keeper: State<'_, Keeper>, account: String) -> Answer<UsesView> {
    keeper.uses(&account).map_err(said)
}

/// The request of a call, as it would be sent.
#[command]
pub async fn prepare_call(
    keeper: State<'_, Keeper>,
    account: String,
    call: String,
    inputs: BTreeMap<String, String>,
) -> Answer<RequestView> {
    keeper.prepare_call(&account, &call, &inputs).map_err(said)
}

/// Runs a call; one that writes only where the person has confirmed it.
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
