//! A provider file of the person's own against a certified server: PKCE by S256 (RFC 7636), the issuer in every answer
//! (RFC 9207), metadata (RFC 8414), rotation, revocation (RFC 7009); and attacks with a stolen code or another server's answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keybearer_core::keeper::now;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::LoginPlan;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::oidc::{Oidc, parameter};
use crate::browser::get;
use crate::cookie_browser::Browser;
use crate::rig::Rig;

/// Signs in RFC 6749 §2.3.1 that a program must form-encode before it makes a header of them.
const SECRET: &str = "s3cret:with/odd+signs and a space%";
const REDIRECT: &str = "http://127.0.0.1/callback/strict";
/// Another address of the same client's, to be mistaken for the first.
const OTHER: &str = "http://127.0.0.1/callback/other";

fn clients() -> Value {
    let client = |id: &str, method: &str| {
        let mut client = json!({
            "client_id": id,
            "token_endpoint_auth_method": method,
            "application_type": "native",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "redirect_uris": [REDIRECT, OTHER],
        });
        if method != "none" {
            client["client_secret"] = SECRET.into();
        }
        client
    };
    json!([
        client("public", "none"),
        client("basic", "client_secret_basic"),
        client("post", "client_secret_post")
    ])
}

struct Stage {
    rig: Rig,
    server: Oidc,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    fn new(issuer: Option<&str>) -> Option<Stage> {
        let server = Oidc::start("strict", clients(), issuer)?;
        let home = TempDir::new().unwrap();
        let folder = home.path().join("config/providers");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("strict.toml"), include_str!("../../fixtures/strict.toml")).unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        Some(Stage { rig, server, ahead })
    }

    fn plan(&self, kind: &str) -> LoginPlan {
        let mut answers = vec![("server", self.server.origin.as_str()), ("client_type", kind), ("client_id", kind)];
        if kind != "public" {
            answers.push(("client_secret", SECRET));
        }
        LoginPlan {
            provider: "strict".into(),
            client_name: "notes".into(),
            answers: answers.into_iter().map(|(k, v)| (k.to_owned(), v.into())).collect(),
            scopes: ["openid", "offline_access", "notes"].map(str::to_owned).into(),
            redirect: Some(RedirectKind::Loopback),
            ..LoginPlan::default()
        }
    }

    /// Where a login's browser ends after the person has allowed.
    async fn allowed(&self, login: &str) -> Url {
        let link = self.rig.keeper.consent_link(login).unwrap();
        Browser::new().consent(&link, "ada", true).await.unwrap()
    }

    async fn takes(&self, token: &str) -> bool {
        self.server.get("/me", &format!("Authorization: Bearer {token}\r\n")).await.status == 200
    }

    /// Redeems a code as the public client, from outside Keybearer.
    async fn redeem(&self, more: &[(&str, &str)]) -> (u16, Value) {
        let form = [&[("grant_type", "authorization_code"), ("client_id", "public")], more].concat();
        self.server.post("/token", "", &form).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_type_of_client_logs_in_renews_and_revokes() {
    let Some(s) = Stage::new(None) else { return };
    for kind in ["public", "basic", "post"] {
        let mut login = s.rig.wait(s.plan(kind)).await;
        let link = s.rig.keeper.consent_link(&login.id).unwrap();
        assert!(
            link.starts_with(&format!("{}/auth?", s.server.origin)),
            "metadata say where: {link}"
        );
        assert_eq!(parameter(&link, "code_challenge_method"), "S256");
        let home = s.allowed(&login.id).await;
        assert_eq!(parameter(home.as_str(), "iss"), s.server.origin);
        get(home.as_str()).await.unwrap();
        let account = s.rig.account(&login.end().await.unwrap());
        assert!(
            account.verified.is_some() && account.trouble.is_none() && account.declined.is_empty(),
            "{account:?}"
        );
        assert_eq!(account.expires.unwrap() - account.issued, 3600);
        let first = s.rig.token(&account.id).await;
        s.ahead.fetch_add(3500, Ordering::Relaxed);
        s.server.later(3500).await;
        let second = s.rig.token(&account.id).await;
        assert!(first != second && s.takes(&second).await);
        s.rig.keeper.revoke(&account.id).await.unwrap();
        assert!(!s.takes(&second).await, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_secret_is_refused_and_nothing_is_kept() {
    let Some(s) = Stage::new(None) else { return };
    for kind in ["basic", "post"] {
        let mut plan = s.plan(kind);
        plan.answers.insert("client_secret".into(), "another".into());
        let mut login = s.rig.wait(plan).await;
        get(s.allowed(&login.id).await.as_str()).await.unwrap();
        assert_eq!(login.end().await.unwrap_err().code, "client-auth", "{kind}");
    }
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_code_is_useless_without_the_verifier() {
    let Some(s) = Stage::new(None) else { return };
    let mut login = s.rig.wait(s.plan("public")).await;
    let home = s.allowed(&login.id).await;
    let (code, state) = (parameter(home.as_str(), "code"), parameter(home.as_str(), "state"));
    let here = home.as_str().split('?').next().unwrap();
    let verifier = "a-verifier-of-theirs-that-is-long-enough-for-rfc-7636";
    for (what, more) in [
        ("no verifier", vec![("redirect_uri", here)]),
        ("their verifier", vec![("redirect_uri", here), ("code_verifier", verifier)]),
        ("another address", vec![("redirect_uri", OTHER), ("code_verifier", verifier)]),
    ] {
        let (status, answer) = s.redeem(&[&[("code", code.as_str())], &more[..]].concat()).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")), "{what}");
    }
    // Nor does it help to send it home beside another state, or with two.
    for bad in [
        format!("{here}?code={code}&state=another&iss={}", s.server.origin),
        format!("{here}?code={code}&state={state}&state={state}&iss={}", s.server.origin),
    ] {
        get(&bad).await.unwrap();
        assert!(login.is_waiting(), "{bad}");
    }
    // Keybearer has the verifier and gets the token.
    get(home.as_str()).await.unwrap();
    let account = login.end().await.unwrap();
    let token = s.rig.token(&account).await;
    assert!(s.takes(&token).await);
    // The same code again is refused, and without the verifier it does not end what the right one gave either.
    let (status, answer) = s
        .redeem(&[("code", &code), ("redirect_uri", here), ("code_verifier", verifier)])
        .await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
    assert!(s.takes(&token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_of_another_issuer_or_of_none_is_refused() {
    let (Some(s), Some(theirs)) = (Stage::new(None), Oidc::start("strict", clients(), None)) else {
        return;
    };
    // Another server, with the same client, answers in the first one's place (RFC 9700 §4.4).
    let mut login = s.rig.wait(s.plan("public")).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let mixed_up = link.replace(&s.server.origin, &theirs.origin);
    let home = Browser::new().consent(&mixed_up, "mallory", true).await.unwrap();
    assert_eq!(parameter(home.as_str(), "iss"), theirs.origin);
    get(home.as_str()).await.unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "issuer-mismatch");
    assert!(s.rig.keeper.view().accounts.is_empty());
    // A server that is asked at one address and calls itself by another: its metadata are not believed, nor its answer.
    let Some(s) = Stage::new(Some("http://localhost:PORT")) else {
        return;
    };
    let path = s.rig.home.path().join("config/providers/strict.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("/nowhere", "/auth", 1).replace("/nowhere", "/token")).unwrap();
    let s = Stage { rig: s.rig.restart(), ..s };
    let mut login = s.rig.wait(s.plan("public")).await;
    get(s.allowed(&login.id).await.as_str()).await.unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "issuer-mismatch");
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_pkce_the_login_fails_with_the_servers_words() {
    let Some(s) = Stage::new(None) else { return };
    let path = s.rig.home.path().join("config/providers/strict.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace(
        "params = { prompt = \"consent\" }",
        "params = { prompt = \"consent\" }\npkce = \"none\"",
    );
    std::fs::write(&path, text.replace(", code_verifier = \"{code_verifier}\"", "")).unwrap();
    let s = Stage { rig: s.rig.restart(), ..s };
    let mut login = s.rig.wait(s.plan("public")).await;
    let home = s.allowed(&login.id).await;
    assert_eq!(parameter(home.as_str(), "error"), "invalid_request");
    get(home.as_str()).await.unwrap();
    let error = login.end().await.unwrap_err();
    assert!(
        error.detail.as_ref().is_some_and(|d| d.contains("PKCE")),
        "the server's own words: {error:?}"
    );
}
