//! Whole logins at the practice platform, by the ways an answer can take on every system, over a restart and a change of
//! stores; and the redirect's own test.

use std::sync::Arc;
use std::time::Duration;

use keybearer_core::keeper::Keeper;
use keybearer_core::provider::RedirectKind;
use keybearer_core::vault::Vault as _;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::view::LoginEvent;
use keybearer_practice::{Flavor, Practice};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::browser::{self, Landing, Visit, visit};
use crate::keeper::keeper;
use crate::plan::{known, plan};
use crate::{need_own_keychain, secret};

struct Rig {
    keeper: Keeper,
    home: TempDir,
    opened: UnboundedReceiver<String>,
    service: String,
}

fn rig(home: TempDir) -> Rig {
    let service = format!("test {}", home.path().display());
    need_own_keychain();
    let (keeper, opened) = keeper(home.path(), &service);
    Rig {
        keeper,
        home,
        opened,
        service,
    }
}

async fn log_in(rig: &mut Rig, practice: &Practice, redirect: RedirectKind, person: &'static str) -> String {
    let plan = plan(&rig.keeper, practice, redirect);
    let (report, mut events) = unbounded_channel();
    rig.keeper.start_login(plan, Arc::new(move |event| _ = report.send(event)));
    loop {
        tokio::select! {
            Some(address) = rig.opened.recv() => {
                let landing = visit(&address, &Visit::allow(person), &rig.keeper).await;
                assert!(!matches!(landing, Landing::Page(_)), "{landing:?}");
            }
            event = events.recv() => match event.unwrap() {
                LoginEvent::Done { account } => return account,
                LoginEvent::Failed { error } => panic!("{error:?}"),
                _ => {}
            },
            () = tokio::time::sleep(Duration::from_secs(60)) => panic!("nothing came"),
        }
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
async fn a_whole_life() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let practice = Practice::start(flavor).await.unwrap();
        let mut r = rig(TempDir::new().unwrap());
        r.keeper.check_store().await.unwrap();
        for (redirect, person) in [(RedirectKind::Loopback, "ada"), (RedirectKind::PrivateUseScheme, "grace")] {
            let id = log_in(&mut r, &practice, redirect, person).await;
            let token = r.keeper.shown_token(&id).await.unwrap();
            assert!(practice.tokens().iter().any(|t| t == token.expose()));
            r.keeper.verify(&id).await.unwrap();
        }
        // The same folders, as after a restart.
        let mut r = rig(r.home);
        known(&r.keeper, &practice);
        let ids: Vec<String> = r.keeper.view().accounts.iter().map(|a| a.id.clone()).collect();
        assert_eq!(ids.len(), 2);
        for id in &ids {
            r.keeper.shown_token(id).await.unwrap();
        }
        r.keeper.use_sealed_file(secret("correct horse battery staple")).await.unwrap();
        log_in(&mut r, &practice, RedirectKind::PrivateUseScheme, "ada").await;
        assert_eq!(r.keeper.view().accounts.len(), 2, "the same person's");
        for id in &ids {
            r.keeper.delete_account(id).await.unwrap();
        }
        assert!(r.keeper.view().accounts.is_empty());
        let keychain = Keychain::new(&r.service);
        for id in ids {
            assert!(keychain.read(&format!("account/{id}")).unwrap().is_none());
        }
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test core")]
async fn the_redirects_own_test() {
    let home = TempDir::new().unwrap();
    need_own_keychain();
    let (keeper, mut opened) = keeper(home.path(), "test redirects");
    tokio::spawn(async move {
        while let Some(address) = opened.recv().await {
            browser::follow(&address).await;
        }
    });
    let test = keeper.test_redirect(RedirectKind::Loopback).await;
    assert!(test.ok, "{test:?}");
}
