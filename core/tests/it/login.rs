//! From click to keychain: a first token by every redirect of every platform, registrations, ports, consent that is given,
//! refused, cancelled or forgotten.

use std::time::Duration;

use keybearer_core::login::PATIENCE;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{LoginEvent, StepKind, StoreKind};
use keybearer_practice::{Endpoint, Fault, Flavor, Practice};

use crate::browser::{Landing, Visit, follow, get, visit};
use crate::rig::{Habit, Rig, asked, plan, practice, soon, steps};
use crate::system::is_named;

const STEPS: [StepKind; 8] = [
    StepKind::ServerFound,
    StepKind::RedirectOpen,
    StepKind::ClientReady,
    StepKind::BrowserOpened,
    StepKind::AnswerReceived,
    StepKind::TokenReceived,
    StepKind::IdentityVerified,
    StepKind::Stored,
];

/// The whole trip, and everything that must be true afterwards.
async fn first_token(flavor: Flavor, redirect: RedirectKind) {
    let (rig, p) = (Rig::new(), practice(flavor).await);
    let trip = rig.log_in(plan(&rig, &p, redirect)).await;
    assert_eq!(steps(&trip.events), STEPS, "each step, in order");

    let host = p.origin().strip_prefix("http://").unwrap();
    let named = [format!("@ada@{host}"), "@ada".to_owned()];
    let account = trip.account;
    assert_eq!(account.name, named[usize::from(flavor == Flavor::Practice)]);
    assert_eq!(account.display_name.as_deref(), Some("Ada Practice"));
    assert!(account.user_id.unwrap().len() > 16, "an id beyond 2^53 came whole");
    assert_eq!(account.server.as_deref(), Some(host));
    assert_eq!((account.scopes, account.declined), (vec!["read".to_owned()], vec![]));
    assert_eq!(
        (account.redirect, account.store, account.unstored),
        (redirect, StoreKind::Keychain, false)
    );
    assert!(account.verified.is_some() && account.trouble.is_none() && account.expires.is_none());
    assert_eq!(
        vec![rig.token(&account.id).await],
        p.tokens(),
        "the token is the server's, verbatim"
    );

    let requests = p.requests();
    let find = |path: &str| requests.iter().find(|r| r.path == path).unwrap();
    let (sent, redeemed) = (find("/oauth/authorize"), find("/oauth/token"));
    let uri = sent.query_param("redirect_uri").unwrap();
    assert_eq!(redeemed.form_param("redirect_uri").as_ref(), Some(&uri), "RFC 6749 §4.1.3");
    let registered = find("/api/v1/apps").form_param("redirect_uris").unwrap();
    assert!(registered.split('\n').any(|r| r == uri), "{uri} in {registered}");
    assert!(
        trip.events
            .iter()
            .any(|e| matches!(e, LoginEvent::Waiting { redirect_uri, .. } if *redirect_uri == uri))
    );
    assert_eq!(sent.query_param("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(redeemed.form_param("code_verifier").unwrap().len(), 43);
    let state = sent.query_param("state").unwrap();
    assert!(state.len() == 43 && state.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    assert_eq!(
        (redeemed.header("accept"), redeemed.header("authorization")),
        (Some("application/json"), None)
    );
    assert!(
        p.requests()
            .iter()
            .all(|r| r.header("user-agent").is_some_and(|a| !a.is_empty()) && r.header("cookie").is_none())
    );

    match (
        redirect,
        if redirect == RedirectKind::Loopback {
            Some(rig.landing().await)
        } else {
            None
        },
    ) {
        (RedirectKind::Loopback, Some(Landing::Home(at, page))) => {
            assert!(at.ends_with("/done") && page.status == 200, "{at}");
        }
        (RedirectKind::Loopback, other) => panic!("{other:?}"),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_token_by_every_redirect_of_every_platform() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        for redirect in [
            RedirectKind::Loopback,
            RedirectKind::PrivateUseScheme,
            RedirectKind::Paste,
            RedirectKind::OutOfBand,
        ] {
            first_token(flavor, redirect).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_is_kept_for_its_host_redirect_and_scopes() {
    let (rig, p, other) = (Rig::new(), practice(Flavor::Mastodon).await, practice(Flavor::Mastodon).await);
    let registrations = |p: &Practice| asked(p, "/api/v1/apps");
    let mut wide = plan(&rig, &p, RedirectKind::Loopback);
    wide.scopes.push("write".into());
    rig.log_in(wide.clone()).await;
    rig.log_in(wide.clone()).await;
    assert_eq!(registrations(&p), 1, "the second login registers nothing");
    rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    rig.log_in(plan(&rig, &p, RedirectKind::PrivateUseScheme)).await;
    rig.log_in(plan(&rig, &p, RedirectKind::OutOfBand)).await;
    assert_eq!(registrations(&p), 1, "fewer scopes and other redirects are covered");
    let mut wider = wide.clone();
    wider.scopes.push("profile".into());
    rig.log_in(wider).await;
    assert_eq!(registrations(&p), 2, "a scope that was not registered is");
    let mut renamed = wide.clone();
    renamed.client_name = "Another".into();
    rig.log_in(renamed).await;
    assert_eq!(registrations(&p), 3, "a name of the person's choice is another client");
    rig.log_in(plan(&rig, &other, RedirectKind::Loopback)).await;
    assert_eq!((registrations(&p), registrations(&other)), (3, 1));
    assert_eq!(rig.keeper.view().clients.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_forgotten_the_client_gets_it_again_silently() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        let first = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        p.forget_apps();
        let second = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        assert_eq!(asked(&p, "/api/v1/apps"), 2);
        let view = rig.keeper.view();
        assert_eq!(
            (view.clients.len(), view.accounts.len()),
            (1, 1),
            "{flavor:?}: the same client, the same account"
        );
        assert_eq!(first.id, second.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_port_that_was_registered_is_used_again() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let uri = |n: usize| {
        let opened = rig.opened();
        let (_, query) = opened[n].split_once('?').unwrap();
        let found = url::form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == "redirect_uri");
        found.unwrap().1.into_owned()
    };
    rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    assert_eq!(uri(0), uri(1));
    assert_eq!(asked(&p, "/api/v1/apps"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_port_is_said_with_its_owner_before_the_browser_opens() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    // The first keeper's redirect is still ajar: to the second one that is somebody else's port.
    let rig = rig.restart();
    let error = rig.fail(plan(&rig, &p, RedirectKind::Loopback)).await;
    assert_eq!(error.code, "port-taken");
    assert!(is_named(&error.params["owner"]), "{error:?}");
    assert!(rig.opened().is_empty(), "said before the browser opens");
    assert_eq!(asked(&p, "/api/v1/apps"), 1, "and before anything is registered");
    rig.log_in(plan(&rig, &p, RedirectKind::OutOfBand)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_ports_are_not_compared_another_one_serves_the_same_client() {
    for flavor in [Flavor::Practice, Flavor::Mastodon] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        let first = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        let rig = rig.restart();
        let second = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
        assert_eq!(asked(&p, "/api/v1/apps"), 1, "RFC 8252 §7.3: no new registration for another port");
        assert_eq!((first.id, rig.keeper.view().clients.len()), (second.id, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn denied() {
    for (flavor, habit) in [(Flavor::Mastodon, Habit::Deny), (Flavor::GoToSocial, Habit::Allow("ada"))] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        p.fail_next(Endpoint::Authorize, Fault::Deny);
        rig.habit(habit);
        let error = rig.fail(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(error.code, "denied");
        assert!(error.detail.unwrap().contains("denied the request"), "the server's own words");
        assert!(matches!(rig.landing().await, Landing::Home(at, _) if at.ends_with("/denied")));
        assert!(rig.keeper.view().accounts.is_empty() && p.tokens().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denial_without_state_is_a_hint_and_the_login_waits_on() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    rig.habit(Habit::Nothing);
    let mut login = rig.start(plan(&rig, &p, RedirectKind::Loopback));
    let uri = login.until_waiting().await;
    let reply = get(&format!("{uri}?error=access_denied&error_description=No+%3Cb%3Ethanks"))
        .await
        .unwrap();
    assert_eq!((reply.status, reply.header("location")), (303, "/denied"));
    let hint = login.hint().await;
    assert_eq!(
        (hint.code.as_str(), hint.detail.as_deref()),
        ("denied-without-state", Some("No <b>thanks"))
    );
    assert!(login.is_waiting());
    let link = rig.keeper.consent_link(&login.id).unwrap();
    visit(&link, &Visit::allow("ada"), &rig.keeper).await;
    login.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_in_each_phase() {
    let p = practice(Flavor::Mastodon).await;
    let rig = Rig::new();
    let slow = Fault::Slow(Duration::from_secs(20));
    for (endpoint, path) in [
        (Endpoint::NodeInfo, "/.well-known/nodeinfo"),
        (Endpoint::Metadata, "/.well-known/oauth-authorization-server"),
        (Endpoint::Apps, "/api/v1/apps"),
    ] {
        p.fail_next(endpoint, slow.clone());
        let before = asked(&p, path);
        let mut login = rig.start(plan(&rig, &p, RedirectKind::Loopback));
        soon("the request", async {
            while asked(&p, path) == before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        rig.keeper.cancel_login(&login.id).unwrap();
        assert_eq!(login.end().await.unwrap_err().code, "cancelled", "{endpoint:?}");
        assert_eq!(rig.keeper.cancel_login(&login.id).unwrap_err().code(), "login-unknown");
    }
    let rig = Rig::new();
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    rig.keeper.cancel_login(&login.id).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "cancelled");
    let Landing::Home(_, late) = visit(&link, &Visit::allow("ada"), &rig.keeper).await else {
        panic!()
    };
    assert_eq!(late.status, 404, "a callback after Cancel finds nobody");
    assert!(rig.keeper.view().accounts.is_empty());
    assert_eq!(rig.keeper.consent_link(&login.id).unwrap_err().code(), "login-unknown");

    // Once the answer is there, Cancel comes too late: what is won is kept.
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    p.fail_next(Endpoint::Token, Fault::Slow(Duration::from_millis(300)));
    let link = rig.keeper.consent_link(&login.id).unwrap();
    visit(&link, &Visit::allow("ada"), &rig.keeper).await;
    rig.keeper.cancel_login(&login.id).unwrap();
    let account = login.end().await.unwrap();
    assert!(p.tokens().contains(&rig.token(&account).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_wait_at_once_and_are_answered_in_the_other_order() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let mut first = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let mut second = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let link = |id: &str| rig.keeper.consent_link(id).unwrap();
    visit(&link(&second.id), &Visit::allow("grace"), &rig.keeper).await;
    let grace = second.end().await.unwrap();
    assert!(first.is_waiting());
    visit(&link(&first.id), &Visit::allow("ada"), &rig.keeper).await;
    let ada = first.end().await.unwrap();
    assert!(rig.account(&grace).name.starts_with("@grace@") && rig.account(&ada).name.starts_with("@ada@"));
    assert_eq!(asked(&p, "/api/v1/apps"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_once_for_one_person_are_one_account() {
    for _ in 0..4 {
        let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
        let mut first = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
        let mut second = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
        let visits = [&first, &second].map(|l| rig.keeper.consent_link(&l.id).unwrap()).map(|link| {
            let keeper = rig.keeper.clone();
            tokio::spawn(async move { visit(&link, &Visit::allow("ada"), &keeper).await })
        });
        for visit in visits {
            visit.await.unwrap();
        }
        let ids = [first.end().await.unwrap(), second.end().await.unwrap()];
        assert_eq!((ids[0] == ids[1], rig.keeper.view().accounts.len()), (true, 1));
        assert!(p.tokens().contains(&rig.token(&ids[0]).await));
    }
}

#[tokio::test]
async fn a_login_times_out_after_ten_minutes() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    let jump = async |by: Duration| {
        tokio::time::pause();
        tokio::time::advance(by).await;
        tokio::time::resume();
    };
    jump(PATIENCE - Duration::from_secs(5)).await;
    tokio::task::yield_now().await;
    assert!(login.is_waiting());
    jump(Duration::from_secs(6)).await;
    let error = login.end().await.unwrap_err();
    assert_eq!((error.code.as_str(), error.params["minutes"].as_str()), ("timed-out", "10"));
    let Landing::Home(_, late) = visit(&link, &Visit::allow("ada"), &rig.keeper).await else {
        panic!()
    };
    assert_eq!(late.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_browser_the_link_can_still_be_copied() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    rig.habit(Habit::NoBrowser);
    let mut login = rig.start(plan(&rig, &p, RedirectKind::Loopback));
    assert_eq!(login.hint().await.code, "browser-not-opened");
    let link = rig.keeper.consent_link(&login.id).unwrap();
    assert_eq!(rig.keeper.open_again(&login.id).unwrap_err().code(), "browser-not-opened");
    visit(&link, &Visit::allow("ada"), &rig.keeper).await;
    login.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reloaded_callback_redeems_nothing_twice() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    let home = crate::browser::consent(&link, &Visit::allow("ada")).await.unwrap();
    assert!(follow(&home).await.unwrap().0.ends_with("/done"));
    login.end().await.unwrap();
    let redeemed = asked(&p, "/oauth/token");
    assert!(soon("the reload", follow(&home)).await.unwrap().0.ends_with("/already"));
    assert_eq!(asked(&p, "/oauth/token"), redeemed);
}
