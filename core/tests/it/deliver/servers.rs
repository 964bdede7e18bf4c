//! GitHub, Cloudflare and a Vault, as their documents have them: what arrives, and what they may answer instead.

use keybearer_core::token::Secret;
use keybearer_core::view::{Proof, Target};
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
    s.add(target).await.later.unwrap().why.code
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_opens_what_was_sealed_for_it() {
    let s = Stage::new().await;
    let delivery = s.add(github(&s, "ada/bot")).await;
    let Proof::Updated { at } = delivery.done.unwrap().proof else {
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
    let secrets = "/github/repos/ada/bot/actions/secrets";
    let trip = ["GET", "PUT", "GET"]
        .into_iter()
        .zip(["public-key", "THREADS_TOKEN", "THREADS_TOKEN"]);
    let trip: Vec<String> = trip.map(|(method, path)| format!("{method} {secrets}/{path}")).collect();
    assert_eq!(paths, [trip.clone(), trip].concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github_says_no() {
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
        (200, json!({ "key": "not a key", "key_id": "1" }), "answer-unreadable"),
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
    assert_eq!(s.depot.requests().len(), 5, "the key and the secret twice, and a look");
    // One that never stands still is GitHub's own trouble.
    s.depot.rotate_key(100);
    assert_eq!(met(&s, github(&s, "ada/other")).await, "delivery-refused");
    assert_eq!(s.depot.requests().len(), 9);
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
async fn a_yes_that_keeps_nothing_is_seen() {
    let s = Stage::new().await;
    s.depot.forget_all();
    assert_eq!(met(&s, cloudflare(&s, "statuses")).await, "delivery-unseen");
    assert_eq!(met(&s, github(&s, "ada/bot")).await, "delivery-nowhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vault_keeps_other_keys_and_versions() {
    let s = Stage::new().await;
    // No number of theirs is one that a float would hold, or write so.
    let theirs = r#""count":18446744073709551617,"exact":1.10,"far":1e400,"of":{"b":1,"a":[0.30]}"#;
    s.depot.write_vault("kv/bots/ada", Some(&format!("{{{theirs}}}")));
    let delivery = s.add(s.vault()).await;
    assert_eq!(delivery.done.unwrap().proof, Proof::Version { number: 2 });
    let token = s.token().await;
    let both = format!(r#"{{{theirs},"token":"{token}"}}"#);
    assert_eq!(s.depot.vault_text("kv/bots/ada"), Some(both));
    // What is there already makes no new version.
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    assert_eq!(s.depot.vault_secret("kv/bots/ada").0, 2);
    // One whose newest version was deleted goes on counting.
    s.depot.write_vault("kv/bots/ada", None);
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    assert_eq!(s.depot.vault_secret("kv/bots/ada").0, 3);
    assert_eq!(s.depot.vault_text("kv/bots/ada"), Some(format!(r#"{{"token":"{token}"}}"#)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vault_has_two_writers_and_nobody_is_overwritten() {
    let s = Stage::new().await;
    s.depot.intrude("other", 2);
    let delivery = s.add(s.vault()).await;
    assert_eq!(delivery.done.unwrap().proof, Proof::Version { number: 3 });
    let (_, kept) = s.depot.vault_secret("kv/bots/ada");
    let kept = kept.unwrap();
    assert_eq!(
        (kept["other"].as_str(), kept["token"].as_str()),
        (Some("theirs 1"), Some(s.token().await.as_str()))
    );
    // One that never stops.
    s.depot.write_vault("kv/bots/ada", None);
    s.depot.intrude("other", 100);
    let error = s.rig.keeper.deliver(&delivery.id).await.unwrap_err();
    assert_eq!(error.code(), "delivery-conflict");
    assert!(s.depot.vault_secret("kv/bots/ada").1.unwrap().get("token").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vault_of_another_kind_is_not_written() {
    let s = Stage::new().await;
    // A KV store of version 1 answers without metadata, and where nothing is there as one of version 2 does.
    let mut first = s.vault();
    if let Target::Openbao { mount, .. } = &mut first {
        *mount = "kv1".into();
    }
    assert_eq!(met(&s, first.clone()).await, "answer-unreadable");
    assert_eq!(s.depot.vault_text("kv1/bots/ada"), None, "nothing was written");
    s.depot.write_vault("kv1/bots/ada", Some(r#"{"token":"x"}"#));
    assert_eq!(met(&s, first).await, "answer-unreadable");
    assert_eq!(s.depot.vault_text("kv1/bots/ada").as_deref(), Some(r#"{"token":"x"}"#));
    // Where nobody says which kind it is, nothing is written either.
    s.depot.fail_next(404, json!({ "errors": [] }));
    s.depot
        .fail_next(403, json!({ "errors": ["preflight capability check returned 403"] }));
    assert_eq!(met(&s, s.vault()).await, "delivery-denied");
    s.depot.fail_next(403, json!({ "errors": ["permission denied"] }));
    assert_eq!(met(&s, s.vault()).await, "delivery-denied");
    assert_eq!(s.depot.vault_secret("kv/bots/ada").0, 0);
}
