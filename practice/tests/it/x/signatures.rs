//! OAuth 1.0a signatures: right and wrong ones, nonces, timestamps, and the checker by itself.

use std::time::Duration;

use keybearer_practice::x::{ACCESS_TOKEN, ACCESS_TOKEN_SECRET, API_KEY, API_SECRET, CLIENT_ID, CLIENT_SECRET, SignedRequest};

use super::client::*;
use crate::client::http;

const OWNER: (&str, &str) = (ACCESS_TOKEN, ACCESS_TOKEN_SECRET);

fn owner() -> Sign<'static> {
    Sign {
        token: OWNER,
        ..Sign::default()
    }
}

#[tokio::test]
async fn signatures() {
    const ME: &str = "/2/users/me";
    let x = start().await;
    let odd = [("a b", "c+d%20=&~*'"), ("a", "2"), ("a", "10"), ("", ""), ("☃", "é")];
    let answer = Sign { query: &odd, ..owner() }.get(&x, ME).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for (key, token) in [
        (("x", API_SECRET), OWNER),
        ((API_KEY, "x"), OWNER),
        ((CLIENT_ID, CLIENT_SECRET), OWNER),
        ((API_KEY, API_SECRET), (ACCESS_TOKEN, "x")),
    ] {
        assert_eq!(
            v1(&Sign {
                key,
                token,
                ..Sign::default()
            }
            .get(&x, ME)
            .await),
            (401, 32),
            "{key:?}"
        );
    }
    let signed = owner().header(&x, "GET", ME);
    for (path, query) in [(ME, &[("a", "b")][..]), ("/1.1/account/verify_credentials.json", &[])] {
        assert_eq!(
            v1(&send(http().get(url(&x, path, query)).header("authorization", &signed)).await),
            (401, 32)
        );
    }
    for more in [
        [("oauth_signature_method", "PLAINTEXT")],
        [("oauth_version", "2.0")],
        [("oauth_nonce", "")],
        [("oauth_timestamp", "x")],
    ] {
        assert_eq!(v1(&Sign { more: &more, ..owner() }.get(&x, ME).await), (400, 215), "{more:?}");
    }
    assert_eq!(
        v1(&Sign {
            more: &[("oauth_nonce", "☃")],
            ..owner()
        }
        .get(&x, ME)
        .await),
        (401, 32)
    );
    assert_eq!(v1(&Sign::default().get(&x, ME).await), (400, 215));
    assert_eq!(v1(&post(&x, "/oauth/request_token", &[]).await), (400, 215));
    assert_eq!(
        v1(&Sign {
            token: ("1-x", "x"),
            ..Sign::default()
        }
        .get(&x, ME)
        .await),
        (401, 89)
    );
    // JSON bodies are not signed.
    let json = http()
        .post(url(&x, "/1.1/oauth/invalidate_token", &[]))
        .json(&serde_json::json!({ "a": "b" }));
    let header = owner().header(&x, "POST", "/1.1/oauth/invalidate_token");
    assert_eq!(send(json.header("authorization", header)).await.status, 200);
    x.switch(|switches| switches.signed_problems = true);
    assert!(owner().get(&x, ME).await.header("content-type").contains("problem"));
}

#[tokio::test]
async fn nonces_and_timestamps() {
    const ME: &str = "/2/users/me";
    let x = start().await;
    let signed = owner().header(&x, "GET", ME);
    let again = async || send(http().get(url(&x, ME, &[])).header("authorization", &signed)).await;
    assert_eq!(again().await.status, 200);
    assert_eq!(v1(&again().await), (401, 32));
    // The same nonce at another time, or with another token, is another.
    let now = x.now();
    for (at, nonce) in [(now, "one"), (now + 1, "one"), (now, "two")] {
        let at = at.to_string();
        assert_eq!(
            Sign {
                more: &[("oauth_nonce", nonce), ("oauth_timestamp", &at)],
                ..owner()
            }
            .get(&x, ME)
            .await
            .status,
            200
        );
    }
    for (by, expected) in [(-310, 135), (310, 135), (-290, 0), (290, 0)] {
        let at = x.now().saturating_add_signed(by).to_string();
        let answer = Sign {
            more: &[("oauth_timestamp", &at)],
            ..owner()
        }
        .get(&x, ME)
        .await;
        if expected == 0 {
            assert_eq!(answer.status, 200, "{by}: {}", answer.text);
        } else {
            assert_eq!(v1(&answer), (401, expected), "{by}");
        }
    }
    let signed = owner().header(&x, "GET", ME);
    x.advance(Duration::from_secs(7200));
    let late = send(http().get(url(&x, ME, &[])).header("authorization", &signed)).await;
    assert_eq!((v1(&late), late.header("date").is_empty()), ((401, 135), false));
}

#[test]
fn the_checker_by_itself() {
    let request = SignedRequest {
        method: "GET",
        url: "http://a.example/x?y=%C3%A9",
        authorization: "OAuth oauth_nonce=\"n\"",
        form: None,
    };
    assert_eq!(
        request.base_string().as_deref(),
        Some("GET&http%3A%2F%2Fa.example%2Fx&oauth_nonce%3Dn%26y%3D%25C3%25A9")
    );
    assert!(!request.is_right("a", "b"));
}
