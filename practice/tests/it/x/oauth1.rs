//! OAuth 1.0a: temporary credentials, both ends of the page, token credentials, access levels, and their end.

use std::time::Duration;

use keybearer_practice::x::{ACCESS_TOKEN, ACCESS_TOKEN_SECRET, Key, Kind, Message, Permissions, X};

use super::client::*;
use crate::client::{Answer, http, param};

fn owner() -> Sign<'static> {
    Sign {
        token: (ACCESS_TOKEN, ACCESS_TOKEN_SECRET),
        ..Sign::default()
    }
}

async fn request(x: &X, more: &[(&str, &str)]) -> Answer {
    Sign { more, ..Sign::default() }.post(x, "/oauth/request_token").await
}

#[tokio::test]
async fn by_callback() {
    let x = start().await;
    let answer = request(&x, &[("oauth_callback", CALLBACK)]).await;
    assert!(
        answer.status == 200 && answer.header("content-type").starts_with("text/html"),
        "{}",
        answer.text
    );
    assert!(answer.text.ends_with("&oauth_callback_confirmed=true"), "{}", answer.text);
    let (token, secret) = temporary(&x, CALLBACK).await;
    let verifier = verifier(&x, &token, "grace").await;
    // A wrong verifier changes nothing.
    for wrong in ["x", ""] {
        let refused = credentials(&x, (&token, &secret), wrong).await;
        assert!(
            refused.status == 401 && refused.text.contains("Invalid oauth_verifier parameter"),
            "{}",
            refused.text
        );
    }
    let answer = credentials(&x, (&token, &secret), &verifier).await;
    let (id, access) = (x.user_id("grace").unwrap(), value(&answer, "oauth_token"));
    assert!(answer.header("content-type").starts_with("text/html") && access.starts_with(&format!("{id}-")));
    assert_eq!(
        (value(&answer, "user_id"), value(&answer, "screen_name")),
        (id.to_string(), "grace".to_owned())
    );
    let known = x.token(&access).unwrap();
    assert_eq!(
        (known.kind, known.secret.as_deref()),
        (Kind::OAuth1, Some(value(&answer, "oauth_token_secret").as_str()))
    );
    // Once.
    assert_eq!(credentials(&x, (&token, &secret), &verifier).await.status, 401);
    assert!(
        get(&x, "/oauth/authorize", &[("oauth_token", &token)])
            .await
            .text
            .contains("Whoa there!")
    );
    // The same again for the same person.
    assert_eq!(signed_login(&x, "grace").await.0, access);
}

#[tokio::test]
async fn by_pin() {
    let x = start().await;
    let (token, secret) = temporary(&x, "oob").await;
    let page = get(&x, "/oauth/authorize", &[("oauth_token", &token)]).await;
    assert!(page.text.contains("Afterwards you get a code to copy."));
    let shown = press(&x, "/oauth/authorize", &page, "ada", "allow").await;
    let (_, rest) = shown.text.split_once("id=\"code\"").unwrap();
    let pin = rest.split(['>', '<']).nth(1).unwrap();
    assert!(
        shown.status == 200 && pin.len() == 7 && pin.bytes().all(|byte| byte.is_ascii_digit()),
        "{}",
        shown.text
    );
    assert!(press(&x, "/oauth/authorize", &page, "ada", "allow").await.text.contains(pin));
    assert_eq!(value(&credentials(&x, (&token, &secret), pin).await, "screen_name"), "ada");

    let (token, secret) = temporary(&x, "oob").await;
    let page = get(&x, "/oauth/authorize", &[("oauth_token", &token)]).await;
    let denied = press(&x, "/oauth/authorize", &page, "ada", "deny").await;
    assert!(denied.status == 200 && denied.text.contains("denied") && !denied.text.contains("id=\"code\""));
    assert_eq!(credentials(&x, (&token, &secret), "0000000").await.status, 401);
}

#[tokio::test]
async fn the_page_and_denial() {
    let x = start().await;
    let (token, _) = temporary(&x, CALLBACK).await;
    let page = async |more: &[(&str, &str)]| {
        let params = [&[("oauth_token", token.as_str())], more].concat();
        get(&x, "/oauth/authorize", &params).await
    };
    let shown = page(&[]).await;
    for part in [
        "This is practice",
        "value=\"ada\" required checked>",
        "<code>write</code>",
        CALLBACK,
    ] {
        assert!(shown.text.contains(part), "{part}");
    }
    assert!(!shown.text.contains("directmessages"));
    assert!(!page(&[("force_login", "true")]).await.text.contains("required checked>"));
    let named = page(&[("force_login", "true"), ("screen_name", "grace")]).await;
    assert!(named.text.contains("value=\"grace\" required checked>"));
    let denied = press(&x, "/oauth/authorize", &shown, "", "deny").await;
    assert_eq!(denied.header("location"), format!("{CALLBACK}?denied={token}"));
    assert_eq!(page(&[]).await.status, 403);
    assert_eq!(get(&x, "/oauth/authorize", &[]).await.status, 403);
    let (late, _) = temporary(&x, CALLBACK).await;
    x.advance(Duration::from_secs(3600));
    assert_eq!(get(&x, "/oauth/authorize", &[("oauth_token", &late)]).await.status, 403);
}

#[tokio::test]
async fn callbacks() {
    let x = start().await;
    for wrong in ["http://127.0.0.1:47020/callback/x/", "https://evil.example/", "OOB"] {
        let refused = request(&x, &[("oauth_callback", wrong)]).await;
        assert_eq!(v1(&refused), (403, 415));
        assert!(
            refused
                .text
                .contains("Callback URL not approved for this client application. Approved callback URLs")
        );
    }
    x.switch(|switches| switches.callback_error_xml = true);
    let xml = request(&x, &[("oauth_callback", "https://evil.example/")]).await;
    assert!(
        xml.status == 403 && xml.text.contains("<hash><error>Callback URL not approved"),
        "{}",
        xml.text
    );
    assert!(xml.text.ends_with("<request>/oauth/request_token</request></hash>"));
    assert_eq!(v1(&request(&x, &[]).await), (400, 215));
    // In the form it is as good as in the header.
    let sign = Sign {
        form: &[("oauth_callback", CALLBACK)],
        ..Sign::default()
    };
    assert_eq!(sign.post(&x, "/oauth/request_token").await.status, 200);
    x.set_callbacks(&[]);
    x.switch(|switches| switches.callback_error_xml = false);
    assert_eq!(v1(&request(&x, &[("oauth_callback", "oob")]).await), (403, 415));
    x.register_callback(CALLBACK).unwrap();
    x.switch(|switches| {
        switches.callback_confirmed = false;
        switches.form_as_html = false;
        switches.tells_user = false;
    });
    let answer = request(&x, &[("oauth_callback", "oob")]).await;
    assert_eq!(value(&answer, "oauth_callback_confirmed"), "false");
    assert_eq!(answer.header("content-type"), "application/x-www-form-urlencoded");
    let (token, secret) = temporary(&x, CALLBACK).await;
    let verifier = verifier(&x, &token, "ada").await;
    assert!(!credentials(&x, (&token, &secret), &verifier).await.text.contains("screen_name"));
}

#[tokio::test]
async fn access_levels_and_ends() {
    let x = start().await;
    for (permissions, level) in [
        (Permissions::ReadWriteDirectMessages, "read-write-directmessages"),
        (Permissions::Read, "read"),
        (Permissions::ReadWrite, "read-write"),
    ] {
        let (token, secret) = signed_login(&x, "grace").await;
        x.set_permissions(permissions);
        // A change ends what was there.
        assert_eq!(
            v1(&Sign {
                token: (&token, &secret),
                ..Sign::default()
            }
            .get(&x, "/2/users/me")
            .await),
            (401, 89)
        );
        let (token, secret) = signed_login(&x, "grace").await;
        let answer = Sign {
            token: (&token, &secret),
            ..Sign::default()
        }
        .get(&x, "/2/users/me")
        .await;
        assert_eq!((answer.status, answer.header("x-access-level")), (200, level));
    }
    let answer = request(&x, &[("oauth_callback", CALLBACK), ("x_auth_access_type", "read")]).await;
    let (token, secret) = (value(&answer, "oauth_token"), value(&answer, "oauth_token_secret"));
    let verifier = verifier(&x, &token, "ada").await;
    let answer = credentials(&x, (&token, &secret), &verifier).await;
    assert_eq!(
        x.token(&value(&answer, "oauth_token")).unwrap().permissions,
        Some(Permissions::Read)
    );

    // The person takes it back; the owner's was ended by the change and is made anew.
    x.kill_tokens_of("ada");
    let keys = x.regenerate(Key::AccessToken);
    let anew = Sign {
        token: (&keys.access_token, &keys.access_token_secret),
        ..Sign::default()
    };
    assert_eq!(
        (
            owner().get(&x, "/2/users/me").await.status,
            anew.get(&x, "/2/users/me").await.status
        ),
        (401, 200)
    );
    x.switch(|switches| switches.access_level = false);
    assert_eq!(anew.get(&x, "/2/users/me").await.header("x-access-level"), "");
    let keys = x.regenerate(Key::Api);
    assert_eq!(v1(&anew.get(&x, "/2/users/me").await), (401, 32));
    let newest = Sign {
        key: (&keys.api_key, &keys.api_secret),
        ..anew
    };
    assert_eq!(v1(&newest.get(&x, "/2/users/me").await), (401, 89));
}

#[tokio::test]
async fn verify_and_invalidate() {
    const VERIFY: &str = "/1.1/account/verify_credentials.json";
    let x = start().await;
    let (token, secret) = signed_login(&x, "grace").await;
    let hers = Sign {
        token: (&token, &secret),
        ..Sign::default()
    };
    let body = hers.get(&x, VERIFY).await.json();
    assert_eq!((text(&body, "screen_name"), body["id"].as_u64()), ("grace", x.user_id("grace")));
    x.switch(|switches| switches.v1_available = false);
    assert_eq!(v1(&hers.get(&x, VERIFY).await), (403, 453));
    let (bearer, _) = login(&x, "grace").await;
    assert_eq!(v1(&send(http().get(url(&x, VERIFY, &[])).bearer_auth(bearer)).await), (403, 220));
    assert_eq!(v1(&get(&x, VERIFY, &[]).await), (400, 215));
    let answer = hers.post(&x, "/1.1/oauth/invalidate_token.json").await;
    assert_eq!((answer.status, text(&answer.json(), "access_token")), (200, token.as_str()));
    let dead = hers.get(&x, "/2/users/me").await;
    assert_eq!(v1(&dead), (401, 89));
    assert!(dead.text.contains("Invalid or expired token."));
    assert!(signed_login(&x, "grace").await.0 != token);
    assert_eq!((x.count(Message::Invalidate), x.count(Message::RequestToken)), (1, 2));
    assert!(param(&format!("?{}", x.requests()[0].1.body), "oauth_signature").is_none());
}
