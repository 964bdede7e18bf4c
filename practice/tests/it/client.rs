//! A small browser and client: follows no redirect by itself, so that each answer can be looked at.

use keybearer_practice::{Flavor, Practice};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::Value;

pub const OOB: &str = "urn:ietf:wg:oauth:2.0:oob";
pub const CALLBACK: &str = "http://127.0.0.1:8765/callback";
pub const ALL: [Flavor; 3] = [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial];

/// A client as polite as ours: User-Agent always, redirects never.
pub fn http() -> Client {
    Client::builder().user_agent("test/1").redirect(Policy::none()).build().unwrap()
}

pub struct App {
    pub id: String,
    pub secret: String,
    pub uris: String,
}

/// What is left of an answer once it is read.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(response: Response) -> Answer {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer {
            status,
            headers,
            text: response.text().await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

pub async fn get(practice: &Practice, path: &str) -> Answer {
    Answer::of(http().get(format!("{}{path}", practice.origin())).send().await.unwrap()).await
}

pub async fn get_as(practice: &Practice, path: &str, token: &str) -> Answer {
    let request = http().get(format!("{}{path}", practice.origin())).bearer_auth(token);
    Answer::of(request.send().await.unwrap()).await
}

pub async fn post(practice: &Practice, path: &str, form: &[(&str, &str)]) -> Answer {
    Answer::of(http().post(format!("{}{path}", practice.origin())).form(form).send().await.unwrap()).await
}

pub async fn post_json(practice: &Practice, path: &str, body: &Value) -> Answer {
    Answer::of(http().post(format!("{}{path}", practice.origin())).json(body).send().await.unwrap()).await
}

/// Registers an app with these redirect URIs (newline-separated) and scopes.
pub async fn register(practice: &Practice, uris: &str, scopes: &str) -> App {
    let form = [("client_name", "Test <app>"), ("redirect_uris", uris), ("scopes", scopes)];
    let answer = post(practice, "/api/v1/apps", &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let json = answer.json();
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    App {
        id: text("client_id"),
        secret: text("client_secret"),
        uris: uris.to_owned(),
    }
}

/// The authorization request's address.
pub fn address(practice: &Practice, params: &[(&str, &str)]) -> String {
    let mut url = url::Url::parse(&format!("{}/oauth/authorize", practice.origin())).unwrap();
    url.query_pairs_mut().extend_pairs(params);
    url.into()
}

/// Opens the consent page.
pub async fn open(practice: &Practice, params: &[(&str, &str)]) -> Answer {
    let request = http().get(address(practice, params)).header("accept", "text/html");
    Answer::of(request.send().await.unwrap()).await
}

/// The hidden value of a page's form.
pub fn ticket(page: &Answer) -> String {
    let (_, rest) = page
        .text
        .split_once("name=\"ticket\" value=\"")
        .unwrap_or_else(|| panic!("no form: {}", page.text));
    rest.split('"').next().unwrap().to_owned()
}

/// Presses a button.
pub async fn press(practice: &Practice, ticket: &str, person: &str, decision: &str) -> Answer {
    post(
        practice,
        "/oauth/authorize",
        &[("ticket", ticket), ("person", person), ("decision", decision)],
    )
    .await
}

/// Opens the page, allows as ada, and gives the address that the browser is sent to.
pub async fn allow(practice: &Practice, params: &[(&str, &str)]) -> String {
    let page = open(practice, params).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let answer = press(practice, &ticket(&page), "ada", "allow").await;
    assert_eq!(answer.status, 302, "{}", answer.text);
    answer.header("location").to_owned()
}

pub fn request<'a>(app: &'a App, uri: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("client_id", &app.id),
        ("redirect_uri", uri),
        ("response_type", "code"),
        ("scope", scope),
        ("state", "s"),
    ]
}

/// A parameter of an address.
pub fn param(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// A code for ada.
pub async fn code(practice: &Practice, app: &App, uri: &str, scope: &str) -> String {
    param(&allow(practice, &request(app, uri, scope)).await, "code").unwrap()
}

pub fn exchange<'a>(app: &'a App, uri: &'a str, code: &'a str) -> Vec<(&'a str, &'a str)> {
    let grant = ("grant_type", "authorization_code");
    vec![
        ("client_id", &app.id),
        ("client_secret", &app.secret),
        grant,
        ("code", code),
        ("redirect_uri", uri),
    ]
}

/// The whole trip: an app of its own, and ada's token.
pub async fn login(practice: &Practice, scope: &str) -> (App, String) {
    let app = register(practice, CALLBACK, scope).await;
    let code = code(practice, &app, CALLBACK, scope).await;
    let answer = post(practice, "/oauth/token", &exchange(&app, CALLBACK, &code)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    (app, token)
}

pub async fn start(flavor: Flavor) -> Practice {
    Practice::start(flavor).await.unwrap()
}
