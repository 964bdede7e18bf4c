//! The Worker that is copied, run by workerd as Cloudflare runs it: one module, the token as a secret, and outside it a server
//! with statuses of every visibility.

use keybearer_core::provider::RedirectKind;
use keybearer_practice::{Endpoint, Fault, Flavor};
use serde_json::Value;
use url::Url;

use super::{Server, downloaded};
use crate::browser::{Reply, raw};
use crate::cookie_browser::send;
use crate::rig::{Rig, plan, practice};

/// Loopback is nothing that a Worker may reach; here it has to.
const CONFIG: &str = r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-11-01",
      bindings = [(name = "ACCESS_TOKEN", fromEnvironment = "ACCESS_TOKEN")],
      globalOutbound = "local")),
    (name = "local", network = (allow = ["local"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);
"#;

/// Starts it with this Worker; gives its address.
fn workerd(worker: &str, token: &str) -> Option<(Server, Url)> {
    let platform = if cfg!(target_arch = "aarch64") { "linux-arm64" } else { "linux-64" };
    let program = downloaded(&format!("node/node_modules/@cloudflare/workerd-{platform}/bin/workerd"))?;
    let mut server = Server::start(program, None, |command, home| {
        std::fs::write(home.join("worker.js"), worker).unwrap();
        std::fs::write(home.join("config.capnp"), CONFIG).unwrap();
        command.args(["serve", "config.capnp", "--control-fd=1"]).env("ACCESS_TOKEN", token);
    });
    let said: Value = serde_json::from_str(&server.line()).unwrap();
    assert_eq!((&said["event"], &said["socket"]), (&"listen".into(), &"http".into()), "{said}");
    let at = Url::parse(&format!("http://127.0.0.1:{}/", said["port"])).unwrap();
    Some((server, at))
}

async fn ask(at: &Url, query: &str) -> Reply {
    let mut url = at.clone();
    url.set_query(Some(query));
    unchunked(send(&url, "Origin: https://page.example\r\n", None).await)
}

/// A body that came in pieces, put together (RFC 9112 §7.1).
fn unchunked(mut reply: Reply) -> Reply {
    if reply.header("transfer-encoding") != "chunked" {
        return reply;
    }
    let (mut rest, mut body) = (reply.body.as_str(), String::new());
    while let Some((length, more)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            break;
        }
        body.push_str(&more[..length]);
        rest = &more[length + 2..];
    }
    reply.body = body;
    reply
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_serves_what_everybody_may_see() {
    for flavor in [Flavor::GoToSocial, Flavor::Mastodon] {
        let (rig, server) = (Rig::new(), practice(flavor).await);
        let account = rig.log_in(plan(&rig, &server, RedirectKind::Loopback)).await.account;
        let token = rig.token(&account.id).await;
        server.set_posts(60);
        let worker = rig.keeper.copied(&account.id, "worker").await.unwrap();
        let Some((_running, at)) = workerd(worker.text.expose(), &token) else {
            return;
        };

        let page = ask(&at, "limit=20&exclude_replies=true&access_token=x").await;
        assert_eq!(page.status, 200, "{page:?}");
        assert_eq!(page.header("access-control-allow-origin"), "*");
        assert!(page.header("cache-control").contains("max-age"));
        let statuses: Vec<Value> = serde_json::from_str(&page.body).unwrap();
        assert!(!statuses.is_empty() && statuses.iter().all(|s| s["visibility"] == "public"));
        assert!(!page.body.contains("\"application\"") && !page.body.contains(&token));
        let sent = server.requests().into_iter().rfind(|r| r.path.ends_with("/statuses")).unwrap();
        assert_eq!(sent.query, "limit=20&exclude_replies=true&only_public=true");
        assert_eq!(sent.header("authorization"), Some(format!("Bearer {token}").as_str()));
        assert_eq!(sent.header("user-agent"), Some("statuses-worker"));

        assert_eq!(ask(&at, "limit=81").await.status, 400);
        let host = at.authority();
        for (method, status, header, value) in [
            ("OPTIONS", 204, "access-control-allow-headers", "content-type"),
            ("POST", 405, "allow", "GET, HEAD, OPTIONS"),
            ("HEAD", 200, "content-type", "application/json; charset=utf-8"),
        ] {
            let request = format!("{method} / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let reply = raw(host, request.as_bytes()).await.unwrap();
            assert_eq!(
                (reply.status, reply.header(header), reply.body.as_str()),
                (status, value, if status == 405 { reply.body.as_str() } else { "" })
            );
        }
        for (fault, status, wait) in [
            (
                Fault::TooMany {
                    retry_after: Some("9".into()),
                },
                429,
                "9",
            ),
            (Fault::Status(503), 503, ""),
            (Fault::Html, 502, ""),
            (Fault::Drop, 502, ""),
            (Fault::RedirectTo("https://elsewhere.example/".into()), 502, ""),
        ] {
            server.fail_always(Endpoint::Statuses, Some(fault.clone()));
            let reply = ask(&at, "").await;
            assert_eq!((reply.status, reply.header("retry-after")), (status, wait), "{fault:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_without_its_secret_says_so() {
    let (rig, server) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let account = rig.log_in(plan(&rig, &server, RedirectKind::Loopback)).await.account;
    let worker = rig.keeper.copied(&account.id, "worker").await.unwrap();
    let Some((_running, at)) = workerd(worker.text.expose(), "") else {
        return;
    };
    let reply = ask(&at, "").await;
    assert!(reply.status == 500 && reply.body.contains("ACCESS_TOKEN"), "{reply:?}");
    let Some((_running, at)) = workerd(worker.text.expose(), "a-token-of-nobody") else {
        return;
    };
    let reply = ask(&at, "").await;
    assert!(reply.status == 401 && !reply.body.contains("a-token-of-nobody"), "{reply:?}");
}
