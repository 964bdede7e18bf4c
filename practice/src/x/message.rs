//! A request, once it is known what it wants: which message of X's protocols it is, and its parameters. This is the one
//! table of paths: the log, the faults and the endpoints use it.

use axum::http::request::Parts;
use axum::http::{Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::faults::Fault;

/// A message of the protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// OAuth 2.0: `/i/oauth2/authorize`, the consent page and its form.
    Authorize,
    /// OAuth 2.0: a code becomes tokens.
    Token,
    /// OAuth 2.0: a refresh token becomes new tokens.
    Refresh,
    /// OAuth 2.0: `/2/oauth2/revoke`
    Revoke,
    /// `/2/users/me`, by OAuth 2.0 or 1.0a. Costs money.
    Me,
    /// `/2/users/by/username/…`, which an app-only token may too. Costs money.
    Lookup,
    /// `/2/users/…/tweets`: a person's posts. Costs money.
    Posts,
    /// `/2/usage/tweets`: what the app's project has used, for its app-only token alone.
    Usage,
    /// OAuth 1.0a: `/oauth/request_token`
    RequestToken,
    /// OAuth 1.0a: `/oauth/authorize`, the consent page and its form.
    SignedAuthorize,
    /// OAuth 1.0a: `/oauth/access_token`
    AccessToken,
    /// OAuth 1.0a: `/1.1/oauth/invalidate_token`
    Invalidate,
    /// OAuth 1.0a: `/1.1/account/verify_credentials.json`
    VerifyCredentials,
    /// App-only: `/oauth2/token`
    AppToken,
    /// App-only: `/oauth2/invalidate_token`
    InvalidateAppToken,
}

/// The shape of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{"error":…,"error_description":…}`
    OAuth2,
    /// `{"errors":[{"code":…,"message":…}]}`
    V1,
    /// `{"title":…,"detail":…,"type":…,"status":…}`
    Problem,
}

impl Message {
    /// The shape of its errors.
    pub(crate) fn shape(self) -> Shape {
        match self {
            Message::Authorize | Message::Token | Message::Refresh | Message::Revoke => Shape::OAuth2,
            Message::Me | Message::Lookup | Message::Posts | Message::Usage => Shape::Problem,
            _ => Shape::V1,
        }
    }

    /// Whether it is a page.
    pub(crate) fn is_page(self) -> bool {
        matches!(self, Message::Authorize | Message::SignedAuthorize)
    }
}

/// A request, read.
pub struct ParsedRequest {
    pub message: Message,
    pub method: Method,
    /// As it was addressed: `127.0.0.1:PORT`.
    pub host: String,
    pub path: String,
    /// Raw, as the signature needs it.
    pub query: String,
    /// Raw, where it is a form.
    pub form: Option<String>,
    pub authorization: Option<String>,
    /// A fault that changes a decision and is meant for this request.
    pub fault: Option<Fault>,
}

impl ParsedRequest {
    pub fn new(message: Message, parts: &Parts, body: &[u8], fault: Option<Fault>) -> ParsedRequest {
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_form = kind == "application/x-www-form-urlencoded";
        ParsedRequest {
            message,
            method: parts.method.clone(),
            host: text(header::HOST).unwrap_or_default().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            form: is_form.then(|| String::from_utf8_lossy(body).into_owned()),
            authorization: text(header::AUTHORIZATION).map(str::to_owned),
            fault,
        }
    }

    /// A parameter of the query; an empty one counts as absent.
    pub fn of_query(&self, name: &str) -> Option<String> {
        first(&self.query, name)
    }

    /// A parameter of the form; an empty one counts as absent.
    pub fn of_form(&self, name: &str) -> Option<String> {
        first(self.form.as_deref()?, name)
    }

    /// The credentials of this scheme in the Authorization header.
    fn authorized(&self, wanted: &str) -> Option<&str> {
        let (scheme, rest) = self.authorization.as_deref()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case(wanted).then(|| rest.trim())
    }

    /// The bearer token, verbatim.
    pub fn bearer(&self) -> Option<&str> {
        self.authorized("bearer")
    }

    /// Whether it is signed by OAuth 1.0a.
    pub fn is_signed(&self) -> bool {
        self.authorized("oauth").is_some()
    }

    /// Name and password of a Basic header, percent-decoded each (RFC 6749 §2.3.1).
    pub fn basic(&self) -> Option<(String, String)> {
        let text = String::from_utf8(STANDARD.decode(self.authorized("basic")?).ok()?).ok()?;
        let (name, password) = text.split_once(':')?;
        let plain = |text: &str| {
            form_urlencoded::parse(format!("v={text}").as_bytes())
                .next()
                .map(|(_, v)| v.into_owned())
        };
        Some((plain(name)?, plain(password)?))
    }
}

fn first(text: &str, name: &str) -> Option<String> {
    let mut of_name = form_urlencoded::parse(text.as_bytes()).filter(|(key, value)| key == name && !value.is_empty());
    of_name.next().map(|(_, value)| value.into_owned())
}

/// What a request is for; nothing where there is no such thing.
pub fn recognise(method: &Method, path: &str, body: &[u8]) -> Option<Message> {
    let (get, post) = (method == Method::GET, method == Method::POST);
    match path {
        "/i/oauth2/authorize" if get || post => Some(Message::Authorize),
        "/2/oauth2/token" if post => {
            let grant = first(&String::from_utf8_lossy(body), "grant_type");
            Some(if grant.as_deref() == Some("refresh_token") {
                Message::Refresh
            } else {
                Message::Token
            })
        }
        "/2/oauth2/revoke" if post => Some(Message::Revoke),
        "/2/users/me" if get => Some(Message::Me),
        "/2/usage/tweets" if get => Some(Message::Usage),
        "/oauth/request_token" if post => Some(Message::RequestToken),
        "/oauth/authorize" if get || post => Some(Message::SignedAuthorize),
        "/oauth/access_token" if post => Some(Message::AccessToken),
        "/1.1/oauth/invalidate_token" | "/1.1/oauth/invalidate_token.json" if post => Some(Message::Invalidate),
        "/1.1/account/verify_credentials.json" if get => Some(Message::VerifyCredentials),
        "/oauth2/token" if post => Some(Message::AppToken),
        "/oauth2/invalidate_token" if post => Some(Message::InvalidateAppToken),
        _ if get && of_posts(path).is_some() => Some(Message::Posts),
        _ if get && path.strip_prefix("/2/users/by/username/").is_some_and(|name| !name.is_empty()) => Some(Message::Lookup),
        _ => None,
    }
}

/// Whose posts a path is about.
pub(super) fn of_posts(path: &str) -> Option<&str> {
    let id = path.strip_prefix("/2/users/")?.strip_suffix("/tweets")?;
    (!id.is_empty() && !id.contains('/')).then_some(id)
}
