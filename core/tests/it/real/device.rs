//! The device authorization grant (RFC 8628) at a certified server: a person enters the code, approves or refuses on its pages; then
//! renewal and revocation.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keybearer_core::keeper::now;
use keybearer_core::view::{LoginEvent, LoginPlan};
use serde_json::json;
use tempfile::TempDir;

use super::oidc::Oidc;
use crate::cookie_browser::Browser;
use crate::rig::{Habit, Rig};
use crate::running_login::Login;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

struct Stage {
    rig: Rig,
    server: Oidc,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    fn new() -> Option<Stage> {
        let clients = json!([{
            "client_id": "television",
            "token_endpoint_auth_method": "none",
            "application_type": "native",
            "grant_types": [GRANT, "refresh_token"],
            "response_types": [],
            "redirect_uris": [],
        }]);
        let server = Oidc::start("strict", clients, None)?;
        let home = TempDir::new().unwrap();
        let folder = home.path().join("config/providers");
        std::fs::create_dir_all(&folder).unwrap();
        let file = include_str!("../../fixtures/strict-device.toml");
        std::fs::write(folder.join("strict-device.toml"), file).unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
        rig.habit(Habit::Nothing);
        Some(Stage { rig, server, ahead })
    }

    /// A login that shows its code: the code, the address, and the address with the code in it.
    async fn code(&self) -> (Login, String, String, String) {
        let answers = [("server", self.server.origin.as_str()), ("client_id", "television")];
        let mut login = self.rig.start(LoginPlan {
            provider: "strict-device".into(),
            answers: answers.map(|(k, v)| (k.to_owned(), v.into())).into(),
            scopes: ["openid", "offline_access"].map(str::to_owned).into(),
            ..LoginPlan::default()
        });
        let LoginEvent::UserCode {
            code, address, complete, ..
        } = login.until_user_code().await
        else {
            unreachable!()
        };
        (login, code, address, complete.unwrap())
    }

    async fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.server.later(seconds).await;
    }

    async fn takes(&self, token: &str) -> bool {
        self.server.get("/me", &format!("Authorization: Bearer {token}\r\n")).await.status == 200
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_approved_and_the_token_is_renewed_and_revoked() {
    let Some(s) = Stage::new() else { return };
    // Once by the address with the code in it, once by typing the code.
    for typed in [false, true] {
        let (mut login, code, address, complete) = s.code().await;
        assert!(complete.starts_with(&address) && complete.contains(&code), "{complete}");
        let (page, code) = if typed { (address, Some(code)) } else { (complete, None) };
        Browser::new().enter_code(&page, code.as_deref(), "ada", true).await;
        s.later(6).await;
        let account = s.rig.account(&login.end().await.unwrap());
        assert_eq!(account.user_id.as_deref(), Some("ada"));
        assert!(account.verified.is_some() && account.trouble.is_none(), "{account:?}");
        let first = s.rig.token(&account.id).await;
        // A second use of the code would have ended it.
        s.later(20).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(s.takes(&first).await);
        s.later(3600).await;
        assert!(!s.takes(&first).await);
        let second = s.rig.token(&account.id).await;
        assert!(second != first && s.takes(&second).await);
        s.rig.keeper.revoke(&account.id).await.unwrap();
        assert!(!s.takes(&second).await && s.rig.keeper.view().accounts.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_refuses_or_is_too_late() {
    let Some(s) = Stage::new() else { return };
    let (mut login, code, address, _) = s.code().await;
    Browser::new().enter_code(&address, Some(&code), "ada", false).await;
    s.later(6).await;
    assert_eq!(login.end().await.unwrap_err().code, "denied");

    let (mut login, ..) = s.code().await;
    s.later(6).await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert!(login.is_waiting());
    // Only the server's clock: it says that the code has expired.
    s.server.later(700).await;
    s.ahead.fetch_add(6, Ordering::Relaxed);
    assert_eq!(login.end().await.unwrap_err().code, "code-spent");
    assert!(s.rig.keeper.view().accounts.is_empty());
}
