//! Facebook's Pages and businesses: `me/accounts`, `me/businesses`, `owned_pages`, `client_pages` (docs/facts/facebook.md#pages,
//! docs/facts/instagram.md#facebook-login).

use serde_json::{Value, json};

use super::message::{Message, ParsedRequest};
use super::people::{Business, Page, Person};
use super::refusal::Refusal;
use super::state::{Life, State, Token};
use super::{fields, lists, media, token};

/// What a list of Pages shows where no fields are asked for.
const USUAL: &str = "access_token,category,category_list,name,id,tasks";

/// `me/accounts`. Pages that a business owns or manages are missing without `business_management`
/// (docs/facts/instagram.md#facebook-login).
pub fn accounts(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    token::is_own(&token, call, &[token.person.facebook])?;
    if !token.may("pages_show_list") {
        return unlisted(state, "pages_show_list");
    }
    list(state, call, &token, of(&token))
}

/// `me/businesses`
pub fn businesses(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    token::is_own(&token, call, &[token.person.facebook])?;
    if !token.may("business_management") {
        return Err(Refusal::permission(200, "business_management"));
    }
    let items = token.person.businesses.iter().map(|business| {
        let whole = json!({ "id": business.id.to_string(), "name": business.name });
        fields::pick(&whole, call.get("fields"), "id,name", "Business")
    });
    let items = items.collect::<Result<Vec<Value>, Refusal>>()?;
    lists::paged(state, call, items)
}

/// `{business}/owned_pages` and `{business}/client_pages`
pub fn of_business(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let business = find(token.person, &call.node).filter(|_| token.page.is_none());
    let Some(business) = business else {
        return Err(Refusal::no_object(&call.node));
    };
    if !token.may("business_management") {
        return Err(Refusal::permission(200, "business_management"));
    }
    if !token.may("pages_show_list") {
        return unlisted(state, "pages_show_list");
    }
    let pages = if call.message == Message::OwnedPages {
        business.owned
    } else {
        business.client
    };
    list(state, call, &token, pages.iter().collect())
}

fn find(person: &'static Person, id: &str) -> Option<&'static Business> {
    person.businesses.iter().find(|business| business.id.to_string() == id)
}

/// Without the permission for it, a list is empty [M], or refused.
fn unlisted(state: &State, scope: &str) -> Result<Value, Refusal> {
    if state.switches.refuse_unlisted {
        return Err(Refusal::permission(200, scope));
    }
    Ok(json!({ "data": [] }))
}

fn list(state: &mut State, call: &ParsedRequest, token: &Token, pages: Vec<&'static Page>) -> Result<Value, Refusal> {
    let asked = call.get("fields");
    let mut items = Vec::new();
    for page in pages {
        items.push(fields::pick(&whole(state, token, page), asked, USUAL, "Page")?);
    }
    lists::paged(state, call, items)
}

/// The Pages that a person's token shows.
pub fn of(token: &Token) -> Vec<&'static Page> {
    if token.page.is_some() || !token.may("pages_show_list") {
        return Vec::new();
    }
    let mut pages: Vec<&'static Page> = token.person.pages.iter().collect();
    if token.may("business_management") {
        for business in token.person.businesses {
            pages.extend(business.owned.iter().chain(business.client));
        }
    }
    pages
}

/// A Page with all its fields. What the token may not see is null.
pub fn whole(state: &mut State, token: &Token, page: &'static Page) -> Value {
    let text = page_token(state, token, page);
    let instagram = page.instagram.filter(|_| token.may("instagram_basic"));
    json!({
        "access_token": text, "category": page.category.1,
        "category_list": [{ "id": page.category.0, "name": page.category.1 }],
        "name": page.name, "username": page.username, "id": page.id.to_string(), "tasks": page.tasks,
        "is_published": !state.switches.page_unpublished,
        "instagram_business_account": instagram.map(|(id, username)| json!({
            "id": id.to_string(), "username": username,
            "media": { "data": media::pictures(state, token.person), "paging": { "next": format!("{}/me/media?access_token={text}&after=x", state.origin) } },
        })),
        "picture": { "data": { "url": format!("{}/avatars/{}.svg", state.origin, token.person.username) } },
    })
}

/// The Page's token: for ever from a long token of the person, else as long as theirs (docs/facts/facebook.md#pages). The same
/// for the same token.
fn page_token(state: &mut State, token: &Token, page: &'static Page) -> String {
    if token.page.is_some() {
        return token.text.clone();
    }
    let key = (token.text.clone(), page.id);
    if let Some(known) = state.page_tokens.get(&key) {
        return known.clone();
    }
    let life = Life {
        long: token.long,
        lasts: token
            .expires
            .filter(|_| !token.long)
            .map(|expires| expires.saturating_sub(state.now())),
        granted: Some(token.granted),
    };
    let made = state.mint(token.person, Some(page), token.scopes.clone(), life);
    state.page_tokens.insert(key, made.text.clone());
    made.text
}
