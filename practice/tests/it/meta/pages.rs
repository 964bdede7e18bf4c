//! Facebook's Pages: one login, many tokens, in pages of a list (docs/facts/facebook.md#pages,
//! docs/facts/instagram.md#facebook-login).

use keybearer_practice::meta::{Message, Meta, Platform};
use serde_json::{Value, json};

use super::client::*;

const LIST: &str = "public_profile,pages_show_list";
const BUSINESS: &str = "public_profile,pages_show_list,business_management,instagram_basic";
const ACCOUNTS: &str = "/v26.0/me/accounts";

/// All items, page by page, and how many pages it took.
async fn walk(meta: &Meta, path: &str, params: &[(&str, &str)]) -> (Vec<Value>, usize) {
    let mut page = ok(meta, path, params).await;
    let (mut items, mut pages) = (Vec::new(), 1);
    loop {
        items.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(next) = page["paging"]["next"].as_str() else {
            return (items, pages);
        };
        page = ok(meta, next.strip_prefix(meta.origin()).unwrap(), &[]).await;
        pages += 1;
    }
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn one_login_many_tokens() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", LIST).await;
    let params = [
        ("access_token", token.as_str()),
        ("fields", "id,name,username,access_token,tasks"),
        ("limit", "2"),
    ];
    let (items, pages) = walk(&meta, ACCOUNTS, &params).await;
    assert_eq!(
        (names(&items), pages),
        (vec!["Analytical Engines", "Notes on Notes", "Poetical Science"], 2)
    );
    assert_eq!(meta.count(Message::Accounts), 2);
    assert_eq!(items[0]["id"], "104857600000000101");
    assert!(items[1].get("username").is_none() && items[2]["tasks"] == json!(["ANALYZE", "CREATE_CONTENT"]));
    let page = token_in(&items[0]);
    // A long token's Page tokens do not end; the same is given again.
    let known = meta.token(&page).unwrap();
    assert_eq!((known.expires, known.page), (None, Some(104_857_600_000_000_101)));
    assert_eq!(token_in(&ok(&meta, ACCOUNTS, &params).await["data"][0]), page);
    let me = ok(&meta, "/v26.0/me", &[("access_token", &page)]).await;
    assert_eq!(me, json!({ "id": "104857600000000101", "name": "Analytical Engines" }));
    meta.advance(61 * DAY);
    assert_eq!(graph(&get(&meta, "/v26.0/me", &[("access_token", &token)]).await).1, 463);
    ok(&meta, "/v26.0/me", &[("access_token", &page)]).await;
    let app = format!("{}|{}", Platform::Facebook.app_id(), keybearer_practice::meta::APP_SECRET);
    let body = ok(&meta, "/v26.0/debug_token", &[("access_token", &app), ("input_token", &page)]).await;
    let data = &body["data"];
    assert_eq!((data["type"].as_str(), data["expires_at"].as_u64()), (Some("PAGE"), Some(0)));
    assert_eq!(data["profile_id"], "104857600000000101");
    // A Page is nobody: it has no Pages, and no exchange.
    assert_eq!(graph(&get(&meta, ACCOUNTS, &[("access_token", &page)]).await).1, 33);
    assert_eq!(graph(&get(&meta, exchange_path(&meta), &lengthen(&meta, &page)).await).0, 100);
    // A new password ends them all.
    meta.kill_tokens_of("ada", 460);
    assert_eq!(graph(&get(&meta, "/v26.0/me", &[("access_token", &page)]).await).1, 460);
}

#[tokio::test]
async fn a_short_tokens_pages_end_with_it() {
    let meta = start(Platform::Facebook).await;
    let token = short(&meta, "grace", LIST).await;
    let items = ok(&meta, ACCOUNTS, &[("access_token", &token)]).await;
    let usual: Vec<&str> = items["data"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(usual.len(), 6, "{usual:?}");
    assert_eq!(
        meta.token(&token_in(&items["data"][0])).unwrap().expires,
        meta.token(&token).unwrap().expires
    );
}

#[tokio::test]
async fn businesses_hide_pages() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", BUSINESS).await;
    let by = [("access_token", token.as_str())];
    assert_eq!(walk(&meta, ACCOUNTS, &by).await.0.len(), 6);
    let businesses = walk(&meta, "/v26.0/me/businesses", &by).await.0;
    assert_eq!(businesses, [json!({ "id": "204857600000000201", "name": "Engine Works Ltd" })]);
    let owned = walk(&meta, "/v26.0/204857600000000201/owned_pages", &by).await.0;
    let client = walk(&meta, "/v26.0/204857600000000201/client_pages", &by).await.0;
    assert_eq!(
        (names(&owned), names(&client)),
        (vec!["Engine Works", "Engine Works Careers"], vec!["Weavers of Lyon"])
    );
    let fields = [by[0], ("fields", "name,instagram_business_account{id,username}")];
    let items = walk(&meta, ACCOUNTS, &fields).await.0;
    assert_eq!(
        items[0]["instagram_business_account"],
        json!({ "id": "17841405000000011", "username": "ada.engines" })
    );
    assert!(items[1].get("instagram_business_account").is_none());
    let one = ok(&meta, "/v26.0/104857600000000107", &[by[0], ("fields", "access_token")]).await;
    assert_eq!(token_in(&one), token_in(&owned[0]));

    let graces = long(&meta, "grace", BUSINESS).await;
    let other = graph(&get(&meta, "/v26.0/204857600000000201/owned_pages", &[("access_token", &graces)]).await);
    assert_eq!((other.0, other.1), (100, 33));
    assert_eq!(
        ok(&meta, "/v26.0/me/businesses", &[("access_token", &graces)]).await,
        json!({ "data": [] })
    );
}

#[tokio::test]
async fn without_the_permission() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", "public_profile").await;
    let by = [("access_token", token.as_str())];
    assert_eq!(ok(&meta, ACCOUNTS, &by).await, json!({ "data": [] }));
    meta.switch(|switches| switches.refuse_unlisted = true);
    let refused = get(&meta, ACCOUNTS, &by).await;
    assert_eq!((refused.status, graph(&refused).0), (403, 200));
    assert_eq!(graph(&get(&meta, "/v26.0/me/businesses", &by).await).0, 200);
    assert_eq!(graph(&get(&meta, "/v26.0/204857600000000201/owned_pages", &by).await).0, 200);
    assert_eq!(graph(&get(&meta, "/v26.0/104857600000000101", &by).await).1, 33);
}

#[tokio::test]
async fn limits_of_a_list() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", BUSINESS).await;
    let by = ("access_token", token.as_str());
    for (name, value) in [("limit", "0"), ("limit", "many"), ("after", "nonsense")] {
        assert_eq!(graph(&get(&meta, ACCOUNTS, &[by, (name, value)]).await).0, 100, "{name}");
    }
    // The platform may give less than was asked for.
    meta.switch(|switches| switches.page_size = Some(1));
    let (items, pages) = walk(&meta, ACCOUNTS, &[by, ("limit", "100")]).await;
    assert_eq!((items.len(), pages), (6, 6));
}
