//! The authorization request and the redirect after it: how each flavor compares redirect URIs, and where it refuses.

use keybearer_practice::Flavor;

use crate::client::*;

#[tokio::test]
async fn redirects_as_recorded() {
    let practice = start(Flavor::GoToSocial).await;
    let own_query = format!("{CALLBACK}?provider=gts");
    let app = register(
        &practice,
        &format!("{CALLBACK}\n{own_query}\ndemooauth://callback/gts\nhttp://[::1]:8765/callback"),
        "read",
    )
    .await;
    // 37: the state comes back form-encoded.
    let mut ask = request(&app, CALLBACK, "read");
    ask[4].1 = "a b+c/ü&=%";
    let location = allow(&practice, &ask).await;
    let code = param(&location, "code").unwrap();
    assert_eq!(location, format!("{CALLBACK}?code={code}&state=a+b%2Bc%2F%C3%BC%26%3D%25"));
    assert!(
        code.len() == 48 && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()),
        "{code}"
    );
    // Its own parameters stay, sorted.
    let location = allow(&practice, &request(&app, &own_query, "read")).await;
    let code = param(&location, "code").unwrap();
    assert_eq!(location, format!("{CALLBACK}?code={code}&provider=gts&state=s"));
    // No state given, none back; an empty one neither.
    for state in [&[][..], &[("state", "")]] {
        let mut ask = request(&app, "demooauth://callback/gts", "read");
        ask.truncate(4);
        ask.extend_from_slice(state);
        let location = allow(&practice, &ask).await;
        assert_eq!(
            location,
            format!("demooauth://callback/gts?code={}", param(&location, "code").unwrap())
        );
    }
    // The scheme's case does not matter, as Go normalizes it.
    let location = allow(&practice, &request(&app, "HTTP://127.0.0.1:8765/callback", "read")).await;
    assert!(location.starts_with("http://127.0.0.1:8765/callback?code="), "{location}");
    assert!(
        allow(&practice, &request(&app, "http://[::1]:8765/callback", "read"))
            .await
            .starts_with("http://[::1]:8765/callback?code=")
    );
}

#[tokio::test]
async fn gotosocial_redirects_even_to_strangers() {
    let practice = start(Flavor::GoToSocial).await;
    let app = register(&practice, CALLBACK, "read").await;
    let error = "error=server_error&error_description=The+authorization+server+encountered+an+unexpected+condition+that+prevented+it+from+fulfilling+the+request&state=s";
    for uri in [
        "http://127.0.0.1:53219/callback",
        "http://127.0.0.1:8765/callback/",
        "http://127.0.0.1:8765/Callback",
    ] {
        assert_eq!(allow(&practice, &request(&app, uri, "read")).await, format!("{uri}?{error}"));
    }
    let location = allow(&practice, &request(&app, &format!("{CALLBACK}?x=1"), "read")).await;
    assert_eq!(location, format!("{CALLBACK}?{error}&x=1"));
    // 129, 133
    for scope in ["admin:write", "frobnicate", "write"] {
        let location = allow(&practice, &request(&app, CALLBACK, scope)).await;
        let error = "error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed&state=s";
        assert_eq!(location, format!("{CALLBACK}?{error}"));
    }
    // `read` includes its parts.
    assert!(allow(&practice, &request(&app, CALLBACK, "read:accounts")).await.contains("code="));
}

#[tokio::test]
async fn gotosocial_refuses_before_and_after_the_page() {
    let practice = start(Flavor::GoToSocial).await;
    let app = register(&practice, CALLBACK, "read").await;
    let full = request(&app, CALLBACK, "read");
    for (missing, field) in [
        ("client_id", "ClientID"),
        ("redirect_uri", "RedirectURI"),
        ("response_type", "ResponseType"),
    ] {
        let ask: Vec<_> = full.iter().copied().filter(|(name, _)| *name != missing).collect();
        let answer = Answer::of(http().get(address(&practice, &ask)).send().await.unwrap()).await;
        let start =
            format!("Bad Request: Key: 'OAuthAuthorize.{field}' Error:Field validation for '{field}' failed on the 'required' tag: If you");
        assert!(answer.status == 400 && answer.error().starts_with(&start), "{}", answer.text);
    }
    // 113, 139, 124, 138
    let mut unknown = full.clone();
    unknown[0].1 = "01NOPE";
    let answer = Answer::of(http().get(address(&practice, &unknown)).send().await.unwrap()).await;
    assert_eq!(answer.status, 500);
    assert!(
        answer
            .error()
            .starts_with("Internal Server Error: db error getting app for clientID 01NOPE: If you"),
        "{}",
        answer.text
    );
    assert_eq!(open(&practice, &unknown).await.header("content-type"), "text/html; charset=utf-8");
    let json = http()
        .get(address(&practice, &full))
        .header("accept", "application/json")
        .send()
        .await
        .unwrap();
    let json = Answer::of(json).await;
    let offer =
        "Not Acceptable: no format can be offered for requested Accept header(s) [application/json]; this endpoint offers [text/html]";
    assert_eq!((json.status, json.error().as_str()), (406, offer));
    let mut implicit = full.clone();
    implicit[2].1 = "token";
    let page = open(&practice, &implicit).await;
    let answer = press(&practice, &ticket(&page), "ada", "allow").await;
    assert_eq!((answer.status, answer.header("location")), (401, ""));
    let answer = press(&practice, "nothing", "ada", "allow").await;
    assert!(
        answer.status == 500 && answer.error().contains("key response_type not found in session"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn mastodon_compares_loopback_literals_without_port() {
    for flavor in [Flavor::Mastodon, Flavor::Practice] {
        let practice = start(flavor).await;
        let app = register(
            &practice,
            "http://127.0.0.1/cb\nhttp://[::1]/cb\nhttp://localhost:8000/cb\nx-app://cb",
            "read",
        )
        .await;
        for uri in [
            "http://127.0.0.1:53219/cb",
            "http://[::1]:9/cb",
            "http://localhost:8000/cb",
            "x-app://cb",
        ] {
            let code = code(&practice, &app, uri, "read").await;
            assert_eq!(
                post(&practice, "/oauth/token", &exchange(&app, uri, &code)).await.status,
                200,
                "{uri}"
            );
        }
        for uri in [
            "http://localhost:8001/cb",
            "http://127.0.0.1:1/cb/",
            "https://127.0.0.1/cb",
            "http://127.0.0.1:1@evil.example/cb",
        ] {
            let page = open(&practice, &request(&app, uri, "read")).await;
            assert!(
                page.status == 400 && page.text.contains("The redirect uri included is not valid."),
                "{uri}: {}",
                page.text
            );
        }
    }
}

#[tokio::test]
async fn mastodon_refuses_on_the_page() {
    let practice = start(Flavor::Mastodon).await;
    let app = register(&practice, CALLBACK, "read write").await;
    let full = request(&app, CALLBACK, "read");
    let refused = async |at: usize, value: &'static str, status: u16, words: &str| {
        let mut ask = full.clone();
        ask[at].1 = value;
        let page = open(&practice, &ask).await;
        assert!(page.status == status && page.text.contains(words), "{words}: {}", page.text);
    };
    refused(0, "nobody", 401, "unknown client").await;
    refused(2, "token", 400, "does not support this response type").await;
    refused(3, "follow", 400, "The requested scope is invalid").await;
    refused(3, "read:accounts", 400, "The requested scope is invalid").await;
    refused(1, "", 400, "Missing required parameter: redirect_uri.").await;
    for method in [&[][..], &[("code_challenge_method", "plain")]] {
        let mut ask = full.clone();
        ask.push(("code_challenge", "x"));
        ask.extend_from_slice(method);
        assert!(open(&practice, &ask).await.text.contains("The code challenge method must be S256."));
    }
}
