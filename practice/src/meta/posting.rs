//! Posts that are published here: Threads' containers, Pages' feeds, pictures of the Instagram account that a Page has, reading, deleting,
//! and the oEmbed services that strangers ask (docs/facts/threads.md#posting, docs/facts/facebook.md#posting,
//! docs/facts/instagram.md#posting).

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::message::ParsedRequest;
use super::platform::Platform;
use super::refusal::Refusal;
use super::state::{Item, State, Token};
use super::{fields, lists, media, token};

impl Item {
    fn permalink(&self, state: &State) -> String {
        match self.page {
            Some(_) if self.instagram => format!("{}/p/C{}/", state.origin, self.id),
            Some(page) => format!("{}/{page}/posts/{}", state.origin, self.id),
            None => format!("{}/@{}/post/{}", state.origin, self.person.username, self.id),
        }
    }

    fn whole(&self, state: &State) -> Value {
        let time = media::timestamp(UNIX_EPOCH + Duration::from_secs(self.at));
        let link = self.permalink(state);
        match state.platform {
            Platform::Facebook if self.instagram => json!({
                "id": self.id, "caption": self.text, "media_type": "IMAGE", "permalink": link, "timestamp": time,
            }),
            Platform::Facebook => json!({
                "id": self.id, "message": self.text, "created_time": time, "permalink_url": link, "is_published": true, "is_hidden": false,
            }),
            _ => json!({
                "id": self.id, "text": self.text, "media_type": "TEXT_POST", "permalink": link, "timestamp": time,
                "username": self.person.username,
            }),
        }
    }

    fn is_of(&self, token: &Token) -> bool {
        self.person.username == token.person.username && self.page == token.page.map(|page| page.id)
    }
}

/// `POST {user}/threads`: a container.
pub fn container(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    token::is_own(&token, call, &[token.person.threads])?;
    if !token.may("threads_content_publish") {
        return Err(Refusal::permission(10, "threads_content_publish"));
    }
    let text = call.get("text").unwrap_or_default().to_owned();
    let image = call.get("image_url").map(str::to_owned);
    match (call.get("media_type"), &image) {
        (Some("TEXT"), None) if !text.is_empty() => {}
        (Some("IMAGE"), Some(_)) => {}
        _ => return Err(Refusal::new(100, "Invalid parameter: media_type")),
    }
    if text.chars().count() > 500 {
        return Err(Refusal::new(100, "Param text must be at most 500 characters long."));
    }
    let polls = state.switches.container_polls;
    Ok(json!({ "id": add(state, &token, text, image, false, polls) }))
}

/// `POST {account}/media` of the Instagram account that a Page has: a container.
pub fn picture(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = of_account(state, call)?;
    let text = call.get("caption").unwrap_or_default().to_owned();
    let Some(image) = call.get("image_url").map(str::to_owned) else {
        return Err(Refusal::new(100, "Invalid parameter: image_url"));
    };
    let polls = state.switches.container_polls;
    Ok(json!({ "id": add_for(state, &token, true, text, Some(image), false, polls) }))
}

/// The caller, who may publish at the Instagram account that is named.
fn of_account(state: &State, call: &ParsedRequest) -> Result<Token, Refusal> {
    let token = token::caller(state, call)?;
    let account = token.page.and_then(|page| page.instagram);
    if account.is_none_or(|(id, _)| id.to_string() != call.node) {
        return Err(Refusal::no_object(&call.node));
    }
    if !token.may("instagram_content_publish") {
        return Err(Refusal::permission(10, "instagram_content_publish"));
    }
    Ok(token)
}

/// `POST {user}/threads_publish`, `POST {account}/media_publish`
pub fn publish(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let instagram = state.platform == Platform::Facebook;
    let token = match instagram {
        true => of_account(state, call)?,
        false => {
            let token = token::caller(state, call)?;
            token::is_own(&token, call, &[token.person.threads])?;
            token
        }
    };
    let wanted = call.get("creation_id").unwrap_or_default().to_owned();
    let item = state
        .items
        .iter()
        .find(|item| item.id == wanted && item.is_of(&token) && !item.published)
        .cloned();
    let item = item.ok_or_else(|| Refusal::no_object(&wanted))?;
    if item.polls > 0 {
        return Err(Refusal::new(100, "Media Not Found: the media is not ready for publishing"));
    }
    Ok(json!({ "id": add_for(state, &token, instagram, item.text, item.image, true, 0) }))
}

/// `POST {page}/feed`
pub fn feed(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let own = token.page.is_some_and(|page| call.node == "me" || call.node == page.id.to_string());
    if !own {
        return Err(Refusal::no_object(&call.node));
    }
    if !token.may("pages_manage_posts") {
        return Err(Refusal::permission(200, "pages_manage_posts"));
    }
    let text = call.get("message").unwrap_or_default().to_owned();
    if text.is_empty() {
        return Err(Refusal::new(100, "Missing message or attachment"));
    }
    Ok(json!({ "id": add(state, &token, text, None, true, 0) }))
}

fn add(state: &mut State, token: &Token, text: String, image: Option<String>, published: bool, polls: u32) -> String {
    add_for(state, token, false, text, image, published, polls)
}

fn add_for(state: &mut State, token: &Token, instagram: bool, text: String, image: Option<String>, published: bool, polls: u32) -> String {
    let number = 18_500_000_000_000_000 + state.items.len() as u64;
    let id = match token.page {
        Some(page) if !instagram => format!("{}_{number}", page.id),
        _ => number.to_string(),
    };
    state.items.push(Item {
        id: id.clone(),
        person: token.person,
        page: token.page.map(|page| page.id),
        instagram,
        text,
        image,
        at: state.now(),
        polls,
        published,
        deleted: false,
        in_development: state.platform == Platform::Facebook && !instagram && state.switches.development_mode,
    });
    id
}

/// `GET {id}`: a post, or the state of a container.
pub fn item(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let found = state
        .items
        .iter_mut()
        .find(|item| item.id == call.node && item.is_of(&token) && !item.deleted);
    let Some(found) = found else {
        return Err(Refusal::no_object(&call.node));
    };
    if !found.published {
        let status = if found.polls > 0 { "IN_PROGRESS" } else { "FINISHED" };
        found.polls = found.polls.saturating_sub(1);
        let whole = json!({ "id": found.id, "status": status, "status_code": status });
        let own = if found.instagram { "id,status_code" } else { "id,status" };
        return fields::pick(&whole, Some(own), "id", "Container");
    }
    let whole = found.clone().whole(state);
    fields::pick(&whole, call.get("fields"), "id", "Post")
}

/// `DELETE {id}`
pub fn delete(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let found = state
        .items
        .iter_mut()
        .find(|item| item.id == call.node && item.is_of(&token) && item.published && !item.deleted);
    let Some(found) = found else {
        return Err(Refusal::no_object(&call.node));
    };
    let scope = match found.page {
        None => "threads_delete",
        Some(_) if found.instagram => "instagram_manage_contents",
        Some(_) => "pages_manage_posts",
    };
    if !token.may(scope) {
        return Err(Refusal::permission(10, scope));
    }
    found.deleted = true;
    Ok(json!({ "success": true, "deleted_id": found.id }))
}

/// `GET {account}/media` of the Instagram account that a Page has, newest first.
pub fn pictures(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = of_account(state, call)?;
    let pictures = own(state, &token, true);
    let items = pictures
        .iter()
        .map(|whole| fields::pick(whole, call.get("fields"), "id", "IGMedia"));
    let items = items.collect::<Result<Vec<Value>, Refusal>>()?;
    lists::paged(state, call, items)
}

/// The posts of a token, newest first.
pub fn own(state: &State, token: &Token, instagram: bool) -> Vec<Value> {
    let own = state
        .items
        .iter()
        .rev()
        .filter(|item| item.published && !item.deleted && item.instagram == instagram && item.is_of(token));
    own.map(|item| item.whole(state)).collect()
}

/// `GET oembed`, `GET oembed_post` and `GET instagram_oembed`: for public posts only, and without a token.
pub fn embed(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let wanted = call.get("url").unwrap_or_default();
    let found = state
        .items
        .iter()
        .find(|item| item.published && !item.deleted && item.permalink(state) == wanted);
    let is_public = |item: &&Item| {
        let unpublished = item.page.is_some() && !item.instagram && state.switches.page_unpublished;
        !state.private.contains(item.person.username) && !item.in_development && !unpublished
    };
    let found = found.filter(is_public);
    let item = found.ok_or_else(|| Refusal::new(state.switches.hidden_code, "The requested resource does not exist"))?;
    Ok(
        json!({ "version": "1.0", "type": "rich", "html": format!("<blockquote cite=\"{wanted}\"></blockquote>"), "width": 658, "id": item.id }),
    )
}

/// The texts that strangers or their owners may find, oldest first.
pub fn texts(state: &State) -> Vec<String> {
    let there = state.items.iter().filter(|item| item.published && !item.deleted);
    there.map(|item| item.text.clone()).collect()
}
