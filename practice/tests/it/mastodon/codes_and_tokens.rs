//! What becomes of codes and tokens: PKCE, lifetimes, one token for two logins, the shapes of answers, forgotten apps.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keybearer_practice::{Answer as Shape, Flavor};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::client::*;

const TOKEN: &str = "/oauth/token";

#[tokio::test]
async fn pkce_is_checked_by_mastodon_and_dropped_by_gotosocial() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    // RFC 7636 appendix B.
    assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    for flavor in ALL {
        let strict = flavor != Flavor::GoToSocial;
        let practice = start(flavor).await;
        let app = register(&practice, CALLBACK, "read").await;
        let fresh = async || {
            let mut ask = request(&app, CALLBACK, "read");
            ask.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
            param(&allow(&practice, &ask).await, "code").unwrap()
        };
        for (sent, refusal) in [(Some("a".repeat(43)), "invalid_grant"), (None, "invalid_request")] {
            let code = fresh().await;
            let mut fields = exchange(&app, CALLBACK, &code);
            fields.extend(sent.as_deref().map(|sent| ("code_verifier", sent)));
            let answer = post(&practice, TOKEN, &fields).await;
            assert_eq!(answer.status, if strict { 400 } else { 200 });
            if strict {
                assert_eq!(answer.error(), refusal);
            }
        }
        let code = fresh().await;
        let mut fields = exchange(&app, CALLBACK, &code);
        fields.push(("code_verifier", verifier));
        assert_eq!(post(&practice, TOKEN, &fields).await.status, 200);
    }
}

#[tokio::test]
async fn codes_live_as_long_as_told() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let app = register(&practice, CALLBACK, "read").await;
        practice.set_code_lifetime(Duration::from_millis(40));
        let late = code(&practice, &app, CALLBACK, "read").await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        let answer = post(&practice, TOKEN, &exchange(&app, CALLBACK, &late)).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"));
        practice.set_code_lifetime(Duration::from_secs(600));
        let fresh = code(&practice, &app, CALLBACK, "read").await;
        assert_eq!(post(&practice, TOKEN, &exchange(&app, CALLBACK, &fresh)).await.status, 200);
    }
}

#[tokio::test]
async fn a_second_login_at_mastodon_gets_the_same_token() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let app = register(&practice, CALLBACK, "read profile").await;
        let login = async |scope: &str| {
            let code = code(&practice, &app, CALLBACK, scope).await;
            post(&practice, TOKEN, &exchange(&app, CALLBACK, &code)).await.json()["access_token"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let (one, two, less) = (login("read").await, login("read").await, login("profile").await);
        assert_eq!(one == two, flavor != Flavor::GoToSocial);
        assert_ne!(one, less);
        practice.kill_tokens();
        assert_eq!(practice.tokens(), Vec::<String>::new());
        let fresh = login("read").await;
        assert_ne!(one, fresh);
        assert_eq!(practice.tokens(), [fresh]);
    }
}

#[tokio::test]
async fn answers_in_every_shape() {
    let practice = start(Flavor::Practice).await;
    let app = register(&practice, CALLBACK, "read").await;
    let answer = async |shape: Shape| {
        practice.answer_with(shape);
        let code = code(&practice, &app, CALLBACK, "read").await;
        post(&practice, TOKEN, &exchange(&app, CALLBACK, &code)).await
    };
    assert!(answer(Shape::Standard).await.json().get("expires_in").is_none());
    assert_eq!(answer(Shape::ExpiresIn(60)).await.json()["expires_in"], json!(60));
    assert!(answer(Shape::ExpiresInText).await.text.contains("\"expires_in\":\"7200\""));
    assert!(answer(Shape::ExpiresInFloat).await.text.contains("\"expires_in\":7200.0"));
    assert!(answer(Shape::NoTokenType).await.json().get("token_type").is_none());
    assert_eq!(answer(Shape::LowerCaseType).await.json()["token_type"], json!("bearer"));
    assert!(answer(Shape::NoScope).await.json().get("scope").is_none());
    assert!(answer(Shape::BigUserId).await.text.contains(&format!("\"user_id\":{}", Shape::BIG)));
    assert!(answer(Shape::RefreshToken).await.json()["refresh_token"].is_string());
    let form = answer(Shape::FormEncoded).await;
    assert!(
        form.text.starts_with("access_token=") && form.header("content-type").starts_with("text/plain"),
        "{}",
        form.text
    );
    let before = practice.tokens().len();
    let inside = answer(Shape::ErrorInOk).await;
    assert_eq!(
        (inside.status, inside.error().as_str(), practice.tokens().len()),
        (200, "invalid_grant", before)
    );
}

#[tokio::test]
async fn forgotten_apps_are_unknown() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let (app, token) = login(&practice, "read").await;
        practice.forget_apps();
        let answer = post(&practice, TOKEN, &exchange(&app, &app.uris, "x")).await;
        let expected = if flavor == Flavor::GoToSocial {
            (400, "sql: no rows in result set")
        } else {
            (401, "invalid_client")
        };
        assert_eq!((answer.status, answer.error().as_str()), expected);
        assert_eq!(
            open(&practice, &request(&app, CALLBACK, "read")).await.status,
            if flavor == Flavor::GoToSocial { 500 } else { 401 }
        );
        assert_eq!(get_as(&practice, "/api/v1/accounts/verify_credentials", &token).await.status, 200);
    }
}
