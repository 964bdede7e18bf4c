//! Where a platform's tile is among the others, what it costs to begin, and by which other names people look for it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::text::Text;

/// What the window's first screen needs of a platform. Its kinds share the tile of the first one.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TileInfo {
    /// The group of tiles.
    pub group: TileGroup,
    /// What it costs before the first token.
    pub cost: TileCost,
    /// Nicknames and other spellings for the search field, in any language.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// A line about the cost, shown after the tile was chosen.
    #[serde(default)]
    pub cost_note: Option<Text>,
}

/// A group of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum TileGroup {
    /// Social networks and blogs.
    Social,
    /// Bots and messages.
    Bots,
    /// Developer services.
    Developer,
}

/// What a platform costs before the first token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum TileCost {
    /// Nothing: signing in is enough.
    Free,
    /// An app of the person's own in a developer console, free of charge.
    OwnApp,
    /// Someone has to approve the app or the account before its token does its ordinary work: the platform, or an admin of the
    /// person's organization.
    Review,
    /// Money.
    Paid,
}
