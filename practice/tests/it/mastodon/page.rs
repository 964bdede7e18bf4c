//! The consent page itself: what it says, in which language, and that it loads and runs nothing.

use keybearer_practice::Flavor;

use crate::client::*;

#[tokio::test]
async fn is_complete_and_loads_nothing() {
    let practice = start(Flavor::Practice).await;
    let app = register(&practice, &format!("{CALLBACK}\nx-app://cb"), "read profile").await;
    let page = open(&practice, &request(&app, CALLBACK, "read profile")).await;
    for part in [
        "This is practice: nothing here is real, and nothing leaves this computer.",
        "Test &lt;app&gt;",
        "<code>read</code>",
        "<code>profile</code>",
        CALLBACK,
        "<form method=\"post\" action=\"/oauth/authorize\">",
        "id=\"person-ada\" value=\"ada\" required checked>",
        "id=\"person-grace\" value=\"grace\" required>",
        "id=\"allow\" name=\"decision\" value=\"allow\"",
        "id=\"deny\" name=\"decision\" value=\"deny\"",
    ] {
        assert!(page.text.contains(part), "{part} is not in {}", page.text);
    }
    for part in ["<script", "src=", "<link", "@import", "url(", "http://www.", "Test <app>"] {
        assert!(!page.text.contains(part), "{part} is in the page");
    }
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(page.text.contains(&format!("<style nonce=\"{nonce}\">")));
    let expected =
        format!("default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self' http:; base-uri 'none'; frame-ancestors 'none'");
    assert_eq!((policy, page.header("cache-control")), (expected.as_str(), "no-store"));
    let custom = open(&practice, &request(&app, "x-app://cb", "read")).await;
    assert!(custom.header("content-security-policy").contains("form-action 'self' x-app:;"));
}

#[tokio::test]
async fn speaks_three_languages() {
    let practice = start(Flavor::Practice).await;
    let app = register(&practice, CALLBACK, "read").await;
    let url = address(&practice, &request(&app, CALLBACK, "read"));
    for (accepted, tag, words) in [
        ("en-GB,en;q=0.9", "en", "Allow"),
        ("zh-CN,zh;q=0.9", "zh-Hans", "这只是练习"),
        ("zh-TW", "zh-Hant", "這只是練習"),
    ] {
        let page = Answer::of(http().get(&url).header("accept-language", accepted).send().await.unwrap()).await;
        assert!(
            page.text.contains(&format!("<html lang=\"{tag}\">")) && page.text.contains(words),
            "{accepted}"
        );
    }
}

#[tokio::test]
async fn one_chooses_who_to_be() {
    let practice = start(Flavor::Practice).await;
    let app = register(&practice, CALLBACK, "read").await;
    let mut ask = request(&app, CALLBACK, "read");
    ask.push(("force_login", "true"));
    let page = open(&practice, &ask).await;
    assert!(!page.text.contains(" checked>"));
    assert_eq!(
        post(&practice, "/oauth/authorize", &[("ticket", &ticket(&page)), ("decision", "allow")])
            .await
            .status,
        400
    );
    let answer = press(&practice, &ticket(&page), "grace", "allow").await;
    let code = param(answer.header("location"), "code").unwrap();
    let token = post(&practice, "/oauth/token", &exchange(&app, CALLBACK, &code)).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let me = get_as(&practice, "/api/v1/accounts/verify_credentials", &token).await.json();
    assert_eq!(
        (me["username"].as_str(), me["display_name"].as_str()),
        (Some("grace"), Some("Grace Practice"))
    );
    assert_eq!(get(&practice, "/@grace").await.status, 200);
    let picture = me["avatar"].as_str().unwrap().strip_prefix(practice.origin()).unwrap().to_owned();
    assert_eq!(get(&practice, &picture).await.header("content-type"), "image/svg+xml");
}
