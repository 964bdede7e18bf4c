//! The OAuth 2.0 page: what it refuses, what it shows, and how it redirects.

use keybearer_practice::Fault;
use keybearer_practice::x::{API_KEY, APP_ID, AppType, Message};

use super::client::*;
use crate::client::param;

#[tokio::test]
async fn what_is_wrong_never_comes_home() {
    let x = start().await;
    let right = ask(ALL);
    let long = "s".repeat(501);
    let mut wrong: Vec<(&str, Option<&str>)> = right.iter().map(|&(name, _)| (name, None)).collect();
    for (name, value) in [
        ("client_id", APP_ID),
        ("client_id", API_KEY),
        ("redirect_uri", "http://127.0.0.1:47020/callback/x/"),
        ("redirect_uri", "http://127.0.0.1:47021/callback/x"),
        ("redirect_uri", "http://localhost:47020/callback/x"),
        ("redirect_uri", "https://evil.example/"),
        ("response_type", "token"),
        ("scope", "tweet.read tweet.fly"),
        ("scope", "tweet.read,users.read"),
        ("scope", " "),
        ("state", &long),
        ("code_challenge_method", "S512"),
    ] {
        wrong.push((name, Some(value)));
    }
    for (name, value) in wrong {
        let page = open(&x, &but(&right, name, value)).await;
        assert_eq!((page.status, page.header("location")), (400, ""), "{name} {value:?}");
        for words in ["Something went wrong", "able to give access to the App", "This is practice"] {
            assert!(page.text.contains(words), "{name} {value:?}: {}", page.text);
        }
    }
    x.set_oauth2(false);
    assert_eq!(open(&x, &right).await.status, 400);
    x.set_oauth2(true);
    for method in ["S256", "s256", "plain"] {
        assert_eq!(open(&x, &but(&right, "code_challenge_method", Some(method))).await.status, 200);
    }
    assert_eq!(open(&x, &but(&right, "state", Some(&long[1..]))).await.status, 200);
}

#[tokio::test]
async fn the_page() {
    let x = start().await;
    let page = open(&x, &ask(ALL)).await;
    for part in [
        "This is practice: nothing here is real, and nothing leaves this computer.",
        "Practice app",
        "stay logged in",
        "id=\"person-ada\" value=\"ada\" required checked>",
        "id=\"person-grace\" value=\"grace\" required>",
        "id=\"allow\" name=\"decision\" value=\"allow\"",
        "id=\"deny\" name=\"decision\" value=\"deny\"",
        CALLBACK,
    ] {
        assert!(page.text.contains(part), "{part} is not in {}", page.text);
    }
    assert!(page.header("content-security-policy").contains("form-action 'self' http:;"));
    x.log_in_browser(Some("grace"));
    assert!(open(&x, &ask(ALL)).await.text.contains("value=\"grace\" required checked>"));
    x.log_in_browser(None);
    let page = open(&x, &ask(ALL)).await;
    assert!(!page.text.contains("required checked>"));
    assert_eq!(press(&x, "/i/oauth2/authorize", &page, "nobody", "allow").await.status, 400);
}

#[tokio::test]
async fn home_with_a_code_or_denied() {
    let x = start().await;
    let press_as = async |decision| {
        let page = open(&x, &ask(ALL)).await;
        let first = press(&x, "/i/oauth2/authorize", &page, "ada", decision).await;
        // Twice is once.
        let again = press(&x, "/i/oauth2/authorize", &page, "grace", "allow").await;
        assert_eq!((first.status, first.header("location")), (302, again.header("location")));
        first.header("location").to_owned()
    };
    let home = press_as("allow").await;
    assert!(home.starts_with(&format!("{CALLBACK}?state=s+t&code=")), "{home}");
    assert_eq!(press_as("deny").await, format!("{CALLBACK}?error=access_denied&state=s+t"));
    x.fail_next(Message::Authorize, Fault::Deny);
    assert_eq!(press_as("allow").await, format!("{CALLBACK}?error=access_denied&state=s+t"));
    x.switch(|switches| switches.deny_without_state = true);
    assert_eq!(press_as("deny").await, format!("{CALLBACK}?error=access_denied"));
    assert_eq!(
        post(&x, "/i/oauth2/authorize", &[("decision", "allow"), ("person", "ada")])
            .await
            .status,
        422
    );
    // A ticket of one page is none of the other's.
    let page = open(&x, &ask(ALL)).await;
    assert_eq!(press(&x, "/oauth/authorize", &page, "ada", "allow").await.status, 422);
}

#[tokio::test]
async fn other_ways_home() {
    let x = start().await;
    for uri in [
        "keybearer://auth/x",
        "https://relay.example/x?port=1",
        "http://localhost:8080/callback",
    ] {
        x.register_callback(uri).unwrap();
        let asked = ask(ALL);
        let asked = but(&asked, "redirect_uri", Some(uri));
        let page = open(&x, &asked).await;
        let home = press(&x, "/i/oauth2/authorize", &page, "ada", "allow")
            .await
            .header("location")
            .to_owned();
        assert!(home.starts_with(uri) && param(&home, "code").is_some(), "{home}");
    }
    assert!(x.register_callback("keybearer:///x").is_err() && x.register_callback("mailto://a/b").is_err());
    for n in 0..6 {
        x.register_callback(&format!("https://{n}.example/")).unwrap();
    }
    assert!(x.register_callback("https://11.example/").is_err());
    x.set_app_type(AppType::Confidential);
    x.switch(|switches| switches.confidential_custom_scheme = false);
    let asked = ask(ALL);
    let page = open(&x, &but(&asked, "redirect_uri", Some("keybearer://auth/x"))).await;
    let stuck = press(&x, "/i/oauth2/authorize", &page, "ada", "allow").await;
    assert!(stuck.status == 400 && stuck.text.contains("Something went wrong"));
}
