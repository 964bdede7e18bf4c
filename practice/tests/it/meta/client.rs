//! Helpers of these tests: a browser for the dialog, calls, and logins with one line.

use keybearer_practice::meta::{APP_SECRET, Meta, Platform};
use serde_json::Value;

use crate::client::{Answer, http, param, ticket};

pub const CALLBACK: &str = "https://127.0.0.1:47018/callback/x/";
pub const LOCALHOST: &str = "http://localhost:47019/callback/facebook";
pub const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

pub async fn start(platform: Platform) -> Meta {
    let meta = Meta::start(platform).await.unwrap();
    if platform != Platform::Facebook {
        assert_eq!(meta.register_redirect(CALLBACK).unwrap(), CALLBACK);
    }
    meta
}

/// The redirect URI that a test uses there.
pub fn home(meta: &Meta) -> &'static str {
    if meta.platform() == Platform::Facebook {
        LOCALHOST
    } else {
        CALLBACK
    }
}

pub fn url(meta: &Meta, path: &str, params: &[(&str, &str)]) -> String {
    let mut url = url::Url::parse(&format!("{}{path}", meta.origin())).unwrap();
    if !params.is_empty() {
        url.query_pairs_mut().extend_pairs(params);
    }
    url.into()
}

pub async fn get(meta: &Meta, path: &str, params: &[(&str, &str)]) -> Answer {
    Answer::of(http().get(url(meta, path, params)).send().await.unwrap()).await
}

pub async fn post(meta: &Meta, path: &str, form: &[(&str, &str)]) -> Answer {
    Answer::of(http().post(url(meta, path, &[])).form(form).send().await.unwrap()).await
}

pub async fn delete(meta: &Meta, path: &str, params: &[(&str, &str)]) -> Answer {
    Answer::of(http().delete(url(meta, path, params)).send().await.unwrap()).await
}

/// A call that succeeds.
pub async fn ok(meta: &Meta, path: &str, params: &[(&str, &str)]) -> Value {
    let answer = get(meta, path, params).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

pub fn dialog_path(meta: &Meta) -> &'static str {
    if meta.platform() == Platform::Facebook {
        "/v26.0/dialog/oauth"
    } else {
        "/oauth/authorize"
    }
}

/// The dialog's parameters, as they should be.
pub fn ask(meta: &Meta, scope: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("client_id", meta.platform().app_id()),
        ("redirect_uri", home(meta)),
        ("scope", scope),
        ("response_type", "code"),
        ("state", "s t"),
    ]
}

/// The same, with one changed, or without it.
pub fn but<'a>(params: &[(&'a str, &'a str)], name: &'a str, value: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let mut changed: Vec<_> = params.iter().copied().filter(|(key, _)| *key != name).collect();
    changed.extend(value.map(|value| (name, value)));
    changed
}

pub async fn open(meta: &Meta, params: &[(&str, &str)]) -> Answer {
    get(meta, dialog_path(meta), params).await
}

/// Presses a button; at Facebook with these permissions ticked.
pub async fn press(meta: &Meta, page: &Answer, person: &str, decision: &str, ticked: &[&str]) -> Answer {
    let ticket = ticket(page);
    let mut form = vec![("ticket", ticket.as_str()), ("person", person), ("decision", decision)];
    form.extend(ticked.iter().map(|&name| ("permission", name)));
    post(meta, dialog_path(meta), &form).await
}

/// Opens the dialog, allows everything as somebody, and gives the address that the browser is sent to.
pub async fn allow_as(meta: &Meta, person: &str, params: &[(&str, &str)]) -> String {
    let page = open(meta, params).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let scopes = params.iter().find(|(name, _)| *name == "scope").map_or("", |(_, scope)| scope);
    let ticked: Vec<&str> = scopes.split(',').collect();
    let answer = press(meta, &page, person, "allow", &ticked).await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    answer.header("location").to_owned()
}

pub async fn code_of(meta: &Meta, person: &str, scope: &'static str) -> String {
    let location = allow_as(meta, person, &ask(meta, scope)).await;
    let (address, fragment) = location.split_once('#').unwrap();
    assert_eq!(format!("#{fragment}"), meta.platform().tail());
    param(address, "code").unwrap()
}

pub fn token_path(meta: &Meta) -> &'static str {
    if meta.platform() == Platform::Facebook {
        "/v26.0/oauth/access_token"
    } else {
        "/oauth/access_token"
    }
}

/// The token request's parameters, as they should be.
pub fn exchange<'a>(meta: &Meta, code: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", meta.platform().app_id()),
        ("client_secret", APP_SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", home(meta)),
        ("code", code),
    ]
}

pub fn token_in(body: &Value) -> String {
    body["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("no token: {body}"))
        .to_owned()
}

/// A short token.
pub async fn short(meta: &Meta, person: &str, scope: &'static str) -> String {
    let code = code_of(meta, person, scope).await;
    let answer = post(meta, token_path(meta), &exchange(meta, &code)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    token_in(&answer.json())
}

/// A long token.
pub async fn long(meta: &Meta, person: &str, scope: &'static str) -> String {
    let short = short(meta, person, scope).await;
    token_in(&ok(meta, exchange_path(meta), &lengthen(meta, &short)).await)
}

pub fn exchange_path(meta: &Meta) -> &'static str {
    if meta.platform() == Platform::Facebook {
        "/v26.0/oauth/access_token"
    } else {
        "/access_token"
    }
}

/// The parameters that make a token long.
pub fn lengthen<'a>(meta: &Meta, token: &'a str) -> Vec<(&'a str, &'a str)> {
    let platform = meta.platform();
    let grant = ("grant_type", platform.exchange_grant());
    let secret = ("client_secret", APP_SECRET);
    if platform == Platform::Facebook {
        vec![grant, secret, ("client_id", platform.app_id()), ("fb_exchange_token", token)]
    } else {
        vec![grant, secret, ("access_token", token)]
    }
}

/// A Graph error's code, subcode (0: none) and text.
pub fn graph(answer: &Answer) -> (u64, u64, String) {
    assert!(answer.status >= 400, "{}", answer.text);
    let error = &answer.json()["error"];
    assert!(error["fbtrace_id"].is_string() && error["type"].is_string(), "{}", answer.text);
    let text = error["message"].as_str().unwrap().to_owned();
    (error["code"].as_u64().unwrap(), error["error_subcode"].as_u64().unwrap_or(0), text)
}

/// A flat error's text.
pub fn flat(answer: &Answer) -> String {
    let body = answer.json();
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(
        (body["error_type"].as_str(), body["code"].as_u64()),
        (Some("OAuthException"), Some(400))
    );
    body["error_message"].as_str().unwrap().to_owned()
}
