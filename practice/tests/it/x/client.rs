//! Helpers of these tests: a browser for both pages, calls, a signer, and logins with one line.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use keybearer_practice::x::{API_KEY, API_SECRET, AppType, CLIENT_ID, CLIENT_SECRET, X};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use sha1::Sha1;

use crate::client::{Answer, http, param, ticket};

pub const CALLBACK: &str = "http://127.0.0.1:47020/callback/x";
/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const ALL: &str = "tweet.read users.read offline.access";

pub async fn start() -> X {
    let x = X::start().await.unwrap();
    x.register_callback(CALLBACK).unwrap();
    x
}

pub async fn confidential() -> X {
    let x = start().await;
    x.set_app_type(AppType::Confidential);
    x
}

pub fn url(x: &X, path: &str, params: &[(&str, &str)]) -> String {
    let mut url = url::Url::parse(&format!("{}{path}", x.origin())).unwrap();
    if !params.is_empty() {
        url.query_pairs_mut().extend_pairs(params);
    }
    url.into()
}

pub async fn send(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

pub async fn get(x: &X, path: &str, params: &[(&str, &str)]) -> Answer {
    send(http().get(url(x, path, params))).await
}

pub async fn post(x: &X, path: &str, form: &[(&str, &str)]) -> Answer {
    send(http().post(url(x, path, &[])).form(form)).await
}

pub async fn post_basic(x: &X, path: &str, (name, secret): (&str, &str), form: &[(&str, &str)]) -> Answer {
    send(http().post(url(x, path, &[])).basic_auth(name, Some(secret)).form(form)).await
}

/// The OAuth 2.0 request, as it should be.
pub fn ask(scope: &str) -> Vec<(&str, &str)> {
    vec![
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", CALLBACK),
        ("scope", scope),
        ("state", "s t"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// The same, with one changed, or without it.
pub fn but<'a>(params: &[(&'a str, &'a str)], name: &'a str, value: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let mut changed: Vec<_> = params.iter().copied().filter(|(key, _)| *key != name).collect();
    changed.extend(value.map(|value| (name, value)));
    changed
}

pub async fn open(x: &X, params: &[(&str, &str)]) -> Answer {
    get(x, "/i/oauth2/authorize", params).await
}

/// Presses a button of a page.
pub async fn press(x: &X, path: &str, page: &Answer, person: &str, decision: &str) -> Answer {
    let ticket = ticket(page);
    post(x, path, &[("ticket", ticket.as_str()), ("person", person), ("decision", decision)]).await
}

pub async fn code_of(x: &X, person: &str, scope: &str) -> String {
    let page = open(x, &ask(scope)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let answer = press(x, "/i/oauth2/authorize", &page, person, "allow").await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    param(answer.header("location"), "code").unwrap()
}

/// The token request of a public client, as it should be.
pub fn exchange(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

/// Exchanges it, as the app's type is.
pub async fn redeem(x: &X, kind: AppType, code: &str) -> Answer {
    match kind {
        AppType::Public => post(x, "/2/oauth2/token", &exchange(code)).await,
        AppType::Confidential => {
            let form = but(&exchange(code), "client_id", None);
            post_basic(x, "/2/oauth2/token", (CLIENT_ID, CLIENT_SECRET), &form).await
        }
    }
}

pub fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name}: {body}"))
}

/// Access and refresh token of a public client.
pub async fn login(x: &X, person: &str) -> (String, String) {
    let code = code_of(x, person, ALL).await;
    let answer = redeem(x, AppType::Public, &code).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = answer.json();
    (text(&body, "access_token").to_owned(), text(&body, "refresh_token").to_owned())
}

pub async fn refresh(x: &X, token: &str) -> Answer {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", CLIENT_ID)];
    post(x, "/2/oauth2/token", &form).await
}

pub async fn me(x: &X, token: &str) -> Answer {
    send(http().get(url(x, "/2/users/me", &[])).bearer_auth(token)).await
}

/// An OAuth 2.0 error: status, `error`, `error_description`.
pub fn oauth2(answer: &Answer) -> (u16, String, String) {
    let body = answer.json();
    (
        answer.status,
        text(&body, "error").to_owned(),
        text(&body, "error_description").to_owned(),
    )
}

/// An error of v1's kind: status and code.
pub fn v1(answer: &Answer) -> (u16, u64) {
    let body = answer.json();
    assert!(body["errors"][0]["message"].is_string(), "{body}");
    (answer.status, body["errors"][0]["code"].as_u64().unwrap())
}

/// Percent-encoding as OAuth 1.0a has it.
pub fn enc(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let parts = text.bytes().map(|byte| {
        if plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    parts.collect()
}

/// A request to be signed.
pub struct Sign<'a> {
    pub key: (&'a str, &'a str),
    pub token: (&'a str, &'a str),
    pub query: &'a [(&'a str, &'a str)],
    pub form: &'a [(&'a str, &'a str)],
    /// `oauth_…` besides the usual, or instead of them.
    pub more: &'a [(&'a str, &'a str)],
}

impl Default for Sign<'_> {
    fn default() -> Self {
        Sign {
            key: (API_KEY, API_SECRET),
            token: ("", ""),
            query: &[],
            form: &[],
            more: &[],
        }
    }
}

impl Sign<'_> {
    /// The Authorization header.
    pub fn header(&self, x: &X, method: &str, path: &str) -> String {
        static NONCE: AtomicU64 = AtomicU64::new(1);
        let own = |text: &str| text.to_owned();
        let nonce = format!("n{}", NONCE.fetch_add(1, Ordering::Relaxed));
        let mut oauth = vec![
            (own("oauth_consumer_key"), own(self.key.0)),
            (own("oauth_nonce"), nonce),
            (own("oauth_signature_method"), own("HMAC-SHA1")),
            (own("oauth_timestamp"), x.now().to_string()),
            (own("oauth_version"), own("1.0")),
        ];
        if !self.token.0.is_empty() {
            oauth.push((own("oauth_token"), own(self.token.0)));
        }
        for (name, value) in self.more {
            oauth.retain(|(known, _)| known != name);
            oauth.push((own(name), own(value)));
        }
        let others = self.query.iter().chain(self.form).map(|(name, value)| (own(name), own(value)));
        let mut pairs: Vec<_> = oauth
            .iter()
            .cloned()
            .chain(others)
            .map(|(name, value)| (enc(&name), enc(&value)))
            .collect();
        pairs.sort();
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let base = format!("{method}&{}&{}", enc(&format!("{}{path}", x.origin())), enc(&pairs.join("&")));
        let key = format!("{}&{}", enc(self.key.1), enc(self.token.1));
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(base.as_bytes());
        oauth.push((own("oauth_signature"), STANDARD.encode(mac.finalize().into_bytes())));
        let parts: Vec<String> = oauth.iter().map(|(name, value)| format!("{name}=\"{}\"", enc(value))).collect();
        format!("OAuth {}", parts.join(", "))
    }

    pub async fn send(&self, x: &X, method: Method, path: &str) -> Answer {
        let header = self.header(x, method.as_str(), path);
        let mut request = http().request(method, url(x, path, self.query)).header("authorization", header);
        if !self.form.is_empty() {
            request = request.form(self.form);
        }
        send(request).await
    }

    pub async fn get(&self, x: &X, path: &str) -> Answer {
        self.send(x, Method::GET, path).await
    }

    pub async fn post(&self, x: &X, path: &str) -> Answer {
        self.send(x, Method::POST, path).await
    }
}

/// A value of a form-encoded answer.
pub fn value(answer: &Answer, name: &str) -> String {
    param(&format!("?{}", answer.text), name).unwrap_or_else(|| panic!("no {name}: {}", answer.text))
}

/// Temporary credentials for that callback.
pub async fn temporary(x: &X, callback: &str) -> (String, String) {
    let sign = Sign {
        more: &[("oauth_callback", callback)],
        ..Sign::default()
    };
    let answer = sign.post(x, "/oauth/request_token").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (value(&answer, "oauth_token"), value(&answer, "oauth_token_secret"))
}

/// Allows it, and gives the verifier.
pub async fn verifier(x: &X, token: &str, person: &str) -> String {
    let page = get(x, "/oauth/authorize", &[("oauth_token", token)]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let answer = press(x, "/oauth/authorize", &page, person, "allow").await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    assert_eq!(param(answer.header("location"), "oauth_token").as_deref(), Some(token));
    param(answer.header("location"), "oauth_verifier").unwrap()
}

pub async fn credentials(x: &X, (token, secret): (&str, &str), verifier: &str) -> Answer {
    let sign = Sign {
        token: (token, secret),
        form: &[("oauth_verifier", verifier)],
        ..Sign::default()
    };
    sign.post(x, "/oauth/access_token").await
}

/// Token and secret of a person, by OAuth 1.0a.
pub async fn signed_login(x: &X, person: &str) -> (String, String) {
    let (token, secret) = temporary(x, CALLBACK).await;
    let verifier = verifier(x, &token, person).await;
    let answer = credentials(x, (&token, &secret), &verifier).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    (value(&answer, "oauth_token"), value(&answer, "oauth_token_secret"))
}
