//! No secret outside the store: a child makes whole logins, successful and not, while all logs at TRACE are collected. Then
//! each secret that the server gave out is searched for in all that was logged and written.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keybearer_core::ask::Credentials;
use keybearer_core::error::{Category, Error};
use keybearer_core::http::{Request, Response};
use keybearer_core::provider::RedirectKind;
use keybearer_core::redirect::waiting::{Answer as Arrived, Arrival};
use keybearer_core::token::{Secret, Token};
use keybearer_core::vault::Vault;
use keybearer_core::view::Target;
use keybearer_practice::delivery::{CREDENTIAL, MockTargets};
use keybearer_practice::{Answer, Endpoint, Fault, Flavor, Practice};
use serde_json::json;

use crate::browser::{Visit, visit};
use crate::children::{Keyring, in_session};
use crate::log::Log;
use crate::mock_keychain;
use crate::rig::{Rig, plan, practice};

#[test]
#[ignore = "needs a desktop: script/test core"]
fn no_secret_is_logged_or_written() {
    in_session(Keyring::Unlocked, "canary::child_logs_in_under_watch");
}

/// Every secret that this server gave out or was sent: tokens, codes, states, verifiers, client secrets.
fn secrets(p: &Practice) -> Vec<String> {
    let mut all = p.tokens();
    for request in p.requests() {
        for name in ["client_secret", "code", "code_verifier", "token", "refresh_token"] {
            all.extend(request.form_param(name));
        }
        all.extend(request.query_param("state"));
        all.extend(request.header("authorization").and_then(|a| a.split(' ').nth(1)).map(str::to_owned));
    }
    all.sort();
    all.dedup();
    all
}

/// Everything that is shown of an error.
fn shown(said: &mut String, error: &Error) {
    let view = error.view();
    write!(said, "{error} {error:?} {view:?} {}", serde_json::to_string(&view).unwrap()).unwrap();
}

/// What opens the file that goes to another machine.
const PASSPHRASE: &str = "canary horse battery";

/// To another machine and back, well and badly: the file is among what was written.
async fn moves(rig: &Rig, said: &mut String) {
    let picked: Vec<String> = rig.keeper.view().accounts.into_iter().map(|a| a.id).collect();
    let folder = rig.home.path();
    match rig.keeper.export(&picked, Secret::new(PASSPHRASE), false, folder).await {
        Ok(done) => {
            let file = std::fs::read_to_string(&done.path).unwrap();
            let there = Rig::new();
            shown(
                said,
                &there.keeper.import(file.clone(), Secret::new("canary horse")).await.unwrap_err(),
            );
            let cut = file[..file.len() / 2].to_owned();
            shown(said, &there.keeper.import(cut, Secret::new(PASSPHRASE)).await.unwrap_err());
            let arrived = there.keeper.import(file.clone(), Secret::new(PASSPHRASE)).await.unwrap();
            write!(said, "{done:?} {arrived:?} {file} {}", there.book()).unwrap();
        }
        // Practice accounts stay.
        Err(error) => shown(said, &error),
    }
}

/// Brought to places that take it, and to some that say it again and refuse.
async fn delivers(rig: &Rig, said: &mut String) {
    let depot = MockTargets::start().await.unwrap();
    let account = rig.keeper.view().accounts.remove(0).id;
    let token = rig.token(&account).await;
    let words = |script: &str| Target::Program {
        words: ["/bin/sh", "-c", script].map(str::to_owned).into(),
    };
    let vault = Target::Openbao {
        url: depot.origin().to_owned(),
        namespace: None,
        mount: "kv".into(),
        path: "bot".into(),
        key: "token".into(),
    };
    let github = Target::Github {
        api: format!("{}/github", depot.origin()),
        repository: "ada/bot".into(),
        name: "TOKEN".into(),
    };
    for target in [words("cat >&2; exit 1"), words("cat > /dev/null"), vault, github] {
        let credential = Some(Secret::new(CREDENTIAL));
        let id = rig.keeper.add_delivery(&account, target, credential).await.unwrap();
        rig.keeper.rest(Duration::from_secs(20)).await;
        depot.fail_next(
            422,
            json!({ "message": format!("no: {token} {CREDENTIAL}"), "errors": [CREDENTIAL] }),
        );
        if let Err(error) = rig.keeper.deliver(&id).await {
            shown(said, &error);
        }
        assert!(
            rig.keeper
                .view()
                .deliveries
                .iter()
                .any(|d| d.id == id && (d.later.is_some() || d.done.is_some()))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_logs_in_under_watch() {
    let log = Log::of_this_process();
    let panics = Arc::new(Mutex::new(String::new()));
    let heard = panics.clone();
    std::panic::set_hook(Box::new(move |info| write!(heard.lock().unwrap(), "{info}").unwrap()));

    let (mut said, mut all) = (String::new(), Vec::new());
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        p.answer_with(Answer::RefreshToken);
        for redirect in [
            RedirectKind::Loopback,
            RedirectKind::PrivateUseScheme,
            RedirectKind::Paste,
            RedirectKind::OutOfBand,
        ] {
            let trip = rig.log_in(plan(&rig, &p, redirect)).await;
            write!(said, "{:?}", trip.events).unwrap();
        }
        let account = rig.keeper.view().accounts.remove(0);
        let keychain = mock_keychain::keychain(rig.home.path());
        let key = format!("account/{}", account.id);
        let stored = tokio::task::spawn_blocking(move || keychain.read(&key))
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        let stored: serde_json::Value = serde_json::from_str(stored.expose()).unwrap();
        all.extend(["access_token", "refresh_token"].map(|n| stored[n].as_str().unwrap().to_owned()));
        delivers(&rig, &mut said).await;
        for fault in [
            Fault::ExpiredCode,
            Fault::Drop,
            Fault::Status(500),
            Fault::Html,
            Fault::Garbage,
            Fault::WrongTypes,
            Fault::RedirectTo("https://x.example".into()),
        ] {
            let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
            p.fail_next(Endpoint::Token, fault.clone());
            let link = rig.keeper.consent_link(&login.id).unwrap();
            let wrong = rig.keeper.paste(&login.id, &format!("{link}x")).unwrap_err();
            shown(&mut said, &wrong);
            visit(&link, &Visit::allow("ada"), &rig.keeper).await;
            let end = login.end().await.unwrap_err();
            write!(said, "{end:?} {:?}", login.seen).unwrap();
            p.fail_next(Endpoint::VerifyCredentials, fault.clone());
            if let Err(error) = rig.keeper.verify(&account.id).await {
                shown(&mut said, &error);
            }
            p.fail_next(Endpoint::Revoke, fault);
            if let Err(error) = rig.keeper.revoke(&account.id).await {
                shown(&mut said, &error);
            }
        }
        moves(&rig, &mut said).await;
        all.extend([PASSPHRASE, CREDENTIAL].map(str::to_owned));
        let view = rig.keeper.view();
        write!(
            said,
            "{view:?} {} {}",
            serde_json::to_string(&view).unwrap(),
            rig.keeper.diagnostics()
        )
        .unwrap();
        write!(said, "{}", rig.book()).unwrap();
        all.extend(secrets(&p));
    }
    all.retain(|s| !s.is_empty());
    all.sort();
    all.dedup();
    assert!(all.len() > 30, "there was something to look for: {}", all.len());

    // What a panic would print of the types that hold them.
    for secret in &all {
        let held = Secret::new(secret.as_str());
        let token = Token {
            token_secret: Some(held.clone()),
            refresh_token: Some(held.clone()),
            ..Token::new(held.clone(), 0)
        };
        let credentials = Credentials {
            client_id: "id".into(),
            client_secret: Some(held.clone()),
            client_type: None,
        };
        let request = Request {
            what: "token",
            method: "POST",
            url: format!("https://h.example/token?client_secret={secret}").parse().unwrap(),
            secret_path: false,
            headers: vec![("authorization".into(), held.clone())],
            body: Some(("application/x-www-form-urlencoded", held.clone())),
            file: None,
        };
        let response = Response {
            status: 200,
            content_type: String::new(),
            location: None,
            retry_after: None,
            date: None,
            headers: Vec::new(),
            body: held.clone(),
        };
        let arrival = Arrival::Answer(Ok(Arrived {
            code: held.clone(),
            username: None,
            redirect: RedirectKind::Loopback,
        }));
        let parts: [&(dyn Debug + Send + Sync); 5] = [&held, &token, &credentials, &request, &response];
        let printed = parts.map(|part| format!("{part:?}")).join(" ");
        let _ = std::panic::catch_unwind(|| panic!("{printed}"));
        write!(said, "{arrival:?}").unwrap();
    }
    let logged = log.text();
    assert!(logged.contains("redirect") && logged.contains("login done"), "the log was on");
    let argv = std::fs::read_to_string("/proc/self/cmdline").unwrap();
    let panicked = panics.lock().unwrap().clone();
    assert!(panicked.contains("Secret(…)"));
    let _ = std::panic::take_hook();
    for secret in &all {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for (place, text) in [
            ("the log", &logged),
            ("what is shown", &said),
            ("argv", &argv),
            ("a panic", &panicked),
        ] {
            for written in [secret, &encoded] {
                let at = text.find(written.as_str());
                let around = at.map(|at| text.get(at.saturating_sub(120)..at).unwrap_or_default());
                assert!(at.is_none(), "a secret is in {place}, after: {around:?}");
            }
        }
    }
    let refused = Error::Refused {
        category: Category::Refused,
        status: 400,
        words: None,
        retry_after: None,
        action: None,
    };
    assert_eq!(refused.to_string(), "refused by the provider: Refused (HTTP 400)");
}
