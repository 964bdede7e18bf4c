//! OAuth 2.0 at X: both types of client, every redirect, what billing refuses, and the one login a person has.

use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::redirect::RELAYED;
use keybearer_core::redirect::waiting::Verdict;
use keybearer_core::view::LoginPlan;
use keybearer_practice::Fault;
use keybearer_practice::x::{self, AppType, Failure, Message};

use super::{PORT, Stage};
use crate::browser::Landing;
use crate::https_redirect::web_space;
use crate::rig::{Habit, steps};

/// The requests of one message: Authorization header, body.
fn sent(s: &Stage, message: Message) -> Vec<(String, String)> {
    let requests = s.x.requests().into_iter().filter(|(m, _)| *m == Some(message));
    requests
        .map(|(_, r)| {
            let header = r.headers.iter().find(|(n, _)| n == "authorization").map(|(_, v)| v.clone());
            (header.unwrap_or_default(), r.body.clone())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_client_says_its_id_and_nothing_secret() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    assert_eq!((account.name.as_str(), account.verified.is_some()), ("@ada", true));
    assert!(account.trouble.is_none() && account.declined.is_empty());
    let opened = s.rig.opened().remove(0);
    let one = |name: &str| {
        let url = url::Url::parse(&opened).unwrap();
        url.query_pairs().find(|(k, _)| k == name).unwrap().1.into_owned()
    };
    assert_eq!(
        opened.replace(&one("state"), "STATE").replace(&one("code_challenge"), "CHALLENGE"),
        format!(
            "{}/i/oauth2/authorize?response_type=code&client_id={}&redirect_uri=http%3A%2F%2F127.0.0.1%3A47020%2Fcallback%2Fx\
             &scope=offline.access+tweet.read+tweet.write+users.read&state=STATE&code_challenge=CHALLENGE&code_challenge_method=S256",
            s.x.origin(),
            x::CLIENT_ID
        )
    );
    let (header, body) = sent(&s, Message::Token).remove(0);
    assert!(header.is_empty() && body.contains(&format!("client_id={}", x::CLIENT_ID)) && body.contains("code_verifier="));
    assert_eq!((s.x.count(Message::Me), s.x.cents()), (1, 1), "asked once: it costs money");
    assert!(account.renews_on_demand);
    assert_eq!(account.expires.unwrap() - account.issued, 7200);
    assert_eq!(account.renews_until.unwrap() - account.issued, 180 * 86_400);
    assert_eq!(account.renews_from.unwrap(), account.expires.unwrap() - 300);
    let token = s.rig.token(&account.id).await;
    assert!(s.x.token(&token).unwrap().alive);
    assert!(s.provider("x-here").one_login && s.provider("x-here").identity_costs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confidential_client_uses_basic_and_never_the_body() {
    let s = Stage::new().await;
    s.register("x-here", RedirectKind::Paste);
    let account = s.rig.log_in(s.plan(AppType::Confidential, RedirectKind::Paste)).await.account;
    s.later(7200);
    s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap();
    s.rig.keeper.revoke(&account.id).await.unwrap();
    for message in [Message::Token, Message::Refresh, Message::Revoke] {
        for (header, body) in sent(&s, message) {
            assert!(header.starts_with("Basic "), "{message:?}");
            assert!(!body.contains("client_secret") && !body.contains(x::CLIENT_SECRET), "{message:?}");
        }
    }
    assert_eq!(s.x.tokens(), [x::ACCESS_TOKEN], "revoked, both of them");
    // If no type is chosen, the recommended one counts. A wrong type is refused by the form, or by the server.
    let plan = |kind: &str, secret: &str| LoginPlan {
        answers: [("client_id", x::CLIENT_ID), ("client_type", kind), ("client_secret", secret)]
            .map(|(k, v)| (k.to_owned(), v.into()))
            .into(),
        ..s.plan(AppType::Confidential, RedirectKind::Paste)
    };
    for (kind, secret, field) in [
        ("", "", "client_secret"),
        ("native", "", "client_type"),
        ("confidential", " ", "client_secret"),
    ] {
        let error = s.rig.fail(plan(kind, secret)).await;
        assert_eq!((error.code.as_str(), error.params["field"].as_str()), ("input-invalid", field));
    }
    let refused = s.rig.fail(plan("public", "")).await;
    assert_eq!(refused.code, "client-auth");
    assert!(refused.action.is_some(), "which type to choose is said");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_redirect_leads_home() {
    let _port = PORT.alone().await;
    let s = Stage::new().await;
    for redirect in [RedirectKind::Loopback, RedirectKind::Localhost, RedirectKind::PrivateUseScheme] {
        s.register("x-here", redirect);
        for kind in [AppType::Public, AppType::Confidential] {
            let account = s.rig.log_in(s.plan(kind, redirect)).await.account;
            assert_eq!((account.redirect, account.name.as_str()), (redirect, "@ada"));
        }
    }
    let uris: Vec<_> = s
        .provider("x-here")
        .redirects
        .into_iter()
        .map(|d| (d.kind, d.redirect_uri))
        .collect();
    let uri = |kind| uris.iter().find(|(k, _)| *k == kind).unwrap().1.clone().unwrap_or_default();
    assert_eq!(uri(RedirectKind::Loopback), "http://127.0.0.1:47020/callback/x");
    assert_eq!(uri(RedirectKind::Localhost), "http://localhost:47020/callback/x");
    assert_eq!(uri(RedirectKind::Paste), uri(RedirectKind::Loopback), "nothing else to register");
    // Another string is another address: X compares letter by letter.
    s.x.set_callbacks(&[&uri(RedirectKind::Loopback)]);
    let mut login = s.rig.wait(s.plan(AppType::Public, RedirectKind::Localhost)).await;
    let page = crate::browser::get(&s.rig.keeper.consent_link(&login.id).unwrap()).await.unwrap();
    assert!(page.body.contains("Something went wrong"), "{}", page.body);
    s.rig.keeper.cancel_login(&login.id).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "cancelled");
    let stuck = s.provider("x-here").stuck;
    assert!(
        stuck
            .iter()
            .any(|st| st.shows.contains("Something went wrong") && st.action.is_some())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_billing_refuses_keeps_the_token_and_names_the_switch() {
    let mut actions = Vec::new();
    for failure in [
        Failure::NotEnrolled("client-not-enrolled"),
        Failure::NotEnrolled("client-forbidden"),
        Failure::NoCredits,
    ] {
        let s = Stage::new().await;
        s.x.fail_next(Message::Me, failure.clone());
        let account = s.log_in().await;
        let trouble = account.trouble.unwrap();
        assert_eq!(trouble.code, "enrolment-or-payment", "{failure:?}");
        actions.push(trouble.action.unwrap().en);
        assert!(account.verified.is_none());
        assert!(s.x.token(&s.rig.token(&account.id).await).unwrap().alive, "kept");
        s.rig.keeper.verify(&account.id).await.unwrap();
        assert!(s.rig.account(&account.id).trouble.is_none());
    }
    actions.sort();
    actions.dedup();
    assert_eq!(actions.len(), 3, "each switch is another one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_is_no_and_a_late_code_is_explained() {
    let s = Stage::new().await;
    s.register("x-here", RedirectKind::Paste);
    s.rig.habit(Habit::Deny);
    let mut login = s.rig.start(s.plan(AppType::Public, RedirectKind::Paste));
    login.until_waiting().await;
    match s.rig.landing().await {
        Landing::Nowhere(address) | Landing::Home(address, _) => s.rig.keeper.paste(&login.id, &address).unwrap(),
        other => panic!("{other:?}"),
    }
    assert_eq!(login.end().await.unwrap_err().code, "denied");
    s.rig.habit(Habit::Allow("ada"));
    s.x.fail_next(Message::Authorize, Fault::ExpiredCode);
    assert_eq!(s.rig.fail(s.plan(AppType::Public, RedirectKind::Paste)).await.code, "code-spent");
    s.x.fail_next(
        Message::Token,
        Failure::OAuth2 {
            status: 400,
            error: "invalid_request".into(),
            description: "Value passed for the redirect uri did not match the uri of the authorization code.".into(),
        },
    );
    let mismatch = s.rig.fail(s.plan(AppType::Public, RedirectKind::Paste)).await;
    assert_eq!(
        (mismatch.code.as_str(), mismatch.params["redirect_uri"].as_str()),
        ("redirect-mismatch", "http://127.0.0.1:47020/callback/x")
    );
    s.x.fail_next(Message::Token, Failure::RateLimited(90));
    let limited = s.rig.fail(s.plan(AppType::Public, RedirectKind::Paste)).await;
    assert_eq!(limited.code, "rate-limited");
    let wait: i64 = limited.params["seconds"].parse().unwrap();
    assert!((85..=90).contains(&wait), "from x-rate-limit-reset: {wait}");
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_login_of_a_person_replaces_the_first() {
    let s = Stage::new().await;
    let first = s.log_in().await;
    let old = s.rig.token(&first.id).await;
    let again = LoginPlan {
        client: Some(first.client.clone()),
        answers: Default::default(),
        ..s.plan(AppType::Public, RedirectKind::Paste)
    };
    let trip = s.rig.log_in(again.clone()).await;
    assert_eq!(trip.account.id, first.id);
    assert!(steps(&trip.events).len() >= 6);
    assert!(!s.x.token(&old).unwrap().alive && s.x.token(&s.rig.token(&first.id).await).unwrap().alive);
    s.rig.habit(Habit::Allow("grace"));
    let other = s.rig.log_in(again).await.account;
    assert_ne!(other.id, first.id);
    assert!(
        s.x.token(&s.rig.token(&first.id).await).unwrap().alive,
        "another person's is another grant"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoked_is_revoked_whatever_the_server_makes_of_one_of_the_two() {
    for whole in [true, false] {
        let s = Stage::new().await;
        s.x.switch(|w| w.revoke_ends_grant = whole);
        let account = s.log_in().await;
        s.rig.keeper.revoke(&account.id).await.unwrap();
        assert_eq!(s.x.tokens(), [x::ACCESS_TOKEN], "whole grant: {whole}");
        assert!(s.rig.keeper.view().accounts.is_empty());
    }
}

/// A relay page of the person's own hands the answer on to our deep link; with PKCE a public client may use one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_relay_page_leads_home_too() {
    let s = Stage::new().await;
    let page = s.rig.keeper.relay_page();
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    let address = format!("{}/callback/", web_space(reply).await);
    s.rig.keeper.check_relay_page(&address).await.unwrap();
    s.register("x-here", RedirectKind::Relay);
    let mut login = s.rig.start(s.plan(AppType::Public, RedirectKind::Relay));
    assert_eq!(login.until_waiting().await, address);
    let Landing::Home(at, _) = s.rig.landing().await else {
        panic!("not at the relay page")
    };
    let query = at.split_once('?').unwrap().1;
    assert_eq!(s.rig.keeper.accept_link(&format!("{RELAYED}?{query}")), Verdict::Accepted);
    let account = s.rig.account(&login.end().await.unwrap());
    assert_eq!((account.redirect, account.name.as_str()), (RedirectKind::Relay, "@ada"));
}
