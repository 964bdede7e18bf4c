//! What a person has at Instagram (docs/facts/instagram.md#profile), and pictures and times as Graph shows them.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use super::message::ParsedRequest;
use super::people::{PICTURES, Person};
use super::refusal::Refusal;
use super::state::State;
use super::{fields, lists, token};
use crate::clock;

/// `me/media` of Instagram, newest first.
pub fn media(state: &mut State, call: &ParsedRequest) -> Result<Value, Refusal> {
    let token = token::caller(state, call)?;
    let person = token.person;
    token::is_own(&token, call, &[person.instagram, person.instagram_scoped])?;
    let pictures = pictures(state, person);
    let items = pictures
        .iter()
        .map(|whole| fields::pick(whole, call.get("fields"), "id", "IGMedia"));
    let items = items.collect::<Result<Vec<Value>, Refusal>>()?;
    lists::paged(state, call, items)
}

/// What a person has at Instagram, newest first.
pub fn pictures(state: &State, person: &Person) -> Vec<Value> {
    let pictures = (1..=PICTURES).rev().map(|number| {
        let at = UNIX_EPOCH + Duration::from_secs(1_790_000_000 + number * 86_400);
        json!({
            "id": (17_900_000_000_000_000 + person.instagram % 100 * 1000 + number * 2 + 1).to_string(),
            "caption": format!("Practice picture {number}"), "media_type": "IMAGE", "media_url": picture(state, person),
            "permalink": picture(state, person), "timestamp": timestamp(at), "username": person.username,
        })
    });
    pictures.collect()
}

/// The address of a person's picture.
pub fn picture(state: &State, person: &Person) -> String {
    format!("{}/avatars/{}.svg", state.origin, person.username)
}

/// `2026-09-22T20:53:20+0000`, as Graph writes times.
pub fn timestamp(at: std::time::SystemTime) -> String {
    let text = clock::rfc3339(at);
    format!("{}+0000", text.split('.').next().unwrap_or(&text))
}
