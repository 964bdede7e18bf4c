//! GitHub and Cloudflare, as their documents have them: what arrives, and what they may answer instead.

use keybearer_core::token::Secret;
use keybearer_core::view::{Proof, Target, Visibility};
use serde_json::json;

use super::Stage;

fn github(s: &Stage, repository: &str) -> Target {
    Target::Github {
        api: format!("{}/github", s.depot.origin()),
        repository: repository.into(),
        name: "THREADS_TOKEN".into(),
    }
}

fn cloudflare(s: &Stage, script: &str) -> Target {
    Target::Cloudflare {
        api: format!("{}/cloudflare/", s.depot.origin()),
        account: "023e105f4ecef8ad9ca31a8372d0c353".into(),
        script: script.into(),
        name: "TOKEN".into(),
    }
}

/// The code of what this delivery met.
async fn met(s: &Stage, target: Target) -> String {
    s.add(target).await.later.unwrap().why.code.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_opens_what_was_sealed_for_it() {
    let s = Stage::new().await;
    let delivery = s.add(github(&s, "ada/bot")).await;
    let Proof::Updated { at, .. } = delivery.done.unwrap().proof else {
        panic!()
    };
    assert!(at.starts_with("20") && at.ends_with('Z'));
    assert_eq!(s.depot.github_secret("ada/bot", "THREADS_TOKEN"), Some(s.token().await));
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    let paths: Vec<String> = s
        .depot
        .requests()
        .into_iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let trip = [
        "GET /github/repos/ada/bot",
        "GET /github/repos/ada/bot/actions/secrets/public-key",
        "PUT /github/repos/ada/bot/actions/secrets/THREADS_TOKEN",
        "GET /github/repos/ada/bot/actions/secrets/THREADS_TOKEN",
        "GET /github/repos/ada/bot/environments",
    ]
    .map(str::to_owned);
    let trip = trip.to_vec();
    assert_eq!(paths, [trip.clone(), trip].concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_refusals() {
    let s = Stage::new().await;
    assert_eq!(met(&s, github(&s, "ada/nothing")).await, "delivery-nowhere");
    for (status, body, code) in [
        (401, json!({ "message": "Bad credentials" }), "delivery-denied"),
        (
            403,
            json!({ "message": "Resource not accessible by personal access token" }),
            "delivery-denied",
        ),
        (422, json!({ "message": "Validation Failed" }), "delivery-refused"),
        (429, json!({ "message": "slow down" }), "rate-limited"),
        (502, json!("<html>"), "transient"),
        (200, json!({ "name": "no repository" }), "answer-unreadable"),
        (301, json!({}), "redirected"),
    ] {
        s.depot.fail_next(status, body);
        assert_eq!(met(&s, github(&s, "ada/bot")).await, code, "{status}");
    }
    let wrong = Some(Secret::new("another-credential"));
    let id = s.rig.keeper.add_delivery(&s.account, github(&s, "ada/bot"), wrong).await.unwrap();
    assert_eq!(s.ended(&id).await.later.unwrap().why.code, "delivery-denied");
    // The same target again, with a better credential, takes its place.
    let better = s.add(github(&s, "ada/bot")).await;
    assert!(better.current && s.rig.keeper.view().deliveries.iter().all(|d| d.id != id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_gets_another_key_in_between() {
    let s = Stage::new().await;
    s.depot.rotate_key(1);
    let delivery = s.add(github(&s, "ada/bot")).await;
    assert!(delivery.current);
    assert_eq!(s.depot.github_secret("ada/bot", "THREADS_TOKEN"), Some(s.token().await));
    assert_eq!(
        s.depot.requests().len(),
        7,
        "the repository, the key and the secret twice, a look, and the environments"
    );
    // One that never stands still is GitHub's own trouble.
    s.depot.rotate_key(100);
    assert_eq!(met(&s, github(&s, "ada/other")).await, "delivery-refused");
    assert_eq!(s.depot.requests().len(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cloudflare_lists_what_it_took() {
    let s = Stage::new().await;
    let delivery = s.add(cloudflare(&s, "statuses")).await;
    assert_eq!(delivery.done.unwrap().proof, Proof::Listed);
    let kept = s.depot.worker_secret("023e105f4ecef8ad9ca31a8372d0c353", "statuses", "TOKEN");
    assert_eq!(kept, Some(s.token().await));
    assert_eq!(met(&s, cloudflare(&s, "nothing")).await, "delivery-nowhere");
    // 200, and no success in it.
    let body = json!({ "success": false, "errors": [{ "code": 1, "message": "no" }], "result": null });
    s.depot.fail_next(200, body);
    assert_eq!(met(&s, cloudflare(&s, "other")).await, "delivery-refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_is_confirmed_and_not_kept_is_detected() {
    let s = Stage::new().await;
    s.depot.forget_all();
    assert_eq!(met(&s, cloudflare(&s, "statuses")).await, "delivery-unseen");
    assert_eq!(met(&s, github(&s, "ada/bot")).await, "delivery-unseen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_and_a_copy_of_it_that_is_behind() {
    let s = Stage::new().await;
    // A new secret: the copy has none. Then a copy that has the old one.
    for _ in 0..2 {
        s.depot.fall_behind(3);
        let delivery = s.add(github(&s, "ada/bot")).await;
        assert!(delivery.current && delivery.later.is_none(), "{delivery:?}");
        let Proof::Updated { at, .. } = delivery.done.unwrap().proof else {
            panic!()
        };
        assert!(!at.starts_with("2026-01-01"), "the old one is not taken for the new one");
    }
    // A moment's trouble of the look's is no alarm either.
    s.depot.fall_behind(0);
    let error = s.rig.keeper.deliver(&s.rig.keeper.view().deliveries[0].id).await;
    assert!(error.is_ok(), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_environments_stand_before_their_repository() {
    let s = Stage::new().await;
    for name in ["production", "staging / eu"] {
        s.depot.add_environment("ada/bot", name);
    }
    let environment = |name: &str| Target::GithubEnvironment {
        api: format!("{}/github", s.depot.origin()),
        repository: "ada/bot".into(),
        environment: name.into(),
        name: "THREADS_TOKEN".into(),
    };
    assert!(s.add(environment("staging / eu")).await.current);
    let token = s.token().await;
    assert_eq!(
        s.depot.environment_secret("ada/bot", "staging / eu", "THREADS_TOKEN"),
        Some(token.clone())
    );
    assert_eq!(s.depot.github_secret("ada/bot", "THREADS_TOKEN"), None);
    assert_eq!(met(&s, environment("nothing")).await, "delivery-nowhere");
    assert_eq!(met(&s, environment("unheard of")).await, "delivery-nowhere");
    // Delivered to the repository, and the one that a job reads is said.
    let Proof::Updated { environments, .. } = s.add(github(&s, "ada/bot")).await.done.unwrap().proof else {
        panic!()
    };
    assert_eq!(environments, ["staging / eu"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_organizations_and_who_reads_there() {
    let s = Stage::new().await;
    let organization = |visibility| Target::GithubOrganization {
        api: format!("{}/github", s.depot.origin()),
        organization: "bots".into(),
        visibility,
        name: "THREADS_TOKEN".into(),
    };
    let delivery = s.add(organization(Visibility::Private)).await;
    assert!(delivery.current, "{delivery:?}");
    let kept = || s.depot.organization_secret("bots", "THREADS_TOKEN").unwrap();
    assert_eq!(kept(), (s.token().await, "private".to_owned(), vec![]));
    // Whoever may read it now goes on reading it, and nobody else.
    s.depot.select("bots", "THREADS_TOKEN", "selected", &[7, 11]);
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    assert_eq!((kept().1.as_str(), kept().2), ("selected", vec![7, 11]));
    s.add(organization(Visibility::All)).await;
    assert_eq!((kept().1.as_str(), kept().2), ("selected", vec![7, 11]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_repositories_that_change_their_names() {
    let s = Stage::new().await;
    let delivery = s.add(github(&s, "ada/bot")).await;
    s.depot.rename("ada/bot", "bots/ada");
    let error = s.rig.keeper.deliver(&delivery.id).await.unwrap_err().view();
    assert_eq!(
        (error.code.as_str(), error.params["place"].as_str(), error.params["now"].as_str()),
        ("delivery-moved", "ada/bot", "bots/ada")
    );
    assert_eq!(
        s.depot.github_secret("bots/ada", "THREADS_TOKEN"),
        None,
        "and not silently written there"
    );
    // Somebody else takes the old name: it is another repository.
    let before = s.depot.github_secret("ada/bot", "THREADS_TOKEN");
    s.depot.replace("ada/bot");
    s.later(54 * super::DAY);
    s.rig.keeper.sweep().await;
    let later = s.ended(&delivery.id).await.later.unwrap();
    assert_eq!(later.why.code, "delivery-replaced");
    assert_eq!(s.depot.github_secret("ada/bot", "THREADS_TOKEN"), before, "it gets no token");
    // Until the person says yes to it once more.
    s.rig
        .keeper
        .confirm_delivery(&delivery.id, &s.account, &github(&s, "ada/bot"))
        .await
        .unwrap();
    assert!(s.ended(&delivery.id).await.current);
    // A redirect to anywhere else is followed nowhere.
    s.depot
        .fail_with(301, &[("location", "https://elsewhere.example/repositories/1")], json!({}));
    let error = s.rig.keeper.deliver(&delivery.id).await.unwrap_err().view();
    assert_eq!(
        (error.code.as_str(), error.params["host"].as_str()),
        ("redirected", "elsewhere.example")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_says_what_is_missing() {
    let s = Stage::new().await;
    let delivery = s.add(github(&s, "ada/bot")).await;
    let now = async |status, fields: &[(&'static str, &'static str)], text: &str| {
        s.depot.fail_with(status, fields, json!({ "message": text }));
        s.rig.keeper.deliver(&delivery.id).await.unwrap_err().view()
    };
    let sso = "required; url=https://github.com/orgs/bots/sso?authorization_request=abc";
    let error = now(403, &[("x-github-sso", sso)], "Resource protected by organization SAML enforcement").await;
    assert_eq!(error.code, "delivery-sso");
    assert_eq!(
        error.detail.as_deref(),
        Some("https://github.com/orgs/bots/sso?authorization_request=abc")
    );
    let error = now(401, &[("x-accepted-github-permissions", "secrets=write")], "Bad credentials").await;
    assert_eq!(
        (error.code.as_str(), error.detail.as_deref()),
        ("delivery-denied", Some("Bad credentials"))
    );
    // The repository may be seen and its secrets not written.
    let rate = now(403, &[("x-ratelimit-remaining", "0")], "API rate limit exceeded").await;
    assert_eq!(rate.code, "rate-limited");
    let second = now(429, &[("retry-after", "60")], "You have exceeded a secondary rate limit").await;
    assert_eq!((second.code.as_str(), second.params["seconds"].as_str()), ("rate-limited", "60"));
}
