//! The scopes of OAuth 2.0 (docs/facts/x.md#scopes), the permissions of OAuth 1.0a, and what they mean for a person.

use super::app::Permissions;
use crate::scope::{Scope, scope};

static SCOPES: [Scope; 27] = [
    scope("tweet.read", "read posts", "读取帖子", "讀取貼文"),
    scope("tweet.write", "publish posts", "发布帖子", "發布貼文"),
    scope("tweet.moderate.write", "hide replies", "隐藏回复", "隱藏回覆"),
    scope("users.email", "see your e-mail address", "查看您的邮箱地址", "查看您的電子郵件地址"),
    scope("users.read", "read profiles", "读取资料", "讀取個人檔案"),
    scope("follows.read", "see whom you follow", "查看您关注了谁", "查看您追蹤了誰"),
    scope("follows.write", "follow and unfollow", "关注和取消关注", "追蹤和取消追蹤"),
    scope("offline.access", "stay logged in", "保持登录", "保持登入"),
    scope("space.read", "see Spaces", "查看空间", "查看空間"),
    scope("mute.read", "see whom you muted", "查看您隐藏了谁", "查看您靜音了誰"),
    scope("mute.write", "mute and unmute", "隐藏和取消隐藏", "靜音和取消靜音"),
    scope("like.read", "see your likes", "查看您的喜欢", "查看您的喜歡"),
    scope("like.write", "like and unlike", "喜欢和取消喜欢", "喜歡和取消喜歡"),
    scope("list.read", "see lists", "查看列表", "查看列表"),
    scope("list.write", "make and change lists", "创建和修改列表", "建立和修改列表"),
    scope("block.read", "see whom you blocked", "查看您屏蔽了谁", "查看您封鎖了誰"),
    scope("block.write", "block and unblock", "屏蔽和取消屏蔽", "封鎖和取消封鎖"),
    scope("bookmark.read", "see your bookmarks", "查看您的书签", "查看您的書籤"),
    scope("bookmark.write", "change your bookmarks", "修改您的书签", "修改您的書籤"),
    scope("dm.read", "read direct messages", "读取私信", "讀取私訊"),
    scope("dm.write", "write direct messages", "发送私信", "傳送私訊"),
    scope("media.write", "upload media", "上传媒体", "上傳媒體"),
    scope("timeline.read", "read your timeline", "读取您的时间线", "讀取您的時間軸"),
    scope("broadcast.read", "see broadcasts", "查看直播", "查看直播"),
    scope("broadcast.write", "make broadcasts", "发起直播", "發起直播"),
    scope("ads.read", "see your ads", "查看您的广告", "查看您的廣告"),
    scope("ads.write", "manage your ads", "管理您的广告", "管理您的廣告"),
];

static READ: Scope = scope("read", "read what you can see", "读取您能看到的内容", "讀取您能看到的內容");
static WRITE: Scope = scope(
    "write",
    "publish and change things for you",
    "代您发布和修改内容",
    "代您發布和修改內容",
);
static MESSAGES: Scope = scope(
    "directmessages",
    "read and write direct messages",
    "读取和发送私信",
    "讀取和傳送私訊",
);

/// By name, where OAuth 2.0 knows it.
pub fn named(name: &str) -> Option<&'static Scope> {
    SCOPES.iter().find(|scope| scope.name == name)
}

/// What OAuth 1.0a asks for, which is the app's permissions.
pub fn of(permissions: Permissions) -> Vec<&'static Scope> {
    let mut all = vec![&READ];
    if permissions >= Permissions::ReadWrite {
        all.push(&WRITE);
    }
    if permissions == Permissions::ReadWriteDirectMessages {
        all.push(&MESSAGES);
    }
    all
}
