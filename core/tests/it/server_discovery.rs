//! From what a person typed to the server: names, forwardings, software, and everything that answers and is no server.

use std::time::Duration;

use keybearer_core::discovery::origin;
use keybearer_core::provider::RedirectKind;
use keybearer_practice::{Endpoint, Fault, Flavor};
use proptest::prelude::*;

use crate::rig::{Rig, asked, plan, practice};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_software_picks_the_file() {
    let rig = Rig::new();
    for (flavor, provider, software) in [
        (Flavor::Mastodon, "mastodon", "mastodon 4.4.8"),
        (Flavor::GoToSocial, "gotosocial", "gotosocial 0.20.0-main-57cb4fe"),
    ] {
        let p = practice(flavor).await;
        for chosen in ["mastodon", "gotosocial"] {
            let found = rig.keeper.find_server(chosen, p.origin()).await.unwrap();
            assert_eq!((found.provider.as_str(), found.software.as_deref()), (provider, Some(software)));
            assert_eq!(found.origin, p.origin());
        }
        // Whatever tile was pressed, the login follows the server's own software.
        let mut wrong_tile = plan(&rig, &p, RedirectKind::Loopback);
        wrong_tile.provider = if provider == "mastodon" { "gotosocial" } else { "mastodon" }.into();
        assert_eq!(rig.log_in(wrong_tile).await.account.provider, provider);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_software_of_the_family_is_taken_with_one_redirect_uri() {
    let (rig, p) = (Rig::new(), practice(Flavor::Practice).await);
    let mut login = plan(&rig, &p, RedirectKind::Loopback);
    login.provider = "gotosocial".into();
    let account = rig.log_in(login.clone()).await.account;
    assert_eq!(account.provider, "mastodon", "the family's fallback");
    let sent = p.requests().into_iter().find(|r| r.path == "/api/v1/apps").unwrap();
    assert!(
        !sent.form_param("redirect_uris").unwrap().contains('\n'),
        "Pixelfed splits a list wrongly"
    );
    // A port that is taken: such a server may compare ports, so the client is registered anew.
    let rig = rig.restart();
    rig.log_in(login).await;
    assert_eq!(asked(&p, "/api/v1/apps"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_names_and_unreachable_servers() {
    let rig = Rig::new();
    for (typed, codes) in [
        ("", &["server-name-invalid"][..]),
        ("me", &["server-name-invalid"]),
        ("@me@", &["server-name-invalid"]),
        ("http://example.org", &["server-not-https"]),
        ("127.0.0.1:1", &["server-unreachable"]),
        // Without a network the machine says so instead.
        ("no-such-server.invalid", &["server-not-found", "offline"]),
        ("@me@no-such-server.invalid", &["server-not-found", "offline"]),
    ] {
        let error = rig.keeper.find_server("mastodon", typed).await.unwrap_err();
        assert!(codes.contains(&error.code().as_str()), "{typed}: {error:?}");
    }
    let (p, nobody) = (practice(Flavor::Mastodon).await, practice(Flavor::Mastodon).await);
    let mut gone = plan(&rig, &nobody, RedirectKind::Loopback);
    drop(nobody);
    let error = rig.fail(gone.clone()).await;
    assert_eq!(error.code, "server-unreachable");
    assert!(gone.answers["server"].expose().ends_with(&error.params["host"]));
    gone.answers.clear();
    assert_eq!(rig.fail(gone).await.code, "server-name-invalid");
    for field in ["redirect", "scopes"] {
        let mut wrong = plan(&rig, &p, RedirectKind::Loopback);
        match field {
            "redirect" => wrong.redirect = Some(RedirectKind::Relay),
            _ => wrong.scopes.push("read write".into()),
        }
        let error = rig.fail(wrong).await;
        assert_eq!((error.code.as_str(), error.params["field"].as_str()), ("input-invalid", field));
    }
    let mut unknown = plan(&rig, &p, RedirectKind::Loopback);
    unknown.provider = "nobody".into();
    assert_eq!(rig.fail(unknown.clone()).await.code, "provider-unknown");
    unknown.provider = "mastodon".into();
    unknown.client = Some("no such client".into());
    assert_eq!(rig.fail(unknown).await.code, "client-unknown");
    assert!(rig.opened().is_empty(), "nothing of this opened a browser");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn responses_that_are_not_a_server() {
    for (fault, code) in [
        (Fault::Html, "server-unknown"),
        (Fault::Garbage, "server-unknown"),
        (Fault::WrongTypes, "server-unknown"),
        (Fault::Status(404), "server-unknown"),
        (Fault::Status(500), "server-unknown"),
        (Fault::Drop, "server-unreachable"),
        (Fault::Huge, "answer-too-large"),
    ] {
        let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
        p.fail_always(Endpoint::NodeInfo, Some(fault.clone()));
        p.fail_always(Endpoint::Instance, Some(fault.clone()));
        p.fail_always(Endpoint::Apps, Some(Fault::Html));
        assert_eq!(rig.fail(plan(&rig, &p, RedirectKind::Loopback)).await.code, code, "{fault:?}");
        assert!(rig.opened().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_nodeinfo_is_logged_in_to() {
    for (flavor, fault) in [
        (Flavor::Mastodon, Fault::Html),
        (Flavor::GoToSocial, Fault::Status(403)),
        (Flavor::Mastodon, Fault::Garbage),
        (Flavor::Mastodon, Fault::WrongTypes),
    ] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        p.fail_always(Endpoint::NodeInfo, Some(fault));
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn well_known_lookups_follow_three_redirects_and_no_more() {
    let rig = Rig::new();
    let server = practice(Flavor::GoToSocial).await;
    let mut hosts = vec![server];
    for _ in 0..4 {
        let host = practice(Flavor::Mastodon).await;
        host.well_known_redirect(Some(hosts.last().unwrap().origin().to_owned()));
        hosts.push(host);
    }
    for (hops, host) in hosts.iter().enumerate() {
        let found = rig.keeper.find_server("mastodon", host.origin()).await;
        match found {
            Ok(found) if hops <= 3 => assert_eq!(found.origin, hosts[0].origin(), "{hops} hops"),
            Err(error) if hops > 3 => assert_eq!(error.code(), "server-unknown"),
            other => panic!("{hops} hops: {other:?}"),
        }
    }
    // The account belongs to the server, not to the host that was typed.
    let mut typed = plan(&rig, &hosts[0], RedirectKind::Loopback);
    typed.answers.insert(
        "server".into(),
        format!("@ada@{}", hosts[1].origin().strip_prefix("http://").unwrap()).into(),
    );
    let account = rig.log_in(typed).await.account;
    assert_eq!(account.server.as_deref(), hosts[0].origin().strip_prefix("http://"));
    let asked = hosts[1].requests();
    assert!(!asked.is_empty() && asked.iter().all(|r| r.path.starts_with("/.well-known/")));

    for elsewhere in ["http://example.invalid", "ftp://127.0.0.1", "file:///etc", "http://10.0.0.1"] {
        let host = practice(Flavor::Mastodon).await;
        host.well_known_redirect(Some(elsewhere.into()));
        let error = rig.keeper.find_server("mastodon", host.origin()).await.unwrap_err();
        assert_eq!(error.code(), "server-unknown", "{elsewhere}");
    }
    let ring = practice(Flavor::Mastodon).await;
    ring.well_known_redirect(Some(ring.origin().to_owned()));
    assert_eq!(
        rig.keeper.find_server("mastodon", ring.origin()).await.unwrap_err().code(),
        "server-unknown"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_whose_nodeinfo_is_dead_may_still_forward_by_host_meta() {
    let (rig, server, host) = (Rig::new(), practice(Flavor::GoToSocial).await, practice(Flavor::Mastodon).await);
    host.fail_always(Endpoint::NodeInfo, Some(Fault::Status(404)));
    host.well_known_redirect(Some(server.origin().to_owned()));
    let found = rig.keeper.find_server("mastodon", host.origin()).await.unwrap();
    assert_eq!(found.origin, server.origin());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_are_used_where_they_are_and_missed_by_nobody() {
    for (flavor, on) in [
        (Flavor::Mastodon, true),
        (Flavor::Mastodon, false),
        (Flavor::GoToSocial, true),
        (Flavor::GoToSocial, false),
    ] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        p.metadata(on);
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    }
    for fault in [
        Fault::Html,
        Fault::Garbage,
        Fault::WrongTypes,
        Fault::Huge,
        Fault::Drop,
        Fault::Status(500),
        Fault::RedirectTo("https://evil.example/".into()),
        Fault::Slow(Duration::from_millis(50)),
    ] {
        let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
        p.fail_next(Endpoint::Metadata, fault);
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_issuer_is_compared_where_it_is_sent() {
    let right = |origin: &str, metadata: bool| if metadata { format!("{origin}/") } else { origin.to_owned() };
    for metadata in [true, false] {
        let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
        p.metadata(metadata);
        p.send_iss(Some(right(p.origin(), metadata)));
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
        p.send_iss(Some("https://evil.example".into()));
        let error = rig.fail(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(
            (error.code.as_str(), error.params["got"].as_str()),
            ("issuer-mismatch", "https://evil.example")
        );
        assert_eq!(
            p.tokens().len(),
            1 + usize::from(p.requests().iter().any(|r| r.body.contains("client_credentials")))
        );
    }
    // RFC 9207 §2.4: promised by the metadata and not there. The redirect URI is this server's alone, so no mix-up is possible.
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    p.send_iss(Some("promised".into()));
    let login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    p.send_iss(None);
    let link = rig.keeper.consent_link(&login.id).unwrap();
    crate::browser::visit(&link, &crate::browser::Visit::allow("ada"), &rig.keeper).await;
    let mut login = login;
    login.end().await.unwrap();
    assert!(asked(&p, "/oauth/token") > 0);
}

#[test]
fn a_proxy_is_not_asked_for_this_computer() {
    crate::children::in_process("server_discovery::child_behind_a_proxy", |c| {
        for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            c.env(name, "http://127.0.0.1:1");
        }
        c.env_remove("no_proxy").env_remove("NO_PROXY");
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_behind_a_proxy() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
    let name = p.origin().replace("http://127.0.0.1", "gts.localhost");
    rig.keeper.find_server("mastodon", &name).await.unwrap();
}

proptest! {
    #[test]
    fn a_typed_name_is_an_https_origin_or_an_error(typed in ".{0,60}") {
        if let Ok(url) = origin(&typed) {
            let local = url.host_str().is_some_and(|h| h == "localhost" || h.starts_with("127.") || h == "[::1]");
            prop_assert!(url.scheme() == "https" || (url.scheme() == "http" && local), "{}", url);
            prop_assert!(url.path() == "/" && url.query().is_none() && url.fragment().is_none());
            prop_assert!(url.username().is_empty() && url.password().is_none());
        }
    }

    #[test]
    fn a_server_is_found_in_every_spelling(host in "[a-z]{1,8}\\.[a-z]{2,5}", name in "[a-z0-9_]{1,9}", port in proptest::option::of(1024u16..)) {
        let host = port.map_or(host.clone(), |p| format!("{host}:{p}"));
        let expected = format!("https://{host}/");
        for typed in [host.clone(), format!("@{name}@{host}"), format!("{name}@{host}"), format!("https://{host}/@{name}"), format!(" {host}/@{name} ")] {
            let found = origin(&typed).unwrap();
            prop_assert_eq!(found.as_str(), &expected, "{}", typed);
        }
    }
}
