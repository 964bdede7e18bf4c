//! What a server says about itself, and what it says to everybody: CORS, 404, 418.

use keybearer_practice::Flavor;
use serde_json::json;

use crate::client::*;

#[tokio::test]
async fn nodeinfo_names_the_software() {
    for (flavor, software) in [
        (Flavor::Practice, "keybearer-practice"),
        (Flavor::Mastodon, "mastodon"),
        (Flavor::GoToSocial, "gotosocial"),
    ] {
        let practice = start(flavor).await;
        let links = get(&practice, "/.well-known/nodeinfo").await.json();
        let href = links["links"][0]["href"].as_str().unwrap();
        let path = href.strip_prefix(practice.origin()).unwrap();
        assert_eq!(path, "/nodeinfo/2.0");
        for path in [path, "/nodeinfo/2.1"] {
            let info = get(&practice, path).await;
            assert!(
                info.header("content-type").starts_with("application/json; profile="),
                "{}",
                info.header("content-type")
            );
            assert_eq!(info.json()["software"]["name"], json!(software));
        }
        for path in ["/api/v1/instance", "/api/v2/instance"] {
            assert!(get(&practice, path).await.json()["version"].is_string());
        }
        let meta = get(&practice, "/.well-known/host-meta").await;
        assert!(meta.text.contains(&format!(
            "template=\"{}/.well-known/webfinger?resource={{uri}}\"",
            practice.origin()
        )));
        let host = practice.origin().strip_prefix("http://").unwrap();
        let finger = get(&practice, &format!("/.well-known/webfinger?resource=acct:ada@{host}")).await;
        assert_eq!(finger.json()["subject"], json!(format!("acct:ada@{host}")));
        assert_eq!(get(&practice, "/.well-known/webfinger?resource=acct:nobody@x").await.status, 404);
    }
}

#[tokio::test]
async fn metadata_on_and_off() {
    let path = "/.well-known/oauth-authorization-server";
    for flavor in ALL {
        let practice = start(flavor).await;
        let gotosocial = flavor == Flavor::GoToSocial;
        let answer = get(&practice, path).await;
        assert_eq!(answer.status, if gotosocial { 404 } else { 200 });
        if gotosocial {
            assert_eq!(answer.text, "{\"error\":\"Not Found\"}");
        }
        practice.metadata(gotosocial);
        assert_eq!(get(&practice, path).await.status, if gotosocial { 200 } else { 404 });
        practice.metadata(true);
        let document = get(&practice, path).await.json();
        let endpoint = |name: &str| document[name].as_str().unwrap().strip_prefix(practice.origin()).unwrap().to_owned();
        assert_eq!(
            (endpoint("authorization_endpoint"), endpoint("token_endpoint")),
            ("/oauth/authorize".to_owned(), "/oauth/token".to_owned())
        );
        assert_eq!(document.get("code_challenge_methods_supported").is_some(), !gotosocial);
        assert!(document.get("authorization_response_iss_parameter_supported").is_none());
        practice.send_iss(Some("x".to_owned()));
        assert_eq!(
            get(&practice, path).await.json()["authorization_response_iss_parameter_supported"],
            json!(true)
        );
    }
}

#[tokio::test]
async fn well_known_paths_can_point_elsewhere() {
    let (host, server) = (start(Flavor::Practice).await, start(Flavor::GoToSocial).await);
    host.well_known_redirect(Some(server.origin().to_owned()));
    for path in [
        "/.well-known/nodeinfo",
        "/.well-known/host-meta",
        "/.well-known/webfinger?resource=acct:ada@example.org",
    ] {
        let answer = get(&host, path).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (301, format!("{}{path}", server.origin()).as_str())
        );
    }
    assert_eq!(get(&host, "/nodeinfo/2.0").await.status, 200);
    host.well_known_redirect(None);
    assert_eq!(get(&host, "/.well-known/nodeinfo").await.status, 200);
}

#[tokio::test]
async fn gotosocial_wants_a_user_agent() {
    let nameless = reqwest::Client::new();
    for flavor in ALL {
        let practice = start(flavor).await;
        let answer = Answer::of(nameless.get(format!("{}/api/v1/instance", practice.origin())).send().await.unwrap()).await;
        if flavor == Flavor::GoToSocial {
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (418, "{\"error\":\"I'm a teapot: no user-agent sent with request\"}")
            );
        } else {
            assert_eq!(answer.status, 200);
        }
        assert_eq!(practice.requests()[0].header("user-agent"), None);
    }
}

#[tokio::test]
async fn cross_origin_and_nowhere() {
    let practice = start(Flavor::GoToSocial).await;
    let url = format!("{}/oauth/token", practice.origin());
    let preflight = http()
        .request(reqwest::Method::OPTIONS, &url)
        .header("origin", "http://tauri.localhost")
        .header("access-control-request-method", "POST");
    let preflight = Answer::of(preflight.send().await.unwrap()).await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, "*"));
    let nowhere = get(&practice, "/.well-known/openid-configuration").await;
    assert_eq!(
        (nowhere.status, nowhere.text.as_str(), nowhere.header("cache-control")),
        (404, "{\"error\":\"Not Found\"}", "")
    );
    assert!(nowhere.headers.contains_key("content-security-policy"));
    let nodeinfo = get(&practice, "/.well-known/nodeinfo").await;
    assert_eq!(
        (nodeinfo.header("cache-control"), nodeinfo.header("vary")),
        ("public, max-age=120", "Accept-Encoding")
    );
}
