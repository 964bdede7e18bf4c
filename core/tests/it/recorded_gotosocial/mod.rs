//! A real GoToSocial's recorded answers (core/tests/fixtures/gotosocial), replayed as a server: a login by each redirect,
//! whose token it is, pages of statuses, revocation, and its refusals, which are not the RFC's.

mod first_post;
mod server;

use std::sync::Arc;

use keybearer_core::error::ErrorView;
use keybearer_core::keeper::Output;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{AccountView, ExportEvent, ExportPlan};
use serde_json::json;
use tokio::sync::mpsc::unbounded_channel;
use url::Url;

use self::server::{GoToSocial, RECORDED, TOKENS};
use crate::browser::get;
use crate::cookie_browser::send;
use crate::rig::{Rig, soon};

/// A login by this redirect.
async fn log_in(rig: &Rig, server: &GoToSocial, redirect: RedirectKind) -> Result<AccountView, ErrorView> {
    let mut login = rig.wait(server.plan(redirect)).await;
    let home = server.consent(&rig.keeper.consent_link(&login.id).unwrap()).await;
    if redirect == RedirectKind::OutOfBand {
        let page = send(&home, "User-Agent: a browser\r\n", None).await;
        let code = page.body.split_once("<code>").unwrap().1.split_once("</code>").unwrap().0;
        rig.keeper.paste(&login.id, code).unwrap();
    } else {
        get(home.as_str()).await.unwrap();
    }
    login.end().await.map(|account| rig.account(&account))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_life_by_its_recorded_answers() {
    for (redirect, token) in [(RedirectKind::OutOfBand, TOKENS[0]), (RedirectKind::Loopback, TOKENS[1])] {
        let (rig, server) = (Rig::new(), GoToSocial::start().await);
        let account = log_in(&rig, &server, redirect).await.unwrap();
        assert!(account.name.starts_with("@memo@127.0.0.1"), "{}", account.name);
        assert!(
            account.verified.is_some() && account.trouble.is_none() && account.expires.is_none(),
            "{account:?}"
        );
        assert_eq!(account.user_id.as_deref(), Some("018ZGNMRGB2NDPQD31HDXJQ89Q"));
        assert_eq!(rig.token(&account.id).await, token);
        // Pages of statuses: the one that was recorded, and the empty one that its Link leads to.
        let plan = json!({ "account": account.id, "format": "jsonl", "filters": ["only_media"], "limit": null });
        let plan: ExportPlan = serde_json::from_value(plan).unwrap();
        let (report, mut events) = unbounded_channel();
        let path = rig.home.path().join("pictures.jsonl");
        let output = Output::File(path.clone());
        rig.keeper
            .start_export(plan, output, Arc::new(move |event| _ = report.send(event)))
            .unwrap();
        let count = loop {
            match soon("an export's end", events.recv()).await.unwrap() {
                ExportEvent::Done { count, .. } => break count,
                stopped @ ExportEvent::Stopped { .. } => panic!("{stopped:?}"),
                _ => {}
            }
        };
        let written = std::fs::read_to_string(path).unwrap();
        assert!(count == 1 && written.contains("01M80FJXW1TM402BQR489HVJJZ"), "{written}");
        assert_eq!(rig.keeper.view().clients.len(), 1);
        rig.keeper.revoke(&account.id).await.unwrap();
        assert_eq!(server.memory.lock().unwrap().revoked, [token]);
        assert!(rig.keeper.view().accounts.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_refusals_are_recognized() {
    for (path, recording, code) in [
        ("/oauth/token", "031-code-spent", "code-spent"),
        ("/oauth/token", "183-code-unknown", "code-spent"),
        ("/oauth/token", "169-secret-wrong", "client-auth"),
        ("/oauth/token", "182-redirect-not-covered", "redirect-mismatch"),
        ("/oauth/token", "rate-limited", "rate-limited"),
        ("/api/v1/apps", "rate-limited", "rate-limited"),
    ] {
        let (rig, server) = (Rig::new(), GoToSocial::start().await);
        server.instead(path, recording);
        let error = if path == "/api/v1/apps" {
            rig.fail(server.plan(RedirectKind::Loopback)).await
        } else {
            log_in(&rig, &server, RedirectKind::Loopback).await.unwrap_err()
        };
        assert_eq!(error.code, code, "{recording}: {error:?}");
        assert!(rig.keeper.view().accounts.is_empty());
    }
    // Whose token it is cannot be asked: it is kept, and the account says why.
    for (recording, code) in [("242-scope-missing", "missing-permission"), ("rate-limited", "rate-limited")] {
        let (rig, server) = (Rig::new(), GoToSocial::start().await);
        server.instead("/api/v1/accounts/verify_credentials", recording);
        let account = log_in(&rig, &server, RedirectKind::Loopback).await.unwrap();
        assert_eq!(account.trouble.unwrap().code, code);
        assert!(account.verified.is_none() && rig.token(&account.id).await == TOKENS[1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_by_redirect_ends_the_login() {
    for (recording, recorded) in [
        ("119-redirect-not-registered", "http://127.0.0.1:53219/callback"),
        ("129-scope-not-registered", "http://127.0.0.1:8765/callback"),
    ] {
        let (rig, server) = (Rig::new(), GoToSocial::start().await);
        let mut login = rig.wait(server.plan(RedirectKind::Loopback)).await;
        let (_, text) = RECORDED.iter().find(|(name, _)| *name == recording).unwrap();
        let location = text.lines().find_map(|l| l.strip_prefix("Location: ")).unwrap();
        let link = Url::parse(&rig.keeper.consent_link(&login.id).unwrap()).unwrap();
        let of = |name: &str| link.query_pairs().find(|(k, _)| k == name).unwrap().1.into_owned();
        let home = location
            .replace(recorded, &of("redirect_uri"))
            .replace("state=s", &format!("state={}", of("state")));
        get(&home).await.unwrap();
        let error = login.end().await.unwrap_err();
        assert!(
            error
                .detail
                .as_ref()
                .is_some_and(|d| d.contains("authorization server") || d.contains("scope")),
            "{error:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_is_dead_by_the_servers_own_word() {
    let (rig, server) = (Rig::new(), GoToSocial::start().await);
    let account = log_in(&rig, &server, RedirectKind::Loopback).await.unwrap();
    server.memory.lock().unwrap().revoked.push(TOKENS[1].into());
    assert!(rig.keeper.verify(&account.id).await.is_err());
    assert_eq!(rig.account(&account.id).trouble.unwrap().code, "token-dead");
    // A client whose secret the server no longer takes cannot revoke: nothing is deleted here.
    server.instead("/oauth/revoke", "290-revoke-refused");
    assert!(rig.keeper.revoke(&account.id).await.is_err());
    assert_eq!(rig.keeper.view().accounts.len(), 1);
    assert!(server.memory.lock().unwrap().asked.iter().any(|a| a == "POST /oauth/revoke"));
}
