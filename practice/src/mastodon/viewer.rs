//! The fields of a status about its reader: Mastodon sends them with a token only, GoToSocial always.

use serde::Serialize;
use serde_json::{Value, json};

use crate::mastodon::people::Post;

/// In the order as recorded.
#[derive(Serialize)]
pub struct Viewer {
    favourited: bool,
    reblogged: bool,
    muted: bool,
    bookmarked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filtered: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<Value>,
}

/// What the reader has done with a post; false for a reader without a token.
pub fn viewer(post: Post, reads: bool, own: bool) -> Viewer {
    let row = if reads { post.of_row() } else { 0 };
    let filter = || json!({ "filter": { "id": "1", "title": "no suspicion", "context": ["home"] }, "keyword_matches": ["suspicious"] });
    Viewer {
        favourited: row == 2,
        reblogged: row == 4,
        muted: row == 6,
        bookmarked: matches!(row, 1 | 8),
        pinned: own.then(|| post.is_pinned()),
        filtered: if row == 10 { vec![filter()] } else { Vec::new() },
        application: own.then(|| json!({ "name": "writer", "website": null })),
    }
}

/// A poll, and what its reader has chosen.
pub fn poll(post: Post, id: &str, reads: bool) -> Option<Value> {
    let mut poll = json!({
        "id": id, "expires_at": null, "expired": false, "multiple": false, "votes_count": 3, "voters_count": 3,
        "options": [{ "title": "tea", "votes_count": 2 }, { "title": "coffee", "votes_count": 1 }], "emojis": [],
    });
    if let Some(members) = poll.as_object_mut().filter(|_| reads) {
        members.insert("voted".into(), true.into());
        members.insert("own_votes".into(), json!([0]));
    }
    post.has_poll().then_some(poll)
}
