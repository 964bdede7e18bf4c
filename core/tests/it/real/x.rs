//! The shipped file of X against a certified server that answers on X's paths: both types of client, tokens that rotate, a
//! refresh token used twice, a lost answer, and revocation.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keybearer_core::keeper::now;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Token;
use keybearer_core::vault::account_key;
use keybearer_core::view::{AccountView, LoginPlan, StoreKind};
use serde_json::json;
use tempfile::TempDir;
use url::Url;

use super::oidc::{Oidc, parameter};
use crate::browser::get;
use crate::cookie_browser::Browser;
use crate::mock_keychain;
use crate::rig::{Rig, provider_file};

const PUBLIC: &str = "dGhlLXB1YmxpYy1vbmU6MTpjaQxxxxxxxx";
const CONFIDENTIAL: &str = "dGhlLWNvbmZpZGVudGlhbDoxOmNpxxxxxx";
const SECRET: &str = "a-secret-of-fifty-characters_that-nobody-guesses-0";

struct Stage {
    rig: Rig,
    server: Oidc,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    fn new() -> Option<Stage> {
        let client = |id: &str, more: serde_json::Value| {
            let mut client = json!({
                "client_id": id,
                "application_type": "web",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "redirect_uris": ["http://127.0.0.1:47020/callback/x"],
            });
            client.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            client
        };
        let clients = json!([
            client(PUBLIC, json!({ "token_endpoint_auth_method": "none" })),
            client(
                CONFIDENTIAL,
                json!({ "token_endpoint_auth_method": "client_secret_basic", "client_secret": SECRET })
            ),
        ]);
        let server = Oidc::start("x", clients, None)?;
        let home = TempDir::new().unwrap();
        provider_file(home.path(), "x-here", "x", &server.origin, &["web", "api"]);
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        Some(Stage { rig, server, ahead })
    }

    async fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.server.later(seconds).await;
    }

    fn plan(&self, answers: &[(&str, &str)], redirect: RedirectKind) -> LoginPlan {
        let providers = self.rig.keeper.catalogue();
        let scopes = providers.into_iter().find(|p| p.id == "x-here").unwrap().scopes;
        LoginPlan {
            provider: "x-here".into(),
            client_name: "weather-bot".into(),
            answers: answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(),
            scopes: scopes.iter().filter(|s| s.default).map(|s| s.id.clone()).collect(),
            redirect: Some(redirect),
            ..LoginPlan::default()
        }
    }

    fn public(&self, redirect: RedirectKind) -> LoginPlan {
        self.plan(&[("client_type", "public"), ("client_id", PUBLIC)], redirect)
    }

    fn confidential(&self) -> LoginPlan {
        let answers = [
            ("client_type", "confidential"),
            ("client_id", CONFIDENTIAL),
            ("client_secret", SECRET),
        ];
        self.plan(&answers, RedirectKind::Paste)
    }

    /// A login by paste, as this person: the address that the browser ended on, and the account.
    async fn log_in(&self, plan: LoginPlan, person: &str) -> (Url, AccountView) {
        let mut login = self.rig.wait(plan).await;
        let link = self.rig.keeper.consent_link(&login.id).unwrap();
        let home = Browser::new().consent(&link, person, true).await.unwrap();
        self.rig.keeper.paste(&login.id, home.as_str()).unwrap();
        let account = login.end().await.unwrap();
        (home, self.rig.account(&account))
    }

    fn stored(&self, account: &str) -> Token {
        let store = mock_keychain::store(self.rig.home.path());
        let stored = store.read(StoreKind::Keychain, &account_key(account)).unwrap().unwrap();
        Token::from_stored(&stored).unwrap()
    }

    /// What the server says to a token: 200, or 401.
    async fn takes(&self, token: &str) -> bool {
        let header = format!("Authorization: Bearer {token}\r\n");
        self.server.get("/2/users/me", &header).await.status == 200
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_types_of_client_log_in_and_rotate() {
    let Some(s) = Stage::new() else { return };
    for (plan, person) in [(s.public(RedirectKind::Paste), "ada"), (s.confidential(), "grace")] {
        let (_, account) = s.log_in(plan, person).await;
        assert_eq!(
            (account.name.as_str(), account.verified.is_some()),
            (format!("@{person}").as_str(), true)
        );
        assert!(account.trouble.is_none() && account.declined.is_empty(), "{account:?}");
        assert_eq!(account.expires.unwrap() - account.issued, 7200);
        let (first, before) = (s.rig.token(&account.id).await, s.stored(&account.id));
        assert!(s.takes(&first).await);
        s.later(7200 - 120).await;
        let second = s.rig.token(&account.id).await;
        assert!(first != second && s.takes(&second).await);
        let after = s.stored(&account.id);
        assert_ne!(
            before.refresh_token.unwrap().expose(),
            after.refresh_token.unwrap().expose(),
            "the server rotates"
        );
        s.later(9 * 86_400).await;
        assert!(s.takes(&s.rig.token(&account.id).await).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_comes_home_through_the_loopback_port() {
    let Some(s) = Stage::new() else { return };
    let _port = crate::x::PORT.alone().await;
    let mut login = s.rig.wait(s.public(RedirectKind::Loopback)).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let home = Browser::new().consent(&link, "ada", true).await.unwrap();
    assert_eq!(parameter(home.as_str(), "iss"), s.server.origin, "RFC 9207");
    get(home.as_str()).await.unwrap();
    login.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denial_ends_the_login_and_an_error_page_does_not() {
    let Some(s) = Stage::new() else { return };
    let mut login = s.rig.wait(s.public(RedirectKind::Paste)).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let home = Browser::new().consent(&link, "ada", false).await.unwrap();
    assert_eq!(parameter(home.as_str(), "error"), "access_denied");
    s.rig.keeper.paste(&login.id, home.as_str()).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "denied");
    // An address that the console does not know: the page stays at the server, and the login can be cancelled.
    let mut login = s.rig.wait(s.public(RedirectKind::Localhost)).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let page = Browser::new().consent(&link, "ada", true).await.unwrap_err();
    assert!(page.status == 400 && page.body.contains("redirect_uri"), "{}", page.body);
    assert!(login.is_waiting());
    s.rig.keeper.cancel_login(&login.id).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "cancelled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_that_is_used_twice_ends_the_pair() {
    let Some(s) = Stage::new() else { return };
    let (_, account) = s.log_in(s.public(RedirectKind::Paste), "ada").await;
    let spent = s.stored(&account.id).refresh_token.unwrap();
    s.later(7200).await;
    let second = s.rig.token(&account.id).await;
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", PUBLIC),
        ("refresh_token", spent.expose()),
    ];
    let (status, answer) = s.server.post("/2/oauth2/token", "", &form).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (400, Some("invalid_grant")),
        "used before: the server ends the chain"
    );
    assert!(!s.takes(&second).await);
    assert!(s.rig.keeper.verify(&account.id).await.is_err());
    let trouble = s.rig.account(&account.id).trouble.unwrap();
    assert_eq!(trouble.code, "token-dead", "{trouble:?}");
    assert_eq!(
        s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().code(),
        "token-dead"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_to_a_renewal_is_reported() {
    let Some(s) = Stage::new() else { return };
    let (_, account) = s.log_in(s.public(RedirectKind::Paste), "ada").await;
    s.later(7200).await;
    s.server.lose_an_answer().await;
    assert_eq!(
        s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().code(),
        "interrupted"
    );
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "interrupted");
    // A new login replaces the pair.
    let (_, again) = s.log_in(s.public(RedirectKind::Paste), "ada").await;
    assert!(again.id == account.id && again.trouble.is_none());
    assert!(s.takes(&s.rig.token(&account.id).await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_revoked_is_over_at_the_server() {
    let Some(s) = Stage::new() else { return };
    for (plan, person) in [(s.public(RedirectKind::Paste), "ada"), (s.confidential(), "grace")] {
        let (_, account) = s.log_in(plan, person).await;
        let (token, pair) = (s.rig.token(&account.id).await, s.stored(&account.id));
        s.rig.keeper.revoke(&account.id).await.unwrap();
        assert!(!s.takes(&token).await);
        assert!(!s.rig.keeper.view().accounts.iter().any(|a| a.id == account.id));
        let refresh = pair.refresh_token.unwrap();
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", PUBLIC),
            ("refresh_token", refresh.expose()),
        ];
        let (status, answer) = s.server.post("/2/oauth2/token", "", &form).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
    }
}
