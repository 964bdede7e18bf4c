//! The page's commands for a first post: what would be sent, its publication, and whether strangers see it. Listed in `commands` with all
//! others.

use keybearer_core::keeper::Keeper;
use keybearer_core::view::{Draft, PostPlanView, PostView};
use tauri::{State, command};

use crate::{Answer, said};

/// What a draft would do, with secrets masked. Nothing is sent.
#[command]
pub async fn prepare_post(keeper: State<'_, Keeper>, account: String, draft: Draft) -> Answer<PostPlanView> {
    keeper.prepare_post(&account, &draft).map_err(said)
}

/// Publishes a post that the person has confirmed, and looks for it.
#[command]
pub async fn publish_post(keeper: State<'_, Keeper>, account: String, draft: Draft, confirmed: bool) -> Answer<PostView> {
    keeper.publish_post(&account, &draft, confirmed).await.map_err(said)
}

/// Looks for the account's post with the token, and as a stranger.
#[command]
pub async fn check_post(keeper: State<'_, Keeper>, account: String) -> Answer<PostView> {
    keeper.check_post(&account).await.map_err(said)
}

/// Deletes the account's post at the platform.
#[command]
pub async fn delete_post(keeper: State<'_, Keeper>, account: String) -> Answer<PostView> {
    keeper.delete_post(&account).await.map_err(said)
}

/// What is known of the account's post. Nothing is asked.
#[command]
pub async fn first_post(keeper: State<'_, Keeper>, account: String) -> Answer<Option<PostView>> {
    keeper.first_post(&account).map_err(said)
}
