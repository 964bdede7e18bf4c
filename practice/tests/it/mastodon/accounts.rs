//! The API behind a token, and paging through statuses.

use keybearer_practice::{Flavor, Paging};
use serde_json::Value;

use crate::client::*;

const ME: &str = "/api/v1/accounts/verify_credentials";

#[tokio::test]
async fn who_am_i() {
    for flavor in ALL {
        let practice = start(flavor).await;
        for scope in ["profile", "read", "read:accounts"] {
            let (_, token) = login(&practice, scope).await;
            let me = get_as(&practice, ME, &token).await;
            assert_eq!(me.status, 200, "{scope}: {}", me.text);
            let me = me.json();
            assert_eq!(
                (me["username"].as_str(), me["acct"].as_str(), me["display_name"].as_str()),
                (Some("ada"), Some("ada"), Some("Ada Practice"))
            );
            assert!(me["id"].is_string() && me["source"].is_object(), "{me}");
        }
        let (_, token) = login(&practice, "write").await;
        let answer = get_as(&practice, ME, &token).await;
        let words = if flavor == Flavor::GoToSocial {
            "Forbidden: token has insufficient scope permission"
        } else {
            "This action is outside the authorized scopes"
        };
        assert_eq!((answer.status, answer.error().as_str()), (403, words));
    }
}

#[tokio::test]
async fn who_are_you() {
    for flavor in ALL {
        let practice = start(flavor).await;
        let (_, token) = login(&practice, "read").await;
        let gotosocial = flavor == Flavor::GoToSocial;
        let words = if gotosocial {
            "Unauthorized: token not supplied"
        } else {
            "The access token is invalid"
        };
        for answer in [
            get(&practice, ME).await,
            get_as(&practice, ME, "nope").await,
            get(&practice, &format!("{ME}?access_token={token}")).await,
        ] {
            assert_eq!((answer.status, answer.error().as_str()), (401, words));
            assert_eq!(answer.headers.contains_key("www-authenticate"), !gotosocial);
        }
        practice.kill_tokens();
        let words = if gotosocial { words } else { "The access token was revoked" };
        let dead = get_as(&practice, ME, &token).await;
        assert_eq!((dead.status, dead.error().as_str()), (401, words));
    }
}

/// All pages by their Link headers: their sizes, and the ids.
async fn walk(practice: &keybearer_practice::Practice, token: &str, first: &str) -> (Vec<usize>, Vec<String>) {
    let (mut sizes, mut ids, mut next) = (Vec::new(), Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let page = get_as(practice, &path, token).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let items: Vec<Value> = serde_json::from_str(&page.text).unwrap();
        sizes.push(items.len());
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let link = page
            .header("link")
            .split(", ")
            .find(|link| link.ends_with("rel=\"next\""))
            .map(str::to_owned);
        next = link.map(|link| {
            link[1..]
                .split('>')
                .next()
                .unwrap()
                .strip_prefix(practice.origin())
                .unwrap()
                .to_owned()
        });
    }
    (sizes, ids)
}

#[tokio::test]
async fn paging() {
    for (flavor, default, forty, thousand) in [
        // GoToSocial names a next page even behind the last one.
        (Flavor::GoToSocial, vec![30, 15, 0], vec![40, 5, 0], vec![45, 0]),
        (Flavor::Mastodon, vec![20, 20, 5], vec![40, 5], vec![40, 5]),
    ] {
        let practice = start(flavor).await;
        let (_, token) = login(&practice, "read").await;
        let id = get_as(&practice, ME, &token).await.json()["id"].as_str().unwrap().to_owned();
        let base = format!("/api/v1/accounts/{id}/statuses");
        for (query, sizes) in [("", default), ("?limit=40", forty), ("?limit=1000", thousand)] {
            let (found, ids) = walk(&practice, &token, &format!("{base}{query}")).await;
            assert_eq!(found, sizes, "{flavor:?} {query}");
            let mut sorted = ids.clone();
            sorted.sort();
            sorted.dedup();
            sorted.reverse();
            assert_eq!((ids.len(), ids == sorted), (45, true));
        }
        let (_, ids) = walk(&practice, &token, &base).await;
        // min_id: the page that follows directly.
        let page = get_as(&practice, &format!("{base}?limit=2&min_id={}", ids[10]), &token)
            .await
            .json();
        let got: Vec<_> = page.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(got, [&ids[8], &ids[9]]);
        let media = get_as(&practice, &format!("{base}?only_media=true"), &token).await.json();
        assert_eq!(media.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn gotosocials_own_ways_with_statuses() {
    let practice = start(Flavor::GoToSocial).await;
    let (_, token) = login(&practice, "read").await;
    let id = get_as(&practice, ME, &token).await.json()["id"].as_str().unwrap().to_owned();
    let base = format!("/api/v1/accounts/{id}/statuses");
    let count = async |query: &str| {
        get_as(&practice, &format!("{base}{query}"), &token)
            .await
            .json()
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(
        (
            count("?limit=0").await,
            count("?limit=-1").await,
            count("?limit=0&only_public=true").await
        ),
        (45, 45, 42)
    );
    let page = get_as(&practice, &format!("{base}?limit=1"), &token).await;
    let (items, full) = (page.json(), format!("{}{base}", practice.origin()));
    let own = items[0]["id"].as_str().unwrap();
    let flags = "exclude_replies=false&exclude_reblogs=false&pinned=false&only_media=false&only_public=false";
    let link = format!("<{full}?limit=1&max_id={own}&{flags}>; rel=\"next\", <{full}?limit=1&min_id={own}&{flags}>; rel=\"prev\"");
    assert_eq!(page.header("link"), link);
    for (query, words) in [
        (
            "?limit=abc",
            "Bad Request: error parsing limit: strconv.ParseInt: parsing \"abc\": invalid syntax",
        ),
        (
            "?limit=99999999999",
            "Bad Request: error parsing limit: strconv.ParseInt: parsing \"99999999999\": value out of range",
        ),
        (
            "?only_public=yes",
            "Bad Request: error parsing only_public: strconv.ParseBool: parsing \"yes\": invalid syntax",
        ),
    ] {
        let answer = get_as(&practice, &format!("{base}{query}"), &token).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, words));
    }
    assert_eq!(get(&practice, &base).await.status, 401);
    assert_eq!(
        get_as(&practice, "/api/v1/accounts/01MQ6Y9ZKC7TAJ7B97Q2TAMHXQ/statuses", &token)
            .await
            .text,
        "[]"
    );
    let (_, little) = login(&practice, "profile").await;
    assert_eq!(get_as(&practice, &base, &little).await.status, 403);
}

#[tokio::test]
async fn mastodon_shows_public_statuses_to_anybody() {
    let practice = start(Flavor::Mastodon).await;
    let (_, token) = login(&practice, "read").await;
    let id = get_as(&practice, ME, &token).await.json()["id"].as_str().unwrap().to_owned();
    let page = get(&practice, &format!("/api/v1/accounts/{id}/statuses?limit=40&only_public=true")).await;
    assert!(
        page.json()
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["visibility"] == "public" || item["visibility"] == "unlisted")
    );
    let unknown = get(&practice, "/api/v1/accounts/1/statuses").await;
    assert_eq!((unknown.status, unknown.error().as_str()), (404, "Record not found"));
}

#[tokio::test]
async fn any_number_of_statuses() {
    for flavor in [Flavor::Mastodon, Flavor::GoToSocial] {
        let practice = start(flavor).await;
        practice.set_posts(100_000);
        let (_, token) = login(&practice, "read").await;
        let id = get_as(&practice, ME, &token).await.json()["id"].as_str().unwrap().to_owned();
        let base = format!("/api/v1/accounts/{id}/statuses");
        let begun = std::time::Instant::now();
        let page = get_as(&practice, &format!("{base}?limit=40"), &token).await.json();
        let (newest, last) = (page[0]["id"].as_str().unwrap(), page[39]["id"].as_str().unwrap());
        assert!(newest > last && newest.len() == last.len());
        let older = get_as(&practice, &format!("{base}?limit=40&max_id={last}&exclude_reblogs=true"), &token).await;
        let all = get_as(&practice, &format!("{base}?limit=40&max_id={last}"), &token).await.json();
        let reblogs = |page: &serde_json::Value| page.as_array().unwrap().iter().filter(|s| !s["reblog"].is_null()).count();
        assert_eq!((reblogs(&older.json()), reblogs(&all)), (0, 1));
        let forgets = !older.header("link").contains("exclude_reblogs=true");
        assert_eq!(forgets, flavor == Flavor::Mastodon, "as the real one does");
        assert!(begun.elapsed().as_secs() < 5, "only the page is made");
    }
}

#[tokio::test]
async fn pages_that_lead_astray() {
    let practice = start(Flavor::Mastodon).await;
    practice.set_posts(200);
    let (_, token) = login(&practice, "read").await;
    let id = get_as(&practice, ME, &token).await.json()["id"].as_str().unwrap().to_owned();
    let base = format!("/api/v1/accounts/{id}/statuses?limit=40");
    practice.page_by(Paging::ByHoles);
    let (sizes, ids) = walk(&practice, &token, &base).await;
    assert_eq!((sizes, ids.len()), (vec![40, 0, 40, 0, 40, 0, 40, 0, 40], 200));
    practice.page_by(Paging::Elsewhere("https://evil.example".into()));
    let page = get_as(&practice, &base, &token).await;
    assert!(page.header("link").starts_with("<https://evil.example/api/v1/"));
    practice.page_by(Paging::Round);
    let mut next = base.clone();
    for _ in 0..4 {
        let page = get_as(&practice, &next, &token).await;
        let link = page.header("link").to_owned();
        next = link[1..link.find('>').unwrap()].replace(practice.origin(), "");
    }
    assert_eq!(next, base, "back at the first one");
}
