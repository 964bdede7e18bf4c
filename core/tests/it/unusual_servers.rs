//! Finding servers of unusual setups: without nodeinfo, by a static webfinger, by each spelling of host-meta, behind a TLS
//! proxy, on a name of this computer, under a path.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use keybearer_core::view::ServerView;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::raw_server::{http, socket, socket_at};
use crate::rig::Rig;

/// What a path answers; `origin` is how the server was called.
type Page = fn(path: &str, origin: &str) -> Option<Vec<u8>>;
/// An answer, whatever is asked.
type Answer = fn() -> Vec<u8>;
/// A file that names a server.
type File = fn(server: &str) -> String;

pub fn json(value: &serde_json::Value) -> Vec<u8> {
    http("200 OK", "Content-Type: application/json\r\n", value.to_string().as_bytes())
}

fn answer(request: &str, page: impl Fn(&str, &str) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut words = request.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let host = request
        .lines()
        .find_map(|l| l.to_lowercase().strip_prefix("host: ").map(str::to_owned))
        .unwrap_or_default();
    let path = if method == "POST" {
        format!("POST {path}")
    } else {
        path.to_owned()
    };
    page(&path, &format!("http://{host}")).unwrap_or_else(|| http("404 Not Found", "", b"<html>no such page</html>"))
}

/// A server of these pages.
pub async fn pages(page: impl Fn(&str, &str) -> Option<Vec<u8>> + Send + 'static) -> String {
    socket(move |request| answer(request, &page)).await
}

fn instance_v1(path: &str, _: &str) -> Option<Vec<u8>> {
    (path == "/api/v1/instance")
        .then(|| json(&serde_json::json!({ "uri": "social.example", "version": "2.7.2 (compatible; Pleroma 2.5)" })))
}

async fn found(rig: &Rig, typed: &str) -> Result<ServerView, String> {
    rig.keeper.find_server("mastodon", typed).await.map_err(|e| e.code().to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodeinfo_is_no_condition() {
    let rig = Rig::new();
    let closed: [(&str, Answer); 8] = [
        ("federation off", || http("403 Forbidden", "", b"")),
        ("none", || http("404 Not Found", "", b"{}")),
        ("a page", || {
            http("200 OK", "Content-Type: text/html\r\n", b"<html><body>Hello</body></html>")
        }),
        ("broken", || http("200 OK", "", b"{\"links\":[{")),
        ("no links", || http("200 OK", "", b"{\"links\":{}}")),
        ("empty", || http("200 OK", "", b"")),
        ("an error", || http("500 Internal Server Error", "", b"")),
        ("a login that is not there", || {
            http("302 Found", "Location: http://127.0.0.1:1/login\r\n", b"")
        }),
    ];
    for (what, nodeinfo) in closed {
        let old = pages(move |path, origin| match path {
            "/.well-known/nodeinfo" => Some(nodeinfo()),
            path => instance_v1(path, origin),
        })
        .await;
        let server = found(&rig, &old).await.expect(what);
        assert_eq!(
            (server.origin.as_str(), server.provider.as_str(), server.software.as_deref()),
            (old.as_str(), "pleroma", Some("pleroma 2.5")),
            "{what}"
        );
        let new = pages(move |path, _| match path {
            "/.well-known/nodeinfo" => Some(nodeinfo()),
            "/api/v2/instance" => Some(json(&serde_json::json!({
                "domain": "social.example", "version": "0.20.0 git-1", "source_url": "https://codeberg.example/x/gotosocial",
            }))),
            _ => None,
        })
        .await;
        assert_eq!(found(&rig, &new).await.expect(what).provider, "gotosocial", "{what}");
    }
    // Its links can be read, and the document behind them cannot: it is not there, or at a port where nothing listens.
    for document in ["/nodeinfo/2.0", "http://127.0.0.1:1/nodeinfo/2.0"] {
        let half = pages(move |path, origin| match path {
            "/.well-known/nodeinfo" => {
                let href = if document.starts_with('/') {
                    format!("{origin}{document}")
                } else {
                    document.to_owned()
                };
                Some(json(&serde_json::json!({ "links": [
                    { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": href } ] })))
            }
            path => instance_v1(path, origin),
        })
        .await;
        assert_eq!(found(&rig, &half).await.expect(document).origin, half);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_tells_nothing_of_itself_may_register_clients() {
    let rig = Rig::new();
    let silent = pages(|path, _| {
        (path == "POST /api/v1/apps").then(|| http("422 Unprocessable Content", "", br#"{"error":"Validation failed: Redirect URI"}"#))
    })
    .await;
    assert_eq!(found(&rig, &silent).await.unwrap().provider, "mastodon");
    let others: [Page; 4] = [
        |_, _| None,
        |_, _| {
            Some(http(
                "200 OK",
                "Content-Type: text/html\r\n",
                b"<html>a single page for every path</html>",
            ))
        },
        |_, _| Some(http("404 Not Found", "", br#"{"error":"Record not found"}"#)),
        |_, _| Some(http("200 OK", "", br#"{"status":"ok","version":"1"}"#)),
    ];
    for page in others {
        assert_eq!(found(&rig, &pages(page).await).await.unwrap_err(), "server-unknown");
    }
}

/// A server of this nodeinfo, and of nothing else.
async fn only_nodeinfo(document: serde_json::Value) -> String {
    pages(move |path, origin| match path {
        "/.well-known/nodeinfo" => Some(json(&serde_json::json!({ "links": [
            { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{origin}/nodeinfo/2.0") } ] }))),
        "/nodeinfo/2.0" => Some(json(&document)),
        // As Misskey refuses an unknown endpoint.
        "POST /api/v1/apps" => Some(http(
            "404 Not Found",
            "Content-Type: application/json\r\n",
            br#"{"error":{"message":"Unknown API endpoint.","code":"UNKNOWN_API_ENDPOINT","kind":"client"}}"#,
        )),
        _ => None,
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_another_family_is_named_with_the_platform_that_fits() {
    let rig = Rig::new();
    // Nodeinfo as these servers send it, without its figures.
    let nodeinfo = |name: &str, version: &str| {
        serde_json::json!({
            "version": "2.0", "software": { "name": name, "version": version }, "protocols": ["activitypub"],
            "services": { "inbound": [], "outbound": ["atom1.0", "rss2.0"] }, "openRegistrations": false,
            "usage": { "users": { "total": 5, "activeMonth": 0, "activeHalfyear": 2 }, "localPosts": 1018 }, "metadata": {},
        })
    };
    for (software, version, tile, fits) in [
        ("misskey", "2026.9.1", "mastodon", Some(("misskey", "Misskey"))),
        ("sharkey", "2025.4.3", "mastodon", Some(("misskey", "Misskey"))),
        ("misskey", "2026.9.1", "pixelfed", Some(("misskey", "Misskey"))),
        ("misskey", "2026.9.1", "wordpress", Some(("misskey", "Misskey"))),
        ("mastodon", "4.4.8", "misskey", Some(("mastodon", "Mastodon"))),
        ("gotosocial", "0.20.0", "wordpress", Some(("gotosocial", "GoToSocial"))),
        ("akkoma", "3.13.2", "misskey", Some(("pleroma", "Pleroma"))),
        ("wordpress", "6.8.3", "gotosocial", Some(("wordpress", "WordPress"))),
        ("peertube", "5.0.0", "mastodon", None),
        ("lemmy", "0.18.5", "misskey", None),
        ("writefreely", "0.15.1", "wordpress", None),
        ("bluesky\u{202e}", "0.4", "pleroma", None),
    ] {
        let server = only_nodeinfo(nodeinfo(software, version)).await;
        let error = rig.keeper.find_server(tile, &server).await.unwrap_err().view();
        assert_eq!(error.code, "other-software", "{software} at {tile}: {error:?}");
        let shown = software.trim_end_matches('\u{202e}');
        assert_eq!(
            (error.params["software"].as_str(), format!("http://{}", error.params["host"])),
            (shown, server)
        );
        let named = error.params.get("id").map(|id| (id.as_str(), error.params["provider"].as_str()));
        assert_eq!(named, fits, "{software} at {tile}");
        if fits.is_none() {
            assert_eq!(error.params["provider"], "none");
        }
    }
    // What runs the tile's own software is not blamed on it.
    let wordpress = only_nodeinfo(nodeinfo("wordpress", "6.8.3")).await;
    let error = rig.keeper.find_server("wordpress", &wordpress).await.unwrap_err();
    assert_eq!(error.code(), "server-unknown");
    // A server that hides its description and registers apps is one of the family, whatever it is called.
    let hiding = pages(|path, origin| match path {
        "/.well-known/nodeinfo" => Some(json(&serde_json::json!({ "links": [
            { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{origin}/nodeinfo/2.0") } ] }))),
        "/nodeinfo/2.0" => Some(json(&serde_json::json!({ "software": { "name": "novelty", "version": "1" } }))),
        "POST /api/v1/apps" => Some(http(
            "422 Unprocessable Content",
            "",
            br#"{"error":"Validation failed: Redirect URI"}"#,
        )),
        _ => None,
    })
    .await;
    assert_eq!(found(&rig, &hiding).await.unwrap().provider, "mastodon");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_says_where_its_server_is_in_each_of_its_ways() {
    let rig = Rig::new();
    let server = pages(instance_v1).await;
    let ways: [(&str, File); 8] = [
        ("/.well-known/host-meta", |to| {
            format!(
                "<?xml version='1.0'?>\n<XRD>\n<Link rel='other' template='http://127.0.0.1:1/{{uri}}'/>\n<Link template = '{to}/.well-known/webfinger?resource={{uri}}'\n  rel = 'lrdd'></Link></XRD>"
            )
        }),
        ("/.well-known/host-meta", |to| {
            format!("{{\"links\":[{{\"rel\":\"lrdd\",\"template\":\"{to}/.well-known/webfinger?resource={{uri}}\"}}]}}")
        }),
        ("/.well-known/host-meta.json", |to| {
            format!("{{\"links\":[{{\"rel\":\"lrdd\",\"template\":\"{to}/.well-known/webfinger?resource={{uri}}\"}}]}}")
        }),
        // A file for one account, whoever is asked about.
        ("/.well-known/webfinger", |to| {
            format!(
                "{{\"subject\":\"acct:bob@elsewhere.example\",\"links\":[{{\"rel\":\"self\",\"type\":\"application/activity+json\",\"href\":\"{to}/users/bob\"}}]}}"
            )
        }),
        ("/.well-known/webfinger", |to| {
            format!("{{\"subject\":\"acct:me@x.example\",\"aliases\":[\"{to}/@me\"]}}")
        }),
        ("/.well-known/webfinger", |to| {
            format!("{{\"links\":[{{\"rel\":\"http://webfinger.net/rel/profile-page\",\"href\":\"{to}/@me\"}}]}}")
        }),
        ("/.well-known/webfinger", |to| {
            format!(
                "{{\"links\":[{{\"rel\":\"http://ostatus.org/schema/1.0/subscribe\",\"template\":\"{to}/authorize_interaction?uri={{uri}}\"}}]}}"
            )
        }),
        ("/.well-known/webfinger", |to| {
            format!(
                "{{\"links\":[{{\"rel\":\"avatar\",\"href\":\"http://127.0.0.1:1/a.png\"}},{{\"rel\":\"self\",\"href\":\"{to}/users/me\"}}]}}"
            )
        }),
    ];
    for (file, body) in ways {
        let text = body(&server);
        let host = pages(move |path, _| (path.split('?').next() == Some(file)).then(|| http("200 OK", "", text.as_bytes()))).await;
        for typed in [host.clone(), format!("@me@{}", host.strip_prefix("http://").unwrap())] {
            assert_eq!(found(&rig, &typed).await.map(|s| s.origin), Ok(server.clone()), "{file}");
        }
    }
    // A server that is named and down is the one that is told of.
    let down = pages(|path, _| {
        let links = serde_json::json!({ "links": [{ "rel": "self", "href": "http://127.0.0.1:1/users/me" }] });
        path.starts_with("/.well-known/webfinger").then(|| json(&links))
    })
    .await;
    let error = rig.keeper.find_server("mastodon", &down).await.unwrap_err().view();
    assert_eq!(
        (error.code.as_str(), error.params["host"].as_str()),
        ("server-unreachable", "127.0.0.1:1")
    );
    // A site of another kind at the same host has a nodeinfo, too.
    let to = server.clone();
    let blog = pages(move |path, origin| match path {
        "/.well-known/nodeinfo" => Some(json(&serde_json::json!({ "links": [
            { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{origin}/nodeinfo/2.0") } ] }))),
        "/nodeinfo/2.0" => Some(json(&serde_json::json!({ "software": { "name": "wordpress", "version": "6" } }))),
        path => path
            .starts_with("/.well-known/webfinger")
            .then(|| json(&serde_json::json!({ "links": [{ "rel": "self", "href": format!("{to}/users/me") }] }))),
    })
    .await;
    assert_eq!(found(&rig, &blog).await.unwrap().origin, server);
    // It is asked about the handle that was typed.
    let to = server.clone();
    let host = pages(move |path, origin| {
        let asked = path.starts_with("/.well-known/webfinger?resource=acct%3AMe%40") && !origin.is_empty();
        asked.then(|| json(&serde_json::json!({ "links": [{ "rel": "self", "href": format!("{to}/users/me") }] })))
    })
    .await;
    assert_eq!(found(&rig, &host).await.unwrap_err(), "server-unknown");
    assert_eq!(
        found(&rig, &format!("@Me@{}", host.strip_prefix("http://").unwrap()))
            .await
            .unwrap()
            .origin,
        server
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_under_a_path_is_named_and_a_page_is_none() {
    let rig = Rig::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let under = pages(move |path, origin| {
        count.fetch_add(usize::from(path.contains("users")), Ordering::Relaxed);
        path.strip_prefix("/mastodon").and_then(|path| instance_v1(path, origin))
    })
    .await;
    for typed in ["/mastodon", "/mastodon/", "/mastodon/@me", "/mastodon/users/me", "/mastodon?x=y"] {
        let error = rig
            .keeper
            .find_server("mastodon", &format!("{under}{typed}"))
            .await
            .unwrap_err()
            .view();
        assert_eq!(
            (error.code.as_str(), error.params["path"].as_str()),
            ("server-under-path", "/mastodon"),
            "{typed}"
        );
        assert!(under.ends_with(&error.params["host"]));
    }
    // host-meta tells, where nobody typed a path.
    let told = pages(|path, origin| match path {
        "/.well-known/host-meta" => Some(http(
            "200 OK",
            "",
            format!("<XRD><Link rel=\"lrdd\" template=\"{origin}/social/.well-known/webfinger?resource={{uri}}\"/></XRD>").as_bytes(),
        )),
        path => path.strip_prefix("/social").and_then(|path| instance_v1(path, origin)),
    })
    .await;
    assert_eq!(found(&rig, &told).await.unwrap_err(), "server-under-path");
    let server = pages(instance_v1).await;
    for page in ["/@me", "/users/me", "/web/@me", "/about", "/some/page", "/@me/123"] {
        assert_eq!(found(&rig, &format!("{server}{page}")).await.unwrap().origin, server, "{page}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0, "a profile's path is not asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_below_localhost_are_this_computer() {
    let rig = Rig::new();
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let origin = socket_at(address, |request| answer(request, instance_v1)).await;
        let port = origin.rsplit(':').next().unwrap();
        for name in ["gts.localhost", "A.B.LOCALHOST", "localhost"] {
            for typed in [
                format!("{name}:{port}"),
                format!("http://{name}:{port}"),
                format!("@me@{name}:{port}"),
            ] {
                let server = found(&rig, &typed).await.unwrap_or_else(|e| panic!("{typed}: {e}"));
                assert_eq!(server.origin, format!("http://{}:{port}", name.to_lowercase()));
            }
        }
    }
    assert_eq!(found(&rig, "http://localhost.example:1").await.unwrap_err(), "server-not-https");
}

#[test]
fn a_server_behind_a_tls_proxy_speaks_of_itself_as_http() {
    if !crate::system::NAMED_AUTHORITIES {
        return;
    }
    let folder = tempfile::TempDir::new().unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".into()])
        .unwrap()
        .signed_by(&own, &issuer)
        .unwrap();
    let base64 = base64::engine::general_purpose::STANDARD.encode(authority.der());
    let path = folder.path().join("authority.pem");
    std::fs::write(&path, format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")).unwrap();
    std::fs::write(folder.path().join("leaf"), leaf.der()).unwrap();
    std::fs::write(folder.path().join("key"), own.serialize_der()).unwrap();
    crate::children::in_process("unusual_servers::child_behind_tls", |c| {
        c.env("SSL_CERT_FILE", &path)
            .env_remove("SSL_CERT_DIR")
            .env("TLS_FOLDER", folder.path());
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_behind_tls() {
    let folder = std::path::PathBuf::from(std::env::var_os("TLS_FOLDER").unwrap());
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let key = PrivateKeyDer::try_from(read("key")).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(read("leaf"))], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = vec![0; 16 * 1024];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let said = answer(&String::from_utf8_lossy(&request[..read]), |path, origin| match path {
                "/.well-known/nodeinfo" => Some(http("301 Moved Permanently", &format!("Location: {origin}/moved\r\n"), b"")),
                "/moved" => Some(json(&serde_json::json!({ "links": [
                    { "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": format!("{origin}/nodeinfo/2.0") } ] }))),
                "/nodeinfo/2.0" => Some(json(&serde_json::json!({ "software": { "name": "mastodon", "version": "4.4.8" } }))),
                _ => None,
            });
            let _ = stream.write_all(&said).await;
            let _ = stream.shutdown().await;
        }
    });
    let rig = Rig::new();
    let origin = format!("https://localhost:{port}");
    let server = found(&rig, &origin).await.unwrap();
    assert_eq!((server.origin, server.software.as_deref()), (origin, Some("mastodon 4.4.8")));
}
