//! Threads: an hour, sixty days, and sixty more by itself; what goes wrong on the way; somebody else at the browser.

use std::time::Duration;

use keybearer_core::keeper::{Reason, now};
use keybearer_core::provider::RedirectKind;
use keybearer_core::redirect::RELAYED;
use keybearer_core::redirect::waiting::Verdict;
use keybearer_core::view::{LoginPlan, Settings, StepKind};
use keybearer_practice::meta::{APP_SECRET, FACEBOOK_APP_ID, Failure, Message, Meta, Platform};
use url::Url;

use super::{DAY, PORT, Stage, near};
use crate::browser::{Visit, consent};
use crate::https_redirect::{ok, web_space};
use crate::rig::{Habit, steps};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_from_click_to_sixty_days() {
    let s = Stage::new(Platform::Threads).await;
    let trip = s.rig.log_in(s.plan()).await;
    assert_eq!(
        steps(&trip.events)[4..],
        [
            StepKind::AnswerReceived,
            StepKind::TokenReceived,
            StepKind::TokenExchanged,
            StepKind::IdentityVerified,
            StepKind::Stored
        ]
    );
    let account = s.rig.account(&trip.account.id);
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("@ada", Some("17841400000000001")),
        "exact"
    );
    let expires = account.expires.unwrap();
    assert!(near(expires, now() + 5_183_944), "as the reply says, not a round sixty days");
    assert!(account.life_known && near(account.issued, now()));
    assert_eq!(account.renews_from, Some(account.issued + DAY));
    assert_eq!(account.scopes, ["threads_basic", "threads_content_publish"]);
    let token = s.rig.token(&account.id).await;
    assert!(s.meta.token(&token).unwrap().long);
    // Golden: what the browser was sent to.
    let opened = Url::parse(&s.rig.opened()[0]).unwrap();
    let query: Vec<(String, String)> = opened.query_pairs().into_owned().filter(|(k, _)| k != "state").collect();
    let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
    assert_eq!(
        query,
        [
            pair("response_type", "code"),
            pair("client_id", "1414213562373095"),
            pair("redirect_uri", &s.redirect_uri(RedirectKind::HttpsLoopback)),
            pair("scope", "threads_basic,threads_content_publish"),
        ]
    );
    assert_eq!(
        s.redirect_uri(RedirectKind::Paste),
        s.redirect_uri(RedirectKind::HttpsLoopback),
        "one string for both redirects"
    );
    let paths: Vec<String> = s.meta.requests().into_iter().map(|(_, r)| r.path).collect();
    assert!(!s.rig.book().contains(&token) && paths.iter().all(|p| !p.contains(APP_SECRET)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_renews_itself_after_a_day_and_never_before() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await;
    let first = s.rig.token(&account.id).await;
    let early = s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().view();
    assert_eq!(early.code, "too-young");
    let wait: i64 = early.params["seconds"].parse().unwrap();
    assert!(near(wait, DAY));
    assert_eq!(s.meta.count(Message::Refresh), 0, "never sent");
    s.later(DAY + 60);
    s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap();
    let second = s.rig.token(&account.id).await;
    let renewed = s.rig.account(&account.id);
    assert_ne!(second, first);
    assert!(
        near(renewed.expires.unwrap(), now() + DAY + 5_183_944),
        "sixty days from the renewal"
    );
    s.later(61 * DAY);
    let sent = s.meta.count(Message::Refresh);
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "token-expired"
    );
    assert_eq!(s.meta.count(Message::Refresh), sent, "an expired token is never sent");
    assert_eq!(s.rig.token(&account.id).await, second, "and never deleted");
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "token-expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_that_fails_leaves_what_was_there() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await;
    let token = s.rig.token(&account.id).await;
    s.later(2 * DAY);
    for (failure, code) in [
        (Failure::Graph(190, Some(460)), "token-dead"),
        (Failure::Graph(2, None), "transient"),
    ] {
        s.meta.fail_next(Message::Refresh, failure);
        assert_eq!(s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(), code);
        assert_eq!(s.rig.token(&account.id).await, token);
    }
    // A platform that stumbles right after the renewal: the successor is kept, and so is its predecessor.
    s.meta.fail_next(Message::Me, Failure::Graph(1, None));
    s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap();
    assert_ne!(s.rig.token(&account.id).await, token);
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "transient", "and it is said");
    s.rig.keeper.verify(&account.id).await.unwrap();
    assert!(s.rig.account(&account.id).trouble.is_none());
    // One that is dead at once does not take the place.
    let token = s.rig.token(&account.id).await;
    s.later(2 * DAY);
    s.meta.fail_next(Message::Me, Failure::Graph(190, Some(467)));
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "token-dead"
    );
    assert_eq!(s.rig.token(&account.id).await, token);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_token_is_better_than_none() {
    let s = Stage::new(Platform::Threads).await;
    s.meta.fail_next(Message::Exchange, Failure::Graph(2, None));
    let account = s.log_in().await;
    assert_eq!(account.trouble.unwrap().code, "transient");
    assert!(near(account.expires.unwrap(), now() + 3600), "an hour, and said so");
    assert!(!s.meta.token(&s.rig.token(&account.id).await).unwrap().long);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_at_the_token_endpoint_are_named() {
    let s = Stage::new(Platform::Threads).await;
    let mut wrong_secret = s.plan();
    wrong_secret.answers.insert("client_secret".into(), "f".repeat(32).into());
    assert_eq!(s.rig.fail(wrong_secret).await.code, "client-auth");
    s.meta.switch(|switches| switches.code_lifetime = Duration::ZERO);
    assert_eq!(s.rig.fail(s.plan()).await.code, "code-spent");
    assert!(s.meta.tokens().is_empty() && s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_facebook_id_and_the_missing_tester_never_come_home_but_are_explained() {
    let s = Stage::new(Platform::Threads).await;
    let stuck = {
        let providers = s.rig.keeper.catalogue();
        providers.into_iter().find(|p| p.id == s.id).unwrap().stuck
    };
    let mut plan = s.plan();
    plan.answers.insert("client_id".into(), FACEBOOK_APP_ID.into());
    let login = s.rig.wait(plan).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let page = crate::browser::get(&link).await.unwrap();
    let said = stuck
        .iter()
        .find(|w| page.body.contains(&w.shows))
        .expect("a wording of the page is in the file");
    assert_eq!(said.code, "wrong-app-id");
    s.rig.keeper.cancel_login(&login.id).unwrap();
    s.meta.log_in_browser(Some("joan"));
    let login = s.rig.wait(s.plan()).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let page = consent(&link, &Visit::allow("joan")).await.unwrap_err();
    let said = stuck
        .iter()
        .find(|w| page.body.contains(&w.shows))
        .expect("a wording of the page is in the file");
    assert_eq!(said.code, "not-a-tester");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_persons_token_is_held_until_confirmed() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await;
    let token = s.rig.token(&account.id).await;
    s.rig.habit(Habit::Allow("grace"));
    for keep in [false, true] {
        let meant = LoginPlan {
            expect: "@ada".into(),
            ..s.plan()
        };
        let mut login = s.rig.start(meant);
        login.until_waiting().await;
        let landing = s.rig.landing().await;
        let crate::browser::Landing::Nowhere(address) = landing else {
            panic!("{landing:?}")
        };
        s.rig.keeper.paste(&login.id, &address).unwrap();
        assert_eq!(login.held().await, ("@grace".to_owned(), "@ada".to_owned()));
        assert_eq!(s.rig.keeper.view().accounts.len(), 1, "nothing is kept yet");
        assert_eq!(s.rig.token(&account.id).await, token, "and nothing touched");
        if keep {
            let kept = s.rig.keeper.keep_mismatch(&login.id).await.unwrap();
            assert_eq!(s.rig.account(&kept).name, "@grace");
        } else {
            s.rig.keeper.discard_mismatch(&login.id);
            assert_eq!(s.rig.keeper.keep_mismatch(&login.id).await.unwrap_err().code(), "login-unknown");
        }
    }
    assert_eq!(s.rig.keeper.view().accounts.len(), 2);
    assert_eq!(s.rig.token(&account.id).await, token);
    assert_eq!(s.meta.count(Message::Revoke), 0, "nothing is revoked by itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_relay_redirect_needs_a_page_and_a_secret() {
    let s = Stage::new(Platform::Threads).await;
    let mut plan = s.plan();
    plan.redirect = Some(RedirectKind::Relay);
    assert_eq!(s.rig.fail(plan.clone()).await.code, "relay-missing");
    let page = format!("{}/keybearer/", web_space(ok(s.rig.keeper.relay_page())).await);
    // A page cannot be believed without a look.
    let unseen = Settings {
        relay: "https://me.github.io/keybearer/".into(),
        ..Settings::default()
    };
    s.rig.keeper.change_settings(unseen).unwrap();
    assert_eq!(s.rig.keeper.view().settings.relay, "");
    s.rig.keeper.check_relay_page(&page).await.unwrap();
    assert_eq!(s.redirect_uri(RedirectKind::Relay), page, "character by character");
    s.meta.set_redirects(&[&page]);
    let mut public = plan.clone();
    public.answers.remove("client_secret");
    assert_eq!(s.rig.fail(public).await.code, "relay-exposed", "no secret and no PKCE");

    let mut login = s.rig.wait(plan).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let hosted = consent(&link, &Visit::allow("ada")).await.unwrap();
    assert!(hosted.starts_with(&format!("{page}?")), "{hosted}");
    // What the page does: it hands its query on.
    let query = Url::parse(&hosted).unwrap().query().unwrap().to_owned();
    assert_eq!(s.rig.keeper.accept_link(&format!("{RELAYED}?{query}")), Verdict::Accepted);
    let id = login.end().await.unwrap();
    assert_eq!(s.rig.account(&id).redirect, RedirectKind::Relay);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_by_the_https_redirect() {
    let _alone = PORT.alone().await;
    let s = Stage::new(Platform::Threads).await;
    let mut plan = s.plan();
    plan.redirect = None;
    let mut login = s.rig.wait(plan).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let home = consent(&link, &Visit::allow("ada")).await.unwrap();
    assert!(home.starts_with("https://127.0.0.1:47018/callback/threads/?"), "{home}");
    let browser = reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .no_proxy()
        .build()
        .unwrap();
    let page = browser.get(home).send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.url().path()), (200, "/done"));
    let id = login.end().await.unwrap();
    assert_eq!(s.rig.account(&id).redirect, RedirectKind::HttpsLoopback);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_token_is_not_reported_as_permanent() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await;
    s.meta.kill_token(&s.rig.token(&account.id).await, 458);
    assert_eq!(s.rig.keeper.inspect(&account.id).await.unwrap_err().code(), "token-dead");
    let now = s.rig.account(&account.id);
    assert_eq!((now.trouble.unwrap().code.as_str(), now.expires), ("token-dead", account.expires));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_hosts_are_not_sent_what_was_won_from_these() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await;
    let elsewhere = Meta::start(Platform::Threads).await.unwrap();
    let file = s.rig.home.path().join("config/providers/threads-here.toml");
    let moved = std::fs::read_to_string(&file).unwrap().replace(s.meta.origin(), elsewhere.origin());
    std::fs::write(&file, moved).unwrap();
    let rig = s.rig.restart();
    for result in [
        rig.keeper.verify(&account.id).await,
        rig.keeper.inspect(&account.id).await,
        rig.keeper.renew(&account.id, Reason::Asked).await,
    ] {
        assert_eq!(result.unwrap_err().code(), "hosts-changed");
    }
    assert_eq!(rig.keeper.app_token(&account.client).await.unwrap_err().code(), "hosts-changed");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_not_sent_as_a_code() {
    let s = Stage::new(Platform::Threads).await;
    let mut login = s.rig.wait(s.plan()).await;
    let token = s
        .meta
        .generate_token("ada", &["threads_basic"], Some(Duration::from_secs(DAY as u64)))
        .unwrap();
    let token = format!("{token}{}", "x".repeat(60));
    assert_eq!(s.rig.keeper.paste(&login.id, &token).unwrap_err().code(), "paste-token");
    assert!(login.is_waiting() && s.meta.count(Message::Token) == 0);
}
