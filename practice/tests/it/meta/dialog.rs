//! The browser's part: what the dialog refuses, what its page shows, and how it redirects.

use keybearer_practice::meta::{FACEBOOK_APP_ID, Platform};
use serde_json::json;

use super::client::*;
use crate::client::ticket;

const ALL: [(Platform, &str); 3] = [
    (Platform::Threads, "threads_basic"),
    (Platform::Instagram, "instagram_business_basic"),
    (Platform::Facebook, "public_profile,pages_show_list"),
];

#[tokio::test]
async fn what_threads_refuses_is_raw_json() {
    let meta = start(Platform::Threads).await;
    let right = ask(&meta, "threads_basic");
    let refused = async |name, value| {
        let answer = open(&meta, &but(&right, name, value)).await;
        assert_eq!((answer.status, answer.header("content-type").contains("json")), (400, true));
        let body = answer.json();
        (
            body["error_code"].as_u64().unwrap(),
            body["error_message"].as_str().unwrap().to_owned(),
        )
    };
    let wrong = format!("No application data was given: {FACEBOOK_APP_ID}");
    assert_eq!(refused("client_id", Some(FACEBOOK_APP_ID)).await, (1_349_026, wrong));
    assert_eq!(refused("client_id", None).await.0, 1_349_026);
    for uri in [
        "https://127.0.0.1:47018/callback/x",
        "http://127.0.0.1:47018/callback/x/",
        "https://evil.example/",
    ] {
        assert_eq!(refused("redirect_uri", Some(uri)).await.0, 1_349_168, "{uri}");
    }
    assert_eq!(refused("redirect_uri", None).await.0, 1_349_168);
    assert_eq!(refused("response_type", Some("token")).await.0, 100);
    assert_eq!(refused("scope", None).await.0, 100);
    assert_eq!(
        refused("scope", Some("threads_content_publish")).await.1,
        "The scope must contain threads_basic"
    );
    assert!(refused("scope", Some("threads_basic,threads_fly")).await.1.contains("threads_fly"));
}

#[tokio::test]
async fn what_instagram_and_facebook_refuse_is_a_page() {
    let meta = start(Platform::Instagram).await;
    let right = ask(&meta, "instagram_business_basic");
    for (name, value, words) in [
        ("client_id", FACEBOOK_APP_ID, "Invalid platform app"),
        ("redirect_uri", "https://evil.example/", "Invalid redirect_uri"),
        ("scope", "business_basic", "Invalid scope"),
        ("scope", "instagram_business_content_publish", "Invalid scope"),
        ("response_type", "token", "Invalid response_type"),
    ] {
        let page = open(&meta, &but(&right, name, Some(value))).await;
        assert!(
            page.status == 400 && page.text.contains(words) && page.text.contains("This is practice"),
            "{name} {value}"
        );
    }
    let meta = start(Platform::Facebook).await;
    let right = ask(&meta, "public_profile");
    for (name, value, words) in [
        ("client_id", "12345", "Invalid App ID"),
        ("redirect_uri", "http://127.0.0.1:47019/callback/facebook", "URL blocked"),
        ("redirect_uri", "http://localhost.evil.example/", "URL blocked"),
        ("redirect_uri", "http://localhost:1@evil.example/", "URL blocked"),
        ("redirect_uri", "https://localhost:47019/", "URL blocked"),
        ("scope", "public_profile,pages_fly", "Invalid Scopes: pages_fly"),
        ("response_type", "token", "response_type"),
    ] {
        let page = open(&meta, &but(&right, name, Some(value))).await;
        assert!(page.status == 400 && page.text.contains(words), "{name} {value}: {}", page.text);
    }
    // What Facebook lets through without an entry: any port of localhost, but only in development.
    for uri in [
        "http://localhost:1/a",
        "http://localhost/",
        "https://www.facebook.com/connect/login_success.html",
    ] {
        assert_eq!(open(&meta, &but(&right, "redirect_uri", Some(uri))).await.status, 200, "{uri}");
    }
    assert_eq!(open(&meta, &but(&right, "response_type", None)).await.status, 200);
    meta.switch(|switches| switches.development_mode = false);
    assert!(open(&meta, &right).await.text.contains("URL blocked"));
}

#[tokio::test]
async fn what_the_console_takes() {
    let threads = start(Platform::Threads).await;
    for uri in [
        "http://127.0.0.1:47018/",
        "https://localhost:47018/",
        "app://cb",
        "https://",
        "https://a.example/#x",
    ] {
        assert!(threads.register_redirect(uri).is_err(), "{uri}");
    }
    threads.switch(|switches| switches.console_adds_slash = true);
    assert_eq!(
        threads.register_redirect("https://a.example/cb"),
        Ok("https://a.example/cb/".to_owned())
    );
    let asked = ask(&threads, "threads_basic");
    assert_eq!(
        open(&threads, &but(&asked, "redirect_uri", Some("https://a.example/cb")))
            .await
            .status,
        400
    );
    assert_eq!(
        open(&threads, &but(&asked, "redirect_uri", Some("https://a.example/cb/")))
            .await
            .status,
        200
    );
    threads.set_redirects(&["http://127.0.0.1:5/x"]);
    assert_eq!(
        open(&threads, &but(&asked, "redirect_uri", Some("http://127.0.0.1:5/x")))
            .await
            .status,
        200
    );
    let facebook = start(Platform::Facebook).await;
    assert!(facebook.register_redirect("http://localhost:1/").is_err() && facebook.register_redirect("https://localhost:1/").is_ok());
}

#[tokio::test]
async fn the_page() {
    for (platform, scope) in ALL {
        let meta = start(platform).await;
        let page = open(&meta, &ask(&meta, scope)).await;
        assert_eq!(page.status, 200);
        for part in [
            "This is practice: nothing here is real, and nothing leaves this computer.",
            "Practice app",
            "id=\"person-ada\" value=\"ada\" required checked>",
            "id=\"person-grace\" value=\"grace\" required>",
            "id=\"person-joan\"",
            "id=\"allow\" name=\"decision\" value=\"allow\"",
            "id=\"deny\" name=\"decision\" value=\"deny\"",
            home(&meta),
        ] {
            assert!(page.text.contains(part), "{part} is not in {}", page.text);
        }
        assert_eq!(page.text.contains("type=\"checkbox\""), platform == Platform::Facebook);
        assert!(!page.text.contains("id=\"permission-public_profile\"") && !page.text.contains("<script"));
        assert!(page.headers.get("access-control-allow-origin").is_none() && page.header("cache-control") == "no-store");
        let scheme = if platform == Platform::Facebook { "http" } else { "https" };
        assert!(
            page.header("content-security-policy")
                .contains(&format!("form-action 'self' {scheme}:;"))
        );

        meta.log_in_browser(Some("grace"));
        let page = open(&meta, &ask(&meta, scope)).await;
        assert!(page.text.contains("value=\"grace\" required checked>"));
        for (name, value) in [
            ("force_reauth", "true"),
            ("force_authentication", "1"),
            ("auth_type", "reauthenticate"),
        ] {
            let page = open(&meta, &but(&ask(&meta, scope), name, Some(value))).await;
            assert!(!page.text.contains("required checked>"), "{name}");
            let nobody = [("ticket", &*ticket(&page)), ("decision", "allow")];
            assert_eq!(post(&meta, dialog_path(&meta), &nobody).await.status, 400);
        }
        meta.log_in_browser(None);
        assert!(!open(&meta, &ask(&meta, scope)).await.text.contains("required checked>"));
    }
}

#[tokio::test]
async fn denying_comes_home_with_or_without_state() {
    for (platform, scope) in ALL {
        let meta = start(platform).await;
        let deny = async || {
            let page = open(&meta, &ask(&meta, scope)).await;
            press(&meta, &page, "ada", "deny", &[]).await.header("location").to_owned()
        };
        let expected = match platform {
            Platform::Facebook => {
                format!("{LOCALHOST}?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied")
            }
            _ => format!("{CALLBACK}?error=access_denied&error_description=The+user+denied+your+request&error_reason=user_denied"),
        };
        assert_eq!(deny().await, format!("{expected}&state=s+t{}", platform.tail()));
        meta.switch(|switches| switches.deny_without_state = true);
        assert_eq!(deny().await, format!("{expected}{}", platform.tail()));
    }
}

#[tokio::test]
async fn only_testers() {
    for (platform, scope) in ALL {
        let meta = start(platform).await;
        let words = match platform {
            Platform::Threads => "has not accepted the invite",
            Platform::Instagram => "Insufficient developer role",
            Platform::Facebook => "App not active",
        };
        let page = open(&meta, &ask(&meta, scope)).await;
        let refused = press(&meta, &page, "joan", "allow", &[]).await;
        assert!(refused.status == 400 && refused.text.contains(words), "{}", refused.text);
        meta.set_tester("joan", true);
        assert_eq!(press(&meta, &page, "joan", "allow", &[]).await.status, 302);
        meta.set_tester("ada", false);
        let page = open(&meta, &ask(&meta, scope)).await;
        assert_eq!(press(&meta, &page, "ada", "allow", &[]).await.status, 400);
    }
}

#[tokio::test]
async fn the_form_cannot_be_forged_and_not_be_used_twice() {
    let meta = start(Platform::Threads).await;
    assert_eq!(
        post(&meta, "/oauth/authorize", &[("decision", "allow"), ("person", "ada")])
            .await
            .status,
        422
    );
    let page = open(&meta, &ask(&meta, "threads_basic")).await;
    let first = press(&meta, &page, "ada", "allow", &[]).await;
    let again = press(&meta, &page, "grace", "deny", &[]).await;
    assert_eq!(first.header("location"), again.header("location"));
    let page = open(&meta, &ask(&meta, "threads_basic")).await;
    assert_eq!(press(&meta, &page, "nobody", "allow", &[]).await.status, 400);
}

#[tokio::test]
async fn unticking_and_asking_again() {
    let meta = start(Platform::Facebook).await;
    let asked = ask(&meta, "public_profile,email,pages_show_list");
    let page = open(&meta, &asked).await;
    let location = press(&meta, &page, "ada", "allow", &["pages_show_list"])
        .await
        .header("location")
        .to_owned();
    let code = crate::client::param(location.split('#').next().unwrap(), "code").unwrap();
    let token = token_in(&ok(&meta, "/v26.0/oauth/access_token", &exchange(&meta, &code)).await);
    let permissions = async |token: &str| ok(&meta, "/v26.0/me/permissions", &[("access_token", token)]).await["data"].clone();
    let status = |name: &str, status: &str| json!({ "permission": name, "status": status });
    assert_eq!(
        permissions(&token).await,
        json!([
            status("pages_show_list", "granted"),
            status("public_profile", "granted"),
            status("email", "declined")
        ])
    );
    // What was declined is not asked for again, until the app says so.
    let page = open(&meta, &asked).await;
    assert!(page.text.contains("value=\"email\" disabled>"));
    press(&meta, &page, "ada", "allow", &["email"]).await;
    assert_eq!(permissions(&token).await[2], status("email", "declined"));
    let page = open(&meta, &but(&asked, "auth_type", Some("rerequest"))).await;
    assert!(page.text.contains("value=\"email\" checked>"));
    press(&meta, &page, "ada", "allow", &["email"]).await;
    assert_eq!(permissions(&token).await[0], status("email", "granted"));
}
