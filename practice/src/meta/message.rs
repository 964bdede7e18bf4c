//! A request, once it is known what it wants: which message of the platform's protocol it is, and its parameters. This is
//! the one table of paths: the log, the faults and the endpoints use it.

use axum::http::Method;

use super::platform::Platform;
use crate::faults::Fault;

/// A message of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// The consent page and its form.
    Authorize,
    /// A code becomes a token.
    Token,
    /// A code of [`Message::ClientCode`] becomes a token, without the secret (Facebook).
    Redeem,
    /// A short token becomes a long one.
    Exchange,
    /// A long token is renewed (Threads, Instagram).
    Refresh,
    /// The app's own token (client_credentials; Threads, Facebook).
    AppToken,
    /// A code for another device (Facebook).
    ClientCode,
    /// Who the token is.
    Me,
    /// What the token is: `debug_token` (Threads, Facebook).
    Inspect,
    /// `me/threads_publishing_limit`
    PublishingLimit,
    /// `me/threads` (Threads)
    Posts,
    /// `me/media` (Instagram), `GET {account}/media` (Facebook)
    Media,
    /// `GET me/permissions` (Facebook)
    Permissions,
    /// `DELETE me/permissions` (Facebook)
    Revoke,
    /// `me/accounts`: the Pages (Facebook).
    Accounts,
    /// `me/businesses` (Facebook)
    Businesses,
    /// `{business}/owned_pages` (Facebook)
    OwnedPages,
    /// `{business}/client_pages` (Facebook)
    ClientPages,
    /// `POST {user}/threads` (Threads), `POST {account}/media` (Facebook)
    Container,
    /// `POST {user}/threads_publish` (Threads), `POST {account}/media_publish` (Facebook)
    Publish,
    /// `POST {page}/feed` (Facebook)
    Feed,
    /// `GET {page}/feed` (Facebook)
    FeedList,
    /// `GET {id}` of a post or a container (Threads, Facebook)
    Item,
    /// `DELETE {id}` (Threads, Facebook)
    Delete,
    /// `GET oembed` (Threads), `GET oembed_post` and `GET instagram_oembed` (Facebook)
    Embed,
}

/// A request, read.
pub struct ParsedRequest {
    pub message: Message,
    /// The thing that is asked about: `me` or an id.
    pub node: String,
    /// The permission that a DELETE names in its path.
    pub tail: Option<String>,
    pub method: Method,
    pub path: String,
    pub params: Parameters,
    /// From an `Authorization: Bearer` header, which is accepted too [M] (docs/facts/threads.md#profile).
    pub bearer: Option<String>,
    /// A fault that changes a decision and is meant for this request.
    pub fault: Option<Fault>,
}

/// The parameters: of the query first, then of the body.
#[derive(Clone, Default)]
pub struct Parameters {
    pub query: Vec<(String, String)>,
    pub body: Vec<(String, String)>,
}

impl Parameters {
    /// The first of that name; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        first(self.query.iter().chain(&self.body), name)
    }

    /// Only of the body.
    pub fn of_body(&self, name: &str) -> Option<&str> {
        first(self.body.iter(), name)
    }

    /// All of that name in the body.
    pub fn all_of_body(&self, name: &str) -> Vec<&str> {
        let of_name = self.body.iter().filter(|(key, _)| key == name);
        of_name.map(|(_, value)| value.as_str()).collect()
    }
}

fn first<'a>(pairs: impl Iterator<Item = &'a (String, String)>, name: &str) -> Option<&'a str> {
    let mut of_name = pairs.filter(|(key, value)| key == name && !value.is_empty());
    of_name.next().map(|(_, value)| value.as_str())
}

impl ParsedRequest {
    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.params.get(name)
    }

    /// The token that it is made with.
    pub fn access_token(&self) -> Option<&str> {
        self.get("access_token").or(self.bearer.as_deref())
    }
}

/// The message of a path.
pub struct Recognised {
    pub message: Message,
    pub node: String,
    pub tail: Option<String>,
}

/// What a request is for; nothing where there is no such thing.
pub fn recognise(platform: Platform, method: &Method, path: &str, params: &Parameters) -> Option<Recognised> {
    let mut steps: Vec<&str> = path.trim_matches('/').split('/').collect();
    let version = steps.first().is_some_and(|step| platform.has_version(step));
    if version {
        steps.remove(0);
    }
    let found = |message, node: &str, tail: Option<&str>| {
        Some(Recognised {
            message,
            node: node.to_owned(),
            tail: tail.map(str::to_owned),
        })
    };
    let (get, post) = (method == Method::GET, method == Method::POST);
    let facebook = platform == Platform::Facebook;
    match *steps.as_slice() {
        ["oauth", "authorize"] if !facebook && !version && (get || post) => found(Message::Authorize, "", None),
        ["dialog", "oauth"] if facebook && (get || post) => found(Message::Authorize, "", None),
        ["oauth", "access_token"] if (facebook || !version) && (post || get) => {
            token_message(platform, post, params).and_then(|message| found(message, "", None))
        }
        ["access_token"] if !facebook && !version && get => found(Message::Exchange, "", None),
        ["refresh_access_token"] if !facebook && !version && get => found(Message::Refresh, "", None),
        ["oauth", "client_code"] if facebook && get => found(Message::ClientCode, "", None),
        ["debug_token"] if platform != Platform::Instagram && get => found(Message::Inspect, "", None),
        [node, "permissions"] if facebook && get => found(Message::Permissions, node, None),
        [node, "permissions"] if facebook && method == Method::DELETE => found(Message::Revoke, node, None),
        [node, "permissions", name] if facebook && method == Method::DELETE => found(Message::Revoke, node, Some(name)),
        [node, "accounts"] if facebook && get => found(Message::Accounts, node, None),
        [node, "businesses"] if facebook && get => found(Message::Businesses, node, None),
        [node, "owned_pages"] if facebook && get => found(Message::OwnedPages, node, None),
        [node, "client_pages"] if facebook && get => found(Message::ClientPages, node, None),
        [node, "threads_publishing_limit"] if platform == Platform::Threads && version && get => {
            found(Message::PublishingLimit, node, None)
        }
        [node, "threads"] if platform == Platform::Threads && version && get => found(Message::Posts, node, None),
        [node, "threads"] if platform == Platform::Threads && version && post => found(Message::Container, node, None),
        [node, "threads_publish"] if platform == Platform::Threads && version && post => found(Message::Publish, node, None),
        [node, "feed"] if facebook && post => found(Message::Feed, node, None),
        [node, "feed"] if facebook && get => found(Message::FeedList, node, None),
        ["oembed"] if platform == Platform::Threads && get => found(Message::Embed, "", None),
        [node, "media"] if facebook && post => found(Message::Container, node, None),
        [node, "media_publish"] if facebook && post => found(Message::Publish, node, None),
        ["oembed_post" | "instagram_oembed"] if facebook && get => found(Message::Embed, "", None),
        [node] if get && is_item(node) => found(Message::Item, node, None),
        [node] if is_item(node) && method == Method::DELETE => found(Message::Delete, node, None),
        [node, "media"] if platform != Platform::Threads && get => found(Message::Media, node, None),
        [node] if get && is_node(node) && (platform != Platform::Threads || version) => found(Message::Me, node, None),
        _ => None,
    }
}

/// Whether an id is that of a post or a container that was made here.
fn is_item(text: &str) -> bool {
    let number = text.rsplit('_').next().unwrap_or_default();
    number.len() == 17 && number.starts_with("185") && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn is_node(text: &str) -> bool {
    text == "me" || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Several messages share the token endpoint's path. Instagram takes POST only, and knows no token of the app.
fn token_message(platform: Platform, post: bool, params: &Parameters) -> Option<Message> {
    let grant = params.get("grant_type").unwrap_or_default();
    match platform {
        Platform::Instagram => post.then_some(Message::Token),
        _ if grant == "client_credentials" => Some(Message::AppToken),
        // Even GET works for a code at Threads [3P] (docs/facts/threads.md#token).
        Platform::Threads => Some(Message::Token),
        Platform::Facebook if grant == "fb_exchange_token" || params.get("fb_exchange_token").is_some() => Some(Message::Exchange),
        Platform::Facebook if params.get("client_secret").is_none() && params.get("code").is_some() => Some(Message::Redeem),
        Platform::Facebook => Some(Message::Token),
    }
}
