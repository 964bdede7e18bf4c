//! What stands between Keybearer and the secret: a token that may write and not read, a proxy that wants a header, and a
//! namespace.

use keybearer_core::view::Target;
use serde_json::json;

use super::{Bao, answers, code, deliver, run, to};
use crate::delivery::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_may_write_and_not_read_writes_over_nothing() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    let url = bao.origin.as_str();
    bao.put("kv/data/bots/ada", json!({ "data": { "theirs": "kept" } })).await;
    // It may change one key.
    let patcher = bao
        .limited(
            "patcher",
            r#"path "kv/data/bots/*" { capabilities = ["patch", "create", "update"] }"#,
        )
        .await;
    let delivery = deliver(&s, to(url, "kv", "bots/ada"), &patcher).await;
    assert!(delivery.current, "{delivery:?}");
    let both = json!({ "theirs": "kept", "token": s.token().await });
    assert_eq!(bao.secret("bots/ada").await, (both, 2));
    // It may only write whole: what is there stays, what is new is made.
    let writer = bao
        .limited("writer", r#"path "kv/data/bots/*" { capabilities = ["create", "update"] }"#)
        .await;
    bao.put("kv/data/bots/eve", json!({ "data": { "theirs": "kept" } })).await;
    let refused = code(deliver(&s, to(url, "kv", "bots/eve"), &writer).await);
    assert_ne!(refused, "answer-unreadable");
    assert_eq!(bao.secret("bots/eve").await, (json!({ "theirs": "kept" }), 1));
    let made = deliver(&s, to(url, "kv", "bots/new"), &writer).await;
    assert!(made.current, "{made:?}");
    assert_eq!(bao.secret("bots/new").await, (json!({ "token": s.token().await }), 1));
    // Again, as after a renewal: it is its own work that it writes over.
    s.rig.keeper.deliver(&made.id).await.unwrap();
    assert_eq!(bao.secret("bots/new").await.0, json!({ "token": s.token().await }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_wants_a_header_gets_it() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    let before = format!(
        "vault {{ address = \"{}\" }}\napi_proxy {{ }}",
        bao.origin.as_str().trim_end_matches('/')
    );
    let Some((_proxy, port)) = run("proxy", &before, "require_request_header = true") else {
        return;
    };
    let host = format!("127.0.0.1:{port}");
    answers(&host).await;
    let delivery = deliver(&s, to(&format!("http://{host}"), "kv", "bots/ada"), &bao.root).await;
    assert!(delivery.current, "{delivery:?}");
    assert_eq!(bao.secret("bots/ada").await, (json!({ "token": s.token().await }), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_is_a_place_of_its_own() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    bao.put("sys/namespaces/team", json!({})).await;
    bao.put("team/sys/mounts/kv", json!({ "type": "kv", "options": { "version": "2" } }))
        .await;
    let of_team = |namespace: &str| {
        let mut target = serde_json::to_value(to(bao.origin.as_str(), "kv", "bots/ada")).unwrap();
        target["namespace"] = namespace.into();
        serde_json::from_value::<Target>(target).unwrap()
    };
    let delivery = deliver(&s, of_team("team"), &bao.root).await;
    assert!(delivery.current, "{delivery:?}");
    let (_, there) = bao.ask("GET", "team/kv/data/bots/ada", "").await;
    assert_eq!(there["data"]["data"], json!({ "token": s.token().await }));
    assert_eq!(bao.secret("bots/ada").await.1, 0, "and not in the root's");
    let nowhere = code(deliver(&s, of_team("nobody"), &bao.root).await);
    assert!(["delivery-denied", "delivery-nowhere"].contains(&nowhere.as_str()), "{nowhere}");
}
