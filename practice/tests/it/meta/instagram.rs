//! Instagram: what differs from Threads (docs/facts/instagram.md).

use keybearer_practice::meta::{FACEBOOK_APP_ID, Message, Platform};
use serde_json::json;

use super::client::*;
use crate::client::{Answer, http};

const BASIC: &str = "instagram_business_basic";
const BOTH: &str = "instagram_business_basic,instagram_business_content_publish";

#[tokio::test]
async fn the_whole_trip() {
    let meta = start(Platform::Instagram).await;
    let code = code_of(&meta, "ada", BOTH).await;
    let body = post(&meta, "/oauth/access_token", &exchange(&meta, &code)).await.json();
    assert_eq!(body["user_id"], 26_000_000_000_000_021_u64);
    assert_eq!(
        body["permissions"],
        json!(["instagram_business_basic", "instagram_business_content_publish"])
    );
    let short = token_in(&body);
    let long = token_in(&ok(&meta, "/access_token", &lengthen(&meta, &short)).await);
    let fields = "user_id,username,name,account_type,profile_picture_url";
    let me = ok(&meta, "/v25.0/me", &[("fields", fields), ("access_token", &long)]).await;
    assert_eq!(
        (me["user_id"].as_str(), me["id"].as_str(), me["account_type"].as_str()),
        (Some("17841405000000011"), Some("26000000000000021"), Some("BUSINESS"))
    );
    meta.advance(DAY);
    let refresh = [("grant_type", "ig_refresh_token"), ("access_token", long.as_str())];
    let next = ok(&meta, "/refresh_access_token", &refresh).await;
    assert!(token_in(&next) != long && next["expires_in"] == 5_183_944);
    assert_eq!(meta.count(Message::Refresh), 1);
}

#[tokio::test]
async fn the_shapes_of_the_token_answer() {
    let meta = start(Platform::Instagram).await;
    meta.switch(|switches| {
        switches.wrapped = true;
        switches.permissions_as_text = true;
        switches.user_id_as_text = true;
    });
    let code = code_of(&meta, "grace", BOTH).await;
    let request = reqwest::multipart::Form::new();
    let request = exchange(&meta, &code)
        .iter()
        .fold(request, |form, (name, value)| form.text(name.to_string(), value.to_string()));
    let answer = http()
        .post(url(&meta, "/oauth/access_token", &[]))
        .multipart(request)
        .send()
        .await
        .unwrap();
    let body = Answer::of(answer).await.json();
    assert_eq!(body["data"][0]["permissions"], BOTH);
    assert_eq!(body["data"][0]["user_id"], "26000000000000023");
    assert!(body["data"][0]["access_token"].as_str().unwrap().starts_with("IGAA"));
}

#[tokio::test]
async fn refusals() {
    let meta = start(Platform::Instagram).await;
    let code = code_of(&meta, "ada", BASIC).await;
    let right = exchange(&meta, &code);
    let refused = async |name, value| flat(&post(&meta, "/oauth/access_token", &but(&right, name, value)).await);
    assert_eq!(refused("client_id", Some(FACEBOOK_APP_ID)).await, "Invalid platform app");
    assert_eq!(refused("redirect_uri", Some("https://none.example/")).await, "Invalid redirect_uri");
    assert_eq!(refused("code", Some("x")).await, "Matching code was not found or was already used");
    meta.register_redirect("https://other.example/").unwrap();
    assert!(
        refused("redirect_uri", Some("https://other.example/"))
            .await
            .contains("redirect_uri is identical")
    );
    // The parameters belong into the body, and GET is no way.
    let by_query = http().post(url(&meta, "/oauth/access_token", &right)).send().await.unwrap();
    assert_eq!(flat(&Answer::of(by_query).await), "Missing required field client_id");
    assert_eq!(graph(&get(&meta, "/oauth/access_token", &right).await).0, 2500);
    assert_eq!(post(&meta, "/oauth/access_token", &right).await.status, 200);
    // An address with a query string cannot be redeemed.
    let with_query = "https://app.example/cb?provider=ig";
    meta.register_redirect(with_query).unwrap();
    let location = allow_as(&meta, "ada", &but(&ask(&meta, BASIC), "redirect_uri", Some(with_query))).await;
    let code = crate::client::param(location.split('#').next().unwrap(), "code").unwrap();
    let broken = but(&exchange(&meta, &code), "redirect_uri", Some(with_query));
    assert!(flat(&post(&meta, "/oauth/access_token", &broken).await).contains("identical"));
    // There is no debug_token here.
    assert_eq!(graph(&get(&meta, "/v25.0/debug_token", &[]).await).0, 2500);
    assert_eq!(graph(&get(&meta, "/v27.0/me", &[]).await).0, 2500);
}

#[tokio::test]
async fn media_comes_in_pages() {
    let meta = start(Platform::Instagram).await;
    let token = short(&meta, "ada", BASIC).await;
    let params = [("access_token", token.as_str()), ("fields", "id,caption,timestamp"), ("limit", "3")];
    let mut page = ok(&meta, "/v25.0/me/media", &params).await;
    let mut captions = Vec::new();
    loop {
        captions.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["caption"].as_str().unwrap().to_owned()),
        );
        assert!(page["data"][0]["timestamp"].as_str().unwrap().ends_with("+0000"));
        let Some(next) = page["paging"]["next"].as_str() else { break };
        page = ok(&meta, next.strip_prefix(meta.origin()).unwrap(), &[]).await;
    }
    assert_eq!(
        (captions.len(), captions[0].as_str(), captions[6].as_str()),
        (7, "Practice picture 7", "Practice picture 1")
    );
}
