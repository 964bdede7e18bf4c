//! The permissions of each platform, and what they mean for a person (docs/facts/threads.md#scopes,
//! docs/facts/instagram.md#scopes, docs/facts/facebook.md#scopes, docs/facts/instagram.md#facebook-login).

use super::platform::Platform;
use crate::scope::{Scope, scope};

static THREADS: [Scope; 11] = [
    scope(
        "threads_basic",
        "read your profile and posts",
        "读取你的资料和帖子",
        "讀取你的個人檔案和貼文",
    ),
    scope("threads_content_publish", "publish posts", "发布帖子", "發布貼文"),
    scope(
        "threads_manage_replies",
        "reply, hide and control replies",
        "回复、隐藏和管理回复",
        "回覆、隱藏和管理回覆",
    ),
    scope("threads_read_replies", "read replies", "读取回复", "讀取回覆"),
    scope("threads_manage_insights", "read metrics", "读取数据", "讀取數據"),
    scope("threads_keyword_search", "search public posts", "搜索公开帖子", "搜尋公開貼文"),
    scope(
        "threads_manage_mentions",
        "read posts that mention you",
        "读取提到你的帖子",
        "讀取提到你的貼文",
    ),
    scope("threads_delete", "delete your posts", "删除你的帖子", "刪除你的貼文"),
    scope(
        "threads_location_tagging",
        "search and tag locations",
        "搜索和标记地点",
        "搜尋和標記地點",
    ),
    scope(
        "threads_profile_discovery",
        "look up public profiles",
        "查找公开资料",
        "查詢公開個人檔案",
    ),
    scope(
        "threads_share_to_instagram",
        "share to Instagram stories",
        "分享到 Instagram 快拍",
        "分享到 Instagram 限時動態",
    ),
];

static INSTAGRAM: [Scope; 5] = [
    scope(
        "instagram_business_basic",
        "read profile and media",
        "读取资料和媒体",
        "讀取個人檔案和媒體",
    ),
    scope("instagram_business_content_publish", "publish", "发布", "發布"),
    scope("instagram_business_manage_comments", "manage comments", "管理评论", "管理留言"),
    scope(
        "instagram_business_manage_messages",
        "read and send messages",
        "收发消息",
        "收發訊息",
    ),
    scope("instagram_business_manage_insights", "read metrics", "读取数据", "讀取數據"),
];

static FACEBOOK: [Scope; 14] = [
    scope("public_profile", "see who you are", "查看你是谁", "查看你是誰"),
    scope("email", "see your e-mail address", "查看你的邮箱地址", "查看你的電子郵件地址"),
    scope(
        "pages_show_list",
        "list the Pages you manage",
        "列出你管理的主页",
        "列出你管理的粉絲專頁",
    ),
    scope(
        "pages_read_engagement",
        "read content of your Pages",
        "读取你主页的内容",
        "讀取你粉絲專頁的內容",
    ),
    scope(
        "pages_manage_posts",
        "publish on your Pages",
        "在你的主页发布",
        "在你的粉絲專頁發布",
    ),
    scope(
        "pages_manage_engagement",
        "manage comments on your Pages",
        "管理主页评论",
        "管理粉絲專頁留言",
    ),
    scope(
        "pages_manage_metadata",
        "manage settings of your Pages",
        "管理主页设置",
        "管理粉絲專頁設定",
    ),
    scope("read_insights", "read metrics", "读取数据", "讀取數據"),
    scope("business_management", "manage your businesses", "管理你的商家", "管理你的商家"),
    scope(
        "instagram_basic",
        "read the Instagram profile and media",
        "读取 Instagram 资料和媒体",
        "讀取 Instagram 個人檔案和媒體",
    ),
    scope(
        "instagram_content_publish",
        "publish on Instagram",
        "在 Instagram 发布",
        "在 Instagram 發布",
    ),
    scope(
        "instagram_manage_contents",
        "delete posts at Instagram",
        "删除 Instagram 帖子",
        "刪除 Instagram 貼文",
    ),
    scope(
        "instagram_manage_comments",
        "manage comments on Instagram",
        "管理 Instagram 评论",
        "管理 Instagram 留言",
    ),
    scope(
        "instagram_manage_insights",
        "read metrics of Instagram",
        "读取 Instagram 数据",
        "讀取 Instagram 數據",
    ),
];

/// All of a platform.
pub fn all(platform: Platform) -> &'static [Scope] {
    match platform {
        Platform::Threads => &THREADS,
        Platform::Instagram => &INSTAGRAM,
        Platform::Facebook => &FACEBOOK,
    }
}

/// By name.
pub fn named(platform: Platform, name: &str) -> Option<&'static Scope> {
    all(platform).iter().find(|scope| scope.name == name)
}

/// A list of scopes: comma-separated, or by (decoded) spaces (docs/facts/threads.md#dialog).
pub fn split(text: &str) -> Vec<String> {
    text.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
