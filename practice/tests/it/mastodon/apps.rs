//! Registration: the numbers are those of the recorded exchanges with a real GoToSocial.

use keybearer_practice::Flavor;
use serde_json::json;

use crate::client::*;

fn keys(text: &str) -> Vec<String> {
    // The order on the wire, which a parsed object may lose.
    let mut found: Vec<(usize, String)> = Vec::new();
    for (at, _) in text.match_indices("\":") {
        let start = text[..at].rfind('"').unwrap() + 1;
        found.push((start, text[start..at].to_owned()));
    }
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn gotosocial_replies_field_by_field() {
    let practice = start(Flavor::GoToSocial).await;
    // 9
    let body = json!({ "client_name": "memos", "redirect_uris": OOB, "scopes": "read" });
    let answer = post_json(&practice, "/api/v1/apps", &body).await;
    assert_eq!(
        (answer.status, answer.header("cache-control"), answer.header("content-type")),
        (200, "no-store", "application/json")
    );
    let order = [
        "id",
        "created_at",
        "name",
        "redirect_uri",
        "redirect_uris",
        "client_id",
        "client_secret",
        "vapid_key",
        "scopes",
    ];
    assert_eq!(keys(&answer.text), order);
    let reply = answer.json();
    assert_eq!(reply["client_id"].as_str().unwrap().len(), 26);
    assert_eq!(reply["client_secret"].as_str().unwrap().len(), 36);
    assert_eq!(reply["redirect_uris"], json!([OOB]));
    // 10
    let form = [
        ("client_name", "memos"),
        ("redirect_uris", OOB),
        ("scopes", "read write"),
        ("website", "https://example.org"),
    ];
    let reply = post(&practice, "/api/v1/apps", &form).await.json();
    assert_eq!(
        (reply["website"].as_str(), &reply["scopes"]),
        (Some("https://example.org"), &json!(["read", "write"]))
    );
    // 11: defaults
    let reply = post_json(&practice, "/api/v1/apps", &json!({ "client_name": "d" })).await.json();
    assert_eq!((&reply["redirect_uri"], &reply["scopes"]), (&json!(OOB), &json!(["read"])));
    // 14, 17, 19, 20: many, custom, dangerous, unknown
    let uris = format!("{OOB}\n{CALLBACK}\ndemooauth://callback/gts\njavascript:alert(1)\nno uri");
    let reply = post_json(
        &practice,
        "/api/v1/apps",
        &json!({ "client_name": "m", "redirect_uris": uris, "scopes": "read frobnicate" }),
    )
    .await
    .json();
    assert_eq!(
        reply["redirect_uris"],
        json!([OOB, CALLBACK, "demooauth://callback/gts", "javascript:alert(1)", "no%20uri"])
    );
    assert_eq!(reply["scopes"], json!(["read", "frobnicate"]));
    // 16: an array in a form is not seen
    let reply = post(&practice, "/api/v1/apps", &[("client_name", "arr"), ("redirect_uris[]", CALLBACK)])
        .await
        .json();
    assert_eq!(reply["redirect_uris"], json!([OOB]));
}

#[tokio::test]
async fn gotosocial_refuses_in_its_own_words() {
    let practice = start(Flavor::GoToSocial).await;
    let required =
        "Bad Request: Key: 'ApplicationCreateRequest.ClientName' Error:Field validation for 'ClientName' failed on the 'required' tag";
    let array = "Bad Request: json: cannot unmarshal array into Go struct field ApplicationCreateRequest.redirect_uris of type string";
    let long = "Bad Request: client_name must be less than 1024 characters, provided client_name was 1025 characters";
    let host = "Bad Request: error parsing redirect URI: parse \"http://[::1\": missing ']' in host";
    for (body, error) in [
        (json!({ "redirect_uris": OOB }), required),
        (json!({ "client_name": "arr", "redirect_uris": [CALLBACK] }), array),
        (json!({ "client_name": "x".repeat(1025) }), long),
        (json!({ "client_name": "bad", "redirect_uris": "http://[::1" }), host),
    ] {
        let answer = post_json(&practice, "/api/v1/apps", &body).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (400, json!({ "error": error }).to_string().as_str())
        );
    }
    // 13, 22, 23
    assert_eq!(post(&practice, "/api/v1/apps", &[]).await.error(), required);
    let url = format!("{}/api/v1/apps", practice.origin());
    let broken = http()
        .post(&url)
        .header("content-type", "application/json")
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(Answer::of(broken).await.error(), "Bad Request: unexpected EOF");
    let html = http()
        .post(&url)
        .header("accept", "text/html")
        .json(&json!({ "client_name": "h" }))
        .send()
        .await
        .unwrap();
    let html = Answer::of(html).await;
    assert_eq!((html.status, html.header("content-type")), (406, "text/html; charset=utf-8"));
    assert!(
        html.text
            .contains("no format can be offered for requested Accept header(s) [text/html]"),
        "{}",
        html.text
    );
}

#[tokio::test]
async fn mastodon_replies_and_refuses() {
    for flavor in [Flavor::Mastodon, Flavor::Practice] {
        let practice = start(flavor).await;
        let body = json!({ "client_name": "a", "redirect_uris": [CALLBACK, OOB], "scopes": "read write:statuses profile" });
        let answer = post_json(&practice, "/api/v1/apps", &body).await;
        let reply = answer.json();
        assert_eq!((answer.status, &reply["redirect_uris"]), (200, &json!([CALLBACK, OOB])));
        assert_eq!((&reply["website"], &reply["client_secret_expires_at"]), (&json!(null), &json!(0)));
        assert_eq!((reply["client_id"].as_str().unwrap().len(), reply["id"].is_string()), (43, true));
        let newline = post(
            &practice,
            "/api/v1/apps",
            &[("client_name", "a"), ("redirect_uris", "http://127.0.0.1/a\nx-app:/cb")],
        )
        .await;
        assert_eq!(newline.json()["redirect_uri"], json!("http://127.0.0.1/a\nx-app:/cb"));

        for (uri, why) in [
            ("/relative", "Redirect URI must be an absolute URI."),
            ("javascript:alert(1)", "Redirect URI is forbidden by the server."),
            ("app:cb", "Redirect URI must be a valid URI."),
            ("http://[::1", "Redirect URI must be a valid URI."),
            ("http://127.0.0.1/#x", "Redirect URI cannot contain a fragment."),
            ("", "Redirect URI can't be blank"),
        ] {
            let answer = post(&practice, "/api/v1/apps", &[("client_name", "a"), ("redirect_uris", uri)]).await;
            assert_eq!((answer.status, answer.error()), (422, format!("Validation failed: {why}")), "{uri}");
        }
        let scopes = [("client_name", "a"), ("redirect_uris", OOB), ("scopes", "read frobnicate")];
        assert_eq!(post(&practice, "/api/v1/apps", &scopes).await.status, 422);
        let nameless = post(&practice, "/api/v1/apps", &[("redirect_uris", OOB)]).await;
        assert_eq!(nameless.error(), "Validation failed: Application name can't be blank");
    }
}
