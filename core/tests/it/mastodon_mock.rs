//! A server of the Mastodon family that answers as a test wants: by default rightly, and at any path in bytes of one's own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use keybearer_core::error::ErrorView;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::LoginPlan;
use serde_json::json;

use crate::browser::{Reply, get};
use crate::raw_server::{http, socket};
use crate::rig::{Login, Rig};

pub const IDENTITY: &str = "/api/v1/accounts/verify_credentials";
pub const TOKEN: &str = "/oauth/token";
pub const METADATA: &str = "/.well-known/oauth-authorization-server";

/// Such a server.
pub struct Family {
    pub origin: String,
    answers: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Family {
    pub async fn new() -> Family {
        let answers: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let own = Arc::new(Mutex::new(String::new()));
        let (chosen, log, me) = (answers.clone(), seen.clone(), own.clone());
        let origin = socket(move |request| {
            log.lock().unwrap().push(request.to_owned());
            let path = request.split([' ', '?']).nth(1).unwrap_or_default();
            let answer = chosen.lock().unwrap().get(path).cloned();
            answer.unwrap_or_else(|| usual(path, &me.lock().unwrap()))
        })
        .await;
        own.lock().unwrap().clone_from(&origin);
        Family { origin, answers, seen }
    }

    /// Whoever asks at this path gets these bytes from now on.
    pub fn answers(&self, path: &str, bytes: Vec<u8>) {
        self.answers.lock().unwrap().insert(path.to_owned(), bytes);
    }

    pub fn answers_rightly(&self, path: &str) {
        self.answers.lock().unwrap().remove(path);
    }

    /// The requests so far, whole.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub fn plan(&self, redirect: RedirectKind) -> LoginPlan {
        LoginPlan {
            provider: "mastodon".into(),
            client_name: "A test".into(),
            answers: [("server".to_owned(), self.origin.clone().into())].into(),
            scopes: vec!["read".into()],
            redirect: Some(redirect),
            ..LoginPlan::default()
        }
    }

    /// A login by loopback, to its end.
    pub async fn try_log_in(&self, rig: &Rig) -> Result<String, ErrorView> {
        let mut login = rig.wait(self.plan(RedirectKind::Loopback)).await;
        comes_home(rig, &login, "code=thecode&state={state}").await;
        login.end().await
    }

    pub async fn log_in(&self, rig: &Rig) -> String {
        self.try_log_in(rig).await.unwrap()
    }
}

fn usual(path: &str, origin: &str) -> Vec<u8> {
    let body = match path {
        "/.well-known/nodeinfo" => {
            json!({ "links": [{ "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{origin}/nodeinfo/2.0") }] })
        }
        "/nodeinfo/2.0" => json!({ "version": "2.0", "software": { "name": "mastodon", "version": "4.3.0" } }),
        "/api/v1/apps" => json!({ "id": "1", "client_id": "theclient", "client_secret": "client-secret-canary" }),
        TOKEN => json!({ "access_token": "token-canary", "token_type": "Bearer", "scope": "read" }),
        IDENTITY => json!({ "id": "7", "username": "ada", "acct": "ada", "display_name": "Ada" }),
        _ => {
            return http(
                "404 Not Found",
                "Content-Type: application/json\r\n",
                br#"{"error":"Record not found"}"#,
            );
        }
    };
    http("200 OK", "Content-Type: application/json\r\n", body.to_string().as_bytes())
}

/// The address of an answer to a waiting login.
pub fn home(rig: &Rig, login: &Login, query: &str) -> String {
    let link = url::Url::parse(&rig.keeper.consent_link(&login.id).unwrap()).unwrap();
    let of = |name: &str| link.query_pairs().find(|(k, _)| k == name).unwrap().1.into_owned();
    format!("{}?{}", of("redirect_uri"), query.replace("{state}", &of("state")))
}

/// The browser brings an answer to the loopback listener.
pub async fn comes_home(rig: &Rig, login: &Login, query: &str) -> Reply {
    get(&home(rig, login, query)).await.unwrap()
}

/// A page for people.
pub fn page(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let html = format!("<!DOCTYPE html><html><head><title>{body}</title></head><body>{body}</body></html>");
    http(
        status,
        &format!("Content-Type: text/html; charset=utf-8\r\n{headers}"),
        html.as_bytes(),
    )
}

pub fn in_json(status: &str, headers: &str, body: serde_json::Value) -> Vec<u8> {
    http(
        status,
        &format!("Content-Type: application/json\r\n{headers}"),
        body.to_string().as_bytes(),
    )
}
