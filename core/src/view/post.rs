//! A first post as a screen shows it: what will be sent, and what became of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::RequestView;
pub use crate::provider::post::{DarkCode, PostImage};
use crate::text::Text;

/// What a person wants to post.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// The https address of an image, where the platform takes one.
    pub image: Option<String>,
    /// The id of one of the platform's visibilities; the platform file's default without it.
    pub visibility: Option<String>,
    /// Where to, for a platform that asks: a channel, a chat.
    pub to: Option<String>,
    /// The person has looked, and the post that may have been posted is not there: post again.
    pub again: bool,
}

/// What a draft would do. Nothing is sent.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PostPlanView {
    /// The requests, in order, their secrets as dots. What the platform's answers will fill in is a name in braces.
    pub requests: Vec<RequestView>,
    /// The length of the text as the platform counts it.
    pub length: u32,
    /// The greatest length; none where it differs from server to server.
    pub max_length: Option<u32>,
    /// Whether an image is taken or needed.
    pub image: PostImage,
    /// To whom a post can be visible; none where the platform offers no choice.
    pub visibilities: Vec<PostVisibility>,
    /// Where it goes, if the platform asks.
    pub to: Option<PostPlace>,
    /// What the platform charges for it.
    pub cost: Option<Text>,
    /// A permission that the token lacks.
    pub scope_missing: Option<String>,
    /// A permission that the token lacks for deleting the post again.
    pub delete_scope_missing: Option<String>,
    /// Why it cannot be deleted from here later; none where it can.
    pub no_delete: Option<PostNoDelete>,
    /// Strangers will see it, and whether they do can be asked without a login.
    pub public: bool,
    /// How long publishing waits at the least, in seconds, because the platform asks for it.
    pub seconds: u32,
    /// An earlier post may have been posted, and this one would be a second one: look first ([`Draft::again`]).
    pub unclear: bool,
    /// An earlier post may still be there. After this one it can no longer be deleted from here.
    pub replaces: bool,
}

/// To whom a post is visible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PostVisibility {
    /// Its id.
    pub id: String,
    /// Who sees the post.
    pub meaning: Text,
    /// It is chosen at first.
    pub default: bool,
    /// Strangers do not see such a post.
    pub hides: bool,
}

/// A place that a person names: a channel, a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PostPlace {
    /// What it is.
    pub meaning: Text,
    /// An example.
    pub example: Option<String>,
}

/// A platform deletes no posts for a program. What the person does is in the platform file's words, if it has any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PostNoDelete {
    /// How it is deleted by hand.
    pub text: Option<Text>,
    /// Where that is done.
    pub link: Option<String>,
}

/// A post, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PostView {
    /// What became of it.
    pub state: PostState,
    /// Its text.
    pub text: String,
    /// The id of its visibility.
    pub visibility: Option<String>,
    /// The platform's id of it.
    pub id: Option<String>,
    /// Where people see it.
    pub link: Option<String>,
    /// Whether the platform took it.
    pub sent: Lamp,
    /// Whether the token's owner finds it.
    pub there: Lamp,
    /// Whether a stranger finds it: without a token, without a cookie.
    pub seen: Lamp,
    /// Why a lamp is dark.
    pub reason: Option<DarkReason>,
    /// Why the platform refused the one that was to follow it, the last time.
    pub refused: Option<DarkReason>,
    /// It can be deleted from here.
    pub can_delete: bool,
    /// Why the platform does not delete it from here; none where it does.
    pub no_delete: Option<PostNoDelete>,
    /// Where it may have been posted, it can be looked for.
    pub can_find: bool,
    /// When it was posted; for one that may have been posted, when that began.
    pub posted_at: i64,
    /// When it was last looked for.
    pub checked_at: Option<i64>,
    /// When to look again, for a lamp that was asked too early.
    pub check_from: Option<i64>,
}

impl PostView {
    /// Whether this is where people see it, or where something is mended.
    pub fn has_link(&self, link: &str) -> bool {
        let mends = self.reason.as_ref().and_then(|reason| reason.link.as_deref());
        let of_refused = self.refused.as_ref().and_then(|reason| reason.link.as_deref());
        let deletes = self.no_delete.as_ref().and_then(|no_delete| no_delete.link.as_deref());
        [self.link.as_deref(), mends, of_refused, deletes].contains(&Some(link))
    }
}

/// What became of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum PostState {
    /// It is being sent.
    Sending,
    /// The platform took it.
    Posted,
    /// The program ended before the platform's answer arrived.
    MayBePosted,
    /// It was deleted again.
    Deleted,
    /// Nothing was posted.
    Refused,
}

/// What is known of one of the three questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Lamp {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Asked too early: the platform may show it later.
    Waiting,
    /// It cannot be asked without a login.
    NeedsLogin,
    /// Not asked yet, or the question failed.
    #[default]
    #[serde(other)]
    Unknown,
}

/// Why a lamp is dark, and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DarkReason {
    /// The reason. Its words are in the locales: `post-dark-CODE` and, for what helps, `post-mend-CODE`.
    pub code: DarkCode,
    /// The platform's answers show it; else it is the likeliest reason.
    pub certain: bool,
    /// What helps, in the platform file's words; else those of the locales.
    pub step: Option<Text>,
    /// Where it is done.
    pub link: Option<String>,
}
