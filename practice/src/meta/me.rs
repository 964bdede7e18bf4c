//! Who a token is, and small lists of theirs: `/me` of each platform, `me/threads`,
//! `me/threads_publishing_limit` (docs/facts/threads.md#profile, docs/facts/threads.md#limits, docs/facts/instagram.md#profile,
//! docs/facts/facebook.md#app-secret-proof).

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::media::{picture, timestamp};
use super::message::ParsedRequest;
use super::people::{PICTURES, Person};
use super::platform::Platform;
use super::refusal::Refusal;
use super::state::{State, Token};
use super::{fields, lists, pages, posting, token};

/// `/me`, or a thing by its id.
pub fn me(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let asked = call.get("fields");
    let person = token.person;
    match state.platform {
        Platform::Threads => {
            token::is_own(&token, call, &[person.threads])?;
            fields::pick(&threads(state, person), asked, "id", "User")
        }
        Platform::Instagram => {
            token::is_own(&token, call, &[person.instagram, person.instagram_scoped])?;
            fields::pick(&instagram(state, person), asked, "id", "IGUser")
        }
        Platform::Facebook => {
            if let Some(page) = token.page.filter(|page| call.node == "me" || call.node == page.id.to_string()) {
                let page = pages::whole(state, &token, page);
                return fields::pick(&page, asked, "name,id", "Page");
            }
            if let Some(page) = pages::of(&token).into_iter().find(|page| page.id.to_string() == call.node) {
                let page = pages::whole(state, &token, page);
                return fields::pick(&page, asked, "name,id", "Page");
            }
            token::is_own(&token, call, &[person.facebook])?;
            fields::pick(&facebook(state, &token), asked, "name,id", "User")
        }
    }
}

fn threads(state: &State, person: &Person) -> Value {
    json!({
        "id": person.threads.to_string(), "username": person.username, "name": person.name,
        "threads_profile_picture_url": picture(state, person), "threads_biography": "Invented.", "is_verified": false,
    })
}

/// `user_id` is the professional account, `id` the app-scoped one (docs/facts/instagram.md#profile).
fn instagram(state: &State, person: &Person) -> Value {
    json!({
        "user_id": person.instagram.to_string(), "username": person.username, "name": person.name, "account_type": person.account_type,
        "profile_picture_url": picture(state, person), "followers_count": 2, "follows_count": 2, "media_count": PICTURES,
        "id": person.instagram_scoped.to_string(),
    })
}

fn facebook(state: &State, token: &Token) -> Value {
    let person = token.person;
    let (first, last) = person.name.split_once(' ').unwrap_or((person.name, ""));
    // `.invalid` belongs to no one.
    let email = token.may("email").then(|| format!("{}@practice.invalid", person.username));
    let picture = json!({ "data": { "url": picture(state, person), "width": 50, "height": 50, "is_silhouette": false } });
    json!({
        "id": person.facebook.to_string(), "name": person.name, "first_name": first, "last_name": last, "email": email, "picture": picture,
    })
}

/// `me/threads_publishing_limit`: 250 posts and 1000 replies in 24 h (docs/facts/threads.md#limits). Needs the scope to publish.
pub fn publishing_limit(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    token::is_own(&token, call, &[token.person.threads])?;
    if !token.may("threads_content_publish") {
        return Err(Refusal::permission(10, "threads_content_publish"));
    }
    let config = |total: u32| json!({ "quota_total": total, "quota_duration": 86_400 });
    let whole = json!({ "quota_usage": 0, "config": config(250), "reply_quota_usage": 0, "reply_config": config(1000) });
    let picked = fields::pick(&whole, call.get("fields"), "quota_usage", "ThreadsPublishingLimit")?;
    Ok(json!({ "data": [picked] }))
}

/// `me/threads`: the person's own posts, newest first.
pub fn posts(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let person = token.person;
    token::is_own(&token, call, &[person.threads])?;
    let items = (1..=PICTURES).rev().map(|number| {
        let at = UNIX_EPOCH + Duration::from_secs(1_790_000_000 + number * 86_400);
        let whole = json!({
            "id": (18_000_000_000_000_000 + person.threads % 100 * 1000 + number * 2 + 1).to_string(),
            "text": format!("Practice post {number}"), "media_product_type": "THREADS", "media_type": "TEXT_POST",
            "permalink": format!("{}/@{}", state.origin, person.username), "timestamp": timestamp(at), "username": person.username,
            "is_quote_post": false,
        });
        fields::pick(&whole, call.get("fields"), "id", "ThreadsMedia")
    });
    let own = posting::own(state, &token, false);
    let published = own
        .iter()
        .map(|whole| fields::pick(whole, call.get("fields"), "id", "ThreadsMedia"));
    let items = published.chain(items).collect::<Result<Vec<Value>, Refusal>>()?;
    lists::paged(state, call, items)
}

/// `{page}/feed`: the Page's posts, newest first.
pub fn feed(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let own = token.page.is_some_and(|page| call.node == "me" || call.node == page.id.to_string());
    if !own {
        return Err(Refusal::no_object(&call.node));
    }
    let posts = posting::own(state, &token, false);
    let items = posts.iter().map(|whole| fields::pick(whole, call.get("fields"), "id", "Post"));
    let items = items.collect::<Result<Vec<Value>, Refusal>>()?;
    lists::paged(state, call, items)
}
