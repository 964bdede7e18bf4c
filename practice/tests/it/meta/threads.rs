//! Threads: the trip of docs/facts/threads.md, to the 60 days and on, with each refusal on the way.

use keybearer_practice::meta::{APP_SECRET, FACEBOOK_APP_ID, Message, Platform};

use super::client::*;
use crate::client::{Answer, http, param};

const BASIC: &str = "threads_basic";
const BOTH: &str = "threads_basic,threads_content_publish";

fn refresh(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "th_refresh_token"), ("access_token", token)]
}

#[tokio::test]
async fn the_whole_trip() {
    let meta = start(Platform::Threads).await;
    let location = allow_as(&meta, "ada", &ask(&meta, BOTH)).await;
    assert!(
        location.starts_with(&format!("{CALLBACK}?code=AQ")) && location.ends_with("&state=s+t#_"),
        "{location}"
    );
    let code = param(location.split('#').next().unwrap(), "code").unwrap();
    let answer = post(&meta, "/oauth/access_token", &exchange(&meta, &code)).await;
    assert!(answer.header("cache-control").contains("no-store"));
    // The integer as it is on the wire: over 2^53.
    assert!(answer.text.contains("\"user_id\":17841400000000001"), "{}", answer.text);
    assert_eq!(answer.json().as_object().unwrap().len(), 2, "{}", answer.text);
    let short = token_in(&answer.json());
    assert!(
        meta.token(&short)
            .is_some_and(|known| !known.long && known.expires == Some(known.issued + 3600))
    );

    let body = ok(&meta, "/access_token", &lengthen(&meta, &short)).await;
    let long = token_in(&body);
    assert_eq!(
        (body["token_type"].as_str(), body["expires_in"].as_u64()),
        (Some("bearer"), Some(5_183_944))
    );

    let all = "id,username,name,threads_profile_picture_url,threads_biography,is_verified";
    let me = ok(&meta, "/v1.0/me", &[("fields", all), ("access_token", &long)]).await;
    assert_eq!(
        (me["id"].as_str(), me["username"].as_str(), me["is_verified"].as_bool()),
        (Some("17841400000000001"), Some("ada"), Some(false))
    );
    let picture = me["threads_profile_picture_url"]
        .as_str()
        .unwrap()
        .strip_prefix(meta.origin())
        .unwrap()
        .to_owned();
    assert_eq!(get(&meta, &picture, &[]).await.header("content-type"), "image/svg+xml");
    let by_header = http().get(url(&meta, "/v1.0/me", &[])).bearer_auth(&long).send().await.unwrap();
    assert_eq!(Answer::of(by_header).await.text, "{\"id\":\"17841400000000001\"}");

    meta.advance(DAY);
    let body = ok(&meta, "/refresh_access_token", &refresh(&long)).await;
    let next = token_in(&body);
    assert!(next != long && body["expires_in"] == 5_183_944);
    // The old one lives until its own end.
    assert!(meta.tokens().contains(&long) && meta.tokens().contains(&next));

    let limit = [
        ("access_token", next.as_str()),
        ("fields", "quota_usage,config,reply_quota_usage,reply_config"),
    ];
    let limit = ok(&meta, "/v1.0/me/threads_publishing_limit", &limit).await;
    assert_eq!(limit["data"][0]["config"]["quota_total"], 250);
    assert_eq!(limit["data"][0]["reply_config"]["quota_total"], 1000);

    let counts = [Message::Authorize, Message::Token, Message::Exchange, Message::Refresh, Message::Me].map(|message| meta.count(message));
    assert_eq!(counts, [2, 1, 1, 1, 2]);
    let (message, first) = meta.requests().remove(0);
    assert_eq!(
        (message, first.method.as_str(), first.path.as_str()),
        (Some(Message::Authorize), "GET", "/oauth/authorize")
    );
}

#[tokio::test]
async fn a_code_may_come_by_query_too() {
    let meta = start(Platform::Threads).await;
    let code = code_of(&meta, "grace", BASIC).await;
    let request = http().post(url(&meta, "/oauth/access_token", &exchange(&meta, &code)));
    assert_eq!(
        Answer::of(request.send().await.unwrap()).await.json()["user_id"],
        17_841_400_000_000_003_u64
    );
    let code = code_of(&meta, "grace", BASIC).await;
    ok(&meta, "/oauth/access_token", &exchange(&meta, &code)).await;
    meta.switch(|switches| {
        switches.short_tells_expiry = true;
        switches.user_id_as_text = true;
    });
    let code = code_of(&meta, "grace", BASIC).await;
    let body = post(&meta, "/oauth/access_token", &exchange(&meta, &code)).await.json();
    assert_eq!(
        (body["expires_in"].as_u64(), body["user_id"].as_str()),
        (Some(3600), Some("17841400000000003"))
    );
}

#[tokio::test]
async fn what_the_token_endpoint_refuses() {
    let meta = start(Platform::Threads).await;
    let code = code_of(&meta, "ada", BASIC).await;
    let right = exchange(&meta, &code);
    let refused = async |name, value| flat(&post(&meta, "/oauth/access_token", &but(&right, name, value)).await);
    for name in ["client_id", "client_secret", "grant_type", "redirect_uri", "code"] {
        assert_eq!(refused(name, None).await, format!("Missing required field {name}"));
    }
    assert!(
        refused("client_id", Some(FACEBOOK_APP_ID))
            .await
            .contains("Error validating application")
    );
    assert_eq!(refused("client_secret", Some("x")).await, "Error validating client secret.");
    assert_eq!(refused("grant_type", Some("password")).await, "Invalid grant_type");
    let spent = "Matching code was not found or was already used";
    assert_eq!(refused("code", Some("nonsense")).await, spent);
    let with_tail = format!("{code}#_");
    assert_eq!(refused("code", Some(&with_tail)).await, spent);
    assert_eq!(
        refused("redirect_uri", Some("https://127.0.0.1:47018/callback/x")).await,
        "Invalid redirect_uri"
    );
    meta.register_redirect("https://other.example/").unwrap();
    assert!(
        refused("redirect_uri", Some("https://other.example/"))
            .await
            .contains("redirect_uri is identical")
    );
    // None of that has spent the code.
    assert_eq!(post(&meta, "/oauth/access_token", &right).await.status, 200);
    assert_eq!(flat(&post(&meta, "/oauth/access_token", &right).await), spent);

    let late = code_of(&meta, "ada", BASIC).await;
    meta.advance(std::time::Duration::from_secs(3600));
    assert_eq!(flat(&post(&meta, "/oauth/access_token", &exchange(&meta, &late)).await), spent);
}

#[tokio::test]
async fn what_the_exchange_refuses() {
    let meta = start(Platform::Threads).await;
    let token = short(&meta, "ada", BASIC).await;
    let right = lengthen(&meta, &token);
    let refused = async |name, value| graph(&get(&meta, "/access_token", &but(&right, name, value)).await);
    assert_eq!(refused("grant_type", None).await.0, 100);
    assert_eq!(refused("grant_type", Some("ig_exchange_token")).await.0, 100);
    assert_eq!(refused("client_secret", None).await.2, "Error validating client secret.");
    assert_eq!(refused("client_secret", Some("no")).await.0, 1);
    assert_eq!(refused("access_token", None).await.0, 104);
    assert_eq!(refused("access_token", Some("no")).await.0, 190);
    let long = token_in(&ok(&meta, "/access_token", &right).await);
    assert_eq!(refused("access_token", Some(&long)).await.0, 452);
    // The hour is over.
    meta.advance(std::time::Duration::from_secs(3600));
    assert_eq!(graph(&get(&meta, "/access_token", &right).await).1, 463);
    meta.switch(|switches| switches.flat_everywhere = true);
    assert!(flat(&get(&meta, "/access_token", &right).await).contains("Session has expired"));
}

#[tokio::test]
async fn what_the_refresh_refuses() {
    let meta = start(Platform::Threads).await;
    let long = long(&meta, "ada", BASIC).await;
    let fresh = short(&meta, "ada", BASIC).await;
    let refused = async |params: &[(&str, &str)]| graph(&get(&meta, "/refresh_access_token", params).await);
    assert_eq!(refused(&but(&refresh(&long), "grant_type", Some("th_exchange_token"))).await.0, 100);
    assert_eq!(refused(&refresh(&fresh)).await.0, 100);
    meta.advance(DAY - std::time::Duration::from_secs(60));
    let young = refused(&refresh(&long)).await;
    assert!(young.0 == 100 && young.2.contains("24 hours"), "{young:?}");
    let bare = meta.generate_token("ada", &["threads_content_publish"], Some(60 * DAY)).unwrap();
    meta.advance(DAY);
    assert_eq!(refused(&refresh(&bare)).await.0, 10);
    meta.advance(59 * DAY);
    let dead = get(&meta, "/refresh_access_token", &refresh(&long)).await;
    assert_eq!((dead.status, graph(&dead).0, graph(&dead).1), (400, 190, 463));
    assert!(dead.header("www-authenticate").starts_with("OAuth"));
}

#[tokio::test]
async fn a_refresh_may_keep_the_string_or_end_the_old_token() {
    let meta = start(Platform::Threads).await;
    let first = long(&meta, "ada", BASIC).await;
    meta.switch(|switches| switches.refresh_keeps_string = true);
    meta.advance(2 * DAY);
    let before = meta.token(&first).unwrap().expires.unwrap();
    assert_eq!(token_in(&ok(&meta, "/refresh_access_token", &refresh(&first)).await), first);
    assert!(meta.token(&first).unwrap().expires.unwrap() >= before + 2 * 86_400);
    meta.switch(|switches| {
        switches.refresh_keeps_string = false;
        switches.refresh_ends_old = true;
    });
    meta.advance(2 * DAY);
    ok(&meta, "/refresh_access_token", &refresh(&first)).await;
    assert_eq!(graph(&get(&meta, "/v1.0/me", &[("access_token", &first)]).await).1, 467);
}

#[tokio::test]
async fn a_private_profile_lapses_after_90_days_in_spite_of_refreshes() {
    let meta = start(Platform::Threads).await;
    let mut token = long(&meta, "ada", BASIC).await;
    meta.set_private("ada", true);
    for _ in 0..2 {
        meta.advance(40 * DAY);
        token = token_in(&ok(&meta, "/refresh_access_token", &refresh(&token)).await);
    }
    meta.advance(10 * DAY);
    assert_eq!(graph(&get(&meta, "/refresh_access_token", &refresh(&token)).await).0, 10);
    meta.set_private("ada", false);
    ok(&meta, "/refresh_access_token", &refresh(&token)).await;
}

#[tokio::test]
async fn inspecting() {
    let meta = start(Platform::Threads).await;
    let token = long(&meta, "ada", BOTH).await;
    let inspect = async |by: &str, what: &str| get(&meta, "/v1.0/debug_token", &[("access_token", by), ("input_token", what)]).await;
    let body = inspect(&token, &token).await.json();
    let (data, known) = (&body["data"], meta.token(&token).unwrap());
    assert_eq!(data["type"], "USER");
    assert_eq!(data["is_valid"], true);
    assert_eq!(
        (data["issued_at"].as_u64(), data["expires_at"].as_u64()),
        (Some(known.issued), known.expires)
    );
    assert_eq!(data["scopes"], serde_json::json!(["threads_basic", "threads_content_publish"]));
    assert_eq!(data["user_id"], "17841400000000001");
    // Of a dead one, by a living one.
    let dead = short(&meta, "ada", BASIC).await;
    meta.kill_token(&dead, 467);
    let body = inspect(&token, &dead).await.json();
    assert_eq!(
        (&body["data"]["is_valid"], &body["data"]["error"]["subcode"]),
        (&serde_json::json!(false), &serde_json::json!(467))
    );
    assert_eq!(inspect(&token, "nonsense").await.json()["data"]["is_valid"], false);
    assert_eq!(graph(&inspect(&dead, &token).await).1, 467);
    assert_eq!(graph(&inspect("", &token).await).0, 104);
    assert_eq!(graph(&inspect(&token, "").await).0, 100);
    // The app's own is not allowed, nor that of one who is no tester.
    let literal = format!("TH|{}|{APP_SECRET}", Platform::Threads.app_id());
    assert_eq!(graph(&inspect(&literal, &token).await).0, 10);
    meta.set_tester("ada", false);
    assert_eq!(graph(&inspect(&token, &token).await).0, 100);
}

#[tokio::test]
async fn the_apps_own_token() {
    let meta = start(Platform::Threads).await;
    let right = [
        ("grant_type", "client_credentials"),
        ("client_id", Platform::Threads.app_id()),
        ("client_secret", APP_SECRET),
    ];
    let body = ok(&meta, "/oauth/access_token", &right).await;
    assert!(token_in(&body).starts_with("TH|1414213562373095|") && body.get("expires_in").is_none());
    assert!(!token_in(&body).contains(APP_SECRET));
    assert_eq!(meta.count(Message::AppToken), 1);
    assert_eq!(
        flat(&get(&meta, "/oauth/access_token", &but(&right, "client_secret", Some("x"))).await),
        "Error validating client secret."
    );
    // It is nobody.
    assert_eq!(graph(&get(&meta, "/v1.0/me", &[("access_token", &token_in(&body))]).await).0, 2500);
}

#[tokio::test]
async fn what_the_api_refuses() {
    let meta = start(Platform::Threads).await;
    let token = short(&meta, "ada", BASIC).await;
    assert_eq!(graph(&get(&meta, "/v1.0/me", &[]).await).0, 104);
    let field = graph(&get(&meta, "/v1.0/me", &[("access_token", &token), ("fields", "id,shoe_size")]).await);
    assert!(field.0 == 100 && field.2.contains("shoe_size"), "{field:?}");
    assert_eq!(
        graph(&get(&meta, "/v1.0/me/threads_publishing_limit", &[("access_token", &token)]).await).0,
        10
    );
    let other = graph(&get(&meta, "/v1.0/17841400000000003", &[("access_token", &token)]).await);
    assert_eq!((other.0, other.1), (100, 33));
    ok(&meta, "/v1.0/17841400000000001", &[("access_token", &token)]).await;
    for path in ["/me", "/v26.0/me", "/v1.0/me/accounts", "/", "/oauth/token", "/v1.0/dialog/oauth"] {
        assert_eq!(graph(&get(&meta, path, &[("access_token", &token)]).await).0, 2500, "{path}");
    }
    assert_eq!(meta.requests().last().unwrap().0, None);
}
