//! The scopes of the Mastodon family, and what the common ones mean for a person.

use crate::scope::{Scope, scope};

/// The scopes that Mastodon knows; it refuses others at registration.
pub const MASTODON: &[&str] = &[
    "profile",
    "read",
    "write",
    "push",
    "follow",
    "admin:read",
    "admin:write",
    "read:accounts",
    "read:blocks",
    "read:bookmarks",
    "read:collections",
    "read:favourites",
    "read:filters",
    "read:follows",
    "read:lists",
    "read:mutes",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write:accounts",
    "write:blocks",
    "write:bookmarks",
    "write:collections",
    "write:conversations",
    "write:favourites",
    "write:filters",
    "write:follows",
    "write:lists",
    "write:media",
    "write:mutes",
    "write:notifications",
    "write:reports",
    "write:statuses",
];

/// Whether a granted scope includes the wanted one: itself, or the part before its colon.
pub fn covers(granted: &str, wanted: &str) -> bool {
    granted == wanted || wanted.strip_prefix(granted).is_some_and(|rest| rest.starts_with(':'))
}

/// What scopes mean, for those that are common; of others the name must do.
static COMMON: &[Scope] = &[
    scope(
        "profile",
        "see the name and picture of the account",
        "查看账号的名字和头像",
        "查看帳號的名字和頭像",
    ),
    scope(
        "read",
        "read everything in the account",
        "读取账号里的全部内容",
        "讀取帳號裡的全部內容",
    ),
    scope("read:accounts", "see accounts and their details", "查看账号信息", "查看帳號資訊"),
    scope("read:statuses", "read posts", "读取嘟文", "讀取嘟文"),
    scope("read:notifications", "read notifications", "读取通知", "讀取通知"),
    scope(
        "write",
        "post and change things on your behalf",
        "代您发布和修改内容",
        "代您發布和修改內容",
    ),
    scope("write:statuses", "publish posts", "发布嘟文", "發布嘟文"),
    scope("write:media", "upload pictures and files", "上传图片和文件", "上傳圖片和檔案"),
    scope("follow", "follow and unfollow people", "关注和取消关注", "追蹤和取消追蹤"),
    scope("push", "receive push notifications", "接收推送通知", "接收推播通知"),
];

/// A common scope.
pub fn named(name: &str) -> Option<&'static Scope> {
    COMMON.iter().find(|scope| scope.name == name)
}
