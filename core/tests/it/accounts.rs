//! What is won is kept: an identity that cannot be asked, the same person again, the same token again, revoking, deleting.

use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::{Settings, StepKind};
use keybearer_practice::{Endpoint, Fault, Flavor};

use crate::browser::{Visit, visit};
use crate::rig::{Habit, Rig, asked, plan, practice, steps};

const ALL: [Flavor; 3] = [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_kept_where_the_identity_cannot_be_asked_and_heals() {
    for (flavor, fault, code) in [
        (Flavor::Mastodon, Fault::Status(500), "transient"),
        (Flavor::GoToSocial, Fault::Drop, "server-unreachable"),
        (Flavor::Practice, Fault::Html, "captive-portal"),
        (Flavor::GoToSocial, Fault::WrongTypes, "answer-unreadable"),
        (Flavor::Mastodon, Fault::Huge, "answer-too-large"),
        (Flavor::Mastodon, Fault::TooMany { retry_after: None }, "rate-limited"),
        (Flavor::Mastodon, Fault::RedirectTo("https://evil.example/".into()), "redirected"),
    ] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        p.fail_always(Endpoint::VerifyCredentials, Some(fault.clone()));
        let trip = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert!(!steps(&trip.events).contains(&StepKind::IdentityVerified) && steps(&trip.events).contains(&StepKind::Stored));
        let id = trip.account.id;
        assert_eq!(
            (trip.account.verified, trip.account.trouble.unwrap().code.as_str()),
            (None, code),
            "{fault:?}"
        );
        assert_eq!(vec![rig.token(&id).await], p.tokens());
        assert_eq!(rig.keeper.verify(&id).await.unwrap_err().code(), code);

        p.fail_always(Endpoint::VerifyCredentials, None);
        rig.keeper.verify(&id).await.unwrap();
        let healed = rig.account(&id);
        assert!(healed.name.starts_with("@ada") && healed.user_id.is_some() && healed.verified.is_some() && healed.trouble.is_none());
        // And the same person again is the same account.
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(rig.keeper.view().accounts.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_person_again_is_the_same_account() {
    for flavor in ALL {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        let first = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        let again = rig.log_in(plan(&rig, &p, RedirectKind::PrivateUseScheme)).await.account;
        assert_eq!((&first.id, again.redirect), (&again.id, RedirectKind::PrivateUseScheme));
        let token = rig.token(&again.id).await;
        assert!(p.tokens().contains(&token), "a living token is kept");
        rig.habit(Habit::Allow("grace"));
        let other = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        assert_ne!(other.id, first.id);
        assert_eq!(rig.keeper.view().accounts.len(), 2);
        let opened = rig.opened();
        assert!(!opened[2].contains("force_login"));
        let mut forced = plan(&rig, &p, RedirectKind::Loopback);
        forced.force_login = true;
        rig.log_in(forced).await;
        assert!(rig.opened()[3].contains("&force_login=true"));
        assert_eq!(asked(&p, "/oauth/revoke"), 0, "nothing is ever revoked by itself");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_login_with_the_same_token_is_reported() {
    for (flavor, same) in [(Flavor::Mastodon, true), (Flavor::GoToSocial, false)] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
        let first = rig.token(&id).await;
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(rig.token(&id).await == first, same);
        let provider = rig.account(&id).provider;
        let view = rig.keeper.view();
        assert_eq!(view.providers.iter().find(|p| p.id == provider).unwrap().reuses_token, same);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoke_ends_the_token_there_and_deletes_it_here() {
    for flavor in ALL {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
        let token = rig.token(&id).await;
        for (fault, code) in [
            (Fault::Status(500), "transient"),
            (Fault::Status(403), "refused"),
            (Fault::Drop, "server-unreachable"),
            (Fault::RedirectTo("https://evil.example/".into()), "redirected"),
            (
                Fault::TooMany {
                    retry_after: Some("7".into()),
                },
                "rate-limited",
            ),
        ] {
            p.fail_next(Endpoint::Revoke, fault.clone());
            assert_eq!(rig.keeper.revoke(&id).await.unwrap_err().code(), code, "{flavor:?} {fault:?}");
            assert_eq!(rig.token(&id).await, token, "a refused revocation leaves everything");
        }
        rig.keeper.revoke(&id).await.unwrap();
        assert!(p.tokens().is_empty() && rig.keeper.view().accounts.is_empty());
        assert_eq!(
            rig.keeper.access_token(&id, Purpose::Token).await.unwrap_err().code(),
            "account-unknown"
        );
        let sent = p.requests().into_iter().rfind(|r| r.path == "/oauth/revoke").unwrap();
        assert_eq!(sent.form_param("token").as_ref(), Some(&token));
        assert!(sent.query.is_empty() && sent.header("content-type") == Some("application/x-www-form-urlencoded"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoking_needs_the_clients_credentials() {
    for flavor in ALL {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        rig.keeper
            .replace_secret(&account.client, "", Secret::new(" wrong "))
            .await
            .unwrap();
        assert_eq!(rig.keeper.client_secret(&account.client).await.unwrap().expose(), "wrong");
        assert_eq!(rig.keeper.revoke(&account.id).await.unwrap_err().code(), "client-auth");
        assert_eq!(p.tokens(), vec![rig.token(&account.id).await]);
        assert_eq!(
            rig.keeper
                .replace_secret(&account.client, "", Secret::new(" "))
                .await
                .unwrap_err()
                .code(),
            "input-invalid"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_sends_nothing_to_the_provider() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    assert_eq!(rig.keeper.delete_client(&account.client).await.unwrap_err().code(), "client-in-use");
    let before = p.requests().len();
    rig.keeper.delete_account(&account.id).await.unwrap();
    assert_eq!((p.requests().len(), p.tokens().len()), (before, 1));
    assert_eq!(rig.keeper.delete_account(&account.id).await.unwrap_err().code(), "account-unknown");
    rig.keeper.delete_client(&account.client).await.unwrap();
    assert!(rig.keeper.view().clients.is_empty());
    assert_eq!(
        rig.keeper.client_secret(&account.client).await.unwrap_err().code(),
        "client-unknown"
    );
    // A new start, as if nothing had been.
    rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_token_is_reported_and_kept() {
    for flavor in ALL {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
        p.kill_tokens();
        assert_eq!(rig.keeper.verify(&id).await.unwrap_err().code(), "token-dead");
        let account = rig.account(&id);
        assert_eq!(account.trouble.unwrap().code, "token-dead");
        assert!(account.verified.is_some() && !rig.token(&id).await.is_empty());
        let again = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        assert!(again.id == id && again.trouble.is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_accounts_of_a_stopped_practice_server() {
    let (rig, p) = (Rig::new(), practice(Flavor::Practice).await);
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    assert!(account.practice && !account.practice_over && rig.keeper.practice_is_used());
    let token = rig.token(&account.id).await;
    let rig = rig.restart();
    let found = rig.account(&account.id);
    assert!(found.practice && found.practice_over, "nobody has said where practice runs");
    assert!(!rig.keeper.practice_is_used());
    assert_eq!(rig.token(&account.id).await, token);
    let handed_out = rig.keeper.access_token(&account.id, Purpose::Token).await;
    assert_eq!(handed_out.unwrap_err().code(), "practice-over");
    assert_eq!(rig.keeper.verify(&account.id).await.unwrap_err().code(), "practice-over");
    assert_eq!(rig.keeper.revoke(&account.id).await.unwrap_err().code(), "practice-over");
    let mut over = plan(&rig, &p, RedirectKind::Loopback);
    rig.keeper.end_practice();
    assert_eq!(rig.fail(over.clone()).await.code, "practice-over");
    over.redirect = None;
    assert!(rig.keeper.announce_practice(p.origin()).unwrap());
    rig.keeper.verify(&account.id).await.unwrap();
    assert_eq!(
        rig.log_in(over).await.account.redirect,
        RedirectKind::Loopback,
        "without a choice, the first redirect"
    );
    rig.keeper.delete_account(&account.id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_deletions_race_a_login() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    let ada = Visit::allow("ada");
    let (a, b, _) = tokio::join!(
        rig.keeper.delete_account(&id),
        rig.keeper.delete_account(&id),
        visit(&link, &ada, &rig.keeper)
    );
    assert!(a.is_ok() || b.is_ok());
    // Whichever came last: what the view shows can be read.
    if let Ok(account) = login.end().await {
        for shown in rig.keeper.view().accounts {
            assert_eq!(shown.id, account);
            assert!(!rig.token(&shown.id).await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_cannot_write_does_not_lose_the_token() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    rig.keeper.use_sealed_file(Secret::new("a few good words")).await.unwrap();
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let sealed = rig.home.path().join("data/sealed");
    let aside = rig.home.path().join("aside");
    std::fs::rename(&sealed, &aside).unwrap();
    let link = rig.keeper.consent_link(&login.id).unwrap();
    visit(&link, &Visit::allow("ada"), &rig.keeper).await;
    let id = login.end().await.unwrap();
    assert!(rig.account(&id).unstored);
    assert_eq!(vec![rig.token(&id).await], p.tokens());
    assert_eq!(rig.keeper.check_store().await.unwrap_err().code(), "disk");
    std::fs::rename(&aside, &sealed).unwrap();
    rig.keeper.check_store().await.unwrap();
    assert!(!rig.account(&id).unstored && sealed.join(format!("account-{id}.age")).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_and_the_folds_of_the_list_are_settings() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let written = serde_json::to_value(rig.keeper.view().settings).unwrap();
    assert!(
        written.get("order").is_none() && written.get("folded").is_none(),
        "an older version reads the book"
    );
    let settings = Settings {
        order: vec!["gone".into(), id.clone()],
        folded: vec!["mastodon".into()],
        ..Settings::default()
    };
    rig.keeper.change_settings(settings).unwrap();
    let kept = rig.keeper.view().settings;
    assert_eq!((kept.order, kept.folded), (vec![id], vec!["mastodon".to_owned()]));
    let before: Settings = serde_json::from_value(written).unwrap();
    assert_eq!(before, Settings::default(), "a book without them");
}
