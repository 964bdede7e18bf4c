//! A Vault or OpenBao: what arrives and what stays, credentials that may do less, nodes that stand by, namespaces.

use keybearer_core::view::{Proof, Target};
use keybearer_practice::delivery::MockTargets;
use serde_json::json;

use super::Stage;

/// The code of what this delivery met.
async fn met(s: &Stage, target: Target) -> String {
    s.add(target).await.later.unwrap().why.code.to_string()
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
async fn vault_writers_do_not_overwrite_each_other() {
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
    // Where nobody says which kind it is, nothing is written either: whether it may be read or not.
    let unsaid = json!({ "errors": ["preflight capability check returned 403"] });
    s.depot.fail_next(404, json!({ "errors": [] }));
    s.depot.fail_next(403, unsaid.clone());
    assert_eq!(met(&s, s.vault()).await, "delivery-denied");
    s.depot.fail_next(403, json!({ "errors": ["permission denied"] }));
    s.depot.fail_next(405, json!({ "errors": ["unsupported operation"] }));
    s.depot.fail_next(403, unsaid);
    assert_eq!(met(&s, s.vault()).await, "delivery-denied");
    assert_eq!(s.depot.vault_secret("kv/bots/ada").0, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_that_may_write_and_not_read() {
    let s = Stage::new().await;
    // New: it is written, and that it cannot be read back is no alarm.
    s.depot.allow(&["create", "update"]);
    let delivery = s.add(s.vault()).await;
    assert_eq!(delivery.done.unwrap().proof, Proof::Written { number: 1, alone: true });
    let first = s.token().await;
    assert_eq!(s.depot.vault_text("kv/bots/ada"), Some(format!(r#"{{"token":"{first}"}}"#)));
    // What it wrote alone it may write again.
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    let again = s.delivery(&delivery.id).done.unwrap().proof;
    assert_eq!(again, Proof::Written { number: 2, alone: true });
    // Somebody adds a key: it would be lost.
    s.depot.write_vault("kv/bots/ada", Some(r#"{"token":"x","theirs":"kept"}"#));
    let error = s.rig.keeper.deliver(&delivery.id).await.unwrap_err();
    assert_eq!(error.code(), "delivery-blind");
    assert_eq!(
        s.depot.vault_text("kv/bots/ada").as_deref(),
        Some(r#"{"theirs":"kept","token":"x"}"#)
    );
    // With a patch it is not.
    s.depot.allow(&["patch"]);
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    let patched = s.delivery(&delivery.id).done.unwrap().proof;
    assert_eq!(patched, Proof::Written { number: 4, alone: false });
    assert_eq!(
        s.depot.vault_text("kv/bots/ada"),
        Some(format!(r#"{{"theirs":"kept","token":"{first}"}}"#))
    );
    // A version that was deleted holds no keys to be lost.
    s.depot.write_vault("kv/bots/ada", None);
    s.depot.allow(&["create", "update", "patch"]);
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    assert_eq!(s.depot.vault_text("kv/bots/ada"), Some(format!(r#"{{"token":"{first}"}}"#)));
    // One that may do nothing, and one that may change and not make.
    s.depot.allow(&[]);
    assert_eq!(s.rig.keeper.deliver(&delivery.id).await.unwrap_err().code(), "delivery-denied");
    s.depot.allow(&["patch"]);
    let mut other = s.vault();
    if let Target::Openbao { path, .. } = &mut other {
        *path = "bots/new".into();
    }
    assert_eq!(met(&s, other).await, "delivery-denied");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_that_may_read_and_change_and_not_write_whole() {
    let s = Stage::new().await;
    s.depot.write_vault("kv/bots/ada", Some(r#"{"theirs":1.10}"#));
    s.depot.allow(&["read", "patch"]);
    let delivery = s.add(s.vault()).await;
    assert_eq!(delivery.done.unwrap().proof, Proof::Version { number: 2 });
    let token = s.token().await;
    assert_eq!(
        s.depot.vault_text("kv/bots/ada"),
        Some(format!(r#"{{"theirs":1.10,"token":"{token}"}}"#))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn namespaces_are_named() {
    let s = Stage::new().await;
    let within = |name: &str| {
        let mut target = s.vault();
        if let Target::Openbao { namespace, .. } = &mut target {
            *namespace = Some(name.to_owned());
        }
        target
    };
    assert!(s.add(within("team")).await.current);
    assert_eq!(s.depot.vault_secret("team/kv/bots/ada").0, 1);
    assert_eq!(s.depot.vault_secret("kv/bots/ada").0, 0);
    let later = s.add(within("nobody")).await.later.unwrap();
    assert_eq!(
        (later.why.code.as_str(), later.why.detail.as_deref()),
        ("delivery-nowhere", Some("namespace not found"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_sends_on_within_its_cluster_and_nowhere_else() {
    let s = Stage::new().await;
    let active = MockTargets::start().await.unwrap();
    s.depot.stand_by(active.origin(), active.origin());
    let delivery = s.add(s.vault()).await;
    assert!(delivery.current, "{delivery:?}");
    assert_eq!(active.vault_secret("kv/bots/ada").0, 1);
    let leader = |(_, path): &(String, String)| path == "/v1/sys/leader";
    assert!(s.depot.requests().iter().any(leader), "the confirmed server was asked");
    // Whom the server does not call its leader gets nothing.
    let asked = active.requests().len();
    let other = MockTargets::start().await.unwrap();
    s.depot.stand_by(active.origin(), other.origin());
    let error = s.rig.keeper.deliver(&delivery.id).await.unwrap_err().view();
    let host = active.origin().trim_start_matches("http://");
    assert_eq!((error.code.as_str(), error.params["node"].as_str()), ("delivery-standby", host));
    assert_eq!((active.requests().len(), other.requests().len()), (asked, 0));
    // Nor a host elsewhere, nor one without TLS, whoever says so.
    for elsewhere in ["https://elsewhere.example", "http://elsewhere.example"] {
        s.depot.stand_by(elsewhere, elsewhere);
        assert_eq!(s.rig.keeper.deliver(&delivery.id).await.unwrap_err().code(), "delivery-standby");
    }
    // Two that send to each other are an end as well.
    s.depot.stand_by(active.origin(), active.origin());
    active.stand_by(s.depot.origin(), s.depot.origin());
    assert_eq!(s.rig.keeper.deliver(&delivery.id).await.unwrap_err().code(), "redirected");
    for status in [412, 472, 473, 503] {
        s.depot.fail_next(status, json!({ "errors": ["not now"] }));
        assert_eq!(
            s.rig.keeper.deliver(&delivery.id).await.unwrap_err().code(),
            "transient",
            "{status}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_of_before_is_still_confirmed() {
    let s = Stage::new().await;
    let delivery = s.add(s.vault()).await;
    // As 0.1.0 wrote it: no namespace, and a proof without more.
    let book = s.rig.book();
    assert!(!book.contains("namespace") && book.contains(r#""kind": "version""#) || book.contains(r#""kind":"version""#));
    let older: Target = serde_json::from_str(
        &json!({ "kind": "openbao", "url": s.depot.origin(), "mount": "kv", "path": "bots/ada", "key": "token" }).to_string(),
    )
    .unwrap();
    assert_eq!(older, s.vault());
    assert_eq!(
        serde_json::to_string(&older).unwrap(),
        format!(
            r#"{{"kind":"openbao","url":"{}","mount":"kv","path":"bots/ada","key":"token"}}"#,
            s.depot.origin()
        ),
        "what was confirmed is written as before"
    );
    let proof: Proof = serde_json::from_str(r#"{"kind":"updated","at":"2026-10-03T08:00:00Z"}"#).unwrap();
    assert!(matches!(proof, Proof::Updated { repository: None, .. }));
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
}
